"""One row a county: who is within reach, how sure that is, and what a file of it says of itself."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.analysis.coverage_lookup import Lookup, find_evidence, find_range, find_ranks, find_shares
from geo.analysis.coverage_study import (
    AREA,
    Measured,
    find_area,
    find_distances,
    find_land,
    find_second,
    measure_second,
)
from geo.coverage.evidence import HATCHED, SIMULATED_SHARE, WEAK_SHARE, count_evidence
from geo.coverage.land import LEFT_OUT_KM2
from geo.coverage.people import COVERED, LEFT_OUT, SHARE, TOTAL, WHO, WHO_COUNTS, require_thresholds
from geo.coverage.profile import region_rows
from geo.coverage.ranking import RANK
from geo.coverage.shares import DISTANCE_M, MEAN_M, MEDIAN_M, P90_M, SHORTFALL_PERSON_KM, nearest
from geo.coverage.uncertainty import SHARE_BEST, SHARE_WORST
from geo.errors import InvalidValueError
from geo.export.provenance import (
    Provenance,
    filters_in_words,
    latest,
    names_of_codes,
    percent,
    provenance_of,
    simulated_share,
)
from geo.network.network import Network
from geo.schema import DATASET, LAT, LON, NAME, PARENT, PEOPLE, PREFECTURE, WGS84

COUNTED = (TOTAL, COVERED, LEFT_OUT, SHARE, SHORTFALL_PERSON_KM)
FAR = (MEAN_M, MEDIAN_M, P90_M)
SECOND_SHARE, LAND_SHARE, LAND_LEFT_OUT = "second_share", "land_share", "land_left_out_km2"
TITLE = "各县服务覆盖"
# Catalogue entries the counties come from, and those their people come from where the grid counts them.
ENTRIES, GRID_ENTRIES = ("regions", "census"), ("demand",)
# What each thing that is said of a question is called, in the order it is said.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "threshold": "阈值",
        "straight_m": "直线距离（米）",
        "who": "计入人群",
        "hour": "时刻",
        "source": "人口来自",
        "facilities": "计入的设施",
        "simulated": "设施中模拟的比例",
        "dated": "设施资料截至",
    }
)
_FINE, _COARSE = 6, 3


@dataclass(frozen=True)
class CountyParts:
    """Hold the measures a table of counties is put together from, each indexed by `adcode` and `who`.

    `resting` and `land` are by `adcode` alone, `ranks` by `adcode` with a column for everybody who counts.
    `second` and `land` may be left out: they take seconds.
    """

    shares: pd.DataFrame
    bounds: pd.DataFrame
    distances: pd.DataFrame
    resting: pd.DataFrame
    ranks: pd.DataFrame
    second: pd.Series | None = None
    land: pd.DataFrame | None = None


def county_coverage(
    network: Network,
    facilities: gpd.GeoDataFrame,
    *,
    threshold_m: float,
    who: str = PEOPLE,
    counties: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Measure, for every county, its covered share with range, rank and what it rests on.

    Parameters
    ----------
    network
        Whose grid of people is reached.
    facilities
        Indexed by a unique id, points in WGS-84 or missing; with `place_error_m`, `origin`,
        `place_precision` and `county`.
    threshold_m
        Metres; a distance equal to it is within it.
    who
        Whose shares are wanted, one of `geo.coverage.people.WHO_COUNTS`.
    counties
        The adcodes asked about, of all counties if left out. They are ranked among all.

    Returns
    -------
    DataFrame
        As `county_figures`, with `second` and `land`.

    Raises
    ------
    MissingColumnError, InvalidValueError
        A column is missing, no facility has a known place, a threshold makes no sense, or `who` counts
        nobody.
    """
    if who not in WHO_COUNTS:
        raise InvalidValueError("who_unknown", who=who, known=[*WHO_COUNTS])
    (limit_m,) = map(float, require_thresholds([threshold_m]))
    demand = network.demand
    measured = Measured(facilities, nearest(demand, facilities)[DISTANCE_M])
    lookup, area = Lookup(measured, find_area((), demand, network)), find_area(counties, demand, network)
    rows = region_rows(lookup.near, area.regions)
    found = find_shares(lookup, rows, threshold_m=limit_m)
    counts = count_evidence(facilities, area.regions)
    parts = CountyParts(
        shares=found,
        bounds=find_range(lookup, rows, threshold_m=limit_m),
        distances=find_distances(measured, area),
        resting=find_evidence(lookup, rows, counts, found, threshold_m=limit_m, who=who),
        ranks=find_ranks(lookup, threshold_m=limit_m),
        second=find_second(measure_second(measured, area), area, threshold_m=limit_m),
        land=find_land(measured, network, counties, threshold_m=limit_m),
    )
    return county_figures(parts, who=who)


