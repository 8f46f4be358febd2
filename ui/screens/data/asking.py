"""Ask what only the user can say of a list: its datum, and the counties and types that are not clear."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import streamlit as st

from geo import schema
from geo.export.provenance import percent
from geo.geodesy.datums import DATUMS
from geo.importing.draft import choose, choose_datum, decide_all, decided
from geo.importing.location.datum_evidence import (
    COMPARED,
    INSIDE_SHARE,
    MATCHED_POINTS,
    MEDIAN_M,
    likely_datum,
)
from geo.importing.location.placing import TAKE_DECLARED, TAKE_POINT
from ui.screens.data.progress import check_again
from ui.screens.data.session import ImportSession, import_session, widget_key
from ui.shared import cache
from ui.shared.labels import DATUM_WORDS
from ui.shared.language import N_, plain, t

DECISIONS = {
    "": N_("Leave them to be fixed"),
    TAKE_POINT: N_("The point is right"),
    TAKE_DECLARED: N_("The county in the list is right; the point is given up"),
}
MOST_ASKED = 30
UNSAID = ""


def ask_datum(session: ImportSession) -> None:
    """Ask which datum the coordinates are in, and show what speaks for each."""
    draft = session.draft
    if draft.evidence is None:
        return
    st.subheader(t("Which map do the coordinates come from?"), anchor=False)
    likely = likely_datum(draft.evidence, hint=draft.table.datum_hint)
    if draft.datum is None:
        st.warning(t("Nothing in the list tells. Ask whoever took the coordinates, and choose one."))
    key = widget_key(session, "datum")
    st.radio(
        t("Which map do the coordinates come from?"),
        DATUMS,
        index=DATUMS.index(draft.datum) if draft.datum else None,
        format_func=lambda datum: t(DATUM_WORDS[datum]) + (t(" (fits best)") if datum == likely else ""),
        captions=[_evidence(draft.evidence.loc[[datum]].iloc[0]) for datum in DATUMS],
        key=key,
        on_change=_take_datum,
        args=(key,),
        label_visibility="collapsed",
    )
    st.caption(
        t("A wrong choice moves every point by some 500 m. What you wrote is kept beside what is shown.")
    )


def ask_counties(session: ImportSession) -> None:
    """Ask which county is meant wherever a name may be several."""
    draft = session.draft
    if not draft.asked:
        return
    st.subheader(t("Which county is meant?"), anchor=False)
    names, parents = cache.names().regions, cache.network().regions[schema.PARENT]
    for number, (text, codes) in enumerate(list(draft.asked.items())[:MOST_ASKED]):
        key = widget_key(session, f"county_{number}")
        answer = draft.choices.answers.get(text)
        st.selectbox(
            t("“{text}” in the list is", text=plain(text, limit=60)),
            codes,
            index=codes.index(answer) if answer in codes else None,
            format_func={code: f"{names[str(parents[code])]} · {names[code]}" for code in codes}.__getitem__,
            placeholder=t("Choose, or leave it to be fixed"),
            key=key,
            on_change=_answer,
            args=(text, key),
        )
    if len(draft.asked) > MOST_ASKED:
        st.caption(t("{count} more are left to be fixed.", count=len(draft.asked) - MOST_ASKED))


def ask_conflicts(session: ImportSession) -> None:
    """Ask what is right where the point and the declared county disagree."""
    draft = session.draft
    if not draft.conflicts:
        return
    key = widget_key(session, "conflicts")
    st.radio(
        t("In {count} rows the point lies in another county than the list says.", count=len(draft.conflicts)),
        list(DECISIONS),
        index=list(DECISIONS).index(decided(draft) or ""),
        format_func={code: t(word) for code, word in DECISIONS.items()}.__getitem__,
        key=key,
        on_change=_decide,
        args=(key,),
    )


def ask_defaults(session: ImportSession) -> None:
    """Offer a type and a county for the rows that tell none."""
    draft, names = session.draft, cache.names()
    if draft.checked is None:
        return
    st.subheader(t("Rows that do not say it themselves"), anchor=False)
    counties = cache.network().counties.index
    left, right = st.columns(2)
    with left:
        _ask_default(session, schema.FACILITY_TYPE, t("Their type is"), names.types, t("as their names say"))
    with right:
        _ask_default(
            session,
            schema.COUNTY,
            t("Their county is"),
            {code: names.regions[code] for code in counties},
            t("unknown"),
        )


def _ask_default(session: ImportSession, name: str, label: str, words: dict[str, str], unsaid: str) -> None:
    key = widget_key(session, name)
    offered = [UNSAID, *words]
    chosen = getattr(session.draft.choices, name) or UNSAID
    st.selectbox(
        label,
        offered,
        index=offered.index(chosen),
        format_func=lambda code: words[code] if code else unsaid,
        key=key,
        on_change=_take_default,
        args=(name, key),
    )


def _take_datum(key: str) -> None:
    session, datum = import_session(), st.session_state[key]
    check_again(session, lambda grounds: choose_datum(session.draft, datum, grounds))


def _decide(key: str) -> None:
    session, decision = import_session(), st.session_state[key] or None
    check_again(session, lambda grounds: decide_all(session.draft, decision, grounds))


def _take_default(name: str, key: str) -> None:
    session = import_session()
    said, held = st.session_state[key] or None, session.draft.choices
    choices = replace(held, county=said) if name == schema.COUNTY else replace(held, facility_type=said)
    check_again(session, lambda grounds: choose(session.draft, choices, grounds))


def _answer(text: str, key: str) -> None:
    session = import_session()
    said = {**session.draft.choices.answers, text: st.session_state[key]}
    answers = {asked: code for asked, code in said.items() if code}
    choices = replace(session.draft.choices, answers=MappingProxyType(answers))
    check_again(session, lambda grounds: choose(session.draft, choices, grounds))


def _evidence(row: pd.Series) -> str:
    """Say how well the coordinates fit under one datum."""
    shown = []
    if row[COMPARED]:
        shown.append(
            t(
                "{share} of {count} points lie in the county their row names",
                share=percent(row[INSIDE_SHARE]),
                count=f"{int(row[COMPARED]):,}",
            )
        )
    if row[MATCHED_POINTS] and np.isfinite(row[MEDIAN_M]):
        shown.append(
            t(
                "{count} lie {distance} m (median) from the place of the same name in OpenStreetMap",
                count=f"{int(row[MATCHED_POINTS]):,}",
                distance=f"{row[MEDIAN_M]:,.0f}",
            )
        )
    return t("; ").join(shown) or t("nothing to compare with")
