"""Searches are held by those who wait for them: one visitor's stop, closed window or crowd stops no other."""

import statistics
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InvalidValueError
from ui.screens.siting import jobs as siting_jobs
from ui.screens.siting.jobs import AT_ONCE, KEPT, OF_ONE_MOST, WAITING_MOST, Holder
from ui.screens.siting.question import SitingQuestion
from ui.screens.siting.search_queue import queue_for
from ui.shared import sessions

SOON_S = 20


class World:
    """Hold one network, and the searches on it that wait until they are let on or stopped."""

    network = object()

    def __init__(self):
        self.go_on = threading.Event()
        self.breaks = False

    def choose(self, job, _prepare):
        while not self.go_on.wait(0.005) and not job.stop.is_set():
            pass
        if self.breaks:
            raise RuntimeError("made to break")

    def start(self, number, session, person=""):
        return siting_jobs.start(SitingQuestion(sites=number), self, None, Holder(session, person))


@pytest.fixture
def world(monkeypatch):
    made = World()
    monkeypatch.setattr(siting_jobs, "_choose", made.choose)
    for name in ("_jobs", "_open", "_durations_s"):
        kept = getattr(siting_jobs, name)
        monkeypatch.setattr(siting_jobs, name, type(kept)())
    yield made
    for job in [*siting_jobs._open]:
        job.stop.set()
        assert job.wait_for(siting_jobs.DONE, seconds=SOON_S)


def begun(*jobs):
    end = time.monotonic() + SOON_S
    while any(job.began_s is None for job in jobs) and time.monotonic() < end:
        time.sleep(0.005)
    assert all(job.began_s is not None for job in jobs)


def ended(*jobs):
    return all(job.wait_for(siting_jobs.DONE, seconds=SOON_S) for job in jobs)


def test_the_same_question_is_one_search_and_ends_when_the_last_who_waits_lets_go(world):
    job = world.start(1, "ann")
    assert world.start(1, "bob") is job
    siting_jobs.let_go(job, "ann")
    assert not job.stop.is_set(), "bob waits still"
    siting_jobs.let_go(job, "bob")
    assert ended(job)


def test_a_session_holds_one_search_and_another_question_takes_its_place(world):
    first = world.start(1, "ann")
    shared = world.start(2, "bob")
    second = world.start(2, "ann")
    assert second is shared
    assert ended(first)
    assert world.start(3, "ann") is not shared
    assert not shared.stop.is_set()


def test_closed_windows_give_their_places_back(world):
    jobs = [world.start(number, f"tab {number}") for number in range(AT_ONCE + WAITING_MOST)]
    with pytest.raises(InvalidValueError, match="Too many searches"):
        world.start(99, "ann")
    for number in range(len(jobs)):
        sessions._end(f"tab {number}")
    assert ended(*jobs)
    mine = world.start(99, "ann")
    begun(mine)


def test_one_person_never_takes_all_places(world):
    for number in range(OF_ONE_MOST):
        world.start(number, f"tab {number}", "10.0.0.1")
    with pytest.raises(InvalidValueError, match="searches of yours"):
        world.start(99, "one more tab", "10.0.0.1")
    held = siting_jobs._open[0]
    assert world.start(98, "tab 0", "10.0.0.1") is not held, "in the place of one's own there is room"
    world.start(99, "somebody else", "10.0.0.2")


def test_who_is_refused_keeps_the_search_he_has(world):
    jobs = [world.start(number, f"tab {number}") for number in range(AT_ONCE + WAITING_MOST)]
    assert world.start(0, "ann") is jobs[0]
    with pytest.raises(InvalidValueError):
        world.start(99, "ann")
    assert "ann" in jobs[0].holders


def test_a_broken_search_is_never_handed_out_again(world, caplog):
    world.breaks = True
    broken = world.start(1, "ann")
    world.go_on.set()
    assert ended(broken)
    assert broken.broken
    assert "made to break" in caplog.text
    world.breaks = False
    fresh = world.start(1, "ann")
    assert fresh is not broken
    assert ended(fresh)
    assert not fresh.broken


def test_answers_nobody_holds_are_few_and_go_with_their_network(world, monkeypatch):
    world.go_on.set()
    for number in range(KEPT + 5):
        assert ended(world.start(number, "ann"))
    assert len(siting_jobs._jobs) == KEPT + 1, "those let go of, and the one that is held"
    monkeypatch.setattr(siting_jobs, "store_in_sight", lambda: world)
    siting_jobs._forget_older_network()
    assert len(siting_jobs._jobs) == KEPT + 1, "another store of the same network changes nothing"
    newer = World()
    newer.network = object()
    monkeypatch.setattr(siting_jobs, "store_in_sight", lambda: newer)
    siting_jobs._forget_older_network()
    assert not siting_jobs._jobs


def test_the_queue_tells_places_and_only_what_was_measured(world):
    running = [world.start(number, f"tab {number}") for number in range(AT_ONCE)]
    begun(*running)
    waiting = [world.start(10 + number, f"late {number}") for number in range(3)]
    assert siting_jobs.queue_of(running[0]) is None
    stands = [siting_jobs.queue_of(job) for job in waiting]
    assert [one.ahead for one in stands] == [0, 1, 2]
    assert all(len(one.ran_s) == AT_ONCE and one.wait_s is None for one in stands), "nothing was measured yet"
    siting_jobs.let_go(waiting[0], "late 0")
    assert siting_jobs.queue_of(waiting[0]) is None
    assert siting_jobs.queue_of(waiting[1]).ahead == 0
    world.go_on.set()
    assert ended(*running, *waiting)
    assert len(siting_jobs._durations_s) == AT_ONCE + 2, "what was stopped measures nothing"


def test_the_wait_is_exact_where_all_searches_take_the_same():
    assert queue_for(0, [4.0, 1.0], [10.0] * 3, slots=2).wait_s == 6.0
    assert queue_for(1, [4.0, 1.0], [10.0] * 3, slots=2).wait_s == 9.0
    assert queue_for(2, [4.0, 1.0], [10.0] * 3, slots=2).wait_s == 16.0
    assert queue_for(0, [4.0], [10.0] * 3, slots=2).wait_s == 0.0
    assert queue_for(0, [11.0, 1.0], [10.0] * 3, slots=2).wait_s is None, "none took so long before"
    assert queue_for(5, [1.0, 1.0], [], slots=2).wait_s is None


@settings(deadline=None)
@given(
    ran=st.lists(st.floats(0, 49), min_size=1, max_size=3),
    took=st.lists(st.floats(51, 100), min_size=1, max_size=9),
    ahead=st.integers(0, 6),
)
def test_the_wait_grows_with_the_place_and_shrinks_while_others_run(ran, took, ahead):
    def wait(place, runs):
        return queue_for(place, runs, took, slots=len(ran)).wait_s

    assert wait(ahead, ran) <= wait(ahead + 1, ran) <= wait(ahead, ran) + statistics.median(took) + 1e-9
    assert wait(ahead, [one + 1 for one in ran]) <= wait(ahead, ran)
