"""The plan on screen: found by a search, changed by hand, or opened; it outlives changes of the question."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from geo.errors import GeoDataError
from geo.planning.actions import Action
from geo.planning.optimise import Choice
from geo.planning.options import flat
from geo.planning.ordering import Step
from geo.planning.problem import steps_of
from geo.planning.scenario import Run, Scenario
from geo.planning.search_record import Found, Search, found_of
from ui.screens.siting import cache, candidate_lists, jobs
from ui.screens.siting.jobs import Job
from ui.screens.siting.question import BY_SITES, BY_YUAN, PERCENT, SPOTS_MOST, Wish
from ui.shared.cache_by_network import store_in_sight
from ui.shared.errors import said

PLAN_KEY, FAULT_KEY, VERSION_KEY = "siting_plan", "siting_fault", "siting_version"
QUICK, BEST, POINT, EDITED, SAVED = "quick", "best", "point", "edited", "saved"


@dataclass(frozen=True)
class Plan:
    """Hold a plan: the question it answers, its actions, and where it comes from.

    `name` is that of the scenario it was saved under, with the `version` it had then; empty for none. `found`
    says how good it is, where a search found it; `point` is the number or the money of a point of the curve,
    0 where that is what was asked for.
    """

    wish: Wish
    actions: tuple[Action, ...]
    source: str
    name: str = ""
    version: int = 0
    found: Found | None = None
    point: float = 0.0

    @property
    def steps(self) -> list[Step]:
        """Give the actions, those at one site together."""
        return steps_of(self.actions)

    @property
    def run(self) -> Run:
        """Give the plan worked out."""
        return cache.run(self.asked, self.actions, self.name, self.found)

    @property
    def asked(self) -> Wish:
        """Give the question this very plan answers."""
        if not self.point:
            return self.wish
        if self.wish.limit == BY_SITES:
            return replace(self.wish, sites=int(self.point))
        return replace(self.wish, yuan=self.point)


def find_job(wish: Wish) -> Job | None:
    """Give the search that answers a question on the network in sight."""
    return jobs.find(wish, store_in_sight())


def current() -> Plan | None:
    """Give the plan on screen; what its search found meanwhile takes the place of its first answer."""
    plan: Plan | None = st.session_state.get(PLAN_KEY)
    if plan is None or plan.source != QUICK:
        return plan
    job = find_job(plan.wish)
    if job is not None and job.best is not None and not job.best.reason:
        plan = plan_of(job, job.best, source=BEST)
        st.session_state[PLAN_KEY] = plan
    return plan


def show_found(job: Job) -> bool:
    """Put what a search knows on screen; tell whether it knows anything yet."""
    choice = job.choice
    if choice is None or choice.reason:
        return False
    st.session_state[PLAN_KEY] = plan_of(job, choice, source=BEST if job.best is not None else QUICK)
    return True


def go_back() -> None:
    """Put the plan on screen that the search for the same question found; for a callback."""
    plan = current()
    job = None if plan is None else find_job(plan.wish)
    if job is not None:
        show_found(job)


def plan_of(job: Job, choice: Choice, *, source: str, point: float = 0.0) -> Plan:
    """Give what a search chose as a plan."""
    found = found_of(choice, job.quick or choice)
    return Plan(job.wish, tuple(flat(choice.steps)), source, found=found, point=point)


def change(plan: Plan, actions: tuple[Action, ...]) -> bool:
    """Put changed actions on screen if they can all be taken; else say why not and keep the plan."""
    try:
        cache.run(plan.asked, actions, plan.name)
    except GeoDataError as fault:
        st.session_state[FAULT_KEY] = said(fault)
        return False
    st.session_state[PLAN_KEY] = replace(plan, actions=actions, source=EDITED, found=None)
    return True


def put_years(plan: Plan, actions: tuple[Action, ...]) -> None:
    """Put the years of the steps into the plan: what is done, and how good it is, stays."""
    st.session_state[PLAN_KEY] = replace(plan, actions=actions)


def wish_of(scenario: Scenario, wish: Wish) -> Wish:
    """Give the question a scenario answers; what it does not hold stays as asked now."""
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
        **_search_of(scenario.search),
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


def _search_of(search: Search | None) -> dict[str, Any]:
    """Give what a search may do and where, as a question on screen holds it."""
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
