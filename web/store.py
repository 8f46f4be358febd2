"""The one network of this process, read once and shared by screens and HTTP routes."""

import gc
import threading
from functools import cache

from geo.network import Network, load_network

_reading = threading.Lock()


@cache
def _read() -> Network:
    network = load_network()
    _warm(network)
    gc.collect()
    gc.freeze()
    return network


def shared_network() -> Network:
    """Give the network of this process; the first caller reads it, the others wait for it.

    What was read never goes away, so it is taken out of the garbage collector's rounds: Streamlit
    collects after every run of a page, and would walk all of it each time.
    """
    with _reading:
        return _read()


def _warm(network: Network) -> None:
    _ = network.counties, network.prefectures, network.display_regions
    network.select(text=" ")
