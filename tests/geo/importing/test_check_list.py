"""Every kind of bad row: found, named in two languages, with its cure, and nothing invented."""

import csv
import datetime as dt
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter

from geo import schema
from geo.errors import InvalidValueError
from geo.geodesy.datums import wgs84_to_bd09, wgs84_to_gcj02
from geo.importing.findings import (
    FINDING_COLUMNS,
    SEVERITIES,
    collect_findings,
    findings_of,
    read_kinds,
    say_findings,
)

HEADER = "名称,类型,县区,地址,经度,纬度,状态,开放时间,服务项目,建成时间,容纳人数"


def row(**cells):
    """Write one sound row, with some cells changed."""
    sound = {
        "名称": "江边工商银行驿站",
        "类型": "工会驿站",
        "县区": "南宁市青秀区",
        "地址": "",
        "经度": "108.37",
        "纬度": "22.81",
        "状态": "运营中",
        "开放时间": "08:00-18:00",
        "服务项目": "饮水、充电",
        "建成时间": "2024-05-01",
        "容纳人数": "12",
    }
    return ",".join(f'"{(sound | cells)[name]}"' for name in HEADER.split(","))


def lines(*rows):
    return "\n".join((HEADER, *rows))


def test_a_sound_row_has_no_finding_and_becomes_a_facility(check):
    checked = check(lines(row()), file_name="青秀区.csv")
    assert checked.findings.empty
    (facility,) = checked.facilities.reset_index().to_dict("records")
    assert facility.pop("geometry").coords[0] == (108.37, 22.81)
    assert {name: value for name, value in facility.items() if not pd.isna(value)} == {
        "facility_id": checked.facilities.index[0],
        "facility_type": "worker_station",
        "name": "江边工商银行驿站",
        "county": "450103",
        "county_by": "point",
        "prefecture": "450100",
        "status": "operating",
        "origin": "imported",
        "place_precision": "point",
        "place_error_m": 50.0,
        "hours": "08:00-18:00",
        "hours_text": "08:00-18:00",
        "services": "water;charging",
        "services_text": "饮水、充电",
        "capacity": 12.0,
        "as_of": "2024-05-01",
        "source": "青秀区.csv",
        "source_datum": "WGS-84",
        "dataset": "imported",
    }


def test_facilities_have_the_columns_and_kinds_of_the_network(check, network):
    facilities = check(lines(row())).facilities
    assert facilities.dtypes.astype(str).to_dict() == network.facilities.dtypes.astype(str).to_dict()
    assert facilities.index.name == network.facilities.index.name


NO_PLACE = {"经度": "", "纬度": ""}
DEFECTS = {
    "name_missing": row(名称=""),
    "type_missing": row(名称="江边网点", 类型=""),
    "type_unknown": row(类型="麻将馆"),
    "place_missing": row(县区="", **NO_PLACE),
    "county_unknown": row(县区="火星县", **NO_PLACE),
    "county_ambiguous": row(县区="城中区", **NO_PLACE),
    "county_elsewhere": row(县区="鼓楼区", **NO_PLACE),
    "county_by_point": row(县区="市直"),
    "county_point_conflict": row(县区="横州市"),
    "county_address_conflict": row(地址="江南区亭洪路"),
    "county_ended": row(县区="横县", **NO_PLACE),
    "county_from_zone": row(县区="南宁高新区", **NO_PLACE),
    "county_from_town": row(县区="安阳镇", **NO_PLACE),
    "outside_guangxi": row(经度="113.26", 纬度="23.13"),
    "in_sea": row(县区="北海市海城区", 经度="109.0", 纬度="21.2"),
    "coordinates_unreadable": row(经度="东门口"),
    "coordinates_half": row(纬度=""),
    "coordinates_impossible": row(经度="0", 纬度="0"),
    "coordinates_projected": row(经度="36512345", 纬度="2523456"),
    "coordinates_swapped": row(经度="22.81", 纬度="108.37"),
    "coordinates_scaled": row(经度="108370000", 纬度="22810000"),
    "place_from_town": row(县区="都安县", 地址="安阳镇", **NO_PLACE),
    "place_county_only": row(县区="都安县", **NO_PLACE),
    "hours_inconsistent": row(开放时间="18:00-08:00"),
    "hours_unread": row(开放时间="看情况"),
    "date_future": row(建成时间="2027-01"),
    "date_unreadable": row(建成时间="前年"),
    "value_unknown": row(状态="一般"),
    "service_unknown": row(服务项目="饮水、打麻将"),
    "number_unreadable": row(容纳人数="很多"),
    "personal_text": row(地址="民族大道1号 13812345678"),
    "type_from_name": row(类型=""),
}


