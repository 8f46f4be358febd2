"""What the network is after a plan, and which actions can be taken together.

Actions that cannot both be taken at one site are refused, and no two sites stand at one place.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import ConflictingActionsError, InvalidValueError, Message, UnknownNameError
from geo.geodesy import ellipsoid
from geo.names import near_names
from geo.planning.actions import (
    ACTION_KINDS,
    CLOSE,
    EXTEND_HOURS,
    MOST_YUAN,
    NEW_KINDS,
    RELOCATE,
    SITE_KINDS,
    TOGETHER,
    Action,
    is_number,
)
from geo.planning.candidates import SAME_PLACE_M
from geo.proximity.grid import demand_places
from geo.schema import FACILITY_ID, HOURS, LIST_SEPARATOR, NAME, OPERATING, SERVICES, STATUS, WGS84

NEW_PREFIX = "plan:"
SITE_COLUMNS = (NAME, STATUS, HOURS, SERVICES)
_YEARS = range(1900, 2200)


def apply_actions(
    sites: gpd.GeoDataFrame, actions: Sequence[Action], *, table: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Return the sites as they are after all actions.

    Parameters
    ----------
    sites
        Indexed by facility id, points in WGS-84: `name`, `status`, `hours` and `services`.
    actions
        In their order.
    table
        As `read_actions` gives it.

    Returns
    -------
    GeoDataFrame
        The same columns: sites that stay, changed where an action changes them, in their order, then the new
        ones, called `plan:` and the number of the action from 1.

    Raises
    ------
    ConflictingActionsError, UnknownNameError, InvalidValueError
        As `require_actions`.
    """
    require_actions(actions, sites)
    after = gpd.GeoDataFrame(
        sites[[*SITE_COLUMNS]].astype(object), geometry=sites.geometry.to_numpy(), crs=WGS84
    )
    closed = []
    for action in actions:
        if action.kind == CLOSE:
            closed.append(action.facility_id)
        elif action.kind == RELOCATE:
            after.loc[action.facility_id, after.geometry.name] = shapely.Point(action.lon, action.lat)
        elif action.kind in SITE_KINDS:
            _improve(after, action, table)
    new = _new_sites(actions, table)
    left = after.drop(index=closed)
    return gpd.GeoDataFrame(pd.concat([left, new]) if len(new) else left, crs=WGS84)


def require_actions(actions: Sequence[Action], sites: gpd.GeoDataFrame) -> None:
    """Raise unless all actions can be taken together.

    Raises
    ------
    InvalidValueError
        A kind does not exist, a place is missing or no degrees, or a cost or year is no such number.
    UnknownNameError
        An action names a site that is not there.
    ConflictingActionsError
        Two actions exclude each other at one site, or a site would stand where one is already.
    """
    faults = [
        Message("fault_of_action", number=number, fault=fault)
        for number, a in enumerate(actions, 1)
        for fault in _faults_of(a)
    ]
    if faults:
        raise InvalidValueError("actions_unusable", faults=faults)
    known = set(sites.index)
    gone = sorted({a.facility_id for a in actions if a.kind in SITE_KINDS and a.facility_id not in known})
    if gone:
        near = near_names(gone[0], list(known)) or Message("none")
        raise UnknownNameError("sites_gone", sites=gone, near=near)
    conflicts = [*_exclusions(actions), *_crowded(actions, sites)]
    if conflicts:
        raise ConflictingActionsError("actions_conflict", conflicts=conflicts)


def _improve(after: gpd.GeoDataFrame, action: Action, table: pd.DataFrame) -> None:
    effect = table.loc[action.kind]
    if action.kind == EXTEND_HOURS:
        after.loc[action.facility_id, HOURS] = effect[HOURS]
        return
    had = str(after.loc[action.facility_id, SERVICES] or "")
    offered = [*had.split(LIST_SEPARATOR), *str(effect[SERVICES]).split(LIST_SEPARATOR)]
    after.loc[action.facility_id, SERVICES] = LIST_SEPARATOR.join(dict.fromkeys(filter(None, offered)))
    after.loc[action.facility_id, STATUS] = OPERATING
    if pd.isna(after.loc[action.facility_id, HOURS]):
        after.loc[action.facility_id, HOURS] = effect[HOURS]


def _new_sites(actions: Sequence[Action], table: pd.DataFrame) -> gpd.GeoDataFrame:
    new = [(number, action) for number, action in enumerate(actions, 1) if action.kind in NEW_KINDS]
    rows = [
        (action.name, OPERATING, table.loc[action.kind, HOURS], table.loc[action.kind, SERVICES])
        for _, action in new
    ]
    index = pd.Index([f"{NEW_PREFIX}{number}" for number, _ in new], name=FACILITY_ID)
    places = shapely.points([action.lon for _, action in new], [action.lat for _, action in new])
    frame = pd.DataFrame(rows, index=index, columns=list(SITE_COLUMNS), dtype=object)
    return gpd.GeoDataFrame(frame, geometry=places, crs=WGS84)


def _faults_of(action: Action) -> list[Message]:
    faults = []
    if action.kind not in ACTION_KINDS:
        faults.append(Message("action_of_unknown_kind", kind=action.kind, known=[*ACTION_KINDS]))
    if not is_number(action.cost_yuan) or abs(action.cost_yuan) > MOST_YUAN:
        faults.append(Message("action_cost_unusable", yuan=action.cost_yuan))
    if action.cost_yuan < 0 and action.kind != CLOSE:
        faults.append(Message("action_cost_negative", yuan=action.cost_yuan))
    if action.placed and not (abs(action.lon) <= 180 and abs(action.lat) <= 90):  # noqa: PLR2004 - degrees
        faults.append(Message("action_place_unusable", lon=action.lon, lat=action.lat))
    if action.kind in SITE_KINDS and not action.facility_id:
        faults.append(Message("action_without_site"))
    if action.year and action.year not in _YEARS:
        faults.append(Message("action_year_unusable", year=action.year))
    return faults


def _exclusions(actions: Sequence[Action]) -> list[Message]:
    at_site: dict[str, list[str]] = {}
    for action in actions:
        if action.kind in SITE_KINDS:
            at_site.setdefault(action.facility_id, []).append(action.kind)
    return [
        Message("actions_exclude_each_other", site=site, kinds=[*kinds])
        for site, kinds in at_site.items()
        if len(kinds) > len(set(kinds)) or (len(kinds) > 1 and not set(kinds) <= TOGETHER)
    ]


def _crowded(actions: Sequence[Action], sites: gpd.GeoDataFrame) -> list[Message]:
    """Name the places where two sites would stand at one spot."""
    placed = [(number, action) for number, action in enumerate(actions, 1) if action.placed]
    if not placed:
        return []
    leaving = [action.facility_id for action in actions if action.kind in {CLOSE, RELOCATE}]
    staying = sites[~sites.index.isin(leaving)]
    here = ellipsoid.earth_centred([a.lon for _, a in placed], [a.lat for _, a in placed])
    there = np.concatenate([ellipsoid.earth_centred(*demand_places(staying)), here])
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a quarter of a second to import

    def named(other: int) -> Message:
        if other < len(staying):
            return Message("place_of_site", site=staying.index[other])
        return Message("place_of_action", number=placed[other - len(staying)][0])

    near = cKDTree(there).query_ball_point(here, SAME_PLACE_M)
    return [
        Message("action_on_site", number=number, other=named(other))
        for rank, ((number, _), others) in enumerate(zip(placed, near, strict=True))
        for other in sorted(others)
        if other < len(staying) + rank
    ]
