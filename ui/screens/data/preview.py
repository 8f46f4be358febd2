"""Show the rows of a list on the map, for this visitor alone, and let a place be pointed at."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from geo import schema
from geo.drawing import map_state
from geo.importing.checks.check_list import Checked
from geo.importing.draft import Draft, move_draft
from geo.importing.finding_tables import texts_by_row
from geo.importing.findings import ERROR, SEVERITY, SOURCE_ROW, WARNING
from geo.importing.location.placing import DECLARED
from ui.screens.data import shared
from ui.screens.data.progress import check_again
from ui.screens.data.session import ImportSession, import_session, widget_key
from ui.shared import cache
from ui.shared.language import current_language, plain, t
from ui.shared.map_labels import map_words
from web.map.points import degree_steps

MAP_KEY, MAP_HEIGHT = "list_map", 440
CHOSEN, PLACED = "chosen_row", "placed_row"
MOST_POINTS = 20_000
AIR = 0.02
# A hand on a map is no more exact than a tenth of a metre.
DECIMALS = 6
# In the order of the legend: what is sound, what is worth a look, what must be fixed.
LOOKS = (("circle", "#1b7f79"), ("triangle", "#b26b00"), ("cross", "#b3261e"))
ROW_NUMBER = "row"


def show_preview(session: ImportSession) -> None:
    """Show where the rows lie; a row that is being placed follows the pointer."""
    draft = session.draft
    if draft.checked is None:
        return
    _ask_row(session)
    st_folium(
        map_state.network_map(_state(session, draft.checked), script_url=cache.map_script_url()),
        key=MAP_KEY,
        height=MAP_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        on_change=_take_answer,
    )
    lost = int(draft.checked.places[schema.LON].isna().sum())
    if lost:
        st.caption(
            t(
                "{count} rows have no point: they are counted in their county and not drawn.",
                count=f"{lost:,}",
            )
        )
    st.caption(t("Only you see this map; nothing of the list is public."))


def list_points(checked: Checked, *, language: str) -> dict[str, Any]:
    """Write the rows that have a point as the map's script reads points, with what it says of each.

    Parameters
    ----------
    checked
        The list after the check.
    language
        `zh` or `en`.

    Returns
    -------
    dict
        `points` as from `web.map.points.point_columns` (`type` is 0 sound, 1 worth a look, 2 to be fixed),
        `details` (`name`, `row`, `shown`), and `bounds` (south, west, north, east) or None.
    """
    places = checked.places
    drawn = places[places[schema.LON].notna()].head(MOST_POINTS)
    found = checked.findings
    grave = {
        row: rank
        for rank, severity in ((1, WARNING), (2, ERROR))
        for row in found.loc[found[SEVERITY] == severity, SOURCE_ROW].dropna()
    }
    lon, lat = drawn[schema.LON].to_numpy(), drawn[schema.LAT].to_numpy()
    rows = tuple(map(int, drawn.index))
    county = pd.Categorical(drawn[schema.COUNTY])
    header = checked.mapping.fields.get(schema.NAME)
    names = checked.originals.loc[list(rows), header] if header else pd.Series("", index=drawn.index)
    shown = texts_by_row(checked, rows, language=language)
    return {
        "points": {
            "rows": len(rows),
            "row": [int(place > 0) for place in range(len(rows))],
            "lon": degree_steps(lon),
            "lat": degree_steps(lat),
            "type": [grave.get(row, 0) for row in rows],
            "status": [0] * len(rows),
            "origin": [0] * len(rows),
            "county": county.codes.tolist(),
            "codes": {
                "status": [schema.OPERATING],
                "origin": [schema.SOURCED],
                "county": list(map(str, county.categories)),
            },
        },
        "details": {
            "name": names.fillna("").tolist(),
            ROW_NUMBER: list(rows),
            "told": shown.fillna("").tolist(),
        },
        "bounds": _bounds(drawn[drawn[schema.COUNTY].notna()]),
    }


def _bounds(inside: pd.DataFrame) -> list[float] | None:
    """Return what the map is fitted to: the rows that lie in a county, with some air around them."""
    if inside.empty:
        return None
    lon, lat = inside[schema.LON], inside[schema.LAT]
    return [
        *(float(axis.min()) - AIR for axis in (lat, lon)),
        *(float(axis.max()) + AIR for axis in (lat, lon)),
    ]


def _state(session: ImportSession, checked: Checked) -> dict[str, Any]:
    """Gather what the map draws; the list travels in it and through no address."""
    shown = _texts(checked)
    kinds = np.bincount(shown["points"]["type"], minlength=len(LOOKS)).tolist()
    labels = (t("Ready"), t("Worth a look"), t("To be fixed"))
    state = map_state.map_state(
        np.ones(shown["points"]["rows"], dtype=bool),
        urls={**shared.map_urls(), "points": "", "details": ""},
        words=map_words(),
        legend=[
            {"label": label, "symbol": symbol, "colour": colour, "count": count, "simulated": 0}
            for label, (symbol, colour), count in zip(labels, LOOKS, kinds, strict=True)
        ],
        language=current_language(),
    )
    words = {
        "row": t("Row {n}"),
        "place_row": t("Row {n}: click the right place, or drag the marker."),
        "move_row": t("Put this row's point right"),
        "told": t("What is wrong, and what to do"),
    }
    own = {
        "id": session.current,
        "placing": session.placing,
        "near": _county_of(checked, session.placing),
        "words": words,
    }
    return state | {"list": {**shown, **own}}


def _county_of(checked: Checked, row: int | None) -> str | None:
    """Return the county to look at for a row whose point is to be put right."""
    if row is None or row not in checked.places.index:
        return None
    place = checked.places.loc[row]
    shown = (place[name] for name in (DECLARED, schema.COUNTY))
    return next((county for county in shown if isinstance(county, str)), None)


def _texts(checked: Checked) -> dict[str, Any]:
    """Return the points of a list, worked out once for each check."""
    kept = st.session_state.get("list_points")
    language = current_language()
    if kept is None or kept[0] is not checked or kept[1] != language:
        kept = (checked, language, list_points(checked, language=language))
        st.session_state["list_points"] = kept
    points: dict[str, Any] = kept[2]
    return points


def _ask_row(session: ImportSession) -> None:
    """Let a row be chosen by its number too, for whoever uses the keyboard."""
    draft = session.draft
    rows = [row for row in session.shown_rows if row not in draft.dropped]
    if session.placing is not None and session.placing not in rows:
        rows.insert(0, session.placing)
    key = widget_key(session, f"placing_{session.placing}")
    st.selectbox(
        t("Put a row's point right on the map"),
        rows,
        index=rows.index(session.placing) if session.placing in rows else None,
        format_func={row: _row_word(draft, row) for row in rows}.__getitem__,
        placeholder=t("Choose a row, or click its point"),
        key=key,
        on_change=_place,
        args=(key,),
    )


def _row_word(draft: Draft, row: int) -> str:
    header = draft.mapping.fields.get(schema.NAME)
    name = draft.table.rows.loc[row, header] if header else ""
    return t("Row {n}", n=row) + (f" · {name}" if isinstance(name, str) else "")


def _place(key: str) -> None:
    import_session().placing = st.session_state[key]


def _take_answer() -> None:
    """Take up the row that was clicked, or put the point of one where the user pointed."""
    session = import_session()
    shown = st.session_state.get(MAP_KEY) or {}
    if shown.get(CHOSEN) is not None:
        session.placing = int(shown[CHOSEN])
    elif shown.get(PLACED) is not None and session.current is not None:
        row = int(shown[PLACED])
        lon, lat = (round(float(shown[axis]), DECIMALS) for axis in (schema.LON, schema.LAT))
        check_again(
            session, lambda grounds: move_draft(session.draft, row, lon=lon, lat=lat, grounds=grounds)
        )
        session.placing = None
        st.toast(plain(t("{row} was moved and checked again.", row=_row_word(session.draft, row))))
