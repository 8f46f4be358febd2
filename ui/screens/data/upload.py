"""Take files in: drop, read, guess; whatever cannot be read says so in one line."""

import html
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from geo.importing.draft import Draft, closed_draft, open_draft
from geo.importing.errors import UnknownEncodingError, UnreadableListError, unexpected
from geo.importing.readers.any_file import read_list
from geo.importing.source_table import MAX_BYTES, MAX_ROWS
from ui.screens.data import shared
from ui.screens.data.progress import working
from ui.screens.data.session import (
    ImportSession,
    Unclear,
    digest_of,
    import_session,
    put_away,
    put_down,
    take_up,
    widget_key,
)
from ui.shared.errors import in_all_languages, said
from ui.shared.language import current_language, plain, t
from ui.shared.refused_uploads import let_go

logger = logging.getLogger(__name__)

MEGABYTE = 2**20
# The page around the screens marks it so: browsers before Chromium 105 know no `:has`.
TOO_LARGE = '[data-testid="stFileUploader"][data-gui-refused="size"]'
ENDINGS = ("xlsx", "xls", "ods", "csv", "tsv", "txt", "geojson", "json", "kml", "kmz", "ovkml", "zip", "gpkg")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ_SHARE = 0.3
LOOKED_AT = 12
UPLOAD_WORD = '[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p'


def ask_files(session: ImportSession) -> None:
    """Show the place where files are dropped, and take in what is."""
    # Streamlit says these in English alone.
    shown = {
        UPLOAD_WORD: t("Choose files"),
        TOO_LARGE: t(
            "The red file was not taken. If it is larger than {size} MB, split it by county.",
            size=MAX_BYTES // MEGABYTE,
        ),
    }
    rules = "".join(
        f"{where}::after {{ content: '{html.escape(words)}'; }}" for where, words in shown.items()
    )
    st.html(f"<style>{rules}</style>")
    key = f"files_{session.taken}_{len(session.refusals)}_{len(session.unclear)}_{session.turn}"
    files = st.file_uploader(
        t("Drop your lists here, or click to choose them"),
        accept_multiple_files=True,
        max_upload_size=MAX_BYTES // MEGABYTE,
        key=key,
    )
    if files:
        take_files(session, [(file.name, file.getvalue()) for file in files])
        let_go(files)
        st.rerun()
    st.caption(
        t(
            "Excel (xlsx, xls, ods), CSV, GeoJSON, KML and OVKML, Shapefile (zip), GeoPackage; at most "
            "{size} MB and {rows} rows each. The list you have will do: titles, totals and merged cells are "
            "understood.",
            size=MAX_BYTES // MEGABYTE,
            rows=f"{MAX_ROWS:,}",
        )
    )
    show_refused(session)


def take_files(
    session: ImportSession, files: list[tuple[str, bytes]], *, encoding: str | None = None
) -> None:
    """Read files and add their lists to the import; show how far it has got.

    Parameters
    ----------
    session
        Where they go.
    files
        Names and contents.
    encoding
        Of their text, where it had to be asked for.
    """
    session.refusals = []
    laid: list[tuple[Draft, str]] = []
    with working(session, t("Reading…")) as on_progress:
        for place, (name, data) in enumerate(files):
            if digest_of(data) in {*session.digests.values(), *(digest for _, digest in laid)}:
                session.refusals.append(_said(t("{name} is in this session already.", name=name)))
                continue
            try:
                laid += _read(
                    name, data, partial(_show_share, on_progress, place, len(files)), encoding=encoding
                )
            except UnknownEncodingError as fault:
                session.unclear.append(Unclear(name, data, fault))
            except UnreadableListError as fault:
                session.refusals.append(in_all_languages(fault))
            except Exception:
                # Whatever a check did not foresee in one file, the files beside it are taken in all the same.
                logger.exception("a list could not be checked")
                session.refusals.append(in_all_languages(unexpected(name)))
    # Whoever cancels finds the import as it was: all lists are added at once.
    for draft, digest in laid:
        put_down(session, draft, digest=digest)
    # What was dropped is read; the browser's own list of files begins again.
    session.turn += 1


def _show_share(on_progress: Callable[..., None], place: int, count: int, share: float, words: str) -> None:
    on_progress((place + share) / count, words)


