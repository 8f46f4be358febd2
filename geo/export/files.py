"""Write what is filtered, as a file: exactly these rows, in this order, with their sources.

Every format carries the same fields under the same names (`geo.fields.FIELDS` says what they mean); where
the words of a code are known, a column of words stands beside the column of codes. Each file says where it
comes: GeoJSON in the foreign member `provenance`, a workbook on its sheet 来源, a GeoPackage in its table
`provenance`, and CSV, which has no place for it, in the last two columns of every row: `attribution`, the
credit due to the data set the row comes from, and `exported_as`, what was asked, the share of simulated
rows and the date.
"""

import csv
import errno
import os
import shutil
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geo import schema
from geo.export.columns import (
    export_columns,
    in_words,
    is_text,
    looks_like_formula,
    plain_values,
    require_exportable,
    rounded_shapes,
    table_columns,
    writable,
)
from geo.export.geojson import to_geojson
from geo.export.provenance import (
    NOTHING_ASKED,
    PROGRAM,
    Provenance,
    Source,
    as_rows,
    filters_in_words,
    names_of_codes,
    provenance_of,
    simulated_share,
)
from geo.export.whole_file import not_written
from geo.export.workbook import to_xlsx
from geo.fields import ATTRIBUTION, EXPORTED_AS

__all__ = [
    "Provenance",
    "Source",
    "file_name",
    "filters_in_words",
    "names_of_codes",
    "provenance_of",
    "simulated_share",
    "to_csv",
    "to_geojson",
    "to_geopackage",
    "to_xlsx",
]

SAFE_START = "'"

FACILITIES_LAYER, OTHER_LAYER, PROVENANCE_LAYER = "facilities", "places", "provenance"
ITEM, TEXT = "item", "text"

# Windows refuses these in file names; 255 bytes are the limit elsewhere, less what a browser may add.
UNSAFE_IN_NAMES = set('\\/:*?"<>|')
NAME_BYTES = 180
CUT = "等"
# With less than this many bytes free, a disk is full for a GeoPackage.
LEAST_ROOM = 2**20


def to_csv(facilities: gpd.GeoDataFrame, *, about: Provenance) -> bytes:
    """Write facilities as CSV (RFC 4180) that spreadsheets open as it is meant.

    A text that a spreadsheet would take for a formula (it starts, blanks aside, with `=`, `+`, `-`, `@`, a
    tab or a line break) gets a leading apostrophe, and so does a text that starts with an apostrophe:
    taking one leading apostrophe away gives the text back. Numbers stay numbers, negative ones too. What
    tables cannot hold, control characters and lone surrogates, becomes U+FFFD.

    Parameters
    ----------
    facilities
        Facilities, or other rows, in WGS-84 with a unique index.
    about
        What the file says of itself; made for these very rows.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark, lines ended by CR LF, the header first; blank where missing.

    Raises
    ------
    InvalidValueError
        The frame is not in WGS-84, an id occurs twice, or `about` was made for other rows.
    """
    require_exportable(facilities, about)
    table = table_columns(facilities, about)
    table[ATTRIBUTION] = _attribution_of_rows(facilities, about)
    table[EXPORTED_AS] = about.summary
    columns = [
        [None if value is None else formula_safe(value) for value in plain_values(table[name])]
        if is_text(table[name])
        else plain_values(table[name])
        for name in table.columns
    ]
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([formula_safe(name) for name in table.columns])
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8-sig")


def formula_safe(value: object) -> str:
    """Return a text that no spreadsheet takes for a formula; see `to_csv`."""
    text = writable(str(value))
    return SAFE_START + text if looks_like_formula(text) or text.startswith(SAFE_START) else text


