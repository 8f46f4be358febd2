"""The values of a link: how each is read, within bounds.

Anybody can write a link. What it holds is cut to size before it is looked at, so that no link costs more than
the page itself; a link the program wrote is always within.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from typing import Any, TypeVar

from geo.errors import UnknownNameError
from geo.names import near_names
from geo.network.network import Network

SEPARATOR = ","
# Of one parameter, of one of its values, and how many values it has.
MOST_LETTERS, MOST_VALUE_LETTERS, MOST_VALUES = 10_000, 100, 200
# So many unknown values of one parameter are looked for among the known; then no more of it is read.
MOST_FAULTS = 5
# Control signs, halves of letters, and signs that turn the direction of what comes after.
NEVER_MEANT = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_NUMBER = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_MOST_DIGITS = 9
Value = TypeVar("Value")


@dataclass(frozen=True)
class Fault:
    """Name one thing in a link that does not exist, with the names near it."""

    parameter: str
    value: str
    near: str


def split_values(text: str, *, most: int = MOST_VALUES) -> list[str]:
    """Split a list of a link; what goes beyond `most` is left out, and every value is said once.

    Parameters
    ----------
    text
        Values with commas between them.
    most
        How many are kept.
    """
    return list(dict.fromkeys(filter(None, text.split(SEPARATOR, most)[:most])))


def read_values(parameter: str, text: str, read: Callable[[str], Value]) -> tuple[list[Value], list[Fault]]:
    """Read the values of a list one by one; what does not exist is reported.

    Parameters
    ----------
    parameter
        Name of the list in the link.
    text
        What the link says.
    read
        Gives what a value stands for, or raises `UnknownNameError`.

    Returns
    -------
    tuple
        What was read, and one fault for each value that does not exist. After `MOST_FAULTS` of them, or
        `MOST_VALUES` values, the last fault stands for all that was not looked at.
    """
    good: list[Value] = []
    faults: list[Fault] = []
    values = split_values(text, most=MOST_VALUES + 1)
    for place, value in enumerate(values):
        if place == MOST_VALUES or len(faults) == MOST_FAULTS:
            faults.append(Fault(parameter, f"{value[:MOST_VALUE_LETTERS]}…", ""))
            break
        try:
            good.append(read(value))
        except UnknownNameError as fault:
            faults.append(Fault(parameter, value, fault.near))
    return good, faults


def read_number(text: str) -> float:
    """Read a decimal number as programs write it; whatever is none is not a number (NaN).

    Parameters
    ----------
    text
        ASCII digits, at most one point and an exponent.
    """
    return float(text) if _NUMBER.fullmatch(text) else nan


def read_whole(text: str, allowed: range) -> int | None:
    """Read a whole number; None where it is none or not allowed.

    Parameters
    ----------
    text
        ASCII digits.
    allowed
        Which numbers may be.
    """
    plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if plain and int(text) in allowed else None


# What a parameter says, read: the value or `NOTHING`, and what of it does not exist.
Read = Callable[[str, str, Network], tuple[Any, list[Fault]]]
ReadOne = Callable[[str, Network], Any]
NOTHING = object()


def one(read: ReadOne) -> Read:
    """Return a reader of one value; what cannot be read is a fault.

    Parameters
    ----------
    read
        Gives what a text stands for, or raises `UnknownNameError`.
    """

    def found(name: str, text: str, network: Network) -> tuple[Any, list[Fault]]:
        if not text:
            return NOTHING, []
        try:
            return read(text, network), []
        except UnknownNameError as fault:
            return NOTHING, [Fault(name, text, fault.near)]

    return found


def every(read: ReadOne, *, most: int = MOST_VALUES) -> Read:
    """Return a reader of a list, which is left out as a whole if one of its values does not exist.

    Parameters
    ----------
    read
        As `one` takes it.
    most
        How many values are looked at.
    """

    def all_of(text: str, network: Network) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(read(part, network) for part in split_values(text, most=most)))

    return one(all_of)


def some(read: ReadOne) -> Read:
    """Return a reader of a list, of which those values are taken that exist.

    Parameters
    ----------
    read
        As `one` takes it.
    """

    def found(name: str, text: str, network: Network) -> tuple[Any, list[Fault]]:
        good, faults = read_values(name, text, lambda part: read(part, network))
        return tuple(dict.fromkeys(good)), faults

    return found


def first_of(read: Read) -> Read:
    """Return a reader of the first value that a reader of a list finds."""

    def found(name: str, text: str, network: Network) -> tuple[Any, list[Fault]]:
        values, faults = read(name, text, network)
        return (values[0] if values else NOTHING), faults

    return found


def among(known: Iterable[str] | Callable[[Network], Iterable[str]], *, listed: bool = True) -> ReadOne:
    """Return a reader of one of some names.

    Parameters
    ----------
    known
        The names, or what gives them for a network.
    listed
        Whether all of them are named where none is near.
    """

    def read(text: str, network: Network) -> str:
        names = list(known(network) if callable(known) else known)
        if text not in names:
            near = near_names(text, names) or (", ".join(names) if listed else "")
            raise UnknownNameError("link_value_unusable", value=text, near=near)
        return text

    return read


def number(least: float, most: float) -> ReadOne:
    """Return a reader of a decimal number within bounds."""

    def read(text: str, _: Network) -> float:
        value = read_number(text)
        if not least <= value <= most:
            raise UnknownNameError("link_value_unusable", value=text, near=bounds_in_words(least, most))
        return value

    return read


def whole(least: int, most: int) -> ReadOne:
    """Return a reader of a whole number within bounds."""

    def read(text: str, _: Network) -> int:
        value = read_whole(text, range(least, most + 1))
        if value is None:
            raise UnknownNameError("link_value_unusable", value=text, near=bounds_in_words(least, most))
        return value

    return read


def bounds_in_words(least: float, most: float) -> str:
    """Say between what a number has to lie."""
    return f"{least:g} – {most:,.12g}"
