"""The coverage page: figures follow what is asked, the link follows both, and bad input is said in words."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from geo import schema
from geo.coverage import shares as coverage

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
PAGE = "screens/coverage/page.py"

pytestmark = pytest.mark.slow


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=120)
    page.run()
    for name, value in link.items():
        page.query_params[name] = value
    page.switch_page(PAGE).run()
    assert not page.exception
    return page


def metric(page, label):
    found = [box.value for box in page.metric if box.label == label]
    assert found, [box.label for box in page.metric]
    return found[0]


def words(page):
    kinds = (page.warning, page.success, page.info, page.error, page.caption, page.markdown)
    return "\n".join(box.value for kind in kinds for box in kind)


def link_of(page):
    return {
        name: values[0] if isinstance(values, list) else values for name, values in page.query_params.items()
    }


def notes(page):
    return "\n".join(str(box.proto) for box in page.get("vega_lite_chart"))


def share(network, *, threshold_m, who, counties=None):
    stations = network.select(types=["worker_station"], statuses=["operating"])
    demand = network.demand
    if counties:
        demand = demand[demand[schema.COUNTY].isin(counties)]
    near = coverage.nearest(demand, stations)[coverage.DISTANCE_M] <= threshold_m
    return f"{demand[who][near].sum() / demand[who].sum():.1%}"


@pytest.fixture(scope="module")
def first():
    return opened()


def test_the_first_view_counts_urban_people_by_the_official_kilometre(first, network):
    expected = share(network, threshold_m=1000, who="urban_people")
    assert metric(first, "服务到的城镇居民占比") == expected
    assert metric(first, "直线 1,000 米以内") == expected
    assert link_of(first) == {}
    assert "是模拟的" in words(first)
    assert "双15" in words(first)


def test_a_standard_of_ones_own_who_counts_and_a_county_change_figures_and_link(network):
    page = opened()
    page.selectbox(key="reach_by").set_value("metres").run()
    page.number_input(key="reach_metres").set_value(750.0)
    page.sidebar.multiselect(key="counties").set_value(["450103"])
    page.run()
    expected = share(network, threshold_m=750, who="urban_people", counties=["450103"])
    assert metric(page, "服务到的城镇居民占比") == expected
    assert link_of(page) == {"by": "metres", "m": "750", "county": "450103"}
    assert len(page.dataframe[0].value) == 1
    again = opened(**link_of(page))
    assert metric(again, "服务到的城镇居民占比") == expected
    assert again.number_input(key="reach_metres").value == 750


def test_the_slider_and_the_number_say_the_same():
    page = opened(by="metres", m="1200")
    assert page.slider(key="reach_slider").value == 1200
    page.slider(key="reach_slider").set_value(900).run()
    assert page.number_input(key="reach_metres").value == 900
    page.number_input(key="reach_metres").set_value(80_000.0).run()
    assert page.slider(key="reach_slider").value == 5000
    assert link_of(page)["m"] == "80000"


@pytest.mark.parametrize("metres", [0.0, -5.0, 1e12])
def test_a_threshold_that_cannot_be_is_said_and_nothing_is_lost(metres):
    page = opened(by="metres", county="450103")
    page.number_input(key="reach_metres").set_value(metres).run()
    assert not page.exception
    assert "须是 1 – 1,000,000 之间的数" in page.error[0].value
    page.number_input(key="reach_metres").set_value(500.0).run()
    assert not page.error
    assert link_of(page) == {"by": "metres", "m": "500", "county": "450103"}


def test_a_link_with_thresholds_that_cannot_be_says_so_and_shows_the_first_view():
    page = opened(by="metres", m="nan", hour="99", people="own-0123456789abcdef", section="{{7*191}}")
    told = "\n".join(box.value for box in page.warning)
    assert "nan" in told
    assert "可以写：1 – 1,000,000" in told
    assert "可以写：0 – 23" in told
    assert "counties, gaps, distance" in told
    assert "请重新上传文件" in told
    assert "1337" not in told
    assert page.number_input(key="reach_metres").value == 2000


def test_facilities_of_which_none_has_a_known_place_are_said_to_be_so(network):
    unplaced = network.facilities[~schema.located(network.facilities)]
    types = network.facilities.groupby(schema.FACILITY_TYPE).apply(
        lambda rows: not schema.located(rows).any(), include_groups=False
    )
    assert len(unplaced)
    page = opened(type=types.index[types][0], status=",".join(schema.STATUSES))
    assert "都不知道位置" in page.info[0].value
    assert not page.metric


def test_no_facility_at_all_is_said_to_be_so():
    page = opened(q="{{7*191}}")
    assert "没有符合条件的设施" in page.info[0].value
    assert not page.metric


def test_the_double_test_follows_both_of_its_figures_and_the_gap_is_explained(first):
    before = metric(first, "步行 15 分钟以内")
    page = opened()
    page.number_input(key="reach_detour").set_value(1.0)
    page.number_input(key="reach_kmh").set_value(4.0).run()
    assert metric(page, "步行 15 分钟以内") == metric(page, "直线 1,000 米以内") != before
    assert metric(page, "只通过一项的人数") == "0"
    assert link_of(page) == {"detour": "1", "kmh": "4"}


def test_two_settings_stand_side_by_side_with_their_difference():
    page = opened(
        vs="1", vs_by="straight_line_m:500", vs_who="people", section="compare", prefecture="450200"
    )
    shares = [box for box in page.metric if box.label.startswith("服务到的") and box.label.endswith("占比")]
    assert [box.label for box in shares] == ["服务到的城镇居民占比", "服务到的常住人口占比"]
    assert "个百分点" in shares[1].delta
    rows = page.dataframe[0].value
    assert len(rows) == 10
    assert (rows["difference"] - (rows["other_share"] - rows["share"])).abs().max() < 1e-12


def test_at_an_hour_what_is_not_known_stands_apart():
    page = opened(type="drivers_home", hour="3", day="6", who="people")
    assert metric(page, "开放时间未知的最多可增加") != ""
    assert link_of(page)["day"] == "6"


def test_the_official_test_says_that_it_asks_for_no_hour():
    page = opened(hour="23", county="450103")
    assert "官方检验不看时刻" in words(page)


def test_the_ranking_is_asked_at_the_usual_metres_and_at_ones_own():
    page = opened(section="ranking", by="metres", m="865")
    assert list(page.dataframe[0].value.columns) == ["500 m", "800 m", "865 m", "1,000 m", "1,500 m"]
    assert page.dataframe[0].value.shape[0] == 3
    wide = opened(section="ranking", by="metres", m="20000")
    assert list(wide.dataframe[0].value.columns) == ["10,000 m", "16,000 m", "20,000 m", "30,000 m"]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("gaps", "最近的乡镇命名"),
        ("distance", "占比随距离的变化"),
        ("distance", "缺口（人·公里）"),
        ("distance", "服务不到的土地"),
        ("hours", "24 小时平均"),
        ("equity", "基尼系数"),
        ("ranking", "十个里有几个仍在其中"),
        ("sure", "抽样 200 次"),
        ("people", "2020 年普查分县总数"),
        ("export", "空白区（含轮廓）"),
    ],
)
def test_every_section_opens_from_the_link_and_says_its_source(section, told):
    page = opened(section=section, prefecture="450100")
    kinds = (page.markdown, page.caption, page.metric, page.subheader, page.button)
    everything = "\n".join(
        f"{getattr(box, 'label', '')} {getattr(box, 'value', '')}" for kind in kinds for box in kind
    )
    assert told in everything
    assert link_of(page)["section"] == section
    if section != "people":
        assert "OpenStreetMap" in words(page) + notes(page)


def test_the_townships_are_another_source_of_people_with_the_census_of_every_county(first):
    page = opened(people="townships", section="people")
    rows = page.dataframe[0].value
    assert (rows["ratio"] - 1).abs().max() < 1e-4
    assert metric(page, "服务到的城镇居民占比") != metric(first, "服务到的城镇居民占比")


def test_thresholds_as_wide_as_guangxi_and_more_are_answered_in_every_section():
    for section in ("ranking", "equity", "distance"):
        page = opened(by="metres", m="1000000", section=section)
        assert metric(page, "服务到的城镇居民占比") == "100.0%"


def test_a_table_of_ones_own_people_counts_and_a_bad_one_changes_nothing():
    page = opened(county="450103", section="people")
    before = metric(page, "服务到的城镇居民占比")
    page.file_uploader(key="reach_upload").upload("bad.csv", b"lon,lat,people\n108.4,22.8,-3\n", "text/csv")
    page.run()
    assert not page.exception
    assert "第 2 行" in page.error[0].value
    assert metric(page, "服务到的城镇居民占比") == before
    good = "经度,纬度,人口\n108.37,22.79,500\n108.38,22.80,500\n120.5,30.5,77\n"
    page.file_uploader(key="reach_upload").upload("我的村.csv", good.encode(), "text/csv")
    page.run()
    assert not page.error
    assert "1,000 人住在广西各县内" in page.success[0].value
    assert metric(page, "常住人口") == "1,000"
    assert metric(page, "在各县之外，未计入") == "77"
    mark = link_of(page)["people"]
    assert mark.startswith("own-")
    again = opened(people=mark, county="450103", section="people")
    assert metric(again, "常住人口") == "1,000"
    elsewhere = opened(people=mark, county="450321")
    assert "不包含所问的 1 个县区中的任何一个" in elsewhere.error[0].value
    assert not elsewhere.metric
    whole = opened(people=mark, section="people")
    assert any("只包含所问 111 个县区中的 1 个（青秀区）" in info.value for info in whole.info)
    assert [len(frame.value) for frame in whole.dataframe] == [1]


def test_people_of_ones_own_ask_the_permission_lists_ask(monkeypatch):
    monkeypatch.setenv("GUIGONGTU_PASSWORD", "open sesame")
    page = opened(county="450103")
    assert not page.file_uploader
    assert [box.label for box in page.text_input if box.label == "口令"]


def test_switching_sections_works_nothing_out_again_and_hidden_ones_nothing_at_all(monkeypatch):
    page = opened(prefecture="450200")
    for section in ("gaps", "distance", "hours", "equity", "counties"):
        page.button_group(key="reach_section").set_value(section).run()
        assert not page.exception

    def refuse(*_args, **_kwargs):
        raise AssertionError("worked out again")

    for module, names in {
        "geo.analysis.coverage_study": (
            "measure_distances",
            "measure_second",
            "find_day",
            "find_land",
            "find_distances",
            "find_even",
        ),
        "geo.analysis.coverage_lookup": (
            "covered_at",
            "people_within",
            "outer_distances",
            "gaps_among",
            "list_gaps",
            "draw_left_out",
            "reach_profile",
        ),
    }.items():
        for name in names:
            monkeypatch.setattr(f"{module}.{name}", refuse)
    for section in ("gaps", "distance", "hours", "equity", "counties"):
        page.button_group(key="reach_section").set_value(section).run()
        assert not page.exception


@pytest.mark.parametrize(
    ("section", "told"), [("distance", "平均距离"), ("hours", "24 小时平均"), ("equity", "基尼系数")]
)
def test_the_curves_of_two_settings_stand_in_one_chart_each_line_named_by_its_setting(section, told):
    page = opened(vs="1", vs_by="straight_line_m:500", vs_who="people", section=section, prefecture="450200")
    assert [box.label for box in page.metric].count(told) == 2
    charts = page.get("vega_lite_chart")
    assert len(charts) == 1
    layers = json.loads(charts[0].proto.spec)["layer"]
    scales = [
        layer["encoding"]["strokeDash"]["scale"] for layer in layers if "strokeDash" in layer["encoding"]
    ]
    assert [scale["domain"] for scale in scales] == [
        ["当前设定: 直线 1,000 米 · 城镇居民", "另一种设定: 直线 500 米 · 常住人口"]
    ]


def raster(folder, **options):
    rasterio = pytest.importorskip("rasterio")
    affine = pytest.importorskip("affine")
    path = folder / "people.tif"
    profile = {
        "driver": "GTiff",
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:4326",
        "width": 90,
        "height": 70,
    }
    place = affine.Affine(0.1, 0, 104.0, 0, -0.1, 27.0)
    with rasterio.open(path, "w", **{"transform": place, **profile, **options}) as made:
        made.write(np.full((70, 90), 10.0, "float32"), 1)
    return path.read_bytes()


def test_a_geotiff_of_ones_own_counts_and_one_without_crs_is_refused_in_words(tmp_path):
    page = opened(section="people", prefecture="450100")
    page.file_uploader(key="reach_upload").upload("无.tif", raster(tmp_path, crs=None), "image/tiff")
    page.run()
    assert "没有坐标系" in page.error[0].value
    page.file_uploader(key="reach_upload").upload("有.tif", raster(tmp_path), "image/tiff")
    page.run()
    assert not page.error
    assert link_of(page)["people"].startswith("own-")
    cells = int(metric(page, "常住人口").replace(",", "")) / 10
    # Nanning's 22,000 km² in cells of some 114.
    assert 180 < cells < 210
    assert "有\\.tif" in words(page)
    on_map = page.get("component_instance")[0].proto.json_args
    assert "有\\\\.tif" not in on_map


def test_hours_that_cannot_be_read_are_said_and_count_as_unknown(monkeypatch):
    from ui.screens.coverage import cache

    found = cache.find_supply
    monkeypatch.setattr(cache, "find_supply", lambda *asked: found(*asked).assign(hours="{{7*191}} 早到晚"))
    page = opened(type="service_complex", section="hours", who="people")
    told = "\n".join(box.value for box in page.warning)
    assert "开放时间无法解析" in told
    assert "7\\*191" in told
    assert metric(page, "24 小时平均") == "0.0%"
    assert metric(page, "开放时间未知的最多可增加") == metric(page, "服务到的常住人口占比")
