"""Turn a list into facilities: read, place, compare, and say of every row all that is wrong, at once.

Nothing is lost: what the user wrote stays in `Checked.originals`, the coordinates as given with their datum
in `Checked.places`; each is converted once, from what was given. Rows without an error are facilities; the
rest waits to be fixed.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import geopandas as gpd
import pandas as pd

from geo import schema
from geo.errors import InvalidValueError, Message
from geo.geodesy.datums import DATUMS
from geo.importing.checks.duplicate_findings import duplicate_findings
from geo.importing.checks.facility_rows import to_facility_rows
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.columns.row_fields import read_fields
from geo.importing.findings import (
    ERROR,
    SEVERITY,
    SOURCE_ROW,
    collect_findings,
    findings_of,
    findings_where,
)
from geo.importing.location.county_findings import county_findings
from geo.importing.location.gazetteer import Gazetteer, read_gazetteer
from geo.importing.location.place_names import PointNames
from geo.importing.location.placing import (
    OF_POINT,
    TAKE_DECLARED,
    TAKE_POINT,
    place_findings,
    place_points,
    place_unplaced,
)
from geo.importing.location.row_places import declared_counties, read_coordinates
from geo.importing.readers.table_header import EXAMPLE, NOTE, REPEATED, TITLE, TOTAL
from geo.importing.source_table import REASON, TEXT, SourceTable
from geo.importing.synonyms import ListWords, read_words

# The share of the check that is done after each stage, as measured on a list of 100,000 rows.
READ, UNDERSTOOD, NAMED, PLACED, DECLARED, SAID, COMPARED = 0.02, 0.17, 0.31, 0.45, 0.6, 0.65, 0.99
Progress = Callable[[float], None]
LEFT_OUT_ZH = {TOTAL: "合计", NOTE: "说明", REPEATED: "重复的表头", EXAMPLE: "示例"}
LEFT_OUT_EN = {TOTAL: "a total", NOTE: "a remark", REPEATED: "the header again", EXAMPLE: "an example"}


class KnownNetwork(Protocol):
    """Whatever knows counties, types and facilities, as a `Network`."""

    @property
    def counties(self) -> gpd.GeoDataFrame:
        """Return the counties at full detail, indexed by adcode."""

    @property
    def facility_types(self) -> pd.DataFrame:
        """Return the types, indexed by code."""

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """Return what is known already."""


@dataclass(frozen=True)
class ListKnowledge:
    """Hold the words and names lists are checked against; made once and used for many lists."""

    words: ListWords
    gazetteer: Gazetteer
    points: PointNames


@dataclass(frozen=True)
class Choices:
    """Hold what the user said of a list.

    `facility_type` and `county` (codes) are those of rows that tell none. `answers` maps the text of a county
    that may be several to the adcode meant. `decisions` maps the number of a row whose point and county
    disagree to `point` or `declared`.
    """

    facility_type: str | None = None
    county: str | None = None
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decisions: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Checked:
    """Hold a list after the check.

    `facilities` are the rows without an error, indexed by `facility_id`, as `Network.facilities` has them,
    with public columns alone. `source_rows` gives the row of each. `findings` are all findings
    (`finding_kinds.FINDING_COLUMNS`), `originals` all rows as the user wrote them, `places` where each is
    and why (`given_lon`, `given_lat`, `given_datum`, `how`, `lon`, `lat`, `point_county`, `declared_county`,
    `county`, `place_precision`, `place_error_m`, `place_from`), the last two indexed by row.
    """

    facilities: gpd.GeoDataFrame
    source_rows: pd.Series
    findings: pd.DataFrame
    originals: pd.DataFrame
    places: pd.DataFrame
    table: SourceTable
    mapping: ColumnMapping
    datum: str | None

    @property
    def rest(self) -> pd.Index:
        """Return the numbers of the rows that have an error, in their order."""
        return self.originals.index.difference(pd.Index(self.source_rows), sort=False)


def read_knowledge() -> ListKnowledge:
    """Read the words and names the program has; some 0.2 s, once."""
    gazetteer = read_gazetteer()
    return ListKnowledge(read_words(), gazetteer, PointNames(gazetteer.points))


def to_facilities(
    table: SourceTable,
    mapping: ColumnMapping,
    network: KnownNetwork,
    *,
    datum: str | None,
    checked_on: dt.date,
    choices: Choices | None = None,
    knowledge: ListKnowledge | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Check a list and turn its sound rows into facilities.

    Parameters
    ----------
    table, mapping
        The list as read, and what its headers are taken for.
    network
        The counties, the types, and the facilities known already.
    datum
        The datum of the coordinates, one of `geo.geodesy.datums.DATUMS`, as the user chose it; a column of
        the list that names the datum goes before it. None is right only where no row needs it.
    checked_on
        The day of the check; later dates lie in the future.
    choices
        What the user said of the list besides.
    knowledge
        As from `read_knowledge`; read again if None.
    progress
        Called with the share done (0-1) after each stage.

    Returns
    -------
    Checked
        Facilities, findings and originals.

    Raises
    ------
    InvalidValueError
        The datum, type, county or a decision does not exist, or the list has coordinates and no datum.
    """
    chosen, known, report = choices or Choices(), knowledge or read_knowledge(), progress or _report_to_nobody
    _require_choices(chosen, datum, network)
    pairs, written = read_coordinates(table, mapping, known.words, datum=datum)
    report(READ)
    if (pairs[schema.LON].notna() & written.datum.isna() & ~written.unknown_datum).any():
        raise InvalidValueError("datum_not_chosen", file_name=table.file_name, known=[*DATUMS])
    fields, found = read_fields(
        table,
        mapping,
        known.words,
        types=network.facility_types,
        facility_type=chosen.facility_type,
        checked_on=checked_on,
    )
    report(UNDERSTOOD)
    declared = declared_counties(
        table, mapping, known.gazetteer, county=chosen.county, answers=chosen.answers
    )
    report(NAMED)
    points = place_points(pairs, written, declared, counties=network.counties, decisions=chosen.decisions)
    places = place_unplaced(
        points,
        declared,
        fields,
        gazetteer=known.gazetteer,
        counties=network.counties,
        names=known.points,
        search=not table.own_export,
    )
    report(PLACED)
    facts = to_facility_rows(table, mapping, fields, places)
    simulated = facts[schema.ORIGIN] == schema.SIMULATED
    found += _file_findings(table)
    found.append(findings_where("simulated_row", simulated, name=schema.ORIGIN, values=facts[schema.NAME]))
    found += county_findings(declared, places[OF_POINT], mapping=mapping, gazetteer=known.gazetteer)
    report(DECLARED)
    found += place_findings(places, written, declared, mapping=mapping, names=known.gazetteer.names)
    report(SAID)
    found += duplicate_findings(table, mapping, facts, network.facilities)
    report(COMPARED)
    return _checked(table, mapping, facts, places, collect_findings(found), datum)


