"""A registry that is damaged or none: each command says one sentence with the cure, and changes nothing.

Each command meets two flipped bits; COMMAND_FLIPS=1000 tries more.
"""

import gzip
import io
import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from geo import cli
from geo.errors import GeoDataError, RegistryError, sentences
from geo.registry import faults
from geo.registry.connection import open_registry
from geo.registry.copies import back_up
from geo.registry.history import read_current
from geo.registry.place import registry_exists
from tests.geo.registry.interrupted import content
from tests.geo.registry.writer import apply_made

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "damaged"
FLIPS = int(os.environ.get("COMMAND_FLIPS", "26"))
COMMANDS = {
    "history": ["registry", "history"],
    "history of one": ["registry", "history", "imp-000002"],
    "undo": ["registry", "undo", "1", "--who", "甲"],
    "questions": ["registry", "questions"],
    "answer": ["registry", "questions", "--keep", "imp-000002"],
    "currency": ["registry", "currency"],
    "export": ["registry", "export"],
    "private": ["registry", "export", "--private", "-o", "own.xlsx"],
    "backup": ["registry", "backup", "new.backup"],
    "restore": ["registry", "restore", "sound.backup", "--force"],
    "import": ["import", "list.csv", "--type", "worker_station", "--datum", "wgs84", "--county", "甲区"],
    "dry run": ["import", "list.csv", "--type", "worker_station", "--datum", "wgs84", "--dry-run"],
    "coverage": ["coverage", "--type", "worker_station", "--within", "1000", "--lists"],
}


def _statement(text):
    def harm(path):
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(text)

    return harm


def _another(path):
    path.unlink()
    _statement("CREATE TABLE notes (text); INSERT INTO notes VALUES ('of somebody')")(path)


def _folder(path):
    path.unlink()
    path.mkdir()


