"""Rows and lines that say why a plan's steps are there, in the words of one session."""

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.planning import explanation as why
from geo.planning.options import KINDS
from geo.schema import COST_YUAN, COUNTY, NAME
from ui.screens.siting import cache as siting_answers
from ui.screens.siting import plan as siting_plan
from ui.screens.siting.labels import kinds_text, place_text, yuan_text
from ui.screens.siting.plan import ShownPlan
from ui.shared import cache
from ui.shared.language import t

_ROW_PIXELS = 35


def explanation_of(plan: ShownPlan) -> gpd.GeoDataFrame:
    """Return the reasons of a plan, with how often each place is chosen at other distances where known."""
    found = siting_answers.explanation(plan.question, plan.actions)
    job = siting_plan.find_job(plan.question)
    if job is None or not job.tried:
        return found
    spots = [why.places_of([step]) for step in plan.steps]
    still = [sum(bool(spot & chosen) for chosen in job.tried.values()) for spot in spots]
    return gpd.GeoDataFrame(found.assign(**{why.STILL_CHOSEN: still, why.OF_THRESHOLDS: len(job.tried)}))


def table_rows(found: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the table of a plan's steps."""
    regions = cache.names().regions
    rows = found.to_dict("records")
    columns = {
        t("Action"): [kinds_text(str(row[KINDS])) for row in rows],
        t("Place"): [place_text(row) or str(row[NAME]) for row in rows],
        t("County"): [regions.get(str(row[COUNTY]), "") for row in rows],
        t("People newly reached"): found[why.PEOPLE_NEWLY].round(),
        t("Workers"): found[why.WORKERS_NEWLY].round(),
        t("People lost"): found[why.PEOPLE_LOST].round(),
        t("Cost, yuan"): found[COST_YUAN].round(),
        t("Nearest today, m"): found[why.NEAREST_TODAY_M].round(),
        t("Nearest after, m"): found[why.NEAREST_AFTER_M].round(),
        t("County's gap closed"): 100 * found[why.GAP_CLOSED].astype(float),
        t("Still chosen (of 4 distances)"): [_still(row) for row in rows],
        t("Lost if left out"): found[why.LOST_WITHOUT].round(),
        t("Next best place"): [place_text(row, why.NEXT) for row in rows],
        t("Next best reaches fewer by"): found[why.NEXT_DIFFERENCE].astype(float).round(),
        t("Hosts within 300 m"): found[why.HOSTS],
    }
    return pd.DataFrame(columns, index=found.index).rename_axis("#")


def titles(found: gpd.GeoDataFrame) -> list[str]:
    """Return the heading of each site's popup."""
    return [
        t(
            "{number}. {action}: {people} people",
            number=str(number),
            action=kinds_text(str(row[KINDS])),
            people=f"{row[why.PEOPLE_NEWLY] - row[why.PEOPLE_LOST]:+,.0f}",
        )
        for number, row in zip(found.index, found.to_dict("records"), strict=True)
    ]


def popup_lines(found: gpd.GeoDataFrame) -> list[list[tuple[str, str]]]:
    """Return what the popup of each site says."""
    return [
        [
            (t("Place"), place_text(row) or str(row[NAME])),
            (t("People newly reached"), f"{row[why.PEOPLE_NEWLY]:,.0f}"),
            *([(t("People lost"), f"{row[why.PEOPLE_LOST]:,.0f}")] if row[why.PEOPLE_LOST] else []),
            (t("Workers"), f"{row[why.WORKERS_NEWLY]:,.0f}"),
            (t("County's gap closed"), _share(row[why.GAP_CLOSED])),
            (t("Lost if left out"), f"{row[why.LOST_WITHOUT]:,.0f}"),
            (t("Nearest today, m"), _number(row[why.NEAREST_TODAY_M])),
            (t("Nearest after, m"), _number(row[why.NEAREST_AFTER_M])),
            (t("Still chosen (of 4 distances)"), _still(row)),
            (t("Cost"), yuan_text(float(row[COST_YUAN]))),
            (t("Next best place"), place_text(row, why.NEXT) or "–"),
            (t("Next best reaches fewer by"), _number(row[why.NEXT_DIFFERENCE])),
            (t("Hosts within 300 m"), str(row[why.HOSTS]) or "–"),
        ]
        for row in found.to_dict("records")
    ]


def height_of(rows: pd.DataFrame, *, most: int) -> int:
    """Return the height of a table with no empty rows at its end, pixels."""
    return min(_ROW_PIXELS * (len(rows) + 1) + 3, most)


def numbers_of(rows: pd.DataFrame) -> dict[str, Any]:
    """Write the numbers of a table with a mark at the thousands."""
    numbers = rows.select_dtypes("number").columns
    return {str(name): st.column_config.NumberColumn(format="localized") for name in numbers}


def _still(row: dict[str, object] | dict[object, object]) -> str:
    of = row[why.OF_THRESHOLDS]
    return f"{row[why.STILL_CHOSEN]} / {of}" if of else "…"


def _share(value: object) -> str:
    return "–" if pd.isna(value) else f"{float(str(value)):.1%}"  # type: ignore[call-overload]


def _number(value: object) -> str:
    return "–" if pd.isna(value) else f"{float(str(value)):,.0f}"  # type: ignore[call-overload]
