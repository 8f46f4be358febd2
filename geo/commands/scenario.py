"""`python -m geo scenario run`: work a saved recipe out again, to the last digit."""

from pathlib import Path
from typing import Annotated

import typer

from geo.commands.output import DataFolder, show_table

app = typer.Typer(help="Work with saved scenarios.", rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Work with saved scenarios."""


@app.command()
def run(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe that this program saved.")],
    *,
    on_other_data: Annotated[
        bool, typer.Option("--on-other-data", help="Work it out even where the data have changed since.")
    ] = False,
    data: DataFolder = None,
) -> None:
    """Work out a recipe and compare it with what it says of itself, data and figures, to the last digit."""
    from geo.catalog import DATA_FOLDER
    from geo.network import load_network
    from geo.planning.scenario import changed_data, require_same, run_scenario, scenario_from_text

    scenario = scenario_from_text(_read(recipe))
    done = run_scenario(scenario, load_network(data or DATA_FOLDER))
    changed = changed_data(scenario, done)
    if not (on_other_data and changed):
        require_same(scenario, done)
    rows = [(name, repr(scenario.result.get(name)), repr(value)) for name, value in done.figures.items()]
    show_table(("figure", "saved", "now"), rows)
    told = f"on other data: {'; '.join(changed)}" if changed else "the same to the last digit"
    typer.echo(f"{scenario.name}: {len(scenario.actions)} actions, {told}", err=True)


def _read(recipe: Path) -> str:
    from geo.errors import RecipeError
    from geo.planning.scenario import MOST_BYTES

    with recipe.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecipeError(
            f"{recipe.name} is not text in UTF-8. Give a file that this program saved."
        ) from None
