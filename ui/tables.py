"""Show the counts as tables and charts, and the facilities as a list."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo import charts, schema, summary
from geo.network import Network
from ui import vocabulary
from ui.cached import Answer
from ui.sidebar import drill_down
from ui.words import t

COUNTY_TABLE = "county_table"
SECTION = "section"
TABLE_HEIGHT = 460
ROWS_WITHOUT_SCROLLING = 14


def show_types(answer: Answer, network: Network) -> None:
    """Show published, located, place unknown and simulated of every type that is shown or published."""
    names = vocabulary.type_names(network)
    counted = answer.types
    wanted = answer.filters.types or tuple(counted.index)
    shown = counted.index.isin(wanted) & ((counted[summary.TOTAL] > 0) | counted[summary.PUBLISHED].notna())
    table = counted.loc[shown, [summary.PUBLISHED, *summary.COUNTED[1:]]]
    table.insert(0, schema.NAME, [names[code] for code in table.index])
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= ROWS_WITHOUT_SCROLLING else 520,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("Type"), pinned=True),
            summary.PUBLISHED: _number(
                t("Published"), help_text=t("The total a source published for this region.")
            ),
            summary.LOCATED: _number(t("Located"), help_text=t("Named by a source or list, with a place.")),
            summary.PLACE_UNKNOWN: _number(
                t("Place unknown"), help_text=t("Named by a source or list; the place is not known.")
            ),
            schema.SIMULATED: _number(t("Simulated"), help_text=t("Made up to fill the published total.")),
        },
    )


def show_sections(answer: Answer, network: Network) -> None:
    """Let the visitor choose a section below the map, and work out only that one."""
    sections = {
        "counties": t("Counties"),
        "charts": t("Charts"),
        "unknown": t("Place unknown"),
        "list": t("List"),
    }
    chosen = st.segmented_control(
        t("Below the map"), list(sections), format_func=sections.get, default="counties", key=SECTION,
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    if chosen == "counties":
        _show_counties(answer, network)
    elif chosen == "charts":
        _show_charts(answer, network)
    elif chosen == "unknown":
        _show_unknown(answer, network)
    else:
        _show_list(answer.facilities, network)


def _show_counties(answer: Answer, network: Network) -> None:
    names = vocabulary.region_names(network)
    table = answer.counties.drop(columns=[schema.PARENT])
    table[schema.NAME] = [names[code] for code in table.index]
    table.insert(1, schema.PREFECTURE, [names[code] for code in answer.counties[schema.PARENT]])
    st.caption(t("Click the box at the left of a row to see that county alone."))
    st.dataframe(
        table,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * max(len(table), 1)),
        key=COUNTY_TABLE,
        on_select=lambda: _open_row(answer),
        selection_mode="single-row",
        column_config={
            schema.NAME: st.column_config.TextColumn(t("County"), pinned=True),
            schema.PREFECTURE: t("Prefecture"),
            schema.RESIDENTS: _number(t("Residents (census 2020)")),
            summary.TOTAL: _number(t("Facilities")),
            summary.LOCATED: _number(t("Located")),
            summary.PLACE_UNKNOWN: _number(t("Place unknown")),
            schema.SIMULATED: _number(t("Simulated")),
            summary.PER_10K_RESIDENTS: _number(t("Per 10,000 residents"), form="%.2f"),
            summary.PER_10K_WORKERS: _number(t("Per 10,000 workers"), form="%.2f"),
            summary.SIMULATED_SHARE: _number(t("Simulated share"), form="percent"),
        },
    )
    homeless = len(answer.facilities) - int(answer.counties[summary.TOTAL].sum())
    if homeless:
        st.caption(
            t(
                "{count} facilities shown are in no row: only their prefecture is known.",
                count=f"{homeless:,}",
            )
        )


def _open_row(answer: Answer) -> None:
    rows = st.session_state[COUNTY_TABLE]["selection"]["rows"]
    if rows:
        drill_down(county=str(answer.counties.index[rows[0]]))


def _show_charts(answer: Answer, network: Network) -> None:
    note = source_note(answer)
    words = {
        summary.LOCATED: t("Located"),
        summary.PLACE_UNKNOWN: t("Place unknown"),
        schema.SIMULATED: t("Simulated"),
        summary.PUBLISHED: t("Published"),
    }
    counted = answer.types
    shown = counted[(counted[summary.TOTAL] > 0) | counted[summary.PUBLISHED].notna()]
    names = vocabulary.type_names(network)
    left, right = st.columns(2)
    with left:
        st.subheader(t("Published against located and simulated"), anchor=False)
        st.caption(t("Bars: what is shown. Red mark: the published total. The scale is a square root."))
        st.altair_chart(charts.types_chart(shown, names=names, words=words, note=note))
    with right:
        st.subheader(t("Counties with most facilities per 10,000 residents"), anchor=False)
        st.caption(t("The first 20 of what is shown."))
        best = answer.counties[summary.PER_10K_RESIDENTS].nlargest(20)
        st.altair_chart(
            charts.counties_chart(
                best, names=vocabulary.region_names(network), title=t("Per 10,000 residents"), note=note
            )
        )


def _show_unknown(answer: Answer, network: Network) -> None:
    unknown = answer.facilities[~schema.located(answer.facilities)]
    st.caption(
        t(
            "These {count} are known to exist, or to be planned, but no source says where they are. "
            "They are counted, and never drawn as points.",
            count=f"{len(unknown):,}",
        )
    )
    _show_list(unknown, network)


def _show_list(facilities: gpd.GeoDataFrame, network: Network) -> None:
    st.dataframe(
        listed(facilities, network),
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * max(len(facilities), 1)),
        column_config={
            schema.NAME: st.column_config.TextColumn(t("Name"), pinned=True, width="large"),
            schema.FACILITY_TYPE: t("Type"),
            schema.PREFECTURE: t("Prefecture"),
            schema.COUNTY: t("County"),
            schema.STATUS: t("Status"),
            schema.ORIGIN: t("Origin"),
            schema.ADDRESS: t("Address"),
            schema.PLACE_PRECISION: t("How exact the place is"),
            schema.AS_OF: t("As of"),
            schema.SOURCE: st.column_config.TextColumn(t("Source"), width="large"),
        },
    )


def source_note(answer: Answer) -> str:
    """Say in one line source, date and simulated share of what is shown."""
    share = 0.0 if answer.facilities.empty else answer.simulated_share
    return t(
        "Source: published reports, OpenStreetMap (ODbL) and simulation, up to {date}; {share} simulated.",
        date=answer.as_of or t("no date"),
        share=f"{share:.1%}",
    )


def _number(label: str, *, form: str = "localized", help_text: str | None = None) -> object:
    return st.column_config.NumberColumn(label, format=form, help=help_text)


def listed(facilities: gpd.GeoDataFrame, network: Network) -> pd.DataFrame:
    """Write a facilities frame as words in this session's language."""
    regions = vocabulary.region_names(network)
    columns = {
        schema.FACILITY_TYPE: vocabulary.type_names(network),
        schema.PREFECTURE: regions,
        schema.COUNTY: regions,
        schema.STATUS: {code: t(word) for code, word in vocabulary.STATUSES.items()},
        schema.ORIGIN: {code: t(word) for code, word in vocabulary.ORIGINS.items()},
        schema.PLACE_PRECISION: {code: t(word) for code, word in vocabulary.PRECISIONS.items()},
    }
    plain = pd.DataFrame(facilities[[schema.NAME, *columns, schema.ADDRESS, schema.AS_OF, schema.SOURCE]])
    return plain.assign(**{column: plain[column].map(words) for column, words in columns.items()})