@pytest.fixture(scope="module")
def defective(check):
    """Give the check of a list with each defect once, each row between two sound ones of its own."""
    rows = []
    for number, text in enumerate(DEFECTS.values()):
        rows.append(row(名称=f"第{number}处甲站驿站", 经度=f"108.37{number:02d}", 纬度="22.815"))
        rows.append(text.replace("江边", f"第{number}处江边"))
    return check(lines(*rows))


@pytest.mark.parametrize("code", DEFECTS)
def test_each_defect_is_found_with_its_row_its_value_and_its_cure(defective, codes, code):
    at = 2 * list(DEFECTS).index(code) + 3
    told = codes(defective)
    assert code in told[at]
    assert at - 1 not in told
    of_row = defective.findings[defective.findings["row"] == at]
    finding = of_row[of_row["finding_code"] == code].iloc[0]
    assert finding["severity"] == read_kinds()[code].severity
    assert (at in defective.rest) == ("error" in set(of_row["severity"]))
    for language in ("zh", "en"):
        for words in say_findings(of_row[of_row["finding_code"] == code], language=language).iloc[0]:
            assert words
            assert "{" not in words


def test_a_row_gets_all_its_findings_at_once(check, codes):
    checked = check(
        lines(
            row(
                名称="",
                类型="麻将馆",
                县区="火星县",
                经度="x",
                状态="一般",
                建成时间="2030",
                开放时间="25:00-26:00",
            )
        )
    )
    assert codes(checked)[2] == sorted(
        (
            "name_missing",
            "type_unknown",
            "county_unknown",
            "coordinates_unreadable",
            "value_unknown",
            "date_future",
            "hours_inconsistent",
        )
    )
    assert list(checked.findings["severity"]) == ["error"] * 4 + ["warning"] * 3


def test_point_and_declared_county_are_both_shown_and_the_user_decides(check, codes):
    text = lines(row(县区="横州市"))
    open_still = check(text)
    assert codes(open_still)[2] == ["county_point_conflict"]
    shown = open_still.places.loc[2]
    assert (shown["point_county"], shown["declared_county"]) == ("450103", "450181")
    assert pd.isna(shown["county"])
    by_point = check(text, decisions={2: "point"})
    assert by_point.facilities["county"].tolist() == ["450103"]
    by_list = check(text, decisions={2: "declared"})
    assert by_list.facilities["county"].tolist() == ["450181"]
    assert not schema.located(by_list.facilities).any()
    assert by_list.places.loc[2, "given_lon"] == 108.37


def test_counties_are_told_row_by_row_by_column_address_or_name(check):
    """A list without coordinates, whose rows tell their county each in its own way."""
    rows = ["城中区,", ",都安县安阳镇", "横县,", ",广西南宁市横县横州镇", "鼓楼区,", ","]
    text = "名称,县区,地址\n" + "\n".join(f"第{at}号驿站,{row}" for at, row in enumerate(rows))
    checked = check(f"{text}\n恭城县莲花镇驿站,,", datum=None)
    told = {int(at): code for at, code in checked.places["county"].items() if isinstance(code, str)}
    assert told == {3: "451228", 4: "450181", 5: "450181", 8: "450332"}
    assert list(checked.rest) == [2, 6, 7]


def test_an_answer_settles_all_rows_with_the_same_words(check):
    text = lines(row(县区="城中区", **NO_PLACE), row(名称="乙驿站", 县区="城中区", **NO_PLACE))
    assert len(check(text).rest) == 2
    assert check(text, answers={"城中区": "450202"}).facilities["county"].tolist() == ["450202"] * 2


def test_a_point_answers_which_of_several_counties_is_meant(check, codes):
    checked = check(lines(row(县区="邕宁县", 经度="108.4838", 纬度="22.7589")))
    assert checked.facilities["county"].tolist() == ["450109"]
    assert 2 not in codes(checked)


