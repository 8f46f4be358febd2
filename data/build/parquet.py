"""Turn frames into Parquet bytes that depend on nothing but the frame and the pyarrow that writes them."""

import io
import json
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

LEVEL = 19


def writers() -> str:
    """Name the programs whose versions the bytes depend on."""
    return f"pyarrow {pa.__version__}, shapely {shapely.__version__}, GEOS {shapely.geos_version_string}"


def parquet_bytes(
    frame: pd.DataFrame, *, metadata: dict[str, str] | None = None, numbered: str | None = None
) -> bytes:
    """Write the columns of a frame, without its index, as Zstandard-compressed Parquet.

    Parameters
    ----------
    frame
        Plain columns; what their dtypes are is what the file holds.
    metadata
        Key-value metadata of the file; pandas' own, which names versions, is left out.
    numbered
        A column that counts the rows; stored as differences, it takes no room.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(metadata)
    # Versions of pandas differ in 32- or 64-bit text; the file must not.
    fields = [f.with_type(pa.string()) if pa.types.is_large_string(f.type) else f for f in table.schema]
    stream = io.BytesIO()
    pq.write_table(
        table.cast(pa.schema(fields, metadata=metadata)),
        stream,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=[column for column in frame.columns if column != numbered],
        column_encoding={numbered: "DELTA_BINARY_PACKED"} if numbered else None,
    )
    return stream.getvalue()


def geoparquet_bytes(frame: gpd.GeoDataFrame) -> bytes:
    """Write a frame as GeoParquet 1.1 (WKB), the CRS spelled out, exteriors counter-clockwise.

    Parameters
    ----------
    frame
        Its geometry must already be counter-clockwise; its index is not written.
    """
    shapes = frame.geometry.to_numpy()
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "crs": CRS.from_user_input(frame.crs).to_json_dict(),
        "orientation": "counterclockwise",
        "bbox": list(map(float, shapely.total_bounds(shapes))),
    }
    geo = {
        "version": "1.1.0",
        "primary_column": frame.geometry.name,
        "columns": {frame.geometry.name: column},
    }
    plain = pd.DataFrame(frame).assign(**{frame.geometry.name: shapely.to_wkb(shapes)})
    return parquet_bytes(plain, metadata={"geo": json.dumps(geo, ensure_ascii=False)})
