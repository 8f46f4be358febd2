"""Say in plain data what the map draws for one setting of the coverage page."""

from typing import Any

from geo.analysis.coverage_study import AREA
from geo.coverage import evidence
from geo.coverage.people import SHARE, WHO
from geo.drawing import map_state, overlays
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage.labels import WHO as WHO_WORDS
from ui.screens.coverage.labels import rule_name
from ui.screens.coverage.rows import gap_lines, gap_titles, source_note
from ui.screens.coverage.view import View
from ui.shared import cache
from ui.shared.answers import Names
from ui.shared.cache_by_network import store_in_sight
from ui.shared.language import current_language, t
from ui.shared.map_labels import map_words
from ui.shared.map_state import drawn_rows, legend_of, session_points
from web.map.basemaps import browser_choice
from web.map.pictures import picture_url

PERCENT = 100


def find_state(view: View, layers: tuple[str, ...]) -> dict[str, Any]:
    """Gather what the browser needs to draw one setting.

    Parameters
    ----------
    view, layers
        What is asked, and what is laid over the counties.
    """
    store, names, language = store_in_sight(), cache.names(), current_language()
    facilities = cached_reach.reach_measured(view.scope.supply).facilities
    if not {"facilities", "circles"} & set(layers):
        facilities = facilities.iloc[:0]
    return map_state.map_state(
        drawn_rows(facilities, store),
        urls=store.public_map.urls,
        words=map_words(),
        legend=legend_of(facilities, store, names),
        shading=_shading(view) if "share" in layers else None,
        focus=view.filters.region(),
        basemaps=browser_choice(store.basemaps, language=language),
        note=source_note(view),
        language=language,
        overlays=_overlays(view, layers, names),
        own=session_points(store),
    )


def _shading(view: View) -> dict[str, Any]:
    shares = cached_reach.reach_shares(view.scope).xs(view.question.who, level=WHO)[SHARE].drop(AREA)
    shading = map_state.choropleth(
        PERCENT * shares,
        title=t("{who} within reach, %", who=t(WHO_WORDS[view.question.who])),
        unit="%",
        no_data=t("Nobody counts here"),
        decimals=1,
    )
    found = cached_reach.reach_evidence(view.scope, view.question.who)[evidence.HATCHED].drop(AREA)
    return shading | {"hatched": list(found.index[found.astype(bool)])}


def _overlays(view: View, layers: tuple[str, ...], names: Names) -> dict[str, Any]:
    who = t(WHO_WORDS[view.question.who])
    picture, url, entries = None, "", []
    if "left_out" in layers:
        picture = cached_reach.reach_picture(view.scope, view.question.who)
        url = picture_url(picture.png) if picture.png else ""
    if "gaps" in layers:
        gaps = cached_reach.reach_gaps_drawn(view.scope, view.question.who)
        entries = overlays.gap_entries(
            gaps, who=view.question.who, titles=gap_titles(gaps, names), lines=gap_lines(gaps)
        )
    return overlays.overlay_state(
        words={
            "picture": t("{who} left out, per km² cell", who=who),
            "gap": t("Gap, numbered by people"),
            "circle": rule_name(view.rule),
            "hatched": t("Rests on simulated or county-level places"),
        },
        picture=picture,
        picture_url=url,
        gaps=entries,
        circle_m=view.scope.reach_m if "circles" in layers else None,
    )