def test_a_type_and_county_for_the_whole_list_fill_what_rows_leave_open(check):
    text = lines(row(名称="江边网点", 类型="", 县区="", **NO_PLACE))
    checked = check(text, facility_type="reading_room", county="450103")
    assert checked.facilities[["facility_type", "county"]].to_numpy().tolist() == [["reading_room", "450103"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"datum": "火星"},
        {"facility_type": "麻将馆"},
        {"county": "999999"},
        {"answers": {"x": "999999"}},
        {"decisions": {2: "maybe"}},
    ],
)
def test_a_choice_that_does_not_exist_is_refused(check, wrong):
    with pytest.raises(InvalidValueError, match="there is no"):
        check(lines(row()), **wrong)


def test_coordinates_without_a_datum_are_not_guessed(check):
    with pytest.raises(InvalidValueError, match="no datum was chosen"):
        check(lines(row()), datum=None)
    assert len(check(lines(row(**NO_PLACE)), datum=None).facilities) == 1


@pytest.mark.parametrize(("datum", "convert"), [("GCJ-02", wgs84_to_gcj02), ("BD-09", wgs84_to_bd09)])
def test_a_point_is_converted_once_and_the_pair_as_given_is_kept(check, datum, convert):
    lon, lat = (float(value[0]) for value in convert(np.array([108.37]), np.array([22.81])))
    checked = check(lines(row(经度=repr(lon), 纬度=repr(lat))), datum=datum)
    place = checked.facilities.geometry.iloc[0]
    assert (place.x, place.y) == pytest.approx((108.37, 22.81), abs=1e-9)
    assert checked.facilities["source_datum"].tolist() == [datum]
    assert checked.places.loc[2, ["given_lon", "given_lat", "given_datum"]].tolist() == [lon, lat, datum]
    assert checked.originals.loc[2, "经度"] == repr(lon)


def test_a_column_of_datums_goes_before_the_choice_row_by_row(check, codes):
    text = (
        "名称,类型,经度,纬度,坐标系\n甲,驿站,108.37,22.81,高德\n乙,驿站,108.37,22.81,WGS84\n"
        "丙,驿站,108.37,22.81,月球\n丁,驿站,108.47,22.81,\n"
    )
    checked = check(text, datum="BD-09")
    assert checked.places["given_datum"].fillna("").tolist() == ["GCJ-02", "WGS-84", "", "BD-09"]
    assert "datum_unknown" in codes(checked)[4]


def test_duplicates_exact_and_likely_are_told_apart(check, codes):
    text = lines(
        row(名称="亭洪加油站工会驿站"),
        row(名称="亭洪加油站工会驿站"),
        row(名称="亭洪加油站爱心驿站", 经度="108.3705"),
        row(名称="亭洪加油站户外劳动者服务站点", 经度="108.3712"),
        row(名称="亭洪加油站工会驿站", 经度="108.39"),
        row(名称="民族大道建设银行驿站", 经度="108.3705"),
        row(名称="1号岗亭驿站", 经度="108.40"),
        row(名称="2号岗亭驿站", 经度="108.40"),
    )
    found = codes(check(text))
    assert found == {
        3: ["exact_duplicate"],
        4: ["likely_duplicate"],
        5: ["likely_duplicate"],
    }


def test_a_likely_duplicate_shows_the_other_row_and_the_score(check):
    checked = check(lines(row(名称="江边驿站"), row(名称="江边爱心驿站", 经度="108.3701")))
    finding = checked.findings.iloc[0]
    assert (finding["row"], finding["other_row"], finding["likeness"]) == (3, 2, 100.0)
    assert len(checked.facilities) == 2


def test_a_known_facility_is_matched_and_a_simulated_one_is_not(check, network):
    known = network.facilities[network.facilities["origin"] == "sourced"]
    site = known[schema.located(known) & (known["place_precision"] == "point")].iloc[0]
    types = network.facility_types["name_zh"]
    text = lines(
        row(
            名称=site["name"],
            类型=types[site["facility_type"]],
            县区="",
            经度=site.geometry.x,
            纬度=site.geometry.y,
        )
    )
    finding = check(text).findings.iloc[0]
    assert (finding["finding_code"], finding["other_id"]) == ("known_duplicate", site.name)


