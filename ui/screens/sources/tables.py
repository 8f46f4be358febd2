"""Show where every figure comes from, what each standard rests on, and what is not known."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geo import schema
from geo.analysis.union_reach import THRESHOLDS_KM, UNION, share_and_range
from geo.network.network import Network
from ui.shared import cache
from ui.shared.language import N_, current_language, t

STATION = "worker_station"
LIMITS = (
    N_(
        "A simulated facility is made by a seeded generator that fills the published totals. "
        "Its name ends in 〔模拟〕, its place is not real, and it must not be used to find a station."
    ),
    N_(
        "County unions are drawn at their county seat unless OpenStreetMap knows the building: "
        "the place is exact to a few kilometres only."
    ),
    N_(
        "The population grid is a model: census 2020 totals of each county, urban and rural apart, spread "
        "by night lights. 20.6 % of the people stand in another 5-arc-minute cell than in WorldPop 2020."
    ),
    N_(
        "Workers are non-farm employed people estimated from the census long form, a 9.2 % sample, "
        "and scaled up. They are an estimate, not a count."
    ),
    N_(
        "Published totals of different definitions or dates are different series. They are shown side by "
        "side and never added."
    ),
    N_(
        "County outlines come from a map service and were moved from GCJ-02 to WGS-84. "
        "They are for statistics and not for legal boundaries."
    ),
)
MEASURES = {
    "straight_line_m": N_("Straight-line distance"),
    "walk_minutes": N_("Walking time"),
    "drive_minutes": N_("Driving time"),
    "per_county": N_("Number in each county"),
    "road_interval_km": N_("Interval along the road"),
}
UNITS = {"m": N_("m"), "km": N_("km"), "min": N_("min"), "count": N_("in all")}
STANDINGS = {
    "official": N_("Official"),
    "option": N_("Official elsewhere, an option here"),
    "own": N_("This program's own"),
    "reported_unverified": N_("Reported, not verified"),
}


def show_catalogue(network: Network) -> None:
    """Show every catalogue entry: content, source, date and licence."""
    st.header(t("Data files"), anchor=False)
    chinese = current_language() == "zh"
    rows = [
        {
            t("File"): entry.path,
            t("What it holds"): entry.title if chinese else entry.title_en,
            t("Rows"): entry.rows,
            t("Source"): entry.source,
            t("As of"): entry.as_of,
            t("Retrieved"): entry.retrieved,
            t("Licence"): entry.licence,
            t("Attribution"): entry.attribution,
            t("Built by"): entry.built_by,
            "SHA-256": entry.sha256,
        }
        for entry in network.catalog.values()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    with st.expander(t("How each file was built: recipes, seeds and checks")):
        st.json(
            {entry.path: dict(entry.notes) for entry in network.catalog.values() if entry.notes}, expanded=1
        )


def show_counts(network: Network) -> None:
    """Show every published total with its date, its definition and its source."""
    st.header(t("Published totals"), anchor=False)
    st.caption(t("Each row is one series as published. Rows of different definitions must not be added."))
    types = cache.names().types
    counts = network.counts
    table = pd.DataFrame(
        {
            t("Definition"): counts[schema.DEFINITION],
            t("Type"): counts[schema.FACILITY_TYPE].map(types),
            t("Region"): counts[schema.REGION_NAME],
            t("Published"): counts[schema.COUNT],
            t("As of"): counts[schema.AS_OF],
            t("Source"): counts[schema.SOURCE],
        }
    )
    st.dataframe(table, hide_index=True)


def show_standards(network: Network) -> None:
    """Show every standard with its threshold and what it rests on."""
    st.header(t("Standards"), anchor=False)
    chinese = current_language() == "zh"
    standards = network.standards
    table = pd.DataFrame(
        {
            t("Type"): standards[schema.FACILITY_TYPE].map(cache.names().types),
            t("Measure"): standards[schema.MEASURE].map(_said(MEASURES)),
            t("Threshold"): standards[schema.THRESHOLD].map("{:g}".format),
            t("Unit"): standards[schema.UNIT].map(_said(UNITS)),
            t("Standing"): standards[schema.STANDING].map(_said(STANDINGS)),
            t("Source"): standards[schema.SOURCE if chinese else schema.SOURCE_EN],
        }
    )
    st.dataframe(table, hide_index=True)


def show_limits(network: Network) -> None:
    """State the limits of the data plainly."""
    st.title(t("Sources and methods"), anchor=False)
    st.header(t("What this map does not know"), anchor=False)
    stations = network.select(types=[STATION])
    named = stations[stations[schema.ORIGIN] != schema.SIMULATED]
    shown = t(
        "Most single sites are not public. Of {total} worker stations {named} are named in the sources used "
        "here, and for {located} of them a source says where they are. The others on the map are simulated.",
        total=f"{len(stations):,}",
        named=f"{len(named):,}",
        located=f"{int(schema.located(named).sum()):,}",
    )
    st.markdown("\n".join(f"- {limit}" for limit in (shown, *map(t, LIMITS))))


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {code: t(word) for code, word in words.items()}


def show_union_reach(network: Network) -> None:
    """Show who lives near a county union by the shipped grid, with the range, and why WorldPop says less."""
    st.header(t("Who lives near a county union"), anchor=False)
    st.markdown(
        t(
            "Share of residents whose nearest of the {count} county unions is at most so far away in a "
            "straight line, by the population grid of this program. In brackets the range: every union as "
            "far from each home as the error of its place allows, and as near.",
            count=len(network.select(types=[UNION])),
        )
    )
    reach = cache.union_reach()
    places = cache.names().regions
    table = {t("Region"): [places[adcode] for adcode in reach.index]}
    table |= {
        t("Within {km} km", km=km): [share_and_range(row) for _, row in reach[km].iterrows()]
        for km in THRESHOLDS_KM
    }
    st.dataframe(pd.DataFrame(table), hide_index=True, height="content")
    st.caption(
        t(
            "By WorldPop 2020, in cells of 5 minutes of arc, the shares of Guangxi are lower by up to 7 "
            "percentage points and those of a city by up to 14: its cells are nine kilometres wide, it has "
            "4.6 % fewer people than the census, and this grid is drawn to lights, which thicken around the "
            "county seats where unions are. Both are models; the order of the cities is nearly the same."
        )
    )
