"""What data there is, where it came from, and that it is still the same file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import CatalogError, Message

_ROOT = Path(__file__).resolve().parent.parent
# What is no package stands beside `geo` in a checkout, and in `guigongtu/` where the wheel is installed.
HOME = _ROOT if (_ROOT / "data" / "catalog.json").is_file() else _ROOT / "guigongtu"
DATA_FOLDER = HOME / "data"
CATALOG_NAME = "catalog.json"
LICENCES_NAME = "LICENCES.md"


@dataclass(frozen=True)
class Entry:
    """Describe one data file: content, source, date, licence and hash."""

    name: str
    path: str
    title: str
    title_en: str
    rows: int
    crs: str | None
    source: str
    as_of: str
    retrieved: str
    licence: str
    attribution: str
    sha256: str
    built_by: str
    notes: Mapping[str, Any] = field(default_factory=dict)


FIELDS = tuple(name for name in Entry.__dataclass_fields__ if name not in {"name", "notes"})


def read_catalog(folder: Path = DATA_FOLDER) -> Mapping[str, Entry]:
    """Read the catalogue of a data folder.

    Parameters
    ----------
    folder
        Where `catalog.json` and the files it lists are.

    Returns
    -------
    Mapping
        Entry by name, in the order of the file.

    Raises
    ------
    CatalogError
        The catalogue is missing, is not JSON, or an entry lacks a field.
    """
    path = folder / CATALOG_NAME
    try:
        listing: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogError("catalog_missing", name=CATALOG_NAME) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise CatalogError("catalog_no_json", name=CATALOG_NAME, reason=fault) from None
    faults = [
        Message("entry_lacks", name=name, missing=sorted(missing))
        for name, fields in listing.items()
        if (missing := set(FIELDS) - set(fields))
    ]
    if faults:
        raise CatalogError("catalog_incomplete", name=CATALOG_NAME, faults=faults)
    known = set(FIELDS) | {"notes"}
    return MappingProxyType(
        {
            name: Entry(name=name, **{k: v for k, v in fields.items() if k in known})
            for name, fields in listing.items()
        }
    )


def data_path(name: str, *, folder: Path = DATA_FOLDER) -> Path:
    """Return the path of a catalogued file after making sure it is the file the catalogue means.

    Parameters
    ----------
    name
        The entry's name.
    folder
        Where the catalogue is.

    Raises
    ------
    CatalogError
        There is no such entry, the file is missing, or one byte of it changed.
    """
    entries = read_catalog(folder)
    if name not in entries:
        raise CatalogError("entry_unknown", name=name, catalog=CATALOG_NAME, known=[*entries])
    entry = entries[name]
    path = folder / entry.path
    if not path.is_file():
        raise CatalogError("data_file_missing", name=entry.path)
    if file_sha256(path) != entry.sha256:
        raise CatalogError("data_file_changed", name=entry.path, catalog=CATALOG_NAME)
    return path


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def uncatalogued(folder: Path = DATA_FOLDER) -> tuple[str, ...]:
    """List the data files that have no entry, as paths relative to `folder`, sorted.

    Build scripts (`build/`) are code and need none, nor does the page of licences made from the catalogue.
    """
    listed = {entry.path for entry in read_catalog(folder).values()} | {CATALOG_NAME, LICENCES_NAME}
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(
        sorted(
            p.as_posix()
            for p in files
            if p.as_posix() not in listed and p.parts[0] != "build" and "__pycache__" not in p.parts
        )
    )
