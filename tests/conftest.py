"""Fixtures every test may use: the real network, the shared folder, and a small world one can picture."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[1]

# No test, and no program a test starts, ever touches the registry of whoever runs the tests.
REGISTRY_FOLDER = Path(tempfile.mkdtemp(prefix="guigongtu-tests-"))
os.environ["DATABASE_URL"] = f"sqlite:///{REGISTRY_FOLDER / 'registry.sqlite3'}"
os.environ.pop("GUIGONGTU_READ_ONLY", None)
atexit.register(shutil.rmtree, REGISTRY_FOLDER, ignore_errors=True)

HOSTILE_TEXTS = (
    "{{7*191}}站",
    "{% if true %}站{% endif %}",
    "</script><script>document.title='runs'</script>",
    "<img src=x onerror=\"document.title='runs'\">",
    "`${document.title='runs'}`",
    "=1+1",
    "@SUM(A1:A9)",
    "第一行\n第二行",
    "\u202eabc\u202c 右到左",
    "驿站🚻👷\u200d♀️",
    "a\"b'c\\d;e,f\tg",
)


BROWSER = ROOT / "tests" / "browser"
DRIVEN_WITHIN = 0.6


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run one more worker than there are cores where tests in a browser run: they mostly wait for it."""
    return (os.cpu_count() or 1) + ("not slow" not in config.option.markexpr)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in `browser/` as slow too, and spread these files over the first part of the run.

    They are few tests that take long: together at the end they would crowd the machine while others are done.
    """
    files = defaultdict(list)
    for item in items:
        files[item.path].append(item)
        if BROWSER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
    driven = [path for path in files if BROWSER in path.parents]
    others = sorted((path for path in files if path not in driven), key=lambda path: -len(files[path]))
    apart = int(len(others) * DRIVEN_WITHIN / max(len(driven), 1))
    order = others.copy()
    for number, path in enumerate(driven):
        order.insert(number * (apart + 1), path)
    items[:] = [item for path in order for item in files[path]]


def run_apart(work):
    """Run a coroutine in an event loop of its own, and give what it gives.

    A browser's driver leaves its own loop running in the thread of the tests.
    """
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def project_root():
    """Give the project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def network():
    """Give the real network, read once."""
    from geo.network.network import load_network

    return load_network()


