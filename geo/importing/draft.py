"""One list on its way in: what was read, what is taken for granted, what the check said; no screen here."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pandas as pd

from geo import schema
from geo.importing.checks.check_list import Checked, Choices, ListKnowledge, to_facilities
from geo.importing.checks.edits import edit_rows, move_points, remove_rows
from geo.importing.checks.list_datum import hinted_datum, weigh_list_datums
from geo.importing.checks.questions import (
    PLACE_MISSING,
    TYPE_MISSING,
    ambiguous_counties,
    conflicting_rows,
    likely_county,
    likely_type,
    needs_datum,
)
from geo.importing.columns.header_matching import EXACT, REMEMBERED, ColumnMapping, match_columns
from geo.importing.findings import FINDING_CODE
from geo.importing.location.county_names import CANDIDATES
from geo.importing.location.datum_evidence import likely_datum
from geo.importing.location.placing import TAKE_DECLARED, TAKE_POINT
from geo.importing.source_table import SourceTable
from geo.network.network import Network

Remembered = Mapping[str, ColumnMapping]


@dataclass(frozen=True)
class Grounds:
    """Hold what every list is checked against, and who hears the share of the check that is done."""

    network: Network
    knowledge: ListKnowledge
    checked_on: dt.date
    on_progress: Callable[[float], None] | None = None


@dataclass(frozen=True)
class Draft:
    """Hold one list.

    `evidence` is there where a datum must be chosen; `asked` are the names of counties that may be several,
    with the adcodes they may mean, answered or not; `conflicts` the rows whose point and county disagreed,
    decided or not; `dropped` the rows the user does not want. `familiar` tells whether this header was
    confirmed before. `checked` is missing while a datum is wanting, and while one of many is not `opened`.
    """

    table: SourceTable
    mapping: ColumnMapping
    familiar: bool
    evidence: pd.DataFrame | None = None
    datum: str | None = None
    choices: Choices = field(default_factory=Choices)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    conflicts: tuple[int, ...] = ()
    dropped: frozenset[int] = frozenset()
    checked: Checked | None = None
    opened: bool = True

    @property
    def title(self) -> str:
        """Name the list: its file, and its sheet where it has one."""
        return f"{self.table.file_name} · {self.table.part}" if self.table.part else self.table.file_name

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Return the names of counties still to be answered."""
        return tuple(text for text in self.asked if text not in self.choices.answers)

    @property
    def lacks_name(self) -> bool:
        """Return whether no column holds the names."""
        return schema.NAME not in self.mapping.fields

    @property
    def is_settled(self) -> bool:
        """Return whether the list may go on: it has names, and a datum where one is needed."""
        return self.checked is not None and not self.lacks_name

    @property
    def is_clear(self) -> bool:
        """Return whether nothing at all must be asked before the findings can be shown."""
        return self.familiar and self.is_settled and not self.unanswered


def open_draft(table: SourceTable, grounds: Grounds, *, remembered: Remembered) -> Draft:
    """Guess everything of a table that can be guessed, and check it if a datum is known.

    Parameters
    ----------
    table
        As read.
    grounds
        What it is checked against.
    remembered
        Mappings confirmed before, by fingerprint.
    """
    mapping = match_columns(table, grounds.knowledge.words, remembered=remembered)
    draft = Draft(table, mapping, familiar=mapping.fingerprint in remembered)
    return _guess(check_draft(_weigh(draft, grounds), grounds), grounds)


def closed_draft(table: SourceTable, grounds: Grounds, *, remembered: Remembered) -> Draft:
    """Lay a table aside as it is, to be opened when it is taken up: one of many is looked at in its turn.

    Parameters
    ----------
    table, grounds, remembered
        As `open_draft` has them.
    """
    mapping = match_columns(table, grounds.knowledge.words, remembered=remembered)
    return Draft(table, mapping, familiar=mapping.fingerprint in remembered, opened=False)


def map_draft(draft: Draft, fields: Mapping[str, str | None], grounds: Grounds) -> Draft:
    """Take headers for what the user says, and check again.

    Raises
    ------
    InvalidValueError
        Two headers are given one field.
    """
    mapped = replace(draft, mapping=draft.mapping.changed(fields), asked=MappingProxyType({}), conflicts=())
    return check_draft(_weigh(mapped, grounds, chosen=draft.datum), grounds)


