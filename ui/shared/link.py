"""The link: the one place where query parameters are read and written, within bounds.

Anybody can write a link. What it holds is cut to size before it is looked at, so that no link costs more than
the page itself; a link the program wrote is always within.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import TypeVar

import streamlit as st

from geo.errors import UnknownNameError

SEPARATOR = ","
# Of one parameter, of one of its values, and how many values it has.
MOST_LETTERS, MOST_VALUE_LETTERS, MOST_VALUES = 10_000, 100, 200
# So many unknown values of one parameter are looked for among the known; then no more of it is read.
MOST_FAULTS = 5
# Control signs, halves of letters, and signs that turn the direction of what comes after.
_NEVER_MEANT = re.compile(
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


def read_link() -> dict[str, str]:
    """Read the query parameters of this page; of a repeated one the last.

    Returns
    -------
    dict
        Each at most `MOST_LETTERS` long and without signs nobody means.
    """
    there = st.query_params.to_dict()
    return {name: _NEVER_MEANT.sub("", value[:MOST_LETTERS]) for name, value in there.items()}


def write_link(parameters: dict[str, str]) -> None:
    """Make the query parameters of this page these.

    Parameters
    ----------
    parameters
        All of them, by name.
    """
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


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
