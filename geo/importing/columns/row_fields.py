"""Turn the columns of a list, but for its places, into fields of facilities, with what is wrong."""

import datetime as dt
from collections.abc import Iterable, Mapping

import pandas as pd

from geo import schema
from geo.importing.columns.field_values import (
    HOURS_FAULTS_EN,
    code_in,
    codes_of,
    dates_of,
    hours_of,
    numbers_of,
    services_of,
)
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.personal_data import hide_personal_data, personal_words_en
from geo.importing.findings import findings_of, findings_where, no_findings
from geo.importing.source_table import SourceTable
from geo.importing.synonyms import PERSONAL_FIELDS, ListWords, plain

CODED = (schema.STATUS, schema.ATTENDANCE, schema.SIZE_CLASS, schema.BUILD_MODE)
TEXTS = (
    schema.NAME,
    schema.ALIASES,
    schema.ADDRESS,
    schema.HOURS_TEXT,
    schema.SERVICES_TEXT,
    schema.PARTNER,
    schema.SOURCE,
)
DATES = (schema.AS_OF, schema.VERIFIED_AT)
# What a list says nothing of it is taken to mean: a site that is listed is open.
USUAL_STATUS = schema.OPERATING
EXAMPLES = 3
Findings = list[pd.DataFrame]


def field_texts(table: SourceTable, mapping: ColumnMapping, name: str) -> pd.Series:
    """Return the texts of the column of a field, without blanks around; missing where there is none."""
    header = mapping.fields.get(name)
    if header is None:
        return pd.Series(None, index=table.rows.index, dtype="str", name=name)
    texts = table.rows[header].str.strip()
    return texts.where(texts != "").rename(name)


