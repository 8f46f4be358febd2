"""Column names, allowed values, and the questions every stage may ask of a frame."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import InvalidValueError, Message, MissingColumnError

# Frames' indexes.
ADCODE = "adcode"
FACILITY_ID = "facility_id"
DEMAND_ID = "demand_id"
TYPE_CODE = "type_code"

GEOMETRY = "geometry"
WGS84 = "EPSG:4326"

LON, LAT = "lon", "lat"

# Regions.
NAME = "name"
NAME_EN = "name_en"
LEVEL = "level"
PARENT = "parent"
AREA_KM2 = "area_km2"
PROVINCE_LEVEL, PREFECTURE_LEVEL, COUNTY_LEVEL = "province", "prefecture", "county"
LEVELS = (PROVINCE_LEVEL, PREFECTURE_LEVEL, COUNTY_LEVEL)
RESIDENTS = "residents"
URBAN_RESIDENTS = "urban_residents"
RURAL_RESIDENTS = "rural_residents"
RESIDENTS_15PLUS = "residents_15plus"
RESIDENTS_15_59 = "residents_15_59"
HOUSEHOLDS = "households"
NONFARM_EMPLOYED = "nonfarm_employed"
SEAT_LON, SEAT_LAT, SEAT_CONFIDENCE = "seat_lon", "seat_lat", "seat_confidence"
SEAT_TOWN = "seat_town"
CENSUS_COLUMNS = (
    RESIDENTS,
    URBAN_RESIDENTS,
    RURAL_RESIDENTS,
    RESIDENTS_15PLUS,
    RESIDENTS_15_59,
    HOUSEHOLDS,
    NONFARM_EMPLOYED,
)
REGION_COLUMNS = (NAME, NAME_EN, LEVEL, PARENT, AREA_KM2, *CENSUS_COLUMNS)

# Facilities.
FACILITY_TYPE = "facility_type"
ALIASES = "aliases"
COUNTY = "county"
COUNTY_BY = "county_by"
PREFECTURE = "prefecture"
ADDRESS = "address"
STATUS = "status"
ORIGIN = "origin"
PLACE_PRECISION = "place_precision"
PLACE_ERROR_M = "place_error_m"
HOURS = "hours"
HOURS_TEXT = "hours_text"
ATTENDANCE = "attendance"
SERVICES = "services"
SERVICES_TEXT = "services_text"
CAPACITY = "capacity"
SIZE_CLASS = "size_class"
BUILD_MODE = "build_mode"
PARTNER = "partner"
AS_OF = "as_of"
SOURCE = "source"
SOURCE_DATUM = "source_datum"
VERIFIED_AT = "verified_at"
DATASET = "dataset"
FACILITY_COLUMNS = (
    FACILITY_TYPE,
    NAME,
    ALIASES,
    COUNTY,
    COUNTY_BY,
    PREFECTURE,
    ADDRESS,
    STATUS,
    ORIGIN,
    PLACE_PRECISION,
    PLACE_ERROR_M,
    HOURS,
    HOURS_TEXT,
    ATTENDANCE,
    SERVICES,
    SERVICES_TEXT,
    CAPACITY,
    SIZE_CLASS,
    BUILD_MODE,
    PARTNER,
    AS_OF,
    SOURCE,
    SOURCE_DATUM,
    VERIFIED_AT,
    DATASET,
)
BY_POINT, BY_DECLARED, BY_OUTSIDE = "point", "declared", "outside"
STATUSES = ("operating", "under_construction", "planned", "institution_only", "closed")
OPERATING, CLOSED = STATUSES[0], STATUSES[-1]
SOURCED, IMPORTED, SIMULATED = "sourced", "imported", "simulated"
ORIGINS = (SOURCED, IMPORTED, SIMULATED)
PLACE_PRECISIONS = ("point", "road", "town", "county", "unknown")
ATTENDANCES = ("staffed", "unattended")
BUILD_MODES = ("own", "shared")
SIZE_CLASSES = ("small", "medium", "large")
SERVICE_CODES = (
    "water",
    "hot_meal",
    "charging",
    "rest",
    "first_aid",
    "reading",
    "toilet",
    "shower",
    "laundry",
    "wifi",
    "cooling_heating",
    "parking",
    "repair",
    "ev_charging",
    "counselling",
    "legal_advice",
    "mother_baby",
    "training",
    "sports",
    "culture",
)
LIST_SEPARATOR = ";"
SIMULATED_SUFFIX = "〔模拟〕"

# Facility types.
NAME_ZH = "name_zh"
CORE = "core"
PUBLISHED_TOTAL = "published_total"
PUBLISHED_AT_LEAST = "published_at_least"
COLOUR = "colour"
SYMBOL = "symbol"
SYMBOLS = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "triangle_down",
    "pentagon",
    "hexagon",
    "star",
    "plus",
    "cross",
)
TYPE_COLUMNS = (NAME_ZH, NAME_EN, CORE, PUBLISHED_TOTAL, PUBLISHED_AT_LEAST, COLOUR, SYMBOL)

# Demand.
PEOPLE = "people"
URBAN_PEOPLE = "urban_people"
WORKERS = "workers"
# Night light, nW/cm²/sr.
LIGHT = "light"
DEMAND_COLUMNS = (PEOPLE, URBAN_PEOPLE, WORKERS, COUNTY)

# Townships.
CODE = "code"
KIND = "kind"
POSITION_SOURCE, POSITION_ACCURACY = "position_source", "position_accuracy"
TOWNSHIP_COLUMNS = (NAME, KIND, COUNTY, POSITION_SOURCE, POSITION_ACCURACY)

# Published totals.
REGION = "region"
COUNT = "count"
DEFINITION = "definition"
# What a total counts: the type as published, a part of it, or another definition under a like name.
DEFINITION_PART = "definition_part"
WHOLE_TYPE = "whole"
DEFINITION_PARTS = (WHOLE_TYPE, "part", "other")
SERIES = "series"
REGION_NAME = "region_name"
REGION_LEVEL = "region_level"
AS_OF_SORT = "as_of_sort"
COUNT_COLUMNS = (FACILITY_TYPE, REGION, COUNT, AS_OF, SOURCE, DEFINITION)

# Standards.
MEASURE = "measure"
THRESHOLD = "threshold"
UNIT = "unit"
STANDING = "standing"
STANDINGS = ("official", "option", "own", "reported_unverified")
SOURCE_EN = "source_en"
APPLIES_TO = "applies_to"
STANDARD_COLUMNS = (FACILITY_TYPE, MEASURE, THRESHOLD, UNIT, STANDING, SOURCE, SOURCE_EN, APPLIES_TO)

# Actions of a siting plan.
ACTION = "action"
COST_YUAN, FREES_YUAN = "cost_yuan", "frees_yuan"
ACTION_COLUMNS = (ACTION, NAME_ZH, NAME_EN, COST_YUAN, FREES_YUAN, HOURS, SERVICES, SOURCE, SOURCE_EN)


def require_columns(frame: pd.DataFrame, columns: Iterable[str], *, what: str | Message) -> None:
    """Raise unless `frame` has every one of `columns`.

    Parameters
    ----------
    frame
        Any frame.
    columns
        The names that must be there.
    what
        What the frame is called in the message, for example a file name.

    Raises
    ------
    MissingColumnError
        Names every missing column at once, and those that are there.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MissingColumnError("columns_missing", what=what, missing=missing, present=[*frame.columns])


