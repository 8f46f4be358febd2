"""Read the facilities and their types: known from sources, from OpenStreetMap, and simulated."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.catalog import DATA_FOLDER, data_path
from geo.errors import InvalidValueError, Message

TYPES_ENTRY = "facility_types"
SOURCED_ENTRY, OSM_ENTRY, SIMULATED_ENTRY = "facilities_sourced", "facilities_osm", "facilities_simulated"
# One order for all readers: sources first.
FACILITY_ENTRIES = (SOURCED_ENTRY, OSM_ENTRY, SIMULATED_ENTRY)
_NUMBERS = (schema.PLACE_ERROR_M, schema.CAPACITY, schema.LON, schema.LAT)
_ALLOWED = {
    schema.STATUS: schema.STATUSES,
    schema.ORIGIN: schema.ORIGINS,
    schema.PLACE_PRECISION: schema.PLACE_PRECISIONS,
    schema.COUNTY_BY: (schema.BY_POINT, schema.BY_DECLARED),
    schema.ATTENDANCE: schema.ATTENDANCES,
    schema.BUILD_MODE: schema.BUILD_MODES,
    schema.SIZE_CLASS: schema.SIZE_CLASSES,
}
_NEVER_MISSING = (
    schema.FACILITY_TYPE,
    schema.NAME,
    schema.STATUS,
    schema.ORIGIN,
    schema.PLACE_PRECISION,
    schema.SOURCE,
)


def read_facility_types(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read the types of facility in the order screens list them.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    DataFrame
        Indexed by type code: `schema.TYPE_COLUMNS`. `published_total` is missing where none was published,
        and a lower bound where `published_at_least`.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError, InvalidValueError
        The table is not one of types.
    """
    types = pd.read_csv(
        data_path(TYPES_ENTRY, folder=folder),
        dtype={schema.TYPE_CODE: "str", schema.PUBLISHED_TOTAL: "Int64"},
    )
    schema.require_columns(types, (schema.TYPE_CODE, *schema.TYPE_COLUMNS), what=TYPES_ENTRY)
    schema.require_values(types[schema.SYMBOL], schema.SYMBOLS, what=f"{TYPES_ENTRY}.{schema.SYMBOL}")
    return types.set_index(schema.TYPE_CODE)


def read_facilities(folder: Path = DATA_FOLDER) -> gpd.GeoDataFrame:
    """Read every facility: sourced, from OpenStreetMap, and simulated, in this order.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    GeoDataFrame
        Indexed by facility id: `schema.FACILITY_COLUMNS` and a WGS-84 point, missing where the place is not
        known. `aliases` and `services` are text joined by `schema.LIST_SEPARATOR`; `dataset` is the name of
        the catalogue entry a row comes from.

    Raises
    ------
    CatalogError
        A file is missing, changed, or has no entry.
    MissingColumnError, InvalidValueError
        A file is not one of facilities, or an id occurs twice.
    """
    known = read_facility_types(folder).index
    listed = pd.concat([_read_records(name, folder) for name in FACILITY_ENTRIES], ignore_index=True)
    require_facilities(listed, types=known, what="facilities")
    listed = listed.set_index(schema.FACILITY_ID)
    places = schema.points(listed[schema.LON], listed[schema.LAT])
    return gpd.GeoDataFrame(listed[list(schema.FACILITY_COLUMNS)], geometry=places)


def allowed_values() -> dict[str, tuple[str, ...]]:
    """Return the values that columns of facilities may hold, by column."""
    return dict(_ALLOWED)


def require_facilities(facilities: pd.DataFrame, *, types: Iterable[str], what: str) -> None:
    """Raise unless rows read from a file are facilities.

    Parameters
    ----------
    facilities
        `facility_id`, `schema.FACILITY_COLUMNS`, `lon` and `lat` as columns.
    types
        The codes a facility may have.
    what
        What the rows are called in the message.

    Raises
    ------
    MissingColumnError
        A column is missing.
    InvalidValueError
        A value is not allowed, a required one is missing, an id occurs twice, a place is half known, or a
        name does not say whether it is simulated.
    """
    needed = (schema.FACILITY_ID, *schema.FACILITY_COLUMNS, schema.LON, schema.LAT)
    schema.require_columns(facilities, needed, what=what)
    for column, allowed in {schema.FACILITY_TYPE: tuple(types), **_ALLOWED}.items():
        schema.require_values(facilities[column], allowed, what=f"{what}.{column}")
    _require_services(facilities[schema.SERVICES], what=what)
    marked = facilities[schema.NAME].str.endswith(schema.SIMULATED_SUFFIX)
    half = facilities[schema.LON].isna() != facilities[schema.LAT].isna()
    faults = {
        Message("rows_id_missing"): facilities[schema.FACILITY_ID].isna()
        | facilities[schema.FACILITY_ID].duplicated(),
        Message("rows_value_missing", columns=[*_NEVER_MISSING]): facilities[list(_NEVER_MISSING)]
        .isna()
        .any(axis=1),
        Message("rows_half_a_place"): half,
        Message("rows_simulated_unmarked", suffix=schema.SIMULATED_SUFFIX): marked
        != (facilities[schema.ORIGIN] == schema.SIMULATED),
    }
    found = [
        Message("rows_with_fault", fault=fault, rows=[*facilities.loc[rows, schema.FACILITY_ID].head(5)])
        for fault, rows in faults.items()
        if rows.to_numpy(dtype=bool, na_value=True).any()
    ]
    if found:
        raise InvalidValueError("facilities_unusable", what=what, faults=found)


def _require_services(services: pd.Series, *, what: str) -> None:
    # The lists repeat: a few hundred distinct ones stand for thousands of rows.
    distinct = pd.Series(services.dropna().unique(), dtype="str")
    codes = distinct.str.split(schema.LIST_SEPARATOR).explode()
    schema.require_values(codes, schema.SERVICE_CODES, what=f"{what}.{schema.SERVICES}")


def _read_records(name: str, folder: Path) -> pd.DataFrame:
    path = data_path(name, folder=folder)
    if path.suffix == ".parquet":
        records = pd.read_parquet(path)
    else:
        header = pd.read_csv(path, nrows=0).columns
        kinds = {column: np.float64 if column in _NUMBERS else "str" for column in header}
        records = pd.read_csv(path, dtype=kinds)
    return records.assign(**{schema.DATASET: name})
