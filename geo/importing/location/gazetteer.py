"""The names of places that lists use: counties in every form, townships, zones, named points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo import schema
from geo.caching.remembered import remember
from geo.catalog import DATA_FOLDER, data_path
from geo.importing.location.address_heads import AddressHeads
from geo.importing.synonyms import plain, read_words
from geo.importing.word_finder import WordFinder
from geo.network.regions import ENDED, REGIONS_NAME, read_census, short_name

POIS_NAME, ZONES_NAME, ALL_TOWNSHIPS_NAME = "osm_pois", "import_zones", "raw_townships"
FULL, SHORT, ENDED_NAME, ZONE, CODE_FORM, TOWN = (
    "full_name",
    "short_name",
    "ended_name",
    "zone",
    "code",
    "township",
)
PREFECTURE_FORM, NAMESAKE = "prefecture", "namesake"
# Short names that are also plain words: they count only beside their city, or alone in a county column.
PLAIN_WORDS = (
    "城中",
    "港口",
    "江南",
    "资源",
    "兴业",
    "七星",
    "象山",
    "银海",
    "海城",
    "新城",
    "城北",
    "永新",
    "兴安",
)
# What follows a name when it is a street's or a company's and no region's.
ROADS = ("路", "大道", "街", "巷", "里", "村", "桥", "苑", "小区", "花园", "大厦", "酒店", "社区")
LEAST_POI_NAME = 3
# How far from each other equal names may lie and still be one place (a school's gate and its building).
SAME_PLACE_DEGREES = 0.01


@dataclass(frozen=True)
class Form:
    """Hold one way to write a region: what it is, which regions it may mean, and since when it is no more."""

    text: str
    kind: str
    codes: tuple[str, ...]
    ended: int | None = None


@dataclass(frozen=True)
class Gazetteer:
    """Hold all names; made once for a set of regions and never changed.

    `forms` are the ways to write a county, prefecture or zone; `parents` and `names` are those of regions by
    adcode, `children` the counties of each prefecture; `elsewhere` the cities outside that have a district of
    a name; `heads` cuts addresses behind the last of all these; `towns` the townships by name; `seats` the
    county seats; `points` named points by county and name, each standing for one place.
    """

    forms: Mapping[str, Form]
    form_finder: WordFinder
    parents: Mapping[str, str]
    names: Mapping[str, str]
    elsewhere: Mapping[str, str]
    towns: Mapping[str, tuple["Town", ...]]
    town_finder: WordFinder
    children: Mapping[str | None, frozenset[str]]
    heads: AddressHeads
    seats: Mapping[str, "Town"] = field(default_factory=dict)
    points: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Town:
    """Hold one township, or the seat of a county, and how well its place is known."""

    code: str
    name: str
    county: str
    lon: float
    lat: float
    error_m: float

    @property
    def placed(self) -> bool:
        return bool(np.isfinite(self.lon) and np.isfinite(self.lat))


def read_gazetteer(folder: Path = DATA_FOLDER) -> Gazetteer:
    """Read all names of a data folder; the second call for a folder costs nothing.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Raises
    ------
    CatalogError
        A table is missing, changed, or has no entry.
    """
    return _read(folder)


@remember(
    holds="Names that addresses are read by, by data folder.",
    most_bytes=10_000_000,
    most_entries=2,
)
def _read(folder: Path) -> Gazetteer:
    columns = [schema.ADCODE, schema.NAME, schema.LEVEL, schema.PARENT]
    regions = pd.read_parquet(data_path(REGIONS_NAME, folder=folder), columns=columns)
    regions = regions.set_index(schema.ADCODE)
    zones = pd.read_csv(data_path(ZONES_NAME, folder=folder), dtype="str")
    forms = region_forms(regions, _text_pairs(zones["names"], zones["counties"]))
    census = read_census(folder)
    towns = pd.read_csv(data_path(ALL_TOWNSHIPS_NAME, folder=folder), dtype="str")
    known = regions[regions[schema.LEVEL] != schema.PROVINCE_LEVEL]
    named = _towns(towns, census)
    elsewhere = {
        form: cities
        for name, cities in read_words(folder).elsewhere.items()
        for form in (short_name(name), name)
    }
    return Gazetteer(
        forms=MappingProxyType(forms),
        form_finder=WordFinder(forms),
        parents=MappingProxyType(_text_pairs(known.index, known[schema.PARENT])),
        names=MappingProxyType(_text_pairs(known.index, known[schema.NAME])),
        elsewhere=MappingProxyType(elsewhere),
        towns=MappingProxyType(named),
        town_finder=WordFinder(named),
        children=MappingProxyType(_children(known)),
        heads=AddressHeads((*forms, *named, *elsewhere), ROADS),
        seats=MappingProxyType(_seats(census)),
        points=read_points(folder),
    )


def read_points(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read the named points of OpenStreetMap that stand for one place in their county.

    Returns
    -------
    DataFrame
        Indexed by (`county`, plain name): `name`, `lon`, `lat` in WGS-84 degrees. A name that several
        distant points of a county share is no place and is left out.
    """
    points = pd.read_parquet(data_path(POIS_NAME, folder=folder))
    points = points.assign(plain_name=points[schema.NAME].map(plain))
    points = points[points["plain_name"].str.len() >= LEAST_POI_NAME]
    groups = points.groupby([schema.COUNTY, "plain_name"], sort=True)
    spread = (groups[[schema.LON, schema.LAT]].max() - groups[[schema.LON, schema.LAT]].min()).max(axis=1)
    one = groups[[schema.NAME, schema.LON, schema.LAT]].first()
    return one[spread <= SAME_PLACE_DEGREES]


