"""Show the card of one county, on screen and on one A4 page."""

from html import escape
from math import isnan
from pathlib import Path

import pandas as pd
import streamlit as st

from geo import schema
from geo.analysis.county_card import Card
from geo.coverage.double_test import DETOUR_FACTOR, WALK_KMH
from geo.export.provenance import percent
from geo.network.network import Network
from ui.screens.card import rows as card_rows
from ui.screens.card.rows import NOTHING, percent_text
from ui.shared import cache
from ui.shared.language import current_language, plain, t

SOURCES = (
    "census", "demand", "regions", "townships", "counts", "standards",
    "facilities_sourced", "facilities_osm", "facilities_simulated", "imported",
)  # fmt: skip
GLYPHS = {
    "circle": "●", "square": "■", "triangle": "▲", "diamond": "◆", "triangle_down": "▼",
    "pentagon": "⬟", "hexagon": "⬢", "star": "★", "plus": "✚", "cross": "✖",
}  # fmt: skip


def show_heading(card: Card, network: Network) -> None:
    """Show which county this is and how many live there."""
    st.html(Path(__file__).parent / "card.css")
    names, region = cache.names().regions, network.regions.loc[card.county]
    st.title(plain(names[card.county]) + " · " + t("County card"), anchor=False)
    residents = int(region[schema.RESIDENTS])
    st.caption(
        t(
            "{prefecture} · {residents} residents, {urban} of them urban (census 2020) · "
            "{workers} workers (estimate) · {area} km²",
            prefecture=plain(names[region[schema.PARENT]]),
            residents=f"{residents:,}",
            urban=percent_text(region[schema.URBAN_RESIDENTS] / residents if residents else float("nan")),
            workers=f"{int(region[schema.NONFARM_EMPLOYED]):,}",
            area=f"{region[schema.AREA_KM2]:,.0f}",
        )
    )


def show_official(card: Card) -> None:
    """Show the two official numbers, what they rest on, and why they differ."""
    official = card.official
    shown = (
        (t("Urban people within {distance} m of a worker station", distance=f"{official.straight_m:,.0f}"),
         official.share_straight),
        (t("Urban people within a {minutes}-minute walk", minutes=f"{official.minutes:,.0f}"),
         official.share_walk),
    )  # fmt: skip
    with st.container(key="card_official"):
        for column, (label, share), worst, best in zip(
            st.columns(2), shown, official.worst, official.best, strict=True
        ):
            with column.container(border=True):
                st.metric(label, percent_text(share))
                st.caption(
                    t(
                        "Within the error of the places: {worst} to {best}.",
                        worst=percent_text(worst),
                        best=percent_text(best),
                    )
                )
        _warn_of_simulation(card)
        st.markdown(_gap_sentence(card))


def show_places(card: Card, network: Network) -> None:
    """Show the counts of every type beside the picture of the county."""
    names = cache.names()
    left, right = st.columns([11, 8], gap="medium")
    with left:
        st.subheader(t("What is there"), anchor=False)
        _show_table(card_rows.type_rows(card, names), key="card_types")
        other = card_rows.other_totals(card)
        if other:
            st.caption(t("Published under other definitions, not to be added: {totals}.", totals=other))
        st.caption(t("Nothing known here of: {types}.", types=card_rows.absent_types(card, names) or NOTHING))
    with right:
        st.image(
            cache.card_picture(card.county),
            width="stretch",
            alt=t("Outline of the county with its facilities and gaps"),
        )
        st.html(_legend(card, network))


def show_distances(card: Card) -> None:
    """Show how far the county's people are from each core type."""
    st.subheader(t("How far people have to go"), anchor=False)
    _show_table(card_rows.distance_rows(card, cache.names()), key="card_distances")


def show_peers(card: Card) -> None:
    """Show the rank among the counties most like this one."""
    st.subheader(
        t(
            "Rank {rank} of {count} among similar counties",
            rank=card_rows.own_rank(card),
            count=len(card.peers),
        ),
        anchor=False,
    )
    _show_table(card_rows.peer_rows(card, cache.names()), key="card_peers")
    st.caption(
        t(
            "The {count} counties nearest by standardised distance in residents (logarithm), "
            "area (logarithm) and urban share; ranked by the share within a straight line.",
            count=len(card.peers) - 1,
        )
    )


def show_gaps(card: Card) -> None:
    """Show the largest gaps of the county."""
    st.subheader(t("The largest gaps"), anchor=False)
    if not len(card.gaps):
        st.caption(t("Everybody in densely settled land is within reach of a worker station."))
        return
    _show_table(card_rows.gap_rows(card), key="card_gaps")
    st.caption(
        t(
            "Touching cells with 300 or more residents a km², farther than {distance} m from every worker "
            "station, ranked by residents; numbered as in the picture.",
            distance=f"{card.official.straight_m:,.0f}",
        )
    )


def show_sources(network: Network) -> None:
    """List what the card rests on, each with its date and who to credit."""
    st.subheader(t("Sources"), anchor=False)
    chinese = current_language() == "zh"
    entries = [network.catalog[name] for name in SOURCES if name in network.catalog]
    shown = [
        f"{entry.title if chinese else entry.title_en} ({entry.as_of}): {entry.attribution}"
        for entry in entries
    ]
    st.html(f'<p class="card-sources">{escape(t("; ").join(shown))}</p>')


def _warn_of_simulation(card: Card) -> None:
    official = card.official
    if isnan(official.simulated_share):
        st.warning(t("No worker station is known in this county."), icon=":material/warning:")
    elif not official.simulated_share and not official.weak_share:
        st.success(t("Every worker station counted here has a source."), icon=":material/verified:")
    else:
        st.warning(
            t(
                "**Not the true state.** {simulated} of the county's worker stations are simulated; {weak} "
                "of the people within reach are so only by stations that are simulated or known to the "
                "county only. The numbers show the method: import the county's own list to make them true.",
                simulated=percent(official.simulated_share),
                weak=percent_text(official.weak_share),
            ),
            icon=":material/science:",
        )


def _gap_sentence(card: Card) -> str:
    official = card.official
    return t(
        "The two differ by {people} urban people ({share}): at {speed} km/h, on ways {factor} times as long "
        "as a straight line, {minutes} minutes reach {reach} m, not {distance} m.",
        people=f"{official.gap_people:,.0f}",
        share=percent_text(official.gap_share),
        speed=WALK_KMH,
        factor=DETOUR_FACTOR,
        minutes=f"{official.minutes:,.0f}",
        reach=f"{official.reach_m:,.0f}",
        distance=f"{official.straight_m:,.0f}",
    )


def _legend(card: Card, network: Network) -> str:
    drawn = set(card.facilities.loc[schema.located(card.facilities), schema.FACILITY_TYPE])
    names = cache.names().types
    marks = [
        f'<span><b style="color:{escape(str(row[schema.COLOUR]))}">{GLYPHS[str(row[schema.SYMBOL])]}</b> '
        f"{escape(names[str(code)])}</span>"
        for code, row in network.facility_types.iterrows()
        if code in drawn
    ]
    gap, hollow = escape(t("Largest gaps, numbered")), escape(t("Hollow: simulated"))
    marks += [f'<span><b class="card-gap">■</b> {gap}</span>', f"<span>{hollow}</span>"]
    return f'<div class="card-legend">{"".join(marks)}</div>'


def _show_table(rows: pd.DataFrame, *, key: str) -> None:
    with st.container(key=key):
        st.table(rows, border="horizontal", hide_index=True)
