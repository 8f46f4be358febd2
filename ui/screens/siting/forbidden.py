"""Ask where no site may stand: counties, candidates, places clicked on the map, a list of places."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from geo.coverage.people import MAX_THRESHOLD_M
from geo.errors import GeoDataError
from geo.network.network import Network
from geo.planning.forbidden import Forbidden, near_spots
from geo.planning.place_names import TOWNSHIP_NAME
from geo.schema import COUNTY, KIND, NAME
from ui.screens.siting import cache as siting_answers
from ui.screens.siting import upload
from ui.screens.siting.labels import CANDIDATES
from ui.screens.siting.question import SPOTS_MOST, SitingQuestion, forbidden_of
from ui.shared import cache
from ui.shared.errors import said
from ui.shared.language import plain, t

NO = "siting_no_"
LISTED_KEY, LISTS_SEEN, TEXT_KEY = "siting_no_listed", "siting_lists_seen", "siting_no_text"
# More candidates than these are found by typing, not by scrolling.
OFFERED_MOST = 200
# A click this near to a forbidden place means that place.
SAME_M = 150.0


def ask_forbidden(network: Network, question: SitingQuestion) -> None:
    """Draw the question where no site may stand.

    Parameters
    ----------
    network, question
        Says what can be chosen, and what is asked besides.
    """
    title = t("Where no site may stand")
    st.markdown(f"**{title}**")
    st.caption(t("Places can be clicked as well: choose “Not here” above the map of a plan."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _ask_counties(network, question)
        text = st.text_input(
            t("Find a candidate: name, township or id"), key=TEXT_KEY, max_chars=60, width=300
        )
    _ask_candidates(question, text.strip())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            t("Metres kept free around places"),
            min_value=0.0,
            max_value=float(MAX_THRESHOLD_M),
            step=100.0,
            format="%.0f",
            key=f"{NO}metres",
            persist_state="session",
            width=220,
        )
        if spots := st.session_state[f"{NO}spots"]:
            label = t("Allow what was clicked ({count})", count=str(len(spots)))
            st.button(label, icon=":material/undo:", on_click=_allow_spots, key="siting_allow_spots")
    _ask_list()


def show_forbidden(question: SitingQuestion) -> None:
    """Say what is forbidden, where anything is."""
    try:
        forbidden = forbidden_of(question, siting_answers.network())
    except GeoDataError as fault:
        st.error(plain(said(fault), limit=500))
        return
    if forbidden:
        st.caption(f":material/block: {plain(forbidden_text(forbidden), limit=400)}")


def forbidden_text(forbidden: Forbidden) -> str:
    """Say where no site may stand."""
    names = cache.names().regions
    parts = []
    if forbidden.counties:
        parts.append(t(", ").join(names[code] for code in forbidden.counties))
    if forbidden.candidates:
        parts.append(t("candidates: {count}", count=f"{len(forbidden.candidates):,}"))
    if forbidden.spots:
        count, metres = f"{len(forbidden.spots):,}", f"{forbidden.within_m:,.0f}"
        parts.append(t("places: {count}, with {metres} m around each", count=count, metres=metres))
    return t("No site may stand here: {places}.", places=t("; ").join(parts))


def turn_spot(lon: float, lat: float) -> str:
    """Forbid a place, or allow one again that is there; give what is wrong, empty for nothing."""
    spots, here = list(st.session_state[f"{NO}spots"]), (round(lon, 5), round(lat, 5))
    around = max(min(float(st.session_state[f"{NO}metres"]), SAME_M * 10), SAME_M)
    point = np.array([lon]), np.array([lat])
    near = [spot for spot in spots if near_spots(*point, Forbidden(spots=(spot,), within_m=around))[0]]
    if not near and len(spots) >= SPOTS_MOST:
        return t("No more than {count} places can be clicked; hand over a list.", count=str(SPOTS_MOST))
    left = [spot for spot in spots if spot not in near]
    st.session_state[f"{NO}spots"] = left if near else [*spots, here]
    return ""


def _allow_spots() -> None:
    st.session_state[f"{NO}spots"] = []


def _ask_counties(network: Network, question: SitingQuestion) -> None:
    area = siting_answers.area_of(
        replace(SitingQuestion(), prefectures=question.prefectures, counties=question.counties)
    )
    mine = st.session_state[f"{NO}counties"]
    st.session_state[f"{NO}counties"] = [county for county in mine if county in area]
    st.multiselect(
        t("Counties where none may stand"),
        [county for county in network.counties.index if county in area],
        format_func=cache.names().regions.__getitem__,
        key=f"{NO}counties",
        persist_state="session",
        placeholder=t("None"),
        width=300,
    )


def _ask_candidates(question: SitingQuestion, text: str) -> None:
    """Offer the candidates that a text finds; a choice outlives the text."""
    chosen, found = list(st.session_state[f"{NO}candidates"]), list[str]()
    if text or chosen:
        try:
            described = siting_answers.described_candidates(siting_answers.candidate_question(question))
        except GeoDataError as fault:
            st.error(plain(said(fault), limit=500))
            return
        chosen = _still_there(chosen, described)
        found = _with_text(described, text)
    offered = list(dict.fromkeys([*chosen, *found[:OFFERED_MOST]]))
    labels = {key: _label(key, described.loc[key]) for key in offered}
    st.multiselect(
        t("Candidates where none may stand"),
        offered,
        format_func=labels.__getitem__,
        key=f"{NO}candidates",
        persist_state="session",
        placeholder=_found_text(len(found), asked=bool(text)),
    )


def _still_there(chosen: list[str], described: pd.DataFrame) -> list[str]:
    """Let go of what is no candidate of this question, and say so."""
    kept = [key for key in chosen if key in described.index]
    if len(kept) < len(chosen):
        gone = ", ".join(key for key in chosen if key not in described.index)
        st.warning(plain(t("Not among the candidates of this question, so left out: {names}", names=gone)))
        st.session_state[f"{NO}candidates"] = kept
    return kept


def _with_text(described: pd.DataFrame, text: str) -> list[str]:
    """Find the candidates whose words hold every part of a text."""
    rows = pd.Series(data=bool(text), index=described.index)
    for part in text.lower().split():
        rows &= described["text"].str.contains(part, regex=False)
    return [str(key) for key in described.index[rows.to_numpy(dtype=bool)]]


def _label(key: str, row: pd.Series) -> str:
    """Say what a candidate is called, where it is, of which kind, and its id."""
    county = cache.names().regions.get(str(row[COUNTY]), "")
    kind = t(CANDIDATES[str(row[KIND])])
    return f"{row[NAME] or row[TOWNSHIP_NAME]} · {county} · {kind} · {key.partition(':')[2]}"


def _found_text(count: int, *, asked: bool) -> str:
    if not asked:
        return t("Find some first")
    if count > OFFERED_MOST:
        return t("{count} found; the first {most} are offered", count=f"{count:,}", most=str(OFFERED_MOST))
    return t("{count} found", count=str(count))


def _ask_list() -> None:
    upload.ask_file(
        t("A list of places where none may stand: CSV with lon, lat (WGS-84)"), kind="csv", key=list_key()
    )
    try:
        upload.take_file(list_key(), LISTED_KEY)
    except GeoDataError as fault:
        st.error(plain(said(fault), limit=500))
    if st.session_state.get(LISTED_KEY):
        st.button(
            t("Forget this list"), icon=":material/undo:", on_click=_forget_list, key="siting_no_forget"
        )


def list_key() -> str:
    """Return the key of the widget that takes the list; a new one where the list before is forgotten."""
    return f"siting_no_list_{st.session_state.get(LISTS_SEEN, 0)}"


def _forget_list() -> None:
    st.session_state[LISTED_KEY] = ""
    st.session_state[LISTS_SEEN] = st.session_state.get(LISTS_SEEN, 0) + 1
