"""Hand back what must still be mended, as a workbook in the user's own columns."""

import streamlit as st

from geo.importing.checking import Checked
from geo.importing.rest_workbook import to_rest_workbook
from ui.lists.drop import XLSX
from ui.words import t

LONGEST_STEM = 80


def offer_rest(checked: Checked | None) -> None:
    """Offer the rows that have an error, with what is wrong and how to mend it beside each."""
    if checked is None or not len(checked.rest):
        return
    stem = checked.table.file_name.rpartition(".")[0][:LONGEST_STEM] or t("list")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            t("Take the {count} rows home to mend (Excel)", count=f"{len(checked.rest):,}"),
            data=lambda: to_rest_workbook(checked),
            file_name=t("{name} to mend.xlsx", name=stem),
            mime=XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(
            t(
                "In your own columns, with what is wrong beside each row. Mend it, save it, "
                "and drop it here again."
            )
        )
