"""Find many words in a text at once: by their first two letters, the longest at each place first."""

from collections.abc import Iterable

PREFIX = 2


class WordFinder:
    """Hold words of two letters or more so that a text is searched once for all of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) >= PREFIX)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[:PREFIX], set()).add(len(word))
        self._lengths = {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}

    def at(self, text: str, place: int) -> tuple[str, ...]:
        """Give the words that start at a place of a text, the longest first."""
        sizes = self._lengths.get(text[place : place + PREFIX])
        if sizes is None:
            return ()
        return tuple(
            text[place : place + size] for size in sizes if text[place : place + size] in self._words
        )

    def places(self, text: str) -> list[int]:
        """List the places of a text where a word may start, from the left."""
        lengths = self._lengths
        return [place for place in range(len(text) - 1) if text[place : place + PREFIX] in lengths]

    def longest(self, text: str) -> str | None:
        """Give the longest word in a text, of equals the first in the alphabet, or None."""
        found = [word for place in self.places(text) for word in self.at(text, place)[:1]]
        return min(found, key=lambda word: (-len(word), word)) if found else None
