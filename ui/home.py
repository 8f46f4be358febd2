"""The frame around every page: title, language and the list of pages."""

from pathlib import Path

import streamlit as st

from ui.shared import cache, language, refused_uploads
from ui.shared.errors import said
from ui.shared.language import t
from ui.shared.link import read_link, turn_to
from ui.shared.presses import forget_elsewhere

st.set_page_config(page_title="桂工图 · 广西工会服务网络", page_icon="🗺️", layout="wide")
language.choose_language(read_link().get(language.LANGUAGE_KEY))
style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
# The page around every screen takes its language from here.
st.html(f'<style id="gui-style" lang="{language.page_language()}">{style}</style>')
pages = [
    st.Page("screens/overview/page.py", title=t("Overview"), icon=":material/map:", default=True),
    st.Page("screens/coverage/page.py", title=t("Coverage"), icon=":material/radar:", url_path="coverage"),
    st.Page(
        "screens/siting/page.py", title=t("Siting"), icon=":material/add_location_alt:", url_path="siting"
    ),
    st.Page("screens/card/page.py", title=t("County card"), icon=":material/id_card:", url_path="card"),
    st.Page("screens/data/page.py", title=t("Data"), icon=":material/upload_file:", url_path="data"),
    st.Page(
        "screens/sources/page.py",
        title=t("Sources and methods"),
        icon=":material/menu_book:",
        url_path="sources",
    ),
]
refused_uploads.show_refused()
if fault := cache.lists_fault():
    lack = t("Your own lists cannot be read at the moment; what you see may lack them or be older.")
    st.warning(f"{lack} {said(fault)}")
page = st.navigation(pages, position="top")
forget_elsewhere(page.url_path)
turn_to(page.url_path)
page.run()
