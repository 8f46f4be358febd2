"""Compare the start of `python -m geo --help` with importing the libraries of the screens.

Run `python -m benchmarks.cli_start`; it prints one Markdown row. Both are started in turn, so that a slower
moment of the machine meets both; the median of each counts.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9
HELP = ("-m", "geo", "--help")
LIBRARIES = ("-c", "import geopandas, folium, streamlit, streamlit_folium")
BOUND = 1 / 3


def seconds(arguments: tuple[str, ...]) -> float:
    """Start Python once with `arguments` and give the seconds until it ended."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - begin


def medians(rounds: int = ROUNDS) -> tuple[float, float]:
    """Give the median seconds of `--help` and of the libraries, after one start of each to warm the disk."""
    seconds(HELP), seconds(LIBRARIES)
    pairs = [(seconds(HELP), seconds(LIBRARIES)) for _ in range(rounds)]
    return statistics.median(ours for ours, _ in pairs), statistics.median(theirs for _, theirs in pairs)


if __name__ == "__main__":
    ours, theirs = medians()
    verdict = "held" if ours <= BOUND * theirs else "missed"
    print(
        f"| `python -m geo --help` against importing the screens' libraries | {ours * 1000:.0f} ms "
        f"| {theirs * 1000:.0f} ms | {ours / theirs:.2f} | ≤ 0.33 | {verdict} |"
    )
