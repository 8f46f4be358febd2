"""Headers as offices write them, matched, corrected, remembered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InvalidValueError
from geo.importing.columns.header_matching import ColumnMapping, header_fingerprint, match_columns
from geo.importing.location.datum_words import datum_of_headers, datum_of_notes
from geo.importing.readers.any_file import read_list


def matched(words, header, *rows, remembered=None):
    text = "\n".join((",".join(header), *(",".join(row) for row in rows or [["x"] * len(header)])))
    table = read_list(text.encode(), file_name="名单.csv")[0]
    return match_columns(table, words, remembered=remembered)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("驿站名称", "name"),
        ("站 点 名 称", "name"),
        ("＊名称", "name"),
        ("名称\nname", "name"),
        ("所属县（市、区）", "county"),
        ("县(市、区)", "county"),
        ("详细地址（填写到门牌号）", "address"),
        ("驿站所在详细地址", "address"),
        ("经度（°）", "lon"),
        ("Longitude", "lon"),
        ("位置/纬度", "lat"),
        ("高德经度", "lon"),
        ("lng_gcj02", "lon"),
        ("经纬度", "lonlat"),
        ("容纳人数（人）", "capacity"),
        ("联系人电话", "contact"),
        ("负责人手机号码", "phone"),
        ("建成时间", "as_of"),
        ("类型代码\nfacility_type", "facility_type"),
        ("建筑面积", None),
        ("随便什么", None),
    ],
)
def test_a_header_is_known_by_its_words(words, header, field):
    table_header = [header.replace("\n", " / ") if "\n" in header else header, "备注"]
    assert matched(words, table_header).columns[0].field == field


def test_a_header_that_is_nearly_a_known_word_says_how_sure_it_is(words):
    column = matched(words, ["户外劳动者站点名称", "备注"]).columns[0]
    assert (column.field, column.by) == ("name", "alike")
    assert 0 < column.score < 100


def test_a_field_goes_to_one_header_and_the_other_stays_open(words):
    mapping = matched(words, ["名称", "站点名称", "备注", "说明"])
    assert [column.field for column in mapping.columns] == ["name", None, "remark", "remark"]


def test_columns_no_word_tells_are_told_by_what_stands_in_them(words):
    rows = [
        ["甲站", "108.370123", "22.810123", "13812345678"],
        ["乙站", "108.380123", "22.820123", "13912345678"],
    ]
    mapping = matched(words, ["名称", "甲", "乙", "丙"], *rows)
    assert [column.field for column in mapping.columns] == ["name", "lon", "lat", "phone"]
    pair = matched(words, ["名称", "甲"], ["甲站", '"108.37,22.81"'])
    assert pair.columns[1].field == "lonlat"


def test_the_datum_a_header_names_is_heard(words):
    assert datum_of_headers(matched(words, ["名称", "百度经度", "百度纬度"]), words) == "BD-09"
    assert datum_of_headers(matched(words, ["名称", "lng_gcj02", "lat_gcj02"]), words) == "GCJ-02"
    assert datum_of_headers(matched(words, ["名称", "经度", "纬度"]), words) is None


@pytest.mark.parametrize(
    ("note", "datum"),
    [
        ("注：表中坐标为高德坐标", "GCJ-02"),
        ("说明：经纬度取自百度地图", "BD-09"),
        ("备注：坐标用 GPS 实测", "WGS-84"),
        ("注：高德地图上可以搜到", None),
        ("注：坐标有高德的也有百度的", None),
    ],
)
def test_the_datum_a_note_under_the_list_names_is_heard(words, note, datum):
    (table,) = read_list(f"名称,经度,纬度\n甲站,108.37,22.81\n{note},,\n".encode(), file_name="a.csv")
    assert datum_of_notes(table, words) == datum


def test_what_was_confirmed_is_remembered_for_the_same_header_in_any_order(words):
    confirmed = matched(words, ["名称", "随便什么", "备注"]).changed({"随便什么": "address"})
    kept = ColumnMapping.from_json(confirmed.to_json())
    assert kept == confirmed
    again = matched(words, ["备注", "随便什么 ", "名称"], remembered={kept.fingerprint: kept})
    assert [column.field for column in again.columns] == ["remark", "address", "name"]
    assert {column.by for column in again.columns} == {"remembered"}


def test_a_field_given_to_another_header_is_taken_from_the_first(words):
    mapping = matched(words, ["名称", "随便什么"]).changed({"随便什么": "name"})
    assert [column.field for column in mapping.columns] == [None, "name"]


@pytest.mark.parametrize(
    "wrong", [{"没有": "name"}, {"名称": "nonsense"}, {"名称": "address", "备注": "address"}]
)
def test_a_correction_that_makes_no_sense_is_refused(words, wrong):
    with pytest.raises(InvalidValueError):
        matched(words, ["名称", "备注"]).changed(wrong)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version":9,"fingerprint":"a","columns":[]}', '{"columns":1}']
)
def test_a_mapping_that_is_none_is_refused(text):
    with pytest.raises(InvalidValueError, match="Match the columns again"):
        ColumnMapping.from_json(text)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_order_never_changes_a_fingerprint(names, random):
    shuffled = list(names)
    random.shuffle(shuffled)
    assert header_fingerprint(names) == header_fingerprint(shuffled)
    assert header_fingerprint([*names, "桂工图核对结果"]) == header_fingerprint(names)
