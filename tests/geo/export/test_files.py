"""A file holds exactly what was filtered, says whence it comes, and nothing in it ever runs."""

import csv
import dataclasses
import datetime as dt
import io
import json
import math
import warnings
import zipfile

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings

from geo import schema
from geo.errors import InvalidValueError
from geo.export.files import (
    Provenance,
    file_name,
    filters_in_words,
    names_of_codes,
    provenance_of,
    simulated_share,
    to_csv,
    to_geojson,
    to_geopackage,
    to_xlsx,
)
from geo.fields import CODE_NAMES, FIELDS

DAY = dt.date(2026, 11, 23)
WRITERS = (to_geojson, to_csv, to_xlsx, to_geopackage)
# The free texts of a facility: what a list from outside may hold.
FREE_TEXTS = (
    schema.NAME,
    schema.ALIASES,
    schema.ADDRESS,
    schema.HOURS,
    schema.HOURS_TEXT,
    schema.SERVICES_TEXT,
    schema.PARTNER,
    schema.SOURCE,
)


def about_of(rows, network=None, **changes):
    told = Provenance(
        title="工会服务网络",
        attribution=("© OpenStreetMap contributors",),
        sources=(),
        filters={},
        simulated_share=simulated_share(rows),
        rows=len(rows),
        generated_on=DAY,
        names={} if network is None else names_of_codes(network),
    )
    return dataclasses.replace(told, **changes)


def read_csv(content):
    """Read a file as a strict reader would, taking one leading apostrophe away from every text."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    header, *lines = rows
    return [dict(zip(header, line, strict=True)) for line in lines]


def read_sheets(content):
    """Give every sheet as a list of rows of values."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def read_rows(sheet):
    """Give a sheet's rows by the field names in the second line of its header."""
    names = [head.split("\n")[1] for head in sheet[0]]
    return [dict(zip(names, row, strict=True)) for row in sheet[1:]]


def read_layer(content, tmp_path, layer):
    path = tmp_path / "read.gpkg"
    path.write_bytes(content)
    return pyogrio.read_dataframe(path, layer=layer)


def strict_json(content):
    """Read JSON that holds no NaN and no Infinity, in UTF-8."""

    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(content.decode("utf-8"), parse_constant=refuse)


# --- GeoJSON ---------------------------------------------------------------------------------------


