"""How a file that cannot be read says so: one clear line in each language, with the cure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from geo.errors import GeoDataError
from geo.importing.source_table import (
    MAX_CELL_LENGTH,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_FILLED,
    MAX_ROWS,
    MAX_TABLES,
    MAX_VERTICES,
)

LONGEST_SENTENCE = 400
NAME_LENGTH = 60
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class UnreadableListError(GeoDataError):
    """Report a file that is refused, or that is not what its name says; nothing of it was kept.

    `zh` and `en` are the same sentence in two languages; the text of the error is the English one. Either
    is one line of letters that can be shown, whatever the file put into it.
    """

    def __init__(self, *, zh: str, en: str) -> None:
        self.zh, self.en = _one_line(zh), _one_line(en)
        super().__init__(self.en)


class UnknownEncodingError(UnreadableListError):
    """Report a text whose encoding must be asked for; `previews` shows its start in each likely one."""

    def __init__(self, *, zh: str, en: str, previews: Mapping[str, str]) -> None:
        super().__init__(zh=zh, en=en)
        self.previews = MappingProxyType(dict(previews))


class ReadingCancelledError(GeoDataError):
    """Report that whoever asked for a file to be read called it off; nothing of it was kept."""


class Bound(NamedTuple):
    """Describe a bound of what is read: how much at most, of what, and what to do about more."""

    most: int
    zh: str
    en: str
    cure_zh: str
    cure_en: str


SPLIT = ("请按县区分成几个文件。", "Split it by county.")
OUTSIDE = ("请删除表外的内容后重新保存。", "Delete what stands outside the list and save it again.")
PLAINER = ("请在 GIS 中简化图形或导出为点。", "Simplify the shapes in a GIS or export points.")
ROWS, COLUMNS, CELLS, FILLED = "rows", "columns", "cells", "filled"
CELL_LENGTH, TABLES, VERTICES = "cell_length", "tables", "vertices"
BOUNDS = MappingProxyType(
    {
        ROWS: Bound(MAX_ROWS, "行", "rows", *SPLIT),
        COLUMNS: Bound(MAX_COLUMNS, "列", "columns", *OUTSIDE),
        CELLS: Bound(MAX_CELLS, "个单元格", "cells", *SPLIT),
        # Of a sheet, from its first corner to the last cell that holds something.
        FILLED: Bound(MAX_FILLED, "个单元格（行数×列数）", "cells (rows × columns)", *OUTSIDE),
        CELL_LENGTH: Bound(
            MAX_CELL_LENGTH,
            "字（在一个单元格内）",
            "letters in one cell",
            "请缩短该格。",
            "Shorten that cell.",
        ),
        TABLES: Bound(MAX_TABLES, "个工作表或图层", "sheets or layers", *SPLIT),
        VERTICES: Bound(MAX_VERTICES, "个图形顶点", "vertices of shapes", *PLAINER),
    }
)


def beyond(
    bound: str, found: int | None, *, file_name: str, where: str = "", line: int | None = None
) -> UnreadableListError:
    """Say which bound a file passes, by how much, and what to do.

    Parameters
    ----------
    bound
        A key of `BOUNDS`.
    found
        What the file has; None where the reading stopped as soon as the bound was passed.
    file_name
        As the user has it.
    where
        The sheet or layer that has too much; blank for the whole file.
    line
        The line of a text that has too much.

    Returns
    -------
    UnreadableListError
        To be raised.
    """
    most, unit_zh, unit_en, cure_zh, cure_en = BOUNDS[bound]
    number = f"{most:,}" if found is None else f"{found:,}"
    more_zh, more_en = ("超过 ", "more than ") if found is None else ("", "")
    place_zh = where[:NAME_LENGTH] if line is None else f"第 {line} 行"
    place_en = where[:NAME_LENGTH] if line is None else f"line {line}"
    return UnreadableListError(
        zh=f"{file_name} 太大：{f'{place_zh} ' if place_zh else ''}有{more_zh or ' '}{number} {unit_zh}，"
        f"上限为 {most:,}。{cure_zh}",
        en=f"{file_name} is too large: {f'{place_en} has ' if place_en else ''}{more_en}{number} {unit_en}, "
        f"at most {most:,} are read. {cure_en}",
    )


def unexpected(file_name: str) -> UnreadableListError:
    """Say that a file could not be read for a reason no reader foresaw; the reason stands in the log."""
    return UnreadableListError(
        zh=f"{file_name} 已损坏或写法少见，读取失败；同时导入的其他文件不受影响。"
        "请用原来的软件打开，重新另存（表格存为 .xlsx）后再导入。",
        en=f"{file_name} is damaged or unusually written and could not be read; other files were. "
        "Open it in the program it came from and save it again (a table as .xlsx).",
    )


def encrypted(file_name: str) -> UnreadableListError:
    """Say that a workbook is encrypted, which "protect the workbook" does too, without asking on opening."""
    return UnreadableListError(
        zh=f"{file_name} 设有密码（打开密码或“保护工作簿”）。"
        "请在 Excel 或 WPS 中取消密码，另存为 .xlsx 后再导入。",
        en=f"{file_name} is protected by a password (to open it, or of its structure). Take the password "
        "off in Excel or WPS and save it as .xlsx.",
    )


def _one_line(sentence: str) -> str:
    line = " ".join(_UNSHOWN.sub(" ", sentence).split())
    # What is long is a name, which stands first; the reason and the cure stand last.
    last = LONGEST_SENTENCE - NAME_LENGTH - 1
    return line if len(line) <= LONGEST_SENTENCE else f"{line[:NAME_LENGTH]}…{line[-last:]}"
