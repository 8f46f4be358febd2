"""Write `standards.csv`: the rules that coverage is judged by, each with its standing and source."""

import pandas as pd

from data.build.entry import write_entry
from data.build.records import FACTS_LICENCE, RETRIEVED, write_csv
from geo import schema
from geo.catalog import DATA_FOLDER

DOUBLE_15 = (
    "全国总工会“双15”工程目标（2023-07）：主城区和城市重点区域，1公里范围内、步行15分钟可达",
    "All-China Federation of Trade Unions, Double-15 target (2023-07): 1 km and a 15-minute walk",
)
ONE_PER_COUNTY = ("每县（市、区）一个，为现行政策", "One per county is current policy")
OWN_TIME = ("本项目自定，无官方出处", "This program's own; no official source")
MAIN_CITIES = "主城区和城市重点区域：按城镇人口计，不用于乡镇"
STANDARDS = (
    ("worker_station", "straight_line_m", 1000, "m", "official", *DOUBLE_15, MAIN_CITIES),
    ("worker_station", "walk_minutes", 15, "min", "official", *DOUBLE_15, MAIN_CITIES),
    (
        "worker_station",
        "straight_line_m",
        500,
        "m",
        "option",
        "山东省对人口密集区域的要求，供选用",
        "Shandong's rule for dense areas, as an option",
        "人口密集区域：按城镇人口计",
    ),
    ("county_union", "per_county", 1, "count", "official", *ONE_PER_COUNTY, "每个县级行政区"),
    ("county_union", "drive_minutes", 60, "min", "own", *OWN_TIME, "常住人口"),
    ("cultural_palace", "per_county", 1, "count", "official", *ONE_PER_COUNTY, "每个县级行政区"),
    ("cultural_palace", "drive_minutes", 60, "min", "own", *OWN_TIME, "常住人口"),
    (
        "drivers_home",
        "road_interval_km",
        200,
        "km",
        "reported_unverified",
        "有报道称每200公里一处，未能核实，作为可调参数",
        "Reported as one every 200 km, not verified; a parameter",
        "高速公路与国省干线",
    ),
    (
        "legal_service",
        "drive_minutes",
        60,
        "min",
        "own",
        "“一小时维权服务圈”无出处给出定义；按本项目自定的60分钟车程圈计",
        "No source defines the one-hour circle; this program's own 60-minute drive",
        "常住人口",
    ),
)


def main() -> None:
    """Write the table and its entry."""
    standards = pd.DataFrame(STANDARDS, columns=list(schema.STANDARD_COLUMNS))
    path = write_csv(standards, DATA_FOLDER / "standards.csv")
    write_entry(
        "standards",
        path,
        title="评价标准",
        title_en="Standards",
        rows=len(standards),
        crs=None,
        source="全国总工会双15工程等，逐行注明；自定的标明自定",
        as_of="2023-07",
        retrieved=RETRIEVED,
        licence=FACTS_LICENCE,
        attribution="各行所列机构",
        built_by="data/build/standards.py",
        notes={"standing": "official 官方；option 可选；own 本项目自定；reported_unverified 见诸报道未核实"},
    )
    print(f"standards.csv: {len(standards)} standards")


if __name__ == "__main__":
    main()
