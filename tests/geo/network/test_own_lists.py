"""The user's own lists among the facilities: simulated sites give way, sourced ones stand once."""

import geopandas as gpd
import pandas as pd
import pytest

from geo import schema
from geo.network.network import with_lists
from geo.network.own_lists import MATCHES, ImportedLists


@pytest.fixture
def listed(tiny_network):
    """Give a function from a few facts by id to lists of imported sites; what is not told is as T1 has it."""

    def lists(**sites):
        first = tiny_network.facilities.loc["T1"].to_dict()
        plain = {schema.ORIGIN: schema.IMPORTED, schema.DATASET: "imported", MATCHES: None, "private": "x"}
        rows = pd.DataFrame.from_dict(
            {one: first | plain | facts for one, facts in sites.items()}, orient="index"
        )
        records = gpd.GeoDataFrame(rows, geometry=schema.GEOMETRY, crs=schema.WGS84)
        records.index.name = schema.FACILITY_ID
        return ImportedLists(3, records.astype({MATCHES: "str"}), ("名单.xlsx（甲，2026-11-26）",), "2026-05")

    return lists


def test_simulated_sites_give_way_in_the_lists_county_and_type_alone(tiny_network, listed):
    together = with_lists(tiny_network, listed(N1={schema.NAME: "新站"}))
    assert "T2" not in together.facilities.index
    assert "T3" in together.facilities.index, "another county's simulated site stays"
    assert {"T1", "T4", "H0", "N1"} <= set(together.facilities.index), "what has a source stays"
    assert together.joined.replaced.loc[("worker_station", "450101")].tolist() == [1, 1, 0]
    assert tiny_network.joined is None


def test_a_matched_sourced_site_is_there_once(tiny_network, listed):
    together = with_lists(tiny_network, listed(N1={MATCHES: "T1", schema.NAME: "江边驿站（新）"}))
    stations = together.facilities
    assert "T1" not in stations.index
    assert stations.loc["N1", schema.NAME] == "江边驿站（新）"
    assert together.joined.replaced.loc[("worker_station", "450101"), "sourced_met"] == 1


def test_an_id_of_the_programs_own_export_is_no_second_site(tiny_network, listed):
    together = with_lists(tiny_network, listed(T1={schema.NAME: "江边驿站"}))
    assert together.facilities.index.is_unique
    assert together.facilities.loc["T1", schema.ORIGIN] == schema.IMPORTED


def test_a_place_the_list_does_not_know_is_the_sources_and_says_so(tiny_network, listed):
    vague = {MATCHES: "T1", schema.GEOMETRY: None, schema.PLACE_PRECISION: "county", schema.SOURCE: "名单"}
    site = with_lists(tiny_network, listed(N1=vague)).facilities.loc["N1"]
    assert (site.geometry.x, site[schema.PLACE_PRECISION]) == (108.02, "point")
    assert site[schema.SOURCE] == "名单；位置据手工编造的测试数据"
    known = with_lists(tiny_network, listed(N1={MATCHES: "T1", schema.SOURCE: "名单"})).facilities.loc["N1"]
    assert known[schema.SOURCE] == "名单", "a list that knows the place is taken at its word"


def test_a_closed_site_and_the_sourced_one_it_matches_stand_no_more(tiny_network, listed):
    together = with_lists(tiny_network, listed(N1={MATCHES: "T1", schema.STATUS: "closed"}))
    assert not {"N1", "T1", "T2"} & set(together.facilities.index)


def test_the_catalogue_says_whose_lists_took_whose_place(tiny_network, listed):
    entry = with_lists(tiny_network, listed(N1={})).catalog["imported"]
    assert (entry.rows, entry.source, entry.as_of) == (1, "名单.xlsx（甲，2026-11-26）", "2026-05")
    assert "替代模拟站点 1 个" in entry.title
    assert entry.notes["replaced"] == [
        {
            "facility_type": "worker_station",
            "county": "450101",
            "listed": 1,
            "simulated_replaced": 1,
            "sourced_met": 0,
        }
    ]


def test_nothing_that_is_not_public_is_in_the_network(tiny_network, listed):
    together = with_lists(tiny_network, listed(N1={}))
    assert list(together.facilities.columns) == [*schema.FACILITY_COLUMNS, schema.GEOMETRY]
    assert together.facilities.crs == schema.WGS84
    assert list(together.facilities.dtypes) == list(tiny_network.facilities.dtypes)


def test_an_empty_registry_changes_nothing(tiny_network, listed):
    lists = listed(N1={})
    none = ImportedLists(0, lists.records.iloc[:0])
    assert with_lists(tiny_network, none) is tiny_network


def test_selecting_and_reading_later_work_on_the_whole(tiny_network, listed):
    together = with_lists(tiny_network, listed(N1={schema.NAME: "奇特驿站"}))
    assert list(together.select(text="奇特").index) == ["N1"]
    assert list(together.select(origins=["imported"]).index) == ["N1"]
    assert together.demand is tiny_network.demand
