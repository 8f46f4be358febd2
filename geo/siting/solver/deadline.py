"""The deadline of a search: the time it has, whether it is cancelled, and its progress."""

import time

from geo.errors import InvalidValueError
from geo.siting.solver.result import CANCELLED, TIME_LIMIT, Options, Progress

# A listener hears of a search that goes on at least about so often.
_AGAIN_S = 1.0


class Deadline:
    """Keep the time from the moment it is made.

    Parameters
    ----------
    time_limit_s
        Seconds, 0 or more; a search that has none left ends with what it has.
    options
        Of these, `progress` and `cancelled` are read.

    Raises
    ------
    InvalidValueError
        The limit is negative or no number.
    """

    def __init__(self, time_limit_s: float, options: Options) -> None:
        if not time_limit_s >= 0:
            raise InvalidValueError("time_limit_unusable", seconds=time_limit_s)
        self._start, self._limit_s = time.perf_counter(), float(time_limit_s)
        self._on_progress, self._asked = options.get("progress"), options.get("cancelled")
        self._called_off, self._last_s = False, 0.0
        self._last: Progress | None = None

    def seconds(self) -> float:
        """Return the seconds it has taken."""
        return time.perf_counter() - self._start

    def left_s(self) -> float:
        """Return the seconds it may still take."""
        return max(self._limit_s - self.seconds(), 0.0)

    def part(self, seconds: float) -> "Deadline":
        """Return a part of the time to a search that reports nothing and is cancelled with this one."""
        asked: Options = {"cancelled": lambda: self.stopped() == CANCELLED}
        return Deadline(min(seconds, self.left_s()), asked)

    def stopped(self) -> str:
        """Return the status to end with: cancelled, out of time, or empty to go on."""
        if self._last is not None and self.seconds() >= self._last_s + _AGAIN_S:
            self._say(self._last)
        if not self._called_off and self._asked is not None:
            self._called_off = bool(self._asked())
        if self._called_off:
            return CANCELLED
        return TIME_LIMIT if self.left_s() <= 0 else ""

    def report(self, objective: float, bound: float, gap: float) -> None:
        """Report progress if the gap is smaller than when last reported.

        The same is reported again whenever a second has passed and the search asks whether to stop.
        """
        if self._on_progress is not None and (self._last is None or gap < self._last.gap):
            self._say(Progress(objective, bound, gap, self.seconds()))

    def _say(self, last: Progress) -> None:
        self._last, self._last_s = last, self.seconds()
        if self._on_progress is not None:
            self._on_progress(last._replace(seconds=self._last_s))