def test_geojson_holds_the_rows_in_their_order_with_every_field(tiny_network):
    rows = tiny_network.facilities.iloc[::-1]
    world = strict_json(to_geojson(rows, about=about_of(rows, tiny_network)))
    assert world["type"] == "FeatureCollection"
    assert [feature["id"] for feature in world["features"]] == list(rows.index)
    for feature in world["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert {schema.FACILITY_ID, *schema.FACILITY_COLUMNS} <= set(feature["properties"])
        assert set(feature["properties"]) <= set(FIELDS)
        assert feature["properties"][schema.FACILITY_ID] == feature["id"]


def test_geojson_is_in_wgs84_and_does_not_say_crs(tiny_network):
    rows = tiny_network.facilities
    assert "crs" not in strict_json(to_geojson(rows, about=about_of(rows)))
    for crs, word in (("EPSG:3857", "EPSG:3857"), (None, "no known datum")):
        elsewhere = rows.set_crs(crs, allow_override=True)
        for write in WRITERS:
            with pytest.raises(InvalidValueError, match=word):
                write(elsewhere, about=about_of(rows))


def test_the_bbox_is_of_what_is_located_and_is_absent_when_nothing_is(tiny_network):
    rows = tiny_network.facilities.loc[["T1", "T3", "T5"]]
    assert strict_json(to_geojson(rows, about=about_of(rows)))["bbox"] == [108.02, 22.82, 108.15, 22.85]
    unknown = tiny_network.facilities.loc[["T5", "T6"]]
    world = strict_json(to_geojson(unknown, about=about_of(unknown)))
    assert "bbox" not in world
    assert [feature["geometry"] for feature in world["features"]] == [None, None]


def test_an_unknown_place_is_null_and_never_nan_in_whatever_way_it_is_unknown(tiny_network):
    rows = tiny_network.facilities.iloc[:4].copy()
    rows.geometry = np.array(
        [None, shapely.Point(), shapely.Point(np.nan, np.nan), shapely.Point(108.02, 22.82)], dtype=object
    )
    rows = rows.set_crs(schema.WGS84)
    rows[schema.PLACE_ERROR_M] = [np.inf, -np.inf, np.nan, -5.5]
    about = about_of(rows)
    world = strict_json(to_geojson(rows, about=about))
    assert [feature["geometry"] is None for feature in world["features"]] == [True, True, True, False]
    errors = [feature["properties"][schema.PLACE_ERROR_M] for feature in world["features"]]
    assert errors == [None, None, None, -5.5]
    table = read_csv(to_csv(rows, about=about))
    assert [row[schema.LON] for row in table] == ["", "", "", "108.02"]
    assert [row[schema.PLACE_ERROR_M] for row in table] == ["", "", "", "-5.5"]


def test_coordinates_have_at_most_six_decimals(tiny_network):
    rows = tiny_network.facilities.iloc[:2].copy()
    rows.geometry = gpd.points_from_xy([108.123456789, -1e-9], [22.1234564999, 22.0], crs=schema.WGS84)
    world = strict_json(to_geojson(rows, about=about_of(rows)))
    assert [feature["geometry"]["coordinates"] for feature in world["features"]] == [
        [108.123457, 22.123456],
        [0.0, 22.0],
    ]
    assert b"-0" not in to_geojson(rows, about=about_of(rows)).split(b'"properties"')[0].split(b"features")[1]


def test_regions_have_counter_clockwise_exteriors_and_clockwise_holes(tiny_network):
    regions = tiny_network.regions.copy()
    hole = shapely.box(108.02, 22.82, 108.04, 22.84)
    island = shapely.box(109, 22, 109.1, 22.1).reverse()
    holed = regions.geometry["450101"].difference(hole)
    regions.loc["450101", schema.GEOMETRY] = shapely.MultiPolygon([*shapely.get_parts(holed), island])
    world = strict_json(to_geojson(regions, about=about_of(regions)))
    assert world["provenance"]["simulated_share"] is None
    ids = [feature["id"] for feature in world["features"]]
    assert ids == list(regions.index)
    for feature in world["features"]:
        for polygon in shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"]))):
            assert shapely.is_ccw(polygon.exterior)
            assert not any(shapely.is_ccw(ring) for ring in polygon.interiors)
    county = world["features"][ids.index("450101")]
    assert len(county["geometry"]["coordinates"][0]) == 2
    assert county["properties"][schema.ADCODE] == "450101"
    assert county["properties"][schema.RESIDENTS] == 1000


def test_provenance_says_source_date_filters_share_and_notice(tiny_network):
    rows = tiny_network.facilities.loc[["T1", "T2", "T3", "T4"]]
    about = provenance_of(
        rows, tiny_network, title="工会驿站", filters={"县区": "甲区"}, generated_on=DAY, entries=["regions"]
    )
    told = strict_json(to_geojson(rows, about=about))["provenance"]
    assert told["simulated_share"] == 0.5
    assert told["filters"] == {"县区": "甲区"}
    assert told["generated_on"] == "2026-11-23"
    assert told["rows"] == 4
    assert "50.0%" in told["notice"]
    assert [source["name"] for source in told["sources"]] == ["facilities_sourced", "regions"]


def test_the_catalogue_gives_attribution_and_dates(network):
    rows = network.facilities
    about = provenance_of(rows, network, title="全部", filters={}, generated_on=DAY)
    assert {source.name for source in about.sources} == set(rows[schema.DATASET].unique())
    assert all(source.as_of and source.licence and source.title for source in about.sources)
    assert any("OpenStreetMap" in line for line in about.attribution)
    assert about.simulated_share == pytest.approx((rows[schema.ORIGIN] == "simulated").mean())


def test_gdal_reads_the_geojson_as_it_is_meant(tiny_network, tmp_path):
    rows = tiny_network.facilities
    path = tmp_path / "read.geojson"
    path.write_bytes(to_geojson(rows, about=about_of(rows)))
    layer = pyogrio.read_dataframe(path)
    assert list(layer[schema.FACILITY_ID]) == list(rows.index)
    assert layer.crs == "EPSG:4326"
    assert (layer.geometry.isna().to_numpy() == rows.geometry.isna().to_numpy()).all()


# --- every format ----------------------------------------------------------------------------------


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_rows_give_the_same_bytes_and_stay_as_they_were(tiny_network, write):
    rows = tiny_network.facilities
    before = rows.copy(deep=True)
    about = about_of(rows, tiny_network)
    assert write(rows, about=about) == write(rows, about=about)
    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize("write", WRITERS)
def test_provenance_made_for_other_rows_is_refused(tiny_network, write):
    with pytest.raises(InvalidValueError, match="about says 2 rows and the frame has 3"):
        write(tiny_network.facilities.iloc[:3], about=about_of(tiny_network.facilities.iloc[:2]))


@pytest.mark.parametrize("write", WRITERS)
def test_an_id_that_occurs_twice_is_refused_by_name(tiny_network, write):
    rows = tiny_network.facilities.loc[["T1", "T2", "T1"]]
    with pytest.raises(InvalidValueError, match="T1 occur more than once"):
        write(rows, about=about_of(rows))


def test_an_empty_selection_is_a_valid_file_in_every_format(tiny_network, tmp_path):
    none = tiny_network.facilities.iloc[:0]
    about = about_of(none, tiny_network)
    assert about.simulated_share is None
    assert strict_json(to_geojson(none, about=about))["features"] == []
    header, *rows = to_csv(none, about=about).decode("utf-8-sig").splitlines()
    assert header.startswith("facility_id,facility_type,facility_type_name,name,")
    assert not rows
    sheets = read_sheets(to_xlsx(none, about=about))
    assert list(sheets) == ["合计", "设施", "来源", "字段"]
    assert len(sheets["设施"]) == 1
    layer = read_layer(to_geopackage(none, about=about), tmp_path, "facilities")
    assert layer.empty
    assert {schema.FACILITY_ID, *schema.FACILITY_COLUMNS} <= set(layer.columns)


def test_every_field_of_a_facility_or_region_is_documented_in_both_languages(tiny_network):
    written = [schema.FACILITY_ID, *schema.FACILITY_COLUMNS, schema.ADCODE, *schema.REGION_COLUMNS]
    assert not set(written) - set(FIELDS)
    assert all(field.zh and field.meaning_zh and field.meaning_en for field in FIELDS.values())
    for rows in (tiny_network.facilities, tiny_network.regions):
        header = next(csv.reader(io.StringIO(to_csv(rows, about=about_of(rows)).decode("utf-8-sig"))))
        assert not set(header) - set(FIELDS)
    assert set(CODE_NAMES[schema.SERVICES]) == set(schema.SERVICE_CODES)


def test_words_stand_beside_codes_in_every_format(tiny_network, tmp_path):
    rows = tiny_network.facilities.loc[["T2", "T6"]]
    about = about_of(rows, tiny_network)
    expected = [("工会驿站", "甲区", "东江市", "模拟"), ("工人文化宫", None, "西江市", "有公开来源")]
    columns = [f"{name}_name" for name in ("facility_type", "county", "prefecture", "origin")]
    features = strict_json(to_geojson(rows, about=about))["features"]
    assert [tuple(one["properties"][name] for name in columns) for one in features] == expected
    table = read_csv(to_csv(rows, about=about))
    assert [tuple(row[name] or None for name in columns) for row in table] == expected
    layer = read_layer(to_geopackage(rows, about=about), tmp_path, "facilities")
    words = layer[columns].astype(object).where(layer[columns].notna(), None)
    assert list(words.itertuples(index=False, name=None)) == expected


# --- hostile text ----------------------------------------------------------------------------------

UNSEEN = (
    "\x00站",
    "\x07\x1b[31m站",
    "\ud800站",
    "站\uffff",
    "_x000D_站_x0041_",
    "\r\n站\r",
    "'站",
    " =1+1",
    "＝1",
)


def hostile_rows(tiny_network, texts):
    rows = tiny_network.facilities.loc[["T1"] * len(texts)].set_axis(
        [f"X{rank}" for rank in range(len(texts))]
    )
    rows = rows.rename_axis(schema.FACILITY_ID)
    return rows.assign(**{column: pd.Series(texts, rows.index, dtype=object) for column in FREE_TEXTS})


def as_tables_hold_it(text):
    """Replace what no table holds."""
    held = {*"\t\n\r"}
    return "".join("\ufffd" if (c < " " and c not in held) or c in "\ud800\uffff" else c for c in text)


def test_hostile_texts_come_back_literally_from_geojson(tiny_network, hostile_texts):
    texts = [*hostile_texts, *UNSEEN]
    rows = hostile_rows(tiny_network, texts)
    for feature, text in zip(
        strict_json(to_geojson(rows, about=about_of(rows)))["features"], texts, strict=True
    ):
        literal = text.replace("\ud800", "\ufffd")
        assert all(feature["properties"][column] == literal for column in FREE_TEXTS)


def test_hostile_texts_come_back_from_csv_and_none_starts_a_formula(tiny_network, hostile_texts):
    texts = [*hostile_texts, *UNSEEN]
    rows = hostile_rows(tiny_network, texts)
    for row, text in zip(read_csv(to_csv(rows, about=about_of(rows))), texts, strict=True):
        for column in FREE_TEXTS:
            assert not row[column].lstrip().startswith(("=", "+", "-", "@", "＝"))
            assert row[column].removeprefix("'") == as_tables_hold_it(text)


def test_hostile_texts_come_back_from_a_workbook_that_holds_no_formula_and_no_link(
    tiny_network, hostile_texts
):
    texts = [*hostile_texts, *UNSEEN, "https://example.org/", "mailto:a@b.cn", "x" * 40_000]
    rows = hostile_rows(tiny_network, texts)
    content = to_xlsx(rows, about=about_of(rows, filters={"文字": "=1+1"}))
    for row, text in zip(read_rows(read_sheets(content)["worker_station"]), texts, strict=True):
        expected = as_tables_hold_it(text.replace("\r\n", "\n").replace("\r", "\n"))
        expected = expected if len(expected) <= 32_767 else expected[:32_766] + "…"
        assert all(row[column] == expected for column in FREE_TEXTS)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    parts = zipfile.ZipFile(io.BytesIO(content))
    sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not [xml for xml in sheets if b"<f>" in xml or b"<hyperlink" in xml]


def test_hostile_texts_come_back_from_a_geopackage(tiny_network, hostile_texts, tmp_path):
    texts = [*hostile_texts, *UNSEEN]
    rows = hostile_rows(tiny_network, texts)
    layer = read_layer(to_geopackage(rows, about=about_of(rows)), tmp_path, "facilities")
    for column in FREE_TEXTS:
        assert list(layer[column]) == [as_tables_hold_it(text) for text in texts]


any_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
numbers = st.none() | st.floats(allow_nan=True, allow_infinity=True)
degrees = st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def world_of(texts_and_numbers_and_places):
    texts, errors, places = zip(*texts_and_numbers_and_places, strict=True)
    columns = dict.fromkeys(schema.FACILITY_COLUMNS)
    frame = pd.DataFrame(columns, index=[f"id{rank}" for rank in range(len(texts))])
    frame = frame.assign(facility_type="worker_station", name=pd.Series(texts, frame.index, dtype=object))
    frame[schema.PLACE_ERROR_M] = np.array([np.nan if error is None else error for error in errors])
    shapes = [None if place is None else shapely.Point(place) for place in places]
    return gpd.GeoDataFrame(frame, geometry=np.array([*shapes, None])[:-1], crs=schema.WGS84)


@given(st.lists(st.tuples(any_text, numbers, degrees), min_size=1, max_size=6))
@settings(deadline=None, max_examples=20)
def test_any_text_number_and_place_come_back_from_geojson_and_csv(rows):
    world = world_of(rows)
    about = about_of(world)
    features = strict_json(to_geojson(world, about=about))["features"]
    table = read_csv(to_csv(world, about=about))
    for (text, error, place), feature, row in zip(rows, features, table, strict=True):
        finite = error if error is not None and math.isfinite(error) else None
        assert feature["properties"][schema.NAME] == text
        assert feature["properties"][schema.PLACE_ERROR_M] == finite
        assert (float(row[schema.PLACE_ERROR_M]) if row[schema.PLACE_ERROR_M] else None) == finite
        assert (feature["geometry"] is None) == (place is None)
        if place is not None:
            assert feature["geometry"]["coordinates"] == pytest.approx(place, abs=5.1e-7)
            assert [float(row[schema.LON]), float(row[schema.LAT])] == feature["geometry"]["coordinates"]
        if not any(ord(c) < 32 or 127 <= ord(c) < 160 or ord(c) > 0xFFFD for c in text):
            assert row[schema.NAME].removeprefix("'") == text


printable = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)


