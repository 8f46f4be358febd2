"""The figures of one setting as rows: by county, by gap, and beside another setting."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from geo import schema
from geo.analysis.county_table import CountyParts, county_figures
from geo.analysis.coverage_study import AREA
from geo.coverage import evidence
from geo.coverage.gaps import FARTHEST_M, MEAN_M, NEAREST_M
from geo.coverage.people import SHARE, WHO
from geo.coverage.ranking import RANK
from geo.export.provenance import percent
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.labels import distance_text, people_note, people_text, rule_name
from ui.screens.coverage.view import View
from ui.shared import cache
from ui.shared.answers import Names
from ui.shared.language import plain, t

DIFFERENCE, OTHER_SHARE = "difference", "other_share"


def county_results(view: View, *, whole: bool = False) -> pd.DataFrame:
    """Gather everything known of each county asked about, indexed by adcode, in order.

    Parameters
    ----------
    view
        The setting.
    whole
        Whether to measure the share who have a second facility in reach, and the land, too: that takes
        seconds at first.
    """
    who, scope = view.question.who, view.scope
    parts = CountyParts(
        shares=cached_reach.reach_shares(scope),
        bounds=cached_reach.reach_range(scope),
        distances=cached_reach.reach_distances(scope.supply, scope.counties),
        resting=cached_reach.reach_evidence(scope, who),
        ranks=cached_reach.reach_ranks(scope.supply, scope.reach_m),
        second=cached_reach.reach_second(scope) if whole else None,
        land=cached_reach.reach_land(scope) if whole else None,
    )
    return county_figures(parts, who=who)


def county_table(view: View, names: Names) -> pd.DataFrame:
    """Write the counties as rows for the screen, the least covered first."""
    results = county_results(view).sort_values(RANK, kind="stable")
    parents = cache.network().counties[schema.PARENT].reindex(results.index)
    weak, solid = t("Rests on simulated or county-level places"), t("Located by sources")
    columns = {
        schema.ADCODE: list(results.index),
        schema.NAME: [names.regions[code] for code in results.index],
        schema.PREFECTURE: [names.regions[code] for code in parents],
        **{str(name): results[name].array for name in results.columns},
        evidence.HATCHED: [weak if hatched else solid for hatched in results[evidence.HATCHED]],
    }
    return pd.DataFrame(columns)


def gap_table(gaps: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Write gaps as rows for the screen, the largest first."""
    rows = pd.DataFrame(gaps.drop(columns=schema.GEOMETRY)).reset_index()
    rows[schema.COUNTY] = rows[schema.COUNTY].map(names.regions)
    return rows


def gap_titles(gaps: pd.DataFrame, names: Names) -> list[str]:
    """Name each gap: its rank, the nearest township, its county."""
    return [
        f"{rank} · {name} · {names.regions[county]}"
        for rank, name, county in zip(gaps.index, gaps[schema.NAME], gaps[schema.COUNTY], strict=True)
    ]


def gap_lines(gaps: pd.DataFrame) -> list[list[tuple[str, str]]]:
    """Say of each gap who lives there and how far they have to go."""
    said = {
        schema.PEOPLE: (t("Residents"), people_text),
        schema.URBAN_PEOPLE: (t("Urban residents"), people_text),
        schema.WORKERS: (t("Workers (estimate)"), people_text),
        schema.AREA_KM2: (t("Area, km²"), "{:,.1f}".format),
        NEAREST_M: (t("Nearest facility, at the least"), distance_text),
        MEAN_M: (t("On average"), distance_text),
        FARTHEST_M: (t("At the most"), distance_text),
    }
    rows = gaps[list(said)].itertuples(index=False, name=None)
    return [
        [(word, written_as(figure)) for (word, written_as), figure in zip(said.values(), row, strict=True)]
        for row in rows
    ]


def compared_table(view: View, other: View, names: Names) -> pd.DataFrame:
    """Write the shares of two settings side by side, by county, the largest difference first."""
    shares, others = (
        cached_reach.reach_shares(each.scope).xs(each.question.who, level=WHO)[SHARE].drop(AREA)
        for each in (view, other)
    )
    rows = pd.DataFrame({SHARE: shares, OTHER_SHARE: others, DIFFERENCE: others - shares})
    rows = rows.sort_values(DIFFERENCE, key=abs, ascending=False, kind="stable")
    rows.insert(0, schema.NAME, [names.regions[code] for code in rows.index])
    return rows.reset_index(drop=True)


def show_note(view: View) -> None:
    """Show source, date and simulated share of what is shown; a file's name is text and no Markdown."""
    st.caption(source_note(view, written=plain))


def source_note(view: View, *, written: Callable[[str], str] = str) -> str:
    """Say in one line the threshold, what is simulated, and where people and places come from.

    Parameters
    ----------
    view
        The setting.
    written
        How a text from outside is written, as `plain` for Markdown.
    """
    _, simulated, date = cached_reach.reach_sources(view.scope.supply)
    return t(
        "{rule} · {who} · {share} of the facilities simulated. Facilities: published reports, OpenStreetMap "
        "(ODbL) and simulation, up to {date}. People: {people}.",
        rule=rule_name(view.rule),
        who=t(WHO_WORDS[view.question.who]),
        share=percent(simulated),
        date=date or t("no date"),
        people=written(people_note(view.question.source)),
    )
