"""The compiled loops of centers: arrays in, arrays out, nothing checked.

Without numba a search goes on without them, only later or less well.
"""

import numpy as np

from geo.arrays import Floats, Int32s, Int64s, Mask
from geo.kernels.within import compiled

# A compressed list: where each row of it begins, and what stands in it.
Listed = tuple[Int64s, Int32s]
# Of each site whether it is open, its score, and the step at which it changed; of each row its weight and how
# many open sites reach it; the rows that none reaches, where each row stands there, and how many there are.
Held = tuple[Mask, Floats, Int64s, Floats, Int32s, Int32s, Int32s, Int64s]


@compiled
def change(site: int, by: int, reached: Listed, reaching: Listed, held: Held) -> None:
    """Open (1) or close (-1) a site, and let the scores follow of all that reach what it reaches.

    The score of a closed site is the weight it would add, that of an open one what it alone reaches.
    """
    is_open, score, _, weight, times, left, spot, size = held
    for at in range(reached[0][site], reached[0][site + 1]):
        row = reached[1][at]
        sum_of_both = 2 * times[row] + by
        times[row] += by
        if sum_of_both == 1 or sum_of_both == 3:  # noqa: PLR1714, PLR2004 - a loop compiles to less without sets
            for other_at in range(reaching[0][row], reaching[0][row + 1]):
                other = reaching[1][other_at]
                if other != site and is_open[other] == (sum_of_both == 3):  # noqa: PLR2004
                    score[other] -= by * weight[row]
        if sum_of_both == 1 and by == 1:
            last = left[size[0] - 1]
            left[spot[row]], spot[last] = last, spot[row]
            size[0] -= 1
        elif sum_of_both == 1:
            left[size[0]], spot[row] = row, size[0]
            size[0] += 1
    is_open[site] = by == 1


@compiled
def exchange(  # noqa: C901 - one loop
    reached: Listed, reaching: Listed, held: Held, steps: tuple[int, int]
) -> None:
    """Close the site least missed, open the best that reaches somebody left out, until nobody is.

    Who is left out weighs more with every step: Gao, Weise and Li 2014, doi:10.1007/s11047-014-9468-y.
    """
    is_open, score, changed, weight, _, left, _, size = held
    dice = np.uint64(steps[0])
    for step in range(steps[0], steps[1]):
        if size[0] == 0:
            return
        out = -1
        for site in range(len(score)):
            if is_open[site]:
                less = out < 0 or score[site] < score[out]
                if less or (score[site] == score[out] and changed[site] < changed[out]):
                    out = site
        change(out, -1, reached, reaching, held)
        changed[out] = step
        dice = dice * np.uint64(6_364_136_223_846_793_005) + np.uint64(1_442_695_040_888_963_407)
        row, into = left[int(dice >> np.uint64(33)) % size[0]], -1
        for at in range(reaching[0][row], reaching[0][row + 1]):
            site = reaching[1][at]
            if site != out or reaching[0][row + 1] - reaching[0][row] == 1:
                more = into < 0 or score[site] > score[into]
                if more or (score[site] == score[into] and changed[site] < changed[into]):
                    into = site
        into = out if into < 0 else into
        change(into, 1, reached, reaching, held)
        changed[into] = step
        for k in range(size[0]):
            row = left[k]
            weight[row] += 1
            for at in range(reaching[0][row], reaching[0][row + 1]):
                score[reaching[1][at]] += 1
