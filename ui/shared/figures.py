"""Show the headline: where one is, how much of it is simulated, and the counts."""

import streamlit as st

from geo import schema
from geo.export.provenance import percent
from geo.network import summary
from geo.network.network import Network
from ui.shared import cache
from ui.shared.answers import Answer
from ui.shared.filters import Filters
from ui.shared.language import t
from ui.shared.sidebar import drill_down, go_up

FIGURE_PIXELS = 150


def show_heading(answer: Answer, network: Network) -> None:
    """Show the title, the way back up, and what share of what is shown is simulated."""
    st.title(t("Guangxi union service network"), anchor=False)
    show_back_button(answer.filters, network)
    count = len(answer.facilities)
    dated = t("Sources up to {date}; census 2020.", date=answer.as_of or t("no date"))
    listed = _listed(answer)
    if listed:
        dated = t("{listed} of them come from your own lists.", listed=f"{listed:,}") + " " + dated
    if not count:
        st.info(
            t("Nothing meets these filters. Take one away, or clear them all."), icon=":material/search_off:"
        )
    elif not answer.simulated_share:
        st.success(
            t("None of the {count} facilities shown is simulated.", count=f"{count:,}") + " " + dated,
            icon=":material/verified:",
        )
    else:
        st.warning(
            t(
                "{share} of the {count} facilities shown are simulated: they fill the published totals, "
                "and their places are not real.",
                share=percent(answer.simulated_share),
                count=f"{count:,}",
            )
            + " "
            + dated,
            icon=":material/science:",
        )


def show_figures(answer: Answer, network: Network) -> None:
    """Show the headline counts, and the people of the region when one is chosen."""
    totals = {column: int(answer.types[column].sum()) for column in summary.COUNTED}
    listed = _listed(answer)
    known = t("Located by a source or a list") if listed else t("Located by a source")
    figures = {
        t("Facilities shown"): f"{totals[summary.TOTAL]:,}",
        known: f"{totals[summary.LOCATED]:,}",
        t("Known, place unknown"): f"{totals[summary.PLACE_UNKNOWN]:,}",
        t("Simulated"): f"{totals[schema.SIMULATED]:,}",
    }
    if listed:
        figures[t("From your own lists")] = f"{listed:,}"
    code = answer.filters.region()
    if code is not None:
        region = network.regions.loc[code]
        residents = int(region[schema.RESIDENTS])
        figures |= {
            t("Residents (census 2020)"): f"{residents:,}",
            t("Urban share"): f"{region[schema.URBAN_RESIDENTS] / residents:.1%}",
            t("Workers (estimate)"): f"{int(region[schema.NONFARM_EMPLOYED]):,}",
            t("Per 10,000 residents"): f"{summary.RATE_BASE * len(answer.facilities) / residents:.2f}",
        }
    with st.container(horizontal=True, gap="medium"):
        for label, figure in figures.items():
            st.metric(label, figure, width=FIGURE_PIXELS)


def show_back_button(filters: Filters, network: Network) -> None:
    """Show where one is, and buttons to the regions above."""
    code = filters.region()
    if code is None:
        return
    names = cache.names().regions
    region = network.regions.loc[code]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("← All of Guangxi"), on_click=drill_down, key="up_to_province", type="tertiary")
        if region[schema.LEVEL] == schema.COUNTY_LEVEL:
            parent = region[schema.PARENT]
            st.button(
                names[parent],
                on_click=go_up,
                key="up_to_prefecture",
                type="tertiary",
            )
        st.markdown(f"**{names[code]}**", width="content")


def _listed(answer: Answer) -> int:
    return int((answer.facilities[schema.ORIGIN] == schema.IMPORTED).sum())
