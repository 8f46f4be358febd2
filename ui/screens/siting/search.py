"""Search for the best places beside the page, and tell how far the search is."""

import json
from functools import partial

import streamlit as st

from geo.errors import GeoDataError
from geo.network.network import Network
from ui.screens.siting import ahead, cache, controls, jobs, unreached
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.jobs import PROVEN, QUICK, TRIED, WAITING, Holder, SearchJob
from ui.screens.siting.question import SitingQuestion
from ui.screens.siting.search_queue import Queue
from ui.shared import permission
from ui.shared.cache_by_network import store_in_sight
from ui.shared.errors import said
from ui.shared.language import t
from ui.shared.sessions import this_session

# `NEWLY_KEY` tells that what was just searched for is to be shown, whatever is on screen.
ASKED_KEY, SEEN_KEY, NEWLY_KEY = "siting_asked", "siting_stage_seen", "siting_newly"
LOOK_EVERY_S = 0.7


def show_title() -> None:
    st.title(t("Where next"), anchor=False)


def ask_and_search(network: Network) -> SitingQuestion:
    """Draw the question and the search below it, and give what is asked.

    The search is drawn first, in its place: a press on its button is answered before all else.

    Parameters
    ----------
    network
        Says what can be asked for.
    """
    controls.follow_link(network)
    form, search = st.container(), st.container(key="siting_search")
    with search:
        job = _show_search()
    with form:
        question = controls.ask_siting(network)
    with search:
        _show_outcome(question, job)
    return question


def _show_search() -> SearchJob | None:
    """Offer the search, and show how far the one under way is; nothing in it depends on the form."""
    session = this_session()
    st.button(
        t("Find the best places"),
        type="primary",
        icon=":material/search:",
        on_click=_start,
        key="siting_start",
    )
    # What the button says from the press until the server answers; see `ui/style.css`.
    words = json.dumps(t("Searching…"), ensure_ascii=False)
    st.html(f"<style>.st-key-siting_start {{ --gui-searching: {words} }}</style>")
    asked: SitingQuestion | None = st.session_state.get(ASKED_KEY)
    job = None if asked is None else siting_plan.find_job(asked)
    with st.container(key="siting_state"):
        if job is not None:
            st.session_state[SEEN_KEY] = job.stage
            if job.ended:
                _show_end(job)
            elif session in job.holders:
                _follow_search()
            else:
                _show_stopped(job)
    return job


def _show_outcome(question: SitingQuestion, job: SearchJob | None) -> None:
    """Say what became of the search, as far as the plan below does not."""
    asked: SitingQuestion | None = st.session_state.get(ASKED_KEY)
    if asked is not None and asked != question:
        st.caption(t("The question has changed since this plan was found; search again to answer it."))
    if fault := st.session_state.pop(siting_plan.FAULT_KEY, ""):
        st.error(t("This cannot be done:"), icon=":material/error:")
        st.code(fault, language=None, wrap_lines=True)
    if job is None:
        _show_lost(asked)
        ahead.begin_ahead(partial(cache.baseline_of, question))
        return
    if (_older(job) or st.session_state.get(NEWLY_KEY)) and siting_plan.show_found(job):
        # Whatever brought the page here, what is found by now is shown.
        st.session_state[NEWLY_KEY] = False
    if job.broken:
        st.error(t("The search failed. Try again; if it fails again, tell whoever runs this program."))
    elif reason := job.fault or (job.best and job.best.reason):
        st.error(t("There is no plan for this question:"), icon=":material/error:")
        st.code(said(reason), language=None, wrap_lines=True)
        if job.prepared:
            unreached.show_unreached(job.question)
    if job.ended and st.session_state.get(siting_plan.PLAN_KEY) is not None and _older(job):
        st.caption(t("Below is the plan found before; it answers the question before."))


