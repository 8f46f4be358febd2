"""Give the same answers without a screen: `python -m geo export …` and `python -m geo data check`.

Only what `--help` needs is imported here; a command imports what it works with when it is called. This is
also the one place of `geo` that looks at a clock.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from geo.errors import GeoDataError

if TYPE_CHECKING:
    import io

    import geopandas as gpd

    from geo.provenance import Provenance

    Asked = Mapping[str, Iterable[str] | str | None]

FAULT = 2
STANDARD_OUTPUT = "-"
TITLE = "工会设施"


class Format(StrEnum):
    """Name the formats a selection can be written in; a value is also the file's suffix."""

    GEOJSON = "geojson"
    CSV = "csv"
    XLSX = "xlsx"
    GPKG = "gpkg"


TEXT_FORMATS = (Format.GEOJSON, Format.CSV)

app = typer.Typer(
    help="桂工图: the union service network of Guangxi, without a screen.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data_app = typer.Typer(help="Look after the data folder.", rich_markup_mode=None)
app.add_typer(data_app, name="data")

Codes = list[str] | None
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Another data folder, with its own catalog.json."),
]


@app.command()
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
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
    ] = STANDARD_OUTPUT,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")] = False,
    data: DataFolder = None,
) -> None:
    """Write the facilities that meet every condition.

    Without any condition these are all facilities. Every file says whence its data come, how old they are,
    what was asked, and what share is simulated.
    """
    chosen = format_ or _format_of(output)
    _require_writable(output, chosen, force=force)

    from geo.catalog import DATA_FOLDER
    from geo.network import Conditions, load_network
    from geo.provenance import filters_in_words, names_of_codes, provenance_of

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
        generated_on=datetime.now(UTC).astimezone().date(),
    )
    _write(output, _content(facilities, chosen, about), force=force)
    simulated = round((about.simulated_share or 0) * about.rows)
    noun = "facility" if about.rows == 1 else "facilities"
    typer.echo(f"{about.rows} {noun}, of which {simulated} simulated", err=True)


@data_app.command()
def check(*, data: DataFolder = None) -> None:
    """Compare every file of the data folder with the catalogue, byte for byte."""
    from geo.catalog import CATALOG_NAME, DATA_FOLDER, file_sha256, read_catalog, uncatalogued

    folder = data or DATA_FOLDER
    rows, faults = [], 0
    for entry in read_catalog(folder).values():
        path = folder / entry.path
        state = "missing" if not path.is_file() else "ok" if file_sha256(path) == entry.sha256 else "changed"
        faults += state != "ok"
        rows.append((state, str(entry.rows), entry.path, entry.as_of))
    strays = uncatalogued(folder)
    rows += [("no entry", "", path, "") for path in strays]
    _show_table(("state", "rows", "file", "as of"), rows)
    if faults or strays:
        raise GeoDataError(
            f"{faults + len(strays)} of {len(rows)} files are not as {CATALOG_NAME} says. "
            "Restore them from the release, or rebuild them and their entries."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; say what went wrong in one line on standard error.

    Parameters
    ----------
    arguments
        What follows the program's name; by default the command line's. None at all asks for help.

    Returns
    -------
    int
        The exit code: 0, or 2 where something was wrong.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A console that has no Chinese letters shows their codes; it must not stop us.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(errors="backslashreplace")
    try:
        app(given or ["--help"], prog_name="python -m geo", standalone_mode=False)
    except typer.TyperException as fault:
        return _report(fault.format_message())
    except GeoDataError as fault:
        return _report(str(fault))
    except BrokenPipeError:
        # Whoever read us (`| head`) has enough; Python must not try to flush again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as fault:
        return _report(f"{fault.filename}: {fault.strerror}." if fault.filename else f"{fault.strerror}.")
    except (typer.Abort, KeyboardInterrupt):
        return _report("stopped.")
    return 0


def _report(message: str) -> int:
    typer.echo(f"Error: {' '.join(message.split())}", err=True)
    return FAULT


def _format_of(output: str) -> Format:
    suffix = Path(output).suffix.removeprefix(".").lower()
    if output == STANDARD_OUTPUT or not suffix:
        return Format.GEOJSON
    try:
        return Format(suffix)
    except ValueError:
        raise typer.BadParameter(
            f"{output} does not say its format; name one of {', '.join(Format)}.", param_hint="'--format'"
        ) from None


def _require_writable(output: str, chosen: Format, *, force: bool) -> None:
    """Raise before any work is done where the output could not be written afterwards."""
    path = Path(output)
    fault = None
    if output == STANDARD_OUTPUT:
        if chosen not in TEXT_FORMATS:
            fault = f"{chosen} is not text; name a file."
    elif path.is_dir():
        fault = f"{output} is a folder; name a file in it."
    elif not path.parent.is_dir():
        fault = f"there is no folder {path.parent}; make it first, or name another."
    elif path.exists() and not force:
        fault = f"{output} is already there; add --force to replace it, or name another file."
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        fault = f"{output} may not be written; name a file elsewhere."
    if fault:
        raise typer.BadParameter(fault, param_hint="'--output'")


def _content(facilities: "gpd.GeoDataFrame", chosen: Format, about: "Provenance") -> bytes:
    from geo import export

    writers = {
        Format.GEOJSON: export.to_geojson,
        Format.CSV: export.to_csv,
        Format.XLSX: export.to_xlsx,
        Format.GPKG: export.to_geopackage,
    }
    return writers[chosen](facilities, about=about)


def _write(output: str, content: bytes, *, force: bool) -> None:
    if output == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    with Path(output).open("wb" if force else "xb") as stream:
        stream.write(content)


def _show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())
