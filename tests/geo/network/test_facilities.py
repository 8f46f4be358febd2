"""The facilities: what is read, what is refused, and what no file may claim."""

import itertools
import json
import shutil

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import schema
from geo.catalog import DATA_FOLDER, file_sha256
from geo.errors import CatalogError, InvalidValueError, MissingColumnError
from geo.network.facilities import read_facilities, read_facility_types, require_facilities

ARTICLE_TOTALS = {
    "county_union": 111,
    "worker_station": 6062,
    "drivers_home": 254,
    "cultural_palace": 102,
    "park_home": 94,
    "service_complex": 43,
    "happy_enterprise": 47,
    "legal_service": 300,
}
# Machado, Oliveira & Fernandes 2009, severity 1, in linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.fixture(scope="module")
def facilities():
    return read_facilities()


@pytest.fixture(scope="module")
def simulated(facilities):
    return facilities[facilities[schema.ORIGIN] == schema.SIMULATED]


@pytest.fixture(scope="module")
def sourced(facilities):
    return facilities[facilities[schema.ORIGIN] == schema.SOURCED]


@pytest.fixture
def copied_data(tmp_path):
    """Give a folder with copies of the files that facilities are read from, and a way to change one."""
    names = ("facility_types", "facilities_sourced", "facilities_osm", "facilities_simulated")
    listing = json.loads((DATA_FOLDER / "catalog.json").read_text(encoding="utf-8"))
    listing = {name: listing[name] for name in names}
    for entry in listing.values():
        shutil.copy(DATA_FOLDER / entry["path"], tmp_path / entry["path"])

    def change(name, edit):
        path = tmp_path / listing[name]["path"]
        rows = pd.read_csv(path, dtype="str")
        edit(rows).to_csv(path, index=False)
        listing[name]["sha256"] = file_sha256(path)
        (tmp_path / "catalog.json").write_text(json.dumps(listing), encoding="utf-8")

    (tmp_path / "catalog.json").write_text(json.dumps(listing), encoding="utf-8")
    return tmp_path, change


def linear_rgb(colour):
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_each_type_of_the_article_has_exactly_its_published_total_over_all_origins(facilities):
    counted = facilities[schema.FACILITY_TYPE].value_counts()
    assert {code: int(counted[code]) for code in ARTICLE_TOTALS} == ARTICLE_TOTALS


def test_the_types_carry_the_totals_of_the_article_and_no_others():
    types = read_facility_types()
    published = types[schema.PUBLISHED_TOTAL].dropna().astype(int).to_dict()
    others = {"innovation_studio": 600, "craft_college": 91, "education_base": 9}
    assert published == ARTICLE_TOTALS | others
    assert types.index[types[schema.PUBLISHED_AT_LEAST]].tolist() == ["innovation_studio"]
    core = ["county_union", "worker_station", "drivers_home", "cultural_palace"]
    assert types.index[types[schema.CORE]].tolist() == core == types.index[:4].tolist()


def test_every_facility_is_of_a_listed_type_and_every_column_is_there(facilities):
    assert list(facilities.columns) == [*schema.FACILITY_COLUMNS, schema.GEOMETRY]
    assert facilities.index.name == schema.FACILITY_ID
    assert facilities.index.is_unique
    assert facilities.crs == schema.WGS84
    assert facilities[schema.FACILITY_TYPE].isin(read_facility_types().index).all()


def test_every_simulated_name_says_so_and_no_sourced_name_does(facilities, simulated, sourced):
    assert simulated[schema.NAME].str.endswith("〔模拟〕").all()
    assert not sourced[schema.NAME].str.contains("模拟").any()
    assert simulated[schema.SOURCE].str.contains("桂工图 模拟器 v1", regex=False).all()
    assert len(simulated) + len(sourced) == len(facilities)


def test_a_simulated_place_claims_no_more_than_its_county(simulated):
    assert (simulated[schema.PLACE_PRECISION] == "county").all()
    assert (simulated.loc[schema.located(simulated), schema.PLACE_ERROR_M] > 3000).all()


def test_every_facility_with_a_place_stands_inside_the_county_it_names(facilities, network):
    placed = facilities[schema.located(facilities)]
    outlines = network.counties.geometry.loc[placed[schema.COUNTY]].to_numpy()
    points = placed.geometry.to_numpy()
    assert shapely.contains_xy(outlines, shapely.get_x(points), shapely.get_y(points)).all()


