"""Match the user's headers to fields: by what was confirmed before, known words, likeness, content."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd
from rapidfuzz import fuzz, process

from geo import schema
from geo.errors import InvalidValueError
from geo.importing.columns.coordinate_texts import (
    AS_WRITTEN,
    EAST,
    HOW,
    NORTH,
    SOUTH,
    SWAPPED,
    WEST,
    read_joined,
    read_pairs,
)
from geo.importing.source_table import POINT_LAT, POINT_LON, SourceTable
from geo.importing.synonyms import (
    CONTACT,
    DATUM,
    DATUM_WORDS,
    FINDING,
    FOLDER_PATH,
    ID_NUMBER,
    LONLAT,
    NO_FIELD,
    PHONE,
    PROVINCE,
    REMARK,
    SERIAL,
    SHAPE,
    TOWNSHIP,
    ListWords,
    header_forms,
    plain,
)

REMEMBERED, EXACT, ALIKE, CONTENT, UNMATCHED = "remembered", "exact", "alike", "content", "none"
SOURCE_HEADER, FIELD, SCORE, WAY = "header", "field", "score", "by"
FIELDS = (
    schema.FACILITY_ID,
    *schema.FACILITY_COLUMNS,
    schema.LON,
    schema.LAT,
    LONLAT,
    DATUM,
    PROVINCE,
    TOWNSHIP,
    CONTACT,
    PHONE,
    ID_NUMBER,
    REMARK,
    SERIAL,
    FOLDER_PATH,
    SHAPE,
    FINDING,
)
# Several columns may feed these; of every other field there is one.
MANY = (CONTACT, PHONE, ID_NUMBER, REMARK, SERIAL, FINDING, FOLDER_PATH)
LIKE_ENOUGH = 82.0
EXACT_SCORE = 100.0
SAMPLE = 200
MOSTLY = 0.8
FORMAT_VERSION = 1
# The columns this program adds to a list it hands back.
OWN_START = "桂工图"
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


@dataclass(frozen=True)
class ColumnMatch:
    """Hold what one header is taken for: the field or None, how sure (0-100), and by what."""

    header: str
    field: str | None
    score: float
    by: str


@dataclass(frozen=True)
class ColumnMapping:
    """Hold what every header of a table is taken for; equal headers have equal fingerprints."""

    fingerprint: str
    columns: tuple[ColumnMatch, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Return the header of each field that has one; for fields of several, the first."""
        found: dict[str, str] = {}
        for column in self.columns:
            if column.field is not None:
                found.setdefault(column.field, column.header)
        return found

    def headers(self, field: str) -> tuple[str, ...]:
        """Return all headers taken for a field."""
        return tuple(column.header for column in self.columns if column.field == field)

    def changed(self, fields: Mapping[str, str | None]) -> "ColumnMapping":
        """Return the mapping as the user corrected it: fields, or None, by header.

        Raises
        ------
        InvalidValueError
            A header or field does not exist, or two headers are given one field.
        """
        known = {column.header for column in self.columns}
        strange = [name for name in fields if name not in known]
        strange += [name for name in fields.values() if name is not None and name not in FIELDS]
        if strange:
            raise InvalidValueError("mapping_unknown", names=strange, headers=sorted(known), fields=[*FIELDS])
        taken = {name for name in fields.values() if name is not None and name not in MANY}
        columns = tuple(_corrected(column, fields, taken) for column in self.columns)
        used = [column.field for column in columns if column.field and column.field not in MANY]
        twice = sorted({name for name in used if used.count(name) > 1})
        if twice:
            raise InvalidValueError("mapping_twice", fields=twice)
        return replace(self, columns=columns)

    def to_json(self) -> str:
        """Write the mapping as text that `from_json` reads; headers keep their order."""
        columns = [{SOURCE_HEADER: c.header, FIELD: c.field, SCORE: c.score, WAY: c.by} for c in self.columns]
        held = {"version": FORMAT_VERSION, "fingerprint": self.fingerprint, "columns": columns}
        return json.dumps(held, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ColumnMapping":
        """Read what `to_json` wrote.

        Raises
        ------
        InvalidValueError
            The text is no mapping.
        """
        try:
            held = json.loads(text)
            columns = tuple(
                ColumnMatch(str(c[SOURCE_HEADER]), c[FIELD], float(c[SCORE]), str(c[WAY]))
                for c in held["columns"]
            )
            known = all(column.field is None or column.field in FIELDS for column in columns)
            if held["version"] != FORMAT_VERSION or not known:
                raise InvalidValueError("mapping_of_other_version")
            return cls(str(held["fingerprint"]), columns)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as fault:
            raise InvalidValueError("mapping_unreadable", reason=fault) from None


def header_fingerprint(header: Iterable[str]) -> str:
    """Return the same 16 hex digits for the same headers in any order and width, our own columns left out."""
    names = sorted(name for name in map(plain, header) if not name.startswith(OWN_START))
    return hashlib.sha256("\x1f".join(names).encode("utf-8", "replace")).hexdigest()[:16]


def match_columns(
    table: SourceTable, words: ListWords, *, remembered: Mapping[str, ColumnMapping] | None = None
) -> ColumnMapping:
    """Match the headers of a table to fields, for the user to confirm.

    A header confirmed before under the same fingerprint is taken as it was. Else the known words decide, then
    the likeness to them (rapidfuzz, at least 82 of 100), then the content: coordinates, mobile and identity
    numbers. Each field but remarks, contacts and numbers goes to one header, the surest, then the first.

    Parameters
    ----------
    table
        As read.
    words
        The known words.
    remembered
        Mappings confirmed before, by fingerprint.

    Returns
    -------
    ColumnMapping
        One match a header, in their order.
    """
    fingerprint = header_fingerprint(table.header)
    known = (remembered or {}).get(fingerprint)
    if known is not None:
        before = {plain(column.header): column for column in known.columns}
        columns = tuple(
            ColumnMatch(name, before[plain(name)].field, EXACT_SCORE, REMEMBERED)
            if plain(name) in before
            else _by_words(name, words)
            for name in table.header
        )
        return ColumnMapping(fingerprint, columns)
    guesses = [_by_words(name, words) for name in table.header]
    columns = _one_header_a_field(guesses)
    return ColumnMapping(fingerprint, _one_header_a_field(_by_content(columns, table.rows)))


def _corrected(column: ColumnMatch, fields: Mapping[str, str | None], taken: set[str]) -> ColumnMatch:
    if column.header in fields:
        return ColumnMatch(column.header, fields[column.header], EXACT_SCORE, REMEMBERED)
    # A field given to another header is taken away from this one.
    return ColumnMatch(column.header, None, 0.0, UNMATCHED) if column.field in taken else column


def _by_words(header: str, words: ListWords) -> ColumnMatch:
    if header in {POINT_LON, POINT_LAT}:
        return ColumnMatch(header, schema.LON if header == POINT_LON else schema.LAT, EXACT_SCORE, EXACT)
    forms = header_forms(header)
    bare = tuple(plain(DATUM_WORDS.sub("", form)).strip("_") for form in forms)
    for rank, form in enumerate((*forms, *bare)):
        if form in words.columns:
            field = words.columns[form]
            score = EXACT_SCORE - rank / 10
            return ColumnMatch(header, field if field in FIELDS else None, score, EXACT)
    likely = [
        process.extractOne(form, words.columns.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
        or _contained(form, words)
        for form in forms[:1]
    ]
    best = max((found for found in likely if found), key=lambda found: found[1], default=None)
    if best is None or words.columns[best[0]] not in FIELDS:
        return ColumnMatch(header, None, 0.0, UNMATCHED)
    return ColumnMatch(header, words.columns[best[0]], round(float(best[1]), 1), ALIKE)


def _contained(form: str, words: ListWords) -> tuple[str, float] | None:
    """Find the longest known word of two letters or more at the end of a header (驿站所在详细地址)."""
    ends = (form[start:] for start in range(1, len(form) - 1))
    found = next((end for end in ends if end in words.columns), None)
    return (found, LIKE_ENOUGH - 2.0) if found and found != NO_FIELD else None


def _one_header_a_field(columns: Iterable[ColumnMatch]) -> tuple[ColumnMatch, ...]:
    listed = list(columns)
    best: dict[str, int] = {}
    for place, column in enumerate(listed):
        if column.field is None or column.field in MANY:
            continue
        rival = best.get(column.field)
        if rival is None or column.score > listed[rival].score:
            best[column.field] = place
    return tuple(
        column
        if column.field is None or column.field in MANY or best[column.field] == place
        else ColumnMatch(column.header, None, 0.0, UNMATCHED)
        for place, column in enumerate(listed)
    )


def _by_content(columns: tuple[ColumnMatch, ...], rows: pd.DataFrame) -> tuple[ColumnMatch, ...]:
    """Look into the columns no word names: what holds coordinates or personal numbers is named by them."""
    taken = {column.field for column in columns}
    guessed = []
    for column in columns:
        said = rows[column.header].dropna().head(SAMPLE) if column.field is None else rows.iloc[:0, 0]
        field = _field_of_content(said, taken) if len(said) else None
        taken.add(field)
        guessed.append(column if field is None else ColumnMatch(column.header, field, LIKE_ENOUGH, CONTENT))
    return tuple(guessed)


def _field_of_content(said: pd.Series, taken: set[str | None]) -> str | None:
    texts = said.astype("str").str.strip()
    if texts.str.fullmatch(_MOBILE.pattern).mean() >= MOSTLY:
        return PHONE
    if texts.str.fullmatch(_ID_NUMBER.pattern).mean() >= MOSTLY:
        return ID_NUMBER
    if LONLAT not in taken and not {schema.LON, schema.LAT} & taken:
        pairs = read_pairs(*read_joined(texts))
        if (pairs[HOW].isin((AS_WRITTEN, SWAPPED)) & texts.str.contains(r"[,，;；\s]")).mean() >= MOSTLY:
            return LONLAT
    values = pd.to_numeric(texts, errors="coerce")
    fractions = texts.str.contains(r"\.\d{3,}").mean() >= MOSTLY
    bounds = {schema.LON: (WEST, EAST), schema.LAT: (SOUTH, NORTH)} if fractions else {}
    for name, (low, high) in bounds.items():
        if not {name, LONLAT} & taken and values.between(low, high).mean() >= MOSTLY:
            return name
    return None
