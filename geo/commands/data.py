"""`python -m geo data`: look after the data folder."""

import typer

from geo.commands.output import DataFolder, show_table
from geo.errors import GeoDataError

app = typer.Typer(help="Look after the data folder.", rich_markup_mode=None)


@app.command()
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
    show_table(("state", "rows", "file", "as of"), rows)
    if faults or strays:
        raise GeoDataError(
            "data_files_changed", faults=faults + len(strays), count=len(rows), catalog=CATALOG_NAME
        )
