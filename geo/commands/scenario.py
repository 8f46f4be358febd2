"""`python -m geo scenario`: work a saved recipe out again, to the last digit, or make its search again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.commands.clock import today
from geo.commands.explained import TIME_LIMIT_S, explained_rows, search_plans
from geo.commands.output import (
    DataFolder,
    Force,
    Format,
    content,
    format_of,
    require_writable,
    show_table,
    write,
)

if TYPE_CHECKING:
    from geo.errors import Message
    from geo.network.network import Network
    from geo.planning.scenario import Run, Scenario

app = typer.Typer(help="Work with saved scenarios.", rich_markup_mode=None)
Recipe = Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe that this program saved.")]
OnOtherData = Annotated[
    bool, typer.Option("--on-other-data", help="Work it out even where the data have changed since.")
]


@app.callback()
def group() -> None:
    """Work with saved scenarios."""


@app.command()
def run(
    recipe: Recipe,
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write the plan with its reasons as well.")
    ] = "",
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by the output's suffix, else geojson.")
    ] = None,
    force: Force = False,
    on_other_data: OnOtherData = False,
    data: DataFolder = None,
) -> None:
    """Work out a recipe and compare it with what it says of itself, data and figures, to the last digit."""
    chosen = (format_ or format_of(output)) if output else Format.GEOJSON
    if output:
        require_writable(output, chosen, force=force)
    scenario, network, done, changed = _worked_out(recipe, data, on_other_data=on_other_data)
    if output:
        write(output, _plan_file(done, network, chosen, same=not changed), force=force)
    rows = [(name, repr(scenario.result.get(name)), repr(value)) for name, value in done.figures.items()]
    show_table(("figure", "saved", "now"), rows)
    settings = f"on other data: {'; '.join(map(str, changed))}" if changed else "the same to the last digit"
    typer.echo(f"{scenario.name}: {len(scenario.actions)} actions, {settings}", err=True)


@app.command()
def search(
    recipe: Recipe,
    *,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", help="Then the best found, with its gap.")
    ] = TIME_LIMIT_S,
    on_other_data: OnOtherData = False,
    data: DataFolder = None,
) -> None:
    """Ask the question of a recipe again, and compare what is found with what the recipe holds."""
    from geo.planning.options import flat
    from geo.planning.problem import prepare
    from geo.planning.scenario import stated_problem
    from geo.planning.search_record import found_of, require_same_choice

    scenario, network, done, changed = _worked_out(recipe, data, on_other_data=on_other_data)
    problem = stated_problem(scenario)
    ready = prepare(problem, network, baseline=done.baseline)
    quick, best = search_plans(ready, time_limit_s=time_limit)
    now, then = found_of(best, quick), scenario.search.found if scenario.search else None
    if then is not None and not changed:
        require_same_choice(scenario.name, then, now)
    saved = {} if then is None else vars(then)
    rows = [(name, repr(saved.get(name)), repr(value)) for name, value in vars(now).items()]
    show_table(("found", "saved", "now"), rows)
    same = tuple(flat(best.steps)) == scenario.actions
    typer.echo(f"{scenario.name}: {_verdict(then is None, same=same)}", err=True)


def _verdict(changed_by_hand: bool, *, same: bool) -> str:
    if same:
        return "the search chooses the same actions, in the same order, at the same places"
    if changed_by_hand:
        return "its plan was changed after the search, which chooses other actions"
    return "the search chooses other actions; see how good each plan is"


def _worked_out(
    recipe: Path, data: Path | None, *, on_other_data: bool
) -> "tuple[Scenario, Network, Run, tuple[Message, ...]]":
    from geo.catalog import DATA_FOLDER
    from geo.network.network import load_network
    from geo.planning.scenario import changed_data, require_same, run_scenario, scenario_from_text

    scenario = scenario_from_text(_read(recipe))
    network = load_network(data or DATA_FOLDER)
    done = run_scenario(scenario, network)
    changed = changed_data(scenario, done)
    if not (on_other_data and changed):
        require_same(scenario, done)
    return scenario, network, done, changed


def _plan_file(done: "Run", network: "Network", chosen: Format, *, same: bool) -> bytes:
    """Write the plan as `python -m geo site` does; on other data it is nobody's search."""
    from geo.planning.plan_files import about_plan, found_in_words, problem_in_words
    from geo.planning.problem import prepare, steps_of
    from geo.planning.scenario import stated_problem

    scenario, problem = done.scenario, stated_problem(done.scenario)
    ready = prepare(problem, network, baseline=done.baseline)
    rows = explained_rows(ready, network, steps_of(scenario.actions))
    found = scenario.search.found if scenario.search and same else None
    settings = problem_in_words(problem, network, table=done.table) | found_in_words(found)
    about = about_plan(rows, network, done.baseline, done.figures, generated_on=today(), settings=settings)
    return content(rows, chosen, about)


def _read(recipe: Path) -> str:
    from geo.errors import RecipeError
    from geo.planning.scenario import MOST_BYTES

    with recipe.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecipeError("recipe_no_text", name=recipe.name) from None
