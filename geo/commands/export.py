"""`python -m geo export`: the facilities that meet every condition, as a file."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from geo.commands.clock import today
from geo.commands.output import (
    STANDARD_OUTPUT,
    Codes,
    DataFolder,
    Force,
    Format,
    Output,
    content,
    format_of,
    require_writable,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Asked = Mapping[str, Iterable[str] | str | None]

TITLE = "工会设施"


def export(
    *,
    types: Annotated[
        Codes, typer.Option("--type", metavar="CODE", help="Facility type, as worker_station. Repeatable.")
    ] = None,
    counties: Annotated[
        Codes,
        typer.Option("--county", metavar="NAME", help="County by name or adcode, as 青秀区. Repeatable."),
    ] = None,
    prefectures: Annotated[
        Codes,
        typer.Option("--prefecture", metavar="NAME", help="City by name or adcode, as 南宁. Repeatable."),
    ] = None,
    statuses: Annotated[
        Codes, typer.Option("--status", metavar="CODE", help="Status, as operating. Repeatable.")
    ] = None,
    origins: Annotated[
        Codes,
        typer.Option("--origin", metavar="CODE", help="Origin: sourced, imported, simulated. Repeatable."),
    ] = None,
    services: Annotated[
        Codes,
        typer.Option("--service", metavar="CODE", help="Service offered, as water. All given must be there."),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="WORDS", help="Words in name, alias or address; all must occur."),
    ] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by the output's suffix, else geojson.")
    ] = None,
    output: Output = STANDARD_OUTPUT,
    force: Force = False,
    data: DataFolder = None,
) -> None:
    """Write the facilities that meet every condition.

    Without any condition these are all facilities. Every file names the sources of its data, their age, what
    was asked, and what share is simulated.
    """
    chosen = format_ or format_of(output)
    require_writable(output, chosen, force=force)

    from geo.catalog import DATA_FOLDER
    from geo.export.provenance import filters_in_words, names_of_codes, provenance_of
    from geo.network.network import Conditions, load_network

    network = load_network(data or DATA_FOLDER)
    asked = Conditions(
        types=types,
        counties=counties,
        prefectures=prefectures,
        statuses=statuses,
        origins=origins,
        services=services,
        text=text,
    )
    facilities = network.select(**asked)
    about = provenance_of(
        facilities,
        network,
        title=TITLE,
        filters=filters_in_words(cast("Asked", asked), names_of_codes(network)),
        generated_on=today(),
    )
    write(output, content(facilities, chosen, about), force=force)
    simulated = round((about.simulated_share or 0) * about.rows)
    noun = "facility" if about.rows == 1 else "facilities"
    typer.echo(f"{about.rows} {noun}, of which {simulated} simulated", err=True)
