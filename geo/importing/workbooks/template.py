"""Make the template lists can be kept in: headers the importer knows, drop-downs, notes, and an example."""

from io import BytesIO

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from geo import schema
from geo.fields import CODE_NAMES
from geo.geodesy.datums import BD09, GCJ02, WGS84
from geo.importing.checks.check_list import KnownNetwork
from geo.importing.source_table import CHOICES_SHEET, NOTES_SHEET
from geo.importing.workbooks.returned_rows import CREATED, OPTIONS

LIST_SHEET = "名单"
LAST_ROW = 5_000
WIDTH, NOTE_WIDTH = 16, 90
NEEDED = "必填"
# Header, what to write, whether it must be there; the headers are words the importer knows.
COLUMNS = (
    ("名称", "站点的全称，如 亭洪加油站工会驿站", NEEDED),
    ("类型", "从下拉列表中选", NEEDED),
    ("县区", "从下拉列表中选；同名时写明设区市，如 柳州市城中区", NEEDED),
    ("乡镇街道", "没有坐标时用来定位", ""),
    ("详细地址", "路名门牌或附近的地点；没有坐标时用来定位。不要写电话和姓名", ""),
    ("经度", "度，如 108.3202；不知道请留空，不要写 0", ""),
    ("纬度", "度，如 22.8240；不知道请留空，不要写 0", ""),
    ("坐标系", "高德、腾讯、奥维是 GCJ-02，百度是 BD-09，GPS 和天地图是 WGS-84", "有坐标时必填"),
    ("状态", "从下拉列表中选；空白按运营中", ""),
    ("开放时间", "如 08:00-18:00、周一至周五 08:00-17:30、24小时；过夜写 20:00-次日08:00", ""),
    ("服务项目", "用顿号隔开，如 饮水、热饭、手机充电、休息", ""),
    ("值守", "从下拉列表中选", ""),
    ("容纳人数", "可同时容纳的人数，只写数字", ""),
    ("建设方式", "从下拉列表中选", ""),
    ("共建单位", "共建或依托的单位，不要写个人姓名", ""),
    ("建成时间", "如 2024-05 或 2024-05-01", ""),
    ("备注", "只留在本机，不公开", ""),
)
EXAMPLE = (
    "示例：亭洪加油站工会驿站|工会驿站|南宁市江南区||亭洪路|108.302|22.787|GCJ-02|运营中|24小时|饮水、休息||12|共建|加油站|2024-05|",
    "示例：安阳镇职工书屋|职工书屋|都安瑶族自治县|安阳镇|安阳镇||||在建||阅读、休息||30|自建||2025-01|",
)


def to_template_workbook(network: KnownNetwork, *, example: bool = False) -> bytes:
    """Write the template as .xlsx.

    Parameters
    ----------
    network
        Its types and counties are the choices.
    example
        Whether two example rows stand in it, each named 示例.

    Returns
    -------
    bytes
        A workbook with the sheets 名单, 填写说明, and the hidden one of the choices. The same for the same
        input.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet(LIST_SHEET)
        header = book.add_format({"bold": True, "bg_color": "#EAEAEA", "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        for column, (name, note, needed) in enumerate(COLUMNS):
            # Text format keeps what is typed as it is typed: no dates, no lost zeros.
            sheet.set_column(column, column, WIDTH, text)
            sheet.write_string(0, column, name, header)
            sheet.write_comment(0, column, f"{needed}。{note}" if needed else note)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(EXAMPLE if example else (), start=1):
            for column, value in enumerate(row.split("|")):
                sheet.write_string(number, column, value)
        _write_notes(book.add_worksheet(NOTES_SHEET))
        _write_choices(book.add_worksheet(CHOICES_SHEET), sheet, _choices(network))
    return stream.getvalue()


def _choices(network: KnownNetwork) -> dict[str, list[str]]:
    """Return the words of each drop-down by its header."""
    words = {
        name: list(CODE_NAMES[name].values())
        for name in (schema.STATUS, schema.ATTENDANCE, schema.BUILD_MODE)
    }
    return {
        "类型": list(map(str, network.facility_types[schema.NAME_ZH])),
        "县区": _county_names(network.counties[schema.NAME]),
        "坐标系": [WGS84, GCJ02, BD09],
        "状态": words[schema.STATUS],
        "值守": words[schema.ATTENDANCE],
        "建设方式": words[schema.BUILD_MODE],
    }


def _county_names(names: pd.Series) -> list[str]:
    """Return the names as the importer needs no question about: one of a namesake elsewhere has its city."""
    return ["柳州市城中区" if name == "城中区" else str(name) for name in names]


def _write_notes(sheet: Worksheet) -> None:
    sheet.set_column(0, 0, WIDTH)
    sheet.set_column(1, 1, NOTE_WIDTH)
    sheet.set_column(2, 2, WIDTH)
    for number, row in enumerate(COLUMNS):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)


def _write_choices(hidden: Worksheet, sheet: Worksheet, choices: dict[str, list[str]]) -> None:
    headers = [name for name, *_ in COLUMNS]
    for column, (header, words) in enumerate(choices.items()):
        for number, word in enumerate(words):
            hidden.write_string(number, column, word)
        letter = chr(ord("A") + column)
        sheet.data_validation(
            1,
            headers.index(header),
            LAST_ROW,
            headers.index(header),
            {
                "validate": "list",
                "source": f"='{CHOICES_SHEET}'!${letter}$1:${letter}${len(words)}",
                "error_type": "warning",
                "error_title": header,
                "error_message": "不在列表中。可以保留，导入时会再核对。",
            },
        )
    hidden.hide()
