"""Tables of what a check found: by kind, by row, and the rows a choice concerns; no screen here."""

from typing import NamedTuple

import pandas as pd

from geo import schema
from geo.importing.checks.check_list import Checked
from geo.importing.draft import Draft
from geo.importing.findings import (
    CURE,
    ERROR,
    FINDING_CODE,
    MESSAGE,
    NOTE,
    SEVERITIES,
    SEVERITY,
    SOURCE_COLUMN,
    SOURCE_ROW,
    WARNING,
    join_by_row,
    read_kinds,
    say_findings,
)
from geo.importing.synonyms import LONLAT

EVERY_ROW = "every_row"
# No header of a list begins with a space of no width.
RESULT, LEFT_OUT, DECISION = "\u200bresult", "\u200bleft_out", "\u200bdecision"
OWN = (RESULT, LEFT_OUT, DECISION)
MOST_ROWS = 300
FIRST_FIELDS = (
    schema.NAME,
    schema.FACILITY_TYPE,
    schema.COUNTY,
    schema.ADDRESS,
    LONLAT,
    schema.LON,
    schema.LAT,
)
BREAK = "；"


class Counts(NamedTuple):
    """Count the rows of a list: all, sound, with an error, with a warning and no error, with a note."""

    rows: int
    sound: int
    wrong: int
    doubtful: int
    noted: int


def count_rows(checked: Checked) -> Counts:
    """Count the rows by their findings."""
    of_rows = _of_rows(checked)
    wrong, doubtful, noted = (
        set(of_rows.loc[of_rows[SEVERITY] == severity, SOURCE_ROW]) for severity in SEVERITIES
    )
    whole, sound = len(checked.originals), len(checked.facilities)
    return Counts(whole, sound, len(wrong), len(doubtful - wrong), len(noted))


def count_kinds(checked: Checked) -> pd.DataFrame:
    """Count the rows of each kind of finding, the gravest first, then the most frequent.

    Returns
    -------
    DataFrame
        Indexed by the code of the finding: `severity` and `rows`.
    """
    grouped = _of_rows(checked).groupby(FINDING_CODE)
    kinds = pd.DataFrame({SEVERITY: grouped[SEVERITY].first(), "rows": grouped[SOURCE_ROW].nunique()})
    rank = kinds[SEVERITY].map(SEVERITIES.index)
    return kinds.assign(rank=rank).sort_values(["rank", "rows"], ascending=[True, False], kind="stable")[
        [SEVERITY, "rows"]
    ]


def rows_of(checked: Checked, choice: str, *, most: int | None = MOST_ROWS) -> tuple[int, ...]:
    """Return the rows of a choice, in their order: a severity, a kind of finding, or every row.

    Parameters
    ----------
    checked
        The list after the check.
    choice
        `error`, `warning`, `note`, a code of a finding, or `every_row`.
    most
        How many at the most; all of them if None.
    """
    if choice == EVERY_ROW:
        return tuple(map(int, checked.originals.index[:most]))
    found = _of_rows(checked)
    column = SEVERITY if choice in SEVERITIES else FINDING_CODE
    rows = found.loc[found[column] == choice, SOURCE_ROW].astype("int64").drop_duplicates()
    return tuple(map(int, rows[:most]))


def severities_of(choice: str) -> tuple[str, ...]:
    """Return what is said of the rows of a choice: the notes only where they or every row are asked for."""
    asked = choice if choice in SEVERITIES or choice == EVERY_ROW else read_kinds()[choice].severity
    return SEVERITIES if asked in {NOTE, EVERY_ROW} else (ERROR, WARNING)


def texts_by_row(
    checked: Checked,
    rows: tuple[int, ...],
    *,
    language: str,
    severities: tuple[str, ...] = (ERROR, WARNING),
) -> pd.Series:
    """Join what is said of each row, with its cure; missing where there is nothing.

    Parameters
    ----------
    checked
        The list after the check.
    rows
        The rows, in the order wanted.
    language
        `zh` or `en`.
    severities
        What is shown; by default what is to be fixed or looked at.
    """
    finding_texts = _texts(checked, rows, severities)
    return join_by_row(_lines(finding_texts, language), finding_texts[SOURCE_ROW], between=BREAK).reindex(
        list(rows)
    )


def rows_aside(checked: Checked, *, language: str) -> pd.Series:
    """Say of the lines of the file that were taken for no rows (totals, remarks) what they were taken for."""
    found = checked.findings.dropna(subset=[SOURCE_ROW])
    aside = found[~found[SOURCE_ROW].isin(checked.table.rows.index)]
    numbers = pd.Index(aside[SOURCE_ROW].astype("int64"))
    return _lines(aside, language).set_axis(numbers)


