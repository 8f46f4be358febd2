"""The registry as this process has it open; where there is none, nothing is opened and nothing loaded."""

import threading
from typing import TYPE_CHECKING

from geo.registry.place import registry_exists, registry_url

if TYPE_CHECKING:
    from geo.network.own_lists import ImportedLists
    from geo.registry.connection import Registry

_opened: "dict[str, Registry]" = {}
_opening = threading.Lock()


def shared_registry() -> "Registry":
    """Return the registry of this process; the first caller opens it, and makes it where there is none.

    Raises
    ------
    RegistryError
        It cannot be reached, is no registry, or was written by a later release.
    """
    from geo.registry.connection import open_registry  # noqa: PLC0415 - most runs have no registry

    url = registry_url()
    with _opening:
        if url not in _opened or not registry_exists(url):
            _opened[url] = open_registry(url)
        return _opened[url]


def current_revision() -> int:
    """Return the revision of the registry; 0 where there is none.

    Raises
    ------
    RegistryError
        It cannot be reached.
    """
    return shared_registry().revision() if registry_exists(registry_url()) else 0


def current_lists() -> "ImportedLists":
    """Return what the network needs of the registry.

    Raises
    ------
    RegistryError
        It cannot be reached.
    """
    from geo.registry.lists import read_lists  # noqa: PLC0415 - most runs have no registry

    return read_lists(shared_registry())
