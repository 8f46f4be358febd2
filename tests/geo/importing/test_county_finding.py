"""Counties in addresses: right on the names offices really write, and never guessed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import county_addresses
from geo.importing.location.county_names import find_counties, find_one_county

SURE = {
    "恭城县": "恭城瑶族自治县",
    "恭城": "恭城瑶族自治县",
    "恭城瑶族自治县莲花镇": "恭城瑶族自治县",
    "桂林恭城莲花镇": "恭城瑶族自治县",
    "都安县": "都安瑶族自治县",
    "都安县安阳镇": "都安瑶族自治县",
    "安阳镇": "都安瑶族自治县",
    "河池市都安瑶族自治县安阳镇屏山南路": "都安瑶族自治县",
    "平果县": "平果市",
    "横县": "横州市",
    "南宁市横县校椅镇": "横州市",
    "靖西县": "靖西市",
    "柳州市城中区": "城中区",
    "柳州城中": "城中区",
    "城中区 河东街道": "城中区",
    "南宁高新区": "西乡塘区",
    "南宁市江南区 亭洪路": "江南区",
    "广西壮族自治区南宁市青秀区民族大道": "青秀区",
    "广西南宁市青秀区桂平路1号": "青秀区",
    "北流市容县路12号": "北流市",
    "防城港市防城区": "防城区",
    "来宾市来宾县": "兴宾区",
    "宜州市庆远镇": "宜州区",
    "柳东新区": "鱼峰区",
    "450103": "青秀区",
    "融水县融水镇": "融水苗族自治县",
    "藤县藤州镇": "藤县",
    "４５０１０３": "青秀区",
    "南宁市（青秀区）": "青秀区",
    "蒲庙镇": "邕宁区",
    "平乐瑶族乡": "凤山县",
    "柳州市马山镇": "柳城县",
    "广西—东盟经济技术开发区": "武鸣区",
    "广西中国-东盟青年产业园": "扶绥县",
    "中马钦州产业园区": "钦南区",
}
ASKED = {
    "城中": {"城中区"},
    "城中区": {"城中区"},
    "城中区人民路1号": {"城中区"},
    "鼓楼": set(),
    "鼓楼区": set(),
    "邕宁县": {"邕宁区", "良庆区"},
    "五象新区": {"良庆区", "邕宁区"},
    "城厢镇": {"武鸣区", "隆安县", "那坡县", "兴宾区"},
    "长洲镇": {"长洲区", "凤山县"},
    "柳州市青秀区": {"青秀区"},
}
UNKNOWN = [
    "资源回收站",
    "桂平路5号",
    "防城港",
    "民族大道1号",
    "北京路12号",
    "",
    "🚻",
    "广东省湛江市",
    "江西省南昌市青云谱区",
]


@pytest.mark.parametrize(("text", "county"), SURE.items())
def test_a_county_is_found_under_every_name_it_is_written_by(gazetteer, text, county):
    match = find_one_county(text, gazetteer)
    assert gazetteer.names[match.county] == county


@pytest.mark.parametrize(("text", "choices"), ASKED.items())
def test_a_name_that_may_be_several_is_asked_about_and_never_guessed(gazetteer, text, choices):
    match = find_one_county(text, gazetteer)
    assert match.county is None
    assert {gazetteer.names[code] for code in match.candidates} == choices
    assert match.matched


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_names_no_county_gets_none(gazetteer, text):
    match = find_one_county(text, gazetteer)
    assert (match.county, match.candidates) == (None, ())


def test_a_city_settles_what_would_have_to_be_asked(gazetteer):
    assert find_one_county("城中区", gazetteer, prefecture="450200").county == "450202"
    assert find_one_county("城厢镇", gazetteer, prefecture="450100").candidates == ("450110", "450123")


def test_an_old_name_says_when_it_ended(gazetteer):
    match = find_one_county("横县", gazetteer)
    assert (match.found_by, match.ended_year) == ("ended_name", 2021)


def test_a_township_of_the_county_is_found_with_it(gazetteer):
    assert find_one_county("都安县安阳镇", gazetteer).town.code == "451228100"


def test_every_county_is_found_by_its_full_name_with_its_city(gazetteer, network):
    counties = network.counties
    texts = network.prefectures.loc[counties["parent"], "name"].to_numpy() + counties["name"]
    found = find_counties(pd.Series(texts, index=counties.index), gazetteer)
    assert (found["county"] == counties.index).all()
    assert (found["prefecture"] == counties["parent"]).all()


def test_every_placed_township_is_found_in_its_county(gazetteer, network):
    towns = network.townships
    texts = towns["county"].map(network.counties["name"]) + towns["name"]
    prefectures = towns["county"].str[:4] + "00"
    found = find_counties(texts, gazetteer, prefectures=prefectures)
    assert (found["county"] == towns["county"]).all()
    assert (found["town_code"] == towns.index).mean() > 0.99


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30))
def test_no_text_breaks_the_finder_and_blanks_change_nothing(gazetteer, text):
    match = find_one_county(text, gazetteer)
    assert find_one_county(f" {text} ", gazetteer) == match
    assert not (match.county and match.candidates)


@pytest.fixture(scope="module")
def labelled():
    """Give the labelled set of the benchmark."""
    return pd.read_csv(county_addresses.SET, dtype="str", keep_default_na=False)


def test_the_labelled_set_is_made_from_the_list_of_townships(labelled):
    assert len(labelled) >= 300
    pd.testing.assert_frame_equal(labelled, county_addresses.addresses().reset_index(drop=True))


def test_labelled_addresses_are_told_right_and_what_nobody_can_tell_is_asked(gazetteer, labelled):
    found = find_counties(labelled["address"], gazetteer)["county"].fillna("")
    wrong = labelled[found != labelled["adcode"]]
    assert wrong.empty, wrong.to_string()


PIECES = [
    "广西",
    "广西壮族自治区",
    "南宁市",
    "柳州",
    "柳州市",
    "恭城",
    "恭城县",
    "城中区",
    "鼓楼区",
    "横县",
    "青秀",
    "青秀区",
    "安阳镇",
    "平乐瑶族乡",
    "城中街道",
    "城厢镇",
    "五象新区",
    "东盟经济技术开发区",
    "路",
    "大道",
    "街",
    "街道",
    "村",
    "小区",
    "乡",
    "镇",
    "区",
    "市",
    "县",
    "省",
    "广东省",
    "450103",
    "1号",
    "、",
    "(",
    "甲站",
    "人民",
    "江南",
    "马山",
]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=20))
def test_many_texts_at_once_are_read_as_each_by_itself(gazetteer, texts):
    found = find_counties(pd.Series(texts, dtype="str"), gazetteer)
    alone = [find_one_county(text, gazetteer) for text in texts]
    for column in ("county", "found_by", "matched", "prefecture"):
        told = [None if pd.isna(value) else value for value in found[column]]
        assert told == [getattr(match, column) for match in alone]
    assert found["beside"].tolist() == [match.beside for match in alone]
    assert found["candidates"].fillna("").tolist() == [";".join(match.candidates) for match in alone]


def test_rows_keep_their_index_and_their_order_makes_no_difference(gazetteer):
    texts = pd.Series(["横县", None, "鼓楼", "横县"], index=[7, 3, 9, 1], dtype="str")
    found = find_counties(texts, gazetteer)
    assert list(found.index) == [7, 3, 9, 1]
    assert found["county"].isna().tolist() == [False, True, True, False]
    pd.testing.assert_frame_equal(found.sort_index(), find_counties(texts.sort_index(), gazetteer))
