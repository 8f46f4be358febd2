"""What the data page shares between sessions: the words lists are checked by, the template, the registry.

It stands apart from `ui.shared.cache`, so that no other page loads what reads lists.
"""

import threading
from collections.abc import Mapping

import geopandas as gpd

from geo.caching.remembered import remember
from geo.errors import GeoDataError
from geo.importing.checks.check_list import ListKnowledge, read_knowledge
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.draft import Grounds, open_draft
from geo.importing.readers.any_file import read_list
from geo.importing.workbooks.template import to_template_workbook
from geo.registry import faults
from geo.registry.connection import Registry
from geo.registry.mappings import remembered_mappings
from geo.registry.place import is_writable, registry_exists, registry_url
from ui.shared import cache as cached
from ui.shared.cache_by_network import store_in_sight
from web.registry import shared_registry
from web.shared_data import public_network, refreshed_store, shared_public_map

FIRST_LIST = b"name,type,county,lon,lat\nfirst,worker_station,450103,108.37,22.81\n"


def grounds() -> Grounds:
    """Return what a list is checked against today."""
    return Grounds(public_network(), knowledge(), cached.today())


def published_facilities() -> gpd.GeoDataFrame:
    """Return the facilities without anybody's lists: a list is compared with sources, not with itself."""
    return public_network().facilities


@remember(holds="The words and names lists are checked against.", most_bytes=15_000_000)
def knowledge() -> ListKnowledge:
    """Return the words and names lists are checked against, read once."""
    return read_knowledge()


@remember(holds="The thread that warms up the check of lists.", most_bytes=100_000)
def begin_to_warm_up() -> threading.Thread:
    """Check a list of one row beside the page, once, so that the first true one waits for nothing."""
    warming = threading.Thread(target=_warm_up, name="warm-up", daemon=True)
    warming.start()
    return warming


def _warm_up() -> None:
    tables = read_list(FIRST_LIST, file_name="first.csv", words=knowledge().words)
    for table in tables:
        open_draft(table, grounds(), remembered={})


@remember(holds="The templates lists can be kept in.", most_bytes=100_000, most_entries=2)
def template(*, example: bool) -> bytes:
    """Return the template lists can be kept in, empty or with two examples."""
    return to_template_workbook(public_network(), example=example)


def has_registry() -> bool:
    """Return whether there may be a registry: what is only looked at makes none."""
    return registry_exists(registry_url())


def write_fault() -> GeoDataError | None:
    """Return why nothing can be written to the registry, as far as this is known before it is tried."""
    return store_in_sight().fault or (
        None if is_writable(registry_url()) else faults.registry_fault(faults.UNWRITABLE)
    )


def registry() -> Registry:
    """Return the registry of this installation; it is made where there is none."""
    return shared_registry()


def remembered() -> Mapping[str, ColumnMapping]:
    """Return the mappings of headers confirmed before; none where there is no registry."""
    return remembered_mappings(registry()) if has_registry() else {}


def see_what_was_written() -> None:
    """Let all screens see at once what was just written to the registry."""
    refreshed_store()


def map_urls() -> dict[str, str]:
    """Return the addresses of what every map fetches."""
    return shared_public_map().urls
