"""Who lives near one of the 111 county unions: by the shipped grid, and by WorldPop 2020.

The two may differ, for three reasons that do not go away:

- WorldPop's figures here stand at the centres of cells of 5 minutes, nine kilometres wide: a threshold of
  five kilometres falls within a single cell. Our own people put at the centres of such cells lose four
  points of share at 5 km, two at 10 km and nothing at 20 km.
- WorldPop spreads people by its own model and is not adjusted to the census of 2020: it has 4.6 % fewer in
  Guangxi, 16 % fewer in Nanning; ours are the census by county.
- Ours are drawn to lights, which thicken around county seats, where the unions are. Ours are ever the higher.

So the shares may lie apart by seven hundredths in Guangxi, and by fourteen in a prefecture.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.coverage.people import SHARE
from geo.coverage.shares import covered_people, nearest
from geo.coverage.uncertainty import share_range
from geo.population.sources import compare_with_census, demand_from_table
from geo.schema import PEOPLE, PREFECTURE_LEVEL, WGS84

pytestmark = pytest.mark.slow
THRESHOLDS_M = (5_000.0, 10_000.0, 20_000.0, 30_000.0)
GUANGXI = "450000"
CELLS_A_DEGREE = 12


@pytest.fixture(scope="module")
def unions(network):
    return network.select(types=["county_union"])


@pytest.fixture(scope="module")
def shares(network, unions):
    """Give the share of residents within each threshold, by region and threshold, for any demand."""

    def shares_of(demand):
        distance_m = nearest(demand, unions)["distance_m"]
        covered = covered_people(distance_m, demand, regions=network.regions, thresholds_m=THRESHOLDS_M)
        return covered[SHARE].xs(PEOPLE, level="who")

    return shares_of


@pytest.fixture(scope="module")
def ours(network, shares):
    return shares(network.demand)


@pytest.fixture(scope="module")
def worldpop(network, shared_folder):
    file = shared_folder / "reference" / "ref_worldpop2020_guangxi_5min.csv"
    if not file.is_file():
        pytest.skip("WorldPop's figures are not beside the project")
    table = pd.read_csv(file).rename(columns={"pop_2020": PEOPLE})
    return demand_from_table(table, network.regions)


def test_every_county_has_one_union_with_a_place(network, unions):
    assert sorted(unions["county"]) == network.counties.index.tolist()
    assert unions.geometry.notna().all()


def test_the_shares_by_our_grid_are_those_on_the_page_of_sources(ours):
    expected = [0.2666, 0.4481, 0.6902, 0.8731]
    assert ours.loc[GUANGXI].tolist() == pytest.approx(expected, abs=5e-4)


def test_their_places_are_known_well_enough_for_a_range_of_seventeen_hundredths(network, unions):
    bounds = share_range(network.demand, unions, regions=network.regions, threshold_m=10_000)
    row = bounds.loc[(GUANGXI, PEOPLE)]
    assert row.tolist()[1:] == pytest.approx([0.3709, 0.4481, 0.5369], abs=5e-4)


def test_worldpop_has_fewer_people_than_the_census(network, worldpop):
    ratio = compare_with_census(worldpop.demand, network.regions)["ratio"]
    assert ratio[GUANGXI] == pytest.approx(0.954, abs=0.002)
    assert worldpop.outside_people < 50_000


def test_by_worldpop_the_shares_are_lower_but_within_seven_hundredths(ours, shares, worldpop):
    apart = ours.loc[GUANGXI] - shares(worldpop.demand).loc[GUANGXI]
    assert (apart > 0).all()
    assert (apart < 0.07).all()


def test_a_prefecture_may_differ_by_fourteen_hundredths_but_the_order_of_prefectures_holds(
    network, ours, shares, worldpop
):
    prefectures = network.regions.index[network.regions["level"] == PREFECTURE_LEVEL]
    both = pd.DataFrame({"ours": ours, "worldpop": shares(worldpop.demand)}).loc[prefectures]
    assert (both["ours"] - both["worldpop"]).abs().max() < 0.14
    at_ten_km = both.xs(10_000.0, level="threshold_m")
    assert at_ten_km.corr(method="pearson").iloc[0, 1] > 0.95


def test_part_of_the_difference_is_the_width_of_worldpop_s_cells(network, ours, shares):
    demand = network.demand
    columns, rows = np.floor(np.stack([demand.geometry.x, demand.geometry.y]) * CELLS_A_DEGREE)
    amounts = pd.DataFrame(demand[["people", "urban_people", "workers"]].astype("float64"))
    coarse = (
        amounts.groupby([columns, rows, demand["county"].to_numpy()])
        .sum()
        .reset_index(names=["x", "y", "county"])
    )
    centres = gpd.points_from_xy((coarse["x"] + 0.5) / CELLS_A_DEGREE, (coarse["y"] + 0.5) / CELLS_A_DEGREE)
    lost = ours.loc[GUANGXI] - shares(gpd.GeoDataFrame(coarse, geometry=centres, crs=WGS84)).loc[GUANGXI]
    assert lost.tolist() == pytest.approx([0.040, 0.017, 0.0, 0.003], abs=0.002)
