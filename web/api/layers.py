"""The collections of the read-only API: which rows each shows, and what they can be filtered by."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import schema
from geo.arrays import Int64s, Mask
from geo.errors import UnknownNameError
from geo.names import near_names
from geo.network.network import Network
from web.api.datetimes import TimeSpan, row_times
from web.api.query import Box, Filters
from web.api.responses import bad_value, not_found, quoted

# Lists that users imported are theirs: they never reach a public address.
PUBLIC_ORIGINS = (schema.SOURCED, schema.SIMULATED)

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layer:
    """Describe one collection: its words, its rows, and the properties it can be filtered by."""

    name: str
    title: str
    description: str
    filters: tuple[str, ...]
    # Catalogue entries of rows that do not name their own.
    entries: tuple[str, ...]
    rows: Callable[[Network], gpd.GeoDataFrame]
    matches: Callable[[Network, gpd.GeoDataFrame, Values], Mask]


def find_layer(name: str) -> Layer:
    """Return the collection of that name.

    Raises
    ------
    ApiError
        There is none (404); the answer lists those there are.
    """
    if name not in LAYERS:
        raise not_found(f"There is no collection {quoted(name)}. There are {', '.join(LAYERS)}.")
    return LAYERS[name]


def allowed_values(layer: Layer, network: Network) -> dict[str, tuple[str, ...]]:
    """List the values each filter of a collection takes: codes, or the names of places."""
    known = {
        schema.FACILITY_TYPE: tuple(network.facility_types.index),
        schema.STATUS: schema.STATUSES,
        schema.ORIGIN: PUBLIC_ORIGINS,
    }
    return {name: known.get(name, ()) for name in layer.filters}


def matching_rows(layer: Layer, network: Network, rows: gpd.GeoDataFrame, filters: Filters) -> Mask:
    """Return which rows of a collection meet every property filter.

    Parameters
    ----------
    layer, network
        The collection, and the network its names are looked up in.
    rows
        The collection's rows.
    filters
        Property and values; any one of the values meets it.

    Raises
    ------
    ApiError
        A value does not exist (400); the answer lists the names near it.
    """
    try:
        return layer.matches(network, rows, dict(filters))
    except UnknownNameError as fault:
        raise bad_value(str(fault)) from None


def touching_rows(rows: gpd.GeoDataFrame, box: Box | None) -> Mask:
    """Return which rows a box matches: those that touch it, and as Core says those without a place.

    Parameters
    ----------
    rows
        Geometry in WGS-84 or missing.
    box
        West, south, east, north; a west greater than the east crosses the antimeridian.
    """
    if box is None:
        return np.ones(len(rows), dtype=bool)
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    places = rows.geometry.to_numpy()
    touched = np.asarray(shapely.is_missing(places) | shapely.is_empty(places))
    for left, right in spans:
        touched |= np.asarray(shapely.intersects(places, shapely.box(left, south, right, north)))
    return touched


def timely_rows(times: tuple[Int64s, Int64s], time: TimeSpan | None) -> Mask:
    """Return which rows speak of a time asked for; one without a date speaks of any, as Core says.

    Parameters
    ----------
    times
        First and last microsecond of each row (`row_times`).
    time
        What is asked for.
    """
    starts, ends = times
    if time is None:
        return np.ones(len(starts), dtype=bool)
    return (starts <= time.end) & (ends >= time.start)


def layer_times(layer: Layer, network: Network, rows: gpd.GeoDataFrame) -> tuple[Int64s, Int64s]:
    """Return the time each row speaks of: its own date, else the first to the last of its sources' dates.

    Parameters
    ----------
    layer, network
        The collection, and where its catalogue stands.
    rows
        The collection's rows.
    """
    if schema.AS_OF in rows.columns:
        return row_times(rows[schema.AS_OF])
    entries = [network.catalog[name].as_of for name in layer.entries if name in network.catalog]
    starts, ends = row_times(entries or [None])
    return np.full(len(rows), starts.min()), np.full(len(rows), ends.max())


def _public_facilities(network: Network) -> gpd.GeoDataFrame:
    facilities = network.facilities
    return facilities[facilities[schema.ORIGIN].isin(PUBLIC_ORIGINS).to_numpy(dtype=bool)]


def _facilities_match(network: Network, rows: gpd.GeoDataFrame, values: Values) -> Mask:
    _require_public(values.get(schema.ORIGIN, ()))
    keep: Mask = network.matches(
        types=values.get(schema.FACILITY_TYPE),
        counties=values.get(schema.COUNTY),
        prefectures=values.get(schema.PREFECTURE),
        statuses=values.get(schema.STATUS),
        origins=values.get(schema.ORIGIN),
    )
    kept: Mask = keep[network.facilities.index.get_indexer(rows.index)]
    return kept


def _require_public(origins: Iterable[str]) -> None:
    for origin in origins:
        if origin not in PUBLIC_ORIGINS:
            near = near_names(origin, PUBLIC_ORIGINS)
            raise bad_value(
                f"There is no origin {quoted(origin)} here (near: {near}). Use {', '.join(PUBLIC_ORIGINS)}."
            )


def _counties_match(network: Network, rows: gpd.GeoDataFrame, values: Values) -> Mask:
    return _among(rows[schema.PARENT], network.prefecture_codes(values.get(schema.PREFECTURE)))


def _prefectures_match(network: Network, rows: gpd.GeoDataFrame, values: Values) -> Mask:
    del network, values
    return _among(rows[schema.PARENT], None)


def _townships_match(network: Network, rows: gpd.GeoDataFrame, values: Values) -> Mask:
    counties = rows[schema.COUNTY]
    prefectures = counties.map(network.counties[schema.PARENT])
    return _among(counties, network.county_codes(values.get(schema.COUNTY))) & _among(
        prefectures, network.prefecture_codes(values.get(schema.PREFECTURE))
    )


def _among(codes: pd.Series, wanted: list[str] | None) -> Mask:
    if wanted is None:
        return np.ones(len(codes), dtype=bool)
    return codes.isin(wanted).to_numpy(dtype=bool)


LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            name="facilities",
            title="工会服务设施 · Union service facilities",
            description=(
                "Facilities of the union service network of Guangxi. Many are simulated to fill the "
                "published totals (origin = simulated, name ending in 〔模拟〕); one whose place is not "
                "known has a null geometry. 广西工会服务网络的设施；标〔模拟〕者为模拟数据，位置不真实。"
            ),
            filters=(
                schema.FACILITY_TYPE,
                schema.COUNTY,
                schema.PREFECTURE,
                schema.STATUS,
                schema.ORIGIN,
            ),
            entries=(),
            rows=_public_facilities,
            matches=_facilities_match,
        ),
        Layer(
            name="counties",
            title="县级行政区 · Counties",
            description="The counties of Guangxi at full detail with the census of 2020. 县区与普查人口。",
            filters=(schema.PREFECTURE,),
            entries=("regions", "census"),
            rows=lambda network: network.counties,
            matches=_counties_match,
        ),
        Layer(
            name="prefectures",
            title="设区市 · Prefectures",
            description="The prefectures of Guangxi at full detail, with census 2020. 设区市与普查人口。",
            filters=(),
            entries=("regions", "census"),
            rows=lambda network: network.prefectures,
            matches=_prefectures_match,
        ),
        Layer(
            name="townships",
            title="乡镇街道 · Townships",
            description="The townships whose place is known, as points. 位置已知的乡镇街道。",
            filters=(schema.COUNTY, schema.PREFECTURE),
            entries=("townships",),
            rows=lambda network: network.townships,
            matches=_townships_match,
        ),
    )
}
