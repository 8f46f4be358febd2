"""A search in plain words: what was asked of it and what it found, so that anybody can ask it again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from io import StringIO
from typing import Any

import pandas as pd

from geo.errors import InvalidValueError, RecipeError
from geo.planning.candidate_list import read_candidate_list
from geo.planning.candidates import LISTED
from geo.planning.constraints import Constraints
from geo.planning.forbidden import Forbidden, forbidden_as_json, forbidden_from_json
from geo.planning.objective import Objective
from geo.planning.optimise import Solution
from geo.planning.problem import NOTHING_FORBIDDEN, PlanningProblem
from geo.schema import STATUS
from geo.siting import INFEASIBLE, OPTIMAL, STATUSES

_NUMBERS = ("covered", "objective", "bound", "gap", "unreachable", "quick_covered")


@dataclass(frozen=True)
class SearchResult:
    """Hold what a search found: how it ended, how good its plan is, and what the step-by-step one reaches.

    The figures are those of `geo.planning.optimise.Solution`; `quick_covered` are the persons covered by the
    step-by-step choice.
    """

    status: str
    covered: float
    objective: float
    bound: float
    gap: float
    unreachable: float
    quick_covered: float


@dataclass(frozen=True)
class Search:
    """Hold what a search may do, from where it may choose, and what it found.

    With the objective, constraints and costs of a scenario it is the whole problem. `listed` is a list of
    candidates as CSV, empty for none; `found` is missing where the plan was changed since, or comes from
    no search.
    """

    kinds: tuple[str, ...]
    candidates: tuple[str, ...]
    least_people: float
    forbidden: Forbidden = NOTHING_FORBIDDEN
    listed: str = ""
    found: SearchResult | None = None


def found_of(best: Solution, quick: Solution) -> SearchResult:
    """Return what a search found, from its plan and its first answer."""
    figures = {name: getattr(best, name) for name in _NUMBERS if name != "quick_covered"}
    return SearchResult(best.status, quick_covered=quick.covered, **figures)


def search_of(problem: PlanningProblem, found: SearchResult | None = None) -> Search:
    """Return a problem without objective and constraints, with what was found."""
    listed = ""
    if problem.listed is not None and LISTED in problem.candidates:
        buffer = StringIO()
        problem.listed.to_csv(buffer, index=False, lineterminator="\n")
        listed = buffer.getvalue()
    return Search(problem.kinds, problem.candidates, problem.least_people, problem.forbidden, listed, found)


def problem_from(
    search: Search, *, objective: Objective, constraints: Constraints, costs: Mapping[str, float]
) -> PlanningProblem:
    """Return the whole problem again.

    Raises
    ------
    InvalidValueError
        The list of candidates cannot be read.
    """
    return PlanningProblem(
        objective,
        constraints,
        kinds=search.kinds,
        candidates=search.candidates,
        costs=costs,
        listed=_listed(search),
        least_people=search.least_people,
        forbidden=search.forbidden,
    )


def require_same_choice(name: str, then: SearchResult, now: SearchResult) -> None:
    """Raise where a search that was proven, and is again, reaches another number of people.

    Parameters
    ----------
    name
        What the scenario is called.
    then, now
        What the search found when it was saved, and what it finds on the same data.

    Raises
    ------
    RecipeError
        Names both.
    """
    if then.status == now.status == OPTIMAL and then.objective != now.objective:
        raise RecipeError("search_finds_otherwise", name=name, then=then.objective, now=now.objective)
    if now.status == INFEASIBLE:
        raise RecipeError("search_finds_nothing", name=name)


def search_as_json(search: Search) -> dict[str, Any]:
    """Return a search as plain data; a list of candidates only where there is one."""
    plain = {
        "actions": list(search.kinds),
        "candidates": list(search.candidates),
        "least_people": search.least_people,
        "forbidden": forbidden_as_json(search.forbidden) if search.forbidden else None,
        "listed": search.listed or None,
        "found": None if search.found is None else asdict(search.found),
    }
    return {name: value for name, value in plain.items() if value is not None or name == "found"}


def search_from_json(plain: Mapping[str, Any]) -> Search:
    """Read a search from plain data.

    Raises
    ------
    InvalidValueError
        A field is missing, unknown or of the wrong kind, or the list of candidates cannot be read.
    """
    known = {"actions", "candidates", "least_people", "forbidden", "listed", "found"}
    if strange := sorted(set(plain) - known):
        raise InvalidValueError("search_unknown_fields", fields=strange)
    try:
        search = Search(
            kinds=_texts(plain["actions"]),
            candidates=_texts(plain["candidates"]),
            least_people=float(plain["least_people"]),
            forbidden=forbidden_from_json(plain.get("forbidden") or {}),
            listed=str(plain.get("listed") or ""),
            found=_found(plain["found"]) if plain.get("found") else None,
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise InvalidValueError("search_unreadable", reason=fault) from None
    _listed(search)
    return search


def _listed(search: Search) -> pd.DataFrame | None:
    return read_candidate_list(search.listed.encode()) if search.listed else None


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(repr(values)[:80])
    return tuple(values)


def _found(plain: Mapping[str, Any]) -> SearchResult:
    if set(plain) != {field.name for field in fields(SearchResult)} or plain[STATUS] not in STATUSES:
        raise TypeError("what was found")
    return SearchResult(str(plain[STATUS]), **{name: float(plain[name]) for name in _NUMBERS})
