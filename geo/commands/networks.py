"""The network a command answers from: the public one, or with the lists of this installation."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network.network import Network
    from geo.registry.connection import Registry

Lists = Annotated[
    bool, typer.Option("--lists", help="With this installation's own lists; what is written is not public.")
]


def read_network(data: Path | None, *, lists: bool) -> "Network":
    """Read the network of a data folder, and the lists of the registry where they are asked for.

    Raises
    ------
    RegistryError
        Lists are asked for and there are none.
    """
    from geo.catalog import DATA_FOLDER
    from geo.network.network import load_network, with_lists

    network = load_network(data or DATA_FOLDER)
    if not lists:
        return network
    from geo.registry.lists import read_lists

    with opened() as registry:
        return with_lists(network, read_lists(registry))


@contextmanager
def opened() -> "Iterator[Registry]":
    """Return the registry; one is made by importing a list, not by looking for it.

    Raises
    ------
    RegistryError
        There is none, or it cannot be reached.
    """
    from geo.registry.place import registry_exists, registry_url

    if not registry_exists(registry_url()):
        raise RegistryError("no_registry")
    from geo.registry.connection import open_registry

    registry = open_registry()
    try:
        yield registry
    finally:
        registry.close()