@pytest.fixture(scope="session")
def shared_folder():
    """Give the folder of facts and published instances beside the project; skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared folder does not stand beside the project")
    return folder


@pytest.fixture(scope="session")
def hostile_texts():
    """Give texts that must be shown literally and must never run, in any field."""
    return HOSTILE_TEXTS


@pytest.fixture
def tiny_network(tmp_path):
    """Give a fresh world of 2 prefectures with 2 square counties each, made by hand.

    Counties are squares of 0.1 degree: 甲区 450101 (west 108.0, south 22.8), 乙县 450102 east of it,
    丙区 450201 north of 甲区, 丁县 450202 north of 乙县. 东江市 450100 holds the first two, 西江市
    450200 the others. Each county has 1,000 residents times its place in the list. Facilities, by id:

    - T1, T2 worker stations with a point in 甲区, T1 sourced and T2 simulated
    - T3 a worker station in 乙县, simulated
    - T4 a drivers' home in 丙区, under construction, sourced
    - T5 a worker station somewhere in 丁县, place unknown, sourced
    - T6 a cultural palace somewhere in 西江市, county and place unknown, an institution only
    - H0, H1, … one sourced worker station in 甲区 for every hostile text, which stands in all its text fields
    """
    from geo import schema
    from geo.network.network import Network

    regions = _tiny_regions(schema)
    world = Network(
        folder=tmp_path,
        catalog=MappingProxyType({}),
        regions=regions,
        facilities=_tiny_facilities(schema),
        facility_types=_tiny_types(schema),
        counts=_tiny_counts(schema),
        standards=_tiny_standards(schema),
    )
    display_columns = [schema.NAME, schema.NAME_EN, schema.LEVEL, schema.PARENT, schema.GEOMETRY]
    read_later = {
        "display_regions": regions[display_columns],
        "townships": _tiny_townships(schema),
        "demand": _tiny_demand(schema),
    }
    vars(world).update(read_later)
    return world


def _tiny_regions(schema):
    squares = {
        "450101": ("甲区", "Jia District", "450100", 108.0, 22.8),
        "450102": ("乙县", "Yi County", "450100", 108.1, 22.8),
        "450201": ("丙区", "Bing District", "450200", 108.0, 22.9),
        "450202": ("丁县", "Ding County", "450200", 108.1, 22.9),
    }
    counties = [
        _region(schema, adcode, name, name_en, schema.COUNTY_LEVEL, parent, 1000 * rank, _square(west, south))
        for rank, (adcode, (name, name_en, parent, west, south)) in enumerate(squares.items(), start=1)
    ]
    prefectures = [
        _parent(schema, "450100", "东江市", "Dongjiang", schema.PREFECTURE_LEVEL, "450000", counties[:2]),
        _parent(schema, "450200", "西江市", "Xijiang", schema.PREFECTURE_LEVEL, "450000", counties[2:]),
    ]
    province = _parent(
        schema, "450000", "广西壮族自治区", "Guangxi", schema.PROVINCE_LEVEL, None, prefectures
    )
    rows = pd.DataFrame([province, *prefectures, *counties]).set_index(schema.ADCODE).sort_index()
    return gpd.GeoDataFrame(rows, geometry=schema.GEOMETRY, crs=schema.WGS84)


def _square(west, south):
    return shapely.box(west, south, round(west + 0.1, 6), round(south + 0.1, 6))


def _region(schema, adcode, name, name_en, level, parent, residents, geometry):
    people = dict.fromkeys(schema.CENSUS_COLUMNS, residents)
    people |= {schema.URBAN_RESIDENTS: residents // 2, schema.RURAL_RESIDENTS: residents - residents // 2}
    return {
        schema.ADCODE: adcode,
        schema.NAME: name,
        schema.NAME_EN: name_en,
        schema.LEVEL: level,
        schema.PARENT: parent,
        schema.AREA_KM2: 114.0,
        **people,
        schema.GEOMETRY: geometry,
    }


def _parent(schema, adcode, name, name_en, level, parent, children):
    outline = shapely.union_all([child[schema.GEOMETRY] for child in children])
    region = _region(schema, adcode, name, name_en, level, parent, 0, outline)
    summed = (schema.AREA_KM2, *schema.CENSUS_COLUMNS)
    return region | {column: sum(child[column] for child in children) for column in summed}


def _tiny_facilities(schema):
    rows = [
        _facility(schema, "T1", "worker_station", "江边驿站", "450101", lon=108.02, lat=22.82),
        _facility(schema, "T2", "worker_station", "桥头驿站〔模拟〕", "450101", lon=108.05, lat=22.85),
        _facility(schema, "T3", "worker_station", "乙县驿站〔模拟〕", "450102", lon=108.15, lat=22.85),
        _facility(schema, "T4", "drivers_home", "丙区司机之家", "450201", lon=108.05, lat=22.95),
        _facility(schema, "T5", "worker_station", "丁县驿站", "450202"),
        _facility(schema, "T6", "cultural_palace", "西江市工人文化宫", None),
    ]
    rows[1] |= {schema.ORIGIN: schema.SIMULATED, schema.SERVICES: "water;rest"}
    rows[2] |= {schema.ORIGIN: schema.SIMULATED, schema.SERVICES: "water;rest;wifi"}
    rows[3] |= {schema.STATUS: "under_construction"}
    rows[5] |= {schema.STATUS: "institution_only", schema.PREFECTURE: "450200"}
    rows += [_hostile_facility(schema, rank, text) for rank, text in enumerate(HOSTILE_TEXTS)]
    frame = pd.DataFrame(rows).set_index(schema.FACILITY_ID)
    places = schema.points(frame.pop("lon"), frame.pop("lat"))
    numbers = {schema.PLACE_ERROR_M: "float64", schema.CAPACITY: "float64"}
    frame = frame.astype(dict.fromkeys(schema.FACILITY_COLUMNS, "str") | numbers)
    return gpd.GeoDataFrame(frame[list(schema.FACILITY_COLUMNS)], geometry=places, crs=schema.WGS84)


def _facility(schema, facility_id, facility_type, name, county, *, lon=None, lat=None):
    blank = dict.fromkeys(schema.FACILITY_COLUMNS)
    known = lon is not None
    return blank | {
        schema.FACILITY_ID: facility_id,
        schema.FACILITY_TYPE: facility_type,
        schema.NAME: name,
        schema.COUNTY: county,
        schema.COUNTY_BY: None if county is None else schema.BY_POINT if known else schema.BY_DECLARED,
        schema.PREFECTURE: None if county is None else county[:4] + "00",
        schema.STATUS: schema.STATUSES[0],
        schema.ORIGIN: schema.SOURCED,
        schema.PLACE_PRECISION: "point" if known else "unknown",
        schema.PLACE_ERROR_M: 50.0 if known else None,
        schema.AS_OF: "2025-06-30",
        schema.SOURCE: "手工编造的测试数据",
        schema.DATASET: "facilities_sourced",
        "lon": lon,
        "lat": lat,
    }


def _hostile_facility(schema, rank, text):
    lon = round(108.01 + 0.005 * rank, 6)
    row = _facility(schema, f"H{rank}", "worker_station", text, "450101", lon=lon, lat=22.81)
    free = (
        schema.ALIASES,
        schema.ADDRESS,
        schema.HOURS,
        schema.HOURS_TEXT,
        schema.SERVICES_TEXT,
        schema.PARTNER,
        schema.SOURCE,
    )
    return row | dict.fromkeys(free, text)


def _tiny_types(schema):
    rows = {
        "worker_station": ("工会驿站", "Worker station", True, 20, False, "#B4231A", "circle"),
        "drivers_home": ("司机之家", "Drivers' home", True, 1, False, "#2C6693", "square"),
        "cultural_palace": ("工人文化宫", "Workers' cultural palace", True, 1, True, "#7A4E9C", "diamond"),
    }
    columns = list(schema.TYPE_COLUMNS)
    types = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(schema.TYPE_CODE)
    return types.astype({schema.PUBLISHED_TOTAL: "Int64"})


def _tiny_counts(schema):
    """Give one published total a type, made from the table of types itself."""
    published = _tiny_types(schema).reset_index().iloc[:2]
    return pd.DataFrame(
        {
            schema.SERIES: published[schema.TYPE_CODE],
            schema.FACILITY_TYPE: published[schema.TYPE_CODE],
            schema.REGION: "450000",
            schema.COUNT: published[schema.PUBLISHED_TOTAL].astype("int64"),
            schema.AS_OF: "2025-06-30",
            schema.SOURCE: "手工编造的测试数据",
            schema.DEFINITION: published[schema.NAME_ZH],
            schema.DEFINITION_PART: schema.WHOLE_TYPE,
            schema.REGION_NAME: "广西壮族自治区",
            schema.REGION_LEVEL: schema.PROVINCE_LEVEL,
            schema.AS_OF_SORT: "2025-06",
        }
    )


def _tiny_standards(schema):
    text = "手工编造的测试数据"
    row = ("worker_station", "straight_line_m", 1000.0, "m", "official", text, "made up by hand", text)
    return pd.DataFrame([row], columns=list(schema.STANDARD_COLUMNS))


def _tiny_townships(schema):
    rows = pd.DataFrame(
        {
            "code": ["450101001", "450202001"],
            schema.NAME: ["甲镇", "丁乡"],
            "kind": ["镇", "乡"],
            schema.COUNTY: ["450101", "450202"],
            "position_source": "made_up",
            "position_accuracy": "high",
        }
    ).set_index("code")
    places = [shapely.Point(108.05, 22.85), shapely.Point(108.15, 22.95)]
    return gpd.GeoDataFrame(rows, geometry=places, crs=schema.WGS84)


def _tiny_demand(schema):
    people = pd.Series([1000, 2000, 3000, 4000], dtype="float32")
    counties = ["450101", "450102", "450201", "450202"]
    columns = {
        schema.PEOPLE: people,
        schema.URBAN_PEOPLE: people / 2,
        schema.WORKERS: people / 2,
        schema.COUNTY: counties,
        "light": people / 100,
    }
    places = shapely.points([108.05, 108.15, 108.05, 108.15], [22.85, 22.85, 22.95, 22.95])
    return gpd.GeoDataFrame(columns, geometry=places, crs=schema.WGS84).rename_axis(schema.DEMAND_ID)