def test_no_two_simulated_places_are_the_same(simulated):
    points = simulated.geometry[schema.located(simulated)]
    assert not pd.DataFrame({"x": points.x, "y": points.y}).duplicated().any()


def test_a_site_whose_place_no_source_tells_has_no_geometry(sourced):
    vague = sourced[schema.PLACE_PRECISION].isin(["county", "unknown"])
    assert vague.sum() == 83
    assert not schema.located(sourced[vague]).any()
    assert schema.located(sourced[~vague]).all()


def test_the_111_county_unions_are_each_in_their_own_county(facilities, network):
    unions = facilities[facilities[schema.FACILITY_TYPE] == "county_union"]
    assert sorted(unions[schema.COUNTY]) == sorted(network.counties.index)
    names = network.counties[schema.NAME].loc[unions[schema.COUNTY]] + "总工会"
    assert unions[schema.NAME].tolist() == names.tolist()
    assert (unions[schema.ORIGIN] == schema.SOURCED).all()


def test_five_unions_stand_where_openstreetmap_draws_them_and_name_both_sources(facilities):
    unions = facilities[facilities[schema.FACILITY_TYPE] == "county_union"]
    drawn = unions[unions[schema.PLACE_PRECISION] == "point"]
    assert sorted(drawn[schema.COUNTY]) == ["450109", "450621", "451029", "451081", "451425"]
    assert (drawn[schema.DATASET] == "facilities_osm").all()
    assert drawn[schema.SOURCE].str.contains("OpenStreetMap").all()
    assert drawn[schema.SOURCE].str.contains("报纸专版").all()
    rest = unions[unions[schema.PLACE_PRECISION] != "point"]
    assert set(rest[schema.PLACE_PRECISION]) == {"town"}
    assert set(rest[schema.PLACE_ERROR_M]) == {1500, 6000, 25000}


def test_what_openstreetmap_gave_is_in_its_own_file_with_its_own_credit(facilities):
    osm = facilities[schema.DATASET] == "facilities_osm"
    named = facilities[schema.SOURCE].str.contains("OpenStreetMap")
    assert (osm == named).all()
    assert osm.sum() == 17


def test_the_union_of_wuzhou_city_is_not_one_of_the_county_unions(facilities):
    wuzhou = facilities[facilities[schema.NAME] == "梧州市总工会"]
    assert wuzhou[schema.FACILITY_TYPE].tolist() == ["city_union"]


def test_the_railway_palace_is_one_site_that_keeps_both_names(facilities):
    railway = facilities[facilities[schema.NAME] == "柳州铁路工人文化宫"]
    assert railway[schema.ALIASES].tolist() == ["柳铁工人文化宫"]
    assert not (facilities[schema.NAME] == "柳铁工人文化宫").any()
    assert not facilities[schema.NAME].str.contains("柳江人民文化宫广场").any()


def test_palaces_are_47_open_31_being_built_and_24_without_a_venue(facilities):
    palaces = facilities[facilities[schema.FACILITY_TYPE] == "cultural_palace"]
    counted = palaces[schema.STATUS].value_counts()
    assert counted["operating"] == 47
    assert counted["under_construction"] == 31
    assert counted["institution_only"] + counted["planned"] == 24
    homeless = palaces[palaces[schema.STATUS] == "institution_only"]
    assert not schema.located(homeless).any()


def test_a_city_or_county_gets_at_most_one_simulated_palace_and_none_beside_a_known_one(facilities):
    palaces = facilities[facilities[schema.FACILITY_TYPE] == "cultural_palace"]
    is_simulated = palaces[schema.ORIGIN] == schema.SIMULATED
    known, drawn = palaces[~is_simulated], palaces[is_simulated]
    assert drawn[schema.COUNTY].is_unique
    assert drawn[schema.NAME].is_unique
    assert not drawn[schema.COUNTY].isin(known[schema.COUNTY]).any()
    plain = drawn[schema.NAME].str.removesuffix(schema.SIMULATED_SUFFIX)
    assert not plain.isin(known[schema.NAME]).any()


