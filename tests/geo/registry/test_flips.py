"""One flipped bit in a backup: it is refused, or what it restores is what was saved.

Of each release 30 are tried; FLIPS=5000 tries more.
"""

import gzip
import os
import random
from pathlib import Path

import pytest

from geo.errors import RegistryError
from geo.registry.applying import undo_batch
from geo.registry.connection import open_registry
from geo.registry.copies import back_up, restore
from geo.registry.history import read_batches, read_current
from geo.registry.scenarios import save_scenario
from tests.geo.registry.interrupted import content
from tests.geo.registry.writer import AT, apply_made

FLIPS = int(os.environ.get("FLIPS", "30"))
CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "damaged"
OF_RELEASE_1 = Path(__file__).parent / "files" / "backup_of_release_1.bak.gz"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def of_now(tmp_path_factory):
    """Give the bytes of a backup as this program makes it, with something in every table."""
    folder = tmp_path_factory.mktemp("backup")
    registry = open_registry(f"sqlite:///{folder / 'r.sqlite3'}", read_only=False)
    apply_made(registry, 20, word="甲")
    undo_batch(registry, apply_made(registry, 20, word="乙"), who="乙", at=AT)
    save_scenario(registry, "二十个新站", {"sites": [1, 2]}, who="甲", at=AT)
    back_up(registry, folder / "copy.backup")
    registry.close()
    return (folder / "copy.backup").read_bytes()


@pytest.fixture(scope="module")
def of_release_1():
    """Give the bytes of a backup that an earlier program made."""
    return gzip.decompress(OF_RELEASE_1.read_bytes())


@pytest.fixture
def restored(tmp_path):
    """Give a function that restores bytes into a registry and gives its rows, the counted revision aside."""
    path, file = tmp_path / "copy.backup", tmp_path / "r.sqlite3"
    registry = open_registry(f"sqlite:///{file}", read_only=False)

    def rows_after(given):
        path.write_bytes(given)
        restore(registry, path, replace=True)
        return content(file, without="state")

    yield rows_after
    registry.close()


@pytest.mark.parametrize("release", ["of_now", "of_release_1"])
def test_a_flipped_backup_is_refused_or_gives_back_what_was_saved(release, request, restored):
    sound = request.getfixturevalue(release)
    saved = restored(sound)
    chance = random.Random(20261201)  # noqa: S311 - any bits will do
    # Most of a small file is empty: two flips of three are made where something stands.
    written = [place for place, byte in enumerate(sound) if byte]
    refused = 0
    for number in range(FLIPS):
        place = chance.choice(written) if number % 3 else chance.randrange(len(sound))
        flipped = bytearray(sound)
        flipped[place] ^= 1 << chance.randrange(8)
        try:
            found = restored(bytes(flipped))
        except RegistryError:
            refused += 1
            continue
        assert found == saved, f"byte {place} is {flipped[place]}"
    print(f"{release}: {FLIPS} flipped, {refused} refused, {FLIPS - refused} restored what was saved")  # noqa: T201
    assert refused > FLIPS // 4


def test_a_backup_of_an_earlier_program_gives_everything_back(of_release_1, tmp_path):
    path = tmp_path / "copy.backup"
    path.write_bytes(of_release_1)
    registry = open_registry(f"sqlite:///{tmp_path / 'r.sqlite3'}", read_only=False)
    counts = restore(registry, path)
    assert counts == {
        "batches": 3, "facilities": 12, "listings": 33, "mappings": 1, "questions": 2, "scenarios": 1,
        "versions": 37,
    }  # fmt: skip
    current = read_current(registry)
    assert list(current.index) == [f"imp-{row:06d}" for row in range(2, 14)]
    assert list(current["status"]).count("closed") == 1
    assert list(read_batches(registry)["undone_by"].dropna()) == ["乙"]
    registry.close()


@pytest.mark.parametrize("path", sorted(CASES.glob("backup_flip_*.bak.gz")), ids=lambda path: path.name)
def test_the_flipped_backups_of_the_cases_are_refused(path, restored, of_now):
    restored(of_now)
    with pytest.raises(RegistryError, match="Take another copy"):
        restored(gzip.decompress(path.read_bytes()))
    # The older one still stands there.
    assert restored(of_now)
