"""Links of earlier versions: each opens the question it opened when it was recorded, and is written alike."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.screens.card import controls as card
from ui.screens.coverage import link as coverage
from ui.screens.coverage.question import standards_for, types_of
from ui.screens.siting import question as siting
from ui.shared import filters
from ui.shared.language import LANGUAGE_KEY

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
# As written by the version before the pages' links were read in one place.
RECORDED = json.loads(Path(__file__).with_name("old_links.json").read_text(encoding="utf-8"))
LINKS = {"overview": filters.LINK, "coverage": coverage.LINK, "siting": siting.LINK, "card": card.LINK}
NAMES = [f"{row['page']} {row['link']}" for row in RECORDED]


def read(row, network):
    first = card.CardQuestion(network.counties.index[0]) if row["page"] == "card" else None
    return LINKS[row["page"]].read(row["link"], network, first)


def written(row, asked, network):
    if row["page"] != "coverage":
        return LINKS[row["page"]].write(asked)
    chosen, _ = filters.LINK.read(row["link"], network)
    return coverage.LINK.write(coverage.shortened(asked, standards_for(types_of(chosen), network.standards)))


def test_links_of_every_page_are_recorded():
    assert len(RECORDED) >= 60
    assert {row["page"] for row in RECORDED} == set(LINKS)
    said = {name for row in RECORDED for name in row["link"]}
    assert set().union(*(page.names for page in LINKS.values())) - said <= {"vs_day"}


@pytest.mark.parametrize("row", RECORDED, ids=NAMES)
def test_an_old_link_opens_the_same_question_and_is_written_alike(row, network):
    asked, faults = read(row, network)
    assert json.loads(json.dumps(asdict(asked))) == row["question"]
    assert [[fault.parameter, fault.value] for fault in faults] == row["faults"]
    assert written(row, asked, network) == row["written"]


@pytest.mark.parametrize("row", RECORDED, ids=NAMES)
def test_a_link_the_page_wrote_opens_what_it_says(row, network):
    again, faults = read({**row, "link": row["written"]}, network)
    assert not faults
    assert written(row, again, network) == row["written"]


@pytest.mark.slow
@pytest.mark.parametrize("row", RECORDED[::12], ids=NAMES[::12])
def test_a_page_that_an_old_link_opens_shows_the_same_link(row):
    page = AppTest.from_file(HOME, default_timeout=120)
    if row["page"] != "overview":
        page.run()
    for name, value in row["link"].items():
        page.query_params[name] = value
    if row["page"] != "overview":
        page.switch_page(f"screens/{row['page']}/page.py")
    page.run()
    assert not page.exception
    shown = {
        name: value[-1] if isinstance(value, list) else value for name, value in page.query_params.items()
    }
    shown.pop(LANGUAGE_KEY, None)
    assert shown == row["shown"]
