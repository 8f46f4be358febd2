"""Keep plans under names in the registry: save, open, duplicate, delete, and put two to four side by side."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoDataError, InvalidValueError, Message
from geo.planning import baseline, comparison
from geo.planning.scenario import (
    NAME_LENGTH,
    Run,
    Scenario,
    changed_data,
    recipe_of,
    run_scenario,
    scenario_from_recipe,
    scenario_from_text,
)
from geo.registry.place import registry_exists, registry_url
from ui.screens.siting import cache as siting_answers
from ui.screens.siting import controls
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.plan import SAVED, ShownPlan
from ui.screens.siting.question import LINK, SitingQuestion
from ui.screens.siting.rows import height_of
from ui.shared import cache
from ui.shared.errors import said
from ui.shared.language import N_, plain, t
from web.registry import shared_registry

AGAINST_KEY, CHOSEN_KEY, NAME_KEY, WHO_KEY, SCENARIO_KEY = (
    "siting_against",
    "siting_compared",
    "siting_name",
    "siting_signed",
    "siting_scenario",
)
TODAY = ""
FIGURES = {
    baseline.SHARE_TODAY: N_("Share today"),
    baseline.SHARE: N_("Share after"),
    baseline.NEWLY: N_("People newly reached"),
    baseline.LOST: N_("People lost"),
    baseline.WORKERS_NEWLY: N_("Workers newly reached"),
    baseline.LEAST_SHARE: N_("Share of the county worst off"),
    baseline.SITES: N_("Sites that count"),
    baseline.SPENT_YUAN: N_("Cost, yuan"),
}
# What the files a recipe rests on hold.
HOLDS = {
    "actions": N_("Actions and costs"),
    "demand": N_("People (population)"),
    "regions": N_("Boundaries"),
    "sites": N_("Stations"),
    "townships": N_("Townships and their places"),
    "osm_pois": N_("Named points"),
}
SHARES = {baseline.SHARE_TODAY, baseline.SHARE, baseline.LEAST_SHARE}


def saved_names() -> list[str]:
    """Return the names of all saved scenarios; none where the registry cannot be read."""
    if not registry_exists(registry_url()):
        return []
    try:
        return [scenario.name for scenario in _registry().list_scenarios(shared_registry())]
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)
        return []


def ask_other(plan: ShownPlan) -> str:
    """Ask what the map compares the plan with: today, or a saved scenario."""
    names = [TODAY, *(name for name in saved_names() if name != plan.name)]
    if st.session_state.get(AGAINST_KEY) not in names:
        st.session_state[AGAINST_KEY] = TODAY
    chosen = st.selectbox(
        t("Change against"),
        names,
        format_func=lambda name: name or t("Today"),
        key=AGAINST_KEY,
        width=220,
        help=t("Green cells come within reach, red ones fall out of it."),
    )
    return chosen or TODAY


def other_run(plan: ShownPlan, name: str) -> Run | None:
    """Work out the scenario the map compares with; None for today, or where the two cannot be compared."""
    if name == TODAY:
        return None
    try:
        other = _run(name)
        comparison.difference(other, plan.run)
    except GeoDataError as fault:
        st.warning(plain(said(fault), limit=500))
        return None
    return other


def show_scenarios(plan: ShownPlan) -> None:
    """Show saving, the list of what is saved, and what is chosen of it side by side."""
    _ask_save(plan)
    names = saved_names()
    if not names:
        st.caption(t("No scenario is saved yet."))
        return
    st.subheader(t("Saved scenarios"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(t("Scenario"), names, key=SCENARIO_KEY, width=300)
        st.button(t("Open"), icon=":material/folder_open:", on_click=_open, key="siting_open")
        st.button(t("Duplicate"), icon=":material/content_copy:", on_click=_duplicate, key="siting_copy")
        st.button(t("Delete"), icon=":material/delete:", on_click=_delete, key="siting_delete")
    st.subheader(t("Side by side"), anchor=False)
    st.multiselect(
        t("Two to four scenarios"),
        names,
        key=CHOSEN_KEY,
        max_selections=comparison.MOST_COMPARED,
        width=600,
        placeholder=t("Choose"),
    )
    compared = st.session_state[CHOSEN_KEY]
    if len(compared) > 1:
        _show_compared(compared)


def open_recipe(text: str) -> None:
    """Open a scenario from the text of a recipe; say what changed in the data since.

    Raises
    ------
    GeoDataError
        It is no recipe, or it cannot be worked out on this network.
    """
    _put_on_screen(scenario_from_text(text), name="", version=0)


def _registry() -> Any:
    """Return what keeps scenarios; the database's libraries are loaded when they are needed."""
    from geo.registry import scenarios  # noqa: PLC0415 - most visitors keep nothing

    return scenarios


