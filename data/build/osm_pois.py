"""Build `osm_pois.parquet`: named OpenStreetMap points, the gazetteer of places inside a county.

The county of each point is found again on the program's own polygons. Names of one character, names that are
only digits and names that hold a telephone number are left out: they name no place. Rows stand by county,
name and OpenStreetMap number; coordinates keep six decimals.
"""

import pandas as pd

import geo
from data.build.entry import write_entry
from data.build.parquet import parquet_bytes, writers
from data.build.records import ODBL, OSM_CREDIT, RETRIEVED
from geo.catalog import DATA_FOLDER, data_path
from geo.schema import COUNTY, COUNTY_LEVEL, KIND, LAT, LEVEL, LON, NAME, WGS84

PATH = DATA_FOLDER / "osm_pois.parquet"
OSM_ID = "osm_id"


def build() -> tuple[bytes, int, int]:
    """Make the file.

    Returns
    -------
    tuple
        Parquet bytes, the rows kept, the rows left out.
    """
    raw = pd.read_csv(data_path("raw_osm_pois"), dtype={OSM_ID: "int64", "fclass": "str", "name": "str"})
    raw = raw.rename(columns={"fclass": KIND})
    regions = geo.read_regions()
    counties = regions[regions[LEVEL] == COUNTY_LEVEL]
    raw[COUNTY] = pd.Series(geo.county_of_points(raw[LON], raw[LAT], counties), index=raw.index)
    raw[NAME] = raw[NAME].str.normalize("NFKC").str.strip()
    nameless = (
        raw[NAME].str.len().lt(2) | raw[NAME].str.fullmatch(r"[\d\W]+") | raw[NAME].str.contains(r"\d{7,}")
    )
    kept = raw[~nameless.fillna(value=True) & raw[COUNTY].notna()]
    kept = kept.sort_values([COUNTY, NAME, OSM_ID], kind="stable")
    kept = kept.assign(**{LON: kept[LON].round(6), LAT: kept[LAT].round(6)})
    columns = [OSM_ID, KIND, NAME, COUNTY, LON, LAT]
    return parquet_bytes(kept[columns].reset_index(drop=True)), len(kept), len(raw) - len(kept)


def main() -> None:
    """Write the file and its entry."""
    content, rows, left_out = build()
    PATH.write_bytes(content)
    write_entry(
        "osm_pois",
        PATH,
        title="OSM 有名称的点：导入名单时的地名库",
        title_en="Named OpenStreetMap points: the gazetteer for imported lists",
        rows=rows,
        crs=WGS84,
        source="OpenStreetMap，2024 年摘录 (raw/osm_pois.csv.gz)",
        as_of="2024",
        retrieved=RETRIEVED,
        licence=ODBL,
        attribution=OSM_CREDIT,
        built_by="data/build/osm_pois.py",
        notes={
            "left_out": f"{left_out} points without a usable name or outside the counties",
            "written_by": writers(),
        },
    )


if __name__ == "__main__":
    main()
