"""What one file may cost: its bounds counted over all its tables, its progress, whether it is called off."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from geo.importing.errors import BOUNDS, ReadingCancelledError, beyond

Item = TypeVar("Item")
# Whoever waits hears of a reading every hundredth, and can stop it after so many rows.
_SHARE = 0.01
_ROWS = 1_000


class Budget:
    """Count what a file gives while it is read.

    Parameters
    ----------
    file_name
        As the user has it; for the messages.
    progress
        Called with the share of the reading that is done, 0-1.
    cancelled
        Asked now and then; once it says True the reading ends with `ReadingCancelledError`.
    """

    def __init__(
        self,
        file_name: str,
        *,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.file_name = file_name
        self._progress, self._cancelled = progress, cancelled
        self._taken = dict.fromkeys(BOUNDS, 0)
        self._start, self._room, self._said = 0.0, 1.0, 0.0

    def take(self, bound: str, number: int, *, where: str = "") -> None:
        """Count so much more of what the whole file may have.

        Raises
        ------
        UnreadableListError
            That is more than `BOUNDS` allows in one file; how much more is not known, for reading ends here.
        """
        self._taken[bound] += number
        if self._taken[bound] > BOUNDS[bound].most:
            raise beyond(bound, None, file_name=self.file_name, where=where)

    def require(self, bound: str, number: int, *, where: str = "") -> None:
        """Raise where one table, line or cell passes a bound by itself.

        Raises
        ------
        UnreadableListError
            It does.
        """
        if number > BOUNDS[bound].most:
            raise beyond(bound, number, file_name=self.file_name, where=where)

    def begin(self, number: int, count: int) -> None:
        """Begin one of several tables, the first of which is 0; `step` then counts within it."""
        self._start, self._room = number / max(count, 1), 1 / max(count, 1)
        self.step(0.0)

    def step(self, share: float) -> None:
        """Say which share of the table is done, and end the reading if it was called off.

        Raises
        ------
        ReadingCancelledError
            It was.
        """
        if self._cancelled is not None and self._cancelled():
            raise ReadingCancelledError("reading_cancelled", file_name=self.file_name)
        whole = self._start + self._room * min(share, 1.0)
        if self._progress is not None and whole >= self._said + _SHARE:
            self._said = whole
            self._progress(whole)

    def each(self, items: Iterable[Item], count: int) -> Iterator[Item]:
        """Yield items one by one, of about a known number, and step in between."""
        for number, item in enumerate(items):
            if number % _ROWS == 0:
                self.step(number / max(count, 1))
            yield item
