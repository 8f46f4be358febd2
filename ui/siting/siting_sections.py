"""Let the visitor open one section below the plan's map, and work out only that one."""

from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoDataError
from geo.planning import compare, plan_charts
from geo.planning import ground as figures_of
from geo.planning.ground import county_figures
from geo.planning.offers import flat
from geo.planning.scenario import cost_table
from geo.planning.trials import COVERED, GREEDY_COVERED, SHARE, YUAN
from ui import cached
from ui.siting import siting_answers, siting_files, siting_plan, siting_saved
from ui.siting.siting_plan import POINT, Plan
from ui.siting.siting_rows import reasons_of, table_rows
from ui.siting.siting_show import note_of
from ui.siting.siting_words import kinds_text, yuan_text
from ui.words import N_, plain, t

SECTION_KEY = "siting_section"
YEARS_MOST = 10
ROW_PIXELS = 35
FIRST_YEAR = 2027


def show_section(plan: Plan) -> None:
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


def show_steps(plan: Plan) -> None:
    """Show every step with its reasons."""
    rows = table_rows(reasons_of(plan))
    st.dataframe(
        rows,
        column_config=_numbers(rows)
        | {
            t("County's gap closed"): st.column_config.NumberColumn(format="%.1f%%"),
            t("Place"): st.column_config.TextColumn(width="medium"),
        },
        height=min(ROW_PIXELS * (len(rows) + 1) + 3, 600),
    )
    st.caption(
        t(
            "In order of gain: each step adds to those before it. “Still chosen”: how often the same "
            "place is "
            "chosen when within reach means 500, 800, 1,000 and 1,500 m."
        )
    )
    st.caption(note_of(plan.run.ground))


def show_curve(plan: Plan) -> None:
    """Show people against sites or money; a click on a point shows its plan."""
    job = siting_plan.find_job(plan.wish)
    if job is None or job.curve is None:
        st.info(t("The curve comes with the search: search first, or wait until it is reckoned."))
        return
    by_yuan = job.curve.index.name == YUAN
    words = {
        "amount": t("Budget, yuan") if by_yuan else t("Number of sites"),
        COVERED: t("People within reach, proven"),
        GREEDY_COVERED: t("Step by step"),
        SHARE: t("Share"),
    }
    chart = plan_charts.people_chart(job.curve, words=words, note=note_of(plan.run.ground))
    told = st.altair_chart(
        chart, on_select="rerun", selection_mode=plan_charts.POINT, key=f"siting_curve_{job.stage}"
    )
    st.caption(
        t("Solid: the best there is, each point proven (a triangle: not proven). Dashed: step by step.")
    )
    siting_files.offer_pictures(chart, name=f"{t('People against sites or money')}-{plan.wish.metres:.0f}m")
    amounts = sorted(job.points)
    picked = _picked(told, amounts)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        amount = st.selectbox(
            words["amount"],
            amounts,
            index=amounts.index(picked) if picked in amounts else len(amounts) - 1,
            format_func="{:,.0f}".format,
            key=f"siting_point_{picked}",
            width=200,
        )
        if (
            st.button(t("Show this plan"), icon=":material/map:", key="siting_show_point")
            and amount is not None
        ):
            st.session_state[siting_plan.PLAN_KEY] = siting_plan.plan_of(
                job, job.points[amount], source=POINT, point=amount
            )
            st.rerun()


def show_counties(plan: Plan) -> None:
    """Show the shares of every county before and after."""
    figures = county_figures(plan.run.ground, plan.run.outcome).reset_index(names="adcode")
    names = cached.names().regions
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
    st.dataframe(shown, column_config=_numbers(shown) | shares)
    st.caption(note_of(plan.run.ground))


def show_phases(plan: Plan) -> None:
    """Spread the plan over years by their budgets, and show what each year reaches."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.number_input(t("First year"), 2020, 2100, FIRST_YEAR, key="siting_first_year", width=130)
        years = st.number_input(t("Years"), 1, YEARS_MOST, 3, key="siting_years", width=110)
        spent = max(plan.run.figures[figures_of.SPENT_YUAN], 0.0)
        yearly = st.number_input(
            t("Budget of each year, yuan"),
            0.0,
            1e10,
            round(spent / max(int(years), 1), -3) + 1000.0,
            step=10_000.0,
            format="%.0f",
            key="siting_yearly",
            width=220,
        )
    budgets = {int(first) + number: float(yearly) for number in range(int(years))}
    try:
        phased = flat(compare.put_in_phases(plan.steps, budgets))
        table = cost_table(plan.run.scenario, siting_answers.network())
        found = compare.phase_figures(plan.run.ground, phased, table=table)
    except GeoDataError as fault:
        st.error(plain(str(fault)))
        return
    columns = {
        t("Year"): [str(year) if year else t("Not paid for") for year in found.index],
        t("Steps"): found["actions"].to_numpy(),
        t("Cost, yuan"): found[figures_of.SPENT_YUAN].round().to_numpy(),
        t("People newly reached, so far"): found[figures_of.NEWLY].round().to_numpy(),
        t("Share after"): 100 * found[figures_of.SHARE].to_numpy(),
    }
    shown = pd.DataFrame(columns).set_index(t("Year"))
    st.dataframe(shown, column_config={t("Share after"): st.column_config.NumberColumn(format="%.2f%%")})
    st.caption(
        t(
            "Steps keep their order of gain; each is put into the first year that can pay. What is "
            "left over stays."
        )
    )
    lines = [
        f"{a.year or '–'} · {kinds_text(a.kind)} · {a.name or a.candidate} · {yuan_text(a.cost_yuan)}"
        for a in phased
    ]
    with st.expander(t("Which step in which year")):
        st.code("\n".join(lines), language=None)
    if st.button(t("Put these years into the plan"), icon=":material/event:", key="siting_put_years"):
        siting_plan.put_years(plan, tuple(phased))
        st.rerun()


def _numbers(rows: pd.DataFrame) -> dict[str, Any]:
    """Write the numbers of a table with a mark at the thousands."""
    numbers = rows.select_dtypes("number").columns
    return {str(name): st.column_config.NumberColumn(format="localized") for name in numbers}


def _picked(told: object, amounts: list[float]) -> float | None:
    """Give the point of the curve that was clicked."""
    selection = getattr(told, "selection", None) or {}
    chosen = selection.get(plan_charts.POINT) if hasattr(selection, "get") else None
    values = [entry.get(plan_charts.AMOUNT) for entry in chosen or [] if isinstance(entry, dict)]
    return next((float(value) for value in values if value is not None and float(value) in amounts), None)


SECTIONS = {
    "steps": (N_("Steps and reasons"), show_steps),
    "curve": (N_("People against sites or money"), show_curve),
    "counties": (N_("Counties"), show_counties),
    "scenarios": (N_("Scenarios"), siting_saved.show_scenarios),
    "phases": (N_("Phases"), show_phases),
    "export": (N_("Export"), siting_files.offer_files),
}