def read_fields(
    table: SourceTable,
    mapping: ColumnMapping,
    words: ListWords,
    *,
    types: pd.DataFrame,
    facility_type: str | None,
    checked_on: dt.date,
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Read all fields but the place.

    Parameters
    ----------
    table, mapping
        The list, and what its headers are taken for.
    words
        The known words.
    types
        The types of facility, indexed by code.
    facility_type
        The type of rows that do not tell theirs, or None.
    checked_on
        The day after which a date lies in the future.

    Returns
    -------
    tuple
        A frame indexed by row with the columns of a facility that were read, public texts without personal
        data; and the findings.
    """
    texts = {name: field_texts(table, mapping, name) for name in schema.FACILITY_COLUMNS}
    found: Findings = []
    fields = {name: _public(texts[name], mapping, name, found) for name in TEXTS}
    fields[schema.FACILITY_TYPE] = _types(
        texts, mapping, type_words(types, words), types, facility_type, found
    )
    for name in CODED:
        fields[name] = _codes(texts[name], mapping, words.codes.get(name, {}), name, found)
    fields[schema.STATUS] = fields[schema.STATUS].fillna(USUAL_STATUS)
    _read_services(texts, fields, mapping, words, found)
    _read_hours(texts, fields, mapping, found)
    for name in DATES:
        fields[name] = _dates(texts[name], mapping, name, checked_on, found)
    fields[schema.CAPACITY] = _numbers(texts[schema.CAPACITY], mapping, schema.CAPACITY, found)
    found += _personal_columns(table, mapping)
    header = mapping.fields.get(schema.NAME)
    found.append(findings_where("name_missing", fields[schema.NAME].isna(), column=header, name=schema.NAME))
    return pd.DataFrame(fields, index=table.rows.index), found


def type_words(types: pd.DataFrame, words: ListWords) -> Mapping[str, str]:
    """Return every word for a type that the network has: synonyms, its names and its code."""
    known = {word: code for word, code in words.codes[schema.FACILITY_TYPE].items() if code in types.index}
    for column in (schema.NAME_ZH, schema.NAME_EN):
        known |= {plain(name): str(code) for code, name in types[column].items()}
    return known | {plain(str(code)): str(code) for code in types.index}


def _public(texts: pd.Series, mapping: ColumnMapping, name: str, found: Findings) -> pd.Series:
    public, hidden = hide_personal_data(texts)
    found.append(
        findings_where(
            "personal_text",
            hidden.notna(),
            column=mapping.fields.get(name),
            name=name,
            values=public,
            details=hidden,
            details_en=hidden.map(personal_words_en, na_action="ignore"),
        )
    )
    return public


def _types(
    texts: Mapping[str, pd.Series],
    mapping: ColumnMapping,
    known: Mapping[str, str],
    types: pd.DataFrame,
    facility_type: str | None,
    found: Findings,
) -> pd.Series:
    said = texts[schema.FACILITY_TYPE]
    codes = codes_of(said, known)
    codes = codes.where(codes.notna(), code_in(said, known))
    name, header = schema.FACILITY_TYPE, mapping.fields.get(schema.FACILITY_TYPE)
    strange = said.notna() & codes.isna()
    examples = _examples(types[schema.NAME_ZH], said)
    found.append(
        findings_where("type_unknown", strange, column=header, name=name, values=said, details=examples)
    )
    if facility_type is not None:
        return codes.where(codes.notna() | strange, facility_type)
    by_name = code_in(texts[schema.NAME].where(codes.isna() & ~strange), known)
    lost = codes.isna() & by_name.isna() & ~strange
    zh, en = (by_name.map(types[column].to_dict()) for column in (schema.NAME_ZH, schema.NAME_EN))
    found += [
        _count_by_name(header, zh, en),
        findings_where("type_missing", lost, column=header, name=name),
    ]
    return codes.where(codes.notna(), by_name)


def _count_by_name(header: str | None, zh: pd.Series, en: pd.Series) -> pd.DataFrame:
    """Report that names gave the type: row by row, or once a type where the list has no column of types."""
    if header is not None:
        return findings_where(
            "type_from_name",
            zh.notna(),
            column=header,
            name=schema.FACILITY_TYPE,
            details=zh,
            details_en=en,
        )
    counted = [names.value_counts().sort_index() for names in (zh, en)]
    texts = [[f"{name} × {count}" for name, count in counts.items()] for counts in counted]
    if not texts[0]:
        return no_findings()
    return findings_of(
        "type_from_name",
        rows=[None],
        name=schema.FACILITY_TYPE,
        details=["、".join(texts[0])],
        details_en=[", ".join(texts[1])],
    )


def _examples(words: Iterable[str], rows: pd.Series) -> pd.Series:
    """Return the same few words for every row."""
    return pd.Series("、".join(list(words)[:EXAMPLES]), index=rows.index, dtype="str")


def _codes(
    texts: pd.Series, mapping: ColumnMapping, words: Mapping[str, str], name: str, found: Findings
) -> pd.Series:
    codes = codes_of(texts, words)
    found.append(
        findings_where(
            "value_unknown",
            texts.notna() & codes.isna(),
            column=mapping.fields.get(name),
            name=name,
            values=texts,
            details=_examples(words, texts),
        )
    )
    return codes


def _read_services(
    texts: Mapping[str, pd.Series],
    fields: dict[str, pd.Series],
    mapping: ColumnMapping,
    words: ListWords,
    found: Findings,
) -> None:
    said = texts[schema.SERVICES]
    offered, strange = services_of(said, words.codes.get(schema.SERVICES, {}))
    found.append(
        findings_where(
            "service_unknown",
            strange.notna(),
            column=mapping.fields.get(schema.SERVICES),
            name=schema.SERVICES,
            values=said,
            details=strange,
        )
    )
    fields[schema.SERVICES] = offered
    # The words themselves stay, for whoever reads the site's page.
    public, _ = hide_personal_data(said)
    written = fields[schema.SERVICES_TEXT]
    fields[schema.SERVICES_TEXT] = written.where(written.notna(), public)


def _read_hours(
    texts: Mapping[str, pd.Series], fields: dict[str, pd.Series], mapping: ColumnMapping, found: Findings
) -> None:
    said = texts[schema.HOURS]
    hours, faults = hours_of(said)
    name, header = schema.HOURS, mapping.fields.get(schema.HOURS)
    unread = said.notna() & hours.isna() & faults.isna()
    found += [
        findings_where(
            "hours_inconsistent",
            faults.notna(),
            column=header,
            name=name,
            values=said,
            details=faults,
            details_en=faults.map(HOURS_FAULTS_EN),
        ),
        findings_where("hours_unread", unread, column=header, name=name, values=said),
    ]
    fields[schema.HOURS] = hours
    public, _ = hide_personal_data(said)
    written = fields[schema.HOURS_TEXT]
    fields[schema.HOURS_TEXT] = written.where(written.notna(), public)


def _dates(
    texts: pd.Series, mapping: ColumnMapping, name: str, checked_on: dt.date, found: Findings
) -> pd.Series:
    dates = dates_of(texts)
    # Text of one form sorts as its dates do; a year or month is compared with as much of the day.
    today = checked_on.isoformat()
    later = [isinstance(date, str) and date > today[: len(date)] for date in dates.to_numpy(dtype=object)]
    wrong = {
        "date_unreadable": texts.notna() & dates.isna(),
        "date_future": pd.Series(later, index=dates.index, dtype="bool"),
    }
    found += [
        findings_where(kind, where, column=mapping.fields.get(name), name=name, values=texts)
        for kind, where in wrong.items()
    ]
    return dates


def _numbers(texts: pd.Series, mapping: ColumnMapping, name: str, found: Findings) -> pd.Series:
    numbers = numbers_of(texts)
    strange = texts.notna() & numbers.isna()
    header = mapping.fields.get(name)
    found.append(findings_where("number_unreadable", strange, column=header, name=name, values=texts))
    return numbers


def _personal_columns(table: SourceTable, mapping: ColumnMapping) -> list[pd.DataFrame]:
    """Say once for each column of personal data that it stays private."""
    return [
        findings_of(
            "personal_column",
            rows=[None],
            column=header,
            name=name,
            values=[header],
            details=[int(table.rows[header].notna().sum())],
        )
        for name in PERSONAL_FIELDS
        for header in mapping.headers(name)
        if table.rows[header].notna().any()
    ]
