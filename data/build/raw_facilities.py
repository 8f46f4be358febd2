"""Register the raw fact files about facilities and published totals.

The files were gathered by hand from public reports. Before they came here telephone numbers, the names of
reporters and one model worker's name were taken out, and so were the links of pages that only mirror another.
"""

import pandas as pd

from data.build.entry import write_entry
from data.build.records import FACTS_LICENCE, ODBL, OSM_CREDIT, RAW_FOLDER, RETRIEVED, read_raw

FILES = (
    ("stations", "工会驿站（具名）", "Named worker stations"),
    ("palaces", "工人文化宫（具名）", "Named workers' cultural palaces"),
    ("drivers_homes", "司机之家（具名）", "Named drivers' homes"),
    ("other_facilities", "其他工会设施（具名）", "Other named union facilities"),
    ("network_counts", "公布总数（原始）", "Published totals as gathered"),
    ("osm_union_facilities", "OSM 工会设施（原始）", "Union facilities in OpenStreetMap as gathered"),
)
OSM_FILE = "osm_union_facilities"


def main() -> None:
    """Write one entry a file."""
    for stem, title, title_en in FILES:
        rows = read_raw(f"{stem}.csv")
        is_osm = stem == OSM_FILE
        write_entry(
            f"raw_{stem}",
            RAW_FOLDER / f"{stem}.csv",
            title=title,
            title_en=title_en,
            rows=len(rows),
            crs="EPSG:4326" if is_osm else None,
            source="OpenStreetMap，2024 年摘录"
            if is_osm
            else "公开报道，逐行注明出处；转载页只引事实，不列链接",
            as_of="2024" if is_osm else _latest(rows),
            retrieved=RETRIEVED,
            licence=ODBL if is_osm else FACTS_LICENCE,
            attribution=OSM_CREDIT if is_osm else "各行所列媒体与机构",
            built_by="手工收集 (gathered by hand); data/build/raw_facilities.py",
        )


def _latest(rows: pd.DataFrame) -> str:
    dates = rows["as_of" if "as_of" in rows else "source_date"]
    return str(dates[dates.str.match(r"\d{4}", na=False)].max())


if __name__ == "__main__":
    main()
