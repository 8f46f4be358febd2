"""Show what every column is taken for, and let the user correct it; what is sure stays folded away."""

import streamlit as st

from geo import schema
from geo.importing.columns.header_matching import ColumnMatch
from geo.importing.draft import Draft, map_draft, sure_headers
from geo.importing.synonyms import (
    CONTACT,
    DATUM,
    FINDING,
    FOLDER_PATH,
    ID_NUMBER,
    LONLAT,
    PHONE,
    PROVINCE,
    REMARK,
    SERIAL,
    SHAPE,
    TOWNSHIP,
)
from ui.screens.data.progress import check_again
from ui.screens.data.session import ImportSession, import_session, widget_key
from ui.shared.language import N_, plain, t

UNUSED = ""
FIELD_WORDS = {
    UNUSED: N_("(not brought in)"),
    schema.NAME: N_("Name"),
    schema.FACILITY_TYPE: N_("Type"),
    schema.PREFECTURE: N_("Prefecture"),
    schema.COUNTY: N_("County"),
    TOWNSHIP: N_("Township or subdistrict"),
    schema.ADDRESS: N_("Address"),
    schema.LON: N_("Longitude"),
    schema.LAT: N_("Latitude"),
    LONLAT: N_("Longitude and latitude in one"),
    DATUM: N_("Datum of the coordinates"),
    schema.STATUS: N_("Status"),
    schema.HOURS: N_("Hours"),
    schema.SERVICES: N_("Services"),
    schema.CAPACITY: N_("Capacity"),
    schema.ATTENDANCE: N_("Attendance"),
    schema.BUILD_MODE: N_("How it was built"),
    schema.PARTNER: N_("Partner"),
    schema.SIZE_CLASS: N_("Size"),
    schema.ALIASES: N_("Other names"),
    schema.AS_OF: N_("As of"),
    schema.VERIFIED_AT: N_("Verified on"),
    schema.SOURCE: N_("Source"),
    PROVINCE: N_("Province"),
    REMARK: N_("Remark (stays private)"),
    CONTACT: N_("Contact (stays private)"),
    PHONE: N_("Telephone (stays private)"),
    ID_NUMBER: N_("Identity number (stays private)"),
    SERIAL: N_("Serial number"),
    FOLDER_PATH: N_("Folder"),
    SHAPE: N_("Kind of shape"),
    FINDING: N_("Findings of an earlier check"),
}
A_ROW = 4
EXAMPLES, EXAMPLE_LENGTH = 2, 14
SUMMARY_LENGTH = 600


def ask_columns(session: ImportSession) -> None:
    """Show every column with what it is taken for; those nobody is sure of stand open."""
    draft = session.draft
    sure = set(sure_headers(draft))
    open_ones = [column for column in draft.mapping.columns if column.header not in sure]
    known = [column for column in draft.mapping.columns if column.header in sure]
    st.subheader(t("What the columns hold"), anchor=False)
    if draft.familiar:
        st.caption(t("As you confirmed it for the last list with this header."))
    if draft.lacks_name:
        st.error(t("No column holds the names. Choose the one that does."), icon=":material/error:")
    if open_ones:
        st.caption(t("Please look at these {count}; change what is wrong.", count=len(open_ones)))
        _ask(session, open_ones)
    if known:
        shown = (f"{column.header} = {field_word(column.field or UNUSED)}" for column in known)
        st.caption(plain(" · ".join(shown), limit=SUMMARY_LENGTH))
        with st.expander(t("{count} columns were recognised: change them", count=len(known))):
            _ask(session, known)


def field_word(name: str) -> str:
    """Say a field in this session's language; a field of the program's own files by its code."""
    return t(FIELD_WORDS[name]) if name in FIELD_WORDS else name


def _ask(session: ImportSession, columns: list[ColumnMatch]) -> None:
    for start in range(0, len(columns), A_ROW):
        for column, box in zip(columns[start : start + A_ROW], st.columns(A_ROW), strict=False):
            with box:
                _ask_column(session, column)


def _ask_column(session: ImportSession, column: ColumnMatch) -> None:
    number = session.draft.table.header.index(column.header)
    name = column.field or UNUSED
    offered = list(FIELD_WORDS) if name in FIELD_WORDS else [*FIELD_WORDS, name]
    key = widget_key(session, f"column_{number}")
    st.selectbox(
        plain(column.header, limit=40),
        offered,
        index=offered.index(name),
        format_func=field_word,
        key=key,
        on_change=_change,
        args=(column.header, key),
    )
    st.caption(plain(_examples(session.draft, column.header), limit=60))


def _change(header: str, key: str) -> None:
    session, taken_for = import_session(), st.session_state[key] or None
    check_again(session, lambda grounds: map_draft(session.draft, {header: taken_for}, grounds))


def _examples(draft: Draft, header: str) -> str:
    said = draft.table.rows[header].dropna().head(50).drop_duplicates().head(EXAMPLES)
    shown = (text if len(text) <= EXAMPLE_LENGTH else text[:EXAMPLE_LENGTH] + "…" for text in map(str, said))
    return t("e.g. {texts}", texts=t(", ").join(shown)) if len(said) else t("(empty)")
