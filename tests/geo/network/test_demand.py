"""Demand: the grid adds up to the census and lies where it says; townships have places."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import schema
from geo.catalog import data_path, file_sha256, read_catalog
from geo.errors import CatalogError, MissingColumnError
from geo.geodesy import datums
from geo.network import demand, regions

TRUTH = {
    schema.PEOPLE: schema.RESIDENTS,
    schema.URBAN_PEOPLE: schema.URBAN_RESIDENTS,
    schema.WORKERS: schema.NONFARM_EMPLOYED,
}


@pytest.fixture(scope="module")
def cells():
    return demand.read_demand()


@pytest.fixture(scope="module")
def townships():
    return demand.read_townships()


@pytest.fixture(scope="module")
def counties():
    guangxi = regions.read_regions()
    return guangxi[guangxi[schema.LEVEL] == schema.COUNTY_LEVEL]


def test_every_cell_is_there_once(cells):
    assert len(cells) == 312_959
    assert cells.index.name == schema.DEMAND_ID
    assert cells.index.tolist() == list(range(1, 312_960))
    assert cells.columns.tolist() == [*schema.DEMAND_COLUMNS, schema.LIGHT, schema.GEOMETRY]
    assert cells.crs.to_string() == schema.WGS84


@pytest.mark.parametrize("column", TRUTH)
def test_the_cells_of_every_county_add_up_to_its_census(cells, counties, column):
    sums = cells[column].astype("float64").groupby(cells[schema.COUNTY]).sum()
    assert sums.index.tolist() == counties.index.tolist()
    assert (sums - counties[TRUTH[column]]).abs().max() < 0.1


def test_nobody_is_missing_negative_or_counted_twice(cells):
    numbers = cells[[*TRUTH, schema.LIGHT]].to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    assert (cells[schema.URBAN_PEOPLE] <= cells[schema.PEOPLE] * (1 + 1e-6)).all()


def test_workers_stand_where_town_dwellers_stand_sooner_than_where_villagers_do(cells):
    notes = read_catalog()["demand"].notes
    assert notes["workers_a_urban"] > notes["workers_b_rural"] > 0
    assert notes["workers_r_squared"] > 0.97
    nanning = cells[cells[schema.COUNTY] == "450103"]
    rate = nanning[schema.WORKERS] / nanning[schema.PEOPLE]
    town = nanning[schema.URBAN_PEOPLE] / nanning[schema.PEOPLE]
    assert np.corrcoef(rate, town)[0, 1] > 0.99


def test_what_is_modelled_or_estimated_says_so():
    notes = read_catalog()["demand"].notes
    assert notes["people"].startswith("MODELLED")
    assert notes["workers"].startswith("ESTIMATE")
    assert read_catalog()["census"].notes["nonfarm_employed"].startswith("ESTIMATE")


def test_cells_run_from_north_to_south_and_west_to_east(cells):
    lon, lat = cells.geometry.x.to_numpy(), cells.geometry.y.to_numpy()
    order = np.lexsort((cells[schema.COUNTY].to_numpy().astype(str), lon, -lat))
    assert (order == np.arange(len(cells))).all()


def test_cells_lie_on_a_grid_of_30_arcseconds(cells):
    for steps in (cells.geometry.x.to_numpy() * 120, cells.geometry.y.to_numpy() * 120):
        offset = (steps - steps[0]) % 1
        assert np.minimum(offset, 1 - offset).max() < 0.002


def test_a_cell_has_one_row_for_each_county_it_touches(cells):
    parts = pd.DataFrame({"lon": cells.geometry.x, "lat": cells.geometry.y, "county": cells[schema.COUNTY]})
    assert not parts.duplicated().any()
    assert len(parts.drop_duplicates(["lon", "lat"])) == 303_273


def test_nearly_all_people_stand_inside_their_county_and_the_others_near_it(cells, counties):
    outside = pd.Series(index=cells.index, data=True)
    for county, own in cells.groupby(schema.COUNTY):
        shapely.prepare(outline := counties.geometry[county])
        outside[own.index] = ~shapely.covers(outline, own.geometry.to_numpy())
    strays = cells[outside]
    homes = counties.geometry.to_crs(datums.EQUAL_AREA).loc[strays[schema.COUNTY]]
    away_m = strays.geometry.to_crs(datums.EQUAL_AREA).distance(homes, align=False).to_numpy()
    everyone = cells[schema.PEOPLE].astype("float64").sum()
    inside = 1 - strays[schema.PEOPLE].sum() / everyone
    assert inside == pytest.approx(read_catalog()["demand"].notes["people_inside_their_county"], abs=1e-4)
    assert inside > 0.98
    assert strays.loc[away_m > 1000, schema.PEOPLE].sum() / everyone < 0.0004
    assert away_m.max() < 3600


def test_the_grid_is_small():
    assert data_path("demand").stat().st_size < 3_000_000


def test_959_townships_have_a_place_of_their_own(townships, counties):
    assert len(townships) == 959
    assert townships.index.name == "code"
    assert townships.index.is_unique
    assert (townships.index.str.len() == 9).all()
    assert (townships.index.str[:6] == townships[schema.COUNTY]).all()
    assert set(townships[schema.COUNTY]) <= set(counties.index)
    assert townships.columns.tolist() == [*schema.TOWNSHIP_COLUMNS, schema.GEOMETRY]
    assert schema.located(townships).all()
    assert townships.notna().all().all()
    assert townships.crs.to_string() == schema.WGS84


def test_no_township_is_put_at_its_county_seat_for_want_of_a_place(townships):
    assert "county_seat_only" not in set(townships[schema.POSITION_SOURCE])
    assert set(townships[schema.KIND]) == {"镇", "乡", "街道"}


def test_townships_lie_in_or_by_their_county(townships, counties):
    homes = counties.geometry.to_crs(datums.EQUAL_AREA).loc[townships[schema.COUNTY]]
    away_m = townships.geometry.to_crs(datums.EQUAL_AREA).distance(homes, align=False)
    assert away_m.max() < 3000
    assert (away_m == 0).mean() > 0.98


@pytest.fixture
def write(tmp_path):
    """Give a way to write a small grid and a small list of townships into a folder of their own."""

    def written(cells, townships):
        cells.to_parquet(tmp_path / "demand.parquet")
        townships.to_csv(tmp_path / "townships.csv", index=False)
        listing = {}
        for name, path in {"demand": "demand.parquet", "townships": "townships.csv"}.items():
            fields = vars(read_catalog()["demand"]) | {"notes": {}, "path": path}
            del fields["name"]
            listing[name] = fields | {"sha256": file_sha256(tmp_path / path)}
        (tmp_path / "catalog.json").write_text(json.dumps(listing), encoding="utf-8")
        return tmp_path

    return written


SMALL_GRID = pd.DataFrame(
    {
        "demand_id": [7, 3],
        "lon": [108.0, 109.0],
        "lat": [22.0, 23.0],
        "people": [1.0, 2.0],
        "urban_people": [0.0, 1.0],
    }
    | {"workers": [0.5, 1.0], "county": ["450103", "450102"], "light": [0.0, 9.0]}
)
SMALL_LIST = pd.DataFrame(
    {
        "code": ["450103101"],
        "name": ["镇"],
        "kind": ["镇"],
        "county": ["450103"],
        "lon": [108.0],
        "lat": [22.0],
    }
    | {"position_source": ["osm_poi"], "position_accuracy": ["~1 km"]}
)


def test_a_small_grid_is_read_as_it_stands(write):
    folder = write(SMALL_GRID, SMALL_LIST)
    cells, townships = demand.read_demand(folder), demand.read_townships(folder)
    assert isinstance(cells, gpd.GeoDataFrame)
    assert cells.index.tolist() == [7, 3]
    assert cells.geometry[3].equals(shapely.Point(109, 23))
    assert townships.loc["450103101", schema.COUNTY] == "450103"


def test_a_grid_or_list_that_lacks_columns_is_told_with_all_of_them(write):
    folder = write(SMALL_GRID.drop(columns=["workers", "lon"]), SMALL_LIST.drop(columns=["kind", "lat"]))
    with pytest.raises(MissingColumnError, match="demand lacks lon, workers"):
        demand.read_demand(folder)
    with pytest.raises(MissingColumnError, match="townships lacks lat, kind"):
        demand.read_townships(folder)


def test_a_grid_changed_by_one_byte_is_not_read(write):
    folder = write(SMALL_GRID, SMALL_LIST)
    with (folder / "demand.parquet").open("ab") as stream:
        stream.write(b"0")
    with pytest.raises(CatalogError, match=r"demand\.parquet is not the file"):
        demand.read_demand(folder)
