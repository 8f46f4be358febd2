"""205 tracts and 16 shops of San Francisco, metres along streets: figures published with the instance."""

import pandas as pd
import pytest

from geo.coverage.people import COVERED, LEFT_OUT
from geo.coverage.shares import MAX_M, MEAN_M, covered_people, distance_summary, nearest_by_cost
from geo.schema import COUNTY, COUNTY_LEVEL, LEVEL, PARENT, PEOPLE, URBAN_PEOPLE, WORKERS

CITY = "060750"


@pytest.fixture(scope="module")
def tracts(shared_folder):
    folder = shared_folder / "validation" / "san_francisco"
    file = folder / "SF_demand_205_centroid_uniform_weight.csv"
    table = pd.read_csv(file, dtype={"NAME": str}).set_index("NAME")
    people = table["POP2000"].astype(float)
    return pd.DataFrame({PEOPLE: people, URBAN_PEOPLE: people, WORKERS: people, COUNTY: CITY})


@pytest.fixture(scope="module")
def distance_m(shared_folder, tracts):
    folder = shared_folder / "validation" / "san_francisco"
    file = folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    ways = pd.read_csv(file, dtype={"DestinationName": str})
    cost = ways.rename(columns={"DestinationName": "origin", "name": "destination", "distance": "cost"})
    stores = pd.DataFrame(index=pd.Index(sorted(ways["name"].unique())))
    assert len(stores) == 16
    assert len(tracts) == 205
    return nearest_by_cost(cost, tracts, facilities=stores)["distance_m"]


@pytest.fixture(scope="module")
def city():
    return pd.DataFrame({LEVEL: [COUNTY_LEVEL], PARENT: [None]}, index=pd.Index([CITY], name="adcode"))


def test_the_weighted_mean_and_the_farthest_way_are_the_published_ones(distance_m, tracts, city):
    summary = distance_summary(distance_m, tracts, regions=city).loc[(CITY, PEOPLE)]
    assert summary["total"] == 955_113
    assert summary[MEAN_M] == pytest.approx(1_788.997573, abs=5e-7)
    assert summary[MAX_M] == pytest.approx(4_644.845691, abs=5e-7)


@pytest.mark.parametrize(
    ("km", "people"), [(1, 211_130), (2, 634_054), (3, 811_665), (5, 955_113)], ids="{}".format
)
def test_as_many_people_live_within_each_distance_as_published(distance_m, tracts, city, km, people):
    covered = covered_people(distance_m, tracts, regions=city, thresholds_m=[km * 1000]).loc[(CITY, PEOPLE)]
    assert covered[COVERED].tolist() == [people]
    assert covered[LEFT_OUT].tolist() == [955_113 - people]
