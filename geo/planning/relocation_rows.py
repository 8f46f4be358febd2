"""Who could be won or lost by buying, moving and closing, made small without loss."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Positions
from geo.planning.baseline import Baseline
from geo.planning.options import BUYABLE, ActionOptions
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY
from geo.siting.covering.problem import CoverProblem, dominated_sites, merged
from geo.siting.solver.limits import Limits


@dataclass(frozen=True)
class RelocationRows:
    """Hold the homes whose fate a plan decides, merged where it is the same.

    `options` are the rows of the options that are left, `movable` the sites that may move or close; `new` and
    `stay` say which of them reach which home, `weights` and `county` are the homes'. `sure` are the people of
    each county who are covered whatever is done, `total` all of each.
    """

    options: Positions
    movable: pd.Index
    new: Any
    stay: Any
    weights: Floats
    county: Positions
    sure: Floats
    total: Floats
    names: pd.Index

    @property
    def most(self) -> float:
        """Return the people covered if everything were bought and nothing closed."""
        return float(self.sure.sum() + self.weights.sum())

    def out_of_reach(self, least_share: float) -> dict[str, float]:
        """Name the counties that cannot have a share, with the share they could have."""
        could = self.sure + np.bincount(self.county, self.weights, minlength=len(self.total))
        missed = np.flatnonzero(could < least_share * self.total * (1 - 1e-12))
        return {str(self.names[int(place)]): float(could[place] / self.total[place]) for place in missed}


def merged_rows(
    baseline: Baseline, options: ActionOptions, *, moving: bool, by_county: bool
) -> RelocationRows:
    """Gather who could be won or lost.

    Parameters
    ----------
    baseline, options
        What the plan starts from, and what can be bought.
    moving
        Whether sites of the area may move or close.
    by_county
        Whether purchases are limited county by county.
    """
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    mine = baseline.own_sites & baseline.counts if moving else np.zeros(len(baseline.sites), bool)
    movable = baseline.sites[mine]
    stay = _marks(baseline.index.reach(*demand_places(movable), within_m=baseline.objective.within_m))
    new = _marks(options.reach)
    kept = _undominated(new, options, baseline, by_county=by_county)
    new = new[:, kept]
    sure = baseline.reached_today > np.asarray(stay.sum(axis=1)).ravel()
    counties = len(baseline.counties)
    problem = CoverProblem(
        lists=sparse.hstack([new, stay], format="csr")[np.flatnonzero(~sure)],
        weights=baseline.people[~sure],
        sites=np.arange(len(kept) + len(movable)),
        limits=Limits(None, None, np.zeros(len(kept) + len(movable)), None, None),
        group=baseline.county[~sure],
    )
    small = merged(problem)
    return RelocationRows(
        options=kept,
        movable=movable.index,
        new=small.lists[:, : len(kept)],
        stay=small.lists[:, len(kept) :],
        weights=small.weights,
        county=np.asarray(small.group, np.intp),
        sure=np.bincount(baseline.county[sure], baseline.people[sure], minlength=counties).astype(np.float64),
        total=np.bincount(baseline.county, baseline.people, minlength=counties).astype(np.float64),
        names=baseline.counties,
    )


def _undominated(new: Any, options: ActionOptions, baseline: Baseline, *, by_county: bool) -> Positions:
    """Leave out options whose homes another of the same sort reaches too, at no higher cost."""
    costs = np.where(options.rows[BUYABLE].to_numpy(dtype=bool), options.rows[COST_YUAN], np.inf)
    # Only places stand in for places: a site can move to them.
    group = options.placed.astype(np.intp)
    if by_county:
        group = group + 2 * (baseline.counties.get_indexer(pd.Index(options.rows[COUNTY])) + 1)
    somebody = np.flatnonzero((np.diff(new.indptr) > 0) & (baseline.people > 0))
    kept: Positions = np.flatnonzero(~dominated_sites(new[somebody], costs, group))
    return kept


def _marks(reach: Any) -> Any:
    """Write 1 for every pair in reach, however near: what is not written is out of reach."""
    marks = reach.tocsr()
    marks.data = np.ones(len(marks.data))
    return marks
