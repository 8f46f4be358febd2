"""Searches beside the screens: a few at a time, each held by the sessions that wait for it.

A page starts a search and comes back to look at it; whoever asks the same question holds the same search. It
is stopped when the last who held it let go: by the button, by another question, or by closing the window. The
solver runs outside Python's lock, so that other visitors' pages go on meanwhile.
"""

import contextvars
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from geo.caching.remembered import declare
from geo.errors import GeoDataError, InvalidValueError, Message, PlanFaultError
from geo.network.network import Network
from geo.planning.optimise import Solution, choose_best, choose_greedily
from geo.planning.problem import Prepared
from geo.planning.sensitivity import choices_at_distances, people_curve
from geo.siting import Progress
from ui.screens.siting.question import SitingQuestion
from ui.screens.siting.search_queue import Queue, queue_for
from ui.shared.cache_by_network import forget_with_the_rest, store_in_sight
from ui.shared.sessions import when_one_ends
from web.shared_data import Store

# Searches at once and waiting, of all; of one person (by name, else by address), so that none takes them all.
AT_ONCE, WAITING_MOST, OF_ONE_MOST = 2, 6, 4
# Answers kept though nobody looks at them any more, and durations that the queue is estimated from.
KEPT, MEASURED = 8, 20
TIME_LIMIT_S, POINT_LIMIT_S = 60.0, 10.0
WAITING, QUICK, PROVEN, TRIED, DONE = range(5)

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="siting")
# By the network itself: to save a first scenario makes another store of the same network.
_jobs: "OrderedDict[tuple[int, SitingQuestion], SearchJob]" = OrderedDict()
declare(
    "ui.screens.siting.jobs._jobs",
    holds="Searches for sites and what they found.",
    most_entries=KEPT,
    most_bytes=20_000_000,
    dropped="On a newer network, and the oldest first; one that a session looks at is kept beside these.",
)
# Those that have not ended, in the order of the queue.
_open: "list[SearchJob]" = []
_durations_s: deque[float] = deque(maxlen=MEASURED)
_changing = threading.RLock()


class Holder(NamedTuple):
    """Name a session that waits for a search, and whose it is; empty where that is not known."""

    session: str
    person: str = ""


@dataclass(eq=False)
class SearchJob:
    """Hold one choice on its way; `stage` rises from `WAITING` to `DONE`, and what it names is there.

    It holds its network, so that no other takes its place in memory while the job is known by it; what it
    chose from is let go of as soon as it ends. `fault` is why it ended early;
    `broken` tells that the reason is ours.
    """

    question: SitingQuestion
    network: Network
    stage: int = WAITING
    quick: Solution | None = None
    best: Solution | None = None
    tried: dict[float, frozenset[str]] = field(default_factory=dict)
    curve: pd.DataFrame | None = None
    points: dict[float, Solution] = field(default_factory=dict)
    progress: Progress | None = None
    prepared: bool = False
    passed_over: int = 0
    left_out: int = 0
    fault: Message | None = None
    broken: bool = False
    began_s: float | None = None
    holders: dict[str, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)

    @property
    def ended(self) -> bool:
        """Return whether nothing more will come."""
        return self.stage == DONE

    @property
    def sound(self) -> bool:
        """Return whether whoever asks the same may have this one: neither stopped, refused nor broken."""
        return not (self.fault or self.broken or self.stop.is_set())

    @property
    def choice(self) -> Solution | None:
        """Return the best that is known so far."""
        return self.best or self.quick

    def wait_for(self, stage: int, *, seconds: float) -> bool:
        """Wait until a stage is reached; tell whether it was."""
        with self.moved:
            return self.moved.wait_for(lambda: self.stage >= stage, timeout=seconds)

    def move_to(self, stage: int) -> None:
        """Reach a stage and wake whoever waits for it."""
        with self.moved:
            self.stage = stage
            self.moved.notify_all()

    def hear(self, progress: Progress) -> None:
        """Remember how far the search is."""
        self.progress = progress


def start(
    question: SitingQuestion, store: Store, prepare: Callable[[SitingQuestion], Prepared], who: Holder
) -> SearchJob:
    """Start a search, or give the one that answers the same; the session lets go of any other it holds.

    Parameters
    ----------
    question, store
        What is asked, and of which network.
    prepare
        Gathers what can be chosen from; called beside the screen.
    who
        Waits for the answer.

    Raises
    ------
    InvalidValueError
        Too many searches wait already; what the session holds goes on.
    """
    with _changing:
        known = _jobs.get((id(store.network), question))
        if known is not None and known.sound:
            _let_go_of_all(who.session, but=known)
            known.holders[who.session] = who.person
            return known
        _require_room(who)
        _let_go_of_all(who.session)
        job = SearchJob(question, store.network, holders={who.session: who.person})
        _jobs[id(store.network), question] = job
        _open.append(job)
    context = contextvars.copy_context()
    _threads.submit(context.run, _run, job, prepare)
    return job


