"""How long a search waits for its turn, from what was measured alone."""

import heapq
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """Say how a search stands: how many begin before it, how long those under way have run, seconds.

    `wait_s` is the estimate of the seconds until it begins, None where nothing measured says; `measured` is
    the number of searches that the estimate rests on.
    """

    ahead: int
    ran_s: tuple[float, ...]
    wait_s: float | None
    measured: int


def queue_for(ahead: int, ran_s: Sequence[float], durations_s: Sequence[float], *, slots: int) -> Queue:
    """Estimate when a place in the queue is reached, by the durations of the searches that ended.

    Those under way are expected to go on as the measured ones did that took longer than they have run by
    now; those ahead in the queue to take the median.

    Parameters
    ----------
    ahead
        How many begin before.
    ran_s
        How long each that is under way has run, seconds.
    durations_s
        How long those took that ended by themselves, seconds.
    slots
        How many run at once.

    Returns
    -------
    Queue
        Its `wait_s` is None where nothing was measured yet, or one under way has run longer than any before.
    """
    rests = [[took - ran for took in durations_s if took > ran] for ran in ran_s]
    if not durations_s or not all(rests):
        return Queue(ahead, tuple(ran_s), None, len(durations_s))
    free_s = [statistics.median(rest) for rest in rests] + [0.0] * (slots - len(rests))
    heapq.heapify(free_s)
    for _ in range(ahead):
        heapq.heapreplace(free_s, free_s[0] + statistics.median(durations_s))
    return Queue(ahead, tuple(ran_s), free_s[0], len(durations_s))
