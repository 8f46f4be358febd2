"""Guangxi, its 14 prefectures and 111 counties: outlines, census, and how to find one by name."""

import json
import re
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.caching.remembered import remember
from geo.catalog import DATA_FOLDER, data_path
from geo.errors import CatalogError, Message, UnknownNameError
from geo.names import near_names
from geo.schema import (
    ADCODE,
    CENSUS_COLUMNS,
    COUNTY_LEVEL,
    GEOMETRY,
    LEVEL,
    NAME,
    NAME_EN,
    PARENT,
    PREFECTURE_LEVEL,
    REGION_COLUMNS,
    WGS84,
    require_columns,
)

REGIONS_NAME, DISPLAY_NAME, CENSUS_NAME = "regions", "regions_display", "census"
DISPLAY_COLUMNS = (NAME, NAME_EN, LEVEL, PARENT)

# Names and codes that ended since 2000, the year the State Council approved it, and what they are today.
# Source: the Ministry of Civil Affairs' yearly lists of changes of divisions (县级以上行政区划变更情况).
ENDED = (
    ("来宾县", "", 2002, ("451302",)),
    ("崇左县", "", 2002, ("451402",)),
    ("新城区", "", 2004, ("450103",)),
    ("城北区", "450104", 2004, ("450107",)),
    ("永新区", "450106", 2004, ("450107",)),
    ("邕宁县", "", 2004, ("450109", "450108")),
    ("临桂县", "450322", 2013, ("450312",)),
    ("蝶山区", "450404", 2013, ("450403",)),
    ("福绵管理区", "", 2013, ("450903",)),
    ("武鸣县", "450122", 2015, ("450110",)),
    ("靖西县", "451025", 2015, ("451081",)),
    ("柳江县", "450221", 2016, ("450206",)),
    ("平桂管理区", "", 2016, ("451103",)),
    ("宜州市", "451281", 2016, ("451203",)),
    ("荔浦县", "450331", 2018, ("450381",)),
    ("田阳县", "451021", 2019, ("451003",)),
    ("平果县", "451023", 2019, ("451082",)),
    ("横县", "450127", 2021, ("450181",)),
)
_PEOPLES = re.compile("(?:各族|壮族|瑶族|苗族|侗族|仫佬族|毛南族|回族|京族|彝族|水族|仡佬族)+自治县$")
_SUFFIX = re.compile("(?:自治区|管理区|[市区县])$")
Forms = dict[str, tuple[str, ...]]


