"""Search for the best places beside the page, and tell how far the search is."""

from functools import partial

import streamlit as st

from geo.errors import GeoDataError
from ui.follow import store_in_sight
from ui.siting import siting_answers, siting_jobs, siting_plan, siting_unreached
from ui.siting.siting_faults import said
from ui.siting.siting_jobs import PROVEN, QUICK, TRIED, WAITING, Job
from ui.siting.siting_page import Wish
from ui.words import t

ASKED_KEY, SEEN_KEY = "siting_asked", "siting_stage_seen"
# A first plan is there this soon, or the page goes on without it and looks again.
PATIENCE_S, LOOK_EVERY_S = 2.0, 0.7


def show_title() -> None:
    """Show what the page is for."""
    st.title(t("Where next"), anchor=False)


def show_search(wish: Wish) -> None:
    """Offer the search, and show how far the one under way is."""
    asked: Wish | None = st.session_state.get(ASKED_KEY)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("Find the best places"),
            type="primary",
            icon=":material/search:",
            on_click=_start,
            args=(wish,),
            key="siting_start",
        )
        if asked is not None and asked != wish:
            st.caption(t("The question has changed since this plan was found; search again to answer it."))
    if fault := st.session_state.pop(siting_plan.FAULT_KEY, ""):
        st.error(t("This cannot be done:"), icon=":material/error:")
        st.code(fault, language=None, wrap_lines=True)
    job = None if asked is None else siting_plan.find_job(asked)
    if job is None:
        _tell_lost(asked)
        siting_jobs.begin_ahead(partial(siting_answers.ground_of, wish))
        return
    st.session_state[SEEN_KEY] = job.stage
    if _older(job):
        # Whatever brought the page here, what is found by now is shown.
        siting_plan.show_found(job)
    if not job.ended:
        _watch()
    elif job.broken:
        st.error(t("The search failed. Try again; if it fails again, tell whoever runs this program."))
    elif job.fault or (job.best is not None and job.best.reason):
        st.error(t("There is no plan for this question:"), icon=":material/error:")
        st.code(said(job.fault or _reason(job)), language=None, wrap_lines=True)
        if job.passed_over is not None:
            siting_unreached.show_unreached(job.wish)
    if job.ended and st.session_state.get(siting_plan.PLAN_KEY) is not None and _older(job):
        st.caption(t("Below is the plan found before; it answers the question before."))


@st.fragment(run_every=LOOK_EVERY_S)
def _watch() -> None:
    """Show how far the search is; turn to the page where it has reached something new."""
    asked: Wish | None = st.session_state.get(ASKED_KEY)
    job = None if asked is None else siting_plan.find_job(asked)
    if job is None or job.stage != st.session_state.get(SEEN_KEY):
        st.rerun()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(_share_done(job), text=_told(job))
        st.button(
            t("Stop, keep the best so far"),
            icon=":material/stop_circle:",
            on_click=job.stop.set,
            disabled=job.stop.is_set(),
            key="siting_stop",
        )


def _tell_lost(asked: Wish | None) -> None:
    """Say so where a first plan waits for a proof that will not come."""
    plan: siting_plan.Plan | None = st.session_state.get(siting_plan.PLAN_KEY)
    if asked is not None and plan is not None and plan.source == siting_plan.QUICK:
        st.caption(t("The lists changed meanwhile, so the proof of this plan is gone: search again."))


def _older(job: Job) -> bool:
    """Tell whether the plan on screen, if there is one, answers another question."""
    plan: siting_plan.Plan | None = st.session_state.get(siting_plan.PLAN_KEY)
    return plan is None or plan.wish != job.wish


def _start(wish: Wish) -> None:
    try:
        job = siting_jobs.start(wish, store_in_sight(), siting_answers.prepared)
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)
        return
    # A plan found before stays until there is another: a question may have none.
    st.session_state[ASKED_KEY] = wish
    job.wait_for(QUICK, seconds=PATIENCE_S)
    siting_plan.show_found(job)


def _share_done(job: Job) -> float:
    if job.stage == WAITING:
        return 0.05
    if job.stage == QUICK:
        gap = 1.0 if job.progress is None else min(max(job.progress.gap, 0.0), 1.0)
        return 0.2 + 0.4 * (1 - gap)
    return 0.7 if job.stage == PROVEN else 0.85


def _told(job: Job) -> str:
    if job.stop.is_set():
        return t("Stopping…")
    if job.stage == WAITING:
        return t("Looking for a first plan…")
    if job.stage == QUICK and job.progress is not None:
        return t(
            "First plan shown. Proving: at most {gap} better is possible, {seconds} s",
            gap=f"{job.progress.gap:.2%}",
            seconds=f"{job.progress.seconds:.0f}",
        )
    if job.stage == QUICK:
        return t("First plan shown. Looking for the best and its proof…")
    if job.stage < TRIED:
        return t("Proven plan shown. Trying other distances…")
    return t("Reckoning the curve of people against sites or money…")


def _reason(job: Job) -> str:
    return job.best.reason if job.best is not None else ""
