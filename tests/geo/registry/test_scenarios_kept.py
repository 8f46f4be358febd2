"""Scenarios are kept under names; nobody's is lost to somebody else's save."""

import pytest

from geo.errors import InvalidValueError, ReadOnlyError, RegistryError
from geo.registry.connection import open_registry
from geo.registry.scenarios import (
    delete_scenario,
    duplicate_scenario,
    list_scenarios,
    load_scenario,
    save_scenario,
)

RECIPE = {"type": "worker_station", "sites": [1, 2.5, None, True], "name": "{{7*191}} <b>", "deep": {"a": []}}


@pytest.fixture
def save(registry, at):
    """Give a function that saves a recipe."""

    def saved(name, recipe=RECIPE, **options):
        return save_scenario(registry, name, recipe, who="甲", at=at, **options)

    return saved


def test_a_recipe_comes_back_as_it_was(registry, save):
    assert save(" 二十个新站 ") == 1
    found = load_scenario(registry, "二十个新站")
    assert (found.recipe, found.version, found.who) == (RECIPE, 1, "甲")
    assert found.at == "2026-11-26T09:00:00+00:00"


def test_saving_again_needs_the_version_it_was_loaded_with(registry, save):
    save("甲案")
    with pytest.raises(RegistryError, match="'甲案' is taken by 甲"):
        save("甲案")
    assert save("甲案", {"n": 2}, expected_version=1) == 2
    with pytest.raises(RegistryError, match="was changed"):
        save("甲案", {"n": 3}, expected_version=1)
    assert load_scenario(registry, "甲案").recipe == {"n": 2}
    with pytest.raises(RegistryError, match="was deleted"):
        save("乙案", expected_version=1)


def test_scenarios_are_listed_duplicated_and_deleted(registry, save, at):
    save("b")
    duplicate_scenario(registry, "b", "a", who="乙", at=at)
    assert [(one.name, one.who, one.recipe) for one in list_scenarios(registry)] == [
        ("a", "乙", RECIPE),
        ("b", "甲", RECIPE),
    ]
    with pytest.raises(RegistryError, match="is taken"):
        duplicate_scenario(registry, "b", "a", who="乙", at=at)
    delete_scenario(registry, "b")
    assert [one.name for one in list_scenarios(registry)] == ["a"]
    with pytest.raises(RegistryError, match="no scenario 'b'"):
        delete_scenario(registry, "b")
    with pytest.raises(RegistryError, match="no scenario 'b'"):
        load_scenario(registry, "b")


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("", RECIPE),
        ("x" * 101, RECIPE),
        ("a\x00b", RECIPE),
        ("案", {"n": float("nan")}),
        ("案", {"n": {1, 2}}),
        ("案", {1: "number as a key"}),
        ("案", {"n": "x" * 1_000_001}),
    ],
)
def test_what_cannot_be_kept_is_refused(registry, save, name, recipe):
    with pytest.raises(InvalidValueError):
        save(name, recipe)
    assert list_scenarios(registry) == ()


def test_a_registry_for_reading_keeps_none(registry, url, at):
    reader = open_registry(url, read_only=True)
    with pytest.raises(ReadOnlyError):
        save_scenario(reader, "案", {}, who="甲", at=at)
    reader.close()
