"""What takes long on a page: how far it is, and a button that truly stops it.

The computation runs in the page's own run. Streamlit ends a run wherever it shows something, so that a press
of the button, or any other wish of the visitor, stops the work at the next step it tells of. A press is kept
for the run after it, which alone knows what is asked by then; and the button, once drawn, is never taken away
and put back while the work goes on: a press that began on the one would end on the other, and be none.
"""

import itertools
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.shared.language import t
from web.warm_up import preparation

KEY, PRESSED = "job_", "job_pressed_"
Given = TypeVar("Given")
_numbers = itertools.count(1)


class _Press(NamedTuple):
    """Hold what a press asked for, and a number that sets it apart from every other."""

    number: int
    wanted: bool


@dataclass(frozen=True)
class LongJob:
    """Name something that takes long, and what is said of it.

    `asked` is what it answers: one that was stopped stays so until something else is asked or it is wanted
    again. `doing` stands at its bar, `again` on the button that starts it. `known` tells that its answer is
    there already; `at_once` that it starts by itself.
    """

    name: str
    asked: Hashable
    doing: str
    again: str
    known: bool = False
    at_once: bool = True


class JobProgress:
    """Show how far a job is: the share done, 0-1, or how many of the loops it waits for are ready."""

    def __init__(self, bar: DeltaGenerator, doing: str) -> None:
        self._bar, self._doing = bar, doing

    def __call__(self, share: float) -> None:
        """Show the share done."""
        self._bar.progress(min(share, 1.0), text=self._doing)

    def part(self, number: int, count: int) -> Callable[[float], None]:
        """Return what hears the share done of one of several parts, the first of which is 0."""
        return lambda share: self((number + share) / count)

    def loops(self, done: int, total: int) -> None:
        """Show how many of the compiled loops are ready."""
        if not total:
            self._bar.progress(0.0, text=t("Only the first time on this machine: making the fast way ready…"))
            return
        text = t(
            "Only the first time on this machine: making the fast way ready, {done} of {total} steps…",
            done=done,
            total=total,
        )
        self._bar.progress(done / total, text=text)


def show_job(job: LongJob, work: Callable[[JobProgress], Given]) -> Given | None:
    """Do some work under a bar with a button that cancels it; give its answer, None while it is not wanted.

    Parameters
    ----------
    job
        What it is.
    work
        Gives the answer, and reports how far it is.
    """
    box = st.container(key=f"job_{job.name}")
    veil = box.empty()
    wanted = _is_wanted(job)
    if not job.known and not (wanted if wanted is not None else job.at_once):
        with box:
            if wanted is not None:
                st.info(t("Cancelled; nothing was kept of it."), icon=":material/cancel:")
            st.button(
                job.again,
                on_click=_press,
                args=(job.name, True),
                icon=":material/play_arrow:",
                key=f"run_{job.name}",
            )
        return None
    with box:
        bar = st.progress(0.0, text=job.doing)
        if not job.known:
            st.button(
                t("Cancel"),
                on_click=_press,
                args=(job.name, False),
                icon=":material/close:",
                key=f"cancel_{job.name}",
            )
    answer = work(JobProgress(bar, job.doing))
    # What is drawn in an emptied place is drawn as new; the button stays, unseen, until the next run.
    veil.html(f"<span></span><style>.st-key-job_{job.name} {{ display: none; }}</style>")
    return answer


def _is_wanted(job: LongJob) -> bool | None:
    """Return whether the visitor wants this job; None where no button said so of this question."""
    pressed = st.session_state.get(PRESSED + job.name)
    asked, answered = st.session_state.get(KEY + job.name, (None, None))
    # A run that begins beside this one may drop what this one writes: the press itself is never taken back.
    if pressed != answered:
        asked, answered = st.session_state[KEY + job.name] = (job.asked, pressed)
    return answered.wanted if answered and asked == job.asked else None


def wait_for_loops(family: str, on_progress: JobProgress) -> None:
    """Wait until a family of compiled loops is ready.

    Parameters
    ----------
    family
        One of `geo.kernels.loader.FAMILIES`.
    on_progress
        Shows how many are.
    """
    preparation.wait_for(family, on_progress.loops)


def _press(name: str, wanted: bool) -> None:  # noqa: FBT001 - Streamlit calls it so
    st.session_state[PRESSED + name] = _Press(next(_numbers), wanted)
