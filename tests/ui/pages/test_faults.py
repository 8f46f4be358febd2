"""A page that fails says what is wrong and what to do; no trace and no path reaches the screen."""

import pytest
from streamlit.testing.v1 import AppTest

from geo.catalog import CATALOG_NAME, data_path
from geo.errors import CatalogError

PATH = "/home/someone/secret"


def failing(kind):
    def page(kind):
        from geo.errors import CatalogError
        from ui.shared.errors import show_fault

        faults = {
            "damaged": CatalogError("data_file_missing", name="{7*7}.csv"),
            "unforeseen": RuntimeError("/home/someone/secret {{7*191}}"),
        }
        assert show_fault(faults[kind])

    return AppTest.from_function(page, args=(kind,)).run()


def test_damaged_data_is_named_with_its_cure():
    page = failing("damaged")
    assert "数据无法使用" in page.error[0].value
    assert page.code[0].value == "缺少 {7*7}.csv。请从发行版恢复。"


def test_an_unforeseen_fault_tells_the_visitor_nothing_of_the_machine():
    page = failing("unforeseen")
    assert "刷新" in page.error[0].value
    assert PATH not in str(page.main)
    assert not page.exception


def test_a_data_fault_names_files_without_the_machines_folders(tmp_path):
    (tmp_path / CATALOG_NAME).write_text("{}", encoding="utf-8")
    with pytest.raises(CatalogError, match="regions") as caught:
        data_path("regions", folder=tmp_path)
    assert str(tmp_path) not in str(caught.value)
