"""What is asked of coverage in the link, so that the link opens the same view."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace

from geo.coverage import double_test
from geo.coverage.people import MAX_THRESHOLD_M, WHO_COUNTS
from geo.errors import UnknownNameError
from geo.names import near_names
from ui.screens.coverage.question import (
    DAYS,
    FIRST_LAYERS,
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
from ui.shared.link import MOST_VALUE_LETTERS, SEPARATOR, Fault, read_number, read_values, read_whole

# A walk of more than a day, a way a hundred times the straight line, faster than anyone runs.
MOST = {"metres": MAX_THRESHOLD_M, "minutes": 1440.0, "detour": 100.0, "kmh": 40.0}
LEAST = {"detour": 1.0, "metres": 1.0, "minutes": 0.1, "kmh": 0.1}
LINK_NAMES = {
    "by": "by",
    "metres": "m",
    "minutes": "min",
    "detour": "detour",
    "kmh": "kmh",
    "who": "who",
    "day": "day",
    "hour": "hour",
    "source": "people",
    "layers": "layers",
    "compare": "vs",
    "section": "section",
}
OTHER = "vs_"


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


def to_link(asked: Asked) -> dict[str, str]:
    """Write the query parameters of what is asked; what is as at first is left out."""
    link = _question_link(asked.question, Question())
    if asked.layers != FIRST_LAYERS:
        link[LINK_NAMES["layers"]] = SEPARATOR.join(asked.layers)
    if asked.section != SECTIONS[0]:
        link[LINK_NAMES["section"]] = asked.section
    if asked.other is not None:
        other = _question_link(asked.other, Question())
        link |= {LINK_NAMES["compare"]: "1"} | {OTHER + name: value for name, value in other.items()}
    return link


def from_link(parameters: Mapping[str, str]) -> tuple[Asked, tuple[Fault, ...]]:
    """Read what is asked from query parameters; what does not exist is left out and reported.

    Parameters
    ----------
    parameters
        Query parameters by name. Names that are not ours are ignored.

    Returns
    -------
    tuple
        What is asked, and one fault for each value that cannot be.
    """
    question, faults = _read_question(parameters, "")
    layers: tuple[str, ...] = FIRST_LAYERS
    told = parameters.get(LINK_NAMES["layers"])
    if told is not None:
        values, more = read_values(LINK_NAMES["layers"], told, _layer)
        layers = tuple(layer for layer in LAYERS if layer in values)
        faults += more
    section = parameters.get(LINK_NAMES["section"], "") or SECTIONS[0]
    if section not in SECTIONS:
        faults.append(
            Fault(LINK_NAMES["section"], section, near_names(section, SECTIONS) or ", ".join(SECTIONS))
        )
        section = SECTIONS[0]
    other = None
    if parameters.get(LINK_NAMES["compare"]) == "1":
        other, more = _read_question(parameters, OTHER)
        faults += more
    return Asked(question, layers, other, section), tuple(faults)


def own_names() -> frozenset[str]:
    """Give the names of all query parameters that are ours."""
    questions = [LINK_NAMES[item.name] for item in fields(Question)]
    others = [OTHER + name for name in questions]
    return frozenset([*questions, *others, *(LINK_NAMES[name] for name in ("layers", "compare", "section"))])


def is_allowed(name: str, value: float) -> bool:
    """Tell whether a number can be asked for: neither too small to mean anything nor beyond all sense."""
    return math.isfinite(value) and LEAST[name] <= value <= MOST[name]


def bounds_of(name: str) -> str:
    """Say between what a number has to lie."""
    return f"{LEAST[name]:g} – {MOST[name]:,.0f}"


def _question_link(question: Question, first: Question) -> dict[str, str]:
    asked = {item.name: getattr(question, item.name) for item in fields(Question)}
    return {
        LINK_NAMES[name]: f"{value:.12g}" if isinstance(value, float) else str(value)
        for name, value in asked.items()
        if value != getattr(first, name)
    }


def _read_question(parameters: Mapping[str, str], prefix: str) -> tuple[Question, list[Fault]]:
    readers: dict[str, Callable[[str], tuple[object, str]]] = {
        "by": _read_by,
        **{name: _number_reader(name) for name in MOST},
        "who": _one_of(WHO_COUNTS),
        "day": _whole_reader(DAYS),
        "hour": _whole_reader(HOURS),
        "source": _read_source,
    }
    found: dict[str, object] = {}
    faults = []
    for name, read in readers.items():
        parameter = prefix + LINK_NAMES[name]
        text = parameters.get(parameter, "")
        if not text:
            continue
        value, near = read(text)
        if value is None:
            faults.append(Fault(parameter, text, near))
        else:
            found[name] = value
    return Question(**found), faults  # type: ignore[arg-type]


def _layer(text: str) -> str:
    if text not in LAYERS:
        raise UnknownNameError(
            "link_value_unusable", value=text, near=near_names(text, LAYERS) or ", ".join(LAYERS)
        )
    return text


def _read_by(text: str) -> tuple[object, str]:
    measure, _, amount = text.partition(":")
    right = text in (OWN_METRES, OWN_MINUTES) or (measure in MEASURES and 0 < read_number(amount) < math.inf)
    return (text, "") if right else (None, f"{OWN_METRES}, {OWN_MINUTES}, {double_test.STRAIGHT_LINE_M}:1000")


def _read_source(text: str) -> tuple[object, str]:
    right = text in {GRID, TOWNSHIPS} or (text.startswith(OWN_MARK) and len(text) <= MOST_VALUE_LETTERS)
    return (text, "") if right else (None, f"{GRID}, {TOWNSHIPS}")


def _number_reader(name: str) -> Callable[[str], tuple[object, str]]:
    def read(text: str) -> tuple[object, str]:
        value = read_number(text)
        return (value, "") if is_allowed(name, value) else (None, bounds_of(name))

    return read


def _whole_reader(allowed: range) -> Callable[[str], tuple[object, str]]:
    def read(text: str) -> tuple[object, str]:
        value = read_whole(text, allowed)
        return (value, "" if value is not None else f"{allowed[0]} … {allowed[-1]}")

    return read


def _one_of(known: Iterable[str]) -> Callable[[str], tuple[object, str]]:
    names = list(known)

    def read(text: str) -> tuple[object, str]:
        return (text, "") if text in names else (None, near_names(text, names) or ", ".join(names))

    return read
