"""Write `counts.csv`: every published total with its date, source and exact definition.

Totals of different definitions are different series and are never added. A series is one definition, for any
region and date.
"""

import pandas as pd

from data.build.citation import cite
from data.build.entry import write_entry
from data.build.records import FACTS_LICENCE, RETRIEVED, read_raw, write_csv
from geo import schema
from geo.catalog import DATA_FOLDER

WHOLE, PART, OTHER = schema.DEFINITION_PARTS
# Definition as published: facility type (None for an honour), series, and what of the type it counts.
DEFINITIONS = {
    "工会驿站": ("worker_station", "worker_station", WHOLE),
    "工会驿站（自建）": ("worker_station", "worker_station_own", PART),
    "工会驿站（共建）": ("worker_station", "worker_station_shared", PART),
    "工会驿站（2025年春节开放）": ("worker_station", "worker_station_open_spring_festival_2025", PART),
    "工会驿站（2025年春节24小时开放）": (
        "worker_station",
        "worker_station_24h_spring_festival_2025",
        PART,
    ),
    "智能化工会驿站": ("worker_station", "worker_station_smart", PART),
    "24小时工会驿站": ("worker_station", "worker_station_24h", PART),
    "全周期（延时）服务工会驿站": ("worker_station", "worker_station_extended_hours", PART),
    "工会驿站（双15工程期间新建24小时智慧驿站）": (
        "worker_station",
        "worker_station_24h_smart_new_double_15",
        PART,
    ),
    "工会驿站地图点位（百度+高德+工会APP合计）": ("worker_station", "worker_station_map_points", OTHER),
    "工会爱心驿站": ("worker_station", "union_care_station", OTHER),
    "工会爱心驿站（与邮储银行共建）": ("worker_station", "union_care_station_postal_bank", OTHER),
    "爱心驿站": ("worker_station", "care_station", OTHER),
    "环卫爱心驿站（市总建）": ("worker_station", "sanitation_care_station_city_union", OTHER),
    "环卫爱心驿站": ("worker_station", "sanitation_care_station", OTHER),
    "爱心驿站（区总与中石化广西共建，2018-2019，原文“30多家”取下限）": (
        "worker_station",
        "care_station_sinopec_2018_2019",
        OTHER,
    ),
    "园区职工之家": ("park_home", "park_home", WHOLE),
    "司机之家（工会补助）": ("drivers_home", "drivers_home_union_subsidised", WHOLE),
    "司机之家（“十四五”计划，2021-2025）": ("drivers_home", "drivers_home_plan_2021_2025", OTHER),
    "司机之家（交通运输部门口径，已建成）": ("drivers_home", "drivers_home_transport_department", OTHER),
    "司机之家（交通运输部门“十四五”规划建设）": (
        "drivers_home",
        "drivers_home_transport_department_plan",
        OTHER,
    ),
    "服务职工综合体（自治区级）": ("service_complex", "service_complex", WHOLE),
    "幸福企业（自治区级）": ("happy_enterprise", "happy_enterprise", WHOLE),
    "工会法律服务机构": ("legal_service", "legal_service", WHOLE),
    "县级工会": ("county_union", "county_union", WHOLE),
    "县级工会（“县级工会加强年”补助，每家10万元）": ("county_union", "county_union_subsidised", PART),
    "工人文化宫（合计）": ("cultural_palace", "cultural_palace", WHOLE),
    "工人文化宫（已建成场所）": ("cultural_palace", "cultural_palace_built", PART),
    "工人文化宫（在建）": ("cultural_palace", "cultural_palace_under_construction", PART),
    "工人文化宫机构（市级）": ("cultural_palace", "cultural_palace_institution_city", OTHER),
    "工人文化宫机构（县级，111个县市区中）": (
        "cultural_palace",
        "cultural_palace_institution_county",
        OTHER,
    ),
    "工人文化宫（2016年以来新建含在建）": ("cultural_palace", "cultural_palace_new_since_2016", OTHER),
    "职工爱国主义教育基地（自治区级）": ("education_base", "education_base", WHOLE),
    "职工书屋（全总示范点与重点建设）": ("reading_room", "reading_room_national_model", PART),
    "职工书屋（自治区级，新建）": ("reading_room", "reading_room_new_regional", PART),
    "便利型职工阅读站点（配送图书）": ("reading_room", "reading_point_supplied", OTHER),
    "劳模（工匠）创新工作室（“600多家”，取下限）": ("innovation_studio", "innovation_studio", WHOLE),
    "工匠院校": ("craft_college", "craft_college", WHOLE),
    "全国模范职工之家（5年多来获评）": (None, "honour_national_model_home", OTHER),
    "全区模范职工之家（确认）": (None, "honour_regional_model_home", OTHER),
    "全区模范职工小家": (None, "honour_regional_model_small_home", OTHER),
}
LEVELS = {"国家级": "nation", "省级": "province", "地级": "prefecture", "县级": "county", "乡镇": "township"}
# A township's total hangs on its county; the name says which township.
REGIONS = {
    "全国": "100000",
    "广西壮族自治区": "450000",
    "南宁市": "450100",
    "防城港市": "450600",
    "玉林市": "450900",
    "桂平市": "450881",
    "龙州县": "451423",
    "柳城县大埔镇": "450222",
}
# The undated totals stand in one newspaper page with the 6,062 stations published on 2025-01-25.
UNDATED_SORT = "2025-01"
COLUMNS = (
    schema.SERIES,
    *schema.COUNT_COLUMNS,
    schema.DEFINITION_PART,
    schema.REGION_NAME,
    schema.REGION_LEVEL,
    schema.AS_OF_SORT,
)


