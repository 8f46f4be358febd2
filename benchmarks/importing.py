"""Import large lists: how long from the bytes of a file to all its findings, and how much memory it takes.

Run `python -m benchmarks.importing`. Each case runs in a process of its own, which has read the network and
the words before, as the app has. Clock and processor are both given: on a busy machine only the latter says
much.
Fails if a row is lost: rows that became facilities and rows with an error must add up to the list.
"""

import argparse
import datetime as dt
import io
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

import geo
from geo.catalog import data_path
from geo.importing.checks.check_list import read_knowledge, to_facilities
from geo.importing.checks.list_datum import weigh_list_datums
from geo.importing.columns.header_matching import match_columns

ROUNDS, SEED = 5, 20_261_126
HEADER = (
    "序号",
    "站点名称",
    "类型",
    "设区市",
    "县区",
    "地址",
    "经度",
    "纬度",
    "联系人",
    "联系电话",
    "开放时间",
    "服务项目",
    "建成时间",
    "容纳人数",
)
CASES = {
    "6,500 rows, .xlsx": (6_500, "名单.xlsx", 3.0, 600),
    "100,000 rows, .csv in GBK": (100_000, "名单.csv", 20.0, 600),
    "199,990 rows, .csv in GBK": (199_990, "名单.csv", 90.0, 1_200),
}
# Every tenth row has no coordinates and is placed by what it names.
UNPLACED = 10


def made_up_rows(count):
    """Give rows as an office keeps them, at places where people live, each name once."""
    network = geo.load_network()
    towns = pd.read_csv(data_path("raw_townships"), dtype="str").groupby("county_code")["name"].agg(list)
    homes = network.demand.sample(count, replace=True, random_state=SEED)
    shifts = np.random.default_rng(SEED).uniform(-0.004, 0.004, (count, 2))
    names, cities = network.counties["name"], network.prefectures["name"]
    for at, (county, place) in enumerate(zip(homes["county"], homes.geometry, strict=True)):
        town = towns[county][at % len(towns[county])]
        placed = at % UNPLACED > 0
        yield (
            str(at + 1),
            f"{town}第{at}号户外劳动者服务站点",
            "工会驿站",
            cities[f"{county[:4]}00"],
            names[county],
            f"{town}解放路{at % 200}号",
            f"{place.x + shifts[at, 0]:.6f}" if placed else "",
            f"{place.y + shifts[at, 1]:.6f}" if placed else "",
            "张三",
            f"138{at:08d}",
            "08:00-18:00" if at % 3 else "24小时",
            "饮水、充电、休息",
            "2024-05-01",
            str(10 + at % 20),
        )


def made_up_file(count, name):
    rows = [HEADER, *made_up_rows(count)]
    if name.endswith(".csv"):
        return "\r\n".join(map(",".join, rows)).encode("gb18030")
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def peak_mb():
    # Not getrusage: its peak is inherited from whoever started the process.
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[1]) / 1024


def run(path, name):
    """Import one file as the app does, and print what each step took."""
    network, knowledge = geo.load_network(), read_knowledge()
    # The app has drawn its first page: what is read on demand has been read.
    import_once(
        b"\xef\xbb\xbf" + "名称,县区,经度,纬度\n甲驿站,青秀区,108.37,22.81".encode(),
        "a.csv",
        network,
        knowledge,
    )
    data = Path(path).read_bytes()
    before_mb = peak_mb()
    taken = [import_once(data, name, network, knowledge) for _ in range(1 if len(data) > 5e6 else ROUNDS)]
    medians = {step: statistics.median(times[step] for times in taken) for step in taken[0]}
    print(json.dumps(medians | {"before_mb": before_mb, "peak_mb": peak_mb()}))


def import_once(data, name, network, knowledge):
    clocks = [(time.perf_counter(), time.process_time())]
    (table,) = geo.read_list(data, file_name=name)
    clocks.append((time.perf_counter(), time.process_time()))
    mapping = match_columns(table, knowledge.words)
    weigh_list_datums(table, mapping, network, knowledge=knowledge)
    clocks.append((time.perf_counter(), time.process_time()))
    checked = to_facilities(
        table, mapping, network, datum="WGS-84", checked_on=dt.date(2026, 11, 26), knowledge=knowledge
    )
    clocks.append((time.perf_counter(), time.process_time()))
    if len(checked.facilities) + len(checked.rest) != len(table.rows):
        sys.exit("a row was lost")
    steps = {
        step: after[0] - before[0]
        for step, before, after in zip(("read", "weigh", "check"), clocks, clocks[1:], strict=False)
    }
    return steps | {
        "all": clocks[-1][0] - clocks[0][0],
        "processor": clocks[-1][1] - clocks[0][1],
        "rows": len(table.rows),
        "findings": len(checked.findings),
        "errors": len(checked.rest),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run(*asked.run)
        return
    columns = ("list", "read, s", "weigh datums, s", "check, s", "all, s", "processor, s", "findings")
    columns += ("rows with an error", "MB before", "MB at most")
    print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    slow = []
    for case, (count, name, most_s, most_mb) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list"
            path.write_bytes(made_up_file(count, name))
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.importing", "--run", path, name],
                capture_output=True,
                check=True,
            ).stdout
        took = json.loads(told)
        times = " | ".join(f"{took[step]:.2f}" for step in ("read", "weigh", "check", "all", "processor"))
        print(
            f"| {case} | {times} | {took['findings']:,} | {took['errors']:,} | "
            f"{took['before_mb']:.0f} | {took['peak_mb']:.0f} |"
        )
        slow += [case] if took["all"] > most_s or took["peak_mb"] > most_mb else []
    promised = (
        f"{case} within {most_s:.0f} s and {most_mb} MB" for case, (_, _, most_s, most_mb) in CASES.items()
    )
    print(f"\nPromised: {', '.join(promised)}.")
    if slow:
        print(f"Not kept: {', '.join(slow)}")


if __name__ == "__main__":
    main()
