"""Find the table in a sheet: below titles, under merged headers, without totals, notes and blanks."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from geo.importing.source_table import (
    BLANK,
    MAX_CELLS,
    REASON,
    ROW,
    TEXT,
    no_left_out,
    unique_headers,
)
from geo.importing.synonyms import ListWords, header_forms, plain

Grid = list[list[str]]
Merge = tuple[tuple[int, int], tuple[int, int]]

TITLE, TOTAL, NOTE, REPEATED, EXAMPLE = "title", "total", "note", "repeated_header", "example"
# How the template's example rows begin.
EXAMPLE_START = "示例："
SEARCHED_ROWS = 40
# A single known word may be chance (a title cell that says 名称); two are a header.
KNOWN_ENOUGH = 2
HEADER_LENGTH = 40
FIRST_CELLS = 3
_TOTAL = re.compile(
    r".{0,8}(合计|小计|总计|共计|总合计|累计|subtotal|grandtotal|total)[\d个家处座站所名人_]*"
)
_TOTAL_SIGN = re.compile(r"(?i)计|total")
_NOTE = re.compile(
    r"(注|备注|说明|填表说明|填报说明|填表人|填报人|制表人|制表|审核人|审核|单位负责人|填报单位|填报日期|制表日期|联系电话)\d*[:：]"
)
# A line above the header that says something (填报单位：青秀区总工会) is no name of columns.
_SAYS = re.compile(r"[:：]\s*\S|\d{4}\s*年|[年月]\s*日")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


class FoundTable(NamedTuple):
    """Hold the rows of a table and what stands around them."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


def fill_merged(grid: Grid, merges: Sequence[Merge]) -> Grid:
    """Repeat the value of every merged area in all its cells.

    Parameters
    ----------
    grid
        Rows of cells, from the first row and column of the sheet; left as it is.
    merges
        First and last cell of each area as (row, column), counted from 0; parts outside the grid are left.

    Returns
    -------
    list
        A new grid.
    """
    filled = [list(row) for row in grid]
    budget = MAX_CELLS
    for (top, left), (bottom, right) in merges:
        if top >= len(filled) or left >= len(filled[top]) or not filled[top][left].strip():
            continue
        value = filled[top][left]
        for row in filled[top : bottom + 1]:
            end = min(right + 1, len(row))
            budget -= max(0, end - left)
            if budget < 0:
                return filled
            row[left:end] = [value] * max(0, end - left)
    return filled


def find_table(grid: Grid, words: ListWords, *, merges: Sequence[Merge] = ()) -> FoundTable | None:
    """Find the one table of a sheet.

    The header is the first of the upper rows with the most known column names, two at least; without one,
    the first row of several texts. A header of two rows is joined with a slash. Rows of totals, of notes,
    and rows that repeat the header are put aside with the reason; blank rows and columns vanish.

    Parameters
    ----------
    grid
        Rows of cells from the first row of the sheet, all text, blank where empty.
    words
        The words headers are known by.
    merges
        Merged areas as (first cell, last cell), counted from 0.

    Returns
    -------
    FoundTable
        Rows indexed by their number in the sheet, counted from 1; None where nothing looks like a table.
    """
    filled = fill_merged(grid, merges)
    width = max((len(row) for row in filled), default=0)
    filled = [row if len(row) == width else row + [BLANK] * (width - len(row)) for row in filled]
    if not any(cell.strip() for row in filled for cell in row):
        return None
    first = _header_row(filled, words)
    if first is None:
        return _headless(filled)
    header, begin, after = _header(filled, first, merges, words)
    titles = [(number, TITLE) for number in range(begin) if any(map(str.strip, filled[number]))]
    return _split(filled, header, range(after, len(filled)), titles)


def _known(cell: str, words: ListWords) -> bool:
    return 0 < len(cell) <= HEADER_LENGTH and any(form in words.columns for form in header_forms(cell))


def _header_row(grid: Grid, words: ListWords) -> int | None:
    scores = [
        len({plain(cell) for cell in row if _known(cell.strip(), words)}) for row in grid[:SEARCHED_ROWS]
    ]
    best = max(scores)
    if best >= KNOWN_ENOUGH:
        return scores.index(best)
    for number, row in enumerate(grid[:SEARCHED_ROWS]):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(set(cells)) == len(cells) >= KNOWN_ENOUGH and not any(map(_looks_like_data, cells)):
            return number
    # One column with a known name is a list too.
    return scores.index(best) if best else None


def _looks_like_data(cell: str) -> bool:
    return len(cell) > HEADER_LENGTH or bool(_NUMBER.fullmatch(unicodedata.normalize("NFKC", cell)))


