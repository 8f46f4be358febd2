"""`python -m geo import`: a list, checked, compared with the registry and applied, all of it or nothing."""

import gc
import getpass
import hashlib
import sys
import tempfile
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.commands.clock import now, today
from geo.commands.output import Codes, DataFolder, show_table, table_cells, write
from geo.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.importing.checks.check_list import Checked, Choices, ListKnowledge
    from geo.importing.columns.header_matching import ColumnMapping
    from geo.importing.source_table import SourceTable
    from geo.network.network import Network
    from geo.registry.connection import Registry
    from geo.registry.difference import Difference

# Of each kind of finding so many are shown; all of them stand in the file `--rest` and in the registry.
SHOWN = 5
# Shorter lists leave little behind: looking for it after each of 200 sheets takes longer than they do.
LONG = 15_000


class Missing(StrEnum):
    """Name what is done with sites the registry has and the list does not."""

    ASK = "ask"
    KEEP = "keep"
    CLOSE = "close"
    LATER = "later"


Who = Annotated[
    str, typer.Option("--who", metavar="NAME", help="Who signs the change; by default who is logged in.")
]


def import_list(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="xlsx, xls, ods, csv, geojson, kml, zip, gpkg.")
    ],
    *,
    facility_type: Annotated[
        str | None,
        typer.Option("--type", metavar="CODE", help="Type of rows that tell none, as worker_station."),
    ] = None,
    county: Annotated[
        str | None, typer.Option("--county", metavar="NAME", help="County of rows that tell none, as 青秀区.")
    ] = None,
    datum: Annotated[
        str | None, typer.Option("--datum", metavar="NAME", help="Of the coordinates: wgs84, gcj02 or bd09.")
    ] = None,
    maps: Annotated[
        Codes,
        typer.Option("--map", metavar="HEADER=FIELD", help="What a column holds, as 站名=name. Repeatable."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="Of a text file, where it is asked for.")
    ] = None,
    missing: Annotated[
        Missing,
        typer.Option("--missing", help="Sites held that the list does not name; later: registry questions."),
    ] = Missing.ASK,
    rest: Annotated[
        Path | None,
        typer.Option("--rest", metavar="FILE.xlsx", help="Where to write the rows that must be fixed."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")
    ] = False,
    who: Who = "",
    data: DataFolder = None,
) -> None:
    """Bring a list into the registry: read, check, compare, apply.

    Every sheet or layer with a list is a batch of its own, applied whole or not at all; `registry undo`
    takes one back. Rows with an error are left out and reported.
    """
    if rest is not None and rest.exists():
        raise InvalidValueError("rest_taken", name=rest.name)
    with _long_run():
        _begin("reading")
        from geo.catalog import DATA_FOLDER
        from geo.importing.checks.check_list import read_knowledge
        from geo.importing.readers.any_file import read_list
        from geo.network.network import load_network

        knowledge, network = read_knowledge(), load_network(data or DATA_FOLDER)
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        tables = read_list(content, file_name=path.name, words=knowledge.words, encoding=encoding)
        del content
        choices = _choices(network, facility_type, county)
        with _registry(dry_run=dry_run) as registry:
            for number, table in enumerate(tables, start=1):
                long = len(table.rows) > LONG
                _begin(
                    f"list {number} of {len(tables)}: checking {len(table.rows)} rows of "
                    f"{table.part or table.file_name}",
                    after_much=long,
                )
                mapping = _mapping(registry, table, knowledge, maps or [])
                checked = _checked(table, mapping, network, datum, choices, knowledge)
                _show_findings(checked)
                _begin("comparing", after_much=long)
                difference = _planned(registry, checked, network, sha256)
                _show_difference(difference)
                if not dry_run:
                    _apply(registry, difference, missing, who or getpass.getuser())
                if rest is not None and len(checked.rest):
                    _write_rest(rest, checked)


@contextmanager
def _long_run() -> "Iterator[None]":
    """Take and give back memory as suits one long run."""
    import pyarrow as pa

    pool, collecting = pa.default_memory_pool(), gc.isenabled()
    # Millions of cells and few cycles among them: looking for these all the while takes a sixth of the time.
    gc.disable()
    # Columns come and go by the hundred; the usual pool keeps a fifth of all memory for the next ones.
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        if collecting:
            gc.enable()


def _begin(text: str, *, after_much: bool = True) -> None:
    """Say what begins, and give back what the step before left behind where that is much."""
    typer.echo(f"{text} …", err=True)
    if after_much:
        gc.collect()


@contextmanager
def _registry(*, dry_run: bool) -> "Iterator[Registry]":
    """Return the registry; for a dry run where there is none, an empty one that is gone afterwards."""
    from geo.registry.connection import open_registry
    from geo.registry.place import registry_exists, registry_url

    if not dry_run or registry_exists(registry_url()):
        registry = open_registry()
        try:
            yield registry
        finally:
            registry.close()
        return
    with tempfile.TemporaryDirectory(prefix="guigongtu-dry-run-") as folder:
        registry = open_registry(f"sqlite:///{folder}/empty.sqlite3")
        try:
            yield registry
        finally:
            registry.close()


def _choices(network: "Network", facility_type: str | None, county: str | None) -> "Choices":
    from geo.importing.checks.check_list import Choices

    if facility_type is not None:
        network.matches(types=[facility_type])
    codes = network.county_codes(None if county is None else [county])
    return Choices(facility_type=facility_type, county=codes[0] if codes else None)


