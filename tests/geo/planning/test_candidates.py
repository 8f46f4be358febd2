"""Where a site could stand: every kind has one shape, and a bad list says all that is wrong with it."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import schema
from geo.errors import InvalidValueError, MissingColumnError
from geo.planning import candidates, place_names


def points_of(rows):
    index = pd.Index([row[0] for row in rows], name=place_names.CANDIDATE_ID)
    columns = {
        schema.KIND: [row[1] for row in rows],
        schema.NAME: [row[2] for row in rows],
        schema.COUNTY: "450101",
    }
    places = [shapely.Point(row[3], row[4]) for row in rows]
    return gpd.GeoDataFrame(columns, index=index, geometry=places, crs=schema.WGS84)


NAMED = points_of(
    [
        ("host:1:bank", "bank", "{{7*191}}银行", 108.05, 22.85),
        ("host:2:building", "building", "中国石化南站", 108.06, 22.85),
        ("host:3:pitch", "pitch", "球场", 108.07, 22.85),
        ("host:4:atm", "atm", "银行自助", 108.05, 22.85),
    ]
)


def test_a_township_is_a_candidate_where_it_stands(tiny_network):
    found = candidates.township_candidates(tiny_network.townships)
    assert list(found.index) == ["township:450101001", "township:450202001"]
    assert list(found[schema.COUNTY]) == ["450101", "450202"]
    assert list(found.columns[:3]) == list(candidates.CANDIDATE_COLUMNS)


def test_a_cell_is_a_candidate_if_people_enough_live_there(street):
    cells = candidates.cell_candidates(street.demand, who=schema.PEOPLE, least=800)
    assert list(cells.index) == ["cell:7", "cell:8", "cell:9", "cell:10"]


def test_two_rows_of_one_cell_are_one_candidate_of_the_county_with_most_people(street):
    border = street.demand.loc[[2, 10]].set_geometry([street.demand.geometry[2]] * 2)
    cells = candidates.cell_candidates(border, who=schema.PEOPLE, least=1300)
    assert list(cells.index) == ["cell:10"]
    assert list(cells[schema.COUNTY]) == ["450102"]


def test_a_cell_asks_for_people_there_are(street):
    with pytest.raises(InvalidValueError, match="does not count people"):
        candidates.cell_candidates(street.demand, who="cats")
    with pytest.raises(InvalidValueError, match="at least 0"):
        candidates.cell_candidates(street.demand, who=schema.PEOPLE, least=float("nan"))


def test_a_host_is_known_by_its_class_or_by_its_name_and_each_place_once():
    hosts = candidates.host_candidates(NAMED)
    assert list(hosts[schema.NAME]) == ["{{7*191}}银行", "中国石化南站"]
    assert set(hosts[schema.KIND]) == {place_names.HOST}
    with pytest.raises(InvalidValueError, match="spaceport"):
        candidates.host_candidates(NAMED, kinds=["spaceport"])


def test_a_list_becomes_candidates_with_its_own_names(tiny_network):
    listed = pd.DataFrame({"lon": [108.02, "108.15"], "lat": [22.82, 22.83], "name": ["=1+1", None]})
    found = candidates.listed_candidates(listed, tiny_network.counties)
    assert list(found[schema.NAME]) == ["=1+1", ""]
    assert list(found[schema.COUNTY]) == ["450101", "450102"]


def test_a_bad_list_says_everything_that_is_wrong_at_once(tiny_network):
    rows = [(None, 22.8), (22.8, 108.0), (108.02, 22.82), (108.02, 22.82), ("x", 1)]
    with pytest.raises(InvalidValueError) as fault:
        candidates.listed_candidates(pd.DataFrame(rows, columns=["lon", "lat"]), tiny_network.counties)
    for told in ("rows 0, 4 have no coordinates", "rows 1 have a place outside", "rows 3 have the place of"):
        assert told in str(fault.value)
    with pytest.raises(InvalidValueError, match="no rows"):
        candidates.listed_candidates(pd.DataFrame({"lon": [], "lat": []}), tiny_network.counties)
    with pytest.raises(MissingColumnError, match="lat"):
        candidates.listed_candidates(pd.DataFrame({"lon": [108.0]}), tiny_network.counties)


def test_candidates_are_laid_together_in_an_area_and_never_none(tiny_network, street):
    parts = [
        candidates.township_candidates(tiny_network.townships),
        candidates.cell_candidates(street.demand, who=schema.PEOPLE),
    ]
    found = candidates.gather_candidates(parts, counties=["450102", "450202"])
    assert list(found.index) == ["township:450202001", "cell:10"]
    with pytest.raises(InvalidValueError, match="no candidate"):
        candidates.gather_candidates(parts, counties=["450201"])
    with pytest.raises(InvalidValueError, match="no candidate"):
        candidates.gather_candidates([])
    with pytest.raises(InvalidValueError, match="stand twice"):
        candidates.gather_candidates([parts[0], parts[0]])


def test_a_candidate_where_a_site_stands_is_named_with_it(street):
    cells = candidates.cell_candidates(street.demand, who=schema.PEOPLE)
    found = candidates.at_existing(cells, street.facilities)
    assert found.to_dict() == {"cell:0": "S0", "cell:1": "S1", "cell:9": "S9"}
    assert candidates.at_existing(cells, street.facilities.iloc[:0]).empty


def test_a_place_is_said_in_words(tiny_network):
    places = points_of([("a", "x", "", 108.05, 22.851), ("b", "x", "", 108.15, 22.94)])
    words = place_names.describe_places(places, townships=tiny_network.townships, named_points=NAMED)
    assert list(words[place_names.TOWNSHIP_NAME]) == ["甲镇", "丁乡"]
    assert words.loc["a", place_names.NEAR_NAME] == "{{7*191}}银行"
    assert words.loc["a", place_names.NEAR_DISTANCE_M] == pytest.approx(110.8, abs=0.1)
    assert words.loc["b"].isna()[[place_names.NEAR_NAME, place_names.NEAR_DISTANCE_M]].all()


def test_the_shipped_points_hold_hosts_in_most_counties():
    named = place_names.read_named_points()
    hosts = candidates.host_candidates(named)
    assert named.index.is_unique
    assert len(hosts) > 1500
    assert hosts[schema.COUNTY].nunique() > 80
