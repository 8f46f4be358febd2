"""Every place is in one county: by its point, else by what it declares; a border goes to the lower adcode."""

import functools
import subprocess
import sys

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings

from geo.errors import InvalidValueError
from geo.network import county_raster as raster
from geo.network import join
from geo.network.join import assign_county, county_of_points
from geo.schema import COUNTY, COUNTY_BY, COUNTY_LEVEL, GEOMETRY, LEVEL, WGS84

# Four squares of 2 by 2 degrees around the corner (110, 23), not in the order of their adcodes; an
# enclave in the first, and an island, far off, of the second.
ENCLAVE = shapely.box(108.5, 21.5, 109.5, 22.5)
WORLD = {
    "450104": shapely.box(110, 23, 112, 25),
    "450101": shapely.box(108, 21, 110, 23).difference(ENCLAVE),
    "450103": shapely.box(108, 23, 110, 25),
    "450102": shapely.MultiPolygon([shapely.box(110, 21, 112, 23), shapely.box(114, 21, 115, 22)]),
    "450105": ENCLAVE,
}
IN_NONE = None


@pytest.fixture(scope="module")
def world():
    return frame_of(WORLD)


def frame_of(shapes):
    return gpd.GeoDataFrame({GEOMETRY: list(shapes.values())}, index=list(shapes), crs=WGS84)


def sites(*places, declared=None, index=None):
    shapes = [None if place is None else shapely.Point(place) for place in places]
    columns = {} if declared is None else {COUNTY: declared}
    rows = range(len(shapes)) if index is None else index
    return gpd.GeoDataFrame(columns, index=rows, geometry=np.array([*shapes, None])[:-1], crs=WGS84)


def none_if_missing(values):
    return [None if pd.isna(value) else value for value in values]


def counties_of(facilities, counties):
    return none_if_missing(assign_county(facilities, counties)[COUNTY])


def raster_of(counties):
    """Give adcodes and the raster in their order, whatever the number of points."""
    ordered = counties.sort_index()
    return ordered.index.to_numpy(), raster.county_raster(ordered.geometry.to_numpy())


def by_raster(counties, lon, lat):
    adcodes, cells = raster_of(counties)
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return [IN_NONE if place == raster.OUTSIDE else adcodes[place] for place in cells.county_at(lon, lat)]


def by_plain_loop(counties, lon, lat):
    """Try every county for every point, lowest adcode first, with the plainest test there is."""
    ordered = counties.sort_index()
    return [
        next(
            (code for code, shape in ordered.geometry.items() if shape.intersects(shapely.Point(x, y))), None
        )
        for x, y in zip(lon, lat, strict=True)
    ]


PLACES_AND_COUNTIES = {
    "inside a square": ((111, 24), "450104"),
    "inside the enclave": ((109, 22), "450105"),
    "between the enclave and the square's edge": ((108.25, 22), "450101"),
    "on the island": ((114.5, 21.5), "450102"),
    "in the sea before the island": ((113, 21.5), IN_NONE),
    "on the border of two squares": ((110, 22), "450101"),
    "on the upper border": ((111, 23), "450102"),
    "on the corner of four": ((110, 23), "450101"),
    "on the border of the enclave": ((108.5, 22), "450101"),
    "on a vertex of the enclave": ((109.5, 22.5), "450101"),
    "on the world's edge": ((112, 24), "450104"),
    "on the world's corner": ((112, 25), "450104"),
    "on the island's vertex": ((115, 22), "450102"),
    "a hair outside": ((np.nextafter(112, 113), 24), IN_NONE),
    "a hair into the right square": ((np.nextafter(110, 111), 22), "450102"),
}


@pytest.mark.parametrize(("place", "county"), PLACES_AND_COUNTIES.values(), ids=PLACES_AND_COUNTIES.keys())
def test_a_place_is_in_its_county_with_and_without_the_raster(world, place, county):
    assert counties_of(sites(place), world) == [county]
    assert by_raster(world, [place[0]], [place[1]]) == [county]


def test_a_border_goes_to_the_lower_adcode_in_whatever_order_the_counties_stand(world):
    for codes in (sorted(WORLD), sorted(WORLD, reverse=True)):
        assert counties_of(sites((110, 23), (110, 24)), world.loc[codes]) == ["450101", "450103"]


