"""A killed writer leaves all of a batch or none of it; many writers lose nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from geo import schema
from geo.registry.connection import open_registry
from geo.registry.copies import back_up, restore
from geo.registry.history import read_batches, read_current, read_versions
from geo.registry.tables import batches, facilities, listings, versions
from tests.geo.registry import writer

ROOT = Path(__file__).resolve().parents[3]
KILLS = 5
SITES = 150
# 200 changes each by hand: WRITER_CHANGES=200.
WRITERS, CHANGES, RECORDS = 8, int(os.environ.get("WRITER_CHANGES", "50")), 16


@pytest.fixture(scope="module")
def server():
    """Give a function that says a line to the server of processes and gives its answer, a number."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.geo.registry.writer"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def say(*words):
        process.stdin.write(" ".join(map(str, words)) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield say
    process.communicate()


def _require_whole(registry):
    """Raise unless every batch is there whole and every record is what its versions say."""
    with registry.reading() as connection:
        counted = dict(
            connection.execute(select(listings.c.batch_id, func.count()).group_by("batch_id")).all()
        )
        written = connection.execute(
            select(versions.c.batch_id, versions.c.action, func.count()).group_by("batch_id", "action")
        ).all()
        told = connection.execute(select(batches.c.batch_id, batches.c.undone_at)).all()
        latest = dict(
            connection.execute(
                select(versions.c.facility_id, func.max(versions.c.version)).group_by("facility_id")
            ).all()
        )
        stands = dict(connection.execute(select(facilities.c.facility_id, facilities.c.version)).all())
    assert {number for number, _ in told} == set(counted)
    assert set(counted.values()) <= {SITES}
    actions = {(number, action): count for number, action, count in written}
    for number, undone_at in told:
        assert actions.pop((number, "import")) == SITES
        assert actions.pop((number, "undo"), 0) == (SITES if undone_at else 0)
    assert not actions
    assert latest == stands
    standing = [number for number, undone_at in told if not undone_at]
    current = read_current(registry)
    assert len(current) == (SITES if standing else 0)
    assert current[schema.ADDRESS].nunique() <= 1, "never half of one batch and half of another"


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_all_or_nothing(url, server):
    chance = random.Random(20261126)  # noqa: S311 - any moments will do
    registry = open_registry(url, read_only=False)
    seen, took = set(), 0.1
    for turn in range(KILLS):
        number = server("write", url, SITES, f"甲{turn}")
        # Some batches are let through; then it dies at any moment of the next.
        first, batches_more = registry.revision(), chance.randrange(2)
        started = time.monotonic()
        while registry.revision() < first + batches_more:
            time.sleep(0.01)
        took = (time.monotonic() - started) / batches_more if batches_more else took
        time.sleep(chance.uniform(0.0, 1.5 * took))
        os.kill(number, signal.SIGKILL)
        assert server("wait", number) == signal.SIGKILL
        _require_whole(registry)
        seen.add(len(read_batches(registry)))
    assert len(seen) > 1, "many were killed in the midst of work"
    registry.close()


@pytest.mark.slow
def test_eight_writers_at_once_lose_no_change_and_keep_every_version(url, server):
    registry = open_registry(url, read_only=False)
    writer.apply_made(registry, RECORDS, word="甲")
    numbers = [server("change", url, f"w{number}", CHANGES) for number in range(WRITERS)]
    assert [server("wait", number) for number in numbers] == [0] * WRITERS
    current = read_current(registry)
    assert (current[schema.CAPACITY] - 50).sum() == WRITERS * CHANGES
    signed = []
    for one in current.index:
        history = read_versions(registry, one)
        assert list(history.index) == list(range(1, len(history) + 1))
        capacities = [after[schema.CAPACITY] for after in history["after"]]
        assert capacities == [50.0 + n for n in range(len(history))]
        assert [before[schema.CAPACITY] for before in history["before"][1:]] == capacities[:-1]
        signed += history["who"].tolist()[1:]
    assert {who: signed.count(who) for who in signed} == {f"w{n}": CHANGES for n in range(WRITERS)}
    registry.close()


@pytest.mark.slow
def test_what_is_restored_while_another_writes_is_whole(url, server, tmp_path):
    registry = open_registry(url, read_only=False)
    writer.apply_made(registry, SITES, word="甲")
    back_up(registry, tmp_path / "copy.backup")
    first, number = registry.revision(), server("write", url, SITES, "乙")
    while registry.revision() < first + 2:
        time.sleep(0.01)
    counts = restore(registry, tmp_path / "copy.backup", replace=True)
    _require_whole(registry)
    os.kill(number, signal.SIGKILL)
    # It may have seen that all was replaced under it, and given up.
    assert server("wait", number) in (signal.SIGKILL, 256)
    assert counts["batches"] == 1
    _require_whole(registry)
    registry.close()


def test_a_reader_and_a_backup_see_one_moment_while_others_write(registry, url, tmp_path):
    writer.apply_made(registry, SITES, word="甲1")
    with registry.reading() as connection:
        before = connection.execute(select(func.count()).select_from(versions)).scalar_one()
        other = open_registry(url, read_only=False)
        writer.apply_made(other, SITES, word="甲2")
        other.close()
        assert connection.execute(select(func.count()).select_from(versions)).scalar_one() == before
    assert back_up(registry, tmp_path / "copy.backup")["versions"] == 2 * before
    _require_whole(registry)
