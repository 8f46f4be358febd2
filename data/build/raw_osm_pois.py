"""Copy the named OpenStreetMap points of Guangxi into `data/raw/`, with their entry.

Run `python -m data.build.raw_osm_pois <folder of the facts>`; `data.build.osm_pois` starts from `data/raw/`.
"""

import sys
from pathlib import Path

import pandas as pd

from data.build.entry import write_entry
from data.build.records import ODBL, OSM_CREDIT, RAW_FOLDER, RETRIEVED
from geo.schema import WGS84

SOURCE_NAME = "osm_pois_guangxi_2024.csv.gz"


def main(facts: Path) -> None:
    """Copy the file as it is."""
    target = RAW_FOLDER / "osm_pois.csv.gz"
    target.write_bytes((facts / SOURCE_NAME).read_bytes())
    write_entry(
        "raw_osm_pois",
        target,
        title="广西 OSM 有名称的点（原始抄录）",
        title_en="Named OpenStreetMap points of Guangxi as gathered",
        rows=len(pd.read_csv(target, dtype="str")),
        crs=WGS84,
        source="OpenStreetMap，2024 年摘录",
        as_of="2024",
        retrieved=RETRIEVED,
        licence=ODBL,
        attribution=OSM_CREDIT,
        built_by="data/build/raw_osm_pois.py",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