def region_forms(regions: pd.DataFrame, zones: Mapping[str, str]) -> dict[str, Form]:
    """Return every way to write a county or a prefecture, and the zones; today's names win over ended ones.

    Parameters
    ----------
    regions
        Indexed by adcode: `name`, `level`.
    zones
        Counties joined by semicolons, by the zones' names joined by blanks.
    """
    forms: dict[str, Form] = {}
    counties = regions.loc[regions[schema.LEVEL] == schema.COUNTY_LEVEL, schema.NAME]
    prefectures = regions.loc[regions[schema.LEVEL] == schema.PREFECTURE_LEVEL, schema.NAME]
    for code, name in counties.items():
        _add(forms, Form(name, FULL, (str(code),)))
        short = short_name(name)
        # 恭城瑶族自治县 is written 恭城县, and 横州市 at times 横州县.
        for middle in (f"{short}县", f"{short}自治县") if name.endswith("自治县") else ():
            _add(forms, Form(middle, FULL, (str(code),)))
        _add(forms, Form(short, SHORT, (str(code),)))
        _add(forms, Form(str(code), CODE_FORM, (str(code),)))
    for code, name in prefectures.items():
        _add(forms, Form(name, PREFECTURE_FORM, (str(code),)))
        _add(forms, Form(short_name(name), PREFECTURE_FORM, (str(code),)))
        _add(forms, Form(str(code), PREFECTURE_FORM, (str(code),)))
    for name, code, year, successors in ENDED:
        if set(successors) <= set(map(str, counties.index)):
            for text in filter(None, (name, code)):
                _add(forms, Form(text, ENDED_NAME, successors, ended=year))
    for names, codes in zones.items():
        for name in map(plain, names.split()):
            # Addresses are read behind the province's name.
            for text in dict.fromkeys((name, name.removeprefix("广西"))):
                _add(forms, Form(text, ZONE, tuple(codes.split(schema.LIST_SEPARATOR))))
    return forms


def _children(regions: pd.DataFrame) -> dict[str | None, frozenset[str]]:
    """Return the counties of each prefecture, and all of them under None."""
    counties = regions.loc[regions[schema.LEVEL] == schema.COUNTY_LEVEL, schema.PARENT]
    children: dict[str | None, frozenset[str]] = {None: frozenset(map(str, counties.index))}
    for parent, rows in counties.groupby(counties):
        children[str(parent)] = frozenset(map(str, rows.index))
    return children


def _text_pairs(keys: Iterable[object], values: Iterable[object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in zip(keys, values, strict=True)}


def _add(forms: dict[str, Form], form: Form) -> None:
    forms.setdefault(form.text, form)


def _town_error_m(accuracy: str) -> float:
    """Take the larger number of a text as `~1-4 km`, in metres."""
    numbers = pd.Series([accuracy]).str.extractall(r"(\d+)")[0].astype(float)
    return float(numbers.max() * 1000) if len(numbers) else float("nan")


def _towns(rows: pd.DataFrame, census: pd.DataFrame) -> dict[str, tuple[Town, ...]]:
    unknown = rows[schema.POSITION_SOURCE].eq("county_seat_only")
    errors = {text: _town_error_m(text) for text in rows[schema.POSITION_ACCURACY].unique()}
    found: dict[str, list[Town]] = {}
    for code, name, county, lon, lat, accuracy, lost in zip(
        rows[schema.CODE],
        rows[schema.NAME],
        rows["county_code"],
        rows[schema.LON].astype(float),
        rows[schema.LAT].astype(float),
        rows[schema.POSITION_ACCURACY],
        unknown,
        strict=True,
    ):
        place = (np.nan, np.nan, np.nan) if lost else (lon, lat, errors[accuracy])
        # The seat's own town is where the seat is, and that is known.
        if lost and census[schema.SEAT_TOWN].get(county) == name:
            place = (*census.loc[county, [schema.SEAT_LON, schema.SEAT_LAT]].astype(float), 2000.0)
        town = Town(code, name, county, *place)
        found.setdefault(name, []).append(town)
    return {name: tuple(towns) for name, towns in found.items()}


def _seats(census: pd.DataFrame) -> dict[str, Town]:
    errors_m = {"high": 1500.0, "medium": 6000.0}
    return {
        str(county): Town(
            str(county),
            "" if pd.isna(row[schema.SEAT_TOWN]) else str(row[schema.SEAT_TOWN]),
            str(county),
            float(row[schema.SEAT_LON]),
            float(row[schema.SEAT_LAT]),
            errors_m.get(row[schema.SEAT_CONFIDENCE], 25_000.0),
        )
        for county, row in census.iterrows()
    }
