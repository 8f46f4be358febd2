"""Every kind of finding: how grave it is, what it says, and its cure, in Chinese and English."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from geo.caching.remembered import remember
from geo.catalog import DATA_FOLDER, data_path

FINDINGS_NAME = "import_findings"
ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)

SOURCE_ROW, SOURCE_COLUMN, FIELD_NAME, VALUE = "row", "column", "field", "value"
SEVERITY, FINDING_CODE = "severity", "finding_code"
MESSAGE, CURE, DETAIL, DETAIL_EN = "message", "cure", "detail", "detail_en"
OTHER_ROW, OTHER_ID, LIKENESS = "other_row", "other_id", "likeness"
FINDING_COLUMNS = (
    SOURCE_ROW,
    SOURCE_COLUMN,
    FIELD_NAME,
    VALUE,
    SEVERITY,
    FINDING_CODE,
    DETAIL,
    DETAIL_EN,
    OTHER_ROW,
    OTHER_ID,
    LIKENESS,
)
# A handful of texts stand in these over and over: a million findings hold each of them once.
_REPEATED = (SOURCE_COLUMN, FIELD_NAME, SEVERITY, FINDING_CODE)
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


@remember(holds="The sentences of findings, by data folder.", most_bytes=500_000, most_entries=4)
def _read(folder: Path) -> Mapping[str, Kind]:
    table = pd.read_csv(data_path(FINDINGS_NAME, folder=folder), dtype="str", keep_default_na=False)
    columns = [FINDING_CODE, SEVERITY, "message_zh", "message_en", "cure_zh", "cure_en"]
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
    return pd.DataFrame({name: _joined(listed, name).take(order) for name in FINDING_COLUMNS}, copy=False)


def _joined(parts: list[pd.DataFrame], name: str) -> Any:
    if name in _REPEATED:
        return union_categoricals([part[name].array for part in parts], sort_categories=True)
    return pd.concat([part[name] for part in parts], ignore_index=True).array


def say_findings(findings: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """Write the sentences of findings, which are made of their code, value and detail when they are shown.

    Parameters
    ----------
    findings
        Rows of a table as from `collect_findings`.
    language
        `zh` or `en`.

    Returns
    -------
    DataFrame
        Indexed like `findings`: `message`, and `cure`.
    """
    details = findings[DETAIL] if language == "zh" else findings[DETAIL_EN].fillna(findings[DETAIL])
    parts = (findings[FINDING_CODE], findings[VALUE].fillna(""), details.fillna(""))
    said = list(zip(*(part.tolist() for part in parts), strict=True))
    sentences = {
        code: (kind.zh, kind.cure_zh) if language == "zh" else (kind.en, kind.cure_en)
        for code, kind in read_kinds().items()
    }
    filled = {
        name: [sentences[code][place].format(value=value, detail=detail) for code, value, detail in said]
        for place, name in enumerate((MESSAGE, CURE))
    }
    return pd.DataFrame(filled, index=findings.index, columns=[MESSAGE, CURE], dtype="str")


def join_by_row(lines: pd.Series, rows: pd.Series, *, between: str) -> pd.Series:
    """Join what is said of each row, in its order.

    Parameters
    ----------
    lines
        One for each finding.
    rows
        The row of each, indexed like `lines`; those of one row stand together.
    between
        What stands between two lines.

    Returns
    -------
    Series
        Indexed by row.
    """
    # A group of pandas for each of 200,000 rows takes twenty times as long.
    pairs = zip(rows.tolist(), lines.tolist(), strict=True)
    joined = {row: between.join(line for _, line in lines) for row, lines in groupby(pairs, itemgetter(0))}
    return pd.Series(list(joined.values()), index=pd.Index(list(joined), dtype="int64"), dtype="str")


@remember(holds="The table of findings without any.", most_bytes=50_000)
def no_findings() -> pd.DataFrame:
    """Return the table of findings without any; it is shared and must not be changed."""
    texts = dict.fromkeys(FINDING_COLUMNS, "str")
    repeated = pd.CategoricalDtype(pd.Index([], dtype="str"))
    kinds: dict[str, Any] = texts | {SOURCE_ROW: "Int64", OTHER_ROW: "Int64", LIKENESS: "float64"}
    kinds |= dict.fromkeys(_REPEATED, repeated)
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
    chosen_texts = [None if texts is None else texts[chosen] for texts in (values, details, details_en)]
    rows = [int(row) for row in where.index[chosen]]
    return findings_of(
        code,
        rows=rows,
        column=column,
        name=name,
        values=chosen_texts[0],
        details=chosen_texts[1],
        details_en=chosen_texts[2],
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
    count = len(numbers)
    texts = {VALUE: values, DETAIL: details, DETAIL_EN: details_en}
    repeated = {
        SOURCE_COLUMN: column,
        FIELD_NAME: name,
        SEVERITY: read_kinds()[code].severity,
        FINDING_CODE: code,
    }
    beside = others or {}
    listed = {
        SOURCE_ROW: pd.array(numbers, dtype="Int64"),
        **{key: _repeated(said, count) for key, said in repeated.items()},
        **{
            key: pd.array([None] * count if said is None else [_shown(one) for one in said], dtype="str")
            for key, said in texts.items()
        },
        OTHER_ROW: pd.array(list(beside.get(OTHER_ROW, [None] * count)), dtype="Int64"),
        OTHER_ID: pd.array(list(beside.get(OTHER_ID, [None] * count)), dtype="str"),
        LIKENESS: np.array(list(beside.get(LIKENESS, [np.nan] * count)), dtype=np.float64),
    }
    return pd.DataFrame({key: listed[key] for key in FINDING_COLUMNS})


def _repeated(said: str | Iterable[str | None] | None, count: int) -> pd.Categorical:
    if said is not None and not isinstance(said, str):
        return pd.Categorical(pd.array(list(said), dtype="str"))
    known = pd.Index([] if said is None else [said], dtype="str")
    return pd.Categorical.from_codes(np.full(count, len(known) - 1, dtype=np.int8), categories=known)


def _shown(value: object) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    text = str(value)
    return (text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…") or None
