"""The compiled loops of large medians: arrays in, arrays out, nothing checked.

Each client's sites come in order of cost, so that a loop stops at the first that cannot matter; numpy has to
look at all of them. Every sum is added up in the order numpy adds it: both give the same to the last bit.
"""

from geo.arrays import Floats, Int32s, Int64s, Mask
from geo.kernels.within import compiled

# Where each client's list begins; its sites, the cheapest first; what they cost.
Lists = tuple[Int64s, Int32s, Floats]


@compiled
def add_savings(lists: Lists, prices: Floats, sums: Floats) -> None:
    """Add to every site what it saves its clients against their prices, as a number of at most 0."""
    start, site, price = lists
    for client in range(len(prices)):
        for at in range(start[client], start[client + 1]):
            saved = price[at] - prices[client]
            if saved >= 0:
                break
            sums[site[at]] += saved


@compiled
def count_served(lists: Lists, prices: Floats, is_open: Mask, served: Floats) -> None:
    """Count for every client the open sites that cost it less than its price."""
    start, site, price = lists
    for client in range(len(prices)):
        for at in range(start[client], start[client + 1]):
            if price[at] >= prices[client]:
                break
            served[client] += is_open[site[at]]


@compiled
def find_open(lists: Lists, is_open: Mask, nearest: Int64s, least: Floats, second: Floats) -> None:
    """Find the nearest open site of every client, what it costs, and what the second nearest would cost.

    What none of a client's sites answers stays as it is.
    """
    start, site, price = lists
    for client in range(len(least)):
        for at in range(start[client], start[client + 1]):
            if not is_open[site[at]]:
                continue
            if nearest[client] >= 0:
                second[client] = price[at]
                break
            nearest[client], least[client] = site[at], price[at]


@compiled
def value_exchanges(
    lists: Lists, near: tuple[Int64s, Floats, Floats], owner: Int64s, gain: Floats, extra: Floats
) -> None:
    """Add up what opening each site saves, and what closing each open one with it does not cost after all.

    `owner` is the place of each client's open site among the columns of `extra`, which is site x place.
    """
    start, site, price = lists
    nearest, least, second = near
    for client in range(len(nearest)):
        for at in range(start[client], start[client + 1]):
            if price[at] >= second[client]:
                break
            gain[site[at]] += max(least[client] - price[at], 0.0)
            if nearest[client] >= 0:
                extra[site[at], owner[client]] += second[client] - max(least[client], price[at])
