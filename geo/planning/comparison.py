"""Scenarios side by side, and in phases: figures, counties, who is won or lost between two, year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Int32s
from geo.errors import InvalidValueError, Message
from geo.planning.actions import Action
from geo.planning.baseline import (
    CHANGE,
    COVERED,
    GONE,
    NEWLY,
    SHARE,
    SPENT_YUAN,
    WON,
    Baseline,
    county_figures,
    find_outcome,
    headline,
)
from geo.planning.ordering import Step
from geo.planning.scenario import Run
from geo.schema import COUNTY, PEOPLE

MOST_COMPARED = 4
YEAR, BUDGET_YUAN = "year", "budget_yuan"
_ROUNDING = 1e-9


def compare_figures(runs: Sequence[Run]) -> pd.DataFrame:
    """Put the headline figures of two to four scenarios side by side.

    Returns
    -------
    DataFrame
        Rows the figures of `geo.planning.baseline.headline`, columns the names.

    Raises
    ------
    InvalidValueError
        There are fewer than two or more than four, or two have one name.
    """
    _require_few(runs)
    return pd.DataFrame({run.scenario.name: run.figures for run in runs})


def compare_counties(runs: Sequence[Run]) -> pd.DataFrame:
    """Put the shares of every county side by side.

    Returns
    -------
    DataFrame
        Indexed by adcode, a column of shares (0-1) for each name; missing where a scenario's area has no such
        county or nobody counts there.

    Raises
    ------
    InvalidValueError
        As `compare_figures`.
    """
    _require_few(runs)
    return pd.DataFrame(
        {run.scenario.name: county_figures(run.baseline, run.outcome)[SHARE] for run in runs}
    ).sort_index()


def difference(first: Run, second: Run) -> gpd.GeoDataFrame:
    """Find the homes within reach in one of two scenarios and not in the other.

    Returns
    -------
    GeoDataFrame
        Rows of the grid: `people` who count, `county`, and `change`: "won" where only the second reaches
        them, "gone" where only the first does.

    Raises
    ------
    InvalidValueError
        The two are about other areas or other people, so that homes cannot be compared.
    """
    one, other = first.baseline, second.baseline
    if one.objective.who != other.objective.who or not one.homes.index.equals(other.homes.index):
        raise InvalidValueError(
            "scenarios_of_other_areas", one=first.scenario.name, other=second.scenario.name
        )
    return won_and_gone(one, first.outcome.reached, second.outcome.reached)


def won_and_gone(baseline: Baseline, before: Int32s, after: Int32s) -> gpd.GeoDataFrame:
    """Find the homes that come within reach, and those that fall out of it, between two states."""
    won, gone = (before == 0) & (after > 0), (before > 0) & (after == 0)
    rows = (won | gone) & (baseline.people > 0)
    homes = baseline.homes[rows]
    columns = {
        PEOPLE: baseline.people[rows],
        COUNTY: homes[COUNTY].to_numpy(dtype=object),
        CHANGE: np.where(won[rows], WON, GONE),
    }
    return gpd.GeoDataFrame(columns, index=homes.index, geometry=homes.geometry.to_numpy(), crs=homes.crs)


def put_in_phases(steps: Sequence[Step], budgets: Mapping[int, float]) -> list[Step]:
    """Spread steps over years: in their order, each in the first year that can pay for it.

    What a year does not spend stays for the next. To close a site frees its money in the first year.

    Parameters
    ----------
    steps
        In the order they should be taken.
    budgets
        Yuan by year.

    Returns
    -------
    list
        The steps in the order of their years, each action with its `year`; 0, at the end, where no year can
        pay for it.

    Raises
    ------
    InvalidValueError
        There is no year, or a budget is negative or no number.
    """
    strange = [year for year, yuan in budgets.items() if not (np.isfinite(yuan) and yuan >= 0)]
    if strange or not budgets:
        raise InvalidValueError("phase_budgets_unusable", years=strange or Message("phase_budgets_missing"))
    years = sorted(budgets)
    given = np.cumsum([budgets[year] for year in years])
    spent = np.zeros(len(years))
    placed: list[tuple[int, int, Step]] = []
    for number, step in enumerate(steps):
        cost = sum(action.cost_yuan for action in step)
        # Money spent in a year is missing in it and in all that follow.
        fits = [
            place for place in range(len(years)) if (spent[place:] + cost <= given[place:] + _ROUNDING).all()
        ]
        year = years[fits[0]] if fits else 0
        if fits:
            spent[fits[0] :] += cost
        placed.append((year or years[-1] + 1, number, tuple(replace(action, year=year) for action in step)))
    return [step for _, _, step in sorted(placed, key=lambda entry: entry[:2])]


def with_years(steps: Sequence[Step], years: Sequence[int]) -> list[Step]:
    """Return the steps with the years someone chose for them, in the order of the years; 0, for none, last.

    Parameters
    ----------
    steps, years
        One year for each step.

    Raises
    ------
    InvalidValueError
        There are not as many years as steps.
    """
    if len(steps) != len(years):
        raise InvalidValueError("years_for_steps", steps=len(steps), years=len(years))
    dated = [
        tuple(replace(action, year=year) for action in step) for step, year in zip(steps, years, strict=True)
    ]
    return sorted(dated, key=lambda step: (step[0].year == 0, step[0].year))


def phase_figures(
    baseline: Baseline,
    actions: Sequence[Action],
    *,
    table: pd.DataFrame,
    budgets: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """Say what is reached at the end of each year of a plan in phases.

    Parameters
    ----------
    baseline, actions, table
        What the plan starts from, its actions with their years, and what each kind does.
    budgets
        Yuan by year, if there are any.

    Returns
    -------
    DataFrame
        Indexed by `year` (0, at the end, for what has none): `actions` taken that year, `spent_yuan` in it,
        `covered` and `newly` persons and the `share` (0-1) at its end, all earlier years included; and
        `left_yuan`, what is left at its end of the budgets up to then: below 0 is overspent, missing for 0
        and without budgets.
    """
    ordered = sorted(actions, key=lambda action: (action.year == 0, action.year))
    rows, taken = {}, list[Action]()
    for year, group in groupby(ordered, key=lambda action: action.year):
        now = list(group)
        taken += now
        figures = headline(baseline, find_outcome(baseline, taken, table=table), taken)
        spent = sum(action.cost_yuan for action in now)
        given = sum(yuan for other, yuan in (budgets or {}).items() if other <= year)
        left = given - sum(action.cost_yuan for action in taken) if budgets and year else np.nan
        rows[year] = (len(now), spent, figures[COVERED], figures[NEWLY], figures[SHARE], left)
    index = pd.Index(list(rows), name=YEAR, dtype="int64")
    return pd.DataFrame(list(rows.values()), index=index, columns=list(_PHASE_COLUMNS))


_TAKEN, LEFT_YUAN = "actions", "left_yuan"
_PHASE_COLUMNS = (_TAKEN, SPENT_YUAN, COVERED, NEWLY, SHARE, LEFT_YUAN)


def _require_few(runs: Sequence[Run]) -> None:
    names = [run.scenario.name for run in runs]
    if not 1 < len(names) <= MOST_COMPARED or len(set(names)) < len(names):
        raise InvalidValueError("scenarios_to_compare", count=len(names), names=names, most=MOST_COMPARED)