def test_a_point_speaks_before_a_declaration_and_a_declaration_before_nothing(world):
    facilities = sites((111, 24), None, None, None, declared=["450101", "450103", "450199", None])
    found = assign_county(facilities, world)
    assert none_if_missing(found[COUNTY]) == ["450104", "450103", None, None]
    assert none_if_missing(found[COUNTY_BY]) == ["point", "declared", None, None]


def test_a_point_outside_is_said_to_be_outside_whatever_it_declares(world):
    swapped, null_island, far, abroad = (22.8, 108.3), (0, 0), (1e300, -1e300), (121.5, 31.2)
    found = assign_county(sites(swapped, null_island, far, abroad, declared=["450101"] * 4), world)
    assert none_if_missing(found[COUNTY]) == [None] * 4
    assert list(found[COUNTY_BY]) == ["outside"] * 4


def test_a_place_that_is_not_a_number_or_empty_is_no_place(world):
    facilities = sites(None, None, None, None, declared=["450101"] * 4)
    with np.errstate(invalid="ignore"):
        facilities.geometry = [shapely.Point(), shapely.Point(np.nan, 22), shapely.Point(np.inf, 22), None]
    facilities = facilities.set_crs(WGS84)
    assert list(assign_county(facilities, world)[COUNTY_BY]) == ["declared"] * 4


def test_without_a_declared_column_an_unknown_place_has_no_county(world):
    found = assign_county(sites(None, (111, 24)), world)
    assert none_if_missing(found[COUNTY]) == [None, "450104"]
    assert none_if_missing(found[COUNTY_BY]) == [None, "point"]


def test_the_index_is_kept_and_the_input_is_left_alone(world):
    facilities = sites((111, 24), None, (0, 0), declared=["450101", "x", None], index=["b", "a", "b"])
    before_facilities, before_world = facilities.copy(deep=True), world.copy(deep=True)
    found = assign_county(facilities, world)
    assert list(found.index) == ["b", "a", "b"]
    assert list(found.columns) == [COUNTY, COUNTY_BY]
    pd.testing.assert_frame_equal(facilities, before_facilities)
    pd.testing.assert_frame_equal(world, before_world)


def test_no_rows_give_no_rows_and_no_counties_leave_all_outside(world):
    assert assign_county(sites(), world).empty
    nowhere = assign_county(sites((111, 24), None, declared=["450104", "450104"]), world.iloc[:0])
    assert none_if_missing(nowhere[COUNTY_BY]) == ["outside", None]
    assert none_if_missing(county_of_points([], [], world)) == []


def test_many_points_take_the_raster_and_get_the_same_answer(world, monkeypatch):
    random = np.random.default_rng(7)
    lon, lat = random.integers(0, 120, 500) / 10 + 105, random.integers(0, 80, 500) / 10 + 19
    lon[:3] = np.nan
    few = none_if_missing(county_of_points(lon, lat, world))
    monkeypatch.setattr(join, "FEW_POINTS", 10)
    assert none_if_missing(county_of_points(lon, lat, world)) == few
    assert few[:3] == [None] * 3
    assert set(few) == {None, *WORLD}


def test_overlapping_counties_go_to_the_lowest_also_where_one_swallows_the_other():
    swallowed = frame_of(
        {"450102": shapely.box(108, 21, 112, 25), "450101": shapely.box(109, 22, 109.001, 22.001)}
    )
    lon, lat = [109.0005, 109.01, 109.001], [22.0005, 22.01, 22.001]
    assert by_raster(swallowed, lon, lat) == ["450101", "450102", "450101"]
    other_way = swallowed.set_axis(["450101", "450102"])
    assert by_raster(other_way, lon, lat) == ["450101", "450101", "450101"]


def test_a_world_smaller_than_a_cell_is_joined_exactly():
    speck = frame_of({"450101": shapely.box(108, 22, 108.00001, 22.00001)})
    lon, lat = [108.000005, 108.00001, 108.000011], [22.000005, 22.00001, 22.000005]
    assert by_raster(speck, lon, lat) == ["450101", "450101", None]


