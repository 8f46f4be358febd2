"""Lists nobody writes twice: a generator of messy ones, all understood, and of hostile ones, no row lost."""

import datetime as dt
import io
import string

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.geodesy.datums import wgs84_to_bd09, wgs84_to_gcj02
from geo.importing.checks.check_list import to_facilities
from geo.importing.columns.header_matching import match_columns
from geo.importing.errors import UnreadableListError
from geo.importing.findings import read_kinds, say_findings
from geo.importing.readers.any_file import read_list

DAY = dt.date(2026, 11, 26)
# Inside their counties by more than a kilometre, and by what names offices call these.
COUNTIES = {
    "450103": (("南宁市青秀区", "青秀区", "青秀"), 108.37, 22.81),
    "450181": (("横州市", "横县", "南宁横州市"), 109.26, 22.69),
    "450332": (("恭城瑶族自治县", "恭城县", "桂林市恭城"), 110.83, 24.84),
    "451228": (("都安瑶族自治县", "都安县", "河池都安"), 108.1, 23.94),
    "451082": (("平果市", "平果县", "百色市平果市"), 107.59, 23.33),
    "450202": (("柳州市城中区", "柳州城中"), 109.42, 24.35),
}
HEADERS = {
    "name": ("名称", "站点名称", "驿站\n名称", "Name", "设施名称（全称）", "名 称"),
    "county": ("县区", "县（市、区）", "所属县区", "区县"),
    "lon": ("经度", "经度(°)", "lng", "东经", "X坐标", "经度（GCJ-02）"),
    "lat": ("纬度", "纬度(°)", "lat", "北纬", "Y坐标", "纬度（GCJ-02）"),
}
DATUMS = {"WGS-84": lambda lon, lat: (lon, lat), "GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}
WIDE = str.maketrans(string.digits + ".", "０１２３４５６７８９．")


def dms(value):
    seconds = value * 3600
    return f"{int(value)}°{int(seconds // 60 % 60)}′{seconds % 60:.4f}″"


STYLES = {
    "plain": "{:.7f}".format,
    "wide": lambda value: f"{value:.7f}".translate(WIDE),
    "degrees": dms,
    "words": lambda value: f"{'东经' if value > 90 else '北纬'}{value:.7f}",
    "unit": "{:.7f}°".format,
    "blanks": " {:.7f} ".format,
    "millions": lambda value: str(round(value * 1e6)),
}
TITLES = ("2026年工会驿站统计表", "附件1", "填报单位：南宁市总工会（盖章）")
TOTALS = ("合计", "小 计", "总计：3个", "南宁市小计")
NOTES = ("注：以上为已建成站点", "填表人：张三", "备注：2026年1月统计")


@st.composite
def messy(draw):
    """Draw a grid of texts, what stands in it, and how many of its rows are none."""
    sites = draw(st.lists(st.sampled_from(sorted(COUNTIES)), min_size=1, max_size=5))
    style, datum = draw(st.sampled_from(sorted(STYLES))), draw(st.sampled_from(sorted(DATUMS)))
    swapped, joined = draw(st.booleans()), draw(st.booleans()) and style in {"plain", "wide"}
    fields = ["name", "county", *(["lonlat"] if joined else ["lon", "lat"])]
    order = draw(st.permutations(fields))
    names = {field: draw(st.sampled_from(texts)) for field, texts in HEADERS.items()}
    names["lonlat"] = draw(st.sampled_from(("坐标", "经纬度", "GPS坐标", "坐标（经度,纬度）")))
    expected, body = {}, []
    for number, code in enumerate(sites):
        called, lon, lat = COUNTIES[code]
        x, y = (float(value) for value in DATUMS[datum](lon + number * 1e-4, lat))
        x, y = (y, x) if swapped else (x, y)
        cells = {"name": f"第{number}号驿站", "county": draw(st.sampled_from(called))}
        cells |= {"lon": STYLES[style](x), "lat": STYLES[style](y)}
        cells["lonlat"] = f"{cells['lon']}{draw(st.sampled_from(',，; '))}{cells['lat']}"
        body.append([cells[field] for field in order])
        expected[cells["name"]] = (code, lon + number * 1e-4, lat)
    width, none = len(order), draw(st.integers(0, 2))
    blank = [""] * width
    for _ in range(none):
        word = draw(st.sampled_from(TOTALS))
        body.insert(draw(st.integers(1, len(body))), [word, *blank[1:]])
    notes = draw(st.lists(st.sampled_from(NOTES), max_size=2))
    gaps = draw(st.lists(st.integers(0, len(body)), max_size=2))
    for gap in gaps:
        body.insert(gap, blank)
    titles = draw(st.lists(st.sampled_from(TITLES), max_size=2, unique=True))
    rows = [[title, *blank[1:]] for title in titles] + [[names[field] for field in order]] + body
    rows += [[note, *blank[1:]] for note in notes]
    # Columns that are blank throughout stand left of the list at times.
    left = draw(st.integers(0, 2))
    grid = [[""] * left + row for row in rows]
    # Numbers both swapped and without their point are put right in one step, and said to be scaled.
    warned = {"coordinates_scaled"} if style == "millions" else {"coordinates_swapped"} if swapped else set()
    return grid, expected, none + len(notes), datum, warned


def written(grid, kind):
    if kind == "xlsx":
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            sheet = book.add_worksheet("名单")
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
        return stream.getvalue(), "名单.xlsx"
    separator, encoding = {"gbk": (",", "gbk"), "utf-8": (";", "utf-8"), "utf-16": ("\t", "utf-16")}[kind]
    quoted = (separator.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in grid)
    return "\r\n".join(quoted).encode(encoding), "名单.csv"


@pytest.mark.slow
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=messy(), kind=st.sampled_from(["xlsx", "gbk", "utf-8", "utf-16"]))
def test_a_messy_list_is_understood_to_the_last_row(network, knowledge, drawn, kind):
    grid, expected, left_out, datum, warned = drawn
    data, name = written(grid, kind)
    (table,) = read_list(data, file_name=name)
    mapping = match_columns(table, knowledge.words)
    checked = to_facilities(table, mapping, network, datum=datum, checked_on=DAY, knowledge=knowledge)
    told = checked.findings
    assert len(checked.rest) == 0, told.to_string()
    sites = checked.facilities.set_index("name")
    assert sites["county"].to_dict() == {name: county for name, (county, *_) in expected.items()}
    for name, (_, *place) in expected.items():
        assert sites.geometry[name].coords[0] == pytest.approx(place, abs=2e-6)
    assert (told["finding_code"] == "row_left_out").sum() == left_out
    assert set(told.loc[told["severity"] == "warning", "finding_code"]) == warned