def edit_draft(
    draft: Draft,
    edited: pd.DataFrame,
    grounds: Grounds,
    *,
    dropped: frozenset[int] | None = None,
    decisions: Mapping[int, str | None] | None = None,
) -> Draft:
    """Rewrite some cells, leave out some rows, and check again.

    Parameters
    ----------
    draft
        The list.
    edited
        New texts as `edit_rows` has them; may be empty.
    grounds
        What it is checked against.
    dropped
        All rows that are not wanted; as before if None.
    decisions
        What is right in rows whose point and county disagree, `point`, `declared`, or None for open again.
    """
    table = edit_rows(draft.table, edited) if len(edited) else draft.table
    left_out = draft.dropped if dropped is None else dropped
    said = {**draft.choices.decisions, **(decisions or {})}
    settled = {row: what for row, what in said.items() if what is not None and row in draft.conflicts}
    choices = replace(draft.choices, decisions=MappingProxyType(settled))
    return check_draft(replace(draft, table=table, dropped=left_out, choices=choices), grounds)


def move_draft(draft: Draft, row: int, *, lon: float, lat: float, grounds: Grounds) -> Draft:
    """Put the point of one row where the user says, in WGS-84 degrees, and check again."""
    points = pd.DataFrame({schema.LON: [lon], schema.LAT: [lat]}, index=[row])
    table, mapping = move_points(draft.table, draft.mapping, points)
    return check_draft(replace(draft, table=table, mapping=mapping), grounds)


def choose(draft: Draft, choices: Choices, grounds: Grounds) -> Draft:
    """Take what the user said of the list, and check again."""
    return check_draft(replace(draft, choices=choices), grounds)


def choose_datum(draft: Draft, datum: str, grounds: Grounds) -> Draft:
    """Take the user's word for the datum, and check again."""
    chosen = check_draft(replace(draft, datum=datum), grounds)
    return chosen if draft.checked is not None else _guess(chosen, grounds)


def check_draft(draft: Draft, grounds: Grounds) -> Draft:
    """Check the list with all that was said of it; without a datum that is needed it stays unchecked."""
    if draft.evidence is not None and draft.datum is None:
        return replace(draft, checked=None)
    checked = to_facilities(
        remove_rows(draft.table, pd.Index(sorted(draft.dropped))),
        draft.mapping,
        grounds.network,
        datum=draft.datum,
        checked_on=grounds.checked_on,
        choices=draft.choices,
        knowledge=grounds.knowledge,
        progress=grounds.on_progress,
    )
    found = ambiguous_counties(checked, grounds.knowledge)[CANDIDATES]
    asked = {str(text): tuple(str(codes).split(schema.LIST_SEPARATOR)) for text, codes in found.items()}
    conflicts = tuple(sorted({*draft.conflicts, *map(int, conflicting_rows(checked))}))
    return replace(
        draft,
        checked=checked,
        asked=MappingProxyType({**draft.asked, **asked}),
        conflicts=conflicts,
    )


def sure_headers(draft: Draft) -> tuple[str, ...]:
    """Return the headers whose meaning is known by a word or was confirmed; the others are worth a look."""
    return tuple(column.header for column in draft.mapping.columns if column.by in {EXACT, REMEMBERED})


def decide_all(draft: Draft, decision: str | None, grounds: Grounds) -> Draft:
    """Decide every conflict of point and county alike; None leaves them open.

    Parameters
    ----------
    draft
        The list.
    decision
        `point`, `declared` or None.
    grounds
        What it is checked against.
    """
    decisions = {} if decision is None else dict.fromkeys(draft.conflicts, decision)
    return choose(draft, replace(draft.choices, decisions=MappingProxyType(decisions)), grounds)


def decided(draft: Draft) -> str | None:
    """Return the decision all conflicts share, None where there is none."""
    said = {draft.choices.decisions.get(row) for row in draft.conflicts}
    only = said.pop() if len(said) == 1 else None
    return only if only in {TAKE_POINT, TAKE_DECLARED} else None


def _weigh(draft: Draft, grounds: Grounds, *, chosen: str | None = None) -> Draft:
    if not needs_datum(draft.table, draft.mapping, grounds.knowledge):
        return replace(draft, evidence=None, datum=None)
    evidence = weigh_list_datums(draft.table, draft.mapping, grounds.network, knowledge=grounds.knowledge)
    hint = hinted_datum(draft.table, draft.mapping, grounds.knowledge.words)
    return replace(draft, evidence=evidence, datum=chosen or likely_datum(evidence, hint=hint))


def _guess(draft: Draft, grounds: Grounds) -> Draft:
    """Take the type, and the county, from the name of the file where rows do not tell them."""
    if draft.checked is None:
        return draft
    codes = set(draft.checked.findings[FINDING_CODE])
    kind = likely_type(draft.table, grounds.network.facility_types, grounds.knowledge)
    county = likely_county(draft.table, grounds.knowledge)
    said = replace(
        draft.choices,
        facility_type=kind if TYPE_MISSING in codes else None,
        county=county if PLACE_MISSING in codes else None,
    )
    return draft if said == draft.choices else choose(draft, said, grounds)
