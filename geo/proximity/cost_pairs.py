"""What goes into a floating catchment, checked: amounts, pairs with their cost, places."""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import InvalidValueError
from geo.schema import ORIGIN, WGS84, require_columns

if TYPE_CHECKING:
    from scipy import sparse

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
Pairs = tuple[Integers, Integers, Floats]

DESTINATION, COST = "destination", "cost"
LABELS_NAMED = 5


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
        raise InvalidValueError(f"{what} is empty or no series; give one amount for each place.")
    if index is not None and not amounts.index.equals(index):
        raise InvalidValueError(f"{what} is not indexed like its points; give one amount for each of them.")
    if index is None and amounts.index.has_duplicates:
        twice = amounts.index[amounts.index.duplicated()].unique()
        raise InvalidValueError(f"{what} has more than one row for {_some(twice)}; give each label once.")
    read = _numbers(amounts)
    found = {"missing or no number": np.isnan(read), "negative": read < 0, "infinite": np.isinf(read)}
    faults = [f"{fault} for {_some(amounts.index[rows])}" for fault, rows in found.items() if rows.any()]
    if faults:
        raise InvalidValueError(f"{what} is {'; '.join(faults)}. Give finite amounts of 0 or more.")
    if not read.any():
        raise InvalidValueError(f"{what} is 0 in all {len(read)} places; there is nothing to share out.")
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
            f"the origins {_some(origins[lost].unique())} are not in demand": lost,
            f"the destinations {_some(destinations[absent].unique())} are not in supply": absent,
        }
    else:
        homes, facilities, costs = _matrix_pairs(cost, shape=(len(by), len(to)))
        unknown = {}
    twice = pd.Series(homes * len(to) + facilities).duplicated(keep=False).to_numpy()
    twice = twice & (homes >= 0) & (facilities >= 0)
    found = unknown | {
        f"{np.isnan(costs).sum()} costs are missing or no number": np.isnan(costs),
        f"{(costs < 0).sum()} costs are negative": costs < 0,
        f"{twice.sum()} rows give a pair that others give too": twice,
    }
    faults = [
        f"{fault} (first at row {np.flatnonzero(rows)[0]})" for fault, rows in found.items() if rows.any()
    ]
    if faults:
        raise InvalidValueError(f"cost: {'; '.join(faults)}. Give each pair once, with a cost of 0 or more.")
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
            raise InvalidValueError(
                f"{what} is in {frame.crs or 'no known datum'}; turn it into WGS-84 first."
            )
    if not len(facilities):
        raise InvalidValueError("no facility with a known place is selected; select one, or find its place.")
    here, there = _degrees(demand), _degrees(facilities)
    lost = ~(np.isfinite(here[0]) & np.isfinite(here[1]))
    if lost.any():
        raise InvalidValueError(f"demand has no place for {_some(demand.index[lost])}; give each a point.")
    return here, there


def placed(facilities: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows have a point whose coordinates are numbers; as `located`, without its centroids."""
    lon, lat = _degrees(facilities)
    known: npt.NDArray[np.bool_] = np.isfinite(lon) & np.isfinite(lat)
    return known


def _degrees(frame: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    places = frame.geometry.to_numpy()
    return shapely.get_x(places), shapely.get_y(places)


def _matrix_pairs(cost: Any, *, shape: tuple[int, int]) -> Pairs:
    if not hasattr(cost, "tocoo"):
        raise InvalidValueError(
            f"cost is a {type(cost).__name__}; give a frame with {ORIGIN}, {DESTINATION} and {COST}, or a "
            "sparse matrix of scipy."
        )
    if tuple(cost.shape) != shape:
        raise InvalidValueError(
            f"cost has the shape {tuple(cost.shape)}; give one row for each of the {shape[0]} places of "
            f"demand and one column for each of the {shape[1]} of supply."
        )
    pairs = cost.tocoo()
    return pairs.row.astype(np.intp), pairs.col.astype(np.intp), pairs.data.astype(np.float64)


def _numbers(values: pd.Series) -> Floats:
    """Read numbers without copying those that are; what is no number is missing."""
    if values.dtype == np.float64:
        return values.to_numpy()
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _some(labels: pd.Index) -> str:
    more = len(labels) - LABELS_NAMED
    return ", ".join(map(str, labels[:LABELS_NAMED])) + (f" and {more} more" if more > 0 else "")