def require_values(values: pd.Series, allowed: Iterable[str], *, what: str) -> None:
    """Raise unless every value that is not missing is one of `allowed`.

    Parameters
    ----------
    values
        Text with missing values allowed.
    allowed
        The allowed values.
    what
        What the column is called in the message.

    Raises
    ------
    InvalidValueError
        Names every value that is not allowed at once.
    """
    known = tuple(allowed)
    strange = sorted(set(values.dropna().astype(str)) - set(known))
    if strange:
        raise InvalidValueError("values_not_allowed", what=what, values=strange, known=[*known])


def located(frame: gpd.GeoDataFrame) -> pd.Series:
    """Return for every row whether its place is known.

    Returns
    -------
    Series
        Boolean, indexed like `frame`; False for missing and for empty geometry, and for a point
        whose coordinates are not numbers.
    """
    geometry = frame.geometry.to_numpy()
    known = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    # Asking an empty point for its coordinates raises since GEOS 3.14.
    places = np.array(geometry, dtype=object)
    places[~known] = None
    areas = known & (shapely.get_type_id(geometry) != shapely.GeometryType.POINT)
    # The centroid of a point is itself, and takes ten times as long.
    places[areas] = shapely.centroid(places[areas])
    known &= np.isfinite(shapely.get_x(places))
    return pd.Series(known, index=frame.index, name="located")


def points(lon: pd.Series, lat: pd.Series) -> gpd.GeoSeries:
    """Make WGS-84 points; a row that lacks either coordinate gets missing geometry.

    Parameters
    ----------
    lon, lat
        Degrees, WGS-84, sharing one index; missing or not-a-number where unknown.

    Returns
    -------
    GeoSeries
        Indexed like `lon`, CRS WGS-84.
    """
    x = pd.to_numeric(lon).to_numpy(dtype="float64", na_value=np.nan)
    y = pd.to_numeric(lat).to_numpy(dtype="float64", na_value=np.nan)
    known = np.isfinite(x) & np.isfinite(y)
    places = np.full(len(x), None, dtype=object)
    places[known] = shapely.points(x[known], y[known])
    return gpd.GeoSeries(places, index=lon.index, crs=WGS84, name=GEOMETRY)