def offer_templates() -> None:
    st.subheader(t("No list yet?"), anchor=False)
    with st.container(horizontal=True):
        for example, label in ((False, t("Template (Excel)")), (True, t("Template with two examples"))):
            st.download_button(
                label,
                data=partial(shared.template, example=example),
                file_name=t("union_sites_example.xlsx") if example else t("union_sites_template.xlsx"),
                mime=XLSX,
                key=f"template_{example}",
                on_click="ignore",
                icon=":material/download:",
            )
    st.caption(
        t("With drop-down lists and a note on every column. Only name, type and county must be filled in.")
    )


def _read(
    name: str, data: bytes, on_progress: Callable[[float, str], None], *, encoding: str | None
) -> list[tuple[Draft, str]]:
    """Read one file; `on_progress` takes the share of it that is done, and what is being done."""
    shown = plain(name, limit=60)
    on_progress(0.0, t("Reading {name}…", name=shown))
    tables = read_list(
        data,
        file_name=name,
        words=shared.knowledge().words,
        encoding=encoding,
        progress=lambda share: on_progress(READ_SHARE * share, t("Reading {name}…", name=shown)),
    )
    digest, drafts = digest_of(data), []
    for number, table in enumerate(tables):
        words = t("Checking {rows} rows of {name}…", rows=f"{len(table.rows):,}", name=shown)
        if len(tables) > 1:
            words = t("List {place} of {count}", place=number + 1, count=len(tables)) + " · " + words
        start, room = READ_SHARE + (1 - READ_SHARE) * number / len(tables), (1 - READ_SHARE) / len(tables)
        on_progress(start, words)
        grounds = replace(
            shared.grounds(), on_progress=partial(_report_part, on_progress, words, start, room)
        )
        # Every sheet takes its time: of a file of very many the others are looked at when they are taken up.
        look = open_draft if number < LOOKED_AT or len(tables) <= LOOKED_AT else closed_draft
        drafts.append((look(table, grounds, remembered=shared.remembered()), digest))
    return drafts


def _report_part(
    on_progress: Callable[[float, str], None], words: str, start: float, room: float, share: float
) -> None:
    on_progress(start + room * share, words)


def _said(sentence: str) -> dict[str, str]:
    return dict.fromkeys(("zh", "en"), sentence)


def show_refused(session: ImportSession) -> None:
    """Say of every file that was not taken why, and ask for the encodings nobody can tell."""
    for refusal in session.refusals:
        st.error(plain(refusal[current_language()], limit=400), icon=":material/error:")
    _ask_encodings(session)


def _ask_encodings(session: ImportSession) -> None:
    """Show the start of a text in each likely encoding, and let the user say which reads well."""
    for number, unclear in enumerate(session.unclear):
        st.warning(plain(said(unclear.fault), limit=400))
        for name, preview in unclear.fault.previews.items():
            with st.container(border=True):
                st.text(preview)
                st.button(
                    t("This one reads well ({encoding})", encoding=plain(name)),
                    key=f"encoding_{number}_{name}_{session.turn}",
                    on_click=_take_encoding,
                    args=(digest_of(unclear.data), name),
                )


def _take_encoding(digest: str, encoding: str) -> None:
    # What a callback reads shows no bar and cannot be cancelled.
    import_session().encoding = digest, encoding


def read_as_chosen(session: ImportSession) -> None:
    """Read the file whose encoding was just chosen; nothing where a press before took it already."""
    if session.encoding is None:
        return
    (digest, encoding), session.encoding = session.encoding, None
    unclear = next((one for one in session.unclear if digest_of(one.data) == digest), None)
    if unclear is not None:
        take_files(session, [(unclear.file_name, unclear.data)], encoding=encoding)
        session.unclear.remove(unclear)
        st.rerun()


def choose_list(session: ImportSession) -> None:
    """Let the user turn from one list to another, add more, or put one away."""
    numbers = list(session.drafts)
    # Two files may have one name.
    titles = {number: f"{place}. {session.drafts[number].title}" for place, number in enumerate(numbers, 1)}
    key = widget_key(session, "list")
    place = numbers.index(session.current or 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("List {place} of {count}", place=place + 1, count=len(numbers)),
            numbers,
            index=place,
            format_func=titles.__getitem__,
            key=key,
            on_change=_turn_to,
            args=(key,),
        )
        st.button(t("More files"), on_click=_more_files)
        with st.popover(t("Put away")):
            st.write(t("What you changed here is lost; what was applied stays."))
            st.button(t("Put this list away"), on_click=_put_away, type="primary")


def _turn_to(key: str) -> None:
    take_up(import_session(), st.session_state[key])


def _more_files() -> None:
    take_up(import_session(), None)


def _put_away() -> None:
    put_away(import_session())
