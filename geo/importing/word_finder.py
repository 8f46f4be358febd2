"""Find many words in a text at once: by their first two letters, the longest at each place first."""

from collections.abc import Iterable

PREFIX = 2


class WordFinder:
    """Hold words of two letters or more so that a text is searched once for all of them."""

    def __init__(self, words: Iterable[str]) -> None:
        starts: dict[str, list[str]] = {}
        for word in sorted(set(words), key=lambda word: (-len(word), word)):
            if len(word) >= PREFIX:
                starts.setdefault(word[:PREFIX], []).append(word)
        self._starts = {start: tuple(listed) for start, listed in starts.items()}

    def at(self, text: str, place: int) -> tuple[str, ...]:
        """Return the words that start at a place of a text, the longest first."""
        listed = self._starts.get(text[place : place + PREFIX], ())
        return tuple([word for word in listed if text.startswith(word, place)])

    def first_at(self, text: str, place: int) -> str | None:
        """Return the longest word that starts at a place of a text, or None."""
        for word in self._starts.get(text[place : place + PREFIX], ()):
            if text.startswith(word, place):
                return word
        return None

    def places(self, text: str, *, start: int = 0) -> list[int]:
        """List the places of a text, from one on, where a word may start, from the left."""
        starts = self._starts
        return [place for place in range(start, len(text) - 1) if text[place : place + PREFIX] in starts]

    def longest(self, text: str) -> str | None:
        """Return the longest word in a text, of equals the first in the alphabet, or None."""
        found = [word for place in self.places(text) for word in self.at(text, place)[:1]]
        return min(found, key=lambda word: (-len(word), word)) if found else None
