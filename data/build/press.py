"""The sites that public reports name. None has a published coordinate, so none has a point."""

import pandas as pd

from data.build.citation import cite
from data.build.records import complete, read_raw
from data.build.service_text import (
    parse_attendance,
    parse_build_mode,
    parse_hours,
    parse_partner,
    parse_services,
)
from geo import schema

# What a report says of a site, and the status it is kept under. A status is as old as its source.
STATUS_OF_TEXT = {
    "已建成": "operating",
    "在建": "under_construction",
    "规划": "planned",
    "机构在运行（场所未核）": "institution_only",
    "2015年已存在（现状未核）": "operating",
    "已建成（总工会验收）": "operating",
    "2022年建设计划": "planned",
    "2018年已建（前身性质）": "operating",
}
# A centre for many kinds of mediation counts only where the report says that the union takes part.
TYPE_OF_NAME = {
    "工会法律服务机构": "legal_service",
    "工会调解工作室": "mediation_studio",
    "劳动争议多元化解调解中心": "mediation_studio",
    "服务职工综合体": "service_complex",
    "职工之家": "workers_home",
    "园区职工之家": "park_home",
    "职工爱国主义教育基地": "education_base",
    "劳模创新工作室": "innovation_studio",
    "县级工会": "county_union",
    "爱心驿站（春运）": "seasonal_station",
    "工会驿站": "worker_station",
}
ID_PREFIX = {"worker_station": "station", "cultural_palace": "palace", "drivers_home": "dh"}
NO_COUNTY = "00"


def press_sites() -> pd.DataFrame:
    """Return every site a report names, one row a name, numbered within its type by the order of files."""
    listed = [_stations(), _palaces(), _drivers_homes(), _other_sites()]
    sites = pd.concat(listed, ignore_index=True)
    prefix = sites[schema.FACILITY_TYPE].map(ID_PREFIX)
    prefix = prefix.fillna(sites[schema.FACILITY_TYPE].str.replace("_", "-"))
    number = sites.groupby(schema.FACILITY_TYPE).cumcount() + 1
    sites[schema.FACILITY_ID] = prefix + "-s" + number.astype("str").str.zfill(3)
    return complete(sites)


def _stations() -> pd.DataFrame:
    facts = read_raw("stations.csv")
    hours, kind = facts["hours"], facts["kind"]
    return _sites(facts).assign(
        **{
            schema.FACILITY_TYPE: "worker_station",
            schema.STATUS: "operating",
            schema.HOURS: parse_hours(hours),
            schema.HOURS_TEXT: hours,
            schema.ATTENDANCE: parse_attendance(hours.fillna("") + facts["services"].fillna("")),
            schema.SERVICES: parse_services(facts["services"]),
            schema.SERVICES_TEXT: facts["services"],
            schema.BUILD_MODE: parse_build_mode(kind),
            schema.PARTNER: parse_partner(kind),
        }
    )


def _palaces() -> pd.DataFrame:
    facts = read_raw("palaces.csv")
    area = ("建筑面积" + facts["floor_area_m2"] + "㎡；").fillna("")
    year = ("启用年份" + facts["opened_year"] + "；").fillna("")
    facts["note"] = "原文状态：" + facts["status"] + "；" + area + year + facts["note"].fillna("")
    held = facts["note"].str.extract(r"可容(\d+)人", expand=False).astype(float)
    return _sites(facts).assign(
        **{
            schema.FACILITY_TYPE: "cultural_palace",
            schema.STATUS: facts["status"].map(STATUS_OF_TEXT),
            schema.CAPACITY: held,
            # "2015年已存在" says nothing of the year it was written in.
            schema.AS_OF: facts["status"]
            .str.extract(r"^(\d{4})年", expand=False)
            .fillna(facts["source_date"]),
        }
    )


def _drivers_homes() -> pd.DataFrame:
    facts = read_raw("drivers_homes.csv")
    facts["address"] = facts["road"]
    facts["note"] = "原文状态：" + facts["status"] + "；" + facts["note"].fillna("")
    return _sites(facts).assign(
        **{
            schema.FACILITY_TYPE: "drivers_home",
            schema.STATUS: facts["status"].map(STATUS_OF_TEXT),
            schema.ATTENDANCE: parse_attendance(facts["services"]),
            schema.SERVICES: parse_services(facts["services"]),
            schema.SERVICES_TEXT: facts["services"],
            schema.PARTNER: facts["kind"],
        }
    )


def _other_sites() -> pd.DataFrame:
    facts = read_raw("other_facilities.csv")
    facts = facts[facts["facility_type"].isin(TYPE_OF_NAME)].reset_index(drop=True)
    return _sites(facts).assign(
        **{
            schema.FACILITY_TYPE: facts["facility_type"].map(TYPE_OF_NAME),
            schema.STATUS: "operating",
        }
    )


def _sites(facts: pd.DataFrame) -> pd.DataFrame:
    """Return what every report tells alike. An adcode ending in 00 says no more than the prefecture."""
    adcode = facts["adcode"]
    has_county = adcode.notna() & ~adcode.str.endswith(NO_COUNTY, na=True)
    return pd.DataFrame(
        {
            schema.NAME: facts["name"],
            schema.COUNTY: adcode.where(has_county),
            schema.COUNTY_BY: has_county.map({True: schema.BY_DECLARED, False: None}),
            schema.PREFECTURE: adcode.str[:4] + NO_COUNTY,
            schema.ADDRESS: facts["address"],
            schema.ORIGIN: schema.SOURCED,
            schema.PLACE_PRECISION: has_county.map({True: "county", False: "unknown"}),
            schema.AS_OF: facts["source_date"],
            schema.SOURCE: cite(facts),
        }
    )