def test_personal_data_reach_no_public_column_and_stay_in_the_originals(check):
    text = (
        "名称,类型,县区,地址,负责人,联系电话,身份证号,共建单位\n"
        "甲站,驿站,青秀区,民族大道1号（联系人：张三，13812345678）,张三,0771-5551234,450103199001011234,"
        "工行 李四 １３９００００１１１１\n"
    )
    checked = check(text)
    public = " ".join(map(str, checked.facilities.to_numpy().ravel()))
    for secret in ("张三", "13812345678", "5551234", "450103199001011234", "１３９００００１１１１"):
        assert secret not in public
        assert secret in " ".join(checked.originals.to_numpy().ravel())
    assert checked.findings["finding_code"].value_counts().to_dict() == {
        "personal_column": 3,
        "personal_text": 2,
        "place_county_only": 1,
    }
    shown = checked.findings[["value", "detail", "detail_en"]]
    told = " ".join(map(str, shown.to_numpy().ravel()))
    assert "13812345678" not in told


def test_the_sender_named_by_the_file_and_numbers_taken_for_ids_stay_private(check):
    text = f"设施编号,{HEADER}\n13812345678,{row()}\nA-17,{row(名称='乙驿站', 经度='108.38')}"
    facilities = check(text, file_name="青秀区驿站 张三13987654321.csv").facilities
    assert facilities.index[1] == "A-17"
    public = facilities.drop(columns="geometry").reset_index().astype("str").to_csv()
    assert "13987654321" not in public
    assert "13812345678" not in public


def test_ids_stay_when_the_same_list_comes_in_another_order(check):
    rows = [row(名称=f"{name}驿站", 经度=f"108.3{place}") for place, name in enumerate("甲乙丙丁")]
    one, other = check(lines(*rows)).facilities, check(lines(*rows[::-1])).facilities
    assert one.index.is_unique
    assert one["name"].to_dict() == other["name"].to_dict()


def test_two_sites_of_one_name_get_two_ids(check):
    checked = check(lines(row(地址="一路"), row(地址="二路", 经度="108.39")))
    assert checked.facilities.index.is_unique
    assert len(checked.facilities) == 2


def test_the_check_changes_nothing_it_is_given(check, network):
    before = network.facilities.copy()
    checked = check(lines(row(), row(名称="")))
    assert checked.originals.equals(checked.table.rows)
    pd.testing.assert_frame_equal(network.facilities, before)


def test_every_finding_has_a_known_kind_severity_and_both_languages():
    kinds = read_kinds()
    assert {kind.severity for kind in kinds.values()} == set(SEVERITIES)
    for code in kinds:
        made = findings_of(code, rows=[3], values=["{value}<b>"], details=["x"])
        assert list(made.columns) == list(FINDING_COLUMNS)
        zh, en = (say_findings(made, language=language).loc[0, "message"] for language in ("zh", "en"))
        assert zh != en


def test_every_kind_of_finding_is_told_somewhere():
    folder = Path(__file__).resolve().parents[3] / "geo" / "importing"
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py")))
    assert not [code for code in read_kinds() if f'"{code}"' not in source and code != "wrong_ending"]


