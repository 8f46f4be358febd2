"""Interrupt one piece of work on the registry at every single write, and look at what is left.

`python -m tests.geo.registry.interrupted killed|full STRIDE [WORK …]` dies at (or finds the disk full from)
every STRIDE-th write, each time from the same beginning; prints what it found, a line of JSON for each work.
"""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

from geo.errors import FileNotWrittenError, RegistryError
from geo.export import whole_file
from geo.export.whole_file import write_whole
from geo.registry import faults
from geo.registry.applying import undo_batch
from geo.registry.changing import change_record
from geo.registry.connection import open_registry
from geo.registry.copies import back_up, check_copy, restore
from geo.registry.history import read_batches, read_current
from geo.registry.scenarios import save_scenario
from tests.geo.registry.faulty_disk import FaultyDisk
from tests.geo.registry.writer import AT, apply_made

SITES = 40
REGISTRY, COPY, KEPT, EXPORT = "registry.sqlite3", "copy.backup", "kept.backup", "export.csv"
NO_ROOM = {faults.FULL, faults.DISK, whole_file.FULL}


def _opened(folder):
    return open_registry(f"sqlite:///{folder / REGISTRY}", read_only=False)


def _with_registry(work):
    def run(folder):
        registry = _opened(folder)
        try:
            work(registry, folder)
        finally:
            registry.close()

    return run


WORKS = {
    "create": _with_registry(lambda _registry, _folder: None),
    "migrate": _with_registry(lambda _registry, _folder: None),
    "apply": _with_registry(lambda registry, _: apply_made(registry, SITES, word="丁")),
    "undo": _with_registry(lambda registry, _: undo_batch(registry, 2, who="丙", at=AT)),
    "change": _with_registry(
        lambda registry, _: change_record(
            registry, "imp-000002", {"capacity": 7}, expected_version=2, who="丙", at=AT
        )
    ),
    "restore": _with_registry(lambda registry, folder: restore(registry, folder / KEPT, replace=True)),
    "backup": _with_registry(lambda registry, folder: back_up(registry, folder / COPY)),
    "export": lambda folder: write_whole(folder / EXPORT, b"new," * 50_000, replace=True),
}


def begin(folder, work):
    """Make what a piece of work begins with."""
    (folder / EXPORT).write_bytes(b"old")
    if work == "create":
        return
    registry = _opened(folder)
    apply_made(registry, SITES, word="甲")
    back_up(registry, folder / KEPT)
    apply_made(registry, SITES, word="乙")
    save_scenario(registry, "新站", {"sites": [1, 2]}, who="甲", at=AT)
    registry.close()
    if work == "migrate":
        with closing(sqlite3.connect(folder / REGISTRY)) as connection:
            connection.execute("DROP TABLE questions")
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
            connection.commit()


def content(path, *, without=""):
    """Digest every row of every table but one, by nothing of the program; blank where there is no file."""
    if not path.exists():
        return ""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return "damaged"
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        for name in [row[0] for row in tables.fetchall() if row[0] != without]:
            rows = connection.execute(f'SELECT * FROM "{name}" NOT INDEXED').fetchall()  # noqa: S608
            digest.update(f"{name}{sorted(map(repr, rows))}".encode())
    return digest.hexdigest()


def left(folder):
    """Give all that a user finds: the registry, the copies and the export."""
    return (
        content(folder / REGISTRY),
        content(folder / COPY),
        content(folder / KEPT),
        (folder / EXPORT).read_bytes(),
    )


def killed(disk, folder, work, number):
    """Do a piece of work in a process that dies at one write; tell whether it died."""
    child = os.fork()
    if not child:
        with suppress(BaseException), disk.failing(fatal=number):
            WORKS[work](folder)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def full(disk, folder, work, number):
    """Do a piece of work on a disk that is full from one write on; tell whether it said so."""
    try:
        with disk.failing(full=number):
            WORKS[work](folder)
    except (RegistryError, FileNotWrittenError) as fault:
        if fault.code not in NO_ROOM:
            raise
        return True
    return False


def main(work, kind, stride):
    """Try every so many writes, and print what was found."""
    disk = FaultyDisk()
    with tempfile.TemporaryDirectory() as name:
        base, trial = Path(name) / "base", Path(name) / "trial"
        base.mkdir()
        begin(base, work)
        before = left(base)
        shutil.copytree(base, trial)
        with disk.failing():
            WORKS[work](trial)
        writes, after = disk.calls, left(trial)
        found = Counter()
        for number in range(1, writes + 1, stride):
            shutil.rmtree(trial)
            shutil.copytree(base, trial)
            stopped = {"killed": killed, "full": full}[kind](disk, trial, work, number)
            state = left(trial)
            found[{before: "before", after: "after"}.get(state, "half") if before != after else "same"] += 1
            found["stopped"] += stopped
            if kind == "full":
                found["litter"] += len([path for path in trial.iterdir() if path.name.startswith(".")])
            _require_readable(trial)
        disk.remove()
    sys.stdout.write(json.dumps({"work": work, "writes": writes, **found}) + "\n")


def _require_readable(folder):
    if (folder / REGISTRY).exists():
        registry = _opened(folder)
        read_current(registry), read_batches(registry)
        registry.close()
    if (folder / COPY).exists():
        check_copy(folder / COPY)


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for one in sys.argv[3:] or WORKS:
        main(one, sys.argv[1], 1 if one == "export" else int(sys.argv[2]))
