"""What one choice of filters gives, and how it reads as rows in one language."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo import schema
from geo.export.provenance import latest, percent, simulated_share
from geo.network import summary
from geo.network.network import Network
from ui.shared import labels
from ui.shared.filters import Filters
from ui.shared.language import t

PROVINCE = "450000"
AT_LEAST = "+"


@dataclass(frozen=True)
class Answer:
    """Hold what one choice of filters gives; nobody changes a frame of it.

    `bounds` are the types whose published total is a lower bound.
    """

    filters: Filters
    facilities: gpd.GeoDataFrame
    types: pd.DataFrame
    counties: pd.DataFrame
    simulated_share: float
    as_of: str
    bounds: frozenset[str]


@dataclass(frozen=True)
class Names:
    """Hold what types and regions are called in one language, by code."""

    types: dict[str, str]
    regions: dict[str, str]


def find_answer(filters: Filters, network: Network) -> Answer:
    """Select and count for one choice of filters."""
    facilities = network.select(**filters.conditions())
    types = summary.summarise_types(facilities, network.facility_types)
    types[summary.PUBLISHED] = _published(filters, network)
    return Answer(
        filters=filters,
        facilities=facilities,
        types=types,
        counties=summary.summarise_counties(facilities, _counties_asked(filters, network)),
        simulated_share=simulated_share(facilities) or 0.0,
        as_of=latest(facilities),
        bounds=_lower_bounds(network),
    )


def find_names(network: Network, *, language: str) -> Names:
    """Gather what types and regions are called in one language."""
    return Names(
        types=labels.type_names(network, language=language),
        regions=labels.region_names(network, language=language),
    )


def source_note(answer: Answer) -> str:
    """Say in one line source, date and simulated share of what is shown."""
    listed = int((answer.facilities[schema.ORIGIN] == schema.IMPORTED).sum())
    if listed:
        return t(
            "Source: published reports, OpenStreetMap (ODbL), {listed} sites of your own lists "
            "and simulation, up to {date}; {share} simulated.",
            listed=f"{listed:,}",
            date=answer.as_of or t("no date"),
            share=percent(answer.simulated_share),
        )
    return t(
        "Source: published reports, OpenStreetMap (ODbL) and simulation, up to {date}; {share} simulated.",
        date=answer.as_of or t("no date"),
        share=percent(answer.simulated_share),
    )


def type_rows(answer: Answer, names: Names) -> pd.DataFrame:
    """Write published, located, place unknown and simulated, one row a type that is shown or published."""
    shown = types_shown(answer)[[summary.PUBLISHED, *summary.COUNTED[1:]]]
    rows = shown.reset_index(drop=True)
    rows[summary.PUBLISHED] = [
        None if pd.isna(total) else f"{int(total):,}{AT_LEAST if code in answer.bounds else ''}"
        for code, total in shown[summary.PUBLISHED].items()
    ]
    rows.insert(0, schema.NAME, [names.types[code] for code in shown.index])
    return rows


def types_shown(answer: Answer) -> pd.DataFrame:
    """Return the counts of the types that are asked for and that are shown or published."""
    counted = answer.types
    asked = counted.index.isin(answer.filters.types or counted.index)
    return counted[asked & ((counted[summary.TOTAL] > 0) | counted[summary.PUBLISHED].notna())]


def county_rows(answer: Answer, names: Names) -> pd.DataFrame:
    """Write the counts and rates of the counties, one row each, in the order of their adcodes."""
    counted = answer.counties
    rows = counted.drop(columns=[schema.PARENT]).reset_index(drop=True)
    rows[schema.NAME] = [names.regions[code] for code in counted.index]
    rows.insert(1, schema.PREFECTURE, [names.regions[code] for code in counted[schema.PARENT]])
    return rows


def facility_rows(facilities: gpd.GeoDataFrame, names: Names) -> pd.DataFrame:
    """Write facilities as words, one row each."""
    columns = {
        schema.FACILITY_TYPE: names.types,
        schema.PREFECTURE: names.regions,
        schema.COUNTY: names.regions,
        schema.STATUS: labels.translated(labels.STATUSES),
        schema.ORIGIN: labels.translated(labels.ORIGINS),
        schema.PLACE_PRECISION: labels.translated(labels.PRECISIONS),
    }
    plain = pd.DataFrame(facilities[[schema.NAME, *columns, schema.ADDRESS, schema.AS_OF, schema.SOURCE]])
    return plain.assign(**{column: plain[column].map(words) for column, words in columns.items()})


def _published(filters: Filters, network: Network) -> pd.Series:
    """Return the totals published for the one region asked for; for several regions there is none."""
    region = filters.region()
    if region is None and not filters.counties and not filters.prefectures:
        region = PROVINCE
    return summary.published_totals(network.counts, network.facility_types, region=region or "")


def _counties_asked(filters: Filters, network: Network) -> gpd.GeoDataFrame:
    counties = network.counties
    if filters.prefectures:
        counties = counties[counties[schema.PARENT].isin(filters.prefectures)]
    if filters.counties:
        counties = counties[counties.index.isin(filters.counties)]
    return counties


def _lower_bounds(network: Network) -> frozenset[str]:
    """Return the types of which at least so many were published."""
    types = network.facility_types
    return frozenset(types.index[types[schema.PUBLISHED_AT_LEAST]])
