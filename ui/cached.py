"""The only file that caches: one answer a choice, shared by every session that asks the same."""

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import pandas as pd

from geo import schema, summary
from geo.network import Network
from ui.filters import Filters
from web.store import shared_network

PROVINCE = "450000"
ANSWERS_KEPT = 64
FILES_KEPT = 16


@dataclass(frozen=True)
class Answer:
    """Hold what one choice of filters gives."""

    filters: Filters
    facilities: gpd.GeoDataFrame
    types: pd.DataFrame
    counties: pd.DataFrame
    simulated_share: float
    as_of: str


def network() -> Network:
    """Give the network of this process."""
    return shared_network()


@lru_cache(maxsize=ANSWERS_KEPT)
def answer(filters: Filters) -> Answer:
    """Select and count for one choice of filters."""
    whole = network()
    facilities = whole.select(**filters.conditions())
    types = summary.summarise_types(facilities, whole.facility_types)
    published = summary.published_totals(
        whole.counts, whole.facility_types, region=filters.region() or PROVINCE
    )
    if len(filters.counties) > 1 or (len(filters.prefectures) > 1 and not filters.counties):
        published[:] = pd.NA
    types[summary.PUBLISHED] = published
    return Answer(
        filters=filters,
        facilities=facilities,
        types=types,
        counties=summary.summarise_counties(facilities, _counties_asked(whole, filters)),
        simulated_share=summary.simulated_share(facilities),
        as_of=_latest(facilities),
    )


def _counties_asked(whole: Network, filters: Filters) -> gpd.GeoDataFrame:
    counties = whole.counties
    if filters.prefectures:
        counties = counties[counties[schema.PARENT].isin(filters.prefectures)]
    if filters.counties:
        counties = counties[counties.index.isin(filters.counties)]
    return counties


def _latest(facilities: gpd.GeoDataFrame) -> str:
    dates = facilities.loc[facilities[schema.ORIGIN] != schema.SIMULATED, schema.AS_OF].dropna()
    dates = dates[dates.str.fullmatch(r"\d{4}(-\d{2}){0,2}")]
    return str(dates.max()) if len(dates) else ""
