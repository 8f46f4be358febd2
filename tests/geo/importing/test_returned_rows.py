"""What goes back to the user: the rest to fix, the template; and what comes back is understood again."""

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from geo import schema
from geo.errors import InvalidValueError
from geo.importing.checks.check_list import to_facilities
from geo.importing.checks.edits import edit_rows, move_points, remove_rows
from geo.importing.columns.header_matching import match_columns
from geo.importing.errors import UnreadableListError
from geo.importing.readers.any_file import read_list
from geo.importing.workbooks.returned_rows import to_rest_workbook
from geo.importing.workbooks.template import to_template_workbook

# Each test is a second or less; together they are several.
pytestmark = pytest.mark.slow
TEXT = (
    "站名,所属县区,位置,经度,纬度,负责人\n"
    "甲驿站,青秀区,=1+1,108.372,22.81,张三\n"
    "乙驿站,火星县,'民族,,,李四\n"
    "丙驿站,青秀区,,东门口,22.81,\n"
    ",青秀区,,108.38,22.82,\n"
)


def cells(data):
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]


def test_the_rest_has_the_users_own_columns_and_the_findings_with_their_cures(check):
    checked = check(TEXT, datum="GCJ-02")
    header, *rows = cells(to_rest_workbook(checked))
    assert header == [
        "站名",
        "所属县区",
        "位置",
        "经度",
        "纬度",
        "负责人",
        "桂工图核对结果",
        "桂工图原行号",
        "桂工图坐标系",
    ]
    assert [row[7] for row in rows] == ["3", "4", "5"]
    assert rows[0][:3] == ["乙驿站", "火星县", "'民族"]
    assert rows[0][6].startswith("错误：县区“火星县”不在广西的 111 个县区之中。改法：")
    assert [row[8] for row in rows] == [None, None, "GCJ-02"]


def test_cells_with_an_error_are_red_and_nothing_is_a_formula(check):
    checked = check(TEXT)
    sheet = openpyxl.load_workbook(io.BytesIO(to_rest_workbook(checked, rows=pd.Index([2, 3])))).active
    assert sheet["B3"].fill.start_color.rgb == "FFF8CBAD"
    assert sheet["A3"].fill.fill_type is None
    assert sheet["C2"].value == "=1+1"
    assert sheet["C2"].data_type == "s" or sheet["C2"].quotePrefix


def test_the_rest_mended_in_excel_is_a_list_again_and_nothing_is_converted_twice(check, network, knowledge):
    checked = check(TEXT, datum="GCJ-02")
    book = openpyxl.load_workbook(io.BytesIO(to_rest_workbook(checked)))
    sheet = book.active
    sheet["B2"], sheet["D3"], sheet["A4"] = "江南区", "108.375", "丁驿站"
    stream = io.BytesIO()
    book.save(stream)
    table = read_list(stream.getvalue(), file_name="待修改.xlsx")[0]
    confirmed = {checked.mapping.fingerprint: checked.mapping}
    mapping = match_columns(table, knowledge.words, remembered=confirmed)
    assert mapping.fingerprint == checked.mapping.fingerprint
    again = to_facilities(
        table, mapping, network, datum="WGS-84", checked_on=dt.date(2026, 11, 23), knowledge=knowledge
    )
    assert len(again.rest) == 0
    assert again.facilities["name"].tolist() == ["乙驿站", "丙驿站", "丁驿站"]
    # The row that had coordinates keeps its datum; the new ones are in the one chosen now.
    assert again.facilities["source_datum"].fillna("").tolist() == ["", "WGS-84", "GCJ-02"]


def test_the_same_rest_is_the_same_bytes(check):
    checked = check(TEXT)
    assert to_rest_workbook(checked) == to_rest_workbook(checked)


