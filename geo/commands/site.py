"""`python -m geo site`: where the next sites should stand, and why, as a file or a recipe."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.commands.clock import today
from geo.commands.explained import TIME_LIMIT_S, explained_rows, read_forbidden, search_plans
from geo.commands.output import (
    STANDARD_OUTPUT,
    Codes,
    DataFolder,
    Force,
    Format,
    Output,
    content,
    format_of,
    require_writable,
    write,
)

if TYPE_CHECKING:
    import pandas as pd

    from geo.planning.optimise import Solution
    from geo.planning.problem import Prepared
    from geo.planning.scenario import Run

FORBID_WITHIN_M = 500.0


class Who(StrEnum):
    """Name who counts; the values are the columns of demand."""

    PEOPLE = "people"
    URBAN = "urban_people"
    WORKERS = "workers"


class When(StrEnum):
    """Name at what time a site must be open to count."""

    ANY = "any"
    NIGHT = "night"


def site(
    *,
    type_: Annotated[
        str, typer.Option("--type", metavar="CODE", help="Facility type, as worker_station.")
    ] = "worker_station",
    new: Annotated[int | None, typer.Option("--new", metavar="N", help="How many purchases at most.")] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", metavar="YUAN", help="What they may cost together.")
    ] = None,
    within: Annotated[
        float, typer.Option("--within", metavar="METRES", help="What within reach means, straight line.")
    ] = 1000.0,
    counties: Annotated[
        Codes, typer.Option("--county", metavar="NAME", help="County by name or adcode. Repeatable.")
    ] = None,
    who: Annotated[Who, typer.Option("--who", help="Who counts.")] = Who.URBAN,
    when: Annotated[When, typer.Option("--when", help="When a site must be open to count.")] = When.ANY,
    hour: Annotated[
        int | None, typer.Option("--hour", metavar="0-23", help="Open at this hour instead.")
    ] = None,
    weekday: Annotated[
        int, typer.Option("--weekday", metavar="0-6", help="The day of --hour, 0 for Monday.")
    ] = 0,
    actions: Annotated[
        Codes,
        typer.Option("--action", metavar="CODE", help="What may be done, as build_micro. Repeatable."),
    ] = None,
    costs: Annotated[
        Codes, typer.Option("--cost", metavar="CODE=YUAN", help="Your own price of an action. Repeatable.")
    ] = None,
    candidates: Annotated[
        Codes, typer.Option("--candidates", metavar="KIND", help="township, cell or host. Repeatable.")
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--list", metavar="CSV", help="A list of candidates with lon, lat (WGS-84) and name."),
    ] = None,
    most_per_county: Annotated[
        int | None, typer.Option("--most-per-county", metavar="N", help="Purchases in any one county.")
    ] = None,
    least_share: Annotated[
        float | None, typer.Option("--least-share", metavar="0-1", help="What every county must reach.")
    ] = None,
    forbid: Annotated[
        Codes,
        typer.Option(
            "--forbid",
            metavar="WHERE",
            help="Where no site may stand: a candidate's id, a county, or a CSV with lon, lat. Repeatable.",
        ),
    ] = None,
    forbid_within: Annotated[
        float,
        typer.Option("--forbid-within", metavar="METRES", help="How far around the places of such a CSV."),
    ] = FORBID_WITHIN_M,
    fair: Annotated[bool, typer.Option("--fair", help="Lift the county worst off instead.")] = False,
    sourced_only: Annotated[bool, typer.Option("--sourced-only", help="Leave simulated sites out.")] = False,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="SECONDS", help="Then the best found, with its gap.")
    ] = TIME_LIMIT_S,
    recipe: Annotated[
        Path | None,
        typer.Option("--recipe", metavar="FILE", help="Write a recipe for `scenario run` as well."),
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What the recipe's scenario is called.")] = "选址方案",
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by the output's suffix, else geojson.")
    ] = None,
    output: Output = STANDARD_OUTPUT,
    force: Force = False,
    data: DataFolder = None,
) -> None:
    """Choose where the next sites should stand, prove that no choice reaches more, and say why each.

    Prices are assumptions of this program unless given with --cost; the people are modelled.
    """
    chosen = format_ or format_of(output)
    require_writable(output, chosen, force=force)

    from geo.catalog import DATA_FOLDER
    from geo.network.network import load_network
    from geo.planning.constraints import FAIRNESS, PEOPLE_COVERED, Constraints
    from geo.planning.objective import NIGHT, Objective
    from geo.planning.options import flat
    from geo.planning.plan_files import about_plan, found_in_words, problem_in_words
    from geo.planning.problem import FIRST_CANDIDATES, FIRST_KINDS, PlanningProblem, prepare
    from geo.planning.scenario import Scenario, recipe_text, require_name, run_scenario
    from geo.planning.search_record import found_of, search_of

    if recipe is not None:
        require_writable(str(recipe), Format.GEOJSON, force=force)
    constraints = Constraints(new, budget, most_per_county, least_share, FAIRNESS if fair else PEOPLE_COVERED)
    network = load_network(data or DATA_FOLDER)
    hours = _hours(when, hour, night=NIGHT)
    area = tuple(network.county_codes(counties) or ())
    objective = Objective(
        type_, within, area, who.value, weekday if hours == (hour,) else 0, hours, (), sourced_only
    )
    kinds = tuple(candidates or (FIRST_CANDIDATES if listed is None else ()))
    problem = PlanningProblem(
        objective,
        constraints,
        kinds=tuple(actions or FIRST_KINDS),
        candidates=(*kinds, "listed") if listed is not None else kinds,
        costs=_costs(costs),
        listed=None if listed is None else _read_list(listed),
        forbidden=read_forbidden(forbid, forbid_within, network),
    )
    ready = prepare(problem, network)
    quick, best = search_plans(ready, time_limit_s=time_limit)
    _require_answer(best)
    found = found_of(best, quick)
    plan = tuple(flat(best.steps))
    scenario = Scenario(
        require_name(name), objective, plan, problem.costs, constraints, search_of(problem, found)
    )
    run = run_scenario(scenario, network, baseline=ready.baseline)
    settings = problem_in_words(problem, network, table=run.table) | found_in_words(found)
    rows = explained_rows(ready, network, best.steps)
    about = about_plan(rows, network, ready.baseline, run.figures, generated_on=today(), settings=settings)
    write(output, content(rows, chosen, about), force=force)
    if recipe is not None:
        write(str(recipe), recipe_text(run.scenario).encode(), force=force)
    _print_left_out(ready)
    typer.echo(_summary(run, best, quick), err=True)


def _print_left_out(ready: "Prepared") -> None:
    if len(ready.left_out):
        typer.echo(f"{len(ready.left_out)} candidates are forbidden: left out", err=True)
    over = ready.passed_over
    if len(over):
        first = f"{over.index[0]} at {over.iloc[0]}"
        settings = f"{len(over)} candidates stand where a site is already (as {first}): passed over"
        typer.echo(settings, err=True)


def _summary(run: "Run", best: "Solution", quick: "Solution") -> str:
    from geo.export.provenance import percent

    figures = run.figures
    noun = "step" if len(best.steps) == 1 else "steps"
    return (
        f"{len(best.steps)} {noun} for {figures['spent_yuan']:,.0f} yuan: "
        f"{percent(figures['share_today'])} -> {percent(figures['share'])} within "
        f"{run.baseline.objective.within_m:g} m ({best.status}, gap {best.gap:.2%}; "
        f"step by step {quick.covered:,.0f} people, this plan {best.covered:,.0f}); "
        f"{percent(run.baseline.simulated_share)} of the sites it starts from are simulated"
    )


def _require_answer(best: "Solution") -> None:
    from geo.errors import InvalidValueError

    if best.reason:
        raise InvalidValueError.of(best.reason)


def _hours(when: When, hour: int | None, *, night: tuple[int, ...]) -> tuple[int, ...]:
    if hour is None:
        return night if when is When.NIGHT else ()
    if when is When.NIGHT:
        raise typer.BadParameter("the night and an hour are asked for; give one.", param_hint="'--hour'")
    return (hour,)


def _costs(given: Codes) -> dict[str, float]:
    costs = {}
    for text in given or ():
        kind, equals, yuan = text.partition("=")
        try:
            costs[kind] = float(yuan)
        except ValueError:
            equals = ""
        if not equals:
            raise typer.BadParameter(f"{text} is no price; write build_micro=20000.", param_hint="'--cost'")
    return costs


def _read_list(path: Path) -> "pd.DataFrame":
    from geo.planning.candidate_list import read_candidate_list

    return read_candidate_list(path.read_bytes())
