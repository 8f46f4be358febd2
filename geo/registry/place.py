"""Where the registry is; loads nothing of the database's libraries."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import platformdirs

from geo.errors import InvalidValueError

URL_SETTING, READ_ONLY_SETTING = "DATABASE_URL", "GUIGONGTU_READ_ONLY"
FOLDER, FILE_NAME = "guigongtu", "registry.sqlite3"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_POSTGRESQL_NAMES = ("postgres", "postgresql", "postgresql+psycopg")
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def registry_url(settings: Mapping[str, str] = os.environ) -> str:
    """Return the address of the registry: `DATABASE_URL`, else a file in the user's data folder.

    Parameters
    ----------
    settings
        The environment.

    Returns
    -------
    str
        As SQLAlchemy reads it; `postgres://` and `postgresql://` name the driver psycopg.

    Raises
    ------
    InvalidValueError
        The address is of neither SQLite nor PostgreSQL.
    """
    given = settings.get(URL_SETTING, "").strip()
    if not given:
        folder = Path(platformdirs.user_data_dir(FOLDER, appauthor=False))
        return f"{SQLITE}:///{folder / FILE_NAME}"
    scheme, colon, rest = given.partition("://")
    if colon and scheme in _POSTGRESQL_NAMES:
        return f"{POSTGRESQL}+psycopg://{rest}"
    if colon and scheme == SQLITE and rest.removeprefix("/"):
        return given
    # The address may hold a password, so only its beginning is shown.
    raise InvalidValueError("url_scheme_unknown", setting=URL_SETTING, scheme=scheme[:20])


def sqlite_file(url: str) -> Path | None:
    """Return the file of a registry in SQLite, or None for another database."""
    scheme, _, rest = url.partition(":///")
    return Path(unquote(rest.partition("?")[0])) if scheme == SQLITE else None


def registry_exists(url: str) -> bool:
    """Return whether there may be a registry: something is there, whatever it is, or a server was named."""
    path = sqlite_file(url)
    if path is None:
        return True
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # It may not be looked at; whoever opens it says so.
        return True
    return True


def is_writable(url: str) -> bool:
    """Return whether this user may write the registry; of a server this is not known before it is tried."""
    path = sqlite_file(url)
    if path is None:
        return True
    try:
        if path.exists():
            return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        # It would be made, and the folders it lacks.
        return os.access(next(folder for folder in path.absolute().parents if folder.exists()), os.W_OK)
    except OSError:
        return False


def is_read_only(settings: Mapping[str, str] = os.environ) -> bool:
    """Return whether the setting `GUIGONGTU_READ_ONLY` forbids every write.

    Raises
    ------
    InvalidValueError
        The setting is neither yes nor no.
    """
    said = settings.get(READ_ONLY_SETTING, "").strip().lower()
    if said not in (*_YES, *_NO):
        raise InvalidValueError("read_only_unusable", setting=READ_ONLY_SETTING, value=said)
    return said in _YES
