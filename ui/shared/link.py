"""The link: a page's question, the query parameters that say it, and the widgets that hold it.

A page declares its parameters as data; here alone they are read from the link, put into the widgets, taken
from them, and written back. While a widget is not drawn, Streamlit keeps its value (`persist_state`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import streamlit as st

from geo.network.network import Network
from ui.shared.language import FIRST_LANGUAGE, LANGUAGE_KEY, current_language
from ui.shared.link_values import MOST_LETTERS, NEVER_MEANT, NOTHING, SEPARATOR, Fault, Read

FAULTS = "link_faults"
OPEN_PAGE, VISIT = "link_page", "link_visit"
_BETWEEN = ":"
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Parameter:
    """Declare one parameter: the field it says, its name in the link, how it is read, the key of its widget.

    `key` is empty where no widget holds the field by itself. `under` names a field without which this one is
    not asked.
    """

    field: str
    name: str
    read: Read
    key: str = ""
    under: str = ""


@dataclass(frozen=True)
class Seen:
    """Hold what a page last asked, the link that says it, and the visit to the page it was asked in."""

    asked: Any
    link: dict[str, str]
    visit: int


@dataclass(frozen=True)
class PageLink(Generic[Asked]):
    """Keep a frozen question, the link and the widgets of a page the same.

    Parameters
    ----------
    first
        The question before anything is asked; what is as in it stands in no link.
    parameters
        In the order they are written.
    seen_key
        Where the session keeps what was asked last.
    spread, gather
        Turn a question into values by field, and back; those of a flat dataclass if left out.
    """

    first: Asked
    parameters: tuple[Parameter, ...]
    seen_key: str
    spread: Callable[[Asked], dict[str, Any]] = lambda asked: dict(vars(asked))
    gather: Callable[[dict[str, Any]], Asked] | None = None

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all parameters."""
        return frozenset(parameter.name for parameter in self.parameters)

    def name_of(self, field: str) -> str:
        """Return the name of the parameter that says a field."""
        return next(parameter.name for parameter in self.parameters if parameter.field == field)

    def read(
        self, link: dict[str, str], network: Network, first: Asked | None = None
    ) -> tuple[Asked, tuple[Fault, ...]]:
        """Read a question from query parameters; what does not exist is left out and reported.

        Parameters
        ----------
        link
            Query parameters by name; names that are not ours are ignored.
        network
            Says what exists.
        first
            What is asked where the link says nothing; `self.first` if left out.

        Returns
        -------
        tuple
            The question, and the faults.
        """
        values, faults = self.spread(self.first if first is None else first), list[Fault]()
        for parameter in self.parameters:
            if parameter.name not in link or (parameter.under and not values[parameter.under]):
                continue
            value, more = parameter.read(parameter.name, link[parameter.name], network)
            faults += more
            if value is not NOTHING:
                values[parameter.field] = value
        return self._gathered(values), tuple(faults)

    def write(self, asked: Asked) -> dict[str, str]:
        """Write the query parameters of a question; what is as at first is left out."""
        values, first = self.spread(asked), self.spread(self.first)
        return {
            parameter.name: _to_text(values[parameter.field])
            for parameter in self.parameters
            if values[parameter.field] != first[parameter.field]
            and (not parameter.under or values[parameter.under])
        }

    def store(self, asked: Asked) -> None:
        """Put a question into the widgets."""
        values = self.spread(asked)
        for parameter in self.parameters:
            if parameter.key:
                value = values[parameter.field]
                st.session_state[parameter.key] = list(value) if isinstance(value, tuple) else value

    def stored(self) -> Asked:
        """Take the question from the widgets; what none of them holds is as at first."""
        values = self.spread(self.first)
        for parameter in self.parameters:
            if parameter.key:
                value = st.session_state[parameter.key]
                values[parameter.field] = tuple(value) if isinstance(value, list) else value
        return self._gathered(values)

    def last(self) -> Asked | None:
        """Return what was asked last in this session; None before anything was."""
        seen = st.session_state.get(self.seen_key)
        return None if seen is None else seen.asked

    def follow(
        self,
        network: Network,
        *,
        first: Asked | None = None,
        store: Callable[[Asked], None] | None = None,
        stored: Callable[[], Asked] | None = None,
    ) -> None:
        """Take the question from the link when the link changed and no widget did (first visit, back button).

        On a page that is come back to, whose link says nothing, the last question is taken up again.

        Parameters
        ----------
        network
            Says what exists.
        first
            What is asked where the link says nothing.
        store, stored
            As the methods of these names, for a page that holds more than the widgets do.
        """
        store, stored = store or self.store, stored or self.stored
        link = {name: value for name, value in read_link().items() if name in self.names}
        seen: Seen | None = st.session_state.get(self.seen_key)
        if seen is not None and seen.visit != _visit():
            store(seen.asked)
            link = link or seen.link
        if seen is None or (link != seen.link and stored() == seen.asked):
            asked, faults = self.read(link, network, first)
            store(asked)
            add_faults(*faults)

    def keep(self, asked: Asked, *, said: Asked | None = None, beside: Collection[str] | None = None) -> None:
        """Make the link say a question, and remember both.

        Parameters
        ----------
        asked
            What is asked.
        said
            The same in fewer words, where the link can do with fewer.
        beside
            The other parameters that stay in the link; all of them if left out.
        """
        link = self.write(asked if said is None else said)
        others = {
            name: value
            for name, value in read_link().items()
            if name not in {*self.names, LANGUAGE_KEY} and (beside is None or name in beside)
        }
        write_link(link | language_link() | others)
        st.session_state[self.seen_key] = Seen(asked, link, _visit())

    def _gathered(self, values: dict[str, Any]) -> Asked:
        if self.gather is not None:
            return self.gather(values)
        asked: Asked = replace(self.first, **values)  # type: ignore[type-var]
        return asked


