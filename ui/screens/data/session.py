"""The session state of an import: the lists one visitor is bringing in; it belongs to the session alone."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from geo.importing.checks.check_list import Checked
from geo.importing.draft import Draft, Grounds
from geo.importing.errors import UnknownEncodingError
from geo.registry.difference import Difference
from ui.shared.language import current_language

IMPORT_SESSION = "import_session"
DROP, CONFIRM, EDIT, APPLY = STEPS = ("drop", "confirm", "edit", "apply")


@dataclass(frozen=True)
class Unclear:
    """Hold a file whose encoding must be asked for."""

    file_name: str
    data: bytes
    fault: UnknownEncodingError


@dataclass(frozen=True)
class Applied:
    """Hold what was just applied: its number in the history, its name, its counts, and the list itself."""

    batch: int
    title: str
    counts: dict[str, int]
    checked: Checked


@dataclass
class ImportSession:
    """Hold the lists of this visitor, by number, and where each has got to.

    `turn` rises with every change that makes the widgets on screen stale, `changes` with every change of a
    list; both are part of their keys.
    `pending` is a change of a long list that waits for the page; `cancelled` says that one was given up.
    `encoding` is the file whose encoding was just chosen, by digest, and that encoding.
    `encoding` names the file whose encoding was just chosen, by digest, and that encoding.
    `placing` is the row whose place is being pointed at, `apart` the rows said to be sites of their own.
    """

    drafts: dict[int, Draft] = field(default_factory=dict)
    steps: dict[int, str] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    current: int | None = None
    refusals: list[dict[str, str]] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    shown_rows: tuple[int, ...] = ()
    shown_columns: tuple[str, ...] = ()
    choice: str | None = None
    placing: int | None = None
    difference: Difference | None = None
    apart: frozenset[int] = frozenset()
    applied: Applied | None = None
    writer: str = ""
    pending: Callable[[Grounds], Draft] | None = None
    encoding: tuple[str, str] | None = None
    cancelled: bool = False
    turn: int = 0
    changes: int = 0
    taken: int = 0

    @property
    def draft(self) -> Draft:
        """Return the list at hand."""
        if self.current is None:
            raise KeyError("no list is at hand")
        return self.drafts[self.current]

    @property
    def step(self) -> str:
        """Return the step the list at hand has got to."""
        return DROP if self.current is None else self.steps[self.current]


def import_session() -> ImportSession:
    session: ImportSession = st.session_state.setdefault(IMPORT_SESSION, ImportSession())
    return session


def put_down(session: ImportSession, draft: Draft, *, digest: str) -> None:
    """Add a new list to the import; the first of several that came together is taken up."""
    session.taken += 1
    session.drafts[session.taken], session.digests[session.taken] = draft, digest
    session.steps[session.taken] = EDIT if draft.is_clear else CONFIRM
    if session.current is None:
        take_up(session, session.taken)


def take_up(session: ImportSession, number: int | None) -> None:
    """Turn to another list, or to the place where files are dropped."""
    session.current, session.placing, session.difference, session.pending = number, None, None, None
    session.apart = frozenset()
    turn_page(session)


def turn_page(session: ImportSession, *, choice: str | None = None) -> None:
    """Forget which rows stood on the page, and what the widgets on it held; show what is chosen instead."""
    session.choice = choice
    session.shown_rows = session.shown_columns = ()
    session.turn += 1


def replace_draft(session: ImportSession, draft: Draft) -> None:
    """Put the list at hand back, changed."""
    if session.current is not None:
        session.drafts[session.current] = draft
        session.turn += 1
        session.changes += 1


def open_current(session: ImportSession, draft: Draft) -> None:
    """Put the list at hand back after the first look at it, at the step where something is asked of it."""
    replace_draft(session, draft)
    if session.current is not None:
        session.steps[session.current] = EDIT if draft.is_clear else CONFIRM


def widget_key(session: ImportSession, name: str) -> str:
    """Return a widget's key, new whenever its words may be others: Streamlit keeps choices as words."""
    return f"{name}_{session.current}_{session.turn}_{session.changes}_{current_language()}"


def go_to(session: ImportSession, step: str) -> None:
    """Go on, or back, with the list at hand."""
    if step == DROP:
        take_up(session, None)
    elif session.current is not None:
        session.steps[session.current] = step
        take_up(session, session.current)


def put_away(session: ImportSession) -> None:
    """Take the list at hand out of the import and turn to the next."""
    if session.current is not None:
        for held in (session.drafts, session.steps, session.digests):
            held.pop(session.current, None)
    take_up(session, next(iter(session.drafts), None))


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(data).hexdigest()
