"""The points of the user's own lists: they reach a browser inside its session's state, by no address."""

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass

import numpy as np

from geo import schema
from geo.drawing.map_state import MapPoints, map_points
from geo.network.network import Network
from web.map.points import detail_columns, point_columns

# Six takes a third of the time of nine and gives two hundredths more bytes.
COMPRESSION = 6


@dataclass(frozen=True)
class SessionPoints:
    """Hold the rows that are drawn and what the map's script unpacks: gzip of JSON, in base64."""

    rows: MapPoints
    packed: str
    version: str


def pack_points(network: Network) -> SessionPoints:
    """Pack the points and details of every imported row of a network, once for all its sessions.

    Parameters
    ----------
    network
        With the user's own lists in it.
    """
    own = network.facilities[(network.facilities[schema.ORIGIN] == schema.IMPORTED).to_numpy()]
    rows = map_points(own, network.facility_types, private=True)
    drawn = own[rows.drawn]
    columns = {
        "points": point_columns(drawn, np.flatnonzero(rows.drawn), rows),
        "details": detail_columns(drawn),
    }
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    # Without the clock in the gzip header the same lists give the same bytes.
    packed = base64.b64encode(gzip.compress(text, COMPRESSION, mtime=0)).decode("ascii")
    return SessionPoints(rows, packed, hashlib.sha256(text).hexdigest()[:16])