@st.fragment(run_every=LOOK_EVERY_S)
def _follow_search() -> None:
    """Show how far the search is; turn to the page where it has reached something new."""
    asked: SitingQuestion | None = st.session_state.get(ASKED_KEY)
    job = None if asked is None else siting_plan.find_job(asked)
    if job is None or job.stage != st.session_state.get(SEEN_KEY):
        st.rerun()
        return
    queue = jobs.queue_of(job)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(_share_done(job), text=_search_text(job, queue))
        st.button(
            t("Stop, keep the best so far"),
            icon=":material/stop_circle:",
            on_click=_stop,
            disabled=job.stop.is_set(),
            key="siting_stop",
        )


def _show_lost(asked: SitingQuestion | None) -> None:
    """Say so where a first plan waits for a proof that will not come."""
    plan: siting_plan.ShownPlan | None = st.session_state.get(siting_plan.PLAN_KEY)
    if asked is not None and plan is not None and plan.source == siting_plan.QUICK:
        st.caption(t("The lists changed meanwhile, so the proof of this plan is gone: search again."))


def _older(job: SearchJob) -> bool:
    """Return whether the plan on screen, if there is one, answers another question."""
    plan: siting_plan.ShownPlan | None = st.session_state.get(siting_plan.PLAN_KEY)
    return plan is None or plan.question != job.question


def _start() -> None:
    """Search for what is asked now: what was typed a moment ago is in no run of the page yet."""
    question = controls.asked_now(store_in_sight().network)
    who = Holder(this_session(), permission.writer_name() or st.context.ip_address or "")
    try:
        job = jobs.start(question, store_in_sight(), cache.prepared, who)
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)
        return
    # A plan found before stays until there is another: a question may have none.
    st.session_state[ASKED_KEY] = question
    st.session_state[NEWLY_KEY] = not siting_plan.show_found(job)


def _stop() -> None:
    asked: SitingQuestion | None = st.session_state.get(ASKED_KEY)
    job = None if asked is None else siting_plan.find_job(asked)
    if job is not None:
        jobs.let_go(job, this_session())


def _show_end(job: SearchJob) -> None:
    """Say in the place where the search was watched how it ended."""
    if job.broken or job.fault:
        st.caption(t("The search ended without a plan."))
    elif job.best is not None and not job.best.reason:
        st.caption(t("The search took {seconds} s.", seconds=f"{job.best.seconds:.1f}"))
    elif job.stop.is_set():
        _show_stopped(job)
    else:
        st.caption(t("The search ended without a plan."))


def _show_stopped(job: SearchJob) -> None:
    found = job.choice is not None
    st.caption(t("Stopped. What was found until then is shown.") if found else t("Stopped."))


def _share_done(job: SearchJob) -> float:
    if job.stage == WAITING:
        return 0.05
    if job.stage == QUICK:
        gap = 1.0 if job.progress is None else min(max(job.progress.gap, 0.0), 1.0)
        return 0.2 + 0.4 * (1 - gap)
    return 0.7 if job.stage == PROVEN else 0.85


def _search_text(job: SearchJob, queue: Queue | None) -> str:
    if job.stop.is_set():
        return t("Stopping…")
    if job.stage == WAITING:
        return t("Searching: looking for a first plan…") if queue is None else _queue_text(queue)
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
    return t("Computing the curve of people against sites or money…")


def _queue_text(queue: Queue) -> str:
    """Say how a search stands in the queue, and how long it waits where something measured says so."""
    place = t(
        "Waiting: {ahead} searches begin before this one; those under way have run {ran} s.",
        ahead=queue.ahead,
        ran=t(", ").join(f"{ran:.0f}" for ran in queue.ran_s),
    )
    if queue.wait_s is None:
        return place + t(" How long it will be cannot be said yet.")
    return place + t(
        " By the last {count} searches it begins in about {seconds} s.",
        count=queue.measured,
        seconds=f"{queue.wait_s:.0f}",
    )
