"""Hand back rows with what is said of them, as a workbook in the user's own columns."""

import pandas as pd
import streamlit as st

from geo.importing.checks.check_list import Checked
from geo.importing.workbooks.returned_rows import to_rest_workbook
from ui.screens.data.upload import XLSX
from ui.shared.language import t

LONGEST_STEM = 80


def offer_rest(checked: Checked | None) -> None:
    """Offer the rows that have an error, with what is wrong and how to fix it beside each."""
    if checked is None or not len(checked.rest):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            t("Take the {count} rows home to fix (Excel)", count=f"{len(checked.rest):,}"),
            data=lambda: to_rest_workbook(checked),
            file_name=t("{name} to fix.xlsx", name=_stem(checked)),
            mime=XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(
            t(
                "In your own columns, with what is wrong beside each row. Fix it, save it, "
                "and drop it here again."
            )
        )


def offer_rows(checked: Checked, rows: tuple[int, ...]) -> None:
    """Offer some rows, with all that is said of each beside it: errors, warnings and notes.

    Parameters
    ----------
    checked
        The list after the check.
    rows
        Their numbers.
    """
    if rows:
        st.download_button(
            t("Take these {count} rows home with what is said of them (Excel)", count=f"{len(rows):,}"),
            data=lambda: to_rest_workbook(checked, rows=pd.Index(rows)),
            file_name=t("{name} with findings.xlsx", name=_stem(checked)),
            mime=XLSX,
            on_click="ignore",
            icon=":material/download:",
        )


def _stem(checked: Checked) -> str:
    return checked.table.file_name.rpartition(".")[0][:LONGEST_STEM] or t("list")
