"""Say in plain data what the map draws for one answer."""

from typing import Any

import geopandas as gpd
import numpy as np

from geo import schema
from geo.arrays import Mask
from geo.drawing import map_state
from geo.network.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui.shared import labels
from ui.shared.answers import Answer, Names, source_note
from ui.shared.filters import NO_SHADE
from ui.shared.language import t
from ui.shared.map_labels import map_words
from web.map.basemaps import browser_choice
from web.shared_data import Store


def find_state(answer: Answer, store: Store, *, names: Names, language: str) -> dict[str, Any]:
    """Gather what the browser needs to draw one answer.

    Parameters
    ----------
    answer, store
        What is shown, and what this process holds of the map.
    names
        What types and regions are called.
    language
        The language of the screen.
    """
    return map_state.map_state(
        drawn_rows(answer.facilities, store),
        urls=store.public_map.urls,
        words=map_words(),
        legend=legend_of(answer.facilities, store, names),
        shading=_shading(answer),
        focus=answer.filters.region(),
        basemaps=browser_choice(store.basemaps, language=language),
        note=source_note(answer),
        language=language,
        own=session_points(store),
    )


def drawn_rows(facilities: gpd.GeoDataFrame, store: Store) -> Mask:
    """Return which rows the map draws: those of the public frame, then those of the session's own lists.

    Parameters
    ----------
    facilities
        What is shown.
    store
        What this process holds of the map.
    """
    own = (facilities[schema.ORIGIN] == schema.IMPORTED).to_numpy(dtype=bool)
    public = map_state.selection_mask(store.rows, facilities.index[~own])
    if store.points is None:
        return public
    return np.concatenate([public, map_state.selection_mask(store.points.rows, facilities.index[own])])


def session_points(store: Store) -> dict[str, str] | None:
    """Return what the map draws of the session's own lists; None where there are none."""
    return None if store.points is None else {"packed": store.points.packed, "version": store.points.version}


def legend_of(facilities: gpd.GeoDataFrame, store: Store, names: Names) -> list[dict[str, Any]]:
    """Return the entries of the legend for what is shown.

    Parameters
    ----------
    facilities
        What is shown.
    store
        What this process holds of the map.
    names
        What types are called.
    """
    shown = map_state.selection_mask(store.legend, facilities.index)
    return map_state.type_legend(store.legend, shown, store.network.facility_types, labels=names.types)


def _shading(answer: Answer) -> dict[str, Any] | None:
    shade = answer.filters.shade
    if shade == NO_SHADE:
        return None
    return map_state.choropleth(
        answer.counties[shade],
        title=t(labels.SHADES[shade]),
        unit=t("per 10,000") if shade in {PER_10K_RESIDENTS, PER_10K_WORKERS} else "",
        no_data=t("No figure"),
        decimals=0 if shade == schema.RESIDENTS else 2,
    )