HOSTILE = st.text(max_size=12) | st.sampled_from(
    [
        '=HYPERLINK("http://127.0.0.1")',
        "{{7*7}}",
        "<img onerror=x>",
        "1e400",
        "NaN",
        "-1",
        "108.37",
        "13812345678",
        "450103199001011234",
        "0",
        "\u202e",
        "合计",
        "9" * 400,
        "2099-13-45",
        "25:99-26:00",
        "城中区",
        "广东省",
        "108°75′",
        "'",
        "\t",
        "a\nb",
    ]
)
COLUMNS = (
    "名称",
    "类型",
    "县区",
    "地址",
    "经度",
    "纬度",
    "坐标系",
    "开放时间",
    "建成时间",
    "容纳人数",
    "电话",
)


@pytest.mark.slow
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(HOSTILE, min_size=11, max_size=11), min_size=1, max_size=8))
def test_no_text_in_any_cell_breaks_the_check_or_loses_a_row(network, knowledge, rows):
    grid = [COLUMNS, *rows]
    data, name = written([[cell.replace("\x00", "") for cell in row] for row in grid], "utf-8")
    try:
        (table,) = read_list(data.decode("utf-8", "replace").encode(), file_name=name)
    except UnreadableListError:
        return
    mapping = match_columns(table, knowledge.words)
    checked = to_facilities(table, mapping, network, datum="GCJ-02", checked_on=DAY, knowledge=knowledge)
    told = checked.findings
    assert len(checked.facilities) + len(checked.rest) == len(table.rows)
    numbers = {*table.rows.index, *table.left_out.index}
    assert set(told["row"].dropna().astype(int)) <= numbers
    assert set(told["finding_code"]) <= set(read_kinds())
    assert all((say_findings(told, language=language) != "").all(axis=None) for language in ("zh", "en"))
    assert not checked.facilities.index.duplicated().any()
    public = checked.facilities.drop(columns="geometry").astype("str")
    assert not public.apply(lambda column: column.str.contains("13812345678")).any(axis=None)
    pd.testing.assert_frame_equal(checked.originals, table.rows)


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=300)
    | st.tuples(
        st.sampled_from(
            [
                b"PK\x03\x04",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                b"SQLite format 3\x00",
                b"<kml>",
                b'{"type":',
            ]
        ),
        st.binary(max_size=300),
    ).map(b"".join),
    ending=st.sampled_from(["csv", "txt", "xlsx", "xls", "ods", "kml", "kmz", "zip", "gpkg", "geojson"]),
)
def test_no_bytes_do_anything_but_be_read_or_refused_in_one_line(data, ending):
    try:
        tables = read_list(data, file_name=f"a.{ending}")
    except UnreadableListError as refused:
        lines = [refused.in_language("zh"), str(refused)]
    else:
        lines = []
        assert all(len(table.rows) for table in tables)
    assert all(line and "\n" not in line for line in lines)
