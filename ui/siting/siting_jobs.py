"""Choosing sites beside the screens: a few at a time, each telling how far it is and stopping when asked to.

A page starts a job and comes back to look at it; whoever asks the same question gets the same job. The solver
runs outside Python's lock, so that other visitors' pages go on meanwhile.
"""

import contextlib
import contextvars
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pandas as pd

from geo.errors import GeoDataError, InvalidValueError, PlanFaultError
from geo.network import Network
from geo.planning.choosing import Choice, choose_best, choose_greedily
from geo.planning.question import Prepared
from geo.planning.trials import choices_at_distances, people_curve
from geo.siting import Progress
from ui.siting.siting_page import Wish
from web.store import Store

AT_ONCE, WAITING_MOST, JOBS_KEPT = 2, 6, 8
TIME_LIMIT_S, POINT_LIMIT_S = 60.0, 10.0
WAITING, QUICK, PROVEN, TRIED, DONE = range(5)

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="siting")
_ahead, _underway = ThreadPoolExecutor(1, thread_name_prefix="siting-ahead"), threading.Lock()
# By the network itself: to save a first scenario makes another store of the same network.
_jobs: "OrderedDict[tuple[int, Wish], Job]" = OrderedDict()
_starting = threading.Lock()


@dataclass(eq=False)
class Job:
    """Hold one choice on its way; `stage` rises from `WAITING` to `DONE`, and what it names is there.

    It holds its network, so that no other takes its place in memory while the job is known by it.
    `fault` is why it ended early, in a sentence for the screen; `broken` tells that the reason is ours.
    `passed_over` and `left_out` count the candidates that stand at a site and those that are forbidden, None
    until they are known: what a job chooses from is large, and goes when the job ends.
    """

    wish: Wish
    network: Network
    stage: int = WAITING
    passed_over: int | None = None
    left_out: int | None = None
    quick: Choice | None = None
    best: Choice | None = None
    tried: dict[float, frozenset[str]] = field(default_factory=dict)
    curve: pd.DataFrame | None = None
    points: dict[float, Choice] = field(default_factory=dict)
    progress: Progress | None = None
    fault: str = ""
    broken: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come."""
        return self.stage == DONE

    @property
    def choice(self) -> Choice | None:
        """Give the best that is known so far."""
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


def start(wish: Wish, store: Store, prepare: Callable[[Wish], Prepared]) -> Job:
    """Start a job, or give the one that answers the same already.

    Parameters
    ----------
    wish, store
        What is asked, and of which network.
    prepare
        Gathers what can be chosen from; called beside the screen.

    Raises
    ------
    InvalidValueError
        Too many jobs wait already.
    """
    with _starting:
        known = _jobs.get((id(store.network), wish))
        if known is not None and not known.fault and not known.stop.is_set():
            return known
        if sum(not job.ended for job in _jobs.values()) >= AT_ONCE + WAITING_MOST:
            raise InvalidValueError("Too many searches are waiting already; try again in a minute.")
        job = Job(wish, store.network)
        _jobs[id(store.network), wish] = job
        for key in [key for key, old in _jobs.items() if old.ended][: max(len(_jobs) - JOBS_KEPT, 0)]:
            del _jobs[key]
    context = contextvars.copy_context()
    _threads.submit(context.run, _run, job, prepare)
    return job


def begin_ahead(find_it: Callable[[], object]) -> None:
    """Work out beside the page what a search will ask for; nothing where something is under way already.

    Parameters
    ----------
    find_it
        Keeps what it finds. A fault in the question is told to whoever searches.
    """
    if _underway.acquire(blocking=False):
        context = contextvars.copy_context()
        _ahead.submit(context.run, _find_ahead, find_it)


def _find_ahead(find_it: Callable[[], object]) -> None:
    try:
        with contextlib.suppress(GeoDataError):
            find_it()
    finally:
        _underway.release()


def find(wish: Wish, store: Store) -> Job | None:
    """Give the job that answers a question, if there is one."""
    with _starting:
        return _jobs.get((id(store.network), wish))


def _run(job: Job, prepare: Callable[[Wish], Prepared]) -> None:
    try:
        _choose(job, prepare)
    except GeoDataError as fault:
        if isinstance(fault, PlanFaultError):
            logger.exception("a plan failed its check")
        job.fault = str(fault)
    except Exception:
        # Whatever it was must not leave a page waiting for ever; the log has it.
        logger.exception("a search failed")
        job.broken = True
    finally:
        job.move_to(DONE)


def _choose(job: Job, prepare: Callable[[Wish], Prepared]) -> None:
    ready = prepare(job.wish)
    job.passed_over, job.left_out = len(ready.passed_over), len(ready.left_out)
    means, kinds, table = ready.request.means, ready.request.kinds, ready.table
    job.quick = choose_greedily(ready.ground, ready.offers, means)
    job.move_to(QUICK)
    job.best = choose_best(
        ready.ground,
        ready.offers,
        means,
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
        ready.ground,
        job.network,
        ready.candidates,
        means,
        kinds=kinds,
        table=table,
        time_limit_s=POINT_LIMIT_S,
        cancelled=job.stop.is_set,
    )
    job.move_to(TRIED)
    job.curve, job.points = people_curve(
        ready.ground,
        ready.offers,
        means,
        kinds=kinds,
        table=table,
        time_limit_s=POINT_LIMIT_S,
        cancelled=job.stop.is_set,
    )
