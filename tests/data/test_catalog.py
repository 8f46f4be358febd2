"""Every data file: that it has an entry, and that the entry tells the truth about it."""

import json
import re

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from data.build.licences import licences_page
from geo import schema
from geo.catalog import (
    CATALOG_NAME,
    DATA_FOLDER,
    LICENCES_NAME,
    data_path,
    file_sha256,
    read_catalog,
    uncatalogued,
)
from geo.errors import CatalogError

CATALOG = read_catalog()
MEBIBYTE = 2**20
NATION = "100000"
ADCODE_COLUMNS = ("adcode", "county", "prefecture", "parent", "county_code", "prefecture_code", "region")
# The province with its sea, as far as Guangxi's own islands.
WEST, SOUTH, EAST, NORTH = 104.4, 20.2, 112.1, 26.4


@pytest.fixture(scope="module")
def adcodes():
    regions = pd.read_parquet(data_path("regions"), columns=["adcode"])
    return {NATION, *regions["adcode"]}


@pytest.fixture
def small_folder(tmp_path):
    """Give a folder with one catalogued file."""
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    fields = {"path": "a.csv", "rows": 1, "crs": None, "sha256": file_sha256(tmp_path / "a.csv")}
    words = ("title", "title_en", "source", "as_of", "retrieved", "licence", "attribution", "built_by")
    entry = fields | dict.fromkeys(words, "-")
    (tmp_path / CATALOG_NAME).write_text(json.dumps({"a": entry}), encoding="utf-8")
    return tmp_path


def open_entry(name):
    """Read any catalogued file into a frame, its geometry too where it has one."""
    path = data_path(name)
    if path.suffix == ".parquet":
        is_geo = b"geo" in (pq.read_schema(path).metadata or {})
        return gpd.read_parquet(path) if is_geo else pd.read_parquet(path)
    if path.suffix == ".geojson":
        return gpd.read_file(path)
    return pd.read_csv(path, dtype="str")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CATALOG))
def test_an_entry_tells_the_truth_about_its_file(name, adcodes):
    entry = CATALOG[name]
    rows = open_entry(name)
    assert len(rows) == entry.rows
    require_places(rows, entry.crs)
    for column in set(ADCODE_COLUMNS) & set(rows.columns):
        codes = rows[column].dropna().astype("str")
        codes = codes[codes.str.fullmatch(r"\d{6}")]
        assert set(codes) <= adcodes, f"{name}.{column} holds adcodes that no region has"


def require_places(rows, crs):
    if isinstance(rows, gpd.GeoDataFrame):
        assert rows.crs == crs == schema.WGS84
        shapes = rows.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        west, south, east, north = rows.total_bounds
    elif {schema.LON, schema.LAT} <= set(rows.columns) and crs:
        assert crs == schema.WGS84
        lon, lat = rows[schema.LON].astype(float), rows[schema.LAT].astype(float)
        assert (lon.isna() == lat.isna()).all()
        west, south, east, north = lon.min(), lat.min(), lon.max(), lat.max()
    else:
        return
    assert west >= WEST
    assert south >= SOUTH
    assert east <= EAST
    assert north <= NORTH


@pytest.mark.parametrize("name", list(CATALOG))
def test_an_entry_says_whence_when_and_on_what_terms(name):
    entry = CATALOG[name]
    assert entry.path == re.sub(r"^raw/.*/", "raw/", entry.path)
    for said in (entry.title, entry.title_en, entry.source, entry.licence, entry.attribution, entry.built_by):
        assert said.strip()
    assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", entry.retrieved)
    assert re.match(r"\d{4}", entry.as_of)
    assert name.startswith("raw_") == entry.path.startswith("raw/")


@pytest.mark.parametrize("name", [name for name in CATALOG if not name.startswith("raw_")])
def test_a_built_file_names_a_script_that_is_there(name):
    script = CATALOG[name].built_by
    assert (DATA_FOLDER.parent / script).is_file(), script


def test_no_file_is_without_an_entry_and_no_entry_without_a_file():
    assert uncatalogued() == ()
    assert [entry.path for entry in CATALOG.values() if not (DATA_FOLDER / entry.path).is_file()] == []


def test_all_the_data_together_is_at_most_12_mib():
    files = [path for path in DATA_FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= 12 * MEBIBYTE


def test_the_page_of_licences_is_what_the_catalogue_says():
    assert (DATA_FOLDER / LICENCES_NAME).read_text(encoding="utf-8") == licences_page(CATALOG)


def test_a_file_without_an_entry_is_found_and_build_scripts_are_not(small_folder):
    (small_folder / "build").mkdir()
    (small_folder / "build" / "a.py").touch()
    assert uncatalogued(small_folder) == ()
    (small_folder / "raw").mkdir()
    (small_folder / "raw" / "stray.csv").touch()
    assert uncatalogued(small_folder) == ("raw/stray.csv",)


def test_one_changed_byte_is_found(small_folder):
    assert data_path("a", folder=small_folder) == small_folder / "a.csv"
    (small_folder / "a.csv").write_text("x\n2\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"a\.csv is not the file catalog\.json describes"):
        data_path("a", folder=small_folder)


def test_a_missing_file_and_a_missing_entry_are_named(small_folder):
    with pytest.raises(CatalogError, match=r"b has no entry in catalog\.json; it lists a\."):
        data_path("b", folder=small_folder)
    (small_folder / "a.csv").unlink()
    with pytest.raises(CatalogError, match=r"a\.csv is missing"):
        data_path("a", folder=small_folder)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe{}"])
def test_a_catalogue_that_is_not_json_is_refused(small_folder, content):
    (small_folder / CATALOG_NAME).write_bytes(content)
    with pytest.raises(CatalogError, match="is not JSON"):
        read_catalog(small_folder)


def test_a_missing_catalogue_is_refused(tmp_path):
    with pytest.raises(CatalogError, match=r"catalog\.json is missing"):
        read_catalog(tmp_path)


def test_every_incomplete_entry_is_named_at_once(small_folder):
    path = small_folder / CATALOG_NAME
    listing = json.loads(path.read_text(encoding="utf-8"))
    listing["b"] = {key: value for key, value in listing["a"].items() if key != "licence"}
    listing["c"] = {key: value for key, value in listing["a"].items() if key not in {"rows", "crs"}}
    path.write_text(json.dumps(listing), encoding="utf-8")
    with pytest.raises(CatalogError, match="b lacks licence; c lacks crs, rows"):
        read_catalog(small_folder)
