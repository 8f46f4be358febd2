"""Tell the counties of 100,000 addresses, and of a labelled set: ours beside cpca and jionlp.

Run `python -m benchmarks.county_matching`; the peers are in `benchmarks/requirements.txt`. The labelled set
is `benchmarks/county_addresses.csv` (see `benchmarks.county_addresses`). Right is the adcode of today; an
ended code or name counts as its successor; where the words cannot tell, right is to name no county of
Guangxi. The addresses are all different. jionlp takes milliseconds an address and is timed on 1,000.
"""

import gc
import statistics
import sys
import time

import cpca
import jionlp
import numpy as np
import pandas as pd

from benchmarks import county_addresses
from geo.importing.location.county_names import find_counties
from geo.importing.location.gazetteer import read_gazetteer
from geo.network.regions import ENDED, short_name

ADDRESSES, ROUNDS, FEW = 100_000, 3, 1_000
GUANGXI = "45"


def many_addresses():
    """Give different addresses as offices write them: with or without province and city, short or full."""
    towns = county_addresses.read_towns()
    dice = np.random.default_rng(county_addresses.SEED)
    rows = towns.iloc[dice.integers(0, len(towns), ADDRESSES)]
    starts = dice.choice(["", "广西", "广西壮族自治区"], ADDRESSES)
    streets = dice.choice(county_addresses.STREETS, ADDRESSES)
    forms = [
        [row.city + row.county, row.county, row.city + short_name(row.county)][way]
        for row, way in zip(rows.itertuples(), dice.integers(0, 3, ADDRESSES), strict=True)
    ]
    return [
        f"{start}{form}{town}{street}{number}号"
        for number, (start, form, town, street) in enumerate(
            zip(starts, forms, rows["name"], streets, strict=True)
        )
    ]


def successors():
    """Give today's code of every ended code and name that has one successor, and of today's names."""
    now = {code: now[0] for _name, code, _year, now in ENDED if code and len(now) == 1}
    names = {name: now[0] for name, _code, _year, now in ENDED if len(now) == 1}
    return now, names


def by_ours(texts, gazetteer):
    return find_counties(pd.Series(texts, dtype="str"), gazetteer)["county"].fillna("").tolist()


def by_cpca(texts):
    codes, _ = successors()
    told = [codes.get(code, code) for code in cpca.transform(texts)["adcode"].fillna("").astype("str")]
    return [code if code.startswith(GUANGXI) and not code.endswith("00") else "" for code in told]


def by_jionlp(texts):
    _, old = successors()
    towns = county_addresses.read_towns().drop_duplicates("county_code")
    codes = dict(zip(zip(towns["city"], towns["county"], strict=True), towns["county_code"], strict=True))
    told = [jionlp.parse_location(text, town_village=True) for text in texts]
    return [codes.get((place["city"], place["county"]), old.get(place["county"], "")) for place in told]


def timed_s(way, texts):
    gc.collect()
    start, start_cpu = time.perf_counter(), time.process_time()
    told = way(texts)
    return time.perf_counter() - start, time.process_time() - start_cpu, told


def main():
    gazetteer, texts = read_gazetteer(), many_addresses()
    if len(set(texts)) != ADDRESSES:
        sys.exit("the addresses are not all different")
    ways = {
        "ours": (lambda listed: by_ours(listed, gazetteer), texts),
        "cpca": (by_cpca, texts),
        "jionlp": (by_jionlp, texts[:FEW]),
    }
    labelled = pd.read_csv(county_addresses.SET, dtype="str", keep_default_na=False)
    right, times = {}, {name: [] for name in ways}
    for name, (way, _) in ways.items():
        right[name] = np.array(way(labelled["address"].tolist())) == labelled["adcode"].to_numpy()
    for _ in range(ROUNDS):
        for name, (way, listed) in ways.items():
            *taken, _told = timed_s(way, listed)
            times[name].append([each * ADDRESSES / len(listed) for each in taken])
    medians = {
        name: [statistics.median(each) for each in zip(*taken, strict=True)] for name, taken in times.items()
    }
    print("| program | s | processor, s | ours is × as fast | right of labelled |\n|---|---:|---:|---:|---:|")
    for name, (clock_s, processor_s) in medians.items():
        print(
            f"| {name} | {clock_s:.2f} | {processor_s:.2f} | {processor_s / medians['ours'][1]:.1f} | "
            f"{right[name].sum()} of {len(labelled)} ({right[name].mean():.1%}) |"
        )
    kinds = pd.DataFrame(right).groupby(labelled["kind"], sort=False).sum()
    print(f"\n| written as | addresses | {' | '.join(ways)} |\n|---{'|---:' * (len(ways) + 1)}|")
    for kind, row in kinds.iterrows():
        print(f"| {kind} | {(labelled['kind'] == kind).sum()} | {' | '.join(map(str, row))} |")
    beaten = [
        name
        for name in ("cpca", "jionlp")
        if medians[name][1] <= medians["ours"][1] or right[name].sum() >= right["ours"].sum()
    ]
    if beaten:
        sys.exit(f"not faster, or not right more often, than {', '.join(beaten)}")


if __name__ == "__main__":
    main()