KINDS = {
    faults.EMPTY: lambda path: path.write_bytes(b""),
    f"{faults.OTHER_FILE} text": lambda path: path.write_text("名单在别处\n" * 99, encoding="utf-8"),
    f"{faults.OTHER_FILE} cut in its head": lambda path: path.write_bytes(path.read_bytes()[:10]),
    f"{faults.DAMAGED} cut": lambda path: path.write_bytes(path.read_bytes()[: 7 * 4096]),
    f"{faults.DAMAGED} cut to its head": lambda path: path.write_bytes(path.read_bytes()[:100]),
    f"{faults.DAMAGED} zeros": lambda path: path.write_bytes(path.read_bytes()[:4096].ljust(120_000, b"\0")),
    f"{faults.DAMAGED} a table less": _statement("DROP TABLE facilities"),
    f"{faults.DAMAGED} a column less": _statement("ALTER TABLE batches RENAME COLUMN counts TO kounts"),
    f"{faults.DAMAGED} no version": _statement("DELETE FROM alembic_version"),
    f"{faults.DAMAGED} version unknown": _statement("UPDATE alembic_version SET version_num = '00r2'"),
    faults.OTHER_DATABASE: _another,
    f"{faults.OTHER_DATABASE} with steps": _statement(
        "DROP TABLE state; DROP TABLE facilities; DROP TABLE versions; DROP TABLE batches; "
        "DROP TABLE listings"
    ),
    faults.IS_BACKUP: lambda path: shutil.copyfile(path.parent / "sound.backup", path),
    faults.IS_FOLDER: _folder,
    faults.LATER: _statement("UPDATE alembic_version SET version_num = '0099'"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Give a folder with a sound registry, a backup of it, and a list."""
    folder = tmp_path_factory.mktemp("sound")
    registry = open_registry(f"sqlite:///{folder / 'registry.sqlite3'}", read_only=False)
    apply_made(registry, 60, word="甲")
    back_up(registry, folder / "sound.backup")
    registry.close()
    (folder / "list.csv").write_text("站名,经度,纬度\n河边驿站,108.03,22.83\n", encoding="utf-8")
    return folder


@pytest.fixture
def world(sound, tmp_path, monkeypatch, tiny_network):
    """Give a copy of that folder, where the commands run in the world of four counties."""
    folder = tmp_path / "here"
    shutil.copytree(sound, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: tiny_network)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / 'registry.sqlite3'}")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return folder


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_each_command_says_what_stands_there_and_leaves_it(kind, world, capsys):
    """Each kind of damage meets every third command, and each command every third kind."""
    code = kind.split()[0]
    said = sentences()[code]["en"].partition("{")[0].partition(" (")[0]
    KINDS[kind](world / "registry.sqlite3")
    before = _files(world)
    for command in list(COMMANDS.values())[list(KINDS).index(kind) % 3 :: 3]:
        assert cli.main(command) == 2, command
        output = capsys.readouterr()
        assert output.err.splitlines()[-1].startswith(f"Error: {said}"), command
        assert str(world) not in output.err
        assert _files(world) == before, command


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_registry_that_is_none_has_its_code_and_is_never_taken_for_a_new_one(kind, world):
    path = world / "registry.sqlite3"
    KINDS[kind](path)
    assert registry_exists(f"sqlite:///{path}")
    with pytest.raises(RegistryError) as caught:
        open_registry(f"sqlite:///{path}", read_only=False)
    assert caught.value.code == kind.split()[0]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CASES.glob("registry_flip_*.sqlite3.gz")), ids=lambda path: path.name)
def test_the_damaged_registries_of_the_cases_end_in_a_sentence(path, world, capsys):
    (world / "registry.sqlite3").write_bytes(gzip.decompress(path.read_bytes()))
    damaged = 0
    for command in COMMANDS.values():
        code = cli.main(command)
        last = (capsys.readouterr().err.splitlines() or [""])[-1]
        assert code == 0 or last.startswith("Error: "), command
        damaged += "The registry is damaged" in last and "restore the latest backup" in last
    assert damaged > 0


@pytest.mark.slow
def test_a_flipped_bit_met_by_whatever_command_ends_in_a_sentence(world, sound, capsys):
    content_before = (sound / "registry.sqlite3").read_bytes()
    written = [place for place, byte in enumerate(content_before) if byte]
    chance = random.Random(20261201)  # noqa: S311 - any bits will do
    commands = list(COMMANDS.values())
    for number in range(FLIPS):
        flipped = bytearray(content_before)
        flipped[chance.choice(written)] ^= 1 << chance.randrange(8)
        for stale in (*world.glob("registry.sqlite3?*"), *world.glob("new.backup"), *world.glob("own.xlsx")):
            stale.unlink()
        (world / "registry.sqlite3").write_bytes(flipped)
        code = cli.main(commands[number % len(commands)])
        output = capsys.readouterr()
        assert code in (0, 2)
        assert code == 0 or output.err.splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE facilities SET status = 'operatinf' WHERE rowid = 3",
        "UPDATE facilities SET lon = 4000.0 WHERE rowid = 3",
        "UPDATE facilities SET lat = 'far' WHERE rowid = 3",
        "UPDATE facilities SET version = x'01' WHERE rowid = 3",
        "UPDATE facilities SET name = NULL WHERE rowid = 3",
        "UPDATE facilities SET address = CAST(x'ff' AS TEXT) WHERE rowid = 3",
        "DELETE FROM state",
    ],
)
def test_a_value_that_was_never_written_is_damage(harm, world):
    _statement(harm)(world / "registry.sqlite3")
    registry = open_registry()
    with pytest.raises(RegistryError) as caught:
        read_current(registry)
    registry.close()
    assert caught.value.code == faults.DAMAGED
    assert "\n" not in str(caught.value)


def test_a_damaged_registry_is_not_backed_up(world):
    # An index that disagrees with its table, which no reading shows.
    path = world / "registry.sqlite3"
    _statement(
        "PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master "
        "WHERE name = 'ix_versions_batch_id') WHERE name = 'ix_facilities_batch_id'"
    )(path)
    registry = open_registry()
    with pytest.raises(RegistryError) as caught:
        back_up(registry, world / "new.backup")
    registry.close()
    assert caught.value.code == faults.DAMAGED
    assert not (world / "new.backup").exists()


def test_an_error_of_ours_is_not_called_damage(world):
    registry = open_registry()
    with pytest.raises(KeyError), registry.reading():
        raise KeyError("ours")
    with pytest.raises(GeoDataError, match="refused"), registry.reading() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
    registry.close()
    assert content(world / "registry.sqlite3") != "damaged"