def test_mended_rows_are_checked_again_and_the_rest_stays_as_it_was(check, network, knowledge):
    checked = check(TEXT)
    edited = pd.DataFrame({"所属县区": ["江南区"], "位置": [None]}, index=[3])
    table = edit_rows(checked.table, edited)
    assert checked.table.rows.loc[3, "所属县区"] == "火星县"
    again = to_facilities(
        table,
        checked.mapping,
        network,
        datum="WGS-84",
        checked_on=dt.date(2026, 11, 23),
        knowledge=knowledge,
    )
    assert list(again.rest) == [4, 5]
    fewer = remove_rows(table, again.rest)
    assert list(fewer.rows.index) == [2, 3]


@pytest.mark.parametrize(
    "edited",
    [
        pd.DataFrame({"所属县区": ["x"]}, index=[99]),
        pd.DataFrame({"没有这列": ["x"]}, index=[3]),
        pd.DataFrame({"所属县区": ["x", "y"]}, index=[3, 3]),
    ],
)
def test_mending_what_is_not_there_is_refused(check, edited):
    with pytest.raises(InvalidValueError, match="Nothing was changed"):
        edit_rows(check(TEXT).table, edited)


@pytest.mark.parametrize("text", [TEXT, "站名,所属县区\n甲驿站,青秀区\n乙驿站,青秀区\n丙驿站,青秀区\n"])
def test_a_point_put_on_the_map_is_wgs84_whatever_the_list_is(check, network, knowledge, text):
    checked = check(text, datum="GCJ-02")
    points = pd.DataFrame({"lon": [108.37], "lat": [22.81]}, index=[4])
    table, mapping = move_points(checked.table, checked.mapping, points)
    again = to_facilities(
        table, mapping, network, datum="GCJ-02", checked_on=dt.date(2026, 11, 23), knowledge=knowledge
    )
    moved = again.facilities[again.source_rows.eq(4).to_numpy()].iloc[0]
    assert moved.geometry.coords[0] == (108.37, 22.81)
    assert (moved["source_datum"], moved["county"]) == ("WGS-84", "450103")


def test_the_template_has_drop_downs_notes_and_only_headers_the_importer_knows(network, words):
    book = openpyxl.load_workbook(io.BytesIO(to_template_workbook(network)))
    assert book.sheetnames == ["名单", "填写说明", "选项"]
    assert book["选项"].sheet_state == "hidden"
    sheet = book["名单"]
    assert len(sheet.data_validations.dataValidation) == 6
    assert all(cell.comment for cell in sheet[1])
    counties = [cell.value for cell in book["选项"]["B"] if cell.value]
    assert len(counties) == 111
    assert set(words.columns) > {cell.value for cell in sheet[1]}


def test_an_empty_template_holds_no_list(network):
    with pytest.raises(UnreadableListError, match="No list"):
        read_list(to_template_workbook(network), file_name="模板.xlsx")


def filled(template, *rows):
    book = openpyxl.load_workbook(io.BytesIO(template))
    for row in rows:
        book["名单"].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_every_choice_of_the_template_is_understood_without_a_question(check, network):
    template = to_template_workbook(network, example=True)
    choices = openpyxl.load_workbook(io.BytesIO(template))["选项"]
    types = [cell.value for cell in choices["A"] if cell.value]
    counties = [cell.value for cell in choices["B"] if cell.value]
    rows = [[f"第{n}站", types[n % len(types)], county] for n, county in enumerate(counties)]
    checked = check(filled(template, *rows), file_name="名单.xlsx", datum=None)
    assert checked.facilities["county"].tolist() == list(network.counties.index)
    kinds = set(checked.findings["finding_code"])
    assert kinds == {"place_county_only", "row_left_out"}


def test_the_examples_of_the_template_are_sound_but_never_imported(check, network):
    data = filled(to_template_workbook(network, example=True), ["真站", "工会驿站", "青秀区"])
    checked = check(data, file_name="名单.xlsx", datum=None)
    assert checked.facilities["name"].tolist() == ["真站"]
    examples = checked.table.left_out
    assert examples["reason"].tolist() == ["example", "example"]
    assert schema.located(checked.facilities).sum() == 0
