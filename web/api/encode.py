"""Encode rows as the bytes answers are joined from, and name their sources, as an export does."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd

from geo import schema
from geo.export.geojson import to_geojson
from geo.export.provenance import Provenance, filters_in_words, names_of_codes, provenance_of
from geo.network.network import Network
from web.api.datetimes import TimeSpan
from web.api.layers import Layer
from web.api.query import Box, Filters

BOX_LABEL, TIME_LABEL = "范围", "时间"
# What `Network.select` calls each filter.
CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        schema.FACILITY_TYPE: "types",
        schema.COUNTY: "counties",
        schema.PREFECTURE: "prefectures",
        schema.STATUS: "statuses",
        schema.ORIGIN: "origins",
    }
)


def describe_rows(
    layer: Layer,
    network: Network,
    rows: gpd.GeoDataFrame,
    *,
    generated_on: dt.date,
    filters: Filters = (),
    box: Box | None = None,
    time: TimeSpan | None = None,
) -> Provenance:
    """Return the sources of rows of a collection, what was asked, and what share is simulated.

    Parameters
    ----------
    layer, network
        The collection, and where its catalogue and names stand.
    rows
        What matched.
    generated_on
        The day the answer was made.
    filters, box, time
        What was asked.
    """
    asked = {CONDITIONS[name]: values for name, values in filters}
    words = filters_in_words(asked, names_of_codes(network))
    if box is not None:
        words[BOX_LABEL] = ",".join(f"{edge:g}" for edge in box)
    if time is not None:
        words[TIME_LABEL] = time.text
    return provenance_of(
        rows, network, title=layer.title, filters=words, generated_on=generated_on, entries=layer.entries
    )


def feature_texts(rows: gpd.GeoDataFrame, about: Provenance) -> list[bytes]:
    """Encode every row as one GeoJSON feature, letter for letter as an exported file holds it.

    Parameters
    ----------
    rows
        A unique index, geometry in WGS-84 or missing.
    about
        Made for these very rows.

    Returns
    -------
    list of bytes
        UTF-8 JSON in the order of the rows.
    """
    # An exported file has one feature a line between the lines that open and close the list.
    lines = to_geojson(rows, about=about).splitlines(keepends=False)
    opened = lines.index(b'"features":[') + 1
    return [line.removesuffix(b",") for line in lines[opened : opened + len(rows)]]
