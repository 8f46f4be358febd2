"""People from elsewhere are clipped to the counties, and what is lost is said."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InvalidValueError, MissingColumnError
from geo.population import geotiff as geotiff_module
from geo.population.geotiff import read_people_geotiff
from geo.population.sources import compare_with_census, demand_from_table, demand_from_townships
from geo.schema import COUNTY_LEVEL, WGS84

PROVINCE = "450000"
REGIONS = gpd.GeoDataFrame(
    {
        "level": ["province", COUNTY_LEVEL, COUNTY_LEVEL],
        "parent": [None, PROVINCE, PROVINCE],
        "residents": [4000, 1000, 3000],
        "urban_residents": [1700, 200, 1500],
        "nonfarm_employed": [1000, 100, 900],
    },
    geometry=[shapely.box(108, 22, 110, 23), shapely.box(108, 22, 109, 23), shapely.box(109, 22, 110, 23)],
    index=pd.Index([PROVINCE, "450101", "450102"], name="adcode"),
    crs=WGS84,
)


def table_of(*rows):
    return pd.DataFrame(list(rows), columns=["lon", "lat", "people"])


HOMES = table_of((108.5, 22.5, 10.0), (109.5, 22.5, 40.0), (111.0, 22.5, 7.0), (108.2, 22.2, 0.0))


def test_what_lies_outside_is_left_out_and_counted():
    population = demand_from_table(HOMES, REGIONS)
    assert population.demand["people"].tolist() == [10, 40]
    assert population.demand["county"].tolist() == ["450101", "450102"]
    assert population.demand.index.tolist() == [1, 2]
    assert population.outside_people == 7


def test_who_is_not_told_apart_is_taken_from_the_county_s_census():
    demand = demand_from_table(HOMES, REGIONS).demand
    assert demand["urban_people"].tolist() == [2, 20]
    assert demand["workers"].tolist() == [1, 12]
    told = demand_from_table(HOMES.assign(workers=[3.0, 4.0, 0.0, 0.0]), REGIONS).demand
    assert told["workers"].tolist() == [3, 4]


def test_numbers_that_came_as_text_are_numbers():
    assert demand_from_table(HOMES.astype(str), REGIONS).demand["people"].sum() == 50


@pytest.mark.parametrize("people", [-1.0, np.nan, np.inf, "many"])
def test_people_that_are_no_number_are_refused_with_the_row(people):
    table = HOMES.astype(object)
    table.loc[1, "people"] = people
    with pytest.raises(InvalidValueError, match="people in 1 rows, first 1"):
        demand_from_table(table, REGIONS)


def test_every_faulty_column_is_named_at_once():
    table = HOMES.assign(lon=np.nan, people=-1.0)
    with pytest.raises(InvalidValueError, match=r"lon in 4 rows.*people in 4 rows"):
        demand_from_table(table, REGIONS)


def test_a_table_that_lies_elsewhere_is_refused():
    with pytest.raises(InvalidValueError, match="longitude first"):
        demand_from_table(HOMES.rename(columns={"lon": "lat", "lat": "lon"}), REGIONS)


def test_a_table_of_nobody_is_refused():
    with pytest.raises(InvalidValueError, match="None of the 4 points"):
        demand_from_table(HOMES.assign(people=0.0), REGIONS)


def test_a_table_needs_people():
    with pytest.raises(MissingColumnError, match="people"):
        demand_from_table(HOMES.drop(columns="people"), REGIONS)


def test_the_source_stands_beside_the_census():
    compared = compare_with_census(demand_from_table(HOMES, REGIONS).demand, REGIONS)
    assert compared["people"].tolist() == [50, 10, 40]
    assert compared["difference"].tolist() == [-3950, -990, -2960]
    assert compared["ratio"].tolist() == pytest.approx([50 / 4000, 0.01, 40 / 3000])


def town(*rows):
    frame = pd.DataFrame(list(rows), columns=["code", "county", "lon", "lat"]).set_index("code")
    places = shapely.points(frame.pop("lon"), frame.pop("lat"))
    return gpd.GeoDataFrame(frame, geometry=places, crs=WGS84)


def test_each_cell_s_people_go_to_the_nearest_township_of_their_own_county():
    cells = demand_from_table(
        table_of((108.9, 22.5, 10.0), (109.1, 22.5, 40.0), (109.9, 22.5, 2.0)), REGIONS
    ).demand
    # The first cell is nearer to the town across the border, which is not its own.
    towns = town(("A", "450102", 109.0, 22.5), ("B", "450101", 108.1, 22.5), ("C", "450102", 109.8, 22.5))
    demand = demand_from_townships(towns, cells, REGIONS)
    assert demand["people"].tolist() == [10, 40, 2]
    assert demand.geometry.x.tolist() == [108.1, 109.0, 109.8]


def test_a_county_without_a_township_keeps_its_cells():
    cells = demand_from_table(HOMES, REGIONS).demand
    demand = demand_from_townships(town(("A", "450102", 109.0, 22.5)), cells, REGIONS)
    assert demand["people"].tolist() == [40, 10]
    assert demand["county"].tolist() == ["450102", "450101"]


def test_the_townships_of_guangxi_hold_every_county_s_census(network):
    demand = demand_from_townships(network.townships, network.demand, network.regions)
    compared = compare_with_census(demand, network.regions)
    np.testing.assert_allclose(compared["ratio"], 1, atol=1e-5)
    assert len(demand) < 1200


@pytest.fixture
def geotiff(tmp_path):
    rasterio = pytest.importorskip("rasterio")
    affine = pytest.importorskip("affine")

    def write(people, *, west=107.9, north=23.1, cell=0.1, crs="EPSG:4326", nodata=None, turn=0.0):
        path = tmp_path / "people.tif"
        people = np.asarray(people, dtype="float32")
        options = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": crs, "nodata": nodata}
        options |= {"height": people.shape[0], "width": people.shape[1]}
        transform = affine.Affine(cell, turn, west, 0, -cell, north)
        with rasterio.open(path, "w", transform=transform, **options) as raster:
            raster.write(people, 1)
        return path

    return write


def ones(rows=12, columns=22):
    return np.ones((rows, columns))


def test_cells_of_a_geotiff_become_points_with_their_people(geotiff):
    demand = demand_from_table(read_people_geotiff(geotiff(ones()), REGIONS), REGIONS).demand
    assert demand["people"].sum() == 20 * 10
    first = demand.geometry.iloc[0]
    assert (first.x, first.y) == pytest.approx((108.05, 22.95))


def test_nodata_and_not_a_number_hold_nobody(geotiff):
    people = ones()
    people[3, 3], people[4, 4] = -9999, np.nan
    table = read_people_geotiff(geotiff(people, nodata=-9999), REGIONS)
    assert demand_from_table(table, REGIONS).demand["people"].sum() == 198


def test_cells_finer_than_thirty_seconds_are_added_up(geotiff):
    path = geotiff(ones(1200, 2400), west=108.0, north=23.0, cell=1 / 1200)
    with_room = REGIONS.set_geometry([shapely.box(108, 22, 110, 23)] * 3, crs=WGS84)
    table = read_people_geotiff(path, with_room)
    assert len(table) == 120 * 240
    assert table["people"].eq(100).all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"crs": "EPSG:32649"}, "EPSG:32649"),
        ({"crs": None}, "no CRS"),
        ({"crs": "EPSG:4214"}, r"Beijing 1954 \(EPSG:4214\)"),
        ({"crs": "EPSG:4610"}, r"Xian 1980 \(EPSG:4610\)"),
        ({"west": 100.0}, "the whole of none of the 2 counties"),
        ({"north": 22.6}, "the whole of none of the 2 counties"),
        ({"turn": 0.01}, "turned"),
    ],
)
def test_a_raster_that_is_elsewhere_is_refused(geotiff, options, match):
    with pytest.raises(InvalidValueError, match=match):
        read_people_geotiff(geotiff(ones(), **options), REGIONS)


def test_counties_that_a_raster_does_not_cover_are_named(geotiff):
    named = REGIONS.assign(name=["Guangxi", "East", "West"])
    with pytest.raises(InvalidValueError, match=r"2 counties \(East, West, …\)"):
        read_people_geotiff(geotiff(ones(), west=100.0), named)


def test_a_raster_of_one_county_serves_that_county(geotiff):
    table = read_people_geotiff(geotiff(ones(12, 13)), REGIONS)
    demand = demand_from_table(table, REGIONS).demand
    assert demand["county"].unique().tolist() == ["450101"]
    assert demand["people"].sum() == 10 * 10


@pytest.mark.parametrize("crs", ["EPSG:4490", "OGC:CRS84"])
def test_degrees_of_cgcs2000_are_taken_as_they_are(geotiff, crs):
    assert read_people_geotiff(geotiff(ones(), crs=crs), REGIONS).equals(
        read_people_geotiff(geotiff(ones()), REGIONS)
    )


@pytest.mark.parametrize(
    ("people", "match"),
    [
        (np.inf, "an infinite number of people in 1 cells"),
        (-np.inf, "an infinite number of people in 1 cells"),
        (-3.0, "holds -3 people in a cell"),
        (3.4e38, r"holds 3.4e\+38 people in a cell"),
    ],
)
def test_a_cell_that_holds_no_number_of_people_is_named_for_what_it_is(geotiff, people, match):
    cells = ones()
    cells[5, 5] = people
    with pytest.raises(InvalidValueError, match=match):
        read_people_geotiff(geotiff(cells), REGIONS)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_cells_are_added_up_alike_however_they_are_cut_into_pieces(monkeypatch, data):
    rows, columns, factor = (data.draw(st.integers(1, most)) for most in (23, 31, 7))
    cells = np.arange(50.0 * 50.0).reshape(50, 50)
    top, left = data.draw(st.integers(0, 50 - rows)), data.draw(st.integers(0, 50 - columns))
    monkeypatch.setattr(geotiff_module, "_PIECE_CELLS", data.draw(st.integers(1, 400)))
    block = data.draw(st.sampled_from([(1, 50), (16, 16), (50, 50), (7, 50), (3, 8)]))
    raster = SimpleNamespace(
        block_shapes=[block],
        read=lambda _band, window, masked: np.ma.masked_array(cells[window.toslices()]),
    )
    windows = pytest.importorskip("rasterio.windows")
    shares = []
    summed = geotiff_module._summed(
        raster, windows.Window(left, top, columns, rows), factor, "a.tif", shares.append
    )
    padded = np.zeros((-(-rows // factor) * factor, -(-columns // factor) * factor))
    padded[:rows, :columns] = cells[top : top + rows, left : left + columns]
    assert (summed == padded.reshape(len(summed), factor, -1, factor).sum(axis=(1, 3))).all()
    assert shares[-1] == 1


def test_a_raster_that_unpacks_to_far_more_than_its_file_is_refused_before_it_is_read(geotiff, monkeypatch):
    path = geotiff(ones(1200, 2400), west=107.9, north=23.1, cell=1 / 1000)
    monkeypatch.setattr(geotiff_module, "_UNPACKED_BYTES", 2**20)
    monkeypatch.setattr(geotiff_module, "_MOST_UNPACKED", 0.5)
    monkeypatch.setattr(geotiff_module, "_summed", lambda *_: pytest.fail("a cell was read"))
    with pytest.raises(InvalidValueError, match=r"unpacked around the counties, the most is"):
        read_people_geotiff(path, REGIONS)


def test_negative_people_that_are_not_declared_as_nodata_are_refused(geotiff):
    people = ones()
    people[5, 5] = -99999
    with pytest.raises(InvalidValueError, match="-99999 people in a cell"):
        read_people_geotiff(geotiff(people), REGIONS)


def test_a_raster_of_nothing_but_nodata_is_refused(geotiff):
    with pytest.raises(InvalidValueError, match="holds nobody"):
        read_people_geotiff(geotiff(ones() * -9999, nodata=-9999), REGIONS)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"<VRTDataset></VRTDataset>", b"II*\0cut short"])
def test_a_file_that_is_no_geotiff_is_refused_whatever_it_is_called(tmp_path, content):
    pytest.importorskip("rasterio")
    path = tmp_path / "people.tif"
    path.write_bytes(content)
    with pytest.raises(InvalidValueError, match=r"GeoTIFF"):
        read_people_geotiff(path, REGIONS)


def test_without_rasterio_the_cure_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "rasterio", None)
    with pytest.raises(InvalidValueError, match="pip install rasterio"):
        read_people_geotiff(tmp_path / "people.tif", REGIONS)
