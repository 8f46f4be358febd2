"""Write `actions.csv`: what a budget can buy, what each costs unless the user says otherwise, and its effect.

No price here was published by anybody: every one is this program's own assumption, says so, and is set again
by whoever knows the local price.
"""

import pandas as pd

from data.build.entry import write_entry
from data.build.records import FACTS_LICENCE, RETRIEVED, write_csv
from geo import schema
from geo.catalog import DATA_FOLDER

OWN = (
    "本项目假定，无出处，请按当地价格修改",
    "This program's own assumption, no source; set the local price",
)
WHOLE = "water;hot_meal;charging;rest;first_aid;toilet;wifi;cooling_heating"
PLAIN = "water;charging;rest;first_aid"
ACTIONS = (
    ("build_standard", "新建标准站", "Build a standard station", 80_000, 0, "Mo-Su 07:00-22:00", WHOLE, *OWN),
    (
        "build_micro",
        "新建微型站（无人值守）",
        "Build a micro station, unattended",
        30_000,
        0,
        "24/7",
        PLAIN,
        *OWN,
    ),
    ("share_host", "借用场所共建", "Share a host's premises", 15_000, 0, "Mo-Su 08:00-18:00", PLAIN, *OWN),
    ("extend_hours", "延长至24小时开放", "Extend hours to 24 h", 12_000, 0, "24/7", "", *OWN),
    ("relocate", "迁址", "Relocate", 25_000, 0, "", "", *OWN),
    ("upgrade", "升级改造", "Upgrade", 40_000, 0, "Mo-Su 07:00-22:00", WHOLE, *OWN),
    ("close", "关闭", "Close", 2_000, 10_000, "", "", *OWN),
)


def main() -> None:
    """Write the table and its entry."""
    actions = pd.DataFrame(ACTIONS, columns=list(schema.ACTION_COLUMNS))
    path = write_csv(actions, DATA_FOLDER / "actions.csv")
    write_entry(
        "actions",
        path,
        title="选址可采取的行动与假定造价",
        title_en="Actions a siting plan may take, and their assumed costs",
        rows=len(actions),
        crs=None,
        source="本项目假定 (this program's own assumptions)",
        as_of="2026-11",
        retrieved=RETRIEVED,
        licence=FACTS_LICENCE,
        attribution="桂工图",
        built_by="data/build/actions.py",
        notes={
            "standing": "全部造价、开放时间与服务均为假定，没有任何公开来源；使用者可逐项修改",
            "cost_yuan": "一次投入，元；frees_yuan 为该行动腾出的经费，元",
            "hours": "行动之后的开放时间；空白为不变",
        },
    )
    print(f"actions.csv: {len(actions)} actions")


if __name__ == "__main__":
    main()
