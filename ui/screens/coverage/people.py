"""Take people of the user's own, and put whoever counts beside the census."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo import schema
from geo.coverage.people import WHO_COUNTS
from geo.errors import UnreadablePeopleError
from geo.geodesy.datums import DATUMS
from geo.importing.errors import UnreadableListError
from geo.network.network import Network
from geo.population.sources import DIFFERENCE, RATIO
from ui.screens.coverage import cache as cached_reach
from ui.screens.coverage import own_people, question
from ui.screens.coverage.labels import WHO, people_text, source_name
from ui.screens.coverage.view import View, Views
from ui.shared import cache, permission
from ui.shared.errors import in_all_languages
from ui.shared.labels import DATUM_WORDS
from ui.shared.language import current_language, plain, t

NEXT_SOURCE, OWN_FILES = "reach_next_source", "reach_own_files"
UPLOAD, DATUM, TRIED, REFUSED = "reach_upload", "reach_datum", "reach_tried", "reach_refused"
ENDINGS = ["csv", "txt", "tsv", "xlsx", "xls", "ods", "tif", "tiff"]
TABLE_HEIGHT, SHORT_TABLE = 460, 12
COVER_NAMED = 3


def offered_sources(key: str) -> list[str]:
    """List whose people can be chosen: the grid, the townships, this visitor's files, the link's own."""
    marks = [*st.session_state.get(OWN_FILES, ()), st.session_state[key]]
    own = [mark for mark in dict.fromkeys(marks) if own_people.has_own(mark)]
    return [question.GRID, question.TOWNSHIPS, *own]


def show_upload(network: Network) -> None:
    """Offer to count by a file of one's own; one that cannot be used is refused in plain words."""
    with st.popover(t("Count by people of my own"), icon=":material/upload_file:"):
        if not permission.is_let_in(key=UPLOAD):
            return
        st.markdown(
            t(
                "A table (CSV, XLSX) with longitude, latitude and people in every row, urban people and "
                "workers if known; or a GeoTIFF in degrees of WGS-84 or CGCS2000 with persons a cell, which "
                "needs rasterio. A column in thousands or ten thousands says so in its header. A file of "
                "some counties serves those. It stays in the memory of this program and is sent nowhere."
            )
        )
        datum = st.selectbox(
            t("Coordinates of the table are in"),
            DATUMS,
            key=DATUM,
            format_func=lambda code: t(DATUM_WORDS[code]),
        )
        file = st.file_uploader(t("File of people"), type=ENDINGS, key=UPLOAD)
        if file is not None and st.session_state.get(TRIED) != (file.file_id, datum):
            st.session_state[TRIED] = (file.file_id, datum)
            _take(file.getvalue(), file.name, datum, network)
            st.rerun()
        if file is not None:
            _show_source()


def show_cover(source: str, counties: tuple[str, ...]) -> None:
    """Say which of the counties asked about a file of one's own covers; end the page where it covers none.

    Parameters
    ----------
    source
        Whose people count.
    counties
        The counties asked about; none for all.
    """
    if not source.startswith(question.OWN_MARK) or not own_people.has_own(source):
        return
    own = own_people.find_own(source)
    asked = counties or tuple(cache.network().counties.index)
    covered = [code for code in asked if code in own.covered]
    words = {"file": plain(own.file_name), "count": len(asked)}
    if not covered:
        st.error(
            t(
                "{file} covers none of the {count} counties asked about. Choose others, or other people.",
                **words,
            )
        )
        st.stop()
    if len(covered) < len(asked):
        names = cache.names().regions
        first = t(", ").join(names[code] for code in covered[:COVER_NAMED])
        st.info(
            t(
                "{file} covers {covered} of the {count} counties asked about ({names}): figures are of these "
                "alone. The others are not covered by your file.",
                **words,
                covered=len(covered),
                names=first if len(covered) <= COVER_NAMED else first + "…",
            )
        )


