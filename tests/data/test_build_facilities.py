"""How the facilities are built: what texts say, which records are one site, and what chance may decide."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.build.citation import cite
from data.build.counts import build_counts
from data.build.facilities_simulated import simulate
from data.build.known import known_facilities
from data.build.parquet import parquet_bytes
from data.build.press import press_sites
from data.build.records import COLUMNS, complete, read_raw
from data.build.same_site import fold_same_sites, join_near, normal_name, site_keys
from data.build.service_text import (
    parse_attendance,
    parse_build_mode,
    parse_hours,
    parse_partner,
    parse_services,
)
from data.build.simulate import homes, palaces, stations
from data.build.simulate.places import CELL_DEGREES, draw_places
from data.build.simulate.records import deal_services
from data.build.simulate.shares import apportion, deal, remaining
from data.build.simulate.world import is_district, read_world
from geo import schema
from geo.catalog import data_path
from geo.network.facilities import read_facilities


@pytest.fixture(scope="module")
def known():
    return pd.concat(known_facilities(), ignore_index=True)


@pytest.fixture(scope="module")
def simulated():
    facilities = read_facilities()
    return facilities[facilities[schema.ORIGIN] == schema.SIMULATED]


@pytest.fixture(scope="module")
def drawn_stations(simulated):
    return simulated[simulated[schema.FACILITY_TYPE] == "worker_station"]


def a_record(**told):
    usual = {
        "facility_id": "x",
        "facility_type": "cultural_palace",
        "name": "甲市工人文化宫",
        "prefecture": "450100",
        "status": "operating",
        "origin": "sourced",
        "place_precision": "unknown",
        "source": "某报",
    }
    return usual | told


def fold(*records):
    told = complete(pd.DataFrame(list(records)))
    return fold_same_sites(told, site_keys(told))


# ── what the texts say ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("饮水、热饭、充电、应急药品", "water;hot_meal;charging;first_aid"),
        (
            "休息、阅读、手机充电、热饭饮水、法律咨询、心理咨询",
            "water;hot_meal;charging;rest;reading;counselling;legal_advice",
        ),
        ("休息室（架床）、就餐区、浴室、厕所、厨房、姜糖水", "water;hot_meal;rest;toilet;shower"),
        ("充电桩4个、女职工关爱室、母婴区", "ev_charging;mother_baby"),
        ("热水澡、热饭菜、停车", "hot_meal;shower;parking"),
        ("能量包、反诈宣传", None),
        ("公益理发", None),
        (None, None),
    ],
)
def test_services_are_read_from_what_a_report_says_and_nothing_is_added(text, services):
    parsed = parse_services(pd.Series([text], dtype="str"))
    assert parsed.isna().all() if services is None else parsed.tolist() == [services]


@pytest.mark.parametrize(
    ("text", "hours", "attendance"),
    [
        ("24小时无人值守（微信扫码实名进入）", "24/7", "unattended"),
        ("24小时", "24/7", None),
        ("2025年春节期间照常开放", None, None),
        ("春运期间", None, None),
        ("每年春运（2019年为1月25日至31日）", None, None),
        (None, None, None),
    ],
)
def test_hours_are_round_the_clock_where_the_text_says_so_and_unknown_elsewhere(text, hours, attendance):
    said = pd.Series([text], dtype="str")
    for parsed, expected in ((parse_hours(said), hours), (parse_attendance(said), attendance)):
        assert parsed.isna().all() if expected is None else parsed.tolist() == [expected]


def test_build_mode_and_host_are_read_from_the_kind_and_never_guessed():
    kind = pd.Series(
        ["共建；银行", "自建；环卫", "加油站", "项目工会建；工地", "临时；春运", None], dtype="str"
    )
    assert parse_build_mode(kind).fillna("?").tolist() == ["shared", "own", "?", "own", "?", "?"]
    assert parse_partner(kind).fillna("?").tolist() == ["银行", "环卫", "加油站", "工地", "?", "?"]


def test_the_three_stations_that_never_close_are_found_in_the_real_texts():
    stations_told = press_sites().query("facility_type == 'worker_station'")
    open_always = stations_told[stations_told["hours"] == "24/7"]
    assert open_always["name"].tolist() == [
        "工会驿站工人文化宫站",
        "中国石化公车加油站“爱心驿站”",
        "平陆运河马道枢纽项目工会驿站",
    ]
    assert open_always["attendance"].fillna("?").tolist() == ["unattended", "?", "unattended"]
    assert stations_told["hours"].notna().sum() == 3


def test_every_word_of_the_real_service_texts_is_kept():
    kept = press_sites().query("facility_type == 'worker_station'")["services_text"].dropna().tolist()
    assert kept == read_raw("stations.csv")["services"].dropna().tolist()


def test_a_report_that_names_40_stations_13_palaces_and_8_homes_gives_as_many_sites():
    counted = press_sites()["facility_type"].value_counts()
    assert counted[["worker_station", "cultural_palace", "drivers_home"]].tolist() == [40, 13, 8]


def test_a_plan_is_planned_and_a_site_being_built_is_not_called_open():
    sites = press_sites().set_index("name")
    assert sites.loc["隆安县那桐镇324国道司机之家", "status"] == "planned"
    assert sites.loc["南丹县工人文化宫", ["status", "as_of"]].tolist() == ["under_construction", "2013-05"]
    assert sites.loc["柳州市工人文化宫", "status"] == "institution_only"
    assert sites.loc["桂林市第二工人文化宫", ["status", "as_of"]].tolist() == ["operating", "2015"]
    assert sites["status"].notna().all()


def test_an_adcode_that_ends_in_00_tells_the_prefecture_and_no_county():
    sites = press_sites().set_index("name")
    assert pd.isna(sites.loc["北海市工人文化宫", "county"])
    assert sites.loc["北海市工人文化宫", "prefecture"] == "450500"
    assert sites.loc["上林县工人文化宫", ["county", "county_by"]].tolist() == ["450125", "declared"]
    assert sites.loc["良圻农场公司一分场职工之家", ["county", "prefecture"]].isna().all()


def test_a_centre_without_the_unions_part_is_left_out_and_one_with_it_is_kept():
    names = press_sites()["name"]
    assert not names.str.contains("新业态一站式调解工作室").any()
    assert (names == "柳城县劳动人事争议调解中心").any()


def test_a_mirror_is_cited_without_its_address_and_a_publisher_by_name():
    facts = pd.DataFrame(
        {
            "source_url": ["http://gx.xinhuanet.com/a.html", "http://copy.example/b", None, "某报纸专版"],
            "source_date": ["2025-01-25", None, "2024-09-06", None],
            "source_is_mirror": [None, "yes", None, None],
            "note": [None, "年份待核", None, None],
        },
        dtype="str",
    )
    assert cite(facts).tolist() == [
        "新华网广西频道，2025-01-25，http://gx.xinhuanet.com/a.html",
        "转载页（链接不列），原文未署日期。注：年份待核",
        "2024-09-06",
        "某报纸专版，原文未署日期",
    ]


def test_a_total_of_an_unlisted_definition_or_region_is_an_error():
    facts = read_raw("network_counts.csv").head(1)
    with pytest.raises(KeyError, match="新驿站"):
        build_counts(facts.assign(facility_type="新驿站"))
    with pytest.raises(KeyError, match="某市"):
        build_counts(facts.assign(region_zh="某市"))


# ── which records are one site ──────────────────────────────────────────────────────────────────────────────


def test_a_palace_named_in_the_press_and_drawn_in_openstreetmap_is_one_record_with_both_sources():
    press = a_record(facility_id="palace-s001", services="sports", status="under_construction")
    drawn = a_record(
        facility_id="osm-1",
        name="甲市 工人文化宫(新馆)",
        services="culture;sports",
        place_precision="point",
        lon=108.3,
        lat=22.8,
        place_error_m=50,
        county="450103",
        county_by="point",
        source="© OpenStreetMap contributors",
    )
    folded = fold(press, drawn)
    assert len(folded) == 1
    site = folded.iloc[0]
    assert site["facility_id"] == "palace-s001"
    assert (site["lon"], site["lat"], site["place_precision"]) == (108.3, 22.8, "point")
    assert (site["county"], site["county_by"]) == ("450103", "point")
    assert site["status"] == "under_construction"
    assert site["aliases"] == "甲市 工人文化宫(新馆)"
    assert site["services"] == "sports;culture"
    assert site["source"] == "某报 ｜ © OpenStreetMap contributors"


@pytest.mark.parametrize(
    "other",
    [
        {"prefecture": "450200"},
        {"facility_type": "workers_home"},
        {"name": "甲市第二工人文化宫"},
    ],
)
def test_another_prefecture_type_or_name_is_another_site(other):
    assert len(fold(a_record(facility_id="a"), a_record(facility_id="b", **other))) == 2


def test_equal_names_in_two_declared_counties_are_two_sites():
    one = a_record(facility_id="a", name="职工之家", county="450103", county_by="declared")
    two = a_record(facility_id="b", name="职工之家", county="450105", county_by="declared")
    assert len(fold(one, two)) == 2
    assert len(fold(one, a_record(facility_id="b", name="职工之家"))) == 1


def test_sites_without_a_prefecture_are_never_folded():
    assert len(fold(*(a_record(facility_id=name, prefecture=None) for name in "ab"))) == 2


def test_a_better_known_place_is_taken_whole():
    town = a_record(
        facility_id="a", place_precision="town", lon=1.0, lat=2.0, place_error_m=1500, source_datum="GCJ-02"
    )
    point = a_record(facility_id="b", place_precision="point", lon=3.0, lat=4.0)
    for records in ((town, point), (point, town)):
        site = fold(*records).iloc[0]
        assert (site["lon"], site["lat"]) == (3.0, 4.0)
        assert pd.isna(site["place_error_m"])
        assert pd.isna(site["source_datum"])


def test_two_objects_of_one_type_within_200_m_are_one_site_and_farther_ones_are_not():
    # 0.001 degrees of latitude is 111 m.
    near = complete(
        pd.DataFrame(
            [
                a_record(facility_id=f"osm-{number}", name=f"宫{number}", lon=108.0, lat=22.0 + step)
                for number, step in enumerate((0, 0.001, 0.01))
            ]
        )
    )
    assert join_near(near, site_keys(near)).nunique() == 2
    other_type = near.assign(facility_type=["cultural_palace", "union_venue", "cultural_palace"])
    assert join_near(other_type, site_keys(other_type)).nunique() == 3


def test_names_are_compared_without_width_spaces_brackets_and_the_region():
    names = pd.Series(
        ["广西区总工会干部学校", "广西壮族自治区总工会 干部学校（北区）", "总工会干部学校", "广西"]
    )
    assert normal_name(names).tolist() == ["总工会干部学校"] * 3 + ["广西"]


def test_the_union_of_lingui_is_one_record_with_both_sources(known):
    lingui = known[known["name"] == "临桂区总工会"]
    assert lingui["facility_id"].tolist() == ["union-450312"]
    assert lingui["source"].str.contains("报纸专版.*临桂区总工会网站").all()


def test_a_record_with_a_strange_column_or_a_second_id_is_refused():
    with pytest.raises(ValueError, match="no column phone"):
        complete(pd.DataFrame({"facility_id": ["a"], "phone": ["1"]}))
    with pytest.raises(ValueError, match="ids given twice: a"):
        complete(pd.DataFrame({"facility_id": ["a", "a"]}))


# ── what chance may decide ──────────────────────────────────────────────────────────────────────────────────


def test_seats_are_shared_out_by_largest_remainder_and_ties_go_to_the_earlier():
    # Hamilton's method on 10 seats, quotas 4.7, 2.9, 2.4.
    assert apportion(10, pd.Series([47, 29, 24])).tolist() == [5, 3, 2]
    assert apportion(1, pd.Series([1, 1])).tolist() == [1, 0]
    assert apportion(0, pd.Series([1, 1])).tolist() == [0, 0]


@settings(deadline=None)
@given(st.integers(0, 500), st.lists(st.integers(1, 10_000), min_size=1, max_size=40))
def test_shared_out_things_add_up_and_stay_within_one_of_their_quota(total, weights):
    weights = pd.Series(weights, dtype=float)
    given_out = apportion(total, weights)
    assert given_out.sum() == total
    assert ((given_out - total * weights / weights.sum()).abs() < 1).all()


def test_known_facilities_count_first_and_too_many_are_an_error():
    quota = pd.Series({"450101": 5, "450102": 3, "450201": 2})
    in_county, in_prefecture = pd.Series({"450101": 1}), pd.Series({"450100": 2})
    left = remaining(quota, by_county=in_county, by_prefecture=in_prefecture)
    assert left.to_dict() == {"450101": 3, "450102": 2, "450201": 2}
    with pytest.raises(ValueError, match="450201"):
        remaining(quota, by_county=pd.Series({"450201": 3}), by_prefecture=pd.Series(dtype=int))


def test_dealing_gives_exact_shares_whatever_the_seed():
    rows = pd.RangeIndex(1000)
    for seed in range(3):
        dealt = deal(np.random.default_rng(seed), {"a": 0.065, "b": 0.109, "c": 0.826}, rows)
        assert dealt.value_counts().to_dict() == {"c": 826, "b": 109, "a": 65}
        offered = deal_services(np.random.default_rng(seed), {"water": 0.5, "rest": 1}, rows)
        assert offered.value_counts().to_dict() == {"water;rest": 500, "rest": 500}


def test_a_place_is_drawn_inside_its_cell_and_its_county():
    # The county is the western fifth of the cell.
    west = shapely.box(108 - CELL_DEGREES / 2, 22, 108 - CELL_DEGREES * 0.3, 24)
    cells = pd.DataFrame(
        {"group": ["g", "g"], "weight": [1.0, 0.0], "county": "450101", "lon": 108.0, "lat": [23.0, 23.5]}
    )
    wanted = pd.Series({"g": 200})
    outlines = gpd.GeoSeries({"450101": west})
    places = draw_places(np.random.default_rng(1), cells, wanted, outlines=outlines)
    assert len(places) == 200
    assert shapely.contains_xy(west, places["lon"], places["lat"]).all()
    assert (places["lat"].sub(23).abs() <= CELL_DEGREES / 2 + 1e-6).all()
    assert not places[["lon", "lat"]].duplicated().any()


def test_more_people_draw_more_places():
    cells = pd.DataFrame(
        {"group": "g", "weight": [3.0, 1.0], "county": "450101", "lon": [108.0, 108.5], "lat": 23.0}
    )
    outlines = gpd.GeoSeries({"450101": shapely.box(107, 22, 109, 24)})
    places = draw_places(np.random.default_rng(1), cells, pd.Series({"g": 4000}), outlines=outlines)
    assert (places["lon"] < 108.25).mean() == pytest.approx(0.75, abs=0.03)


def test_a_county_without_any_cell_to_draw_from_is_an_error():
    cells = pd.DataFrame(
        {"group": ["g"], "weight": [0.0], "county": ["450101"], "lon": [108.0], "lat": [23.0]}
    )
    outlines = gpd.GeoSeries({"450101": shapely.box(0, 0, 1, 1)})
    with pytest.raises(ValueError, match="no cell to draw from in g"):
        draw_places(np.random.default_rng(1), cells, pd.Series({"g": 1}), outlines=outlines)
    cells = cells.assign(weight=1.0)
    with pytest.raises(ValueError, match="no place inside the county for g"):
        draw_places(np.random.default_rng(1), cells, pd.Series({"g": 1}), outlines=outlines)


def test_stations_follow_the_non_farm_employed_of_every_county(network):
    employed = network.counties[schema.NONFARM_EMPLOYED]
    fair = apportion(6062, employed)
    facilities = network.facilities
    of_type = facilities[facilities[schema.FACILITY_TYPE] == "worker_station"]
    by_prefecture = of_type[schema.PREFECTURE].value_counts().sort_index()
    assert by_prefecture.to_dict() == fair.groupby(fair.index.str[:4] + "00").sum().to_dict()
    in_counties = of_type[schema.COUNTY].value_counts().reindex(fair.index, fill_value=0)
    unplaced = of_type.loc[of_type[schema.COUNTY].isna(), schema.PREFECTURE].value_counts()
    short = fair - in_counties
    assert (short >= 0).all()
    assert short.sum() == unplaced.sum()


def test_hours_and_smart_stations_have_the_national_shares_exactly(drawn_stations):
    counted = drawn_stations[schema.HOURS].value_counts()
    fair = apportion(6022, pd.Series({"24/7": 0.065, "Mo-Su 07:00-22:00": 0.109, "usual": 0.826}))
    assert counted["24/7"] == fair["24/7"] == 392
    assert counted["Mo-Su 07:00-22:00"] == fair["Mo-Su 07:00-22:00"] == 656
    assert counted["Mo-Su 08:00-18:00"] + counted["Mo-Fr 09:00-17:00"] == fair["usual"]
    smart = drawn_stations[drawn_stations[schema.ATTENDANCE] == "unattended"]
    assert len(smart) == round(6022 * 0.063) == 379
    assert set(smart[schema.HOURS]) == {"24/7"}


def test_own_and_shared_stations_stay_within_what_was_published(known, drawn_stations):
    told = known.loc[known["facility_type"] == "worker_station", "build_mode"].value_counts()
    drawn = drawn_stations[schema.BUILD_MODE].value_counts()
    assert drawn.sum() == 6022
    assert told["own"] + drawn["own"] <= stations.OWN_TOTAL
    assert told["shared"] + drawn["shared"] <= stations.SHARED_TOTAL
    assert drawn["own"] / 6022 == pytest.approx(357 / 6062, abs=0.002)
    assert (drawn_stations[schema.PARTNER].notna() == (drawn_stations[schema.BUILD_MODE] == "shared")).all()


def test_every_county_has_a_legal_service_office(simulated):
    offices = simulated[simulated[schema.FACILITY_TYPE] == "legal_service"]
    assert offices[schema.COUNTY].nunique() == 111


def test_drivers_homes_stand_outside_the_city_cores_and_on_no_island(simulated, network):
    drawn = simulated[simulated[schema.FACILITY_TYPE] == "drivers_home"]
    seats = pd.read_csv(data_path("census"), dtype={"adcode": "str"}).set_index("adcode")
    seats = seats[is_district(seats)]
    lon_km = (drawn.geometry.x.to_numpy()[:, None] - seats["seat_lon"].to_numpy()) * 102
    lat_km = (drawn.geometry.y.to_numpy()[:, None] - seats["seat_lat"].to_numpy()) * 111
    # A home stands within 3 km of its township's point, and the township's point at least 6 km from a core.
    assert np.hypot(lon_km, lat_km).min() > (homes.CORE_RADIUS_M - homes.TOWN_RADIUS_M) / 1000 - 0.6
    assert drawn[schema.COUNTY].value_counts().max() <= homes.MOST_IN_A_COUNTY
    assert drawn.geometry.y.min() > 21.3


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(known):
    # Both are written here: the bytes of a file also name the version of pyarrow that wrote it.
    committed = parquet_bytes(pd.read_parquet(data_path("facilities_simulated")))
    assert parquet_bytes(simulate(read_world(), known)) == committed


def test_palaces_leave_the_cities_and_counties_free_that_have_none(known):
    world = read_world()
    told = known[known["facility_type"] == "cultural_palace"]
    cities, counties = palaces.free_seats(world, told)
    assert world.prefectures[cities].tolist() == ["梧州市", "钦州市", "贵港市", "贺州市", "崇左市"]
    assert len(counties) == 111 - told["county"].nunique()
    assert list(COLUMNS) == list(told.columns)
