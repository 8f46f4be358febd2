"""Say in plain data what the map draws for one answer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo import maps, schema
from geo.summary import PER_10K_RESIDENTS, PER_10K_WORKERS
from ui import vocabulary
from ui.answers import Answer, Names, source_note
from ui.filters import NO_SHADE
from ui.mapwords import map_words
from ui.words import t
from web.basemaps import browser_choice
from web.store import Store


def find_state(
    answer: Answer, store: Store, mask: NDArray[np.bool_], *, names: Names, language: str
) -> dict[str, Any]:
    """Gather what the browser needs to draw one answer.

    Parameters
    ----------
    answer, store
        What is shown, and what this process holds of the map.
    mask
        Which rows of the network's facilities are drawn.
    names
        What types and regions are called.
    language
        The language of the screen.
    """
    return maps.map_state(
        mask,
        urls=store.public_map.urls,
        words=map_words(),
        legend=maps.type_legend(store.rows, mask, store.network.facility_types, labels=names.types),
        shading=_shading(answer),
        focus=answer.filters.region(),
        basemaps=browser_choice(store.basemaps, language=language),
        note=source_note(answer),
        language=language,
    )


def _shading(answer: Answer) -> dict[str, Any] | None:
    shade = answer.filters.shade
    if shade == NO_SHADE:
        return None
    return maps.choropleth(
        answer.counties[shade],
        title=t(vocabulary.SHADES[shade]),
        unit=t("per 10,000") if shade in {PER_10K_RESIDENTS, PER_10K_WORKERS} else "",
        no_data=t("No figure"),
        decimals=0 if shade == schema.RESIDENTS else 2,
    )