def texts_of_file(checked: Checked, *, language: str) -> list[str]:
    """List what is said of the whole file rather than of a row."""
    found = checked.findings[checked.findings[SOURCE_ROW].isna()]
    return _lines(found, language).tolist()


def _lines(findings: pd.DataFrame, language: str) -> pd.Series:
    said = say_findings(findings, language=language)
    return said[MESSAGE] + " → " + said[CURE]


def editable_table(
    draft: Draft,
    rows: tuple[int, ...],
    finding_texts: pd.Series,
    *,
    order: tuple[str, ...] = (),
    severities: tuple[str, ...] = (ERROR, WARNING),
) -> pd.DataFrame:
    """Lay out rows for editing: what is wrong, whether the row is left out, then the user's own columns.

    Parameters
    ----------
    draft
        The list.
    rows
        The rows shown; those left out by now are among them.
    finding_texts
        What is said of each, as words.
    order
        The headers in the order they were shown before, so that nothing jumps; empty at first.
    severities
        The columns that hold a finding of these come first.

    Returns
    -------
    DataFrame
        Indexed by row: `RESULT`, `LEFT_OUT`, `DECISION` where point and county disagree, then the columns
        findings are about, the main fields, and the others in their order; all texts.
    """
    texts = draft.table.rows.loc[list(rows)]
    checked = draft.checked
    found = () if checked is None else _texts(checked, rows, severities)[SOURCE_COLUMN].dropna()
    wrong = list(dict.fromkeys(found))
    fields = draft.mapping.fields
    main = [fields[name] for name in FIRST_FIELDS if name in fields]
    headers = list(dict.fromkeys([*(order or (*wrong, *main)), *texts.columns]))
    laid_out = texts[[header for header in headers if header in texts.columns]].copy()
    laid_out.insert(0, RESULT, finding_texts)
    laid_out.insert(1, LEFT_OUT, [row in draft.dropped for row in rows])
    if set(rows) & set(draft.conflicts):
        laid_out.insert(2, DECISION, [draft.choices.decisions.get(row) for row in rows])
    return laid_out


class Edits(NamedTuple):
    """Hold what the user changed: new texts, rows left out (or taken back), decisions; each by row."""

    texts: pd.DataFrame
    dropped: dict[int, bool]
    decisions: dict[int, str | None]

    @property
    def rows(self) -> set[int]:
        """Return the rows in which something changed."""
        return {*map(int, self.texts.index), *self.dropped, *self.decisions}


def edits_of(table: pd.DataFrame, edited: dict[int, dict[str, object]]) -> Edits:
    """Turn the cells the user changed into what is to be done; cells that are as they were are left out.

    Parameters
    ----------
    table
        As from `editable_table`, which was shown.
    edited
        Cells by the place of their row and their column, as the editor tells them.
    """
    texts: dict[int, dict[str, str | None]] = {}
    dropped: dict[int, bool] = {}
    decisions: dict[int, str | None] = {}
    for place, cells in edited.items():
        row = int(table.index[place])
        for header, value in cells.items():
            old = table.iloc[place][header]
            if header == LEFT_OUT:
                if bool(value) != bool(old):
                    dropped[row] = bool(value)
            elif _text(value) != _text(old):
                if header == DECISION:
                    decisions[row] = _text(value)
                else:
                    texts.setdefault(row, {})[header] = _text(value)
    headers = list(dict.fromkeys(header for cells in texts.values() for header in cells))
    before = table.loc[list(texts), headers]
    listed = [{**dict(zip(headers, cells, strict=True)), **texts[row]} for row, *cells in before.itertuples()]
    new_texts = pd.DataFrame(listed, index=before.index, columns=headers, dtype=object)
    return Edits(new_texts, dropped, decisions)


def _text(value: object) -> str | None:
    text = value.strip() if isinstance(value, str) else None
    return text or None


def _of_rows(checked: Checked) -> pd.DataFrame:
    """Return the findings of the rows of the list itself."""
    return checked.findings[checked.findings[SOURCE_ROW].isin(checked.originals.index)]


def _texts(checked: Checked, rows: tuple[int, ...], severities: tuple[str, ...]) -> pd.DataFrame:
    found = checked.findings
    return found[found[SOURCE_ROW].isin(rows) & found[SEVERITY].isin(severities)]
