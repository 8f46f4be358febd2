"""Whole pages over a registry that cannot be used: they say what is wrong in the screen's language."""

import os
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import exec_code
from streamlit.testing.v1 import AppTest

from geo.errors import sentences
from geo.registry import faults
from geo.registry.connection import open_registry
from tests.geo.registry.writer import apply_made
from ui.screens.data import shared
from ui.shared.errors import TO_VISITORS, show_fault
from web.shared_data import refreshed_store

pytestmark = pytest.mark.slow
HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
SECTIONS = ("bring", "currency", "questions", "history")
UNTIL_THEN = {"zh": "在此之前不能导入名单。", "en": "Until then no list can be brought in."}


@pytest.fixture(autouse=True)
def faults_are_shown_as_in_the_app(monkeypatch):
    """Have a page that fails end as `app.py` ends it."""
    monkeypatch.setattr(exec_code, "handle_user_script_exception", lambda fault, _handler: show_fault(fault))


@pytest.fixture
def registry_file(monkeypatch, tmp_path):
    """Give the file of a registry that holds a list."""
    path = tmp_path / "kept" / "registry.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    registry = open_registry(read_only=False)
    apply_made(registry, 3, word="甲")
    registry.close()
    yield path
    monkeypatch.undo()
    refreshed_store()


def opened(language):
    """Open the data page by way of the first, in a language."""
    page = AppTest.from_file(HOME, default_timeout=60)
    page.query_params["lang"] = language
    page.run()
    _require_clean(page)
    page.switch_page("screens/data/page.py").run()
    return page


def _require_clean(page):
    assert not page.exception
    assert "Traceback" not in str(page.main)
    assert "registry.sqlite3" not in str(page.main)


def _said(page):
    return "\n".join(box.value for kind in (page.error, page.warning) for box in kind)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_of_the_data_page_says_that_the_registry_is_damaged(registry_file, language):
    whole = registry_file.read_bytes()
    registry_file.write_bytes(whole[:4096].ljust(len(whole), b"\0"))
    refreshed_store()
    page = opened(language)
    words = sentences()[faults.DAMAGED + TO_VISITORS][language]
    for section in SECTIONS:
        page.segmented_control(key="data_section").set_value(section).run()
        _require_clean(page)
        assert words in _said(page), section
        assert (UNTIL_THEN[language] in _said(page)) == (section == "bring")
        assert not page.file_uploader
    assert registry_file.read_bytes() == whole[:4096].ljust(len(whole), b"\0")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_that_nothing_can_be_kept_is_said_before_a_list_is_dropped(registry_file, language, monkeypatch):
    refreshed_store()
    # Root may write whatever the rights say.
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    page = opened(language)
    _require_clean(page)
    assert sentences()[faults.UNWRITABLE + TO_VISITORS][language] in _said(page)
    assert UNTIL_THEN[language] in _said(page)
    assert not page.file_uploader
    page.segmented_control(key="data_section").set_value("history").run()
    _require_clean(page)
    assert len(page.dataframe) == 1, "what is there can be looked at"


def test_a_folder_that_cannot_be_made_is_known_before_a_list_is_dropped(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none/registry.sqlite3")
    assert shared.write_fault() is None
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert shared.write_fault().code == faults.UNWRITABLE
