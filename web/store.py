"""What this process holds once for screens and HTTP routes alike: the network and its public map."""

import gc
import threading
from dataclasses import dataclass
from functools import cache

from geo.maps import MapPoints, map_points
from geo.network import Network, load_network
from web.basemaps import Basemap, read_basemaps
from web.points import PublicMap, pack_map
from web.vendor import map_script

_reading = threading.Lock()


@dataclass(frozen=True)
class Store:
    """Hold what was read once: the network, its map's rows, what the map's browser fetches, the base maps."""

    network: Network
    rows: MapPoints
    public_map: PublicMap
    basemaps: tuple[Basemap, ...]


@cache
def _network() -> Network:
    network = load_network()
    _ = network.counties, network.prefectures, network.select(text=" ")
    return network


@cache
def _store() -> Store:
    network = _network()
    rows = map_points(network.facilities, network.facility_types)
    public = pack_map(network.facilities, rows, network.display_regions)
    map_script()
    gc.collect()
    gc.freeze()
    return Store(network, rows, public, read_basemaps())


def shared_store() -> Store:
    """Give what this process holds; the first caller reads it, the others wait for it.

    What was read never goes away, so it is taken out of the garbage collector's rounds: Streamlit
    collects after every run of a page, and would walk all of it each time.
    """
    with _reading:
        return _store()


def shared_network() -> Network:
    """Give the network of this process; it does not need the map's files to be there."""
    with _reading:
        return _network()


def ready_public_map() -> PublicMap | None:
    """Give what the map's browser fetches if it has been read by now; never wait for it."""
    return _store().public_map if _store.cache_info().currsize else None


def shared_public_map() -> PublicMap:
    """Give what the map's browser fetches."""
    return shared_store().public_map
