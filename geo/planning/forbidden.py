"""Where no new site may stand: candidates by id, whole counties, and whatever is near certain places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask
from geo.coverage.people import MAX_THRESHOLD_M
from geo.errors import ConflictingActionsError, InvalidValueError, Message, UnknownNameError
from geo.names import near_names
from geo.network.join import county_of_points
from geo.planning.actions import Action, is_number
from geo.proximity.grid import demand_places
from geo.proximity.nearest import nearest_place
from geo.schema import COUNTY

WITHIN_M = 500.0
MOST_SPOTS = 5000
# What a candidate is left out by.
BY_ID, BY_COUNTY, BY_SPOT = "candidate", "county", "spot"
_MOST_LON, _MOST_LAT = 180, 90
_NAMED = 5


@dataclass(frozen=True)
class Forbidden:
    """Hold where no new site may stand, and none may move to.

    `candidates` are ids of candidates and `counties` adcodes; `spots` are longitudes and latitudes (WGS-84):
    within `within_m` metres of one no site may stand.
    """

    candidates: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    spots: tuple[tuple[float, float], ...] = ()
    within_m: float = WITHIN_M

    def __post_init__(self) -> None:
        """Raise at once, with every fault, unless it can be meant.

        Raises
        ------
        InvalidValueError
            A place is no degrees, the metres are none, or there are too many places.
        """
        faults = []
        if not is_number(self.within_m) or not 0 <= self.within_m <= MAX_THRESHOLD_M:
            faults.append(Message("forbidden_distance", within_m=self.within_m, most=MAX_THRESHOLD_M))
        if len(self.spots) > MOST_SPOTS:
            faults.append(Message("forbidden_too_many", count=len(self.spots), most=MOST_SPOTS))
        strange = [spot for spot in self.spots if not _is_place(spot)]
        if strange:
            faults.append(Message("forbidden_no_place", spots=[str(spot) for spot in strange[:_NAMED]]))
        if faults:
            raise InvalidValueError("forbidden_unusable", faults=faults)

    def __bool__(self) -> bool:
        return bool(self.candidates or self.counties or self.spots)


def forbidden_by(candidates: gpd.GeoDataFrame, forbidden: Forbidden) -> pd.Series:
    """Find the candidates at which no site may stand.

    Parameters
    ----------
    candidates
        As `geo.planning.candidates.gather_candidates` gives them.
    forbidden
        Where no site may stand.

    Returns
    -------
    Series
        What each is left out by, "candidate", "county" or "spot", indexed by those left out.

    Raises
    ------
    UnknownNameError
        An id is not among the candidates.
    """
    if not forbidden:
        return pd.Series([], index=candidates.index[:0], dtype="str")
    known = set(candidates.index)
    strange = [label for label in forbidden.candidates if label not in known]
    if strange:
        near = near_names(strange[0], known) or Message("none")
        raise UnknownNameError("forbidden_candidates_unknown", names=[*strange[:_NAMED]], near=near)
    lon, lat = demand_places(candidates)
    by_id = candidates.index.isin(list(forbidden.candidates))
    by_county = candidates[COUNTY].isin(list(forbidden.counties)).to_numpy(dtype=bool)
    by_spot = near_spots(lon, lat, forbidden)
    words = np.select([by_id, by_county, by_spot], [BY_ID, BY_COUNTY, BY_SPOT], "")
    out = words != ""
    return pd.Series(words[out], index=candidates.index[out], dtype="str")


def allowed_candidates(candidates: gpd.GeoDataFrame, left_out: pd.Series) -> gpd.GeoDataFrame:
    """Return the candidates that are left.

    Raises
    ------
    InvalidValueError
        Every one is forbidden.
    """
    if len(left_out) == len(candidates):
        raise InvalidValueError("all_candidates_forbidden", count=len(candidates))
    return candidates.drop(index=left_out.index)


def require_allowed(actions: Sequence[Action], forbidden: Forbidden, counties: gpd.GeoDataFrame) -> None:
    """Raise where an action puts a site where none may stand.

    Parameters
    ----------
    actions, forbidden
        A plan, and where no site may stand.
    counties
        As `geo.network.join.county_of_points` takes them.

    Raises
    ------
    ConflictingActionsError
        Names every such action.
    """
    placed = [(number, action) for number, action in enumerate(actions, 1) if action.placed]
    if not placed or not forbidden:
        return
    lon, lat = (np.array([getattr(action, name) for _, action in placed], float) for name in ("lon", "lat"))
    out = near_spots(lon, lat, forbidden)
    out |= np.isin([action.candidate for _, action in placed], list(forbidden.candidates))
    if forbidden.counties:
        inside = pd.Series(county_of_points(lon, lat, counties))
        out |= inside.isin(list(forbidden.counties)).to_numpy(dtype=bool)
    if out.any():
        numbers = [placed[place][0] for place in np.flatnonzero(out)]
        raise ConflictingActionsError("actions_on_forbidden", numbers=numbers)


def near_spots(lon: Floats, lat: Floats, forbidden: Forbidden) -> Mask:
    """Return for every place whether it is at, or within the metres of, one where no site may stand."""
    if not forbidden.spots or not len(lon):
        return np.zeros(len(lon), dtype=bool)
    spots = np.array(forbidden.spots, float).T
    near: Mask = nearest_place(lon, lat, *spots)[1] <= forbidden.within_m
    return near


def forbidden_as_json(forbidden: Forbidden) -> dict[str, Any]:
    """Return what is forbidden as plain data."""
    return {
        "candidates": list(forbidden.candidates),
        "counties": list(forbidden.counties),
        "spots": [list(spot) for spot in forbidden.spots],
        "within_m": forbidden.within_m,
    }


def forbidden_from_json(plain: Mapping[str, Any]) -> Forbidden:
    """Read what is forbidden from plain data.

    Raises
    ------
    InvalidValueError
        A field is unknown or of the wrong kind.
    """
    known = [field.name for field in fields(Forbidden)]
    strange = [
        name
        for name, value in plain.items()
        if name not in known or (name != "within_m" and not isinstance(value, list))
    ]
    texts = [*plain.get("candidates", ()), *plain.get("counties", ())] if not strange else []
    if strange or not all(isinstance(text, str) for text in texts):
        raise InvalidValueError("forbidden_unreadable", fields=strange or Message("an_id"), known=[*known])
    spots = tuple(tuple(spot) if isinstance(spot, list) else spot for spot in plain.get("spots", ()))
    return Forbidden(
        tuple(plain.get("candidates", ())),
        tuple(plain.get("counties", ())),
        spots,
        plain.get("within_m", WITHIN_M),
    )


def _is_place(spot: object) -> bool:
    if not isinstance(spot, tuple) or len(spot) != len(("lon", "lat")) or not all(map(is_number, spot)):
        return False
    return bool(abs(spot[0]) <= _MOST_LON and abs(spot[1]) <= _MOST_LAT)
