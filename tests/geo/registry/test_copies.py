"""A backup is whole or no backup, and gives back everything, also into the other kind of database."""

import sqlite3

import pandas as pd
import pytest

from geo import schema
from geo.errors import ReadOnlyError, RegistryError
from geo.registry.applying import apply_import, undo_batch
from geo.registry.connection import open_registry
from geo.registry.copies import back_up, check_copy, restore
from geo.registry.difference import plan_import
from geo.registry.history import read_batches, read_current, read_listing, read_versions
from geo.registry.scenarios import list_scenarios, save_scenario

# Half a second each, and there are twenty.
pytestmark = pytest.mark.slow
LIST = (
    "名称,县区,经度,纬度,联系电话\n"
    "Z站,甲区,108.03,22.83,13800138000\n"
    "a站,甲区,108.07,22.87,\n"
    "中站,乙县,108.15,22.85,\n"
)


@pytest.fixture
def filled(registry, check_tiny, tiny_network, at):
    """Give a registry with two batches, one of them undone, and a scenario."""
    for text in (LIST, LIST.replace("22.83", "22.84")):
        difference = plan_import(
            registry, check_tiny(text), sha256="ab" * 32, sourced=tiny_network.facilities
        )
        last = apply_import(registry, difference, who="甲", at=at)
    undo_batch(registry, last, who="乙", at=at)
    save_scenario(registry, "二十个新站", {"sites": [1, 2], "name": "\ud800"}, who="甲", at=at)
    return registry


def _told(registry):
    current = read_current(registry)
    return (
        pd.DataFrame(current.drop(columns=schema.GEOMETRY)),
        read_batches(registry),
        read_listing(registry, 1),
        *(read_versions(registry, one) for one in current.index),
    )


def test_a_backup_gives_everything_back(filled, tmp_path):
    counts = back_up(filled, tmp_path / "copy.backup")
    assert counts == check_copy(tmp_path / "copy.backup")
    assert (counts["facilities"], counts["versions"], counts["batches"], counts["listings"]) == (3, 5, 2, 6)
    other = open_registry(f"sqlite:///{tmp_path / 'other.sqlite3'}", read_only=False)
    assert restore(other, tmp_path / "copy.backup") == counts
    for one, same in zip(_told(filled), _told(other), strict=True):
        pd.testing.assert_frame_equal(one, same)
    assert list_scenarios(other) == list_scenarios(filled)
    assert other.revision() > filled.revision()
    other.close()
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy.backup"]


def test_a_backup_goes_into_the_other_kind_of_database_and_back(
    filled, other_url, tmp_path, check_tiny, tiny_network, at
):
    before, scenarios = _told(filled), list_scenarios(filled)
    there = tmp_path / "there.backup"
    counts = back_up(filled, there)
    other = open_registry(other_url, read_only=False)
    assert restore(other, there) == counts
    for one, same in zip(before, _told(other), strict=True):
        pd.testing.assert_frame_equal(one, same)
    assert list_scenarios(other) == scenarios
    with pytest.raises(RegistryError, match="undone already"):
        undo_batch(other, 2, who="丙", at=at)
    back_again = tmp_path / "back.backup"
    assert back_up(other, back_again) == counts
    assert _manifest(back_again) == _manifest(there), "the same rows to the last byte"
    assert restore(filled, back_again, replace=True) == counts
    for one, same in zip(before, _told(filled), strict=True):
        pd.testing.assert_frame_equal(one, same)
    # What moved over goes on there: it counts on, is undone, and conflicts are seen.
    longer = LIST + "新站,乙县,108.18,22.82,\n"
    difference = plan_import(other, check_tiny(longer), sha256="cd" * 32, sourced=tiny_network.facilities)
    assert difference.counts["new"] == 1
    assert apply_import(other, difference, who="丁", at=at) == 3
    undo_batch(other, 3, who="丁", at=at)
    undo_batch(other, 1, who="丁", at=at)
    assert read_current(other).empty
    other.close()


def _manifest(path):
    with sqlite3.connect(path) as connection:
        # The revision alone goes on counting.
        rows = connection.execute("SELECT * FROM manifest WHERE name <> 'state' ORDER BY name").fetchall()
    connection.close()
    return rows


def test_a_backup_restores_into_the_kind_it_was_taken_from(filled, tmp_path, check_tiny, tiny_network, at):
    before = _told(filled)
    back_up(filled, tmp_path / "copy.backup")
    difference = plan_import(
        filled,
        check_tiny(LIST.replace("108.15", "108.16")),
        sha256="cd" * 32,
        sourced=tiny_network.facilities,
    )
    apply_import(filled, difference, who="丙", at=at)
    revision = filled.revision()
    with pytest.raises(RegistryError, match="not empty"):
        restore(filled, tmp_path / "copy.backup")
    restore(filled, tmp_path / "copy.backup", replace=True)
    for one, same in zip(before, _told(filled), strict=True):
        pd.testing.assert_frame_equal(one, same)
    assert filled.revision() > revision, "whoever holds an answer sees that it is another registry"
    apply_import(
        filled,
        plan_import(filled, difference.checked, sha256="cd" * 32, sourced=tiny_network.facilities),
        who="丁",
        at=at,
    )
    assert read_batches(filled).index.tolist() == [3, 2, 1], "it goes on counting where it was"


def test_a_backup_of_the_first_release_is_restored(filled, tmp_path):
    before, path = _told(filled), tmp_path / "copy.backup"
    back_up(filled, path)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE questions")
        connection.execute("DELETE FROM manifest WHERE name IN ('questions', 'state', 'alembic_version')")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    restore(filled, path, replace=True)
    for one, same in zip(before, _told(filled), strict=True):
        pd.testing.assert_frame_equal(one, same)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE facilities SET name = '别的站' WHERE name = 'Z站'", "facilities"),
        ("DELETE FROM versions WHERE version_id = 1", "versions"),
        ("DROP TABLE listings", "not whole"),
        ("DROP TABLE manifest", "damaged or no backup"),
        ("CREATE VIEW spy AS SELECT 1", "damaged or no backup"),
        ("CREATE TRIGGER spy AFTER DELETE ON facilities BEGIN SELECT 1; END", "damaged or no backup"),
        ("CREATE TABLE more (x)", "damaged or no backup"),
    ],
)
def test_a_copy_that_is_not_whole_is_refused(registry, filled, tmp_path, harm, said):
    path = tmp_path / "copy.backup"
    back_up(filled, path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(harm)
    connection.close()
    with pytest.raises(RegistryError, match=said):
        restore(filled, path, replace=True)
    assert len(read_current(filled)) == 3


def test_a_cut_or_foreign_file_is_no_backup(filled, tmp_path):
    path = tmp_path / "copy.backup"
    back_up(filled, path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(RegistryError, match=r"damaged|cannot be read|not whole"):
        check_copy(path)
    path.write_bytes(b"PK\x03\x04 no database")
    with pytest.raises(RegistryError, match="no backup"):
        check_copy(path)
    with pytest.raises(RegistryError, match="no backup"):
        check_copy(tmp_path / "none.backup")


def test_nothing_is_overwritten_and_nothing_read_only_restored(filled, url, tmp_path):
    path = tmp_path / "copy.backup"
    back_up(filled, path)
    before = path.read_bytes()
    with pytest.raises(RegistryError, match="there already"):
        back_up(filled, path)
    assert path.read_bytes() == before
    reader = open_registry(url, read_only=True)
    with pytest.raises(ReadOnlyError):
        restore(reader, path, replace=True)
    reader.close()