@pytest.fixture(scope="module")
def border_point(network):
    """Give a point in one county some 100 m from another: both adcodes, longitude and latitude."""
    counties = network.counties
    one, other = counties.geometry["450103"], counties.geometry["450108"]
    shared = one.intersection(other)
    vertex = shapely.Point(shapely.get_coordinates(shared)[len(shapely.get_coordinates(shared)) // 2])
    around = [
        shapely.Point(vertex.x + 0.001 * np.cos(turn), vertex.y + 0.001 * np.sin(turn))
        for turn in np.linspace(0, 2 * np.pi, 24)
    ]
    inside = next(place for place in around if one.contains(place))
    return "450103", "450108", inside.x, inside.y


def test_a_point_just_over_the_border_keeps_the_county_given_and_is_told(check, codes, network, border_point):
    here, there, lon, lat = border_point
    names = network.counties["name"]
    checked = check(lines(row(县区=names[there], 经度=lon, 纬度=lat)))
    assert codes(checked)[2] == ["county_near_border"]
    assert checked.facilities["county"].tolist() == [there]
    assert checked.places.loc[2, "point_county"] == here


def test_a_point_just_off_the_coast_belongs_to_the_county_beside_it(check, codes, network):
    coast = network.counties.geometry["450502"].boundary
    off = [
        (x, y - 0.002)
        for x, y in shapely.get_coordinates(coast)
        if not network.counties.geometry.intersects(shapely.Point(x, y - 0.002)).any()
    ]
    lon, lat = off[0]
    checked = check(lines(row(县区="", 经度=lon, 纬度=lat)))
    assert codes(checked)[2] == ["just_outside"]
    assert checked.facilities["county"].tolist() == ["450502"]


def test_findings_stand_by_row_and_gravity_those_of_the_file_first():
    parts = [
        findings_of("date_future", rows=[2]),
        findings_of("name_missing", rows=[9, 2]),
        findings_of("no_crs", rows=[None]),
    ]
    found = collect_findings(parts)
    assert found["row"].fillna(0).tolist() == [0, 2, 2, 9]
    assert found["finding_code"].tolist() == ["no_crs", "name_missing", "date_future", "name_missing"]
    assert collect_findings([]).empty


# What a defect brings along besides: rows without coordinates say how they were placed.
BESIDES = {
    "county_ended": {"place_county_only"},
    "county_from_zone": {"place_county_only"},
    "county_from_town": {"place_from_town"},
}


@pytest.fixture(scope="module")
def thousand(network):
    """Give a workbook of 1,000 rows with 40 known defects, and which row has which."""
    counties = network.counties.geometry
    inner = shapely.buffer(counties.to_numpy(), -0.01)
    cells = network.demand.sample(3_000, random_state=4)
    at, which = shapely.STRtree(inner).query(cells.geometry.to_numpy(), predicate="within")
    names, cities = network.counties["name"], network.prefectures["name"]
    rows = []
    for number, (cell, county) in enumerate(zip(at[:1_000], counties.index[which[:1_000]], strict=True)):
        place = cells.geometry.iloc[cell]
        told = {"县区": cities[f"{county[:4]}00"] + names[county]}
        told |= {"名称": f"第{number}号测试驿站", "经度": f"{place.x:.6f}", "纬度": f"{place.y:.6f}"}
        rows.append(row(**told))
    expected = {}
    for nth in range(40):
        at_row, code = 20 * nth + 7, list(DEFECTS)[nth % len(DEFECTS)]
        rows[at_row] = DEFECTS[code].replace("江边", f"第{at_row}处江边").replace('"12"', f'"{at_row}"')
        expected[at_row + 2] = code
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("名单")
        for number, cells_of_row in enumerate(csv.reader([HEADER, *rows])):
            sheet.write_row(number, 0, cells_of_row)
    return stream.getvalue(), expected


@pytest.mark.slow
def test_all_forty_defects_of_a_thousand_rows_are_found_and_none_invented(check, codes, thousand):
    data, expected = thousand
    checked = check(data, file_name="一千行.xlsx")
    assert len(checked.originals) == 1_000
    found = {row: set(told) for row, told in codes(checked).items() if row}
    assert set(found) == set(expected)
    assert len(expected) == 40
    wanted = {row: {code} | BESIDES.get(code, set()) for row, code in expected.items()}
    assert found == wanted
    wrong = {row for row, code in expected.items() if read_kinds()[code].severity == "error"}
    assert set(checked.rest) == wrong
    assert len(checked.facilities) == 1_000 - len(wrong)


def test_a_checked_day_decides_what_is_the_future(network, knowledge):
    from geo.importing.checks.check_list import to_facilities
    from geo.importing.columns.header_matching import match_columns
    from geo.importing.readers.any_file import read_list

    table = read_list(lines(row(建成时间="2024-05-02")).encode(), file_name="a.csv")[0]
    mapping = match_columns(table, knowledge.words)
    for day, found in ((dt.date(2024, 5, 1), 1), (dt.date(2024, 5, 2), 0)):
        checked = to_facilities(table, mapping, network, datum="WGS-84", checked_on=day, knowledge=knowledge)
        assert len(checked.findings) == found


def test_the_check_tells_how_far_it_is_and_the_answer_is_the_same(network, knowledge, check):
    told = []
    text = "名称,类型,县区\n甲工会驿站,工会驿站,青秀区\n"
    plain = check(text)
    from geo.importing.checks.check_list import to_facilities

    again = to_facilities(
        plain.table,
        plain.mapping,
        network,
        datum=plain.datum,
        checked_on=dt.date(2026, 11, 23),
        knowledge=knowledge,
        progress=told.append,
    )
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] < 1
    assert again.facilities.equals(plain.facilities)
