"""Lay out the columns every export shares, and turn their values into plain ones."""

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api import types

from geo import schema
from geo.arrays import Shapes
from geo.errors import InvalidValueError, Message
from geo.export.provenance import Provenance
from geo.fields import FIELDS, named

Plain = str | int | float | bool | None

SURROGATE = re.compile("[\ud800-\udfff]")
# What XML cannot hold and many readers of tables stop at; tab and line breaks stay.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"

# A spreadsheet takes a text that starts with one of these for a formula, full-width ones included.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
BLANKS = " \u00a0\u3000\u200b\ufeff"

# RFC 7946, 11.2: six decimals are a tenth of a metre.
DECIMALS = 6


def export_columns(frame: pd.DataFrame, about: Provenance) -> pd.DataFrame:
    """Put the index first, and beside each column of codes one of words, where `about` knows the words.

    Parameters
    ----------
    frame
        Rows without their shapes; the index is the id.
    about
        Its `names` are the words.

    Returns
    -------
    DataFrame
        In the order of the frame, with a plain index.
    """
    label = frame.index.name or (schema.FACILITY_ID if schema.FACILITY_TYPE in frame.columns else "id")
    laid_out: dict[str, pd.Series] = {str(label): pd.Series(frame.index.to_numpy(dtype=object), dtype=object)}
    for column in map(str, frame.columns):
        laid_out[column] = frame[column].reset_index(drop=True)
        if column in about.names and named(column) in FIELDS:
            laid_out[named(column)] = in_words(frame[column], about.names[column])
    return pd.DataFrame(laid_out)


def table_columns(frame: gpd.GeoDataFrame, about: Provenance) -> pd.DataFrame:
    """Lay out a frame as a table: as `export_columns`, then `lon` and `lat`.

    Parameters
    ----------
    frame
        Rows with the points, or shapes, they stand for.
    about
        Its `names` are the words.

    Returns
    -------
    DataFrame
        `lon` and `lat` are those of points, in WGS-84 degrees; where a row has none, what stands in its own
        columns `lon` and `lat`, else missing.
    """
    table = export_columns(frame.drop(columns=frame.geometry.name), about)
    shapes = rounded_shapes(frame)
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    places = shapes.copy()
    places[~points] = None
    own = table.reindex(columns=[schema.LON, schema.LAT]).astype("float64")
    lon, lat = (pd.Series(part(places), table.index) for part in (shapely.get_x, shapely.get_y))
    return table.drop(columns=[schema.LON, schema.LAT], errors="ignore").assign(
        **{schema.LON: lon.fillna(own[schema.LON]), schema.LAT: lat.fillna(own[schema.LAT])}
    )


def rounded_shapes(frame: gpd.GeoDataFrame) -> Shapes:
    """Return shapes as files hold them: flat, six decimals, right-hand rule, missing where not located."""
    shapes = np.array(frame.geometry.to_numpy(), dtype=object)
    shapes[~schema.located(frame).to_numpy()] = None
    flat = shapely.transform(shapely.force_2d(shapes), lambda degrees: degrees.round(DECIMALS) + 0.0)
    oriented: Shapes = shapely.orient_polygons(shapely.remove_repeated_points(flat), exterior_cw=False)
    return oriented


def require_exportable(frame: gpd.GeoDataFrame, about: Provenance) -> None:
    """Raise unless a frame can be written and `about` was made for it.

    Raises
    ------
    InvalidValueError
        The frame is not in WGS-84, an id occurs twice, or `about` counts other rows, so that the file
        would say something untrue of itself.
    """
    crs = frame.crs
    twice = frame.index[frame.index.duplicated()].unique()
    faults = []
    if crs is None or not crs.equals(schema.WGS84, ignore_axis_order=True):
        faults.append(Message("export_not_wgs84", crs=crs or Message("no_datum")))
    if len(twice):
        faults.append(Message("export_ids_twice", ids=[*twice]))
    if about.rows != len(frame):
        faults.append(Message("export_counts_differ", said=about.rows, rows=len(frame)))
    if faults:
        raise InvalidValueError("nothing_exported", faults=faults)


def in_words(codes: pd.Series, words: Mapping[str, str], *, otherwise: str | None = None) -> pd.Series:
    """Return the words of each code, as text with a plain index.

    Parameters
    ----------
    codes
        Codes; some may be missing.
    words
        What each code stands for.
    otherwise
        What stands for a code without words, and for a missing one.
    """
    return pd.Series([words.get(code, otherwise) for code in codes], dtype=object)


def is_text(column: pd.Series) -> bool:
    """Return whether a column holds text, and not numbers or truth values."""
    return not types.is_numeric_dtype(column.dtype)


def plain_values(column: pd.Series) -> list[Plain]:
    """Return the values as Python's own, in their order: missing and infinite ones as None.

    Whole numbers stay whole; dates and whatever is neither number nor text become text.
    """
    missing = column.isna().to_numpy(dtype=bool)
    values = column.astype(object).tolist()
    if types.is_bool_dtype(column.dtype):
        return [None if gone else bool(value) for value, gone in zip(values, missing, strict=True)]
    if types.is_integer_dtype(column.dtype):
        return [None if gone else int(value) for value, gone in zip(values, missing, strict=True)]
    if types.is_numeric_dtype(column.dtype):
        missing = missing | ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
        return [None if gone else float(value) for value, gone in zip(values, missing, strict=True)]
    return [None if gone else str(value) for value, gone in zip(values, missing, strict=True)]


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which no encoding can hold."""
    return SURROGATE.sub(REPLACEMENT, text)


def writable(text: str) -> str:
    """Replace what tables cannot hold: control characters but tab and line breaks, and lone surrogates."""
    return UNWRITABLE.sub(REPLACEMENT, text)


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text, blanks before it aside, for a formula."""
    return text.lstrip(BLANKS).startswith(FORMULA_STARTS)
