"""What the data page shares between sessions: the words lists are checked by, the template, the registry.

It stands apart from `ui.cached`, so that no other page loads what reads lists.
"""

from functools import cache, lru_cache

from geo.importing.checking import ListKnowledge, read_knowledge
from geo.importing.template_workbook import to_template_workbook
from geo.registry.connection import Registry, open_registry
from geo.registry.place import registry_exists, registry_url
from ui import cached
from ui.lists.draft import Grounds
from web.store import shared_store


def grounds() -> Grounds:
    """Give what a list is checked against today."""
    return Grounds(cached.network(), knowledge(), cached.today())


@cache
def knowledge() -> ListKnowledge:
    """Give the words and names lists are checked against, read once."""
    return read_knowledge()


@lru_cache(maxsize=2)
def template(*, example: bool) -> bytes:
    """Give the template lists can be kept in, empty or with two examples."""
    return to_template_workbook(cached.network(), example=example)


def has_registry() -> bool:
    """Tell whether there may be a registry: what is only looked at makes none."""
    return registry_exists(registry_url())


def registry() -> Registry:
    """Give the registry of this installation; it is made where there is none."""
    return _registry(registry_url())


def map_urls() -> dict[str, str]:
    """Give the addresses of what every map fetches."""
    return shared_store().public_map.urls


@lru_cache(maxsize=4)
def _registry(url: str) -> Registry:
    return open_registry(url)