@given(st.lists(st.tuples(printable, numbers, degrees), min_size=1, max_size=4))
@settings(deadline=None, max_examples=15)
def test_any_printable_text_comes_back_from_a_workbook(rows):
    world = world_of(rows)
    read = read_rows(read_sheets(to_xlsx(world, about=about_of(world)))["worker_station"])
    assert [row[schema.NAME] for row in read] == [text for text, _, _ in rows]


# --- CSV, workbook, GeoPackage in particular ---------------------------------------------------------


def test_csv_begins_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_says(tiny_network):
    rows = tiny_network.facilities.loc[["T1", "T2"]]
    content = to_csv(rows, about=about_of(rows))
    assert content.startswith(b"\xef\xbb\xbffacility_id,")
    assert content.count(b"\r\n") == 3
    assert content.endswith(b"\r\n")


def test_every_line_of_csv_names_its_credit_and_what_was_asked(tiny_network):
    rows = tiny_network.facilities.loc[["T1", "T2"]]
    about = about_of(rows, filters={"县区": "甲区"})
    for row in read_csv(to_csv(rows, about=about)):
        assert row["attribution"] == "© OpenStreetMap contributors"
        assert row["exported_as"] == "桂工图 | 工会服务网络 | 县区：甲区 | 2 条 | 模拟 50.0% | 2026-11-23"