def test_the_raster_is_built_once_for_the_same_counties(world):
    assert raster_of(world)[1] is raster_of(world.iloc[::-1])[1]
    anew = frame_of({code: shapely.from_wkb(shapely.to_wkb(shape)) for code, shape in WORLD.items()})
    assert raster_of(anew)[1] is not raster_of(world)[1]


def test_a_facility_that_is_not_a_point_is_refused_by_name(world):
    facilities = sites((111, 24), (111, 24), index=["S1", "S2"])
    facilities.loc["S2", GEOMETRY] = ENCLAVE
    with pytest.raises(InvalidValueError, match="S2 have a shape that is not a point"):
        assign_county(facilities, world)


def test_two_datums_are_refused(world):
    facilities = sites((111, 24))
    with pytest.raises(InvalidValueError, match="EPSG:3857"):
        assign_county(facilities.set_crs("EPSG:3857", allow_override=True), world)
    with pytest.raises(InvalidValueError, match="no known datum"):
        assign_county(facilities.set_crs(None, allow_override=True), world)
    longitude_first = facilities.set_crs("OGC:CRS84", allow_override=True)
    assert counties_of(longitude_first, world) == ["450104"]


def test_all_faults_of_the_counties_are_told_at_once(world):
    faulty = pd.concat([world, world.iloc[:1]]).assign(**{LEVEL: COUNTY_LEVEL})
    faulty.loc["450103", GEOMETRY] = None
    faulty.loc["450105", LEVEL] = "prefecture"
    with pytest.raises(InvalidValueError) as caught:
        assign_county(sites((111, 24)), faulty)
    message = str(caught.value)
    assert "450104 stand more than once" in message
    assert "450103 have no polygon" in message
    assert "450105 are not of the level county" in message
    with pytest.raises(InvalidValueError, match="0, 1, 2, 3, 4 have an adcode that is not text"):
        assign_county(sites((111, 24)), world.reset_index(drop=True))


def test_arrays_of_different_length_or_shape_are_refused(world):
    with pytest.raises(InvalidValueError, match="one length"):
        county_of_points([108.0, 109.0], [22.0], world)
    with pytest.raises(InvalidValueError, match="one-dimensional"):
        county_of_points([[108.0]], [[22.0]], world)


# Tenths of degrees, so that many points fall on borders and vertices.
tenths = st.lists(st.tuples(st.integers(1075, 1155), st.integers(205, 255)), min_size=1, max_size=40)


@given(tenths)
@settings(deadline=None)
def test_raster_polygons_and_a_plain_loop_agree(places):
    counties = frame_of(WORLD)
    lon, lat = np.array(places).T / 10
    expected = by_plain_loop(counties, lon, lat)
    assert none_if_missing(county_of_points(lon, lat, counties)) == expected
    assert cached_world_raster(lon, lat) == expected


def cached_world_raster(lon, lat):
    return by_raster(_one_world(), lon, lat)


@functools.cache
def _one_world():
    return frame_of(WORLD)


@given(st.randoms(use_true_random=False), st.integers(3, 9))
@settings(deadline=None, max_examples=30)
def test_any_triangles_overlapping_or_not_are_joined_as_a_plain_loop_would(random, count):
    corners = [[(random.uniform(108, 110), random.uniform(21, 23)) for _ in range(3)] for _ in range(count)]
    shapes = {f"{450101 + rank}": shapely.Polygon(shape) for rank, shape in enumerate(corners)}
    assume(all(shape.is_valid for shape in shapes.values()))
    triangles = frame_of(shapes)
    lon = [random.uniform(107.9, 110.1) for _ in range(60)] + [x for shape in corners for x, _ in shape]
    lat = [random.uniform(20.9, 23.1) for _ in range(60)] + [y for shape in corners for _, y in shape]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raster, "CELLS_ACROSS", 64)
        assert by_raster(triangles, lon, lat) == by_plain_loop(triangles, lon, lat)


@pytest.mark.slow
@given(st.permutations(range(12)))
@settings(deadline=None)
def test_moving_the_rows_around_changes_nothing(order):
    counties = _one_world()
    places = [(108 + rank / 2, 21 + rank / 3) for rank in range(10)] + [None, None]
    declared = ["450103"] * 11 + [None]
    facilities = sites(*places, declared=declared)
    shuffled = facilities.iloc[list(order)]
    pd.testing.assert_frame_equal(
        assign_county(shuffled, counties).sort_index(), assign_county(facilities, counties)
    )