def show_people(views: Views) -> None:
    """Show the people who count beside the census, by county."""
    view = views.view
    source = view.question.source
    census = cached_reach.reach_census(source)
    st.markdown(f"**{plain(source_name(source))}** · {_what_it_is(source)}")
    _show_totals(view)
    counties = cached_reach.reach_area(view.scope.counties, source).regions.index[:-1]
    names = cache.names().regions
    rows = census.loc[counties].reset_index()
    rows[DIFFERENCE] = rows[DIFFERENCE].round() + 0.0
    rows.insert(0, schema.NAME, rows.pop(schema.ADCODE).map(names))
    st.dataframe(
        rows.sort_values(by=RATIO, kind="stable"),
        hide_index=True,
        height="content" if len(rows) <= SHORT_TABLE else TABLE_HEIGHT,
        column_config={
            schema.NAME: st.column_config.TextColumn(t("County"), pinned=True),
            schema.PEOPLE: st.column_config.NumberColumn(t("By this source"), format="%,.0f"),
            schema.RESIDENTS: st.column_config.NumberColumn(t("Census 2020"), format="%,.0f"),
            DIFFERENCE: st.column_config.NumberColumn(t("Difference"), format="%,.0f"),
            RATIO: st.column_config.NumberColumn(t("Source by census"), format="%.3f"),
        },
    )
    st.caption(
        t(
            "Census of 2020: National Bureau of Statistics, by county. A ratio far from 1 says that the "
            "source counts other people or another year."
        )
    )


def _show_totals(view: View) -> None:
    source = view.question.source
    area = cached_reach.reach_area(view.scope.counties, source)
    residents = float(cached_reach.reach_census(source).loc[area.regions.index[:-1], schema.RESIDENTS].sum())
    with st.container(horizontal=True, gap="medium"):
        for who in WHO_COUNTS:
            st.metric(t(WHO[who]), people_text(float(area.demand[who].sum())))
        st.metric(t("Residents (census 2020)"), people_text(residents))
        if source.startswith(question.OWN_MARK):
            st.metric(
                t("Outside the counties, left out"), people_text(own_people.find_own(source).outside_people)
            )


def _what_it_is(source: str) -> str:
    shown = {
        question.GRID: t(
            "Census 2020 county totals, urban and rural apart, spread by night lights over a grid: modelled."
        ),
        question.TOWNSHIPS: t(
            "The grid's people gathered at the nearest township of their county: shows how much an answer "
            "owes to the grid's detail."
        ),
    }
    return shown.get(
        source,
        t("Your own file. Where it has no urban people or workers, the county's census share stands in."),
    )


def _show_source() -> None:
    """Say what became of the file."""
    if REFUSED in st.session_state:
        st.error(plain(st.session_state[REFUSED][current_language()]), icon=":material/error:")
    elif st.session_state.get(OWN_FILES):
        own = own_people.find_own(st.session_state[OWN_FILES][-1])
        st.success(
            t(
                "{file} is read: {people} people live in the counties of Guangxi, {outside} outside. Choose "
                "it under “People from”; the section People puts it beside the census.",
                file=plain(own.file_name),
                people=people_text(float(own.demand[schema.PEOPLE].sum())),
                outside=people_text(own.outside_people),
            ),
            icon=":material/check_circle:",
        )


def _show(bar: DeltaGenerator, share: float) -> None:
    bar.progress(share, text=t("Reading people…"))


def _take(data: bytes, file_name: str, datum: str, network: Network) -> None:
    st.session_state.pop(REFUSED, None)
    bar = st.progress(0.0, text=t("Reading people…"))
    # Whatever is pressed ends the run where the bar is next shown; the file is tried once.
    st.button(t("Cancel"), key="reach_upload_cancel", icon=":material/close:")
    try:
        mark = own_people.keep_own(
            data,
            network.regions,
            file_name=file_name,
            datum=datum,
            progress=lambda share: _show(bar, share),
        )
    except (UnreadablePeopleError, UnreadableListError) as fault:
        st.session_state[REFUSED] = in_all_languages(fault)
        return
    marks = st.session_state.get(OWN_FILES, ())
    st.session_state[OWN_FILES] = (*(other for other in marks if other != mark), mark)
    st.session_state[NEXT_SOURCE] = mark