def read_regions(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read the regions of all three levels at full detail, with the census added up.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Indexed by `adcode`: the province, the prefectures, the counties, each level by code. Columns are
        `schema.REGION_COLUMNS` (people are persons, `area_km2` is square kilometres in the equal-area plane,
        `parent` of the province is missing) and `geometry`, multipolygons in WGS-84. The counties are one
        coverage: neighbours share every vertex of their border.

    Raises
    ------
    CatalogError
        A file is missing, changed, or has no entry; or a county has no census.
    MissingColumnError
        A file lacks a column.
    """
    regions = gpd.read_parquet(data_path(REGIONS_NAME, folder=folder))
    require_columns(regions, [ADCODE, *REGION_COLUMNS[:5], GEOMETRY], what=REGIONS_NAME)
    # The file spells the CRS out; the code is what people can read.
    regions = regions.set_index(ADCODE).set_crs(WGS84, allow_override=True)
    people = _people_by_region(regions, read_census(folder))
    return gpd.GeoDataFrame(regions.join(people)[[*REGION_COLUMNS, GEOMETRY]])


def read_census(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read the census of the counties and where their seats are.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    DataFrame
        Indexed by `adcode`: `name`, `schema.CENSUS_COLUMNS` (persons; `households` are families and
        `nonfarm_employed` is an estimate), `seat_town` (may be missing), `seat_lon` and `seat_lat` in WGS-84
        degrees, `seat_confidence` (high, medium, low).

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    census = pd.read_csv(data_path(CENSUS_NAME, folder=folder), dtype={ADCODE: "str"})
    require_columns(census, [ADCODE, *CENSUS_COLUMNS], what=CENSUS_NAME)
    return census.set_index(ADCODE)


def read_display_regions(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read the regions simplified for drawing; never join or measure on them.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Indexed by `adcode` in the order of `read_regions`: `name`, `name_en`, `level`, `parent` and
        `geometry` in WGS-84, still one coverage.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError
        The file lacks a column.
    """
    text = data_path(DISPLAY_NAME, folder=folder).read_text(encoding="utf-8")
    rows = pd.DataFrame([feature["properties"] for feature in json.loads(text)["features"]])
    require_columns(rows, [ADCODE, *DISPLAY_COLUMNS], what=DISPLAY_NAME)
    shapes = shapely.get_parts(shapely.from_geojson(text))
    return gpd.GeoDataFrame(rows.set_index(ADCODE)[[*DISPLAY_COLUMNS]], geometry=shapes, crs=WGS84)


def find_county(name: str, regions: pd.DataFrame) -> str:
    """Find a county by adcode, full name, short name, or a name or code that ended since 2000.

    Short is the name without 市, 区, 县 and without the people of an autonomous county: 青秀, 恭城, also
    恭城县. A name of one character keeps its 县 (藤县, 容县).

    Parameters
    ----------
    name
        For example 450103, 青秀区, 青秀, 横县; spaces and width make no difference.
    regions
        As from `read_regions`.

    Returns
    -------
    str
        The adcode today.

    Raises
    ------
    UnknownNameError
        There is no such county, or the name means several; lists the near names or the choices.
    """
    return _find(name, regions, level=COUNTY_LEVEL)


def find_prefecture(name: str, regions: pd.DataFrame) -> str:
    """Find a prefecture by adcode, full or short name.

    Parameters
    ----------
    name
        For example 450100, 南宁市, 南宁; spaces and width make no difference.
    regions
        As from `read_regions`.

    Returns
    -------
    str
        The adcode.

    Raises
    ------
    UnknownNameError
        There is no such prefecture; lists the near names.
    """
    return _find(name, regions, level=PREFECTURE_LEVEL)


def short_name(name: str) -> str:
    """Shorten a region's name: 青秀区 to 青秀, 恭城瑶族自治县 to 恭城, 藤县 stays 藤县."""
    short = _SUFFIX.sub("", _PEOPLES.sub("县", name))
    return short if len(short) > 1 else name


def _people_by_region(regions: pd.DataFrame, census: pd.DataFrame) -> pd.DataFrame:
    counties = regions[regions[LEVEL] == COUNTY_LEVEL]
    without = counties.index.difference(census.index)
    if len(without):
        raise CatalogError("census_without_rows", name=CENSUS_NAME, regions=[*without])
    people = census.loc[counties.index, [*CENSUS_COLUMNS]]
    by_prefecture = people.groupby(counties[PARENT]).sum()
    by_province = by_prefecture.groupby(regions.loc[by_prefecture.index, PARENT]).sum()
    return pd.concat([by_province, by_prefecture, people]).rename_axis(ADCODE)


def _find(name: str, regions: pd.DataFrame, *, level: str) -> str:
    asked = re.sub(r"\s", "", unicodedata.normalize("NFKC", name if isinstance(name, str) else ""))
    known = regions[regions[LEVEL] == level]
    codes = _forms(tuple(known.index), tuple(known[NAME])).get(asked, ())
    if len(codes) == 1:
        return codes[0]
    if codes:
        names = known[NAME].to_dict()
        choices = ", ".join(f"{code} {names[code]}" for code in codes)
        raise UnknownNameError("region_ambiguous", name=name, near=choices)
    other = regions[
        (regions[LEVEL] != level) & regions[NAME].map(lambda full: asked in {full, short_name(full)})
    ]
    if asked and len(other):
        what = other[LEVEL].iloc[0]
        raise UnknownNameError(
            "region_of_other_level", name=name, what=Message(str(what)), level=Message(level)
        )
    near = near_names(asked, [*known[NAME], *(old for old, *_ in ENDED if level == COUNTY_LEVEL)])
    raise UnknownNameError("region_unknown", level=Message(level), name=name, near=near or Message("none"))


@remember(holds="Ways of writing the names of regions.", most_bytes=1_000_000, most_entries=8)
def _forms(codes: tuple[str, ...], names: tuple[str, ...]) -> Forms:
    """Return every accepted way of writing a region; today's names win over ended ones."""
    forms: dict[str, list[str]] = {}
    for code, name in zip(codes, names, strict=True):
        autonomous = (f"{short_name(name)}县", f"{short_name(name)}自治县") if _PEOPLES.search(name) else ()
        for form in dict.fromkeys((code, name, short_name(name), *autonomous)):
            forms.setdefault(form, []).append(code)
    today = frozenset(forms)
    for name, code, _year, successors in ENDED:
        for form in dict.fromkeys((code, name, short_name(name))):
            if form and form not in today and set(successors) <= set(codes):
                forms.setdefault(form, []).extend(successors)
    return {form: tuple(dict.fromkeys(found)) for form, found in forms.items()}
