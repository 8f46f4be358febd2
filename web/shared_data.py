"""What this process holds for screens and HTTP routes alike: the network, its public map, and the lists.

Two networks are held: the public one, of the data folder alone, which routes serve, and the one with the
user's own lists, which only sessions see. When the registry changes, a new store takes the old one's place
as a whole, so nobody ever sees half of a batch.
"""

import gc
import logging
import threading
import time
from dataclasses import dataclass, replace

from geo.caching.remembered import remember
from geo.drawing.map_state import MapPoints, map_points
from geo.errors import GeoDataError
from geo.network.network import Network, load_network, with_lists
from web.map.basemaps import Basemap, read_basemaps
from web.map.points import PublicMap, pack_map
from web.map.script import map_script
from web.map.session_points import SessionPoints, pack_points
from web.registry import current_lists, current_revision

# How long a session may not yet see what another process wrote.
ASK_AGAIN_S = 2.0

logger = logging.getLogger(__name__)
_reading = threading.Lock()
_joining = threading.Lock()


@dataclass(frozen=True, eq=False)
class Store:
    """Hold what was read: the network as sessions see it, what their map needs, and the base maps.

    `rows` are the map's rows of the public network and `public_map` what the browser fetches of it; `points`
    are the lists' own, which reach the browser through the session alone, None where there are none. `legend`
    are the map's rows of the whole network. `fault` is why the lists could not be read; None if they were.
    """

    network: Network
    rows: MapPoints
    public_map: PublicMap
    basemaps: tuple[Basemap, ...]
    legend: MapPoints
    points: SessionPoints | None = None
    revision: int = 0
    fault: GeoDataError | None = None


@dataclass
class _Followed:
    """Remember the store that sessions see, and when the registry was last asked."""

    store: Store | None = None
    asked_at: float = 0.0


_followed = _Followed()


@remember(holds="The network as published, which stays.", most_bytes=100_000_000)
def _network() -> Network:
    network = load_network()
    _ = network.counties, network.prefectures, network.select(text=" ")
    return network


@remember(holds="The network as published with its map, which stay.", most_bytes=100_000_000)
def _public_store() -> Store:
    network = _network()
    rows = map_points(network.facilities, network.facility_types)
    public = pack_map(network.facilities, rows, network.display_regions)
    map_script()
    gc.collect()
    gc.freeze()
    return Store(network, rows, public, read_basemaps(), rows)


def shared_store() -> Store:
    """Return what this process holds; the first caller reads it, the others wait for it.

    What was read never goes away, so it is taken out of the garbage collector's rounds: Streamlit
    collects after every run of a page, and would walk all of it each time. A change of the registry by
    another process is seen within two seconds.
    """
    with _reading:
        public = _public_store()
    return _follow(public, at_once=False)


def refreshed_store() -> Store:
    """Return what this process holds after asking the registry; for whoever has just written to it."""
    with _reading:
        public = _public_store()
    return _follow(public, at_once=True)


def public_network() -> Network:
    """Return the network without anybody's lists; it does not need the map's files to be there."""
    with _reading:
        return _network()


def ready_public_map() -> PublicMap | None:
    """Return what the map's browser fetches if it has been read by now; never wait for it."""
    return _public_store().public_map if _public_store.cache_info().currsize else None


def shared_public_map() -> PublicMap:
    """Return what the map's browser fetches."""
    with _reading:
        return _public_store().public_map


def _follow(public: Store, *, at_once: bool) -> Store:
    """Return the newest store; whoever comes while it is made, and need not wait, gets the one before."""
    known = _followed.store
    if known is not None and not at_once and time.monotonic() - _followed.asked_at < ASK_AGAIN_S:
        return known
    if not _joining.acquire(blocking=at_once or known is None):
        return known or public
    try:
        _followed.store = _newest(public, _followed.store)
        _followed.asked_at = time.monotonic()
        return _followed.store
    finally:
        _joining.release()


def _newest(public: Store, known: Store | None) -> Store:
    try:
        revision = current_revision()
        if known is not None and known.fault is None and known.revision == revision:
            return known
        return _joined(public) if revision else public
    except GeoDataError as fault:
        # A registry out of reach must not take the map away; the screens say what they lack.
        if known is not None and known.fault is not None and known.fault.message == fault.message:
            return known
        logger.warning("the lists cannot be read: %s", fault)
        return replace(known or public, fault=fault.with_traceback(None))


def _joined(public: Store) -> Store:
    lists = current_lists()
    network = with_lists(public.network, lists)
    if network is public.network:
        return replace(public, revision=lists.revision)
    _ = network.select(text=" ")
    legend = map_points(network.facilities, network.facility_types, private=True)
    points = pack_points(network)
    return replace(public, network=network, legend=legend, points=points, revision=lists.revision)
