"""What is asked of coverage stands in the link, comes back from it, and refuses what cannot be."""

import math

import pytest

from geo.errors import InvalidValueError
from ui.screens.coverage import question
from ui.screens.coverage.link import LINK
from ui.screens.coverage.question import Asked, Question, Rule
from ui.shared.filters import Filters

EVERYTHING = Asked(
    Question("metres", 850.0, 12.0, 1.4, 5.0, "workers", 6, 23, question.TOWNSHIPS),
    ("share", "circles"),
    Question("minutes", 2000.0, 20.0, 1.2, 4.0, "people", 2, 4, question.OWN_MARK + "0123456789abcdef"),
    "hours",
)


def test_a_link_comes_back_as_it_was_asked(tiny_network):
    link = LINK.write(EVERYTHING)
    assert LINK.read(link, tiny_network) == (EVERYTHING, ())
    assert set(link) <= LINK.names


def test_a_link_keeps_every_digit_of_a_number(tiny_network):
    asked = Asked(Question("metres", 123_456.75))
    assert LINK.read(LINK.write(asked), tiny_network) == (asked, ())


def test_what_is_as_at_first_is_left_out_of_the_link(tiny_network):
    assert LINK.write(Asked()) == {}
    assert LINK.read({}, tiny_network) == (Asked(), ())


def test_no_layer_at_all_is_something_one_can_ask(tiny_network):
    asked = Asked(layers=())
    assert LINK.read(LINK.write(asked), tiny_network) == (asked, ())


@pytest.mark.parametrize("text", ["0", "-5", "nan", "inf", "-inf", "1e12", "{{7*191}}", "<img src=x>"])
@pytest.mark.parametrize("name", ["m", "min", "detour", "kmh", "vs_m"])
def test_a_number_that_cannot_be_is_reported_and_left_as_at_first(tiny_network, name, text):
    asked, faults = LINK.read({name: text, "vs": "1"}, tiny_network)
    assert asked == Asked(other=Question())
    assert [(fault.parameter, fault.value) for fault in faults] == [(name, text)]
    assert faults[0].near


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("by", "straight_line_m:0"),
        ("by", "straight_line_m:nan"),
        ("by", "by_air"),
        ("who", "cats"),
        ("day", "7"),
        ("hour", "24"),
        ("hour", "²"),
        ("people", "mars"),
        ("layers", "roads"),
        ("section", "nowhere"),
    ],
)
def test_a_word_that_does_not_exist_is_reported(tiny_network, name, text):
    asked, faults = LINK.read({name: text}, tiny_network)
    assert [(fault.parameter, fault.value) for fault in faults] == [(name, text)]
    assert asked.question == Question()


def test_a_walk_is_turned_into_a_straight_line_by_both_of_its_figures():
    rule = question.rule_of(Question("minutes", minutes=15, detour=1.3, kmh=4.5), {})
    assert math.isclose(rule.reach_m, 15 / 60 * 4500 / 1.3)
    assert rule.standing == ""


def test_a_standard_that_is_not_of_these_types_gives_way_to_the_first_that_is():
    standards = {"straight_line_m:500": Rule("straight_line_m", 500, 500, "option")}
    assert question.rule_of(Question("walk_minutes:15"), standards).reach_m == 500
    assert question.rule_of(Question("walk_minutes:15", metres=700), {}).reach_m == 700


def test_the_standards_of_stations_are_those_of_the_table(network):
    rules = question.standards_for(["worker_station"], network.standards)
    assert rules["straight_line_m:1000"].standing == "official"
    assert rules["walk_minutes:15"].source
    assert rules["straight_line_m:500"].standing == "option"
    assert next(iter(rules)) == "straight_line_m:1000"


def test_facilities_count_wherever_they_stand_and_only_what_operates():
    filters = Filters(counties=("450103",), prefectures=("450100",))
    supply = question.supply_of(filters, Question(hour=3, day=2))
    conditions = supply.conditions()
    assert conditions["counties"] is None
    assert conditions["prefectures"] is None
    assert conditions["statuses"] == ("operating",)
    assert conditions["types"] == ("worker_station",)
    assert (supply.day, supply.hour) == (2, 3)
    assert question.supply_of(filters, Question(day=2)).day == 0


def test_a_walk_without_speed_is_refused():
    with pytest.raises(InvalidValueError):
        question.rule_of(Question("minutes", kmh=0.0), {})
