"""Show who no candidate reaches, where they live, and at which distance somebody would reach them."""

import pandas as pd
import streamlit as st

from geo.planning.place_names import TOWNSHIP_NAME
from geo.planning.unreached import NEEDED_M
from geo.schema import COUNTY, PEOPLE
from ui.screens.siting import cache as siting_answers
from ui.screens.siting.question import SitingQuestion
from ui.screens.siting.rows import height_of, numbers_of
from ui.shared import cache
from ui.shared.language import t

SHOWN_MOST = 200


def show_unreached(question: SitingQuestion) -> None:
    """Show the places that stay out of reach whatever is bought; nothing where there are none."""
    found = siting_answers.unreached(question)
    if not len(found):
        return
    st.subheader(t("Out of reach of every candidate"), anchor=False)
    regions = cache.names().regions
    rows = pd.DataFrame(
        {
            t("County"): [regions.get(code, "") for code in found[COUNTY]],
            t("Township"): found[TOWNSHIP_NAME].fillna("").to_numpy(),
            t("People who count"): found[PEOPLE].round().to_numpy(),
            t("Within reach from, m"): found[NEEDED_M].round().to_numpy(),
        }
    ).head(SHOWN_MOST)
    st.dataframe(rows, hide_index=True, column_config=numbers_of(rows), height=height_of(rows, most=300))
    st.caption(
        t(
            "{people} people in {count} cells, most people first: the last column is the distance at which a "
            "site of today or a candidate would reach them.",
            people=f"{found[PEOPLE].sum():,.0f}",
            count=f"{len(found):,}",
        )
    )
