"""Places found by name, and the evidence for a datum."""

import numpy as np
import pandas as pd
import pytest

from geo import schema
from geo.geodesy.datums import DATUMS, wgs84_to_bd09, wgs84_to_gcj02
from geo.importing.location.datum_evidence import likely_datum, weigh_datums
from geo.importing.location.place_names import PointNames, find_places

AWAY = {"WGS-84": lambda lon, lat: (lon, lat), "GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


def unplaced(**cells):
    row = {"county": "451228", "address": None, "name": "驿站", "town_code": None} | cells
    return pd.DataFrame([row]).astype("str").where(lambda frame: frame != "None")


def placed(rows, knowledge, network):
    return find_places(rows, knowledge.gazetteer, counties=network.counties, names=knowledge.points).iloc[0]


@pytest.fixture(scope="module")
def landmark(knowledge):
    """Give a named point of OpenStreetMap in 青秀区 that no other county has."""
    points = knowledge.gazetteer.points
    alone = points.groupby(level=1)["lon"].transform("size") == 1
    own = points[alone].loc["450103"]
    return own[own["name"].str.len() == 6].iloc[0]


def test_a_named_point_in_the_county_is_a_place_within_some_hundred_metres(knowledge, network, landmark):
    found = placed(unplaced(county="450103", address=f"{landmark['name']}旁"), knowledge, network)
    assert (found["lon"], found["lat"]) == (landmark["lon"], landmark["lat"])
    assert (found["place_precision"], found["place_error_m"]) == ("road", 500)


def test_the_same_name_in_another_county_is_no_place(knowledge, network, landmark):
    found = placed(unplaced(county="451228", address=f"{landmark['name']}旁"), knowledge, network)
    assert found["place_precision"] == "county"
    assert np.isnan(found["lon"])


def test_a_township_is_a_place_within_kilometres_and_a_seat_is_one_too(knowledge, network):
    town = placed(unplaced(town_code="451228100"), knowledge, network)
    assert (town["place_precision"], town["place_from"], town["place_error_m"]) == ("town", "township", 4000)
    seat = placed(unplaced(address="县城汽车站旁"), knowledge, network)
    assert (seat["place_precision"], seat["place_from"]) == ("town", "seat")


def test_a_point_far_from_the_township_the_row_names_is_another_one(knowledge, network):
    points = pd.DataFrame(
        {"name": ["红水河大桥头"], "lon": [109.0], "lat": [24.5]},
        index=pd.MultiIndex.from_tuples([("451228", "红水河大桥头")]),
    )
    rows = unplaced(address="红水河大桥头", town_code="451228100")
    found = find_places(rows, knowledge.gazetteer, counties=network.counties, names=PointNames(points)).iloc[
        0
    ]
    assert found["place_from"] == "township"


def test_a_county_alone_is_no_point_but_says_how_far_off_a_site_may_be(knowledge, network):
    found = placed(unplaced(), knowledge, network)
    assert (found["place_precision"], np.isnan(found["lon"])) == ("county", True)
    assert 20_000 < found["place_error_m"] < 100_000
    nowhere = placed(unplaced(county=None), knowledge, network)
    assert (nowhere["place_precision"], np.isnan(nowhere["place_error_m"])) == ("unknown", True)


def test_every_placed_name_lies_in_its_county(knowledge, network):
    from geo.network.join import county_of_points

    points = knowledge.gazetteer.points
    found = county_of_points(points["lon"], points["lat"], network.counties)
    assert (np.asarray(found) == points.index.get_level_values(0)).all()


def named_rows(knowledge, datum, count=40):
    points = knowledge.gazetteer.points
    alone = points[points.groupby(level=1)["lon"].transform("size") == 1]
    chosen = alone[alone["name"].str.len() >= 5].sample(count, random_state=3)
    lon, lat = AWAY[datum](chosen["lon"].to_numpy(), chosen["lat"].to_numpy())
    columns = {"lon": lon, "lat": lat, "county": chosen.index.get_level_values(0), "name": chosen["name"]}
    return pd.DataFrame(columns).assign(address=None).reset_index(drop=True)


@pytest.mark.parametrize("datum", DATUMS)
def test_points_of_known_names_tell_the_datum(knowledge, network, datum):
    evidence = weigh_datums(named_rows(knowledge, datum), counties=network.counties, names=knowledge.points)
    assert list(evidence.index) == list(DATUMS)
    assert evidence["median_distance_m"].idxmin() == datum
    assert evidence.loc[datum, "median_distance_m"] < 1
    assert evidence.drop(index=datum)["median_distance_m"].min() > 300
    assert likely_datum(evidence, hint="BD-09" if datum != "BD-09" else "WGS-84") == datum


@pytest.mark.parametrize("datum", DATUMS)
def test_declared_counties_tell_the_datum_where_no_name_does(knowledge, network, datum):
    cells = network.demand.sample(3_000, random_state=5)
    lon, lat = cells.geometry.x.to_numpy(), cells.geometry.y.to_numpy()
    from geo.network.join import county_of_points

    county = pd.Series(county_of_points(lon, lat, network.counties), dtype="str")
    shifted = AWAY[datum](lon, lat)
    rows = pd.DataFrame(
        {"lon": shifted[0], "lat": shifted[1], "county": county, "name": None, "address": None}
    )
    evidence = weigh_datums(
        rows.astype({"name": "str", "address": "str"}), counties=network.counties, names=knowledge.points
    )
    assert evidence["inside_share"].idxmax() == datum
    assert evidence.loc[datum, "inside_share"] == 1
    assert likely_datum(evidence) == datum


def test_without_evidence_the_format_suggests_or_nothing_does(knowledge, network):
    rows = named_rows(knowledge, "WGS-84").assign(lon=np.nan)
    evidence = weigh_datums(rows, counties=network.counties, names=knowledge.points)
    assert evidence["compared"].tolist() == [0, 0, 0]
    assert likely_datum(evidence, hint="GCJ-02") == "GCJ-02"
    assert likely_datum(evidence) is None


def test_a_whole_list_is_weighed_by_what_it_says(network, knowledge):
    from geo.importing.checks.list_datum import hinted_datum, weigh_list_datums
    from geo.importing.columns.header_matching import match_columns
    from geo.importing.readers.any_file import read_list

    rows = named_rows(knowledge, "GCJ-02")
    names = network.counties["name"]
    text = "站点,县区,高德经度,高德纬度\n" + "\n".join(
        f"{name}驿站,{names[county]},{lon:.6f},{lat:.6f}"
        for name, county, lon, lat in zip(rows["name"], rows["county"], rows["lon"], rows["lat"], strict=True)
        if not set(name) & set(',"\n')
    )
    table = read_list(text.encode(), file_name="a.csv")[0]
    mapping = match_columns(table, knowledge.words)
    evidence = weigh_list_datums(table, mapping, network, knowledge=knowledge)
    assert likely_datum(evidence) == "GCJ-02"
    assert hinted_datum(table, mapping, knowledge.words) == "GCJ-02"
    assert evidence["compared"].iloc[0] > 30


def test_places_are_the_columns_the_schema_has():
    assert {"road", "town", "county", "unknown"} < set(schema.PLACE_PRECISIONS)
