"""What pages keep: one answer a choice, shared by whoever asks the same."""

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
import pyarrow as pa

from geo.analysis.county_card import Card, find_card
from geo.analysis.union_reach import find_union_reach
from geo.drawing import card_map
from geo.errors import GeoDataError
from geo.export import files
from geo.network.network import Network
from ui.shared import answers, language
from ui.shared import map_state as mapstate
from ui.shared.answers import Answer, Names
from ui.shared.cache_by_network import kept, kept_in_language, see_one_network, store_in_sight
from ui.shared.filters import Filters
from web.map import script

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPORTERS = {
    "geojson": files.to_geojson,
    "xlsx": files.to_xlsx,
    "csv": files.to_csv,
    "gpkg": files.to_geopackage,
}
EXPORT_TITLE = "工会服务设施"


def network() -> Network:
    """Return the network this run of a page sees, the user's own lists in it."""
    return store_in_sight().network


def lists_fault() -> GeoDataError | None:
    """Turn to the newest network at the start of a run; say why it lacks the lists, if it does."""
    return see_one_network().fault


@kept_in_language
def names() -> Names:
    """Return what types and regions are called in this session's language."""
    return answers.find_names(network(), language=language.current_language())


@kept_in_language
def type_rows(filters: Filters) -> pa.Table:
    """Return the rows of the table of types in this session's language."""
    return _arrow(answers.type_rows(answer(filters), names()))


@kept_in_language
def county_rows(filters: Filters) -> pa.Table:
    """Return the rows of the table of counties in this session's language."""
    return _arrow(answers.county_rows(answer(filters), names()))


@kept_in_language
def map_state(filters: Filters) -> dict[str, Any]:
    """Return the state of the map for one choice of filters in this session's language."""
    return mapstate.find_state(
        answer(filters), store_in_sight(), names=names(), language=language.current_language()
    )


@kept
def union_reach() -> pd.DataFrame:
    """Return who lives near a county union, for Guangxi and each prefecture."""
    return find_union_reach(network())


def map_script_url() -> str:
    """Return the address of the map's script, with its version."""
    return script.script_url()


@kept
def answer(filters: Filters) -> Answer:
    """Return what one choice of filters gives."""
    return answers.find_answer(filters, network())


def export_name(filters: Filters, form: str) -> str:
    """Return the name of the file with what is filtered, in a format."""
    return files.file_name(_provenance(filters, today()), form)


def export_file(filters: Filters, form: str) -> bytes:
    """Return the file with what is filtered, in a format (`geojson`, `xlsx`, `csv`, `gpkg`)."""
    return _export_file(filters, form, today())


@kept
def _provenance(filters: Filters, today: dt.date) -> files.Provenance:
    """Return what a file with what is filtered says of itself."""
    whole = network()
    conditions = cast("dict[str, Iterable[str] | str | None]", filters.conditions())
    asked = files.filters_in_words(conditions, files.names_of_codes(whole))
    return files.provenance_of(
        answer(filters).facilities, whole, title=EXPORT_TITLE, filters=asked, generated_on=today
    )


@kept
def _export_file(filters: Filters, form: str, today: dt.date) -> bytes:
    """Write the file with what is filtered."""
    return EXPORTERS[form](answer(filters).facilities, about=_provenance(filters, today))


@kept
def county_card(county: str) -> Card:
    """Return what the card of one county shows."""
    return find_card(county, network())


@kept
def card_picture(county: str) -> str:
    """Return the picture of one county, as SVG."""
    whole, card = network(), county_card(county)
    return card_map.county_picture(
        whole.display_regions,
        county=county,
        facilities=card.facilities,
        facility_types=whole.facility_types,
        gaps=card.gaps,
    )


def today() -> dt.date:
    """Return the day by this machine's clock."""
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


def _arrow(rows: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False)
