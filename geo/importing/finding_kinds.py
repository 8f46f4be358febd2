"""Every kind of finding: how grave it is, what it says, and how to mend it, in Chinese and English."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.catalog import DATA_FOLDER, data_path

FINDINGS_NAME = "import_findings"
ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)

SOURCE_ROW, SOURCE_COLUMN, FIELD_NAME, VALUE = "row", "column", "field", "value"
SEVERITY, FINDING_CODE = "severity", "finding_code"
MESSAGE_ZH, MESSAGE_EN, CURE_ZH, CURE_EN = "message_zh", "message_en", "cure_zh", "cure_en"
OTHER_ROW, OTHER_ID, LIKENESS = "other_row", "other_id", "likeness"
FINDING_COLUMNS = (
    SOURCE_ROW,
    SOURCE_COLUMN,
    FIELD_NAME,
    VALUE,
    SEVERITY,
    FINDING_CODE,
    MESSAGE_ZH,
    MESSAGE_EN,
    CURE_ZH,
    CURE_EN,
    OTHER_ROW,
    OTHER_ID,
    LIKENESS,
)
# What a finding shows of a value; whole texts stay in the originals.
SHOWN_LENGTH = 120


class Kind(NamedTuple):
    """Describe one kind of finding; `{value}` and `{detail}` in its sentences are filled in for each."""

    severity: str
    zh: str
    en: str
    cure_zh: str
    cure_en: str


def read_kinds(folder: Path = DATA_FOLDER) -> Mapping[str, Kind]:
    """Read the kinds of findings by their code.

    Raises
    ------
    CatalogError
        The table is missing, changed, or has no entry.
    """
    return _read(folder)


@lru_cache(maxsize=4)
def _read(folder: Path) -> Mapping[str, Kind]:
    table = pd.read_csv(data_path(FINDINGS_NAME, folder=folder), dtype="str", keep_default_na=False)
    columns = [FINDING_CODE, SEVERITY, MESSAGE_ZH, MESSAGE_EN, CURE_ZH, CURE_EN]
    rows = table[columns].itertuples(index=False, name=None)
    return MappingProxyType({code: Kind(*words) for code, *words in rows})


def collect_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join findings into one table: those of the file first, then by row, the gravest first.

    Parameters
    ----------
    parts
        Tables as from `findings_of`.

    Returns
    -------
    DataFrame
        `FINDING_COLUMNS`, with a plain index.
    """
    listed = [part for part in parts if len(part)]
    if not listed:
        return no_findings()
    rows = pd.concat([part[SOURCE_ROW] for part in listed], ignore_index=True).fillna(-1)
    ranks = {severity: place for place, severity in enumerate(SEVERITIES)}
    severities = pd.concat([part[SEVERITY] for part in listed], ignore_index=True).map(ranks)
    order = np.lexsort((severities.to_numpy(), rows.to_numpy(np.int64)))
    # Column by column: a long list has a million findings, and whole tables of them would stand side by side.
    columns = {
        name: pd.concat([part[name] for part in listed], ignore_index=True).array.take(order)
        for name in FINDING_COLUMNS
    }
    return pd.DataFrame(columns)


@lru_cache(maxsize=1)
def no_findings() -> pd.DataFrame:
    """Give the table of findings without any; it is shared and must not be changed."""
    texts = dict.fromkeys(FINDING_COLUMNS, "str")
    kinds = texts | {SOURCE_ROW: "Int64", OTHER_ROW: "Int64", LIKENESS: "float64"}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})


def findings_where(
    code: str,
    where: pd.Series,
    *,
    column: str | None = None,
    name: str | None = None,
    values: pd.Series | None = None,
    details: pd.Series | None = None,
    details_en: pd.Series | None = None,
) -> pd.DataFrame:
    """Make the findings of one kind for the rows where something holds.

    Parameters
    ----------
    code
        A code of `read_kinds`.
    where
        Boolean, indexed by the numbers of the rows in the source.
    column, name
        The user's header and the importer's field.
    values, details, details_en
        As `findings_of` has them, but for all rows; those that hold are taken.

    Returns
    -------
    DataFrame
        `FINDING_COLUMNS`, with a plain index.
    """
    chosen = where.to_numpy(dtype=bool, na_value=False)
    if not chosen.any():
        return no_findings()
    told = [None if texts is None else texts[chosen] for texts in (values, details, details_en)]
    rows = [int(row) for row in where.index[chosen]]
    return findings_of(
        code, rows=rows, column=column, name=name, values=told[0], details=told[1], details_en=told[2]
    )


def findings_of(
    code: str,
    *,
    rows: Iterable[int | None],
    column: str | Iterable[str | None] | None = None,
    name: str | None = None,
    values: Iterable[object] | None = None,
    details: Iterable[object] | None = None,
    details_en: Iterable[object] | None = None,
    others: Mapping[str, Iterable[Any]] | None = None,
) -> pd.DataFrame:
    """Make the findings of one kind.

    Parameters
    ----------
    code
        A code of `read_kinds`.
    rows
        The numbers of the rows in the source; None for what concerns the whole file.
    column
        The user's header, or one for each row.
    name
        The field of the importer.
    values
        What stands there, one for each row.
    details
        What fills `{detail}`, one for each row.
    details_en
        The same in English, where it differs.
    others
        `other_row`, `other_id` and `likeness` (0-100), where there are any.

    Returns
    -------
    DataFrame
        `FINDING_COLUMNS`, with a plain index.
    """
    numbers = list(rows)
    if not numbers:
        return no_findings()
    kind = read_kinds()[code]
    shown = [_shown(value) for value in values] if values is not None else [""] * len(numbers)
    told = [_shown(detail) for detail in details] if details is not None else [""] * len(numbers)
    told_en = [_shown(detail) for detail in details_en] if details_en is not None else told
    columns = [column] * len(numbers) if column is None or isinstance(column, str) else list(column)
    sentences = {MESSAGE_ZH: kind.zh, MESSAGE_EN: kind.en, CURE_ZH: kind.cure_zh, CURE_EN: kind.cure_en}
    texts = {
        SOURCE_COLUMN: columns,
        FIELD_NAME: [name] * len(numbers),
        VALUE: [value or None for value in shown],
        SEVERITY: [kind.severity] * len(numbers),
        FINDING_CODE: [code] * len(numbers),
        **{
            key: _filled(sentence, shown, told_en if key in {MESSAGE_EN, CURE_EN} else told)
            for key, sentence in sentences.items()
        },
    }
    beside = others or {}
    found = pd.DataFrame({key: pd.Series(listed, dtype="str") for key, listed in texts.items()})
    found[SOURCE_ROW] = pd.array(numbers, dtype="Int64")
    found[OTHER_ROW] = pd.array(list(beside.get(OTHER_ROW, [None] * len(numbers))), dtype="Int64")
    found[OTHER_ID] = pd.Series(list(beside.get(OTHER_ID, [None] * len(numbers))), dtype="str")
    found[LIKENESS] = np.array(list(beside.get(LIKENESS, [np.nan] * len(numbers))), dtype=np.float64)
    return found[list(FINDING_COLUMNS)]


def _shown(value: object) -> str:
    text = (
        ""
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
        else str(value)
    )
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _filled(sentence: str, values: list[str], details: list[str]) -> list[str]:
    # Most kinds hold no value: one sentence serves all their rows.
    if "{" not in sentence:
        return [sentence] * len(values)
    return [
        sentence.format(value=value, detail=detail) for value, detail in zip(values, details, strict=True)
    ]