@pytest.fixture(scope="module")
def counties():
    from geo.network.regions import read_regions

    regions = read_regions()
    return regions[regions[LEVEL] == COUNTY_LEVEL]


def sjoined(lon, lat, counties):
    """Ask geopandas, and give a point it finds in several counties to the lowest."""
    points = gpd.GeoDataFrame(geometry=shapely.points(lon, lat), crs=counties.crs)
    pairs = counties.reset_index(names=COUNTY)[[COUNTY, GEOMETRY]].sjoin(points, how="right")
    return pairs[COUNTY].groupby(level=0).min()


def near_borders(counties, count, *, seed):
    """Give vertices, middles of edges, points a hair beside them, and points anywhere."""
    random = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(counties.geometry.to_numpy())
    start = random.choice(len(vertices) - 1, count, replace=False)
    edges = (vertices[start] + vertices[start + 1]) / 2
    hairs = vertices[start] + random.normal(scale=1e-9, size=(count, 2))
    west, south, east, north = counties.total_bounds
    anywhere = random.uniform((west - 0.1, south - 0.1), (east + 0.1, north + 0.1), (count, 2))
    return np.concatenate([vertices[start], edges, hairs, anywhere]).T


def test_at_guangxi_s_borders_raster_polygons_and_geopandas_agree_point_for_point(counties):
    lon, lat = near_borders(counties, 3_000, seed=1)
    expected = none_if_missing(sjoined(lon, lat, counties))
    assert none_if_missing(county_of_points(lon, lat, counties)) == expected
    assert by_raster(counties, lon, lat) == expected


@pytest.mark.slow
def test_a_million_points_get_the_county_geopandas_gives_them(counties):
    lon, lat = near_borders(counties, 60_000, seed=2)
    random = np.random.default_rng(3)
    west, south, east, north = counties.total_bounds
    rest = 1_000_000 - len(lon)
    lon = np.concatenate([lon, random.uniform(west, east, rest)])
    lat = np.concatenate([lat, random.uniform(south, north, rest)])
    found = pd.Series(county_of_points(lon, lat, counties))
    assert none_if_missing(found) == none_if_missing(sjoined(lon, lat, counties))


def test_no_cell_without_a_border_is_touched_by_one(counties):
    adcodes, cells = raster_of(counties)
    grid = cells.grid
    pure = np.flatnonzero(cells.cells > raster.OUTSIDE)[::997]
    lon, lat = grid.centre_of(pure)
    half = 0.5 / grid.cells_per_degree
    squares = shapely.box(lon - half, lat - half, lon + half, lat + half)
    shapes = counties.geometry[adcodes[cells.cells[pure]]].to_numpy()
    assert len(pure) > 500
    assert shapely.contains_properly(shapes, squares).all()


def test_every_county_seat_like_point_lies_in_its_own_county(counties):
    inner = counties.representative_point()
    facilities = gpd.GeoDataFrame(geometry=inner)
    assert (assign_county(facilities, counties)[COUNTY] == counties.index).all()


THREADS_TOGETHER = """
import threading
import numpy as np, shapely
from geo.network.county_raster import county_by_polygon
from geo.network.regions import read_regions
regions = read_regions()
written = shapely.to_wkb(regions[regions["level"] == "county"].geometry.to_numpy())
random = np.random.default_rng(0)
lon, lat = random.uniform(105, 112, 2000), random.uniform(21, 26, 2000)
expected = county_by_polygon(shapely.from_wkb(written), lon, lat)
for _ in range(40):
    polygons, start, answers = shapely.from_wkb(written), threading.Barrier(4), []
    def join():
        start.wait()
        answers.append(county_by_polygon(polygons, lon, lat))
    threads = [threading.Thread(target=join) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(answers) == 4 and all((answer == expected).all() for answer in answers)
"""


@pytest.mark.slow
def test_many_sessions_may_join_to_the_same_counties_at_once(project_root):
    ran = subprocess.run(
        [sys.executable, "-c", THREADS_TOGETHER],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
