"""Cut addresses behind the last word that can tell a county: many addresses share the little that is left."""

import re
from collections.abc import Iterable

from geo.importing.word_finder import WordFinder

# Where the names of regions and townships end; what stands behind the last one is mostly streets and numbers.
_LAST_REGION = re.compile(r".*(?:[县区市镇乡省]|街道)", re.DOTALL)
_ENDS = "县区市镇乡省道"
# What stands for a tail that goes on as a street's name does, and for any other.
STREET, OTHER = "路", "号"


class AddressHeads:
    """Hold the words that matter in an address, to tell how much of it they reach."""

    def __init__(self, words: Iterable[str], streets: tuple[str, ...]) -> None:
        listed = tuple(words)
        self._finder = WordFinder(listed)
        self._streets = streets
        # A word that goes on behind such an ending would be cut in two.
        self._going_on = frozenset(
            word[place : place + 2]
            for word in listed
            for place in range(len(word) - 1)
            if word[place] in _ENDS
        )

    def head(self, text: str) -> str:
        """Return a text with the same words at the same places and as little else behind them as can be.

        What follows the last word is one letter: `STREET` where it goes on as a street's name, else `OTHER`.
        """
        found = _LAST_REGION.match(text)
        end = found.end() if found else 0
        if end and text[end - 1 : end + 1] in self._going_on:
            return text
        first_at = self._finder.first_at
        for place in self._finder.places(text, start=end - 1 if end else 0):
            word = first_at(text, place)
            if word is not None:
                end = max(end, place + len(word))
        if end == len(text):
            return text
        return text[:end] + (STREET if text.startswith(self._streets, end) else OTHER)
