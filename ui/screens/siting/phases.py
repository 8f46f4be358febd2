"""Spread a plan over years by their budgets, change the year of a step, and see what each year reaches."""

import zlib

import pandas as pd
import streamlit as st

from geo.errors import GeoDataError
from geo.planning import baseline as figures_of
from geo.planning import comparison
from geo.planning.options import AND, flat
from geo.planning.ordering import Step
from geo.schema import NAME
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.labels import kinds_text, place_text
from ui.screens.siting.plan import ShownPlan
from ui.screens.siting.rows import explanation_of, height_of, numbers_of
from ui.shared.errors import said
from ui.shared.language import plain, t
from ui.shared.presses import answered, kept_button

YEARS_MOST, FIRST_YEAR = 10, 2027


def show_phases(plan: ShownPlan) -> None:
    """Ask for the budgets of the years, put every step into one, and show what each year reaches."""
    budgets = _ask_budgets(plan)
    try:
        phased = comparison.put_in_phases(plan.steps, budgets)
        phased = comparison.with_years(phased, _ask_years(plan, phased, list(budgets)))
        run = plan.run
        found = comparison.phase_figures(run.baseline, flat(phased), table=run.table, budgets=budgets)
    except GeoDataError as fault:
        st.error(plain(said(fault), limit=500))
        return
    columns = {
        t("Year"): [str(year) if year else t("Not paid for") for year in found.index],
        t("Steps"): found["actions"].to_numpy(),
        t("Cost, yuan"): found[figures_of.SPENT_YUAN].round().to_numpy(),
        t("Left over, yuan"): found[comparison.LEFT_YUAN].round().to_numpy(),
        t("People newly reached, so far"): found[figures_of.NEWLY].round().to_numpy(),
        t("Share after"): 100 * found[figures_of.SHARE].to_numpy(),
    }
    shown = pd.DataFrame(columns).set_index(t("Year"))
    percent = {t("Share after"): st.column_config.NumberColumn(format="%.2f%%")}
    st.dataframe(shown, column_config=numbers_of(shown) | percent)
    if (found[comparison.LEFT_YUAN] < 0).any():
        st.warning(t("A year spends more than there is by then: give it more, or move a step."))
    key = "siting_put_years"
    if kept_button(t("Put these years into the plan"), icon=":material/event:", key=key):
        answered(key)
        siting_plan.put_years(plan, tuple(flat(phased)))
        st.rerun()


def _ask_budgets(plan: ShownPlan) -> dict[int, float]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = int(
            st.number_input(t("First year"), 2020, 2100, FIRST_YEAR, key="siting_first_year", width=130)
        )
        years = int(st.number_input(t("Years"), 1, YEARS_MOST, 3, key="siting_years", width=110))
    spent = max(plan.run.figures[figures_of.SPENT_YUAN], 0.0)
    even = round(spent / years, -3) + 1000.0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            year: float(
                st.number_input(
                    t("Budget of {year}, yuan", year=str(year)),
                    0.0,
                    1e10,
                    even,
                    step=10_000.0,
                    format="%.0f",
                    key=f"siting_budget_{year}_{even:.0f}",
                    width=190,
                )
            )
            for year in range(first, first + years)
        }


def _ask_years(plan: ShownPlan, phased: list[Step], years: list[int]) -> list[int]:
    """Show every step with its year, to be changed; give the years."""
    rows_of = zip(plan.steps, explanation_of(plan).to_dict("records"), strict=True)
    place_of = {_spot(step): place_text(row) or str(row[NAME]) for step, row in rows_of}
    rows = pd.DataFrame(
        {
            t("Action"): [kinds_text(AND.join(action.kind for action in step)) for step in phased],
            t("Place"): [place_of[_spot(step)] for step in phased],
            t("Cost, yuan"): [round(sum(action.cost_yuan for action in step)) for step in phased],
            t("Year"): [str(step[0].year or t("None")) for step in phased],
        },
        index=pd.RangeIndex(1, len(phased) + 1, name="#"),
    )
    none = t("None")
    st.caption(
        t(
            "Steps keep their order of gain; each is put into the first year that can pay. What is "
            "left over stays. The year of a step can be changed here."
        )
    )
    # Edits belong to this very proposal: where it changes they are let go.
    proposal = f"{plan.actions}{[step[0].year for step in phased]}{years}"
    edited = st.data_editor(
        rows,
        disabled=[str(name) for name in rows.columns if name != t("Year")],
        column_config=numbers_of(rows)
        | {t("Year"): st.column_config.SelectboxColumn(options=[*map(str, years), none], required=True)},
        height=height_of(rows, most=420),
        key=f"siting_years_of_steps_{zlib.crc32(proposal.encode())}",
    )
    return [0 if text == none else int(text) for text in edited[t("Year")]]


def _spot(step: Step) -> tuple[str, ...]:
    """Return what tells steps apart whatever their year: what is done, and where."""
    first = step[0]
    return first.kind, first.facility_id, first.candidate, repr(first.lon), repr(first.lat)
