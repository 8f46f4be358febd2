"""The steps of a plan: without those it does not need, in the order of what each adds to those before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.arrays import Floats, Int32s, Positions
from geo.planning.actions import Action
from geo.planning.baseline import Baseline
from geo.planning.constraints import FAIRNESS, Constraints

Step = tuple[Action, ...]


@dataclass(frozen=True)
class StepChange:
    """Hold one step with the homes that gain a site by it and those that lose one."""

    step: Step
    comes: Positions
    goes: Positions

    @property
    def cost_yuan(self) -> float:
        return sum(action.cost_yuan for action in self.step)


NOBODY = np.empty(0, np.intp)


def in_order(
    baseline: Baseline, changes: Sequence[StepChange], constraints: Constraints
) -> tuple[list[StepChange], list[float], Int32s]:
    """Leave out what the plan does not need, then take the step that gains most; of equal ones the first."""
    left, ordered, gains = _needed(baseline, changes, constraints), list[StepChange](), list[float]()
    reached = baseline.reached_today.copy()
    while left:
        gain = [_gain(baseline, reached, change) for change in left]
        best = int(np.argmax(gain))
        change = left.pop(best)
        reached = changed(reached, change, 1)
        ordered.append(change)
        gains.append(gain[best])
    return ordered, gains, reached


def _needed(baseline: Baseline, changes: Sequence[StepChange], constraints: Constraints) -> list[StepChange]:
    """Leave out, one by one, the steps without which the plan is worth as much and can be paid.

    The solver does not mind a closing that nothing needs, or a site moved for nobody; people do.
    """
    kept, reached = list(changes), baseline.reached_today.copy()
    for change in kept:
        reached = changed(reached, change, 1)
    for change in sorted(changes, key=lambda change: change.cost_yuan):
        without = changed(reached, change, -1)
        others = [other for other in kept if other is not change]
        spent = sum(other.cost_yuan for other in others)
        affordable = constraints.budget_yuan is None or spent <= constraints.budget_yuan * (1 + 1e-12)
        if affordable and _worth(baseline, without, constraints) >= _worth(baseline, reached, constraints):
            kept, reached = others, without
    return kept


def _worth(baseline: Baseline, reached: Int32s, constraints: Constraints) -> tuple[float, float, float]:
    """Return what is compared: a least share that is kept, then what is measured, then the people covered."""
    shares = county_shares(baseline, reached)
    kept = min(float(shares.min()), constraints.least_share or 0.0)
    fair = float(shares.min()) if constraints.measure == FAIRNESS else 0.0
    # Sums of the same people in another order differ in their last digits.
    return (round(kept, 9), round(fair, 9), round(float(baseline.people[reached > 0].sum()), 6))


def changed(reached: Int32s, change: StepChange, sign: int) -> Int32s:
    """Count the sites each home reaches after a step, or with -1 before it."""
    after = reached.copy()
    np.add.at(after, change.comes, sign)
    np.subtract.at(after, change.goes, sign)
    return after


def _gain(baseline: Baseline, reached: Int32s, change: StepChange) -> float:
    touched = np.union1d(change.comes, change.goes)
    after = reached[touched] + np.isin(touched, change.comes) - np.isin(touched, change.goes)
    people = baseline.people[touched]
    return float(people[(after > 0) & (reached[touched] == 0)].sum()) - float(
        people[(after == 0) & (reached[touched] > 0)].sum()
    )


def county_shares(baseline: Baseline, reached: Int32s) -> Floats:
    """Return the share of every county; infinite where nobody counts, so that it is never the least."""
    many = len(baseline.counties)
    total = np.bincount(baseline.county, baseline.people, minlength=many)
    covered = np.bincount(baseline.county, baseline.people * (reached > 0), minlength=many)
    shares: Floats = np.divide(covered, total, out=np.full(many, np.inf), where=total > 0)
    return shares


def least_share(baseline: Baseline, reached: Int32s) -> float:
    """Return the share of the county worst off."""
    return float(county_shares(baseline, reached).min())
