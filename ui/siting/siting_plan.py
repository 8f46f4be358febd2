"""The plan on screen: found by a search, changed by hand, or opened; it outlives changes of the question."""

from dataclasses import dataclass, replace

import streamlit as st

from geo.errors import GeoDataError
from geo.planning.actions import Action
from geo.planning.offers import flat
from geo.planning.plan_order import Step
from geo.planning.question import steps_of
from geo.planning.scenario import Run, Scenario
from ui.follow import store_in_sight
from ui.siting import siting_answers, siting_jobs
from ui.siting.siting_jobs import Job
from ui.siting.siting_page import BY_SITES, BY_YUAN, PERCENT, Wish

PLAN_KEY, FAULT_KEY, VERSION_KEY = "siting_plan", "siting_fault", "siting_version"
QUICK, BEST, POINT, EDITED, SAVED = "quick", "best", "point", "edited", "saved"


@dataclass(frozen=True)
class Plan:
    """Hold a plan: the question it answers, its actions, and where it comes from.

    `name` is that of the scenario it was saved under, with the `version` it had then; empty for none.
    """

    wish: Wish
    actions: tuple[Action, ...]
    source: str
    name: str = ""
    version: int = 0

    @property
    def steps(self) -> list[Step]:
        """Give the actions, those at one site together."""
        return steps_of(self.actions)

    @property
    def run(self) -> Run:
        """Give the plan worked out."""
        return siting_answers.run(self.wish, self.actions, self.name)


def find_job(wish: Wish) -> Job | None:
    """Give the search that answers a question on the network in sight."""
    return siting_jobs.find(wish, store_in_sight())


def current() -> Plan | None:
    """Give the plan on screen; what its search found meanwhile takes the place of its first answer."""
    plan: Plan | None = st.session_state.get(PLAN_KEY)
    if plan is None or plan.source != QUICK:
        return plan
    job = find_job(plan.wish)
    if job is not None and job.best is not None and not job.best.reason:
        plan = replace(plan, actions=tuple(flat(job.best.steps)), source=BEST)
        st.session_state[PLAN_KEY] = plan
    return plan


def show_found(job: Job) -> None:
    """Put what a search knows on screen."""
    choice = job.choice
    if choice is None or choice.reason:
        return
    source = BEST if job.best is not None else QUICK
    st.session_state[PLAN_KEY] = Plan(job.wish, tuple(flat(choice.steps)), source)


def change(plan: Plan, actions: tuple[Action, ...]) -> bool:
    """Put changed actions on screen if they can all be taken; else say why not and keep the plan."""
    try:
        siting_answers.run(plan.wish, actions, plan.name)
    except GeoDataError as fault:
        st.session_state[FAULT_KEY] = str(fault)
        return False
    st.session_state[PLAN_KEY] = replace(plan, actions=actions, source=EDITED)
    return True


def wish_of(scenario: Scenario, wish: Wish) -> Wish:
    """Give the question a scenario answers; what it does not hold, as candidates, stays as asked now."""
    aim, means = scenario.aim, scenario.means
    when = "any" if not aim.hours else "hour" if len(aim.hours) == 1 else "night"
    asked = replace(
        wish,
        kind=aim.facility_type,
        prefectures=(),
        counties=aim.counties,
        metres=aim.within_m,
        who=aim.who,
        when=when,
        day=aim.weekday,
        hour=aim.hours[0] if len(aim.hours) == 1 else wish.hour,
        sourced_only=aim.sourced_only,
        costs=tuple(sorted(scenario.costs.items())),
    )
    if means is None:
        return asked
    return replace(
        asked,
        limit=BY_SITES if means.budget_yuan is None else BY_YUAN,
        sites=means.sites or wish.sites,
        yuan=means.budget_yuan or wish.yuan,
        measure=means.measure,
        most=means.most_per_county or 0,
        least=(means.least_share or 0.0) * PERCENT,
    )
