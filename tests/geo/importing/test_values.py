"""Values of lists: hours, dates, numbers, services, personal data, names of sites."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.importing.checks.duplicates import likeness, normal_names
from geo.importing.columns.field_values import codes_of, dates_of, hours_of, numbers_of, services_of
from geo.importing.columns.personal_data import HIDDEN, hide_personal_data


def column(*texts):
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8:00-18:00", "08:00-18:00"),
        ("８：００—１８：００", "08:00-18:00"),
        ("8点至18点", "08:00-18:00"),
        ("8点30分到17点30分", "08:30-17:30"),
        ("08:00-12:00，15:00-18:00", "08:00-12:00,15:00-18:00"),
        ("周一至周五 8:30-17:30", "Mo-Fr 08:30-17:30"),
        ("工作日8:30-17:30", "Mo-Fr 08:30-17:30"),
        ("周一至周日 8:00-20:00", "Mo-Su 08:00-20:00"),
        ("每天 8:00-20:00", "08:00-20:00"),
        ("24小时", "24/7"),
        ("全天开放", "24/7"),
        ("20:00-次日8:00", "20:00-08:00"),
        ("24/7", "24/7"),
        ("24h", "24/7"),
        ("早8:00-晚10:00", "08:00-22:00"),
        ("早上8点至晚上22点", "08:00-22:00"),
        ("上午8:00-12:00 下午14:30-18:00", "08:00-12:00,14:30-18:00"),
        ("Mo-Fr 08:00-18:00", "Mo-Fr 08:00-18:00"),
    ],
)
def test_hours_become_those_of_openstreetmap(text, hours):
    read, fault = hours_of(column(text))
    assert (read.iloc[0], pd.isna(fault.iloc[0])) == (hours, True)


@pytest.mark.parametrize(
    "text", ["18:00-8:00", "8:00-8:00", "25:00-26:00", "8:75-9:00", "24小时（8:00-18:00）"]
)
def test_hours_that_contradict_themselves_are_told(text):
    read, fault = hours_of(column(text))
    assert pd.isna(read.iloc[0])
    assert fault.iloc[0]


@pytest.mark.parametrize("text", ["看情况", "春节期间照常开放", "8:00-18:00（周三休息）", "早8晚6"])
def test_hours_that_are_not_wholly_understood_stay_text(text):
    read, fault = hours_of(column(text))
    assert pd.isna(read.iloc[0])
    assert pd.isna(fault.iloc[0])


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024/5/1", "2024-05-01"),
        ("2024.5.1", "2024-05-01"),
        ("2024年5月1日", "2024-05-01"),
        ("2024年5月", "2024-05"),
        ("２０２４年", "2024"),
        ("2024", "2024"),
        ("20240501", "2024-05-01"),
        ("45413", "2024-05-01"),
        ("2024-05-01 00:00:00", "2024-05-01"),
        ("2024-02-30", None),
        ("2024-13", None),
        ("前年", None),
        ("5月1日", None),
    ],
)
def test_dates_keep_the_exactness_they_have(text, date):
    read = dates_of(column(text)).iloc[0]
    assert (None if pd.isna(read) else read) == date


def test_numbers_may_have_a_unit_of_count():
    assert numbers_of(column("12人", "约30", "1,200", "３")).tolist() == [12, 30, 1200, 3]
    assert numbers_of(column("很多", "12平方米", "9" * 400, None)).isna().all()


def test_services_give_codes_and_keep_what_they_do_not_know(words):
    offered, strange = services_of(column("饮水、热饭 手机充电；打麻将", None), words.codes["services"])
    assert offered.iloc[0] == "water;hot_meal;charging"
    assert strange.iloc[0] == "打麻将"
    assert pd.isna(offered.iloc[1])


def test_codes_are_known_by_synonym_word_and_code(words):
    read = codes_of(column("在用", "运营中", "operating", "停用", "一般"), words.codes["status"])
    assert read.fillna("").tolist() == ["operating"] * 3 + ["closed", ""]


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("民族大道1号 13812345678", f"民族大道1号 {HIDDEN}"),
        ("电话138-1234-5678转", f"电话{HIDDEN}转"),
        ("+86 13812345678", HIDDEN),
        ("１３８１２３４５６７８", HIDDEN),
        ("450103199001011234", HIDDEN),
        ("45010319900101123X", HIDDEN),
        ("0771-5551234", HIDDEN),
        ("联系人：张三 民族大道", f"{HIDDEN} 民族大道"),
        ("民族大道108号3栋2单元", "民族大道108号3栋2单元"),
        ("325国道K1234+500", "325国道K1234+500"),
        ("2024年5月1日8:00-18:00", "2024年5月1日8:00-18:00"),
        ("统一代码 914501001234567890", "统一代码 914501001234567890"),
    ],
)
def test_personal_numbers_and_names_are_hidden_and_nothing_else(text, public):
    shown, kinds = hide_personal_data(column(text))
    assert shown.iloc[0] == public
    assert pd.isna(kinds.iloc[0]) == (text == public)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=10), st.integers(13_000_000_000, 19_999_999_999), st.text(max_size=10))
def test_a_mobile_number_is_hidden_wherever_it_stands(before, number, after):
    text = f"{before}，{number}，{after}"
    assert str(number) not in hide_personal_data(column(text))[0].iloc[0]


def test_the_words_of_a_type_tell_no_two_sites_apart():
    names = column(
        "亭洪加油站工会驿站",
        "亭洪加油站爱心驿站",
        "亭洪加油站户外劳动者服务站点",
        "广西亭洪加油站（24小时）驿站",
        "爱心驿站",
    )
    assert normal_names(names).tolist() == ["亭洪加油站"] * 4 + ["爱心驿站"]


def test_names_with_different_numbers_are_different_sites():
    assert likeness("万达1号门", "万达2号门") == 0
    assert likeness("第一人民医院", "第二人民医院") == 0
    assert likeness("亭洪加油站", "南宁亭洪加油站") > 85
    assert likeness("工商银行民族支行", "农业银行民族支行") < 90
    assert likeness(None, "x") == 0


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_the_same_both_ways(one, other):
    assert likeness(one, other) == pytest.approx(likeness(other, one))
