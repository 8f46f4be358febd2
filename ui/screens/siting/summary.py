"""Show a plan: its headline, how sure it is, and the map on which it is changed."""

from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.drawing import map_state, plan_overlay
from geo.drawing import overlays as reach_map
from geo.errors import GeoDataError
from geo.export.provenance import percent
from geo.planning import baseline as figures_of
from geo.planning.baseline import Baseline
from geo.planning.forbidden import Forbidden
from geo.siting import OPTIMAL
from ui.screens.coverage.labels import WHO
from ui.screens.siting import cache as siting_answers
from ui.screens.siting import edit, question
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.labels import STATUSES, simulated_note, yuan_text
from ui.screens.siting.plan import EDITED, POINT, QUICK, SAVED, ShownPlan
from ui.screens.siting.question import SitingQuestion
from ui.screens.siting.rows import explanation_of, popup_lines, titles
from ui.screens.siting.saved import other_run
from ui.shared import cache
from ui.shared.cache_by_network import store_in_sight
from ui.shared.language import current_language, t
from ui.shared.map_labels import map_words
from ui.shared.map_state import drawn_rows, legend_of, session_points
from web.map.basemaps import browser_choice
from web.map.pictures import picture_url

MAP_HEIGHT = 600
WIDE, NARROW = 180, 150


def require_plan() -> ShownPlan:
    """Return the plan on screen; without one say what to do, and end the page there."""
    plan = siting_plan.current()
    if plan is None:
        st.info(
            t(
                "Choose the area, what is counted and how much may be spent, then search. A first "
                "plan is there "
                "within seconds; the proven one takes its place. Every site says why it is proposed."
            ),
            icon=":material/lightbulb:",
        )
        st.stop()
    return plan


def show_heading(plan: ShownPlan) -> None:
    """Say how sure the plan is and what it rests on."""
    baseline, found = plan.run.baseline, plan.found
    if plan.source == QUICK:
        st.info(
            t("A first plan, chosen step by step. It is not proven to be the best."), icon=":material/bolt:"
        )
    elif found is None:
        shown = {
            EDITED: t("Changed by hand: every figure is computed again."),
            SAVED: t("An opened scenario: every figure is computed again."),
        }
        st.info(shown.get(plan.source, ""), icon=":material/edit:")
    elif found.status == OPTIMAL:
        st.success(t(STATUSES[found.status]), icon=":material/verified:")
    else:
        text = t(
            "{status}: at most {gap} more is possible.",
            status=t(STATUSES[found.status]),
            gap=f"{found.gap:.2%}",
        )
        st.warning(text, icon=":material/hourglass:")
    if baseline.simulated_share:
        st.warning(
            t(
                "{share} of the {count} sites it starts from are simulated: the plan shows the "
                "method, not where "
                "to build. Import the real lists first.",
                share=percent(baseline.simulated_share),
                count=f"{int(baseline.counts.sum()):,}",
            ),
            icon=":material/science:",
        )


def show_figures(plan: ShownPlan) -> None:
    """Show the headline figures, and the exact choice beside the step-by-step one."""
    figures, who = plan.run.figures, t(WHO[plan.asked.who])
    with st.container(horizontal=True, gap="medium"):
        worst = figures[figures_of.LEAST_SHARE] - figures[figures_of.LEAST_SHARE_TODAY]
        points = 100 * (figures[figures_of.SHARE] - figures[figures_of.SHARE_TODAY])
        st.metric(
            t("{who} within reach", who=who),
            percent(figures[figures_of.SHARE]),
            t("{figure} points", figure=f"{points:+.1f}"),
            width=WIDE,
        )
        st.metric(t("People newly reached"), f"{figures[figures_of.NEWLY]:,.0f}", width=NARROW)
        if figures[figures_of.LOST]:
            st.metric(t("People lost"), f"{figures[figures_of.LOST]:,.0f}", width=NARROW)
        st.metric(t("Workers newly reached"), f"{figures[figures_of.WORKERS_NEWLY]:,.0f}", width=NARROW)
        st.metric(
            t("Share of the county worst off"),
            percent(figures[figures_of.LEAST_SHARE]),
            t("{figure} points", figure=f"{100 * worst:+.1f}"),
            width=WIDE,
        )
        st.metric(t("Cost"), yuan_text(figures[figures_of.SPENT_YUAN]), width=WIDE)
    _show_both(plan)