def build_counts(facts: pd.DataFrame) -> pd.DataFrame:
    """Make the table of totals from the gathered facts, row for row.

    Raises
    ------
    KeyError
        A definition, region or level is not listed in this script.
    """
    defined = pd.DataFrame(
        [DEFINITIONS[text] for text in facts[schema.FACILITY_TYPE]],
        index=facts.index,
        columns=[schema.FACILITY_TYPE, schema.SERIES, schema.DEFINITION_PART],
    )
    return defined.assign(
        **{
            schema.REGION: [REGIONS[name] for name in facts["region_zh"]],
            schema.REGION_NAME: facts["region_zh"],
            schema.REGION_LEVEL: [LEVELS[level] for level in facts["region_level"]],
            schema.COUNT: facts[schema.COUNT].astype("int64"),
            schema.AS_OF: facts[schema.AS_OF],
            schema.AS_OF_SORT: facts[schema.AS_OF].where(
                facts[schema.AS_OF].str.match(r"\d{4}"), UNDATED_SORT
            ),
            schema.SOURCE: cite(facts),
            schema.DEFINITION: facts[schema.FACILITY_TYPE],
        }
    )[list(COLUMNS)]


def main() -> None:
    """Write the table and its entry."""
    counts = build_counts(read_raw("network_counts.csv"))
    path = write_csv(counts, DATA_FOLDER / "counts.csv")
    write_entry(
        "counts",
        path,
        title="公布总数",
        title_en="Published totals",
        rows=len(counts),
        crs=None,
        source="公开报道，逐行注明出处",
        as_of=str(counts[schema.AS_OF_SORT].max()),
        retrieved=RETRIEVED,
        licence=FACTS_LICENCE,
        attribution="各行所列媒体与机构",
        built_by="data/build/counts.py",
        notes={
            "series": "口径不同即不同序列，不得相加",
            "司机之家": "工会补助254家与交通运输部门2022年63家是两套登记，两个序列",
            "definition_part": "whole 与设施类型同口径；part 其中一部分；other 名称相近而口径不同",
        },
    )
    print(f"counts.csv: {len(counts)} totals in {counts[schema.SERIES].nunique()} series")


if __name__ == "__main__":
    main()
