"""`python -m geo prepare`: compile the loops ahead, so that no page waits for them."""

import os
from typing import Annotated

import typer

LOWEST = 19


def prepare(
    *,
    gently: Annotated[
        bool, typer.Option("--gently", help="Give way to all else, another preparation too.")
    ] = False,
    first: Annotated[str | None, typer.Option("--first", help="The family of loops to begin with.")] = None,
) -> None:
    """Compile every loop that is not on disk yet; later starts find them there."""
    if gently and hasattr(os, "nice"):
        os.nice(LOWEST)

    from geo.commands.warm_up import prepare_loops

    printed: list[str] = []

    def report(done: int, total: int, families: tuple[str, ...]) -> None:
        line = " ".join([f"{done}/{total}", *families])
        if line not in printed:
            printed.append(line)
            print_now(line)

    print_now(f"kept in {prepare_loops(report, in_turn=gently, first=first)}")


def print_now(line: str) -> None:
    """Write a line at once, for whoever reads along."""
    typer.echo(line)
    typer.get_text_stream("stdout").flush()
