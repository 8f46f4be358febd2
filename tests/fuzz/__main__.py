"""Damage lists for so many minutes and read them: `python -m tests.fuzz --minutes 20`, or `just fuzz`.

Each file is read in a process whose time and memory are bounded. Whatever broke a promise is kept in
`tests/fuzz/corpus/` (or where `--keep` says), to be committed with what cures it.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.seeds import all_seeds
from tests.fuzz.trial import CORPUS, case

BATCH = 2_000


def read_batch(first, count, ending=""):
    """Read files in a process of their own; give how many were begun, and the faults by number."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.trial", str(first), str(count), ending],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    lines = run.stdout.splitlines()
    begun = [int(line) for line in lines if line.isdigit()]
    faults = dict(line.split(" ", 3)[1::2] for line in lines if line.startswith("FAULT "))
    if run.returncode:
        last = begun[-1] if begun else first
        faults[str(last)] = f"the process ended with {run.returncode}: {run.stderr[-300:]}"
    return len(begun) or 1, {int(number): fault for number, fault in faults.items()}


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument(
        "--first", type=int, default=None, help="number of the first file; by default the time"
    )
    asked.add_argument("--keep", type=Path, default=CORPUS, help="folder for the files at fault")
    asked.add_argument("--only", default="", help="ending of the names of files to damage, as .xls")
    told = asked.parse_args()
    number = int(time.time()) * 1000 if told.first is None else told.first
    end, seeds, read, found = time.monotonic() + 60 * told.minutes, all_seeds(told.only), 0, Counter()
    told.keep.mkdir(parents=True, exist_ok=True)
    while time.monotonic() < end:
        begun, faults = read_batch(number, BATCH, told.only)
        read, number = read + begun, number + begun
        for place, fault in faults.items():
            kind = fault[:90]
            found[kind] += 1
            # One file of a kind is enough.
            if found[kind] == 1:
                name, data = case(place, seeds)
                (told.keep / f"{place}-{name}").write_bytes(data)
                sys.stdout.write(f"{place} {name}: {fault}\n")
        sys.stdout.write(f"{read:,} files read, {found.total()} at fault\n")
        sys.stdout.flush()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
