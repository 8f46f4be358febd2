"""Encode rows as GeoJSON features (RFC 7946), each as the bytes every answer is joined from."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import schema
from web.api_answers import to_json

DECIMALS = 6


def feature_texts(rows: gpd.GeoDataFrame) -> list[bytes]:
    """Encode every row as one GeoJSON feature.

    Parameters
    ----------
    rows
        Geometry in WGS-84 or missing; the index is the feature's id.

    Returns
    -------
    list of bytes
        UTF-8 JSON in the order of the rows: exteriors counter-clockwise, at most six decimals,
        `"geometry":null` where the place is not known, null for what is missing.
    """
    known = schema.located(rows).to_numpy()
    geometry = shapely.orient_polygons(shapely.transform(rows.geometry.to_numpy(), _rounded))
    drawn = zip(shapely.to_geojson(geometry), known, strict=True)
    places = [text.encode() if there else b"null" for text, there in drawn]
    fields = rows.drop(columns=schema.GEOMETRY).astype("object")
    records = fields.where(fields.notna(), None).to_dict("records")
    names = [to_json(str(item)) for item in rows.index]
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}' % (name, place, to_json(record))
        for name, place, record in zip(names, places, records, strict=True)
    ]


def _rounded(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(coordinates, DECIMALS)
