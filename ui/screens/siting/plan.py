"""The plan on screen: found by a search, changed by hand, or opened; it outlives changes of the question."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from geo.errors import GeoDataError
from geo.planning.actions import Action
from geo.planning.optimise import Solution
from geo.planning.options import flat
from geo.planning.ordering import Step
from geo.planning.problem import steps_of
from geo.planning.scenario import Run, Scenario
from geo.planning.search_record import Search, SearchResult, found_of
from ui.screens.siting import cache, candidate_lists, jobs
from ui.screens.siting.jobs import SearchJob
from ui.screens.siting.question import BY_SITES, BY_YUAN, PERCENT, SPOTS_MOST, SitingQuestion
from ui.shared.cache_by_network import store_in_sight
from ui.shared.errors import said

PLAN_KEY, FAULT_KEY, VERSION_KEY = "siting_plan", "siting_fault", "siting_version"
QUICK, BEST, POINT, EDITED, SAVED = "quick", "best", "point", "edited", "saved"


@dataclass(frozen=True)
class ShownPlan:
    """Hold a plan: the question it answers, its actions, and where it comes from.

    `name` is that of the scenario it was saved under, with the `version` it had then; empty for none. `found`
    says how good it is, where a search found it; `point` is the number or the money of a point of the curve,
    0 where that is what was asked for.
    """

    question: SitingQuestion
    actions: tuple[Action, ...]
    source: str
    name: str = ""
    version: int = 0
    found: SearchResult | None = None
    point: float = 0.0

    @property
    def steps(self) -> list[Step]:
        """Return the actions, those at one site together."""
        return steps_of(self.actions)

    @property
    def run(self) -> Run:
        return cache.run(self.asked, self.actions, self.name, self.found)

    @property
    def asked(self) -> SitingQuestion:
        """Return the question this very plan answers."""
        if not self.point:
            return self.question
        if self.question.limit == BY_SITES:
            return replace(self.question, sites=int(self.point))
        return replace(self.question, yuan=self.point)


def find_job(question: SitingQuestion) -> SearchJob | None:
    """Return the search that answers a question on the network in sight."""
    return jobs.find(question, store_in_sight())


def current() -> ShownPlan | None:
    """Return the plan on screen; what its search found meanwhile takes the place of its first answer."""
    plan: ShownPlan | None = st.session_state.get(PLAN_KEY)
    if plan is None or plan.source != QUICK:
        return plan
    job = find_job(plan.question)
    if job is not None and job.best is not None and not job.best.reason:
        plan = plan_of(job, job.best, source=BEST)
        st.session_state[PLAN_KEY] = plan
    return plan


def show_found(job: SearchJob) -> bool:
    """Put what a search knows on screen; tell whether it knows anything yet."""
    choice = job.choice
    if choice is None or choice.reason:
        return False
    st.session_state[PLAN_KEY] = plan_of(job, choice, source=BEST if job.best is not None else QUICK)
    return True


def go_back() -> None:
    """Put the plan on screen that the search for the same question found; for a callback."""
    plan = current()
    job = None if plan is None else find_job(plan.question)
    if job is not None:
        show_found(job)


def plan_of(job: SearchJob, choice: Solution, *, source: str, point: float = 0.0) -> ShownPlan:
    """Return what a search chose as a plan."""
    found = found_of(choice, job.quick or choice)
    return ShownPlan(job.question, tuple(flat(choice.steps)), source, found=found, point=point)


def change(plan: ShownPlan, actions: tuple[Action, ...]) -> bool:
    """Put changed actions on screen if they can all be taken; else say why not and keep the plan."""
    try:
        cache.run(plan.asked, actions, plan.name)
    except GeoDataError as fault:
        st.session_state[FAULT_KEY] = said(fault)
        return False
    st.session_state[PLAN_KEY] = replace(plan, actions=actions, source=EDITED, found=None)
    return True


def put_years(plan: ShownPlan, actions: tuple[Action, ...]) -> None:
    """Put the years of the steps into the plan: what is done, and how good it is, stays."""
    st.session_state[PLAN_KEY] = replace(plan, actions=actions)


def question_of_scenario(scenario: Scenario, question: SitingQuestion) -> SitingQuestion:
    """Return the question a scenario answers; what it does not hold stays as asked now."""
    objective, constraints = scenario.objective, scenario.constraints
    when = "any" if not objective.hours else "hour" if len(objective.hours) == 1 else "night"
    asked = replace(
        question,
        kind=objective.facility_type,
        prefectures=(),
        counties=objective.counties,
        metres=objective.within_m,
        who=objective.who,
        when=when,
        day=objective.weekday,
        hour=objective.hours[0] if len(objective.hours) == 1 else question.hour,
        sourced_only=objective.sourced_only,
        costs=tuple(sorted(scenario.costs.items())),
        **_search_of(scenario.search),
    )
    if constraints is None:
        return asked
    return replace(
        asked,
        limit=BY_SITES if constraints.budget_yuan is None else BY_YUAN,
        sites=constraints.sites or question.sites,
        yuan=constraints.budget_yuan or question.yuan,
        measure=constraints.measure,
        most=constraints.most_per_county or 0,
        least=(constraints.least_share or 0.0) * PERCENT,
    )


def _search_of(search: Search | None) -> dict[str, Any]:
    """Return what a search may do and where, as a question on screen holds it."""
    if search is None:
        return {}
    no = search.forbidden
    # More places than a link can hold are kept as a list.
    listed = "lon,lat\n" + "\n".join(f"{lon!r},{lat!r}" for lon, lat in no.spots)
    many = len(no.spots) > SPOTS_MOST
    return {
        "actions": search.kinds,
        "candidates": search.candidates,
        "listed": candidate_lists.keep(search.listed.encode()) if search.listed else "",
        "no_candidates": no.candidates,
        "no_counties": no.counties,
        "no_spots": () if many else no.spots,
        "no_metres": no.within_m,
        "no_listed": candidate_lists.keep(listed.encode()) if many else "",
    }
