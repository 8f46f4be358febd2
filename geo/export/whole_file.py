"""Write a file whole or not at all: made beside its place, brought to the disk, then given its name."""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.errors import FileNotWrittenError, Message

FULL, REFUSED, TAKEN = "file_full", "file_refused", "file_taken"
REASONS = (FULL, REFUSED, TAKEN)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WORKROOM = ".guigongtu-"
_WORKROOM = re.compile(rf"{re.escape(WORKROOM)}[a-z0-9_]{{8}}")
# Nobody works on one file for a day without a byte being written.
LEFT_AFTER_S = 86_400


def write_whole(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file, so that under its name stands all of it, or what stood there before.

    Parameters
    ----------
    path
        Of the file, in a folder that is there. What is no plain file, as a device, is written to as it is.
    content
        All of it.
    replace
        Whether a file that is there already gives way.

    Raises
    ------
    FileNotWrittenError
        The disk is full, the folder may not be written, or the file is there already.
    """
    with not_written(path.name):
        place = path.resolve()
        if place.exists() and not place.is_file():
            place.write_bytes(content)
            return
        with workroom(place.parent) as room:
            made = room / "file"
            made.write_bytes(content)
            if place.exists():
                shutil.copymode(place, made)
            publish(made, place, replace=replace)


@contextmanager
def workroom(folder: Path) -> Iterator[Path]:
    """Return a hidden folder to make a file in, gone afterwards; clear away those a killed program left.

    Parameters
    ----------
    folder
        Where it is made, on the disk the file is for.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=WORKROOM, ignore_cleanup_errors=True) as name:
        room = Path(name)
        _clear_left(room)
        yield room


def publish(made: Path, path: Path, *, replace: bool) -> None:
    """Bring a file to the disk and give it its name, in the same folder or the one above.

    Raises
    ------
    FileExistsError
        A file of this name is there, and it need not give way.
    OSError
        The disk or the folder refuses.
    """
    with made.open("rb+") as stream:
        os.fsync(stream.fileno())
    if replace:
        made.replace(path)
    else:
        _name_once(made, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def not_written(name: str) -> Iterator[None]:
    """Say why a file could not be written.

    Parameters
    ----------
    name
        Of the file, without its folder.

    Raises
    ------
    FileNotWrittenError
        In the place of any `OSError`.
    """
    try:
        yield
    except BrokenPipeError:
        # Whoever reads us has enough, which is no fault.
        raise
    except OSError as fault:
        code = FULL if fault.errno in NO_ROOM else TAKEN if isinstance(fault, FileExistsError) else REFUSED
        reason = fault.strerror or Message("no_reason")
        raise FileNotWrittenError(code, name=name, reason=reason) from None


def _name_once(made: Path, path: Path) -> None:
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:
        # A disk without second names for one file, as FAT.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path.name) from None
        made.rename(path)


def _clear_left(room: Path) -> None:
    """Remove the rooms beside this one that are this user's own and were left a day ago or more."""
    now = room.stat()
    with suppress(OSError), os.scandir(room.parent) as beside:
        for other in beside:
            # By the clock of the disk itself, which may be another machine's.
            if _WORKROOM.fullmatch(other.name) and _is_left(other, now):
                shutil.rmtree(other.path, ignore_errors=True)


def _is_left(other: "os.DirEntry[str]", now: os.stat_result) -> bool:
    try:
        if not other.is_dir(follow_symlinks=False):
            return False
        found = other.stat(follow_symlinks=False)
        with os.scandir(other.path) as files:
            touched = [found.st_mtime, *(file.stat(follow_symlinks=False).st_mtime for file in files)]
    except OSError:
        return False
    return found.st_uid == now.st_uid and max(touched) < now.st_mtime - LEFT_AFTER_S