def _header(grid: Grid, first: int, merges: Sequence[Merge], words: ListWords) -> tuple[list[str], int, int]:
    """Join the rows of a header, and give the numbers of its first row and of the first row below it."""
    last = max((bottom for (top, _), (bottom, _) in merges if top == first), default=first)
    last = min(last, first + 2, len(grid) - 1)
    if last == first and first + 1 < len(grid) and _continues(grid[first], grid[first + 1], words):
        last = first + 1
    above = first - 1
    groups = grid[above] if above >= 0 and _groups(grid[above], grid[first]) else None
    lines = ([groups] if groups else []) + grid[first : last + 1]
    names = []
    for cells in zip(*lines, strict=True):
        parts = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
        names.append("/".join(parts))
    return names, above if groups else first, last + 1


def _continues(header: list[str], below: list[str], words: ListWords) -> bool:
    """Return whether the row below names what the header leaves open (位置 | blank over 经度 | 纬度)."""
    named = [column for column, cell in enumerate(below) if cell.strip()]
    known = [column for column in named if _known(below[column].strip(), words)]
    opened = [
        column
        for column in named
        if not header[column].strip() or (column + 1 < len(header) and not header[column + 1].strip())
    ]
    return len(known) >= KNOWN_ENOUGH and named == known and known == opened


def _groups(above: list[str], header: list[str]) -> bool:
    """Return whether the row above the header names groups of its columns, and is no title."""
    named = [cell.strip() for cell in above if cell.strip()]
    apart = len(set(named)) >= KNOWN_ENOUGH
    has_values = any(_looks_like_data(cell) or _SAYS.search(cell) for cell in named)
    return apart and not has_values and len(named) <= sum(map(bool, header))


def _headless(grid: Grid) -> FoundTable | None:
    """Take a sheet of data without a header; its columns are named by their place."""
    width = len(grid[0])
    if width < KNOWN_ENOUGH or not any(_looks_like_data(cell.strip()) for cell in grid[0]):
        return None
    return _split(grid, [BLANK] * width, range(len(grid)), [])


def _split(grid: Grid, header: list[str], numbers: range, aside: list[tuple[int, str]]) -> FoundTable:
    body: list[int] = []
    names = {*header, *(name.split("/")[-1] for name in header)}
    for number in numbers:
        cells = [cell for cell in map(str.strip, grid[number]) if cell]
        if not cells:
            continue
        reason = _reason(cells) or (_repeats(grid[number], cells, header) if cells[0] in names else None)
        if reason is None:
            body.append(number)
        else:
            aside.append((number, reason))
    index = pd.Index([number + 1 for number in body], name=ROW, dtype="int64")
    columns = {
        column: [_kept(grid[number][column]) for number in body]
        for column in range(len(header))
        if header[column] or any(grid[number][column].strip() for number in body)
    }
    headers = unique_headers([header[column] for column in columns])
    rows = {
        name: pd.Series(texts, index=index, dtype="str")
        for name, texts in zip(headers, columns.values(), strict=True)
    }
    return FoundTable(pd.DataFrame(rows, index=index), _left_out(grid, aside))


def _kept(cell: str) -> str | None:
    """Keep a text exactly as it stands; one that only looks like something is missing."""
    return cell if cell and not cell.isspace() else None


def _reason(cells: list[str]) -> str | None:
    """Say why a row is none of the list, or None; cheap looks first, for most rows are."""
    if cells[0].startswith(EXAMPLE_START):
        return EXAMPLE
    starts = [cell for cell in cells[:FIRST_CELLS] if _TOTAL_SIGN.search(cell)]
    if starts and any(_TOTAL.fullmatch(plain(start)) for start in starts):
        return TOTAL
    few = len(cells) <= FIRST_CELLS or (cells[0] == cells[-1] and len(set(cells)) == 1)
    if few and _NOTE.match(unicodedata.normalize("NFKC", cells[0])):
        return NOTE
    return None


def _repeats(row: list[str], cells: list[str], header: list[str]) -> str | None:
    """Return whether a row says the header again."""
    same = [cell.strip() in {name, name.split("/")[-1]} for cell, name in zip(row, header, strict=True)]
    return REPEATED if sum(same) > len(header) / 2 and len(cells) >= KNOWN_ENOUGH else None


def _left_out(grid: Grid, aside: list[tuple[int, str]]) -> pd.DataFrame:
    if not aside:
        return no_left_out()
    index = pd.Index([number + 1 for number, _ in aside], name=ROW, dtype="int64")
    texts = [
        " ".join(dict.fromkeys(cell.strip() for cell in grid[number] if cell.strip())) for number, _ in aside
    ]
    return pd.DataFrame(
        {
            REASON: pd.Series([reason for _, reason in aside], index=index, dtype="str"),
            TEXT: pd.Series(texts, index=index, dtype="str"),
        }
    )