def test_nobody_is_named_and_no_number_of_a_person_is_in_any_text_of_the_data():
    mobile, identity, landline = (
        r"(?<!\d)1[3-9]\d{9}(?!\d)",
        r"(?<!\d)\d{17}[\dXx](?!\d)",
        r"(?<!\d)0\d{2,3}-\d{7,8}",
    )
    for path in sorted(DATA_FOLDER.rglob("*.csv")):
        text = pd.Series([path.read_text(encoding="utf-8")]).str.replace(
            r"https?://[^\s,，]+", "", regex=True
        )
        for pattern in (identity, landline):
            assert not text.str.contains(pattern).any(), f"{path.name} matches {pattern}"
        # OpenStreetMap numbers and shares with many digits look like telephone numbers; words do not.
        if path.name not in {"census.csv", "osm_union_facilities.csv", "facilities_osm.csv"}:
            assert not text.str.contains(mobile).any(), f"{path.name} holds a telephone number"
        assert not text.str.contains("记者[^从获]{1,4}）").any(), f"{path.name} names a reporter"


def test_a_mirrors_address_is_never_shown(sourced):
    mirrored = sourced[sourced[schema.SOURCE].str.contains("转载页（链接不列）", regex=False)]
    assert len(mirrored) >= 10
    assert not mirrored[schema.SOURCE].str.split("。注：").str[0].str.contains("http").any()


def test_the_four_core_colours_stay_apart_for_every_kind_of_sight():
    core = read_facility_types().query("core")[schema.COLOUR]
    for sight, matrix in SIGHTS.items():
        seen = [lab(np.array(matrix) @ linear_rgb(colour)) for colour in core]
        for one, other in itertools.combinations(seen, 2):
            assert np.linalg.norm(one - other) >= 40, sight


def test_every_colour_reads_on_light_and_on_dark_and_no_two_types_look_alike():
    types = read_facility_types()
    luminance = np.array([linear_rgb(colour) @ [0.2126, 0.7152, 0.0722] for colour in types[schema.COLOUR]])
    dark = linear_rgb("#0e1117") @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05) >= 2).all()
    assert ((luminance + 0.05) / (dark + 0.05) >= 2).all()
    assert types[schema.COLOUR].is_unique
    assert not types[[schema.COLOUR, schema.SYMBOL]].duplicated().any()
    assert types.loc[types[schema.CORE], schema.SYMBOL].is_unique


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("status", "open", "facilities.status holds open"),
        ("facility_type", "pub", "facilities.facility_type holds pub"),
        ("origin", "guessed", "facilities.origin holds guessed"),
        ("place_precision", "exact", "facilities.place_precision holds exact"),
        ("services", "water;beer", "facilities.services holds beer"),
        ("attendance", "robot", "facilities.attendance holds robot"),
        ("lat", None, "only one coordinate: union-450102"),
        ("name", None, "no facility_type, name"),
        ("name", "某总工会〔模拟〕", "not marked 〔模拟〕 exactly when simulated: union-450102"),
        ("facility_id", "union-450103", "an id that occurs twice: union-450103"),
    ],
)
def test_a_record_that_is_not_a_facility_is_refused_and_named(copied_data, column, value, told):
    folder, change = copied_data

    def spoil(rows):
        rows.loc[0, column] = value
        return rows

    change("facilities_sourced", spoil)
    with pytest.raises(InvalidValueError, match=told):
        read_facilities(folder)


def test_all_faults_of_the_rows_are_reported_at_once(copied_data):
    folder, change = copied_data

    def spoil(rows):
        rows.loc[0, "lat"] = None
        rows.loc[1, "source"] = None
        return rows

    change("facilities_sourced", spoil)
    with pytest.raises(InvalidValueError, match=r"source: union-450103; only one coordinate: union-450102"):
        read_facilities(folder)


def test_a_file_of_facilities_without_a_column_is_refused():
    with pytest.raises(MissingColumnError, match="ours lacks facility_type, name"):
        require_facilities(pd.DataFrame({"facility_id": ["a"]}), types=["county_union"], what="ours")


def test_a_table_of_types_without_a_column_or_with_a_strange_symbol_is_refused(copied_data):
    folder, change = copied_data
    change("facility_types", lambda types: types.assign(symbol="heart"))
    with pytest.raises(InvalidValueError, match="heart"):
        read_facility_types(folder)
    change("facility_types", lambda types: types.drop(columns="colour"))
    with pytest.raises(MissingColumnError, match="colour"):
        read_facility_types(folder)


def test_a_changed_or_a_lost_file_of_facilities_is_not_read(copied_data):
    folder, _ = copied_data
    path = folder / "facilities_osm.csv"
    path.write_bytes(path.read_bytes().replace(b"2024", b"2025", 1))
    with pytest.raises(CatalogError, match=r"facilities_osm.csv is not the file"):
        read_facilities(folder)
    path.unlink()
    with pytest.raises(CatalogError, match=r"facilities_osm.csv is missing"):
        read_facilities(folder)
