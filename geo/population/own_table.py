"""Read people of the user's own, a list or a raster from outside, into demand clipped to the counties.

A list is read by the readers of `geo.importing`, which never give a file to GDAL. A GeoTIFF is read from
memory by `geo.population.geotiff`.
"""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.coverage.people import WHO_COUNTS
from geo.errors import InvalidValueError, Message, UnreadablePeopleError, some
from geo.importing.columns.coordinate_texts import read_joined, read_pairs
from geo.importing.columns.field_values import codes_of
from geo.importing.location.row_places import to_wgs84_rows
from geo.importing.readers.any_file import read_list
from geo.importing.source_table import TEXT, SourceTable
from geo.importing.synonyms import DATUM, LONLAT, ListWords, header_forms, plain, read_words
from geo.population.geotiff import FINEST_DEGREES, read_people_geotiff
from geo.population.sources import Population, demand_from_table
from geo.population.units import header_unit, persons_of, unit_said_above

# What columns of people are called; compared as `geo.importing.synonyms.plain` writes words.
_CALLED = {
    schema.PEOPLE: "people population persons pop residents total_population resident_population "
    "permanent_population 人口 人数 常住人口 总人口 人口数 总人数 人口总数 常住人口数 居民",
    schema.URBAN_PEOPLE: "urban_people urban urban_population urban_residents 城镇人口 城镇居民 城镇常住人口 "
    "城镇人口数",
    schema.WORKERS: "workers worker employed nonfarm_employed 职工 职工数 职工人数 就业人口 非农就业 "
    "非农就业人口 务工人员 工人",
}
# Town and country added up in broken numbers.
_ROUNDING = 1e-9
# A year's growth and rows left out aside, a count in ten thousands is this share of the census.
_IN_TEN_THOUSANDS = (5e-5, 2e-4)
_DECIMALS = 6
TIFF_ENDINGS = (".tif", ".tiff")


def read_people(
    data: bytes,
    regions: gpd.GeoDataFrame,
    *,
    file_name: str,
    datum: str,
    progress: Callable[[float], None] | None = None,
) -> Population:
    """Read a table or a GeoTIFF of people into demand.

    Parameters
    ----------
    data
        The whole file: CSV, XLSX and what else `geo.importing` reads, or a GeoTIFF.
    regions
        As `geo.network.regions.read_regions` gives them; its counties are the area.
    file_name
        As the user has it; only its ending is looked at.
    datum
        What the coordinates of a table are in, one of `geo.geodesy.datums.DATUMS`; a GeoTIFF says its own,
        and so does a column of the table.
    progress
        Called with the share of a GeoTIFF that is read, 0-1.

    Returns
    -------
    Population
        As `geo.population.sources.demand_from_table` gives it.

    Raises
    ------
    UnreadablePeopleError, UnreadableListError
        The file is refused; the error says why and what to do, in two languages.
    """
    gridded = file_name.casefold().endswith(TIFF_ENDINGS)
    if gridded:
        table = read_people_geotiff(data, regions, file_name=file_name, progress=progress)
    else:
        table = read_people_table(data, file_name=file_name, datum=datum)
    try:
        found = demand_from_table(table, regions)
    except InvalidValueError as fault:
        if gridded:
            raise UnreadablePeopleError("people_file_refused", file_name=file_name, fault=fault) from None
        raise UnreadablePeopleError(
            "people_file_refused_in_datum", file_name=file_name, fault=fault, datum=datum
        ) from None
    if not gridded:
        _require_persons(table, found, regions, file_name)
    return found


def cell_degrees_of(demand: gpd.GeoDataFrame) -> float:
    """Return the side of the cells around points: the least step between their meridians.

    Parameters
    ----------
    demand
        Points in WGS-84, at least one.

    Returns
    -------
    float
        Degrees, no less than the shipped grid's, and that where all points stand on one meridian.
    """
    lon = np.unique(np.round(demand.geometry.x.to_numpy(), _DECIMALS))
    return max(FINEST_DEGREES, float(np.diff(lon).min(initial=1.0))) if len(lon) > 1 else FINEST_DEGREES


