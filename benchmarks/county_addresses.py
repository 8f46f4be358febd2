"""Make the labelled set of Guangxi addresses from the list of townships.

`python -m benchmarks.county_addresses` writes `benchmarks/county_addresses.csv`: an address as offices write
them, the adcode of its county (blank where the words cannot tell, so that a reader must ask), and the kind of
writing. The same input gives the same bytes. The labels are the township list's own, and those of the ended
names and development zones; nothing of `geo.importing` is used.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from geo.catalog import data_path
from geo.network.regions import ENDED, short_name

SET = Path(__file__).parent / "county_addresses.csv"
SEED = 20_261_126
STREETS = (
    "解放路",
    "人民路",
    "中山路",
    "建设路",
    "新华路",
    "民族大道",
    "朝阳路",
    "教育路",
    "文化路",
    "江滨路",
)
PROVINCE = "广西壮族自治区"
LEAST_SHORT = 2
# Names that more than one county answers to, or a district elsewhere is better known by: to be asked about.
ASKED = ("城中区", "城中", "鼓楼区", "鼓楼", "邕宁县", "五象新区", "百东新区", "桂林经开区", "北海工业园区")
ABROAD = (
    "广东省湛江市赤坎区人民大道",
    "湖南省永州市江华瑶族自治县",
    "云南省文山州富宁县",
    "贵州省黔西南州册亨县",
    "江苏省徐州市鼓楼区",
    "青海省西宁市城中区",
)


def read_towns():
    towns = pd.read_csv(data_path("raw_townships"), dtype="str")
    return towns[["name", "county_code", "county", "city"]]


def numbered(dice):
    return f"{dice.choice(STREETS)}{dice.integers(1, 200)}号"


def once(towns, within):
    """Keep the townships whose name no other county (of the same `within`) has."""
    homes = towns.groupby([*within, "name"])["county_code"].transform("nunique")
    return towns[homes == 1]


def by_full_names(towns, dice):
    chosen = towns.sample(150, random_state=SEED)
    for place, town in enumerate(chosen.itertuples()):
        if place < 60:
            yield f"{PROVINCE}{town.city}{town.county}{town.name}{numbered(dice)}", town.county_code, "full"
        elif place < 110:
            yield f"{town.city}{town.county}{town.name}", town.county_code, "city and county"
        else:
            yield f"{town.county}{town.name}{numbered(dice)}", town.county_code, "county"


def by_short_names(towns, dice):
    own = towns[towns["county"].str.endswith("自治县")]
    for _, rows in own.groupby("county_code"):
        for place, town in enumerate(rows.sample(3, random_state=SEED).itertuples()):
            city = (town.city, "", f"广西{town.city}")[place]
            yield f"{city}{short_name(town.county)}县{town.name}", town.county_code, "autonomous county as 县"
    long = towns[towns["county"].map(short_name).str.len() >= LEAST_SHORT]
    for town in long.sample(40, random_state=SEED + 1).itertuples():
        city = dice.choice((short_name(town.city), "广西", f"广西{town.city}"))
        yield f"{city}{short_name(town.county)}{town.name}", town.county_code, "short name"


def by_old_names(towns, dice):
    for name, _code, _year, now in ENDED:
        if len(now) == 1:
            rows = towns[towns["county_code"] == now[0]].sample(2, random_state=SEED)
            for place, town in enumerate(rows.itertuples()):
                city = (town.city, "广西")[place]
                yield f"{city}{name}{town.name}{numbered(dice)}", now[0], "old name"


def by_towns_alone(towns, dice):
    for town in once(towns, []).sample(40, random_state=SEED + 2).itertuples():
        yield f"广西{town.name}{numbered(dice)}", town.county_code, "township alone"
    for town in once(towns, ["city"]).sample(30, random_state=SEED + 3).itertuples():
        yield f"{town.city}{town.name}{numbered(dice)}", town.county_code, "city and township"


def by_zones(dice):
    zones = pd.read_csv(data_path("import_zones"), dtype="str")
    for codes, names in zones.itertuples(index=False):
        if ";" not in codes:
            yield f"{names.split()[0]}{numbered(dice)}", codes, "development zone"


def by_streets_of_other_names(towns, dice):
    shorts = sorted({short_name(name) for name in towns["county"] if len(short_name(name)) >= LEAST_SHORT})
    counties = towns.drop_duplicates("county_code").sample(30, random_state=SEED + 4)
    for town in counties.itertuples():
        street = dice.choice([short for short in shorts if short != short_name(town.county)])
        yield (
            f"{town.city}{town.county}{street}路{dice.integers(1, 99)}号",
            town.county_code,
            "street of another county",
        )


def not_to_be_told(towns):
    homes = towns.groupby("name")["county_code"].nunique()
    for name in sorted(homes[homes > 1].index)[::6]:
        yield f"广西{name}", "", "several counties"
    for name in ASKED:
        yield name, "", "several counties"
    for text in ABROAD:
        yield text, "", "outside"


def addresses():
    towns, dice = read_towns(), np.random.default_rng(SEED)
    listed = [
        *by_full_names(towns, dice),
        *by_short_names(towns, dice),
        *by_old_names(towns, dice),
        *by_towns_alone(towns, dice),
        *by_zones(dice),
        *by_streets_of_other_names(towns, dice),
        *not_to_be_told(towns),
    ]
    return pd.DataFrame(listed, columns=["address", "adcode", "kind"]).drop_duplicates("address")


if __name__ == "__main__":
    addresses().to_csv(SET, index=False, lineterminator="\n")