def _ask_save(plan: ShownPlan) -> None:
    if NAME_KEY not in st.session_state:
        st.session_state[NAME_KEY] = plan.name
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(t("Name of the scenario"), key=NAME_KEY, max_chars=NAME_LENGTH, width=300)
        st.text_input(t("Saved by"), key=WHO_KEY, max_chars=60, width=160)
        # Never greyed out: a press right after the name was typed would be lost.
        st.button(t("Save"), icon=":material/save:", type="primary", on_click=_save, key="siting_save")


def _save() -> None:
    """Save the plan on screen under the name that stands in the box at this moment."""
    plan, key = siting_plan.current(), str(st.session_state.get(NAME_KEY) or "").strip()
    if plan is None or not key:
        st.session_state[siting_plan.FAULT_KEY] = t("Give the scenario a name first.")
        return
    now, who = dt.datetime.now(tz=dt.UTC), str(st.session_state.get(WHO_KEY) or "")
    try:
        recipe = recipe_of(siting_answers.run(plan.asked, plan.actions, key, plan.found).scenario)
        known = plan.version if key == plan.name else None
        version = _registry().save_scenario(
            shared_registry(),
            key,
            recipe,
            who=who.strip() or t("Nobody named"),
            at=now,
            expected_version=known,
        )
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)
        return
    st.session_state[siting_plan.PLAN_KEY] = replace(plan, name=key, version=version)
    st.toast(t("Saved as {name}.", name=plain(key)), icon=":material/check:", duration="long")


def _chosen() -> str:
    return str(st.session_state[SCENARIO_KEY])


def _open() -> None:
    name = _chosen()
    try:
        kept = _registry().load_scenario(shared_registry(), name)
        _put_on_screen(scenario_from_recipe(kept.recipe), name=kept.name, version=kept.version)
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)


def _put_on_screen(scenario: Scenario, *, name: str, version: int) -> None:
    asked = LINK.last() or SitingQuestion()
    question = siting_plan.question_of_scenario(scenario, asked)
    found = scenario.search.found if scenario.search else None
    now = siting_answers.run(question, scenario.actions, scenario.name, found)
    changed = changed_data(scenario, now)
    controls.store(question)
    found = None if changed else found
    st.session_state[siting_plan.PLAN_KEY] = ShownPlan(
        question, scenario.actions, SAVED, name, version, found
    )
    st.session_state["siting_asked"] = question
    st.session_state[NAME_KEY] = scenario.name
    if changed:
        st.session_state[siting_plan.FAULT_KEY] = t(
            "The data changed since this scenario was saved: {changed}. Its figures are computed on "
            "today's data.",
            changed=t("; ").join(map(_changed_said, changed)),
        )


def _changed_said(changed: Message) -> str:
    """Say in the session's language which data changed."""
    values = {
        name: said(value) if isinstance(value, Message) else value for name, value in changed.given.items()
    }
    what = t(HOLDS.get(str(values["name"]), HOLDS["sites"]))
    return t("{what} ({name}): {then} then, {now} now", what=what, **values)


def _duplicate() -> None:
    name, taken = _chosen(), set(saved_names())
    copies = (f"{name[: NAME_LENGTH - 6]} ({number})" for number in range(2, 1000))
    free = next(copy for copy in copies if copy not in taken)
    who = str(st.session_state.get(WHO_KEY) or "").strip() or t("Nobody named")
    try:
        _registry().duplicate_scenario(shared_registry(), name, free, who=who, at=dt.datetime.now(tz=dt.UTC))
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)


def _delete() -> None:
    try:
        _registry().delete_scenario(shared_registry(), _chosen())
    except GeoDataError as fault:
        st.session_state[siting_plan.FAULT_KEY] = said(fault)


def _run(name: str) -> Run:
    kept = _registry().load_scenario(shared_registry(), name)
    scenario = scenario_from_recipe(kept.recipe)
    if scenario.name != name:
        # A duplicate holds the recipe of what it was copied from.
        scenario = scenario_from_recipe({**kept.recipe, "name": name})
    start = siting_answers.baseline(scenario.objective)
    return run_scenario(scenario, siting_answers.network(), baseline=start)


def _show_compared(names: list[str]) -> None:
    try:
        runs = [_run(name) for name in names]
        figures, counties = comparison.compare_figures(runs), comparison.compare_counties(runs)
    except (GeoDataError, InvalidValueError) as fault:
        st.error(plain(said(fault), limit=500))
        return
    compared = figures.loc[list(FIGURES)]
    texts = pd.DataFrame(
        {
            name: [f"{v:.2%}" if row in SHARES else f"{v:,.0f}" for row, v in compared[name].items()]
            for name in compared.columns
        },
        index=[t(word) for word in FIGURES.values()],
    )
    st.dataframe(texts)
    shown = 100 * counties
    shown.index = pd.Index([cache.names().regions.get(code, code) for code in counties.index])
    columns = {name: st.column_config.NumberColumn(format="%.1f%%") for name in shown.columns}
    st.dataframe(shown, column_config=columns, height=height_of(shown, most=300))
    st.caption(
        t(
            "Shares of each county after each scenario. Choose one under “Change against” to see it "
            "on the map."
        )
    )
