"""A registry that may not be written is read all the same, and whoever would write is given one sentence."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from geo.registry.connection import open_registry
from geo.registry.copies import back_up
from tests.geo.registry.writer import apply_made

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs users of a POSIX system"),
]


@pytest.fixture
def folder():
    """Give a folder that everybody may look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name) / "kept"
        (Path(name) / "kept").chmod(0o755)


def _kept(folder, kind):
    folder.mkdir()
    path = folder / "registry.sqlite3"
    registry = open_registry(f"sqlite:///{path}", read_only=False)
    apply_made(registry, 3, word="乙")
    if kind == "left with its log":
        # As after a power cut: the log is there, what writers share is gone.
        with registry.reading():
            shutil.copytree(folder, folder.with_name("cut"))
        registry.close()
        shutil.rmtree(folder)
        folder.with_name("cut").rename(folder)
        (folder / "registry.sqlite3-shm").unlink()
        assert (folder / "registry.sqlite3-wal").stat().st_size > 0
    registry.close()
    if kind == "of an earlier release":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE questions")
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
            connection.commit()
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    return path


def _reader(path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.geo.registry.only_reading", f"sqlite:///{path}"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


@pytest.mark.parametrize("kind", ["closed", "left with its log", "of an earlier release"])
def test_what_may_not_be_written_can_be_read(kind, folder):
    path = _kept(folder, kind)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    history, of_one, questions, export, backup, undo, restore = _reader(path)
    assert (history[0], of_one[0], questions[0], export[0], backup[0]) == (0,) * 5
    assert "made.csv" in history[1]
    assert "import" in of_one[1]
    assert "乙路" in export[1]
    assert "is whole" in backup[1]
    for code, _, fault in (undo, restore):
        assert code == 2
        assert fault.splitlines()[-1].startswith("Error: This user may read the registry and not write it.")
        assert len(fault.splitlines()) == 1
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_reader_sees_what_a_writer_elsewhere_has_just_written(folder):
    path = _kept(folder, "closed")
    for file in (folder, *folder.iterdir()):
        file.chmod(0o755 if file.is_dir() else 0o644)
    writer = open_registry(f"sqlite:///{path}", read_only=False)
    with writer.reading():
        apply_made(writer, 3, word="丙")
        assert "丙路" in _reader(path)[3][1]
    back_up(writer, folder / "copy.backup")
    writer.close()
