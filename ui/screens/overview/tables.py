"""Show the counts as tables and charts, and the facilities as a list."""

import geopandas as gpd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from geo import schema
from geo.drawing import charts
from geo.network import summary
from ui.shared import cache
from ui.shared.answers import Answer, facility_rows, source_note, types_shown
from ui.shared.language import t
from ui.shared.sidebar import drill_down

# The counties of the rows that are on screen, in their order.
COUNTY_TABLE, COUNTIES_SHOWN = "county_table", "county_table_shown"
TABLE_HEIGHT = 460
HEADER_PIXELS, ROW_PIXELS = 38, 35
BEST_COUNTIES = 20
NOTHING = "—"


def show_types(answer: Answer) -> None:
    """Show published, located, place unknown and simulated of every type that is shown or published."""
    rows = cache.type_rows(answer.filters)
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("Type"), width="medium"),
            summary.PUBLISHED: st.column_config.TextColumn(
                t("Published"), alignment="right", help=t("The total a source published for this region.")
            ),
            summary.LOCATED: _number(t("Located"), help_text=t("Named by a source or list, with a place.")),
            summary.PLACE_UNKNOWN: _number(
                t("Unknown"), help_text=t("Named by a source or list; the place is not known.")
            ),
            schema.SIMULATED: _number(t("Simulated"), help_text=t("Made up to fill the published total.")),
        },
    )
    st.caption(source_note(answer))


def show_counties(answer: Answer) -> None:
    """Show the counts and rates of every county; choosing a row opens that county."""
    rows = cache.county_rows(answer.filters)
    st.session_state[COUNTIES_SHOWN] = list(map(str, answer.counties.index))
    st.caption(t("Click the box at the left of a row to see that county alone."))
    st.dataframe(
        rows,
        hide_index=True,
        height=_height(rows.num_rows, most=TABLE_HEIGHT),
        key=COUNTY_TABLE,
        on_select=_open_row,
        selection_mode="single-row",
        placeholder=NOTHING,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("County"), pinned=True),
            schema.PREFECTURE: t("Prefecture"),
            schema.RESIDENTS: _number(t("Residents (census 2020)")),
            summary.TOTAL: _number(t("Facilities")),
            summary.LOCATED: _number(t("Located")),
            summary.PLACE_UNKNOWN: _number(t("Unknown")),
            schema.SIMULATED: _number(t("Simulated")),
            summary.PER_10K_RESIDENTS: _number(t("Per 10,000 residents"), form="%.2f"),
            summary.PER_10K_WORKERS: _number(t("Per 10,000 workers"), form="%.2f"),
            summary.SIMULATED_SHARE: _number(t("Simulated share"), form="percent"),
        },
    )
    homeless = len(answer.facilities) - int(answer.counties[summary.TOTAL].sum())
    if homeless:
        shown = t(
            "{count} facilities shown are in no row: only their prefecture is known.", count=f"{homeless:,}"
        )
        st.caption(shown)
    st.caption(source_note(answer))


def show_charts(answer: Answer) -> None:
    """Show published against located and simulated, and the counties with most for their people."""
    note, names = source_note(answer), cache.names()
    words = {
        summary.LOCATED: t("Located"),
        summary.PLACE_UNKNOWN: t("Place unknown"),
        schema.SIMULATED: t("Simulated"),
        charts.UNLISTED: t("Published, in no list"),
    }
    left, right = st.columns(2)
    with left:
        st.subheader(t("How much of each total is known"), anchor=False)
        st.caption(t("Shares of the published total; where none was published, of what is shown."))
        st.altair_chart(charts.types_chart(types_shown(answer), names=names.types, words=words, note=note))
    with right:
        st.subheader(t("Counties with most facilities per 10,000 residents"), anchor=False)
        st.caption(t("The first {count} of what is shown.", count=BEST_COUNTIES))
        best = answer.counties[summary.PER_10K_RESIDENTS].nlargest(BEST_COUNTIES)
        title = t("Facilities per 10,000 residents")
        st.altair_chart(charts.counties_chart(best, names=names.regions, title=title, note=note))


def show_unknown(answer: Answer) -> None:
    """Show the facilities that are known to exist or to be planned, and whose place nobody tells."""
    unknown = answer.facilities[~schema.located(answer.facilities)]
    st.caption(
        t(
            "These {count} are known to exist, or to be planned, but no source says where they are. "
            "They are counted, and never drawn as points.",
            count=f"{len(unknown):,}",
        )
    )
    _show_facilities(unknown)


def show_list(answer: Answer) -> None:
    """Show every facility that meets the filters."""
    _show_facilities(answer.facilities)
    st.caption(source_note(answer))


def _show_facilities(facilities: gpd.GeoDataFrame) -> None:
    st.dataframe(
        facility_rows(facilities, cache.names()),
        hide_index=True,
        height=_height(len(facilities), most=TABLE_HEIGHT),
        placeholder=NOTHING,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("Name"), pinned=True, width="medium"),
            schema.FACILITY_TYPE: t("Type"),
            schema.PREFECTURE: t("Prefecture"),
            schema.COUNTY: t("County"),
            schema.STATUS: t("Status"),
            schema.ORIGIN: t("Origin"),
            schema.PLACE_PRECISION: t("How exact the place is"),
            schema.ADDRESS: t("Address"),
            schema.AS_OF: t("As of"),
            schema.SOURCE: st.column_config.TextColumn(t("Source"), width="large"),
        },
    )


def _open_row() -> None:
    rows = st.session_state[COUNTY_TABLE]["selection"]["rows"]
    if rows:
        drill_down(county=st.session_state[COUNTIES_SHOWN][rows[0]])


def _height(rows: int, *, most: int) -> int:
    return min(most, HEADER_PIXELS + ROW_PIXELS * max(rows, 1))


def _number(label: str, *, form: str = "localized", help_text: str | None = None) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format=form, help=help_text)