def to_geopackage(facilities: gpd.GeoDataFrame, *, about: Provenance) -> bytes:
    """Write facilities as a GeoPackage with the layer `facilities` and the plain table `provenance`.

    The layer of other rows, as regions, is `places`.

    Rows whose place is not known keep their fields and have no geometry. What tables cannot hold, control
    characters and lone surrogates, becomes U+FFFD.

    Parameters
    ----------
    facilities
        Facilities, or other rows, in WGS-84 with a unique index.
    about
        What the file says of itself; made for these very rows. Its date is the layers'.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    InvalidValueError
        The frame is not in WGS-84, an id occurs twice, or `about` was made for other rows.
    """
    require_exportable(facilities, about)
    shapes = rounded_shapes(facilities)
    fields = export_columns(facilities.drop(columns=facilities.geometry.name), about)
    for name in fields.columns[[is_text(fields[name]) for name in fields.columns]]:
        texts = [None if value is None else writable(str(value)) for value in plain_values(fields[name])]
        fields[name] = pd.Series(texts, dtype="str")
    polygons = np.isin(
        shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    layer = gpd.GeoDataFrame(fields, geometry=shapes, crs=schema.WGS84)
    provenance_rows = pd.DataFrame(as_rows(about), columns=[ITEM, TEXT]).map(writable)
    with _temporary_file() as path:
        pyogrio.write_dataframe(
            layer,
            path,
            layer=FACILITIES_LAYER if schema.FACILITY_TYPE in fields else OTHER_LAYER,
            geometry_type="MultiPolygon" if polygons.any() else "Point",
            promote_to_multi=bool(polygons.any()),
        )
        pyogrio.write_dataframe(provenance_rows, path, layer=PROVENANCE_LAYER, append=True)
        _date_layers(path, about)
        return path.read_bytes()


@contextmanager
def _temporary_file() -> Iterator[Path]:
    """Return a place for a GeoPackage that is being written; say where the disk has no room for it."""
    with not_written("The GeoPackage"), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            yield Path(folder) / "export.gpkg"
        except (DataSourceError, DataLayerError, FeatureError, sqlite3.Error):
            # GDAL says that it failed, and not always why.
            reason = errno.EIO if shutil.disk_usage(folder).free > LEAST_ROOM else errno.ENOSPC
            raise OSError(reason, os.strerror(reason)) from None


def file_name(about: Provenance, suffix: str) -> str:
    """Return a file name that says what is in the file and is allowed everywhere.

    Parameters
    ----------
    about
        Its filters, or its title where nothing was asked, and its date make the name.
    suffix
        As `geojson` or `.geojson`.

    Returns
    -------
    str
        As `桂工图_工会驿站_青秀区_2026-11-23.geojson`; at most 180 bytes of UTF-8 before the suffix.
    """
    asked = [_safe_part(value) for value in about.filters.values()]
    asked = [part for part in asked if part] or [_safe_part(about.title) or NOTHING_ASKED]
    date = about.generated_on.isoformat()
    room = NAME_BYTES - len(f"{PROGRAM}__{date}".encode())
    middle = "_".join(asked)
    if len(middle.encode()) > room:
        middle = middle.encode()[: room - len(CUT.encode())].decode(errors="ignore").rstrip("、_ ") + CUT
    return f"{PROGRAM}_{middle}_{date}.{suffix.removeprefix('.')}"


def _safe_part(text: str) -> str:
    """Leave out what a file name must not hold: separators, and characters that cannot be seen."""
    kept = "".join(
        " " if letter in UNSAFE_IN_NAMES or unicodedata.category(letter)[0] in "CZ" else letter
        for letter in unicodedata.normalize("NFC", text)
    )
    return "-".join(kept.split()).strip(".-")


def _attribution_of_rows(facilities: pd.DataFrame, about: Provenance) -> pd.Series:
    """Credit each row to its own data set; to all sources where it names none."""
    everyone = "；".join(about.attribution)
    credit = {
        source.name: "；".join(filter(None, (source.attribution, source.licence))) for source in about.sources
    }
    if schema.DATASET not in facilities.columns:
        return pd.Series([everyone] * len(facilities), dtype=object)
    return in_words(facilities[schema.DATASET], credit, otherwise=everyone)


def _date_layers(path: Path, about: Provenance) -> None:
    """Put the caller's date where GDAL puts the clock's."""
    date = f"{about.generated_on.isoformat()}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (date,))