def let_go(job: SearchJob, session: str) -> None:
    """Wait for a search no longer; it is stopped when nobody else does, and one that had not begun ends."""
    with _changing:
        job.holders.pop(session, None)
        if job.holders or job.ended:
            return
        job.stop.set()
        if job.began_s is None:
            _end(job)


def find(question: SitingQuestion, store: Store) -> SearchJob | None:
    """Return the search that answers a question, if there is one."""
    with _changing:
        return _jobs.get((id(store.network), question))


def queue_of(job: SearchJob) -> Queue | None:
    """Say how a search that has not begun stands in the queue; None where it has."""
    with _changing:
        waiting = [one for one in _open if one.began_s is None]
        if job not in waiting:
            return None
        now = time.monotonic()
        ran_s = [now - one.began_s for one in _open if one.began_s is not None]
        return queue_for(waiting.index(job), ran_s, list(_durations_s), slots=AT_ONCE)


def _require_room(who: Holder) -> None:
    """Refuse where all places are taken, or this person's; those this session alone holds become free."""
    others = [job for job in _open if not job.stop.is_set() and set(job.holders) != {who.session}]
    if len(others) >= AT_ONCE + WAITING_MOST:
        raise InvalidValueError("searches_waiting")
    if who.person and sum(who.person in job.holders.values() for job in others) >= OF_ONE_MOST:
        raise InvalidValueError("searches_of_yours", most=OF_ONE_MOST)


def _let_go_of_all(session: str, but: SearchJob | None = None) -> None:
    for job in [*_open, *_jobs.values()]:
        if job is not but:
            let_go(job, session)


def _session_ended(session: str) -> None:
    with _changing:
        _let_go_of_all(session)
        _forget_some()


def _forget_some(most: int = KEPT) -> None:
    """Forget the oldest answers that nobody holds, so that no more than `most` of them stay."""
    unheld = [key for key, job in _jobs.items() if job.ended and not job.holders]
    for key in unheld[: max(len(unheld) - most, 0)]:
        del _jobs[key]


def _forget_older_network() -> None:
    """Forget what ended on another network than the one in sight: it holds the whole of it."""
    network = store_in_sight().network
    with _changing:
        for key in [key for key, job in _jobs.items() if job.ended and job.network is not network]:
            del _jobs[key]


def _end(job: SearchJob) -> None:
    with _changing:
        if job in _open:
            _open.remove(job)
        if job.sound and job.began_s is not None:
            _durations_s.append(time.monotonic() - job.began_s)
        job.move_to(DONE)
        _forget_some()


def _begins(job: SearchJob) -> bool:
    with _changing:
        if job.ended or job.stop.is_set():
            return False
        job.began_s = time.monotonic()
        return True


def _run(job: SearchJob, prepare: Callable[[SitingQuestion], Prepared]) -> None:
    try:
        if _begins(job):
            _choose(job, prepare)
    except GeoDataError as fault:
        if isinstance(fault, PlanFaultError):
            logger.exception("a plan failed its check")
        job.fault = fault.message
    except Exception:
        # Whatever it was must not leave a page waiting for ever; the log has it.
        logger.exception("a search failed")
        job.broken = True
    finally:
        _end(job)


def _choose(job: SearchJob, prepare: Callable[[SitingQuestion], Prepared]) -> None:
    ready = prepare(job.question)
    job.prepared, job.passed_over, job.left_out = True, len(ready.passed_over), len(ready.left_out)
    if job.stop.is_set():
        return
    constraints, kinds, table = ready.problem.constraints, ready.problem.kinds, ready.table
    job.quick = choose_greedily(ready.baseline, ready.options, constraints)
    job.move_to(QUICK)
    job.best = choose_best(
        ready.baseline,
        ready.options,
        constraints,
        kinds=kinds,
        table=table,
        time_limit_s=TIME_LIMIT_S,
        progress=job.hear,
        cancelled=job.stop.is_set,
    )
    job.move_to(PROVEN)
    if job.best.reason or job.stop.is_set():
        return
    job.tried = choices_at_distances(
        ready.baseline,
        job.network,
        ready.candidates,
        constraints,
        kinds=kinds,
        table=table,
        time_limit_s=POINT_LIMIT_S,
        cancelled=job.stop.is_set,
    )
    job.move_to(TRIED)
    job.curve, job.points = people_curve(
        ready.baseline,
        ready.options,
        constraints,
        kinds=kinds,
        table=table,
        time_limit_s=POINT_LIMIT_S,
        cancelled=job.stop.is_set,
    )


when_one_ends(_session_ended)
forget_with_the_rest(_forget_older_network)
