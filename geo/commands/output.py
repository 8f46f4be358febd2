"""Where a command writes: a format, a file or standard output, and a plain table for the eye."""

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.export.whole_file import not_written, write_whole

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.export.provenance import Provenance

STANDARD_OUTPUT = "-"


class Format(StrEnum):
    """Name the formats rows can be written in; a value is also the file's suffix."""

    GEOJSON = "geojson"
    CSV = "csv"
    XLSX = "xlsx"
    GPKG = "gpkg"


TEXT_FORMATS = (Format.GEOJSON, Format.CSV)

Codes = list[str] | None
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is standard output.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")]
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Another data folder, with its own catalog.json."),
]


def format_of(output: str) -> Format:
    """Return the format by the suffix of the output's name: GeoJSON where there is none."""
    suffix = Path(output).suffix.removeprefix(".").lower()
    if output == STANDARD_OUTPUT or not suffix:
        return Format.GEOJSON
    try:
        return Format(suffix)
    except ValueError:
        raise typer.BadParameter(
            f"{output} does not say its format; name one of {', '.join(Format)}.", param_hint="'--format'"
        ) from None


def require_writable(output: str, chosen: Format, *, force: bool) -> None:
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
    elif not os.access(path.parent if path.is_file() or not path.exists() else path, os.W_OK):
        fault = f"{output} may not be written; name a file elsewhere."
    if fault:
        raise typer.BadParameter(fault, param_hint="'--output'")


def content(rows: "gpd.GeoDataFrame", chosen: Format, about: "Provenance") -> bytes:
    """Write rows in a format, as the bytes of a file."""
    from geo.export import files

    writers = {
        Format.GEOJSON: files.to_geojson,
        Format.CSV: files.to_csv,
        Format.XLSX: files.to_xlsx,
        Format.GPKG: files.to_geopackage,
    }
    return writers[chosen](rows, about=about)


def write(output: str, content: bytes, *, force: bool) -> None:
    """Write what a command made, all of it or nothing; a file that is there is only replaced with `force`.

    Raises
    ------
    FileNotWrittenError
        The disk is full, the folder may not be written, or the file is there already.
    """
    if output == STANDARD_OUTPUT:
        with not_written("What was asked for"):
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        return
    write_whole(Path(output), content, replace=force)


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header, in columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())


def table_cells(rows: "pd.DataFrame") -> list[tuple[str, ...]]:
    """Return the cells of a frame as texts for `show_table`; missing ones are blank."""
    whole = rows.astype(object).where(rows.notna(), "")
    return [tuple(" ".join(str(cell).split()) for cell in row) for row in whole.itertuples(index=False)]
