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
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from geo.export.provenance import Provenance
    from geo.network.network import Network

    Asked = Mapping[str, Iterable[str] | str | None]

TITLE = "各县服务覆盖"
OWN_SOURCES = ("regions", "demand")


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
    all counties (1 has the least), distances, and how much rests on simulated or rough places. Facilities of
    other counties count too.
    """
    chosen = format_ or format_of(output)
    require_writable(output, chosen, force=force)

    from geo.analysis.county_table import county_coverage
    from geo.coverage.people import COVERED, TOTAL
    from geo.export.provenance import percent, simulated_share
    from geo.schema import OPERATING

    network = read_network(data, lists=lists)
    facilities = network.select(types=types, statuses=statuses or [OPERATING], origins=origins)
    wanted = _counties_of(network, counties, prefectures)
    threshold_m = _standard_m(network, types) if within is None else within
    column, words = _who(weights)
    rows = county_coverage(
        network.demand, facilities, regions=network.regions, threshold_m=threshold_m, who=column
    ).loc[wanted]
    simulated = percent(simulated_share(facilities) or 0.0)
    told = {
        "阈值": f"直线 {threshold_m:g} 米以内",
        "计入人群": words,
        "参与计算的设施": f"{len(facilities)} 处，其中模拟 {simulated}",
        **_dates(network, facilities),
    }
    asked = {"types": types, "counties": counties, "prefectures": prefectures, "origins": origins}
    about = _provenance(network, rows, facilities, asked=asked, told=told)
    outlines = network.display_regions.geometry.reindex(rows.index)
    write(output, content(rows.set_geometry(outlines), chosen, about), force=force)
    share = rows[COVERED].sum() / rows[TOTAL].sum()
    noun = "county" if len(rows) == 1 else "counties"
    typer.echo(
        f"{len(rows)} {noun}: {share:.1%} of {words} within {threshold_m:g} m of {len(facilities)} "
        f"facilities, of which {simulated} simulated",
        err=True,
    )


def _who(weights: Weights) -> tuple[str, str]:
    """Give the column of those who count, and what they are called."""
    from geo.schema import PEOPLE, URBAN_PEOPLE, WORKERS

    named = {
        Weights.PEOPLE: (PEOPLE, "常住人口"),
        Weights.URBAN: (URBAN_PEOPLE, "城镇人口"),
        Weights.WORKERS: (WORKERS, "非农就业人口（估计）"),
    }
    return named[weights]


def _counties_of(network: "Network", counties: Codes, prefectures: Codes) -> list[str]:
    """Give the adcodes of the counties asked about, all of them where none is asked about."""
    from geo.schema import PARENT

    chosen = network.counties
    own, above = network.county_codes(counties), network.prefecture_codes(prefectures)
    if own is not None:
        chosen = chosen[chosen.index.isin(own)]
    if above is not None:
        chosen = chosen[chosen[PARENT].isin(above).to_numpy()]
    if not len(chosen):
        raise typer.BadParameter("no such county lies in such a city; name others.", param_hint="'--county'")
    return list(chosen.index)


def _standard_m(network: "Network", types: list[str]) -> float:
    """Give the metres that are official for the one type asked about."""
    from geo.coverage.double_test import STRAIGHT_LINE_M, standard_threshold

    try:
        (one,) = set(types)
        return standard_threshold(network.standards, facility_type=one, measure=STRAIGHT_LINE_M)
    except ValueError:
        raise typer.BadParameter(
            f"no official distance stands for {', '.join(types)}; give metres.", param_hint="'--within'"
        ) from None


def _dates(network: "Network", facilities: "gpd.GeoDataFrame") -> dict[str, str]:
    """Say how new the newest facility is, and of when the people are."""
    from geo.schema import AS_OF

    people = network.catalog.get("demand")
    dates = {
        "设施资料截至": facilities[AS_OF].dropna().max() if facilities[AS_OF].notna().any() else "",
        "人口截至": people.as_of if people else "",
    }
    return {label: day for label, day in dates.items() if day}


def _provenance(
    network: "Network",
    rows: "gpd.GeoDataFrame",
    facilities: "gpd.GeoDataFrame",
    *,
    asked: "Asked",
    told: dict[str, str],
) -> "Provenance":
    """Say of the rows where their figures come from, what was asked, and what was counted."""
    from geo.export.provenance import filters_in_words, names_of_codes, provenance_of
    from geo.schema import DATASET

    return provenance_of(
        rows,
        network,
        title=TITLE,
        filters={**filters_in_words(asked, names_of_codes(network)), **told},
        generated_on=today(),
        entries=[*OWN_SOURCES, *facilities[DATASET].dropna().unique()],
    )
