"""Write `facilities_osm.csv`: every facility whose place comes from OpenStreetMap, under its own licence."""

from data.build.entry import write_entry
from data.build.known import known_facilities
from data.build.records import ODBL, OSM_CREDIT, RETRIEVED, write_csv
from geo.catalog import DATA_FOLDER


def main() -> None:
    """Write the table and its entry."""
    _, placed = known_facilities()
    path = write_csv(placed, DATA_FOLDER / "facilities_osm.csv")
    write_entry(
        "facilities_osm",
        path,
        title="OpenStreetMap 上的工会设施",
        title_en="Union facilities in OpenStreetMap",
        rows=len(placed),
        crs="EPSG:4326",
        source="OpenStreetMap，2024 年摘录",
        as_of="2024",
        retrieved=RETRIEVED,
        licence=ODBL,
        attribution=OSM_CREDIT,
        built_by="data/build/facilities_osm.py",
        notes={
            "合并": "柳州铁路工人文化宫即柳铁工人文化宫；五家县级工会与名单合为一条，出处并列",
            "未收": "柳江人民文化宫广场不是工人文化宫",
            "状态": "地图上画有即记为 operating，未逐处核实",
        },
    )
    print(f"facilities_osm.csv: {len(placed)} facilities")


if __name__ == "__main__":
    main()
