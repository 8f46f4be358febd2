"""Who lives near one of the county unions: shares by the shipped grid, each with what it may be off by."""

import pandas as pd

from geo.coverage.people import SHARE, WHO
from geo.coverage.uncertainty import SHARE_BEST, SHARE_WORST, share_range
from geo.network.network import Network
from geo.schema import COUNTY_LEVEL, LEVEL, PEOPLE

UNION = "county_union"
THRESHOLDS_KM = (5, 10, 20, 30)
METRES_PER_KM = 1000


def find_union_reach(network: Network) -> pd.DataFrame:
    """Return the share of residents near a county union, in Guangxi and each of its prefectures.

    Returns
    -------
    DataFrame
        Indexed by adcode, Guangxi first; columns of two levels: the kilometres, and `share_worst`, `share`
        and `share_best` (0-1): every union as far from each home, and as near, as the error of its place
        allows.
    """
    unions = network.select(types=[UNION])
    ranges = {
        km: share_range(
            network.demand, unions, regions=network.regions, threshold_m=float(km * METRES_PER_KM)
        ).xs(PEOPLE, level=WHO)[[SHARE_WORST, SHARE, SHARE_BEST]]
        for km in THRESHOLDS_KM
    }
    above = network.regions.index[(network.regions[LEVEL] != COUNTY_LEVEL).to_numpy()].sort_values()
    reach: pd.DataFrame = pd.concat(ranges, axis=1).loc[above]
    return reach


def share_and_range(row: pd.Series) -> str:
    """Say one share with its range, in percent: 44.8 % (37.1–53.7)."""
    worst, share, best = (100 * row[name] for name in (SHARE_WORST, SHARE, SHARE_BEST))
    return f"{share:.1f}% ({worst:.1f}–{best:.1f})"