def read_people_table(data: bytes, *, file_name: str, datum: str) -> pd.DataFrame:
    """Read a list of points with people; every row that cannot be used is reported, with its number.

    Parameters
    ----------
    data, file_name, datum
        As `read_people` takes them.

    Returns
    -------
    DataFrame
        `lon` and `lat` (WGS-84 degrees), `people`, and `urban_people` and `workers` where the list has them;
        indexed by the number of the row in the file.

    Raises
    ------
    UnreadablePeopleError, UnreadableListError
        As `read_people`.
    """
    words = read_words()
    source = read_list(data, file_name=file_name, words=words)[0]
    columns = _columns(source, words, file_name)
    lon_texts, lat_texts = _coordinate_texts(source, columns, file_name)
    pairs = read_pairs(lon_texts, lat_texts)
    datums, strange = _datums(source, columns, words, datum)
    places = to_wgs84_rows(pairs, datums)
    if schema.PEOPLE not in columns:
        header = [*source.header]
        raise UnreadablePeopleError("people_column_missing", file_name=file_name, columns=header)
    above = unit_said_above(source.left_out[TEXT])
    texts = {who: source.rows[columns[who]] for who in WHO_COUNTS if who in columns}
    units = {who: header_unit(columns[who]) for who in texts}
    people = {
        who: persons_of(texts[who], persons=units[who].persons if units[who].said else above) for who in texts
    }
    table = places.assign(**people)
    _require_usable(table, texts, strange, file_name)
    return table


def _datums(
    source: SourceTable, columns: dict[str, str], words: ListWords, datum: str
) -> tuple[pd.Series, pd.Series]:
    """Return the datum of every row, from its column, else as chosen; and which name an unknown one."""
    if DATUM not in columns:
        return pd.Series(datum, index=source.rows.index), pd.Series(data=False, index=source.rows.index)
    said = source.rows[columns[DATUM]]
    codes = codes_of(said, words.codes.get(DATUM, {}))
    return codes.where(codes.notna() | said.notna(), datum), said.notna() & codes.isna()


def _columns(source: SourceTable, words: ListWords, file_name: str) -> dict[str, str]:
    """Find the headers of coordinates and people; the first that fits and counts persons."""
    called = {
        plain(form): who
        for who, names in _CALLED.items()
        for name in names.split()
        for form in (name, name.replace("_", ""))
    }
    found: dict[str, str] = {}
    strange: dict[str, str] = {}
    for header in source.header:
        unit = header_unit(header)
        for form in (*header_forms(header), *header_forms(unit.bare)):
            meant = called.get(form) or words.columns.get(form)
            if meant is not None:
                (found if unit.persons or meant not in WHO_COUNTS else strange).setdefault(meant, header)
                break
    for who, header in strange.items():
        if who not in found:
            raise UnreadablePeopleError(
                "people_column_no_persons", file_name=file_name, header=header, called=Message(who)
            )
    return found


def _coordinate_texts(
    source: SourceTable, columns: dict[str, str], file_name: str
) -> tuple[pd.Series, pd.Series]:
    if schema.LON in columns and schema.LAT in columns:
        return source.rows[columns[schema.LON]], source.rows[columns[schema.LAT]]
    if LONLAT in columns:
        return read_joined(source.rows[columns[LONLAT]])
    header = [*source.header]
    raise UnreadablePeopleError("people_without_coordinates", file_name=file_name, columns=header)


def _require_usable(
    table: pd.DataFrame, texts: dict[str, pd.Series], strange: pd.Series, file_name: str
) -> None:
    """Raise with every fault and its rows: what is wrong is named as it is."""
    unplaced = table[[schema.LON, schema.LAT]].isna().any(axis=1) & ~strange
    kinds = {
        Message("row_without_place"): unplaced,
        Message("row_datum_unknown"): strange,
    }
    for who, written in texts.items():
        count, called = table[who], Message(who)
        blank = written.isna() | (written.str.strip() == "")
        kinds |= {
            Message("row_people_blank", called=called): blank,
            Message("row_people_no_number", called=called): count.isna() & ~blank,
            Message("row_people_negative", called=called): (count < 0) & ~np.isinf(count),
            Message("row_people_infinite", called=called): np.isinf(count),
        }
    if schema.URBAN_PEOPLE in texts:
        more = table[schema.URBAN_PEOPLE] > table[schema.PEOPLE] * (1 + _ROUNDING)
        kinds[Message("row_more_urban")] = more
    faults = [
        Message("rows_fault", rows=some(table.index[rows.to_numpy(bool)]), fault=fault)
        for fault, rows in kinds.items()
        if rows.any()
    ]
    if faults:
        raise UnreadablePeopleError("people_rows_unusable", file_name=file_name, faults=faults)
    if not table[schema.PEOPLE].any():
        raise UnreadablePeopleError("people_all_zero", file_name=file_name)


def _require_persons(
    table: pd.DataFrame, found: Population, regions: gpd.GeoDataFrame, file_name: str
) -> None:
    """Ask where nothing names a unit, numbers are broken and all add up to a ten-thousandth of the census."""
    people = table[schema.PEOPLE]
    covered = regions.loc[found.demand[schema.COUNTY].unique(), schema.RESIDENTS].sum()
    share = found.demand[schema.PEOPLE].sum() / covered if covered else 1.0
    broken = bool((people != people.round()).any())
    if broken and _IN_TEN_THOUSANDS[0] <= share <= _IN_TEN_THOUSANDS[1]:
        raise UnreadablePeopleError("people_in_ten_thousands", file_name=file_name)
