"""Supply against demand: floating catchment areas, from a table of costs or straight from points.

Every method is made of one sum. A facility divides what it has by the people who may ask for it, each
weighted by the cost between them, and everybody adds up what the facilities in reach have for one person:

    access_i = sum_j w_ij S_j / sum_k w_kj P_k

====================  ===================================================================================
`2sfca`               w = 1 within `max_cost`: Luo & Wang 2003, doi:10.1068/b29120
`e2sfca`              w by zones, to start 1, 0.68, 0.22 in the thirds of `max_cost`: Luo & Qi 2009,
                      doi:10.1016/j.healthplace.2009.06.002
`gaussian_2sfca`      w a Gaussian that is 0 at `max_cost`: Dai 2010, doi:10.1016/j.healthplace.2010.06.012
`gravity`             w any falling function: Joseph & Bantock 1982, doi:10.1016/0277-9536(82)90428-2
`3sfca`               w times the share G_ij = w_ij / sum_j w_ij in which people choose among what they reach:
                      Wan, Zou & Sternberg 2012, doi:10.1080/13658816.2011.624987
`bfca`                demand split by w_ij / sum_j w_ij and supply per person by w_ij / sum_i w_ij: Paez,
                      Higgins & Vivona 2019, doi:10.1371/journal.pone.0218773; named by Pereira et al. 2021,
                      doi:10.1016/j.socscimed.2021.113773
====================  ===================================================================================

In all but the balanced one, demand times access adds up to the supply of the facilities that somebody
reaches. The balanced one keeps two other sums: the demand it splits, and the supply per person it splits.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access.decay import GaussianWeight, PowerWeight, StepWeight, Weight, to_weight, weigh
from geo.access.reach import (
    AS_IT_IS,
    BALANCED,
    BY_DEMAND,
    Reach,
    TableReach,
    TreeReach,
    fits_grid,
    lay_out,
    ratio,
)
from geo.arrays import Floats
from geo.coverage.people import is_above_zero
from geo.errors import InvalidValueError
from geo.kernels.loader import CATCHMENTS, load_loops
from geo.proximity.cost_pairs import placed, read_amounts, read_pairs, read_places
from geo.schema import PEOPLE, require_columns

if TYPE_CHECKING:
    from scipy import sparse


ACCESS = "access"
TWO_STEP, ENHANCED, GAUSSIAN, GRAVITY = "2sfca", "e2sfca", "gaussian_2sfca", "gravity"
THREE_STEP, BALANCED_CATCHMENT = "3sfca", "bfca"
METHODS = (TWO_STEP, ENHANCED, GAUSSIAN, GRAVITY, THREE_STEP, BALANCED_CATCHMENT)
CATCHMENT, ALL_PAIRS = "catchment", "all_pairs"

# Luo & Qi 2009, table 2, the weights of the three travel-time zones.
ENHANCED_WEIGHTS = (1.0, 0.68, 0.22)
MAX_REACH_M = 100_000.0
# Below this many homes times facilities the k-d tree has answered before numba is even imported.
COMPILE_FROM_PRODUCT = 20_000_000


def floating_catchment(
    cost: "pd.DataFrame | sparse.sparray | sparse.spmatrix",
    supply: pd.Series,
    demand: pd.Series,
    *,
    method: str = TWO_STEP,
    weight: Weight | Mapping[float, float] | None = None,
    max_cost: float | None = None,
    select_among: str = CATCHMENT,
) -> pd.Series:
    """Return everybody's access: the supply within reach, for each one who asks for it.

    Parameters
    ----------
    cost
        Either a frame with one row for each pair that is connected: `origin` (a label of `demand`),
        `destination` (a label of `supply`) and `cost` (0 or more, infinite where there is no way); or a
        sparse matrix of costs with the rows of `demand` and the columns of `supply`, where a stored 0 is a
        cost of 0 and what is not stored is not connected.
    supply
        What each facility has (0 or more), by unique label.
    demand
        How many ask for it in each place (0 or more), by unique label.
    method
        One of `METHODS`; the module's docstring has their formulas and sources.
    weight
        Zones as ``{cost: weight}``, each up to and including its cost, or a function of an array of costs.
        `3sfca` and `gravity` need one, `gaussian_2sfca` brings its own.
    max_cost
        The largest cost within reach, inclusive; every pair given if None.
    select_among
        What the choice of `3sfca` is shared among: "catchment", the facilities within `max_cost`, or
        "all_pairs", every pair given, as PySAL's `access` does it.

    Returns
    -------
    Series
        Named `access`, indexed like `demand`, in units of supply a person; 0 where nothing is in reach and
        where nobody asks. Never missing, never infinite.

    Raises
    ------
    MissingColumnError
        The frame lacks a column.
    InvalidValueError
        Costs are missing, negative or given twice for a pair, labels are unknown, amounts are missing,
        negative or 0 throughout, or the method, its weight, `max_cost` or `select_among` cannot be used.

    Examples
    --------
    >>> import geo
    >>> import pandas as pd
    >>> pairs = [("a", "s1", 5), ("b", "s1", 10), ("b", "s2", 5)]
    >>> minutes = pd.DataFrame(pairs, columns=["origin", "destination", "cost"])
    >>> seats, people = pd.Series({"s1": 60, "s2": 20}), pd.Series({"a": 100, "b": 200})
    >>> geo.floating_catchment(minutes, seats, people, max_cost=15)
    a    0.2
    b    0.3
    Name: access, dtype: float64
    """
    served = read_amounts(supply, what="supply")
    asked = read_amounts(demand, what="demand")
    counts = _weight_of(method, weight, max_cost)
    _require_one_of(select_among, (CATCHMENT, ALL_PAIRS), what="select_among")
    if select_among == ALL_PAIRS and method != THREE_STEP:
        raise InvalidValueError("catchment_makes_no_choice", method=method, other=THREE_STEP)
    homes, facilities, costs = read_pairs(cost, supply.index, demand.index)
    shape = (len(asked), len(served))
    near = costs <= (np.inf if max_cost is None else max_cost)
    reach = TableReach(homes[near], facilities[near], weigh(counts, costs[near]), shape)
    chosen_among = None
    if select_among == ALL_PAIRS:
        every = TableReach(homes, facilities, weigh(counts, costs), shape)
        chosen_among = every.serve(asked, np.ones(len(served)), mode=AS_IT_IS)
    return pd.Series(_access(reach, served, asked, method, chosen_among), index=demand.index, name=ACCESS)


def floating_catchment_of_points(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    max_distance_m: float,
    method: str = TWO_STEP,
    weight: Weight | Mapping[float, float] | None = None,
    people: pd.Series | None = None,
    supply: pd.Series | None = None,
    on_progress: Callable[[float], object] | None = None,
) -> pd.Series:
    """Return everybody's access by distance along the ellipsoid, without a table of pairs.

    Parameters
    ----------
    demand
        Points in WGS-84, each with a place; `people`, unless given apart.
    facilities
        Points in WGS-84; one whose place is not known serves nobody.
    max_distance_m
        The reach in metres, inclusive, above 0 and at most `MAX_REACH_M`.
    method, weight
        As for `floating_catchment`, costs being metres.
    people
        How many ask in each place, indexed like `demand`; its column `people` if None.
    supply
        What each facility has, indexed like `facilities`; 1 for each if None.
    on_progress
        Called with the share done, 0-1, wherever it takes long: where the loops are not compiled. What it
        raises ends the computation.

    Returns
    -------
    Series
        As for `floating_catchment`.

    Raises
    ------
    MissingColumnError
        `demand` lacks `people`, and none are given.
    InvalidValueError
        A demand point has no place, no facility has one, a frame is not in WGS-84, an amount is missing,
        negative or 0 throughout, or the method, its weight or the reach cannot be used.
    """
    if not len(facilities):
        raise InvalidValueError("no_facility_selected")
    if people is None:
        require_columns(demand, [PEOPLE], what="demand")
        people = demand[PEOPLE]
    if supply is None:
        supply = pd.Series(1.0, index=facilities.index)
    asked = read_amounts(people, what="demand", index=demand.index)
    served = read_amounts(supply, what="supply", index=facilities.index)
    if max_distance_m is None:
        raise InvalidValueError("reach_none")
    counts = _weight_of(method, weight, max_distance_m)
    if max_distance_m > MAX_REACH_M:
        raise InvalidValueError("reach_over_straight_lines", given=max_distance_m, most=MAX_REACH_M)
    known = placed(facilities)
    reach = _reach_of(demand, facilities[known], counts, max_distance_m, on_progress)
    access = _access(reach, served[known], asked, method, None)
    return pd.Series(access, index=demand.index, name=ACCESS)


def _access(reach: Reach, supply: Floats, demand: Floats, method: str, chosen_among: Floats | None) -> Floats:
    """Put the methods together from the one sum."""
    if method not in {THREE_STEP, BALANCED_CATCHMENT}:
        return reach.serve(demand, supply, mode=BY_DEMAND)
    if chosen_among is None:
        chosen_among = reach.serve(demand, np.ones(len(supply)), mode=AS_IT_IS)
    divided = ratio(demand, chosen_among)
    if method == BALANCED_CATCHMENT:
        return reach.serve(divided, supply, mode=BALANCED)
    return ratio(reach.serve(divided, supply, mode=BY_DEMAND, power=2), chosen_among)


def _reach_of(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    weight: Weight,
    max_distance_m: float,
    on_progress: Callable[[float], object] | None,
) -> Reach:
    """Take the way that answers first: compiled loops for many points, else or without numba the k-d tree."""
    homes_at, facilities_at = read_places(demand, facilities)
    many = len(demand) * len(facilities) >= COMPILE_FROM_PRODUCT
    if many and fits_grid(*homes_at, weight) and load_loops(CATCHMENTS) is not None:
        return lay_out(homes_at, facilities_at, weight, max_distance_m)
    return TreeReach(homes_at, facilities_at, weight, max_distance_m, on_progress)


def _weight_of(method: str, weight: Weight | Mapping[float, float] | None, max_cost: float | None) -> Weight:
    """Choose the weight a method works with, and refuse what does not go together."""
    _require_one_of(method, METHODS, what="method")
    if max_cost is not None and not is_above_zero(max_cost):
        raise InvalidValueError("reach_unusable", reach=max_cost)
    if weight is not None and method == GAUSSIAN:
        raise InvalidValueError("catchment_has_own_weight", method=method, other=TWO_STEP)
    if weight is not None:
        return to_weight(weight)
    if method in {THREE_STEP, GRAVITY}:
        raise InvalidValueError("catchment_needs_weight", method=method, example=PowerWeight())
    if method in {TWO_STEP, BALANCED_CATCHMENT}:
        return StepWeight((np.inf if max_cost is None else max_cost,), (1.0,))
    if max_cost is None:
        raise InvalidValueError("catchment_needs_reach", method=method, other=TWO_STEP)
    if method == GAUSSIAN:
        return GaussianWeight(max_cost)
    return StepWeight((max_cost / 3, max_cost * 2 / 3, max_cost), ENHANCED_WEIGHTS)


def _require_one_of(choice: str, allowed: tuple[str, ...], *, what: str) -> None:
    if choice not in allowed:
        raise InvalidValueError("choice_unknown", what=what, choice=choice, known=[*allowed])
