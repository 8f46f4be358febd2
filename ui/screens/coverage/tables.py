"""Show the counties, the gaps, how firm the ranking is and how sure the shares are, as tables."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from geo import schema
from geo.analysis.coverage_study import AREA, DRAWS, figures_of
from geo.coverage import evidence, ranking, shares, uncertainty
from geo.coverage.gaps import FARTHEST_M, GAP_ID, MEAN_M, NEAREST_M
from geo.coverage.people import LEFT_OUT, SHARE, WHO, WHO_COUNTS
from geo.coverage.ranking import RANK
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.labels import NOTHING, rule_name, share_text
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.rows import (
    DIFFERENCE,
    OTHER_SHARE,
    compared_table,
    county_table,
    gap_table,
    show_note,
)
from ui.screens.coverage.view import View, Views
from ui.shared import cache
from ui.shared.language import t
from ui.shared.long_jobs import LongJob, show_job
from ui.shared.sidebar import drill_down

# The counties of the rows that are on screen, in their order.
COUNTY_TABLE, COUNTIES_SHOWN = "reach_county_table", "reach_county_table_shown"
TABLE_HEIGHT, SHORT_TABLE, BOUND_PIXELS = 460, 12, 95
# With fewer counties everyone is among the worst.
COUNTIES_TO_RANK = ranking.WORST + 2


def show_counties(views: Views) -> None:
    """Show the share of every county with its range and rank; choosing a row opens that county."""
    view = views.view
    rows = county_table(view, cache.names())
    st.session_state[COUNTIES_SHOWN] = list(map(str, rows[schema.ADCODE]))
    st.caption(
        t(
            "Rank 1 has the least share of all 111 counties. Click the box at the left of a row to see that "
            "county alone."
        )
    )
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= SHORT_TABLE else TABLE_HEIGHT,
        key=COUNTY_TABLE,
        on_select=_open_row,
        selection_mode="single-row",
        placeholder=NOTHING,
        column_order=[
            schema.NAME,
            schema.PREFECTURE,
            RANK,
            SHARE,
            uncertainty.SHARE_WORST,
            uncertainty.SHARE_BEST,
            LEFT_OUT,
            shares.SHORTFALL_PERSON_KM,
            shares.MEAN_M,
            shares.MEDIAN_M,
            shares.P90_M,
            evidence.HATCHED,
        ],
        column_config={
            schema.NAME: st.column_config.TextColumn(t("County"), pinned=True),
            schema.PREFECTURE: t("Prefecture"),
            RANK: _number(t("Rank")),
            SHARE: _number(t("Share within reach"), form="percent"),
            uncertainty.SHARE_WORST: _number(t("At the worst"), form="percent", width=BOUND_PIXELS),
            uncertainty.SHARE_BEST: _number(t("At the best"), form="percent", width=BOUND_PIXELS),
            LEFT_OUT: _number(t("People left out"), form="%,.0f"),
            shares.SHORTFALL_PERSON_KM: st.column_config.NumberColumn(
                t("Short by, person-km"),
                format="%,.0f",
                help=t("The kilometres beyond the threshold that all those left out have to go, added up."),
            ),
            shares.MEAN_M: _number(t("Mean, m"), form="%,.0f"),
            shares.MEDIAN_M: _number(t("Median, m"), form="%,.0f"),
            shares.P90_M: _number(t("9 in 10 within, m"), form="%,.0f"),
            evidence.HATCHED: st.column_config.TextColumn(t("Rests on"), width="medium"),
        },
    )
    show_note(view)


def show_gaps(views: Views) -> None:
    """Show the largest gaps."""
    view = views.view
    gaps = cached_reach.reach_gaps(view.scope, view.question.who)
    if not len(gaps):
        st.info(t("Nobody in densely settled land is left out here."), icon=":material/check_circle:")
        return
    st.caption(
        t(
            "A gap is made of neighbouring cells left out, each with at least 300 residents a km²; it is "
            "named by the nearest township. The {count} largest by people are listed.",
            count=len(gaps),
        )
    )
    st.dataframe(
        gap_table(gaps, cache.names()),
        hide_index=True,
        height="content" if len(gaps) <= SHORT_TABLE else TABLE_HEIGHT,
        column_order=[
            GAP_ID,
            schema.NAME,
            schema.COUNTY,
            *WHO_COUNTS,
            schema.AREA_KM2,
            NEAREST_M,
            MEAN_M,
            FARTHEST_M,
        ],
        column_config={
            GAP_ID: _number(t("Gap")),
            schema.NAME: t("Nearest township"),
            schema.COUNTY: t("County"),
            **{who: _number(t(word), form="%,.0f") for who, word in WHO_WORDS.items()},
            schema.AREA_KM2: _number(t("Area, km²"), form="%,.1f"),
            NEAREST_M: _number(t("Nearest, m"), form="%,.0f"),
            MEAN_M: _number(t("Mean, m"), form="%,.0f"),
            FARTHEST_M: _number(t("Farthest, m"), form="%,.0f"),
        },
    )
    show_note(view)


def show_ranking(views: Views) -> None:
    """Show whether the ten counties with the least share stay the same under other thresholds and people."""
    view = views.view
    if len(cached_reach.reach_area(view.scope.counties, view.question.source).regions) - 1 < COUNTIES_TO_RANK:
        st.info(
            t("Choose at least {count} counties to see whether their ranking holds.", count=COUNTIES_TO_RANK)
        )
        return
    worst = cached_reach.reach_worst(view.scope)
    who, reach_m = view.question.who, view.scope.reach_m
    stay = ranking.staying_counties(worst, who=who, threshold_m=reach_m)
    st.subheader(t("How many of the ten stay among the ten"), anchor=False)
    st.caption(t("Against the list at {rule}, by {who}.", rule=rule_name(view.rule), who=t(WHO_WORDS[who])))
    grid = stay.unstack(shares.THRESHOLD_M).reindex(list(WHO_COUNTS))  # noqa: PD010 - a grid is meant
    grid.columns = [f"{metres:,.0f} m" for metres in grid.columns]
    grid.index = pd.Index([t(WHO_WORDS[code]) for code in grid.index], name=t("Who counts"))
    st.dataframe(grid, height="content")
    st.subheader(t("The ten counties with the least share"), anchor=False)
    names = cache.names().regions
    rows = worst.xs(who, level=WHO).reset_index()
    rows["told"] = rows[schema.ADCODE].map(names) + " " + rows[SHARE].map(share_text)
    lists = rows.pivot_table(index=RANK, columns=shares.THRESHOLD_M, values="told", aggfunc="first")
    lists.columns = pd.Index([f"{metres:,.0f} m" for metres in lists.columns])
    st.dataframe(lists.rename_axis(t("Rank")), height="content")
    show_note(view)


def show_sureness(views: Views) -> None:
    """Say what the answer rests on, and how it spreads when places move within their errors."""
    view = views.view
    found = cached_reach.reach_evidence(view.scope, view.question.who).loc[[AREA]].iloc[0].to_dict()
    shown = t(
        "{simulated} of the facilities are simulated. {weak} of those within reach who count are so only by "
        "places that are simulated or known to the county only.",
        simulated=share_text(found[evidence.SIMULATED_SHARE]),
        weak=share_text(found[evidence.WEAK_SHARE]),
    )
    st.markdown(shown)
    st.caption(
        t(
            "The range above has the outer limits. Moving every place at random within its stated error, "
            "{draws} times with a fixed seed, shows how the share spreads; nine draws in ten lie between the "
            "two bounds.",
            draws=DRAWS,
        )
    )
    job = LongJob(
        "draws",
        view.scope,
        doing=t("Drawing…"),
        again=t("Run {draws} draws", draws=DRAWS),
        known=cached_reach.is_known("draws", view.scope),
        at_once=False,
    )
    drawn = show_job(job, lambda shown: cached_reach.reach_draws(view.scope, shown))
    if drawn is not None:
        _show_draws(view, drawn)
    show_note(view)


def show_compared(views: Views) -> None:
    """Show the shares of two settings side by side, by county."""
    if views.other is None:
        return
    percent = st.column_config.NumberColumn
    rows = compared_table(views.view, views.other, cache.names())
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= SHORT_TABLE else TABLE_HEIGHT,
        placeholder=NOTHING,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("County"), pinned=True),
            SHARE: percent(t("This setting"), format="percent"),
            OTHER_SHARE: percent(t("The other setting"), format="percent"),
            DIFFERENCE: percent(t("Difference"), format="percent"),
        },
    )
    show_note(views.view)


def _show_draws(view: View, drawn: pd.DataFrame) -> None:
    row = figures_of(drawn, view.question.who)
    with st.container(horizontal=True, gap="medium"):
        st.metric(t("As placed"), share_text(row[SHARE]))
        st.metric(t("Mean of the draws"), share_text(row[uncertainty.SHARE_MEAN]))
        st.metric(
            t("Nine in ten draws"),
            f"{share_text(row[uncertainty.SHARE_LOW])} – {share_text(row[uncertainty.SHARE_HIGH])}",
        )
    st.caption(
        t(
            "The draws lie below the share as placed: sites are placed where people are, and a place that is "
            "known only roughly is moved to where fewer live."
        )
    )
    names = cache.names().regions
    rows: pd.DataFrame = drawn.xs(view.question.who, level=WHO).drop(index=AREA)  # type: ignore[assignment]
    rows = rows[[SHARE, uncertainty.SHARE_MEAN, uncertainty.SHARE_LOW, uncertainty.SHARE_HIGH]]
    rows.index = pd.Index([names[code] for code in rows.index], name=t("County"))
    labels = (t("As placed"), t("Mean of the draws"), t("Low (5 %)"), t("High (95 %)"))
    st.dataframe(
        rows.sort_values(by=SHARE, kind="stable"),
        height="content" if len(rows) <= SHORT_TABLE else TABLE_HEIGHT,
        placeholder=NOTHING,
        column_config={
            column: _number(label, form="percent") for column, label in zip(rows.columns, labels, strict=True)
        },
    )


def _open_row() -> None:
    chosen = st.session_state[COUNTY_TABLE]["selection"]["rows"]
    if chosen:
        drill_down(county=st.session_state[COUNTIES_SHOWN][chosen[0]])


def _number(label: str, *, form: str = "localized", width: int | None = None) -> ColumnConfig:
    return st.column_config.NumberColumn(label, format=form, width=width)
