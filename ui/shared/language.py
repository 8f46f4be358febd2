"""The words on screen, from gettext catalogues: Chinese first, English by a switch."""

import gettext
import re
from io import BytesIO
from pathlib import Path

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from geo.caching.remembered import remember

LOCALE_FOLDER = Path(__file__).parent.parent / "locale"
LANGUAGES = {"zh": "中文", "en": "English"}
PAGE_LANGUAGES = {"zh": "zh-CN", "en": "en"}
FIRST_LANGUAGE = "zh"
LANGUAGE_KEY = "lang"
SWITCH_KEY = "language_switch"
SHOWN_LENGTH = 200
MARKDOWN_SIGNS = "\\`*_{}[]()<>#+-.!$~|:&="
JOINER = "\u2060"
# Emoji and icon names, addresses and mail are found in what is left after the signs are taken literally.
_FOUND_LATER = re.compile(r"(?i)(:|@|www)")
_TURNS_ROUND = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@remember(holds="The words on screen, by language.", most_bytes=1_000_000, most_entries=len(LANGUAGES))
def read_words(language: str) -> gettext.GNUTranslations:
    """Read the catalogue of one language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """
    with (LOCALE_FOLDER / f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def current_language() -> str:
    """Return the language of this session: `zh` unless the visitor switched."""
    language = st.session_state.get(LANGUAGE_KEY, FIRST_LANGUAGE)
    return language if language in LANGUAGES else FIRST_LANGUAGE


def page_language() -> str:
    """Return the language of this session as a page names it (BCP 47)."""
    return PAGE_LANGUAGES[current_language()]


def t(message: str, **values: object) -> str:
    """Say `message` in the language of this session.

    Parameters
    ----------
    message
        The English message as it stands in the catalogues, with `{names}` for values.
    **values
        What the names stand for.
    """
    words = read_words(current_language()).gettext(message)
    return words.format(**values) if values else words


def choose_language(linked: str | None) -> None:
    """Draw the language switch in the sidebar.

    Parameters
    ----------
    linked
        What the link says, as `en`; a new session opens in it.
    """
    if LANGUAGE_KEY not in st.session_state:
        st.session_state[LANGUAGE_KEY] = linked if linked in LANGUAGES else FIRST_LANGUAGE
    with st.sidebar:
        st.segmented_control(
            "语言 · Language",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            default=current_language(),
            key=SWITCH_KEY,
            on_change=_switch_language,
            required=True,
            label_visibility="collapsed",
        )


def _switch_language() -> None:
    st.session_state[LANGUAGE_KEY] = st.session_state[SWITCH_KEY]


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark `message` for the catalogues and give it back as it is."""
    return message


def plain(text: str, *, limit: int = SHOWN_LENGTH) -> str:
    """Write text from outside so that Streamlit, which reads labels and notices as Markdown, shows it.

    Parameters
    ----------
    text
        A file's name, a cell, a link's value: whatever somebody else wrote.
    limit
        How many letters are shown.

    Returns
    -------
    str
        One line: every sign of Markdown behind a backslash, invisible joiners where emoji, icons and links
        would still be found, and no sign that turns the direction of what comes after.
    """
    shown = _TURNS_ROUND.sub("", " ".join(text.split()))
    shown = shown if len(shown) <= limit else shown[: limit - 1] + "…"
    escaped = "".join(f"\\{sign}" if sign in MARKDOWN_SIGNS else sign for sign in shown)
    return _FOUND_LATER.sub(rf"\1{JOINER}", escaped)
