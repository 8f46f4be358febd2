"""Write facilities as an Excel workbook a clerk can work with: nothing in it is ever a formula or a link."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geo import schema
from geo.export.columns import (
    Plain,
    looks_like_formula,
    plain_values,
    require_exportable,
    table_columns,
    writable,
)
from geo.export.measure_fields import MEASURE_FIELDS
from geo.export.provenance import PROGRAM, Provenance, as_rows
from geo.fields import CODE_NAMES, FIELDS, Field

TOTALS_SHEET, SOURCES_SHEET, FIELDS_SHEET = "合计", "来源", "字段"
NO_FACILITY_SHEET = "设施"
OWN_SHEETS = (TOTALS_SHEET, SOURCES_SHEET, FIELDS_SHEET)

# Excel's own limits.
SHEET_NAME_LENGTH = 31
SHEET_NAME_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
RESERVED_SHEET = "history"
CELL_LENGTH = 32_767
CUT = "…"
LINE_BREAK = re.compile("\r\n?")

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TOTALS_HEADER = (
    "类型\nfacility_type_name",
    "类型代码\nfacility_type",
    "合计\ntotal",
    "有位置\nlocated",
    "位置未知\nplace_unknown",
    "有公开来源\nsourced",
    "来自导入名单\nimported",
    "模拟\nsimulated",
)


class Styles(NamedTuple):
    """Hold the two looks of cells: a header, and a text that must not become a formula when edited."""

    header: Format
    guard: Format


def to_xlsx(facilities: gpd.GeoDataFrame, *, about: Provenance) -> bytes:
    """Write facilities as a workbook: 合计, one sheet per type, 来源, 字段; other rows on one sheet.

    The sheets of types stand in the order of `about.names`, the rows in theirs. A header holds the Chinese
    name and, below it, the name the same field has in every format. Text stays text: no formula, no link.
    What Excel cannot hold, control characters and lone surrogates, becomes U+FFFD; a text longer than
    32,767 characters is cut and ends in an ellipsis; every line break becomes a line feed.

    Parameters
    ----------
    facilities
        Facilities, or other rows, in WGS-84 with a unique index.
    about
        What the file says of itself; made for these very rows. Its date is the document's, its title the
        sheet of rows that are no facilities.

    Returns
    -------
    bytes
        The same for the same input. Without any facility there is one sheet 设施 with headers alone.

    Raises
    ------
    InvalidValueError
        The frame is not in WGS-84, an id occurs twice, or `about` was made for other rows.
    """
    require_exportable(facilities, about)
    table = table_columns(facilities, about)
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        _describe(book, about)
        styles = Styles(
            header=book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EAEAEA"}),
            guard=book.add_format({"quote_prefix": True}),
        )
        if schema.FACILITY_TYPE in facilities.columns:
            _write_by_type(book, facilities, table, about=about, styles=styles)
        else:
            (name,) = _sheet_names([about.title], about)
            _write_facilities(book.add_worksheet(name), table, styles=styles)
        _write_sources(book.add_worksheet(SOURCES_SHEET), about, styles=styles)
        _write_fields(book.add_worksheet(FIELDS_SHEET), table.columns, styles=styles)
    return stream.getvalue()


def _write_by_type(
    book: xlsxwriter.Workbook,
    facilities: gpd.GeoDataFrame,
    table: pd.DataFrame,
    *,
    about: Provenance,
    styles: Styles,
) -> None:
    schema.require_columns(facilities, (schema.ORIGIN,), what="facilities")
    codes = _types_in_order(facilities, about)
    _write_totals(book.add_worksheet(TOTALS_SHEET), facilities, codes, about=about, styles=styles)
    for code, name in zip(codes, _sheet_names(codes, about), strict=True):
        rows = table[table[schema.FACILITY_TYPE] == code]
        _write_facilities(book.add_worksheet(name), rows, styles=styles)
    if not codes:
        _write_facilities(book.add_worksheet(NO_FACILITY_SHEET), table, styles=styles)


def _describe(book: xlsxwriter.Workbook, about: Provenance) -> None:
    midnight = dt.datetime.combine(about.generated_on, dt.time(), tzinfo=dt.UTC)
    book.set_properties(
        {
            "title": writable(f"{PROGRAM} {about.title}"),
            "comments": writable(about.summary),
            "created": midnight.replace(tzinfo=None),
        }
    )


def _types_in_order(facilities: gpd.GeoDataFrame, about: Provenance) -> list[str]:
    """List the types that occur: first those that have a name, in its order, then the rest as met."""
    met = [str(code) for code in facilities[schema.FACILITY_TYPE].dropna().unique()]
    order = {code: rank for rank, code in enumerate(about.names.get(schema.FACILITY_TYPE, {}))}
    return sorted(met, key=lambda code: order.get(code, len(order)))


def _sheet_names(codes: Sequence[str], about: Provenance) -> list[str]:
    """Name each type so that Excel accepts it, different from all others whatever the case."""
    words = about.names.get(schema.FACILITY_TYPE, {})
    taken = {name.lower() for name in (*OWN_SHEETS, RESERVED_SHEET)}
    names = []
    for code in codes:
        plain = writable(words.get(code, code)).translate(SHEET_NAME_FORBIDDEN)
        plain = " ".join(plain.split()) or NO_FACILITY_SHEET
        name, number = plain[:SHEET_NAME_LENGTH], 1
        while name.lower() in taken:
            number += 1
            name = f"{plain[: SHEET_NAME_LENGTH - len(f' {number}')]} {number}"
        taken.add(name.lower())
        names.append(name)
    return names


def _write_totals(
    sheet: Worksheet, facilities: gpd.GeoDataFrame, codes: list[str], *, about: Provenance, styles: Styles
) -> None:
    words = about.names.get(schema.FACILITY_TYPE, {})
    origin = facilities[schema.ORIGIN]
    located = schema.located(facilities)
    flags = {"total": True, "located": located, "unknown": ~located} | {
        name: origin == name for name in schema.ORIGINS
    }
    counted = pd.DataFrame(flags, index=facilities.index).astype(int)
    by_type = counted.groupby(facilities[schema.FACILITY_TYPE].to_numpy(dtype=object)).sum()
    rows: list[list[Plain]] = [[words.get(code, code), code, *map(int, by_type.loc[code])] for code in codes]
    rows.append([TOTALS_SHEET, None, *map(int, counted.sum())])
    _write_table(sheet, TOTALS_HEADER, rows, widths=[26, 20, *[12] * 6], styles=styles)
    for step, line in enumerate((about.summary, about.notice)):
        _write_cell(sheet, len(rows) + 2 + step, 0, line or None, styles)


def _write_facilities(sheet: Worksheet, rows: pd.DataFrame, *, styles: Styles) -> None:
    described = [_field(name) for name in rows.columns]
    heads = [f"{field.zh}\n{name}" for field, name in zip(described, rows.columns, strict=True)]
    values = zip(*(plain_values(rows[name]) for name in rows.columns), strict=True)
    _write_table(sheet, heads, values, widths=[field.width for field in described], styles=styles)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)


def _write_sources(sheet: Worksheet, about: Provenance, *, styles: Styles) -> None:
    _write_table(sheet, ("项目 item", "内容 text"), as_rows(about), widths=[44, 100], styles=styles)


def _write_fields(sheet: Worksheet, columns: Iterable[str], *, styles: Styles) -> None:
    heads = ("字段 field", "名称", "说明", "meaning", "代码 codes")
    rows = [
        (
            name,
            field.zh,
            field.meaning_zh,
            field.meaning_en,
            "；".join(f"{code} {words}" for code, words in CODE_NAMES.get(name, {}).items()),
        )
        for name in columns
        if (field := _field(name))
    ]
    _write_table(sheet, heads, rows, widths=[22, 18, 36, 44, 100], styles=styles)


def _write_table(
    sheet: Worksheet,
    heads: Sequence[str],
    rows: Iterable[Sequence[Plain]],
    *,
    widths: Sequence[int],
    styles: Styles,
) -> None:
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(0, column, writable(head), styles.header)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, styles)


def _write_cell(sheet: Worksheet, row: int, column: int, value: Plain, styles: Styles) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        text = writable(LINE_BREAK.sub("\n", value))
        text = text if len(text) <= CELL_LENGTH else text[: CELL_LENGTH - 1] + CUT
        sheet.write_string(row, column, text, styles.guard if looks_like_formula(text) else None)


def _field(name: str) -> Field:
    return FIELDS.get(name) or MEASURE_FIELDS.get(name) or Field(name, "", "")
