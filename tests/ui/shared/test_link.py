"""The link: whatever it says, reading it costs little, and what was written comes back."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import names
from geo.network import regions
from ui.screens.coverage import link as reach_link
from ui.screens.siting import question
from ui.shared import filters, link_values
from ui.shared.link_values import (
    MOST_FAULTS,
    MOST_LETTERS,
    MOST_VALUES,
    read_number,
    read_values,
    read_whole,
    split_values,
)

ROOT = Path(__file__).resolve().parents[3]
UI = ROOT / "ui"
LONG = {
    "unknown counties": ",".join(f"没有的县{number}" for number in range(5000)),
    "true counties again and again": ",".join(["450103"] * 5000),
    "digits": "9" * 5000,
    "one long name": "县" * 100_000,
    "commas": "," * 100_000,
    "pairs": ",".join(f"108.{number}:22.{number}" for number in range(5000)),
}
STRANGE = (
    "nan",
    "inf",
    "-inf",
    "1e999",
    "1_000",
    "１２",
    "²",
    "٣",
    "0x10",
    "-0",
    " 7",
    "7\x00",
    "a\u202eb",
    "\ud800",
    "\ufffd",
    "{{7*191}}",
    "=1+1",
    "</script><script>",
)
HOSTILE = {**LONG, **{repr(text): text for text in STRANGE}}
PARAMETERS = sorted({*filters.LINK.names, *reach_link.LINK.names, *question.LINK.names, "lang", "no-such"})


def read_everything(link, network):
    cut = {name: value[:MOST_LETTERS] for name, value in link.items()}
    for page in (filters, reach_link, question):
        yield from page.LINK.read(cut, network)[1]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_value_of_any_parameter_is_more_than_a_few_look_ups(tiny_network, monkeypatch, text):
    looked_for = []
    for module in (names, link_values, regions):
        monkeypatch.setattr(
            module, "near_names", lambda name, _known: looked_for.append(name) or "", raising=False
        )
    for parameter in PARAMETERS:
        looked_for.clear()
        faults = list(read_everything({parameter: text, "vs": "1"}, tiny_network))
        assert len(looked_for) <= 3 * MOST_FAULTS
        assert len(faults) <= 3 * (MOST_FAULTS + 1)


def test_what_is_not_looked_at_is_said(tiny_network):
    link = {"county": LONG["unknown counties"][:MOST_LETTERS]}
    chosen, faults = filters.LINK.read(link, tiny_network)
    assert chosen.counties == ()
    assert [fault.value for fault in faults[:2]] == ["没有的县0", "没有的县1"]
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1].value == f"没有的县{MOST_FAULTS}…"


def test_as_many_values_as_there_are_counties_are_read(network):
    every = tuple(network.counties.index)
    assert filters.LINK.read(filters.LINK.write(filters.Filters(counties=every)), network) == (
        filters.Filters(counties=every),
        (),
    )


def test_a_list_is_split_no_further_than_it_is_read():
    assert split_values("a,b,,a,c") == ["a", "b", "c"]
    assert split_values("a,b,c", most=2) == ["a", "b"]
    good, faults = read_values("x", ",".join(map(str, range(1000))), int)
    assert good == list(range(MOST_VALUES))
    assert [(fault.parameter, fault.value) for fault in faults] == [("x", f"{MOST_VALUES}…")]


@settings(deadline=None, max_examples=200)
@given(value=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_every_number_the_program_writes_is_read(value):
    assert math.isclose(read_number(f"{value:.12g}"), value, rel_tol=1e-11)


@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=40))
def test_a_number_is_finite_or_not_there(text):
    value = read_number(text)
    assert math.isnan(value) or text.isascii()
    whole = read_whole(text, range(24))
    assert whole is None or str(whole) == (text.lstrip("0") or "0")


@pytest.mark.parametrize("text", [text for text in STRANGE if text not in {"-0", "1e999"}])
def test_what_is_no_number_is_none(text):
    assert math.isnan(read_number(text))
    assert read_whole(text, range(10)) is None


def test_nothing_is_near_a_name_longer_than_any():
    assert names.near_names("青秀", ["青秀区"]) == "青秀区"
    assert names.near_names("青秀" * 51, ["青秀区"] * 3) == ""


def test_query_parameters_are_read_in_one_place():
    reading = re.compile(r"\bst\.query_params\b|\bquery_string\b")
    readers = [path.name for path in UI.rglob("*.py") if reading.search(path.read_text(encoding="utf-8"))]
    assert readers == ["link.py"]
