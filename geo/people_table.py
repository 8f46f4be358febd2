"""Read people of the user's own, a list or a raster from outside, into demand clipped to the counties.

A list is read by the readers of `geo.importing`, which never give a file to GDAL. A GeoTIFF is read from
memory by `geo.geotiff`.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.errors import InvalidValueError, UnreadablePeopleError
from geo.geotiff import FINEST_DEGREES, read_people_geotiff
from geo.importing.coordinate_texts import read_joined, read_pairs
from geo.importing.datum_evidence import to_wgs84_pair
from geo.importing.list_words import LONLAT, ListWords, header_forms, plain, read_words
from geo.importing.reading import read_list
from geo.importing.source_table import SourceTable
from geo.people import WHO_COUNTS
from geo.population import Population, demand_from_table

# What columns of people are called; compared as `geo.importing.list_words.plain` writes words.
_CALLED = {
    schema.PEOPLE: "people population persons pop residents 人口 人数 常住人口 总人口 人口数 常住人口数 居民",
    schema.URBAN_PEOPLE: "urban_people urbanpeople urban urban_population 城镇人口 城镇居民 城镇常住人口",
    schema.WORKERS: "workers worker employed nonfarm_employed 职工 职工数 职工人数 就业人口 非农就业 "
    "非农就业人口 务工人员 工人",
}
_ZH = {schema.PEOPLE: "人口", schema.URBAN_PEOPLE: "城镇人口", schema.WORKERS: "职工人数"}
_ROWS_NAMED = 5
_DECIMALS = 6
TIFF_ENDINGS = (".tif", ".tiff")


def read_people(data: bytes, regions: gpd.GeoDataFrame, *, file_name: str, datum: str) -> Population:
    """Read a table or a GeoTIFF of people into demand.

    Parameters
    ----------
    data
        The whole file: CSV, XLSX and what else `geo.importing` reads, or a GeoTIFF.
    regions
        As `geo.regions.read_regions` gives them; its counties are the area.
    file_name
        As the user has it; only its ending is looked at.
    datum
        What the coordinates of a table are in, one of `geo.crs.DATUMS`; a GeoTIFF says its own.

    Returns
    -------
    Population
        As `geo.population.demand_from_table` gives it.

    Raises
    ------
    UnreadablePeopleError, UnreadableListError
        The file is refused; the error says why and what to do, in two languages.
    """
    if file_name.casefold().endswith(TIFF_ENDINGS):
        table = read_people_geotiff(data, regions, file_name=file_name)
    else:
        table = read_people_table(data, file_name=file_name, datum=datum)
    try:
        return demand_from_table(table, regions)
    except InvalidValueError as fault:
        raise UnreadablePeopleError(
            zh=f"{file_name}：没有一个有人口的点落在广西各县内。请检查经纬度和坐标系（{datum}）是否选对。",
            en=f"{file_name}: {fault}",
        ) from None


def cell_degrees_of(demand: gpd.GeoDataFrame) -> float:
    """Give the side of the cells that points stand in the middle of: the least step between their meridians.

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
    columns = _columns(source, words)
    lon_texts, lat_texts = _coordinate_texts(source, columns, file_name)
    pairs = read_pairs(lon_texts, lat_texts)
    lon, lat = to_wgs84_pair(pairs[schema.LON].to_numpy(), pairs[schema.LAT].to_numpy(), datum=datum)
    people = {who: source.rows[columns[who]].map(_number) for who in WHO_COUNTS if who in columns}
    if schema.PEOPLE not in people:
        header = "、".join(source.header)
        raise UnreadablePeopleError(
            zh=f"{file_name} 里没有人口列；现有列：{header}。请把人口那一列的表头写成“人口”或 people。",
            en=f"{file_name} has no column of people; it has {header}. Call that column people.",
        )
    table = pd.DataFrame({schema.LON: lon, schema.LAT: lat, **people}, index=source.rows.index)
    _require_usable(table, file_name)
    return table


def _columns(source: SourceTable, words: ListWords) -> dict[str, str]:
    """Find the headers of coordinates and people; the first that fits."""
    called = {plain(name): who for who, names in _CALLED.items() for name in names.split()}
    found: dict[str, str] = {}
    for header in source.header:
        for form in header_forms(header):
            meant = called.get(form) or words.columns.get(form)
            if meant is not None:
                found.setdefault(meant, header)
                break
    return found


def _coordinate_texts(
    source: SourceTable, columns: dict[str, str], file_name: str
) -> tuple[pd.Series, pd.Series]:
    if schema.LON in columns and schema.LAT in columns:
        return source.rows[columns[schema.LON]], source.rows[columns[schema.LAT]]
    if LONLAT in columns:
        return read_joined(source.rows[columns[LONLAT]])
    header = "、".join(source.header)
    raise UnreadablePeopleError(
        zh=f"{file_name} 里没有经度和纬度两列；现有列：{header}。请把表头写成“经度”和“纬度”。",
        en=f"{file_name} has no columns of longitude and latitude; it has {header}. Call them lon and lat.",
    )


def _number(text: object) -> float:
    """Read a number of people as people write it: 1,234 or １２３４; not-a-number for anything else."""
    if not isinstance(text, str):
        return float("nan")
    written = text.translate(_WIDE).replace(",", "").strip()
    try:
        return float(written)
    except ValueError:
        return float("nan")


_WIDE = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


def _require_usable(table: pd.DataFrame, file_name: str) -> None:
    kinds = {
        ("没有可用的经纬度", "have no usable longitude and latitude"): table[[schema.LON, schema.LAT]]
        .isna()
        .any(axis=1),
    }
    for who in WHO_COUNTS:
        if who in table.columns:
            count = table[who].to_numpy()
            kinds[(f"的{_ZH[who]}不是不小于 0 的数", f"have no number of at least 0 as {who}")] = pd.Series(
                ~(np.isfinite(count) & (count >= 0)), table.index
            )
    faults = [(told, table.index[rows.to_numpy()]) for told, rows in kinds.items() if rows.any()]
    if faults:
        raise UnreadablePeopleError(
            zh=f"{file_name}："
            + "；".join(f"第 {_named(rows, '、')} 行{zh}" for (zh, _), rows in faults)
            + "。请改正或删去这些行再上传；原来的数据没有变动。",
            en=f"{file_name}: "
            + "; ".join(f"rows {_named(rows, ', ')} {en}" for (_, en), rows in faults)
            + ". Mend or take out these rows and upload again; nothing was changed.",
        )
    if not table[schema.PEOPLE].any():
        raise UnreadablePeopleError(
            zh=f"{file_name} 的人口列全是 0，没有人可以计入。请检查是不是选错了列。",
            en=f"{file_name} has 0 people in every row, so nobody counts. Is it the right column?",
        )


def _named(rows: pd.Index, between: str) -> str:
    told = between.join(str(row) for row in rows[:_ROWS_NAMED])
    return told if len(rows) <= _ROWS_NAMED else f"{told}{between}… ({len(rows)})"
