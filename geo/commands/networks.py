"""The network a command answers from: the public one, or with the lists of this installation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geo.network.network import Network

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
    from geo.commands.registry import opened
    from geo.registry.lists import read_lists

    with opened() as registry:
        return with_lists(network, read_lists(registry))
