"""What goes into a floating catchment, checked: amounts, pairs with their cost, places."""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Mask, Positions
from geo.errors import InvalidValueError, Message, some
from geo.schema import ORIGIN, WGS84, require_columns

if TYPE_CHECKING:
    from scipy import sparse

Pairs = tuple[Positions, Positions, Floats]

DESTINATION, COST = "destination", "cost"


def read_amounts(amounts: pd.Series, *, what: str, index: pd.Index | None = None) -> Floats:
    """Read people or supply as numbers.

    Parameters
    ----------
    amounts
        One amount (0 or more) for each label.
    what
        What they are called in the message.
    index
        The labels they must have, in that order; their own if None.

    Returns
    -------
    ndarray
        Float64, in the order of the labels.

    Raises
    ------
    InvalidValueError
        There are none, a label stands twice, the labels are not those wanted, an amount is missing,
        negative, infinite or no number, or all of them are 0.
    """
    if not isinstance(amounts, pd.Series) or not len(amounts):
        raise InvalidValueError("amounts_empty", what=what)
    if index is not None and not amounts.index.equals(index):
        raise InvalidValueError("amounts_not_indexed_like_points", what=what)
    if index is None and amounts.index.has_duplicates:
        twice = amounts.index[amounts.index.duplicated()].unique()
        raise InvalidValueError("amounts_twice", what=what, names=some(twice))
    read = _numbers(amounts)
    found = {
        Message("missing_or_no_number"): np.isnan(read),
        Message("negative"): read < 0,
        Message("infinite"): np.isinf(read),
    }
    faults = [
        Message("fault_for_labels", fault=fault, names=some(amounts.index[rows]))
        for fault, rows in found.items()
        if rows.any()
    ]
    if faults:
        raise InvalidValueError("amounts_unusable", what=what, faults=faults)
    if not read.any():
        raise InvalidValueError("amounts_all_zero", what=what, count=len(read))
    return read


def read_pairs(cost: "pd.DataFrame | sparse.sparray | sparse.spmatrix", to: pd.Index, by: pd.Index) -> Pairs:
    """Read a table or a sparse matrix of costs; pairs of infinite cost are left out.

    Parameters
    ----------
    cost
        See `geo.access.catchment.floating_catchment`.
    to, by
        The labels of the supply and of the demand.

    Returns
    -------
    tuple of arrays
        Positions in `by` and in `to`, and the cost, for each pair.

    Raises
    ------
    MissingColumnError
        A frame lacks a column.
    InvalidValueError
        Names every fault at once: costs missing or negative, pairs given twice, labels unknown; or a matrix
        has the wrong shape.
    """
    if isinstance(cost, pd.DataFrame):
        require_columns(cost, [ORIGIN, DESTINATION, COST], what="cost")
        origins, destinations = pd.Index(cost[ORIGIN]), pd.Index(cost[DESTINATION])
        homes, facilities = by.get_indexer(origins), to.get_indexer(destinations)
        costs = _numbers(cost[COST])
        lost, absent = homes < 0, facilities < 0
        unknown = {
            Message("origins_unknown", origins=some(origins[lost].unique())): lost,
            Message("destinations_unknown", destinations=some(destinations[absent].unique())): absent,
        }
    else:
        homes, facilities, costs = _matrix_pairs(cost, shape=(len(by), len(to)))
        unknown = {}
    twice = pd.Series(homes * len(to) + facilities).duplicated(keep=False).to_numpy()
    twice = twice & (homes >= 0) & (facilities >= 0)
    found = unknown | {
        Message("costs_missing", count=np.isnan(costs).sum()): np.isnan(costs),
        Message("costs_negative", count=(costs < 0).sum()): costs < 0,
        Message("pairs_twice", count=twice.sum()): twice,
    }
    faults = [
        Message("fault_at_row", fault=fault, row=np.flatnonzero(rows)[0])
        for fault, rows in found.items()
        if rows.any()
    ]
    if faults:
        raise InvalidValueError("costs_unusable_in_pairs", faults=faults)
    near = np.isfinite(costs)
    return homes[near], facilities[near], costs[near]


def read_places(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Read longitude and latitude of demand and of facilities, every one of which has a place.

    Raises
    ------
    InvalidValueError
        A frame is not in WGS-84, a demand point has no place, or there is no facility.
    """
    for what, frame in (("demand", demand), ("facilities", facilities)):
        if frame.crs is None or not frame.crs.equals(WGS84, ignore_axis_order=True):
            raise InvalidValueError("frame_not_wgs84", what=what, crs=frame.crs or Message("no_datum"))
    if not len(facilities):
        raise InvalidValueError("no_facility_placed")
    here, there = _degrees(demand), _degrees(facilities)
    lost = ~(np.isfinite(here[0]) & np.isfinite(here[1]))
    if lost.any():
        raise InvalidValueError("demand_without_place", names=some(demand.index[lost]))
    return here, there


def placed(facilities: gpd.GeoDataFrame) -> Mask:
    """Return which rows have a point whose coordinates are numbers; as `located`, without its centroids."""
    lon, lat = _degrees(facilities)
    known: Mask = np.isfinite(lon) & np.isfinite(lat)
    return known


def _degrees(frame: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    places = frame.geometry.to_numpy()
    return shapely.get_x(places), shapely.get_y(places)


def _matrix_pairs(cost: Any, *, shape: tuple[int, int]) -> Pairs:
    if not hasattr(cost, "tocoo"):
        raise InvalidValueError(
            "cost_no_table", kind=type(cost).__name__, origin=ORIGIN, destination=DESTINATION, cost=COST
        )
    if tuple(cost.shape) != shape:
        raise InvalidValueError(
            "cost_of_wrong_shape", shape=tuple(cost.shape), demand=shape[0], supply=shape[1]
        )
    pairs = cost.tocoo()
    return pairs.row.astype(np.intp), pairs.col.astype(np.intp), pairs.data.astype(np.float64)


def _numbers(values: pd.Series) -> Floats:
    """Read numbers without copying those that are; what is no number is missing."""
    if values.dtype == np.float64:
        return values.to_numpy()
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
