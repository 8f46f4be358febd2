"""Write one file's catalogue entry; every build script ends with a call of `write_entry`."""

import fcntl
import json
from pathlib import Path
from typing import Any

from geo.catalog import CATALOG_NAME, DATA_FOLDER, FIELDS, file_sha256

CATALOG = DATA_FOLDER / CATALOG_NAME


def write_entry(name: str, path: Path, **fields: Any) -> None:
    """Put the entry of a built or raw file into the catalogue, entries sorted by name.

    Parameters
    ----------
    name
        The entry's name.
    path
        The file, inside the data folder; its SHA-256 is taken here.
    **fields
        The other fields of `geo.catalog.Entry`, and `notes` if there are any.

    Raises
    ------
    TypeError
        A field is missing or unknown.
    """
    required = set(FIELDS) - {"path", "sha256"}
    if required - set(fields) or set(fields) - required - {"notes"}:
        raise TypeError(f"{name}: fields are {sorted(fields)}, must be {sorted(required)} and maybe notes")
    fields |= {"path": path.relative_to(DATA_FOLDER).as_posix(), "sha256": file_sha256(path)}
    ordered = {key: fields[key] for key in (*FIELDS, "notes") if key in fields}
    with (DATA_FOLDER / "build" / "entry.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        listing = json.loads(CATALOG.read_text(encoding="utf-8")) if CATALOG.exists() else {}
        listing[name] = ordered
        text = json.dumps(dict(sorted(listing.items())), ensure_ascii=False, indent=1)
        CATALOG.write_text(text + "\n", encoding="utf-8")