def turn_to(page: str) -> None:
    """Note which page is open, so that one that is come back to is known from one that is drawn again.

    Parameters
    ----------
    page
        The page's address.
    """
    if st.session_state.get(OPEN_PAGE) != page:
        st.session_state[OPEN_PAGE], st.session_state[VISIT] = page, _visit() + 1


def add_faults(*faults: Fault) -> None:
    """Note what a link asked for that does not exist; the page says it once."""
    st.session_state[FAULTS] = (*st.session_state.get(FAULTS, ()), *faults)


def take_faults() -> tuple[Fault, ...]:
    """Return the faults that were noted, and let them go."""
    faults: tuple[Fault, ...] = st.session_state.get(FAULTS, ())
    st.session_state[FAULTS] = ()
    return faults


def language_link() -> dict[str, str]:
    """Return the query parameter that says the language of this session; none for the first."""
    language = current_language()
    return {} if language == FIRST_LANGUAGE else {LANGUAGE_KEY: language}


def read_link() -> dict[str, str]:
    """Read the query parameters of this page; of a repeated one the last.

    Returns
    -------
    dict
        Each at most `MOST_LETTERS` long and without signs nobody means.
    """
    there = st.query_params.to_dict()
    return {name: NEVER_MEANT.sub("", value[:MOST_LETTERS]) for name, value in there.items()}


def write_link(parameters: dict[str, str]) -> None:
    """Make the query parameters of this page these.

    Parameters
    ----------
    parameters
        All of them, by name.
    """
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def _visit() -> int:
    visit: int = st.session_state.get(VISIT, 0)
    return visit


def _to_text(value: object) -> str:
    if isinstance(value, tuple):
        return SEPARATOR.join(map(_part_to_text, value))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _part_to_text(value: object) -> str:
    """Write one of several: a code, a code with its price, or a place to the metre."""
    if not isinstance(value, tuple):
        return str(value)
    one, two = value
    return f"{one}{_BETWEEN}{two:g}" if isinstance(one, str) else f"{one:.5f}{_BETWEEN}{two:.5f}"