def test_a_workbook_has_a_sheet_per_type_between_totals_and_sources(tiny_network):
    rows = tiny_network.facilities
    about = provenance_of(rows, tiny_network, title="网络", filters={"类型": "全部"}, generated_on=DAY)
    sheets = read_sheets(to_xlsx(rows, about=about))
    assert list(sheets) == ["合计", "工会驿站", "司机之家", "工人文化宫", "来源", "字段"]
    stations = rows.index[rows[schema.FACILITY_TYPE] == "worker_station"]
    assert [row[schema.FACILITY_ID] for row in read_rows(sheets["工会驿站"])] == list(stations)
    totals = {row["facility_type"]: row for row in read_rows(sheets["合计"][:4])}
    assert totals["worker_station"]["total"] == len(stations)
    assert totals["worker_station"]["place_unknown"] == 1
    assert totals["worker_station"]["simulated"] == 2
    assert totals["drivers_home"]["located"] == 1
    assert sheets["合计"][4][2] == len(rows)
    told = dict(sheets["来源"])
    assert told["导出日期 generated_on"] == "2026-11-23"
    assert told["筛选 filter: 类型"] == "全部"
    assert told["来源 source: facilities_sourced: name"] == "facilities_sourced"


def test_sheets_of_facilities_are_frozen_filtered_and_headed_in_both_languages(tiny_network):
    rows = tiny_network.facilities
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(rows, about=about_of(rows, tiny_network))))
    sheet = book["司机之家"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet["A1"].value == "设施编号\nfacility_id"
    assert book.properties.created == dt.datetime(2026, 11, 23)  # noqa: DTZ001


def test_names_of_types_become_sheet_names_excel_accepts(tiny_network):
    hostile = ["[a]:*?/\\'", "x" * 40, "X" * 40, "合计", "History", "", "\x00\ud800"]
    rows = tiny_network.facilities.loc[["T1"] * len(hostile)].set_axis([f"X{n}" for n in range(len(hostile))])
    codes = [f"type{n}" for n in range(len(hostile))]
    rows[schema.FACILITY_TYPE] = codes
    names = {schema.FACILITY_TYPE: dict(zip(codes, hostile, strict=True))}
    sheets = list(read_sheets(to_xlsx(rows, about=about_of(rows, names=names))))
    assert len({name.lower() for name in sheets}) == len(sheets) == 3 + len(hostile)
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\'") & set(name) for name in sheets)


def test_a_geopackage_keeps_unknown_places_and_a_table_of_provenance(tiny_network, tmp_path):
    rows = tiny_network.facilities
    content = to_geopackage(rows, about=about_of(rows, tiny_network, filters={"县区": "甲区"}))
    layer = read_layer(content, tmp_path, "facilities")
    assert list(layer[schema.FACILITY_ID]) == list(rows.index)
    assert (layer.geometry.isna().to_numpy() == rows.geometry.isna().to_numpy()).all()
    assert layer.crs == "EPSG:4326"
    assert layer[schema.PLACE_ERROR_M].dtype == "float64"
    told = read_layer(content, tmp_path, "provenance").set_index("item")["text"]
    assert told["筛选 filter: 县区"] == "甲区"
    assert told["署名 attribution"] == "© OpenStreetMap contributors"


def test_regions_go_into_a_geopackage_as_polygons(tiny_network, tmp_path):
    regions = tiny_network.regions
    layer = read_layer(to_geopackage(regions, about=about_of(regions)), tmp_path, "places")
    assert list(layer[schema.ADCODE]) == list(regions.index)
    assert set(layer.geom_type) == {"MultiPolygon"}
    assert layer[schema.RESIDENTS].sum() == regions[schema.RESIDENTS].sum()


# --- what a file is called, and what was asked ---------------------------------------------------------


def test_a_file_name_says_what_is_in_it(tiny_network):
    about = about_of(tiny_network.facilities, filters={"类型": "工会驿站", "县区": "青秀区"})
    assert file_name(about, "geojson") == "桂工图_工会驿站_青秀区_2026-11-23.geojson"
    everything = dataclasses.replace(about, filters={})
    assert file_name(everything, ".csv") == "桂工图_工会服务网络_2026-11-23.csv"
    nameless = dataclasses.replace(everything, title="///")
    assert file_name(nameless, "csv") == "桂工图_全部_2026-11-23.csv"


@given(st.lists(st.text(max_size=200), max_size=4))
@settings(deadline=None)
def test_any_filter_makes_a_file_name_windows_accepts(values):
    about = Provenance("网络", (), (), {f"筛选{n}": v for n, v in enumerate(values)}, None, 0, DAY)
    name = file_name(about, "xlsx")
    assert name.startswith("桂工图_")
    assert name.endswith("_2026-11-23.xlsx")
    assert not set('\\/:*?"<>|\n\t\u202e\x00') & set(name)
    assert name.isprintable()
    assert len(name.encode()) <= 200


def test_what_was_asked_is_told_in_words(tiny_network):
    names = names_of_codes(tiny_network)
    asked = {
        "counties": ["450101", "乙县"],
        "types": ["worker_station"],
        "statuses": None,
        "services": ["water"],
        "text": "江边",
    }
    assert filters_in_words(asked, names) == {
        "类型": "工会驿站",
        "县区": "甲区、乙县",
        "服务": "饮水",
        "文字": "江边",
    }
    assert filters_in_words({"text": "", "types": None}, names) == {}
    with pytest.raises(InvalidValueError, match="colour"):
        filters_in_words({"colour": ["red"]}, names)


def test_the_simulated_share_is_of_rows_and_is_none_where_there_are_none(tiny_network):
    rows = tiny_network.facilities
    assert simulated_share(rows.loc[["T1", "T2", "T3", "T4"]]) == 0.5
    assert simulated_share(rows.loc[["T1"]]) == 0.0
    assert simulated_share(rows.iloc[:0]) is None
    assert simulated_share(tiny_network.regions) is None


@pytest.mark.parametrize(
    ("share", "word"), [(0.0, "0.0%"), (0.00001, "0.1%"), (0.99999, "99.9%"), (1.0, "100.0%")]
)
def test_a_share_that_is_not_nothing_is_never_told_as_nothing(tiny_network, share, word):
    rows = tiny_network.facilities
    assert f"模拟 {word}" in about_of(rows, simulated_share=share).summary


@pytest.mark.slow
def test_the_whole_network_comes_back_from_every_format(network, tmp_path):
    rows = network.facilities
    about = provenance_of(rows, network, title="工会服务网络", filters={}, generated_on=DAY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        world = strict_json(to_geojson(rows, about=about))
        table = read_csv(to_csv(rows, about=about))
        layer = read_layer(to_geopackage(rows, about=about), tmp_path, "facilities")
    assert [feature["id"] for feature in world["features"]] == list(rows.index)
    assert [row[schema.FACILITY_ID] for row in table] == list(rows.index)
    assert list(layer[schema.FACILITY_ID]) == list(rows.index)
    located = schema.located(rows)
    lon = [feature["geometry"]["coordinates"][0] for feature in world["features"] if feature["geometry"]]
    assert lon == pytest.approx(list(rows.geometry[located].x), abs=5.1e-7)


@pytest.mark.slow
def test_the_whole_network_fits_a_workbook(network):
    rows = network.facilities
    about = provenance_of(rows, network, title="工会服务网络", filters={}, generated_on=DAY)
    sheets = read_sheets(to_xlsx(rows, about=about))
    assert sum(len(sheet) - 1 for sheet in list(sheets.values())[1:-2]) == len(rows)
    assert len(sheets["工会驿站"]) - 1 == (rows[schema.FACILITY_TYPE] == "worker_station").sum()


def test_guangxi_s_regions_keep_valid_outlines_at_six_decimals(network):
    counties = network.counties
    about = provenance_of(counties, network, title="县区", filters={}, generated_on=DAY, entries=["regions"])
    world = strict_json(to_geojson(counties, about=about))
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in world["features"]])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