def show_map(plan: ShownPlan, asked: SitingQuestion) -> None:
    """Show the map and the tools that change the plan on it.

    Parameters
    ----------
    plan, asked
        The plan, and what is asked now: where no site may stand is drawn at once.
    """
    mode, marked, against = edit.ask_mode(plan)
    st_folium(
        map_state.network_map(_state(plan, asked, mode, marked, against), script_url=cache.map_script_url()),
        key=edit.MAP_KEY,
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        on_change=edit.take_click,
    )


def note_of(baseline: Baseline) -> str:
    """Say what the figures of a plan rest on."""
    return simulated_note(cache.network(), baseline.simulated_share, int(baseline.counts.sum()))


def _show_both(plan: ShownPlan) -> None:
    """Put the exact and the step-by-step choice side by side."""
    total, found = plan.run.figures[figures_of.TOTAL], plan.found
    if found is not None and plan.source != QUICK:
        shown = t(
            "Exact: {exact} ({exact_people} people). Step by step: {quick} ({quick_people} people). "
            "{unreachable} people no candidate reaches.",
            exact=f"{found.covered / total:.2%}",
            exact_people=f"{found.covered:,.0f}",
            quick=f"{found.quick_covered / total:.2%}",
            quick_people=f"{found.quick_covered:,.0f}",
            unreachable=f"{found.unreachable:,.0f}",
        )
        st.caption(shown)
    job = siting_plan.find_job(plan.asked)
    if job is None or job.best is None or job.best.reason:
        return
    if over := job.passed_over:
        st.caption(t("Candidates passed over, as a site stands there already: {count}.", count=f"{over:,}"))
    if out := job.left_out:
        st.caption(t("Candidates forbidden and left out: {count}.", count=f"{out:,}"))
    if plan.source in {EDITED, SAVED, POINT}:
        st.button(
            t("Back to the plan the search found"),
            icon=":material/undo:",
            on_click=siting_plan.go_back,
            key="siting_back",
        )


def _forbidden(asked: SitingQuestion) -> dict[str, Any]:
    """Return what the map draws of where no site may stand; nothing where that cannot be read."""
    try:
        return plan_overlay.forbidden_state(
            question.forbidden_of(asked, siting_answers.network()), siting_answers.forbidden_places(asked)
        )
    except GeoDataError:
        return plan_overlay.forbidden_state(Forbidden(), None)


def _state(plan: ShownPlan, asked: SitingQuestion, mode: str, marked: int, against: str) -> dict[str, Any]:
    store, names, language = store_in_sight(), cache.names(), current_language()
    baseline, found = plan.run.baseline, explanation_of(plan)
    sites = store.network.facilities.loc[baseline.sites.index[baseline.counts]]
    picture = siting_answers.left_out(plan.asked, plan.actions)
    overlays = reach_map.overlay_state(
        words={
            "picture": t("{who} left out, per km² cell", who=t(WHO[plan.asked.who])),
            "gap": "",
            "circle": "",
            "hatched": "",
        },
        picture=picture,
        picture_url=picture_url(picture.png) if picture.png else "",
    )
    changed = siting_answers.changed_cells(plan.asked, plan.actions, other_run(plan, against))
    drawn = plan_overlay.plan_state(
        found,
        changed,
        titles=titles(found),
        lines=popup_lines(found),
        words={
            "site": t("A step of the plan"),
            "won": t("Newly reached"),
            "gone": t("No longer reached"),
            "no": t("No site may stand here"),
        },
        no=_forbidden(asked),
        circle_m=plan.asked.metres,
        bounds=baseline.homes.total_bounds,
        pick=mode != edit.LOOK,
        marked=marked,
    )
    return map_state.map_state(
        drawn_rows(sites, store),
        urls=store.public_map.urls,
        words=map_words(),
        legend=legend_of(sites, store, names),
        focus=plan.asked.counties[0] if len(plan.asked.counties) == 1 else None,
        basemaps=browser_choice(store.basemaps, language=language),
        note=note_of(baseline),
        language=language,
        overlays=overlays | {"plan": drawn},
        own=session_points(store),
    )
