"""The words lists are written in: what headers and values stand for, and how texts are compared."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from geo import schema
from geo.caching.remembered import remember
from geo.catalog import DATA_FOLDER, data_path
from geo.fields import CODE_NAMES, FIELDS, named

SYNONYMS_NAME = "import_synonyms"
COLUMN_KIND, ELSEWHERE_KIND = "column", "elsewhere"
SYNONYMS = "synonyms"

# Fields the importer knows beyond the columns of `geo.schema`.
LONLAT, DATUM, PROVINCE, TOWNSHIP = "lonlat", "datum", "province", "township"
CONTACT, PHONE, ID_NUMBER, REMARK, SERIAL = "contact", "phone", "id_number", "remark", "serial"
FOLDER_PATH, SHAPE, FINDING, NO_FIELD = "folder", "geometry_kind", "finding", "no_field"
# Never public, whatever the user maps them to: the list's own keepers.
PERSONAL_FIELDS = (CONTACT, PHONE, ID_NUMBER)

# What is neither letter, digit nor underscore.
_NO_LETTER = re.compile(r"\W+")
_BRACKETS = re.compile(r"[(\[{<【〔《「][^)\]}>】〕》」]*[)\]}>】〕》」]")
# What names a datum, in a header or a note.
DATUM_WORDS = re.compile(
    r"(百度|baidu|bd-?09|高德|amap|腾讯|火星|奥维|gcj-?02|wgs-?84|gps|天地图|cgcs2000|2000)", re.IGNORECASE
)
Words = Mapping[str, str]


@dataclass(frozen=True)
class ListWords:
    """Hold the synonyms: headers to fields, values to codes by column, and namesakes outside Guangxi."""

    columns: Words
    codes: Mapping[str, Words]
    elsewhere: Words


def plain(text: str) -> str:
    """Write a text as words are compared: NFKC, folded case, letters and digits alone."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


def header_forms(header: str) -> tuple[str, ...]:
    """Return the ways to read a header, best first: without units, whole, its lines and parts from the last.

    Headers of two lines or rows (名称 over name, 位置 over 经度) mean what their last part says; units and
    hints in brackets are no part of the name.
    """
    text = unicodedata.normalize("NFKC", header)
    bare = _BRACKETS.sub("", text)
    parts = [part for part in re.split(r"[\n\r/|]+", bare) if part.strip()]
    forms = (plain(bare), plain(text), *(plain(part) for part in reversed(parts)))
    return tuple(dict.fromkeys(form for form in forms if form))


def read_words(folder: Path = DATA_FOLDER) -> ListWords:
    """Read the words of a data folder, and add the names the program's own files carry.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Raises
    ------
    CatalogError
        The table is missing, changed, or has no entry.
    """
    return _read(folder)


@remember(
    holds="Words lists use for codes, by data folder.",
    most_bytes=500_000,
    most_entries=4,
)
def _read(folder: Path) -> ListWords:
    table = pd.read_csv(data_path(SYNONYMS_NAME, folder=folder), dtype="str")
    schema.require_columns(table, (schema.KIND, schema.CODE, SYNONYMS), what=SYNONYMS_NAME)
    said: dict[str, dict[str, str]] = {}
    for kind, code, words in table[[schema.KIND, schema.CODE, SYNONYMS]].itertuples(index=False):
        for word in words.split():
            said.setdefault(kind, {}).setdefault(plain(word) if kind != ELSEWHERE_KIND else code, code)
            if kind == ELSEWHERE_KIND:
                said[kind][code] = words
    for column, names in CODE_NAMES.items():
        for code, word in names.items():
            said.setdefault(column, {}).setdefault(plain(word), code)
            said[column].setdefault(plain(code), code)
    columns = said.pop(COLUMN_KIND)
    for name, field in FIELDS.items():
        base = next((column for column in CODE_NAMES if named(column) == name), name)
        columns.setdefault(plain(field.zh), base)
    elsewhere = said.pop(ELSEWHERE_KIND, {})
    return ListWords(
        columns=MappingProxyType(columns),
        codes=MappingProxyType({kind: MappingProxyType(words) for kind, words in said.items()}),
        elsewhere=MappingProxyType(elsewhere),
    )