def _report_to_nobody(_share: float) -> None:
    """Let the share done go by."""


def _require_choices(choices: Choices, datum: str | None, network: KnownNetwork) -> None:
    """Raise with every choice that does not exist."""
    counties = network.counties.index
    faults = [
        Message("choice_does_not_exist", what=what, value=value)
        for what, value, allowed in (
            (Message("datum"), datum, DATUMS),
            (Message("facility_type"), choices.facility_type, network.facility_types.index),
            (Message("county"), choices.county, counties),
            *((Message("county"), code, counties) for code in choices.answers.values()),
            *(
                (Message("decision"), said, (TAKE_POINT, TAKE_DECLARED))
                for said in choices.decisions.values()
            ),
        )
        if value is not None and value not in allowed
    ]
    if faults:
        raise InvalidValueError("list_not_checked", faults=faults)


def _file_findings(table: SourceTable) -> list[pd.DataFrame]:
    remarks = [findings_of(remark.code, rows=[None], values=[remark.value]) for remark in table.remarks]
    reasons = table.left_out[REASON]
    left_out = findings_where(
        "row_left_out",
        reasons != TITLE,
        values=table.left_out[TEXT],
        details=reasons.map(LEFT_OUT_ZH),
        details_en=reasons.map(LEFT_OUT_EN),
    )
    return [*remarks, left_out]


def _checked(
    table: SourceTable,
    mapping: ColumnMapping,
    facts: gpd.GeoDataFrame,
    places: pd.DataFrame,
    findings: pd.DataFrame,
    datum: str | None,
) -> Checked:
    """Keep the rows without an error; the number of its row stays with each."""
    wrong = findings.loc[findings[SEVERITY] == ERROR, SOURCE_ROW].dropna().astype("int64").unique()
    sound = facts[~facts.index.isin(wrong)]
    rows = pd.Series(sound.index, index=pd.Index(sound[schema.FACILITY_ID], name=schema.FACILITY_ID))
    facilities = sound.set_index(schema.FACILITY_ID)[[*schema.FACILITY_COLUMNS, schema.GEOMETRY]]
    return Checked(
        facilities=gpd.GeoDataFrame(facilities, geometry=schema.GEOMETRY, crs=schema.WGS84),
        source_rows=rows.rename(SOURCE_ROW),
        findings=findings,
        originals=table.rows,
        places=places,
        table=table,
        mapping=mapping,
        datum=datum,
    )
