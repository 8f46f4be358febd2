"""Let the visitor open one section below the plan's map, and work out only that one."""

import streamlit as st

from geo.drawing import plan_charts
from geo.planning import baseline as figures_of
from geo.planning.baseline import county_figures
from geo.planning.sensitivity import COVERED, GREEDY_COVERED, SHARE, YUAN
from ui.screens.siting import files, phases, saved, unreached
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.jobs import SearchJob
from ui.screens.siting.plan import POINT, ShownPlan
from ui.screens.siting.rows import explanation_of, height_of, numbers_of, table_rows
from ui.screens.siting.summary import note_of
from ui.shared import cache
from ui.shared.downloads import offer_pictures
from ui.shared.language import N_, t
from ui.shared.presses import answered, kept_button

SECTION_KEY, PICKED_KEY = "siting_section", "siting_picked_point"


def show_section(plan: ShownPlan) -> None:
    """Show the section that is open."""
    offered = list(SECTIONS)
    chosen = st.segmented_control(
        t("Below the map"),
        offered,
        format_func={key: t(name) for key, (name, _) in SECTIONS.items()}.__getitem__,
        key=SECTION_KEY,
        default=None if SECTION_KEY in st.session_state else offered[0],
        required=True,
        label_visibility="collapsed",
    )
    SECTIONS[chosen or offered[0]][1](plan)


def show_steps(plan: ShownPlan) -> None:
    """Show every step with its reasons."""
    rows = table_rows(explanation_of(plan))
    st.dataframe(
        rows,
        column_config=numbers_of(rows)
        | {
            t("County's gap closed"): st.column_config.NumberColumn(format="%.1f%%"),
            t("Place"): st.column_config.TextColumn(width="medium"),
        },
        height=height_of(rows, most=600),
    )
    st.caption(
        t(
            "In order of gain: each step adds to those before it. “Still chosen”: how often the same "
            "place is "
            "chosen when within reach means 500, 800, 1,000 and 1,500 m."
        )
    )
    st.caption(note_of(plan.run.baseline))


def show_curve(plan: ShownPlan) -> None:
    """Show people against sites or money; a click on a point shows its plan."""
    job = siting_plan.find_job(plan.question)
    if job is None or job.curve is None:
        st.info(t("The curve comes with the search: search first, or wait until it is computed."))
        return
    by_yuan = job.curve.index.name == YUAN
    words = {
        "amount": t("Budget, yuan") if by_yuan else t("Number of sites"),
        COVERED: t("People within reach, proven"),
        GREEDY_COVERED: t("Step by step"),
        SHARE: t("Share"),
    }
    chart = plan_charts.people_chart(job.curve, words=words, note=note_of(plan.run.baseline))
    shown = st.altair_chart(
        chart, on_select="rerun", selection_mode=plan_charts.POINT, key=f"siting_curve_{job.stage}"
    )
    st.caption(
        t(
            "Solid: the best there is, each point proven (a triangle: not proven). Dashed: step by step. "
            "Click a point to see its plan on the map."
        )
    )
    stem = f"{t('People against sites or money')}-{plan.question.metres:.0f}m"
    offer_pictures(chart, stem=stem, key="siting_chart")
    amounts = sorted(job.points)
    picked = _picked(shown, amounts)
    if picked != st.session_state.get(PICKED_KEY):
        st.session_state[PICKED_KEY] = picked
        if picked is not None:
            _show_point(job, picked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = st.selectbox(
            words["amount"],
            amounts,
            index=amounts.index(picked) if picked in amounts else len(amounts) - 1,
            format_func="{:,.0f}".format,
            key=f"siting_point_{picked}",
            width=200,
        )
        key = "siting_show_point"
        if kept_button(t("Show this plan"), icon=":material/map:", key=key) and amount is not None:
            answered(key)
            _show_point(job, amount)


def _show_point(job: SearchJob, amount: float) -> None:
    """Put the plan of a point of the curve on the map."""
    plan = siting_plan.plan_of(job, job.points[amount], source=POINT, point=amount)
    st.session_state[siting_plan.PLAN_KEY] = plan
    st.rerun()


def show_counties(plan: ShownPlan) -> None:
    """Show the shares of every county before and after."""
    figures = county_figures(plan.run.baseline, plan.run.outcome).reset_index(names="adcode")
    names = cache.names().regions
    rows = figures.assign(
        **{
            t("County"): figures["adcode"].map(names),
            t("Share today"): 100 * figures[figures_of.SHARE_TODAY],
            t("Share after"): 100 * figures[figures_of.SHARE],
            t("People newly reached"): figures[figures_of.NEWLY].round(),
            t("People lost"): figures[figures_of.LOST].round(),
        }
    ).set_index(t("County"))
    columns = [t("Share today"), t("Share after"), t("People newly reached"), t("People lost")]
    shown = rows[columns].sort_values(t("People newly reached"), ascending=False, kind="stable")
    percent = st.column_config.NumberColumn(format="%.1f%%")
    shares = {t("Share today"): percent, t("Share after"): percent}
    st.dataframe(shown, column_config=numbers_of(shown) | shares)
    st.caption(note_of(plan.run.baseline))
    unreached.show_unreached(plan.question)


def _picked(shown: object, amounts: list[float]) -> float | None:
    """Return the point of the curve that was clicked."""
    selection = getattr(shown, "selection", None) or {}
    chosen = selection.get(plan_charts.POINT) if hasattr(selection, "get") else None
    values = [entry.get(plan_charts.AMOUNT) for entry in chosen or [] if isinstance(entry, dict)]
    return next((float(value) for value in values if value is not None and float(value) in amounts), None)


SECTIONS = {
    "steps": (N_("Steps and reasons"), show_steps),
    "curve": (N_("People against sites or money"), show_curve),
    "counties": (N_("Counties"), show_counties),
    "scenarios": (N_("Scenarios"), saved.show_scenarios),
    "phases": (N_("Phases"), phases.show_phases),
    "export": (N_("Export"), files.offer_files),
}
