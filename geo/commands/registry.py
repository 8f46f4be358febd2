"""`python -m geo registry`: look into the registry of one's own lists, take batches back, copy it."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.commands.clock import now, today
from geo.commands.lists import Who
from geo.commands.networks import opened, read_network
from geo.commands.output import (
    Codes,
    DataFolder,
    Force,
    Format,
    Output,
    content,
    format_of,
    require_writable,
    show_table,
    table_cells,
    write,
)
from geo.errors import RegistryError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.network.network import Network

TITLE = "导入的清单"

app = typer.Typer(help="Look after the registry of your own lists.", rich_markup_mode=None)


@app.command()
def history(
    facility: Annotated[
        str | None, typer.Argument(metavar="[FACILITY]", help="An id, to see each of its versions.")
    ] = None,
) -> None:
    """List every batch, the latest first; or every version of one site."""
    from geo.registry.history import read_batches, read_versions

    with opened() as registry:
        if facility is None:
            columns = ("at", "who", "file_name", "new", "changed", "unchanged", "closed", "rest", "undone_by")
            found = read_batches(registry)
            _show(found[list(columns)].reset_index(), ("batch", *columns))
        else:
            found = read_versions(registry, facility)
            if found.empty:
                raise RegistryError("site_unknown", name=facility)
            shown = found[["at", "who", "action", "batch_id"]].reset_index()
            _show(shown, ("version", "at", "who", "action", "batch"))


@app.command()
def undo(
    batch: Annotated[int, typer.Argument(help="Its number in `history`.")],
    *,
    who: Who = "",
) -> None:
    """Take a batch back: every site it changed is again as it was before."""
    from geo.registry.applying import undo_batch

    with opened() as registry:
        undo_batch(registry, batch, who=who or getpass.getuser(), at=now())
    typer.echo(f"batch {batch} was undone")


@app.command()
def questions(
    *,
    close: Annotated[
        Codes, typer.Option("--close", metavar="ID", help="A site that is closed. Repeatable.")
    ] = None,
    keep: Annotated[
        Codes, typer.Option("--keep", metavar="ID", help="A site that stays as it is. Repeatable.")
    ] = None,
    who: Who = "",
) -> None:
    """List the sites a list did not name and nobody decided on yet; or decide on some."""
    from geo import schema
    from geo.registry.open_questions import answer_questions, read_questions

    answered = [*(close or []), *(keep or [])]
    with opened() as registry:
        waiting = read_questions(registry)
        unknown = sorted({*answered} - {*waiting.index} | {*(close or [])} & {*(keep or [])})
        if unknown:
            raise RegistryError("question_unknown", name=unknown[0])
        if answered:
            asked = waiting.loc[answered]
            answer_questions(registry, asked, close=close or [], who=who or getpass.getuser(), at=now())
            typer.echo(f"{len(close or [])} closed, {len(keep or [])} kept")
            return
    columns = (schema.NAME, schema.FACILITY_TYPE, schema.COUNTY, "file_name", "at")
    _show(waiting[list(columns)].reset_index(), ("facility", *columns))


@app.command()
def currency(*, data: DataFolder = None) -> None:
    """Say per county and type how many sites the lists name, how new that is, and by whose batch."""
    from geo import schema
    from geo.registry.currency import read_currency

    network = read_network(data, lists=False)
    with opened() as registry:
        found = read_currency(registry, network.counts).reset_index()
    found[schema.COUNTY] = found[schema.COUNTY].map(network.regions[schema.NAME])
    places = (schema.COUNTY, schema.FACILITY_TYPE)
    columns = (*places, "listed", "located", "closed", "published", "missing", "at", "who", "file_name")
    _show(found[list(columns)], columns)


@app.command()
def export(
    *,
    types: Annotated[
        Codes, typer.Option("--type", metavar="CODE", help="Facility type, as worker_station. Repeatable.")
    ] = None,
    counties: Annotated[
        Codes, typer.Option("--county", metavar="NAME", help="County by name or adcode. Repeatable.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="With contacts and whatever else no public file may hold.")
    ] = False,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by the output's suffix, else geojson.")
    ] = None,
    output: Output = "-",
    force: Force = False,
    data: DataFolder = None,
) -> None:
    """Write the sites of the registry; without --private a public file, that drops what is not public."""
    chosen = format_ or format_of(output)
    require_writable(output, chosen, force=force)
    from geo.export.provenance import filters_in_words, names_of_codes, provenance_of
    from geo.network.network import with_lists
    from geo.registry.lists import read_lists

    network = read_network(data, lists=False)
    with opened() as registry:
        lists = read_lists(registry)
    asked = {"types": types, "counties": network.county_codes(counties)}
    sites = _chosen_sites(lists.records, network, asked, private=private)
    about = provenance_of(
        sites,
        with_lists(network, lists),
        title=TITLE,
        filters=filters_in_words(asked, names_of_codes(network)),
        generated_on=today(),
    )
    write(output, content(sites, chosen, about), force=force)
    typer.echo(f"{len(sites)} sites" + (", with what is not public" if private else ""), err=True)


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")],
) -> None:
    """Write a whole copy into one file, and check that it is whole."""
    from geo.registry.copies import back_up

    if not path.absolute().parent.is_dir():
        raise RegistryError("folder_missing", folder=path.parent)
    with opened() as registry:
        counts = back_up(registry, path)
    typer.echo(f"{path.name} is whole: {_counted(counts)}")


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `registry backup` made.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace what the registry holds.")] = False,
) -> None:
    """Put a copy in the registry's place, after checking that it is whole."""
    from geo.registry.connection import open_registry
    from geo.registry.copies import check_copy
    from geo.registry.copies import restore as put_back

    check_copy(path)
    registry = open_registry()
    try:
        counts = put_back(registry, path, replace=force)
    finally:
        registry.close()
    typer.echo(f"restored: {_counted(counts)}")


def _chosen_sites(
    records: "gpd.GeoDataFrame", network: "Network", asked: dict[str, Any], *, private: bool
) -> "gpd.GeoDataFrame":
    from geo import schema

    types, counties = asked["types"], asked["counties"]
    network.matches(types=types)
    if types is not None:
        records = records[records[schema.FACILITY_TYPE].isin(types)]
    if counties is not None:
        records = records[records[schema.COUNTY].isin(counties)]
    return records if private else records[[*schema.FACILITY_COLUMNS, schema.GEOMETRY]]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{rows} {name}" for name, rows in counts.items())


def _show(found: "pd.DataFrame", header: tuple[str, ...]) -> None:
    show_table(header, table_cells(found))
