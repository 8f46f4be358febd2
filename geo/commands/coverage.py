"""`python -m geo coverage`: who is within reach, county by county, as a file."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from geo.commands.clock import today
from geo.commands.networks import Lists, read_network
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
    from geo.network.network import Network

PEOPLE_FROM = "人口格网（30″）"


class Weights(StrEnum):
    """Name who counts."""

    PEOPLE = "people"
    URBAN = "urban"
    WORKERS = "workers"


def coverage(
    *,
    types: Annotated[
        list[str],
        typer.Option("--type", metavar="CODE", help="Facility type, as worker_station. Repeatable."),
    ],
    within: Annotated[
        float | None,
        typer.Option(
            "--within", metavar="METRES", help="Straight line; default: the official standard of the type."
        ),
    ] = None,
    weights: Annotated[
        Weights, typer.Option("--weights", help="Who counts: residents, urban residents, workers.")
    ] = Weights.PEOPLE,
    counties: Annotated[
        Codes,
        typer.Option("--county", metavar="NAME", help="County by name or adcode, as 青秀区. Repeatable."),
    ] = None,
    prefectures: Annotated[
        Codes,
        typer.Option("--prefecture", metavar="NAME", help="City by name or adcode, as 南宁. Repeatable."),
    ] = None,
    statuses: Annotated[
        Codes, typer.Option("--status", metavar="CODE", help="Default: operating. Repeatable.")
    ] = None,
    origins: Annotated[
        Codes,
        typer.Option("--origin", metavar="CODE", help="Origin: sourced, imported, simulated. Repeatable."),
    ] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", help="Default: by the output's suffix, else geojson.")
    ] = None,
    output: Output = STANDARD_OUTPUT,
    force: Force = False,
    lists: Lists = False,
    data: DataFolder = None,
) -> None:
    """Write the share of each county's people who have a facility within reach.

    Each row has the share with its range (places at their worst and best within their error), its rank among
    all counties (1 has the least), distances, the share with a second facility within reach, the land within
    reach, and how much rests on simulated or rough places. Facilities of other counties count too. The file
    is the one the coverage page hands over.
    """
    chosen = format_ or format_of(output)
    require_writable(output, chosen, force=force)

    from geo.analysis.county_table import asked_in_words, county_coverage, county_rows, coverage_provenance
    from geo.coverage.people import COVERED, TOTAL
    from geo.export.provenance import percent, simulated_share
    from geo.schema import OPERATING

    network = read_network(data, lists=lists)
    conditions = {"types": types, "statuses": statuses, "origins": origins}
    facilities = network.select(types=types, statuses=statuses or [OPERATING], origins=origins)
    own, above = network.county_codes(counties), network.prefecture_codes(prefectures)
    wanted = _counties_of(network, own, above)
    threshold_m = _standard_m(network, types) if within is None else within
    column, words = _who(weights)
    figures = county_coverage(network, facilities, threshold_m=threshold_m, who=column, counties=wanted)
    rows = county_rows(figures, network, who=column)
    standing = " · 官方" if within is None else ""
    asked = asked_in_words(
        network,
        facilities,
        conditions=conditions | {"prefectures": above, "counties": own},
        settings={"threshold": f"直线 {threshold_m:,.0f} 米{standing}", "who": words, "source": PEOPLE_FROM},
        reach_m=threshold_m,
    )
    about = coverage_provenance(rows, network, facilities=facilities, filters=asked, generated_on=today())
    write(output, content(rows, chosen, about), force=force)
    share = figures[COVERED].sum() / figures[TOTAL].sum()
    simulated = percent(simulated_share(facilities) or 0.0)
    typer.echo(
        f"{len(rows)} {'county' if len(rows) == 1 else 'counties'}: {share:.1%} of {words} within "
        f"{threshold_m:g} m of {len(facilities)} facilities, of which {simulated} simulated",
        err=True,
    )


def _who(weights: Weights) -> tuple[str, str]:
    """Return the column of those who count, and what they are called."""
    from geo.schema import PEOPLE, URBAN_PEOPLE, WORKERS

    named = {
        Weights.PEOPLE: (PEOPLE, "常住人口"),
        Weights.URBAN: (URBAN_PEOPLE, "城镇居民"),
        Weights.WORKERS: (WORKERS, "非农就业人口"),
    }
    return named[weights]


def _counties_of(network: "Network", own: "list[str] | None", above: "list[str] | None") -> tuple[str, ...]:
    """Return the adcodes of the counties asked about, none for all of them."""
    from geo.schema import PARENT

    if own is None and above is None:
        return ()
    chosen = network.counties
    if own is not None:
        chosen = chosen[chosen.index.isin(own)]
    if above is not None:
        chosen = chosen[chosen[PARENT].isin(above).to_numpy()]
    if not len(chosen):
        raise typer.BadParameter("no such county lies in such a city; name others.", param_hint="'--county'")
    return tuple(sorted(chosen.index))


def _standard_m(network: "Network", types: list[str]) -> float:
    """Return the metres that are official for the one type asked about."""
    from geo.coverage.double_test import STRAIGHT_LINE_M, standard_threshold

    try:
        (one,) = set(types)
        return standard_threshold(network.standards, facility_type=one, measure=STRAIGHT_LINE_M)
    except ValueError:
        raise typer.BadParameter(
            f"no official distance stands for {', '.join(types)}; give metres.", param_hint="'--within'"
        ) from None
