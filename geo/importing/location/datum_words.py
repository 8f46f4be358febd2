"""What a list itself says of the datum of its coordinates: in its headers, its title and its notes."""

import re

from geo import schema
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.source_table import TEXT, SourceTable
from geo.importing.synonyms import DATUM, DATUM_WORDS, LONLAT, ListWords, plain

_OF_COORDINATES = re.compile(r"坐标|经纬度|经度|coordinate|datum", re.IGNORECASE)


def datum_of_headers(mapping: ColumnMapping, words: ListWords) -> str | None:
    """Return the datum that the headers of the coordinates name (百度经度, lng_gcj02), or None."""
    headers = (header for name in (schema.LON, schema.LAT, LONLAT) for header in mapping.headers(name))
    return _only([datum for header in headers for datum in _named(header, words)[:1]])


def datum_of_notes(table: SourceTable, words: ListWords) -> str | None:
    """Return the one datum titles and notes name where they speak of coordinates (注：坐标为高德坐标)."""
    texts = [text for text in table.left_out[TEXT] if _OF_COORDINATES.search(text)]
    return _only([datum for text in texts for datum in _named(text, words)])


def _named(text: str, words: ListWords) -> list[str]:
    known = words.codes.get(DATUM, {})
    found = (known.get(plain(said).replace("_", "")) for said in DATUM_WORDS.findall(text))
    return [datum for datum in found if datum is not None]


def _only(datums: list[str]) -> str | None:
    return datums[0] if len(set(datums)) == 1 else None
