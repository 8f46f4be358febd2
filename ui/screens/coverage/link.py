"""What is asked of coverage in the link, so that the link opens the same view."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from geo.coverage import double_test
from geo.coverage.people import MAX_THRESHOLD_M, WHO_COUNTS
from geo.errors import UnknownNameError
from geo.network.network import Network
from ui.screens.coverage.question import (
    DAYS,
    GRID,
    HOURS,
    LAYERS,
    MEASURES,
    OWN_MARK,
    OWN_METRES,
    OWN_MINUTES,
    SECTIONS,
    TOWNSHIPS,
    Asked,
    Question,
)
from ui.shared.link import PageLink, Parameter
from ui.shared.link_values import (
    MOST_VALUE_LETTERS,
    among,
    bounds_in_words,
    number,
    one,
    read_number,
    some,
    whole,
)

# A walk of more than a day, a way a hundred times the straight line, faster than anyone runs.
BOUNDS = {
    "metres": (1.0, MAX_THRESHOLD_M),
    "minutes": (0.1, 1440.0),
    "detour": (1.0, 100.0),
    "kmh": (0.1, 40.0),
}
# What the names of the second question's parameters, fields and widgets begin with; the widgets of the first.
OTHER, OWN = "vs_", "reach_"
LAYERS_KEY, COMPARE_KEY, SECTION_KEY = "reach_layers", "reach_compare", "reach_section"


def shortened(asked: Asked, standards: Iterable[str]) -> Asked:
    """Say the same without naming the standard that is the first anyway.

    Parameters
    ----------
    asked
        What is asked.
    standards
        The codes of the standards there are, in their order.
    """
    first = next(iter(standards), OWN_METRES)

    def short(question: Question) -> Question:
        return replace(question, by="") if question.by == first else question

    return replace(
        asked, question=short(asked.question), other=None if asked.other is None else short(asked.other)
    )


def is_allowed(name: str, value: float) -> bool:
    """Return whether a number can be asked for: neither too small to mean anything nor beyond all sense."""
    least, most = BOUNDS[name]
    return math.isfinite(value) and least <= value <= most


def bounds_of(name: str) -> str:
    """Say between what a number has to lie."""
    return bounds_in_words(*BOUNDS[name])


def _read_by(text: str, _: Network) -> str:
    measure, _between, amount = text.partition(":")
    if text in (OWN_METRES, OWN_MINUTES) or (measure in MEASURES and 0 < read_number(amount) < math.inf):
        return text
    near = f"{OWN_METRES}, {OWN_MINUTES}, {double_test.STRAIGHT_LINE_M}:1000"
    raise UnknownNameError("link_value_unusable", value=text, near=near)


def _read_source(text: str, _: Network) -> str:
    if text in {GRID, TOWNSHIPS} or (text.startswith(OWN_MARK) and len(text) <= MOST_VALUE_LETTERS):
        return text
    raise UnknownNameError("link_value_unusable", value=text, near=f"{GRID}, {TOWNSHIPS}")


def _question_parameters(prefix: str, key: str, under: str) -> tuple[Parameter, ...]:
    """Declare what one question says in the link."""
    readers = {
        ("by", "by"): _read_by,
        ("metres", "m"): number(*BOUNDS["metres"]),
        ("minutes", "min"): number(*BOUNDS["minutes"]),
        ("detour", "detour"): number(*BOUNDS["detour"]),
        ("kmh", "kmh"): number(*BOUNDS["kmh"]),
        ("who", "who"): among(WHO_COUNTS),
        ("day", "day"): whole(DAYS[0], DAYS[-1]),
        ("hour", "hour"): whole(HOURS[0], HOURS[-1]),
        ("source", "people"): _read_source,
    }
    return tuple(
        Parameter(prefix + field, prefix + name, one(read), key + field, under)
        for (field, name), read in readers.items()
    )


def _spread(asked: Asked) -> dict[str, Any]:
    other = {OTHER + field: value for field, value in vars(asked.other or Question()).items()}
    whole_page = {"layers": asked.layers, "section": asked.section, "compare": asked.other is not None}
    return {**vars(asked.question), **whole_page, **other}


def _gather(values: dict[str, Any]) -> Asked:
    first = Question()
    layers = tuple(layer for layer in LAYERS if layer in values["layers"])
    other = {field: values[OTHER + field] for field in vars(first)}
    return Asked(
        Question(**{field: values[field] for field in vars(first)}),
        layers,
        Question(**other) if values["compare"] else None,
        values["section"],
    )


LINK = PageLink(
    Asked(),
    (
        *_question_parameters("", OWN, ""),
        Parameter("layers", "layers", some(among(LAYERS)), LAYERS_KEY),
        Parameter("section", "section", one(among(SECTIONS)), SECTION_KEY),
        Parameter("compare", "vs", one(lambda text, _: text == "1"), COMPARE_KEY),
        *_question_parameters(OTHER, OTHER, "compare"),
    ),
    seen_key="reach_seen",
    spread=_spread,
    gather=_gather,
)
