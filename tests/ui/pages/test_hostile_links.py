"""Hostile links: every page shows whatever its link says, and says what it could not use."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.screens.card import controls
from ui.screens.coverage import link
from ui.screens.siting import question
from ui.shared import filters, language

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
PAGES = {
    "overview": filters.LINK.names,
    "coverage": filters.LINK.names | link.LINK.names,
    "siting": question.LINK.names,
    "card": controls.LINK.names,
    "data": frozenset(),
    "sources": frozenset(),
}
VALUES = {
    "long": ",".join(["9" * 5000, *(f"没有{number}" for number in range(100))]),
    "no number": "\u202e١٢,nan,inf,1e999,\x00",
}
MOST_WARNINGS_EACH = 6

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_whatever_every_parameter_says(page, value):
    parameters = PAGES[page] | {language.LANGUAGE_KEY, "no-such-parameter"}
    screen = AppTest.from_file(HOME, default_timeout=120)
    if page != "overview":
        # Streamlit knows a page by its address only once the program has named it.
        screen.run()
        screen.switch_page(f"screens/{page}/page.py")
    for name in parameters:
        # What chooses a sub-question stays as it is, or the rest would not be read.
        screen.query_params[name] = "1" if name == "vs" else value
    screen.run()
    assert not screen.exception
    assert screen.session_state[language.LANGUAGE_KEY] == language.FIRST_LANGUAGE
    warnings = [box.value for box in screen.warning]
    assert len(warnings) <= MOST_WARNINGS_EACH * len(parameters)
    assert all(len(text) < 2000 and not re.search("[\u202e\x00]", text) for text in warnings)
    said = " ".join(warnings)
    asked = PAGES[page] - {"q", "sourced", "vs"}
    assert [name for name in sorted(asked) if f" {name} " not in said] == []
