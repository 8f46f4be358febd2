"""The process that makes loops ready beside the app: heard, waited for, stopped, done without."""

import os
import sys
import time

import pytest

from geo.kernels.loader import AREAS, FAMILIES, NEAREST, are_awaited, await_loops, take_loops
from web import warm_up as ahead
from web.warm_up import Preparation

WAIT_S = 30
# Writes what `python -m geo prepare` would, then does as it is told.
TELL = "import sys, time; print('1/3', flush=True); print('2/3 geo.kernels.nearest', flush=True); "


@pytest.fixture(autouse=True)
def taken(monkeypatch):
    """Let no test leave a family awaited, nor a folder named."""
    monkeypatch.setenv(ahead.FOLDER, os.environ.get(ahead.FOLDER, ""))
    monkeypatch.setattr(ahead, "find_spec", lambda _name: True)
    yield
    take_loops()


def program(text):
    return Preparation((sys.executable, "-c", TELL + text))


def eventually(true):
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_family_is_taken_when_it_is_told_ready_and_all_of_them_at_the_end():
    beside = program("time.sleep(0.5); print('3/3', *sys.argv[1:]); print('kept in there')")
    beside.start()
    assert all(are_awaited(family) for family in FAMILIES)
    told = []
    beside.wait_for(NEAREST, lambda *count: told.append(count))
    assert set(told) <= {(0, 0), (1, 3), (2, 3)}
    assert not are_awaited(NEAREST)
    eventually(lambda: not any(are_awaited(family) for family in FAMILIES))
    beside.stop()


def test_it_gives_way_until_somebody_waits(tmp_path):
    seen = tmp_path / "seen"
    note = f"open({str(seen)!r}, 'a').write(f'{{sys.argv[1:]}}\\n'); "
    beside = program(
        note + "'--first' in sys.argv or time.sleep(600); print('3/3', 'geo.kernels.areas', flush=True)"
    )
    beside.start()
    eventually(lambda: not are_awaited(NEAREST))
    gentle = beside._process
    beside.wait_for(AREAS, lambda *_count: None)
    assert gentle.poll() not in (None, 0)
    assert seen.read_text().splitlines() == ["['--gently']", f"['--first', '{AREAS}']"]
    eventually(lambda: not any(are_awaited(family) for family in FAMILIES))
    beside.stop()


def test_whoever_waits_before_it_has_begun_has_it_begin_at_once():
    beside = program("print('3/3', *sys.argv[2:], flush=True)")
    beside.start(after_s=600)
    beside.wait_for(AREAS, lambda *_count: None)
    eventually(lambda: not any(are_awaited(family) for family in FAMILIES))
    assert beside._process.args[-2:] == (ahead.FIRST, AREAS)
    beside.stop()


def test_stopping_ends_the_process_and_nobody_waits_any_more():
    beside = program("time.sleep(600)")
    beside.start()
    eventually(lambda: not are_awaited(NEAREST))
    process = beside._process
    beside.stop()
    assert process.poll() is not None
    assert not are_awaited(AREAS)


def test_it_does_not_begin_before_its_time_and_can_be_stopped_until_then():
    beside = program("")
    beside.start(after_s=600)
    assert are_awaited(NEAREST)
    beside.stop()
    assert beside._process is None
    assert not are_awaited(NEAREST)


def test_whoever_waits_can_give_up():
    await_loops()

    def give_up(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program("").wait_for(AREAS, give_up)
    assert are_awaited(AREAS)


def test_where_no_folder_can_be_written_to_one_of_its_own_is_used_while_the_app_runs():
    refuse = f"import os; folder = os.environ['{ahead.FOLDER}']; sys.exit('guigongtu-loops-' not in folder)"
    beside = program(refuse)
    beside.start()
    eventually(lambda: not are_awaited(AREAS))
    own = os.environ[ahead.FOLDER]
    assert os.path.isdir(own)  # noqa: PTH112
    beside.stop()
    assert not os.path.exists(own)  # noqa: PTH110


def test_where_it_fails_each_loop_is_left_to_its_first_use():
    beside = program("sys.exit(1)")
    beside.start()
    eventually(lambda: not any(are_awaited(family) for family in FAMILIES))
    beside.stop()
    gone = Preparation(("no-such-program-of-ours",))
    gone.start()
    eventually(lambda: not any(are_awaited(family) for family in FAMILIES))


def test_without_numba_nothing_is_awaited(monkeypatch):
    monkeypatch.setattr(ahead, "find_spec", lambda _name: None)
    program("").start()
    assert not any(are_awaited(family) for family in FAMILIES)