def county_figures(parts: CountyParts, *, who: str) -> pd.DataFrame:
    """Put the measures of each county together.

    Parameters
    ----------
    parts
        The measures.
    who
        Whose, one of `geo.coverage.people.WHO_COUNTS`.

    Returns
    -------
    DataFrame
        Indexed by `adcode`, sorted: what `geo.coverage.shares.covered_people` counts (`total`, `covered`,
        `left_out`, `share`, `shortfall_person_km`), `share_worst` and `share_best`
        (`geo.coverage.uncertainty.share_range`), `rank` (1 has the least share; missing where nobody lives),
        `mean_m`, `median_m`, `p90_m`; with `second` and `land`, `second_share`, `land_share` and
        `land_left_out_km2`; the `simulated_share` of the county's facilities, `weak_share` and `hatched`
        (`geo.coverage.evidence.evidence`).
    """
    index = parts.resting.index
    shares, bounds, far = (_of(table, who) for table in (parts.shares, parts.bounds, parts.distances))
    columns: dict[str, Any] = {
        **{name: shares[name] for name in COUNTED},
        **{name: bounds[name] for name in (SHARE_WORST, SHARE_BEST)},
        RANK: parts.ranks[who].reindex(index).array,
        **{name: far[name] for name in FAR},
    }
    if parts.second is not None:
        columns[SECOND_SHARE] = parts.second.xs(who, level=WHO).reindex(index).array
    if parts.land is not None:
        land = parts.land.reindex(index)
        columns |= {LAND_SHARE: land[SHARE].array, LAND_LEFT_OUT: land[LEFT_OUT_KM2].array}
    columns |= {name: parts.resting[name].array for name in (SIMULATED_SHARE, WEAK_SHARE)}
    columns[HATCHED] = parts.resting[HATCHED].to_numpy(bool)
    return pd.DataFrame(columns, index=index).drop(AREA)


def county_rows(figures: pd.DataFrame, network: Network, *, who: str) -> gpd.GeoDataFrame:
    """Make the rows of a file of figures by county: named, with their outlines, rounded.

    Parameters
    ----------
    figures
        Of `county_figures`.
    network
        Holds the names and the outlines.
    who
        Whose figures they are.
    """
    outlines = network.display_regions.geometry.reindex(figures.index)
    names = network.counties[[NAME, PARENT]].rename(columns={PARENT: PREFECTURE})
    rows = names.reindex(figures.index).assign(**{WHO: who}).join(figures)
    inside = outlines.representative_point()
    rows[LON], rows[LAT] = inside.x, inside.y
    return rounded(gpd.GeoDataFrame(rows, geometry=outlines, crs=WGS84))


def rounded(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round what is modelled: shares and degrees to a millionth, all else to a thousandth."""
    numbers = [str(name) for name in rows.columns if pd.api.types.is_float_dtype(rows[name].dtype)]
    fine = {name for name in numbers if name.startswith(SHARE) or name.endswith(SHARE)} | {LON, LAT}
    found: gpd.GeoDataFrame = rows.round({name: _FINE if name in fine else _COARSE for name in numbers})
    return found


def asked_in_words(
    network: Network,
    facilities: gpd.GeoDataFrame,
    *,
    conditions: Mapping[str, Iterable[str] | str | None],
    settings: Mapping[str, str],
    reach_m: float,
    labels: Mapping[str, str] = LABELS,
) -> dict[str, str]:
    """Say what was asked of coverage and which facilities counted, in words by words.

    Parameters
    ----------
    network, facilities
        Where the names stand; those that count.
    conditions
        As `geo.export.provenance.filters_in_words` takes them.
    settings
        The question in words: `threshold`, `who`, `hour`, `source`; what is empty or missing is not said.
    reach_m
        The threshold as a straight line, metres.
    labels
        What each of it is called, by the keys of `LABELS`.
    """
    figures = {
        **settings,
        "straight_m": f"{reach_m:,.1f}",
        "facilities": f"{len(facilities):,}",
        "simulated": percent(simulated_share(facilities) or 0.0),
        "dated": latest(facilities),
    }
    asked = filters_in_words(conditions, names_of_codes(network))
    return asked | {labels[key]: figures[key] for key in LABELS if figures.get(key)}


def coverage_provenance(
    rows: gpd.GeoDataFrame,
    network: Network,
    *,
    facilities: gpd.GeoDataFrame,
    filters: Mapping[str, str],
    generated_on: dt.date,
    title: str = TITLE,
    entries: Iterable[str] = (*ENTRIES, *GRID_ENTRIES),
) -> Provenance:
    """Describe rows of coverage; see `geo.export.provenance.provenance_of`.

    Parameters
    ----------
    rows, network, filters, generated_on, title, entries
        As `provenance_of` takes them; `filters` of `asked_in_words`.
    facilities
        Those that count: their data sets are sources too.
    """
    used = [*entries, *facilities[DATASET].dropna().unique()]
    return provenance_of(rows, network, title=title, filters=filters, generated_on=generated_on, entries=used)


def _of(table: pd.DataFrame, who: str) -> dict[str, Any]:
    """Take the rows of one kind of people of a table by region and who counts, which is whole and sorted."""
    rows = slice(WHO_COUNTS.index(who), None, len(WHO_COUNTS))
    return {str(name): table[name].to_numpy()[rows] for name in table.columns}
