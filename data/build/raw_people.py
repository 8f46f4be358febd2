"""Copy the gathered facts about counties, people and townships into `data/raw/`, with their entries.

Run `python -m data.build.raw_people <folder of the facts>`; every other script then starts from `data/raw/`.
"""

import sys
from pathlib import Path

import pandas as pd

from data.build.entry import write_entry
from geo.catalog import DATA_FOLDER
from geo.schema import WGS84

RAW = DATA_FOLDER / "raw"
RETRIEVED = "2026-11-23"
BUILT_BY = "data/build/raw_people.py"
CENSUS_CREDIT = "国务院第七次全国人口普查领导小组办公室《中国人口普查分县资料—2020》"
LIGHTS_CREDIT = "Earth Observation Group, Payne Institute for Public Policy (VIIRS annual 2025)"
TABLES = {
    "guangxi_counties.csv": (
        "counties",
        {
            "title": "广西 111 个县（市、区）：普查数与县城位置（原始抄录）",
            "title_en": "The 111 counties of Guangxi: census and seat points as gathered",
            "crs": WGS84,
            "source": "《中国人口普查分县资料—2020》; seat points: AMap district centres (PyPI cpca 0.5.5), "
            "GCJ-02 converted to WGS-84, one from GeoNames",
            "as_of": "2020-11-01",
            "licence": "Facts of the official census; seat points MIT (cpca), one CC BY 4.0 (GeoNames)",
            "attribution": f"{CENSUS_CREDIT}; cpca; GeoNames",
            "notes": {
                "lf_columns": "raw counts of the census long form, a sample of about 9 % of people",
                "left_out": "Zhuang names: only 18 of 111 were found",
            },
        },
    ),
    "guangxi_townships.csv": (
        "townships",
        {
            "title": "广西 1,256 个乡镇街道（原始抄录）",
            "title_en": "The 1,256 townships of Guangxi as gathered",
            "crs": WGS84,
            "source": "Township codes of 2025-12-31; places from night lights, bounding boxes, OpenStreetMap "
            "points and GeoNames, as `position_source` says",
            "as_of": "2025-12-31",
            "licence": "Facts; 56 positions ODbL (OpenStreetMap), 28 CC BY 4.0 (GeoNames)",
            "attribution": f"© OpenStreetMap contributors; GeoNames; {LIGHTS_CREDIT}",
            "notes": {"county_seat_only": "297 rows have no position of their own and are never drawn"},
        },
    ),
}
GRID = {
    "title": "广西 30″ 模拟人口格网（原始抄录）",
    "title_en": "Modelled population of Guangxi on a 30-arcsecond grid, as gathered",
    "crs": WGS84,
    "source": "Census 2020 county totals (urban and rural apart) spread by VIIRS night lights 2025",
    "as_of": "2025",
    "licence": "Public domain (night lights); facts of the official census",
    "attribution": f"{CENSUS_CREDIT}; {LIGHTS_CREDIT}",
    "notes": {
        "recipe": "people = urban_county * share(L^0.8 + 0.001) + rural_county * share(sqrt(L) + 0.6); "
        "shares within each county on 15-arcsecond cells, summed to 30",
        "quality": "20.6 % of people stand in another 5-arcminute cell than in WorldPop 2020",
    },
}


def main(facts: Path) -> None:
    """Copy the three files; drop the column of Zhuang names, which is mostly empty."""
    RAW.mkdir(exist_ok=True)
    for file_name, (stem, fields) in TABLES.items():
        table = pd.read_csv(facts / file_name, dtype=str, keep_default_na=False)
        table = table.drop(columns="name_zhuang", errors="ignore")
        target = RAW / f"{stem}.csv"
        table.to_csv(target, index=False, lineterminator="\n")
        write_entry(f"raw_{stem}", target, rows=len(table), retrieved=RETRIEVED, built_by=BUILT_BY, **fields)
    grid = RAW / "popgrid.csv.gz"
    grid.write_bytes((facts / "guangxi_popgrid_30s.csv.gz").read_bytes())
    rows = len(pd.read_csv(grid, usecols=["adcode"]))
    write_entry("raw_popgrid", grid, rows=rows, retrieved=RETRIEVED, built_by=BUILT_BY, **GRID)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
