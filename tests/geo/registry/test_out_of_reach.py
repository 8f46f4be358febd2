"""A registry that others hold, or that goes away in the midst of work: one sentence, nothing half done."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from geo import cli
from geo.errors import Message, RegistryError
from geo.registry import faults, sqlite_file
from geo.registry.connection import open_registry
from geo.registry.copies import back_up, restore
from geo.registry.history import read_batches
from tests.geo.registry.interrupted import content
from tests.geo.registry.writer import apply_made

pytestmark = pytest.mark.slow
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split(";"):
    connection.execute(statement)
print("held", flush=True)
sys.stdin.read()
"""
# A writer in the midst of its work, and a program that keeps the file for itself alone.
WRITING = "BEGIN IMMEDIATE"
ALONE = "PRAGMA locking_mode=EXCLUSIVE;BEGIN EXCLUSIVE;UPDATE state SET revision = revision"


@contextmanager
def held(path, statements):
    """Let another process hold the registry."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), statements],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Give the file of a registry with a batch, and a backup of it beside."""
    path = tmp_path / "registry.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.2)
    monkeypatch.chdir(tmp_path)
    registry = open_registry()
    apply_made(registry, 3, word="甲")
    back_up(registry, tmp_path / "copy.backup")
    registry.close()
    return path


WRITES = (["undo", "1", "--who", "乙"], ["restore", "copy.backup", "--force"])
READS = (["history"], ["export"], ["backup", "new.backup"])


@pytest.mark.parametrize(
    ("statements", "barred", "free"), [(WRITING, WRITES, READS), (ALONE, (*WRITES, *READS), ())]
)
def test_a_registry_another_process_holds_is_one_sentence(kept, statements, barred, free, capsys):
    before = content(kept)
    with held(kept, statements):
        for command in barred:
            assert cli.main(["registry", *command]) == 2, command
            said = capsys.readouterr().err.splitlines()
            assert said[-1] == f"Error: {Message(faults.LOCKED)}", command
        for command in free:
            assert cli.main(["registry", *command]) == 0, command
    assert content(kept) == before
    assert cli.main(["registry", *WRITES[0]]) == 0


def test_a_connection_that_breaks_is_one_sentence_and_the_next_one_works(server_url):
    import psycopg

    registry = open_registry(server_url, read_only=False)
    apply_made(registry, 3, word="甲")

    def break_off(opened):
        with opened() as connection:
            number = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
            connection.exec_driver_sql("UPDATE state SET revision = 99")

    for opened in (registry.reading, registry.writing):
        with pytest.raises(RegistryError) as caught:
            break_off(opened)
        assert caught.value.code == faults.UNREACHABLE
        assert "\n" not in str(caught.value)
        assert registry.revision() == 1
    assert list(read_batches(registry).index) == [1]
    registry.close()


def test_a_server_registry_another_holds_too_long_is_one_sentence(server_url, tmp_path):
    registry = open_registry(server_url, read_only=False)
    apply_made(registry, 3, word="甲")
    back_up(registry, tmp_path / "copy.backup")
    joint = server_url.replace("options=", "options=-clock_timeout%3D200%20")
    waiting = open_registry(joint, read_only=False)
    with registry.writing():
        with pytest.raises(RegistryError) as caught:
            restore(waiting, tmp_path / "copy.backup", replace=True)
        assert caught.value.code == faults.LOCKED
    restore(waiting, tmp_path / "copy.backup", replace=True)
    waiting.close()
    registry.close()