def _mapping(
    registry: "Registry", table: "SourceTable", knowledge: "ListKnowledge", said: list[str]
) -> "ColumnMapping":
    from geo.importing.columns.header_matching import match_columns
    from geo.registry.mappings import remembered_mappings

    mapping = match_columns(table, knowledge.words, remembered=remembered_mappings(registry))
    corrected: dict[str, str | None] = {}
    for pair in said:
        header, equals, field = pair.rpartition("=")
        if not equals or not header:
            raise InvalidValueError("map_no_pair", pair=pair)
        corrected[header] = field or None
    mapping = mapping.changed(corrected) if corrected else mapping
    columns_read = [f"{column.header} → {column.field}" for column in mapping.columns if column.field]
    unknown = [column.header for column in mapping.columns if not column.field]
    typer.echo(
        f"columns: {'; '.join(columns_read)}" + (f"; kept aside: {', '.join(unknown)}" if unknown else "")
    )
    return mapping


def _checked(
    table: "SourceTable",
    mapping: "ColumnMapping",
    network: "Network",
    datum: str | None,
    choices: "Choices",
    knowledge: "ListKnowledge",
) -> "Checked":
    from geo.importing.checks.check_list import to_facilities
    from geo.importing.checks.list_datum import hinted_datum

    return to_facilities(
        table,
        mapping,
        network,
        datum=_datum(datum) or hinted_datum(table, mapping, knowledge.words),
        checked_on=today(),
        choices=choices,
        knowledge=knowledge,
    )


def _datum(said: str | None) -> str | None:
    from geo.geodesy.datums import DATUMS

    if said is None:
        return None
    names = {name.replace("-", "").lower(): name for name in DATUMS}
    plain = said.replace("-", "").replace("_", "").lower()
    if plain not in names:
        raise InvalidValueError("datum_not_offered", datum=said, known=[*names])
    return names[plain]


def _planned(registry: "Registry", checked: "Checked", network: "Network", sha256: str) -> "Difference":
    from geo.registry.difference import plan_import

    return plan_import(registry, checked, sha256=sha256, sourced=network.facilities)


def _show_findings(checked: "Checked") -> None:
    from geo.importing.findings import (
        CURE,
        ERROR,
        FINDING_CODE,
        MESSAGE,
        SEVERITIES,
        SEVERITY,
        SOURCE_ROW,
        VALUE,
        say_findings,
    )

    found = checked.findings
    counted = ", ".join(f"{int((found[SEVERITY] == one).sum())} {one}s" for one in SEVERITIES)
    typer.echo(f"{len(checked.facilities)} of {len(checked.originals)} rows are sound; {counted}")
    for code, group in found[found[SEVERITY] == ERROR].groupby(FINDING_CODE, sort=False):
        first = group.head(SHOWN)
        for _, one in first.join(say_findings(first, language="en")).iterrows():
            value = f" ({one[VALUE]})" if isinstance(one[VALUE], str) and one[VALUE] else ""
            typer.echo(f"  row {one[SOURCE_ROW]}: {one[MESSAGE]}{value}. {one[CURE]}.")
        if len(group) > SHOWN:
            typer.echo(f"  … and {len(group) - SHOWN} more of {code}")


def _show_difference(difference: "Difference") -> None:
    from geo import schema
    from geo.registry.difference import FIELD
    from geo.registry.tables import AFTER, BEFORE

    counts = difference.counts
    typer.echo(
        "{new} new, {changed} changed, {unchanged} unchanged, {missing} missing from the list, "
        "{matched} matched with sourced sites, {rest} left to be fixed".format(**counts)
    )
    first = difference.changed[[schema.FACILITY_ID, FIELD, BEFORE, AFTER]].head(4 * SHOWN)
    if len(first):
        show_table(("facility", "field", "before", "after"), table_cells(first))


def _apply(registry: "Registry", difference: "Difference", missing: Missing, who: str) -> None:
    from geo.registry.applying import apply_import
    from geo.registry.mappings import remember_mapping

    if not len(difference.records):
        raise InvalidValueError("no_row_applicable")
    close, ask = _missing(difference, missing)
    if len(difference.records) > LONG:
        gc.collect()
    with typer.progressbar(length=max(1, len(difference.new)), label="writing", file=sys.stderr) as bar:
        batch = apply_import(
            registry, difference, who=who, at=now(), close=close, ask=ask, progress=bar.update
        )
    remember_mapping(registry, difference.checked.mapping, who=who, at=now())
    typer.echo(f"batch {batch} applied by {who}; `python -m geo registry undo {batch}` takes it back")


def _missing(difference: "Difference", missing: Missing) -> tuple[list[str], list[str]]:
    """Return the ids of the sites to close, and of those to be asked about later."""
    from geo import schema

    gone = difference.missing
    ids = list(map(str, gone.index))
    if gone.empty or missing is Missing.KEEP:
        return [], []
    if missing is Missing.CLOSE:
        return ids, []
    if missing is Missing.LATER:
        return [], ids
    if not sys.stdin.isatty():
        raise InvalidValueError("sites_not_in_list", count=len(gone), first=gone[schema.NAME].iloc[0])
    return [
        one for one, name in zip(ids, gone[schema.NAME], strict=True) if typer.confirm(f"Close {name}?")
    ], []


def _write_rest(path: Path, checked: "Checked") -> None:
    from geo.importing.workbooks.returned_rows import to_rest_workbook

    write(str(path), to_rest_workbook(checked), force=False)
    typer.echo(f"{len(checked.rest)} rows to be fixed stand in {path.name}; import it again afterwards")
