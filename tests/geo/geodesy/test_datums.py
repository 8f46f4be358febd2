"""Datums: a published example, an independent program, laws, and every kind of bad input."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.errors import InvalidValueError
from geo.geodesy import datums

METRES_A_DEGREE = 111_320
WAYS = {
    (datums.WGS84, datums.GCJ02): datums.wgs84_to_gcj02,
    (datums.GCJ02, datums.WGS84): datums.gcj02_to_wgs84,
    (datums.GCJ02, datums.BD09): datums.gcj02_to_bd09,
    (datums.BD09, datums.GCJ02): datums.bd09_to_gcj02,
    (datums.WGS84, datums.BD09): datums.wgs84_to_bd09,
    (datums.BD09, datums.WGS84): datums.bd09_to_wgs84,
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=[f"{a} to {b}" for a, b in WAYS])
lons = st.floats(73, 137)
lats = st.floats(2, 55)


def many_places(*, west=104.4, east=112.1, south=20.8, north=26.4, number=2000):
    rng = np.random.default_rng(45)
    return rng.uniform(west, east, number), rng.uniform(south, north, number)


def metres_apart(lon, lat, other_lon, other_lat):
    return np.hypot(np.subtract(lon, other_lon), np.subtract(lat, other_lat)) * METRES_A_DEGREE


def test_the_example_of_the_published_converter_comes_out():
    # https://github.com/wandergis/coordtransform, README: (116.404, 39.915) in Beijing.
    assert datums.wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164))
    assert datums.gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021))


@pytest.mark.parametrize(
    "box", [{}, {"west": 60, "east": 150, "south": -10, "north": 65}], ids=["Guangxi", "Asia"]
)
def test_another_program_shifts_the_same_places_to_the_same_places(box):
    oracle = pytest.importorskip("geocoordinates_ffi", reason="pip install geocoordinates-rs to compare")
    lon, lat = many_places(**box)
    theirs = [oracle.wgs84_to_gcj02(oracle.Wgs84(lon=x, lat=y)) for x, y in zip(lon, lat, strict=True)]
    gcj_lon, gcj_lat = datums.wgs84_to_gcj02(lon, lat)
    assert metres_apart(gcj_lon, gcj_lat, [p.lon for p in theirs], [p.lat for p in theirs]).max() < 1e-6
    theirs = [oracle.gcj02_to_bd09(p) for p in theirs]
    bd_lon, bd_lat = datums.gcj02_to_bd09(gcj_lon, gcj_lat)
    assert metres_apart(bd_lon, bd_lat, [p.lon for p in theirs], [p.lat for p in theirs]).max() < 1e-6


def test_another_program_shifts_back_to_the_same_places():
    oracle = pytest.importorskip("geocoordinates_ffi", reason="pip install geocoordinates-rs to compare")
    lon, lat = many_places(number=500)
    back = [oracle.gcj02_to_wgs84_refined(oracle.Gcj02(lon=x, lat=y)) for x, y in zip(lon, lat, strict=True)]
    ours = datums.gcj02_to_wgs84(lon, lat)
    assert metres_apart(*ours, [p.lon for p in back], [p.lat for p in back]).max() < 1e-5
    back = [oracle.bd09_to_gcj02_refined(oracle.Bd09(lon=x, lat=y)) for x, y in zip(lon, lat, strict=True)]
    ours = datums.bd09_to_gcj02(lon, lat)
    assert metres_apart(*ours, [p.lon for p in back], [p.lat for p in back]).max() < 1e-5


@settings(deadline=None)
@given(lon=lons, lat=lats)
def test_going_to_another_datum_and_back_ends_within_a_micrometre(lon, lat):
    for (source, target), way in WAYS.items():
        there = way(lon, lat)
        back = WAYS[target, source](*there)
        assert metres_apart(lon, lat, *back) < 1e-6


@settings(deadline=None)
@given(lon=lons, lat=lats)
def test_the_way_over_gcj_02_is_the_way_to_bd_09(lon, lat):
    assert datums.wgs84_to_bd09(lon, lat) == datums.gcj02_to_bd09(*datums.wgs84_to_gcj02(lon, lat))


def test_in_guangxi_gcj_02_lies_between_340_and_670_metres_off():
    lon, lat = many_places()
    moved_lon, moved_lat = datums.wgs84_to_gcj02(lon, lat)
    off = Geod(ellps="WGS84").inv(lon, lat, moved_lon, moved_lat)[2]
    assert 340 < off.min() < off.max() < 670


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (139.7, 35.7),
        (0.0, 0.0),
        (-74.0, 40.7),
        (151.2, -33.9),
        (72.0039, 30.0),
        (137.8348, 30.0),
        (100.0, 0.8292),
        (100.0, 55.8272),
    ],
)
def test_outside_china_gcj_02_is_wgs_84(lon, lat):
    assert datums.wgs84_to_gcj02(lon, lat) == (lon, lat)
    assert datums.gcj02_to_wgs84(lon, lat) == (lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat"), [(72.004, 30.0), (137.8347, 30.0), (100.0, 0.8293), (100.0, 55.8271)]
)
def test_the_edge_of_the_rectangle_belongs_to_china(lon, lat):
    assert datums.wgs84_to_gcj02(lon, lat) != (lon, lat)


@each_way
def test_a_place_that_lacks_a_coordinate_lacks_both_and_disturbs_no_other(way):
    lon, lat = way([108.0, np.nan, 109.0, 110.0], [22.0, 23.0, np.nan, 24.0])
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [False, True, True, False]
    assert (lon[0], lat[0]) == way(108.0, 22.0)
    assert (lon[3], lat[3]) == way(110.0, 24.0)


@each_way
def test_a_place_moves_the_same_alone_and_in_company(way):
    lon, lat = many_places(number=101)
    together = np.column_stack(way(lon, lat))
    alone = np.array([way(x, y) for x, y in zip(lon, lat, strict=True)])
    assert np.array_equal(together, alone)
    assert np.array_equal(np.column_stack(way(lon[::-1], lat[::-1])), together[::-1])


@each_way
def test_the_input_keeps_its_shape_and_its_values(way):
    lon, lat = np.full((2, 3), 108.0), np.full((2, 3), 22.0)
    moved = way(lon, lat)
    assert moved[0].shape == moved[1].shape == (2, 3)
    assert (lon == 108).all()
    assert (lat == 22).all()
    assert way([], [])[0].shape == (0,)


@pytest.mark.parametrize(
    "lon",
    [
        pd.Series([108, 109], index=["b", "a"]),
        pd.Series([108.0, 109.0], dtype="Float64"),
        pd.Series([108, 109], dtype="Int32"),
        pd.Series([108.0, 109], dtype="object"),
        [108, 109],
        (108.0, 109),
    ],
    ids=lambda lon: str(getattr(lon, "dtype", type(lon).__name__)),
)
def test_numbers_are_taken_from_any_container(lon):
    assert np.array_equal(
        datums.wgs84_to_gcj02(lon, [22.0, 23.0]), datums.wgs84_to_gcj02([108.0, 109.0], [22.0, 23.0])
    )


def test_missing_values_of_every_kind_are_not_a_number():
    for lon in (
        [108.0, None],
        pd.Series([108.0, pd.NA], dtype="Float64"),
        pd.Series([108.0, pd.NA], dtype="object"),
    ):
        assert np.isnan(datums.wgs84_to_gcj02(lon, [22.0, 22.0])[0]).tolist() == [False, True]


@each_way
@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        ([108.0, 109.0], [22.0], "2 longitudes and 1 latitudes"),
        ([108.0], 22.0, "shape|longitudes"),
        (["108.0"], ["22.0"], "longitudes are .*, not numbers"),
        ([108.0], ["22度"], "latitudes are .*, not numbers"),
        (pd.Series(["108.0"]), pd.Series([22.0]), "not numbers"),
        ([True], [22.0], "longitudes are bool"),
        (pd.to_datetime(["2020-01-01"]), [22.0], "not numbers"),
        ([108 + 1j], [22.0], "not numbers"),
        ([np.inf], [22.0], "infinite"),
        ([108.0], [-np.inf], "infinite"),
        ([22.8], [108.3], "swapped"),
        ([181.0], [22.8], "beyond 180 degrees of longitude"),
    ],
)
def test_what_is_no_coordinate_is_refused_with_the_cure(way, lon, lat, words):
    with pytest.raises(InvalidValueError, match=words):
        way(lon, lat)


def test_all_faults_of_a_table_are_told_at_once():
    with pytest.raises(InvalidValueError) as raised:
        datums.wgs84_to_gcj02([22.5, 23.5, np.inf, 200.0, 108.0], [108.0, 109.0, 1.0, 22.0, 22.0])
    assert "1 of 5 places are infinite" in str(raised.value)
    assert "2 of 5 places are beyond 90 degrees" in str(raised.value)
    assert "1 of 5 places are beyond 180 degrees" in str(raised.value)


def test_neighbours_keep_one_line_when_they_move():
    rng = np.random.default_rng(1)
    middle = [(109.0, y) for y in np.sort(rng.uniform(22, 23, 50))]
    west = shapely.Polygon([(108, 22), (109, 22), *middle, (109, 23), (108, 23)])
    east = shapely.Polygon([(109, 22), (110, 22), (110, 23), (109, 23), *reversed(middle)])
    for datum in datums.DATUMS:
        moved = datums.to_wgs84(gpd.GeoSeries([west, east]), datum=datum)
        assert shapely.coverage_is_valid(moved.to_numpy())
        assert moved.crs == "EPSG:4326"


def test_places_keep_index_name_and_gaps():
    places = gpd.GeoSeries(
        [shapely.Point(108, 22), None, shapely.Polygon(), shapely.Point(109, 23)],
        index=list("dbca"),
        name="site",
    )
    moved = datums.to_wgs84(places, datum=datums.BD09)
    assert moved.index.tolist() == list("dbca")
    assert moved.name == "site"
    assert moved["b"] is None
    assert moved["c"].is_empty
    assert (moved["a"].x, moved["a"].y) == datums.bd09_to_wgs84(109.0, 23.0)
    assert places["a"].equals(shapely.Point(109, 23))


def test_what_is_in_wgs_84_stays_where_it_is():
    places = gpd.GeoSeries([shapely.box(108, 22, 109, 23)], crs="EPSG:4326")
    assert datums.to_wgs84(places, datum=datums.WGS84).geom_equals(places).all()


def test_no_place_at_all_is_no_fault():
    assert len(datums.to_wgs84(gpd.GeoSeries([]), datum=datums.GCJ02)) == 0
    assert len(datums.area_km2(gpd.GeoSeries([], crs="EPSG:4326"))) == 0


def test_an_unknown_datum_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InvalidValueError, match="'Xian80' is not known; use one of WGS-84, GCJ-02, BD-09"):
        datums.to_wgs84(gpd.GeoSeries([shapely.Point(108, 22)]), datum="Xian80")


def test_places_that_declare_a_plane_are_refused():
    with pytest.raises(InvalidValueError, match="Pseudo-Mercator"):
        datums.to_wgs84(gpd.GeoSeries([shapely.Point(0, 0)], crs="EPSG:3857"), datum=datums.GCJ02)


def test_polygons_with_swapped_coordinates_are_refused():
    with pytest.raises(InvalidValueError, match="swapped"):
        datums.to_wgs84(gpd.GeoSeries([shapely.box(22, 108, 23, 109)]), datum=datums.GCJ02)


def test_areas_agree_with_the_ellipsoid():
    cells = [
        shapely.box(104.5, 21, 105.5, 22),
        shapely.box(108, 23, 108.1, 23.1),
        shapely.box(111, 25.4, 112, 26.4),
    ]
    dense = shapely.segmentize(np.array(cells), 0.001)
    truth = [Geod(ellps="WGS84").geometry_area_perimeter(cell)[0] / 1e6 for cell in dense]
    measured = datums.area_km2(gpd.GeoSeries(dense, crs="EPSG:4326"))
    assert measured.tolist() == pytest.approx(truth, rel=1e-6)


def test_the_area_of_nothing_is_unknown_and_of_a_point_is_none():
    places = gpd.GeoSeries(
        [None, shapely.Polygon(), shapely.Point(108, 22)], index=[7, 5, 3], crs="EPSG:4326"
    )
    areas = datums.area_km2(places)
    assert areas.index.tolist() == [7, 5, 3]
    assert areas.name == "area_km2"
    assert np.isnan(areas[7])
    assert areas[[5, 3]].tolist() == [0, 0]


def test_the_area_does_not_depend_on_the_plane_it_comes_from():
    field = gpd.GeoSeries([shapely.box(108, 22, 108.01, 22.01)], crs="EPSG:4326")
    assert datums.area_km2(field.to_crs("EPSG:3857"))[0] == pytest.approx(datums.area_km2(field)[0], rel=1e-9)


def test_an_area_without_a_declared_plane_is_refused():
    with pytest.raises(InvalidValueError, match="declare no CRS"):
        datums.area_km2(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))
