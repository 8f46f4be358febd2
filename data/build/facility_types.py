"""Write `facility_types.csv`: one row a type of facility, in the order screens list them.

Colours: the four core types are at least 40 apart (CIE76) for normal, protan, deutan and tritan sight
(Machado 2009, full severity); every colour has a contrast of at least 2 against white and against #0e1117.
No two types share both colour and symbol, so the symbol alone also tells the core types apart.
"""

import pandas as pd

from data.build.entry import write_entry
from data.build.records import FACTS_LICENCE, NEWSPAPER, RETRIEVED, write_csv
from geo import schema
from geo.catalog import DATA_FOLDER

TYPES = (
    ("county_union", "县级工会", "County unions", True, 111, False, "#b20024", "square"),
    ("worker_station", "工会驿站", "Worker stations", True, 6062, False, "#0072b2", "circle"),
    ("drivers_home", "司机之家", "Drivers' homes", True, 254, False, "#e69f00", "triangle"),
    ("cultural_palace", "工人文化宫", "Workers' cultural palaces", True, 102, False, "#9900ff", "diamond"),
    ("park_home", "园区职工之家", "Workers' homes in parks", False, 94, False, "#117733", "pentagon"),
    ("service_complex", "服务职工综合体", "Service complexes", False, 43, False, "#cc6677", "hexagon"),
    ("happy_enterprise", "幸福企业", "Happy enterprises", False, 47, False, "#999933", "star"),
    ("legal_service", "工会法律服务机构", "Legal service offices", False, 300, False, "#44aa99", "plus"),
    ("mediation_studio", "工会调解工作室", "Mediation studios", False, None, False, "#7b6a9e", "cross"),
    ("reading_room", "职工书屋", "Workers' reading rooms", False, None, False, "#a0522d", "square"),
    ("innovation_studio", "劳模创新工作室", "Innovation studios", False, 600, True, "#d4688f", "star"),
    ("craft_college", "工匠院校", "Craft colleges", False, 91, False, "#5f7f00", "triangle_down"),
    (
        "education_base",
        "职工爱国主义教育基地",
        "Patriotic education bases",
        False,
        9,
        False,
        "#d04a2b",
        "diamond",
    ),
    ("city_union", "市级工会", "City unions", False, None, False, "#e0607a", "square"),
    ("sanatorium", "工人疗养院", "Workers' sanatoria", False, None, False, "#5a9bd4", "plus"),
    ("union_school", "工会干部学校", "Union schools", False, None, False, "#3d7a8c", "triangle_down"),
    ("workers_home", "职工之家", "Workers' homes", False, None, False, "#4f9d5b", "pentagon"),
    (
        "counselling_station",
        "职工心理健康服务站",
        "Counselling stations",
        False,
        None,
        False,
        "#b07cc6",
        "cross",
    ),
    ("union_venue", "工会附属场馆", "Union venues", False, None, False, "#8c8c8c", "hexagon"),
    ("seasonal_station", "春运爱心驿站", "Spring Festival stations", False, None, False, "#c08a3e", "circle"),
)


def main() -> None:
    """Write the table and its entry."""
    types = pd.DataFrame(TYPES, columns=[schema.TYPE_CODE, *schema.TYPE_COLUMNS])
    types[schema.PUBLISHED_TOTAL] = types[schema.PUBLISHED_TOTAL].astype("Int64")
    path = write_csv(types, DATA_FOLDER / "facility_types.csv")
    write_entry(
        "facility_types",
        path,
        title="设施类型",
        title_en="Facility types",
        rows=len(types),
        crs=None,
        source=f"类型与总数：{NEWSPAPER}；颜色与符号为本项目自定",
        as_of="2025-01",
        retrieved=RETRIEVED,
        licence=FACTS_LICENCE,
        attribution="桂工图；总数为公开报道的事实",
        built_by="data/build/facility_types.py",
        notes={
            "劳模创新工作室": "原文为“600多家”，记为至少600家",
            "颜色": "四个核心类型对三种色觉异常均可区分",
        },
    )
    print(f"facility_types.csv: {len(types)} types")


if __name__ == "__main__":
    main()
