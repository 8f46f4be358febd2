"""Who could be won or lost by buying, moving and closing, made small without loss."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.planning.baseline import Ground
from geo.planning.options import BUYABLE, Offers
from geo.proximity.grid import demand_places
from geo.schema import COST_YUAN, COUNTY
from geo.siting.covering.problem import CoverProblem, dominated_sites, merged
from geo.siting.solver.limits import Limits

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class MixRows:
    """Hold the homes whose fate a plan decides, merged where it is the same.

    `offers` are the rows of the offers that are left, `movable` the sites that may move or close; `new` and
    `stay` say which of them reach which home, `weights` and `county` are the homes'. `sure` are the people of
    each county who are covered whatever is done, `total` all of each.
    """

    offers: Integers
    movable: pd.Index
    new: Any
    stay: Any
    weights: Floats
    county: Integers
    sure: Floats
    total: Floats
    names: pd.Index

    @property
    def most(self) -> float:
        """Give the people covered if everything were bought and nothing closed."""
        return float(self.sure.sum() + self.weights.sum())

    def out_of_reach(self, least_share: float) -> dict[str, float]:
        """Name the counties that cannot have a share, with the share they could have."""
        could = self.sure + np.bincount(self.county, self.weights, minlength=len(self.total))
        missed = np.flatnonzero(could < least_share * self.total * (1 - 1e-12))
        return {str(self.names[int(place)]): float(could[place] / self.total[place]) for place in missed}


def merged_rows(ground: Ground, offers: Offers, *, moving: bool, by_county: bool) -> MixRows:
    """Gather who could be won or lost.

    Parameters
    ----------
    ground, offers
        What the plan starts from, and what can be bought.
    moving
        Whether sites of the area may move or close.
    by_county
        Whether purchases are limited county by county.
    """
    from scipy import sparse  # noqa: PLC0415 - whoever plans nothing must not pay for it

    mine = ground.own_sites & ground.counts if moving else np.zeros(len(ground.sites), bool)
    movable = ground.sites[mine]
    stay = _marks(ground.index.reach(*demand_places(movable), within_m=ground.aim.within_m))
    new = _marks(offers.reach)
    kept = _undominated(new, offers, ground, by_county=by_county)
    new = new[:, kept]
    sure = ground.reached_today > np.asarray(stay.sum(axis=1)).ravel()
    counties = len(ground.counties)
    problem = CoverProblem(
        lists=sparse.hstack([new, stay], format="csr")[np.flatnonzero(~sure)],
        weights=ground.people[~sure],
        sites=np.arange(len(kept) + len(movable)),
        limits=Limits(None, None, np.zeros(len(kept) + len(movable)), None, None),
        group=ground.county[~sure],
    )
    small = merged(problem)
    return MixRows(
        offers=kept,
        movable=movable.index,
        new=small.lists[:, : len(kept)],
        stay=small.lists[:, len(kept) :],
        weights=small.weights,
        county=np.asarray(small.group, np.intp),
        sure=np.bincount(ground.county[sure], ground.people[sure], minlength=counties).astype(np.float64),
        total=np.bincount(ground.county, ground.people, minlength=counties).astype(np.float64),
        names=ground.counties,
    )


def _undominated(new: Any, offers: Offers, ground: Ground, *, by_county: bool) -> Integers:
    """Leave out offers whose homes another of the same sort reaches too, at no higher cost."""
    costs = np.where(offers.rows[BUYABLE].to_numpy(dtype=bool), offers.rows[COST_YUAN], np.inf)
    # Only places stand in for places: a site can move to them.
    group = offers.placed.astype(np.intp)
    if by_county:
        group = group + 2 * (ground.counties.get_indexer(pd.Index(offers.rows[COUNTY])) + 1)
    somebody = np.flatnonzero((np.diff(new.indptr) > 0) & (ground.people > 0))
    kept: Integers = np.flatnonzero(~dominated_sites(new[somebody], costs, group))
    return kept


def _marks(reach: Any) -> Any:
    """Write 1 for every pair in reach, however near: what is not written is out of reach."""
    marks = reach.tocsr()
    marks.data = np.ones(len(marks.data))
    return marks
