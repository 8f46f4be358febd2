"""A site that a full list does not name waits until somebody decides; in SQLite and in PostgreSQL."""

import pytest

from geo import schema
from geo.errors import ConflictError, InvalidValueError, RegistryError
from geo.registry.applying import apply_import, undo_batch
from geo.registry.changing import change_record
from geo.registry.difference import plan_import
from geo.registry.history import read_batches, read_current, read_versions
from geo.registry.open_questions import answer_questions, read_questions

RIVER = "河边驿站,甲区,108.03,22.83\n"
FULL = "名称,县区,经度,纬度\n" + RIVER + "市场驿站,甲区,108.07,22.87\n广场驿站,甲区,108.05,22.85\n"
SHORT = "名称,县区,经度,纬度\n" + RIVER


@pytest.fixture
def bring(registry, check_tiny, tiny_network, at):
    """Give a function that applies a list and asks about all it does not name."""

    def brought(text, *, who="甲"):
        difference = plan_import(
            registry, check_tiny(text), sha256="ab" * 32, sourced=tiny_network.facilities
        )
        return apply_import(registry, difference, who=who, at=at, ask=difference.missing.index)

    return brought


def waiting(registry):
    return sorted(read_questions(registry)[schema.NAME])


@pytest.mark.slow
def test_what_a_list_does_not_name_waits_and_is_answered_later(registry, bring, at):
    bring(FULL)
    assert waiting(registry) == []
    batch = bring(SHORT, who="乙")
    asked = read_questions(registry)
    assert sorted(asked[schema.NAME]) == ["市场驿站", "广场驿站"]
    assert set(asked["who"]) == {"乙"}
    assert set(asked["batch_id"]) == {batch}
    assert read_batches(registry).loc[batch, ["closed", "asked", "kept"]].tolist() == [0, 2, 0]
    assert set(read_current(registry)[schema.STATUS]) == {"operating"}, "meanwhile all stand as they did"
    market = asked.index[asked[schema.NAME] == "市场驿站"]
    answer_questions(registry, asked, close=market, who="丙", at=at)
    assert waiting(registry) == []
    statuses = read_current(registry).set_index(schema.NAME)[schema.STATUS]
    assert statuses[["市场驿站", "广场驿站", "河边驿站"]].tolist() == ["closed", "operating", "operating"]
    history = read_versions(registry, market[0])
    assert history[["action", "who"]].iloc[-1].tolist() == ["close", "丙"]
    with pytest.raises(RegistryError, match="waits no more"):
        answer_questions(registry, asked, close=(), who="丙", at=at)


@pytest.mark.slow
def test_a_question_is_no_more_where_a_later_list_or_an_undo_answers_it(registry, bring, at):
    bring(FULL)
    short = bring(SHORT)
    full = bring(FULL)
    assert waiting(registry) == []
    undo_batch(registry, full, who="乙", at=at)
    assert waiting(registry) == ["市场驿站", "广场驿站"], "the list that answered is taken back"
    undo_batch(registry, short, who="乙", at=at)
    assert waiting(registry) == []


@pytest.mark.slow
def test_a_site_asked_about_by_two_lists_is_one_question(registry, bring, at):
    bring(FULL)
    bring(SHORT)
    last = bring(SHORT.replace("河边", "海边"), who="乙")
    asked = read_questions(registry)
    assert asked.index.is_unique
    assert set(asked["batch_id"]) == {last}
    answer_questions(registry, asked, close=(), who="丙", at=at)
    assert waiting(registry) == []


def test_what_somebody_changed_in_the_meantime_is_shown_and_not_closed(registry, bring, at):
    bring(FULL)
    bring(SHORT)
    asked = read_questions(registry)
    one = asked.index[0]
    change_record(registry, one, {"address": "九路9号"}, expected_version=1, who="乙", at=at)
    with pytest.raises(ConflictError, match="by 乙"):
        answer_questions(registry, asked, close=[one], who="丙", at=at)
    assert len(read_questions(registry)) == 2
    answer_questions(registry, read_questions(registry), close=[one], who="丙", at=at)
    closed = read_current(registry).loc[one, [schema.STATUS, schema.ADDRESS]]
    assert closed.tolist() == ["closed", "九路9号"]


def test_only_what_is_missing_is_asked_about_and_only_what_was_asked_answered(
    registry, bring, check_tiny, tiny_network, at
):
    bring(FULL)
    difference = plan_import(registry, check_tiny(SHORT), sha256="ab" * 32, sourced=tiny_network.facilities)
    river, other = difference.records.index[0], difference.missing.index[0]
    for close, ask in (((), [river]), ([other], [other])):
        with pytest.raises(InvalidValueError, match="not missing from the list, or"):
            apply_import(registry, difference, who="甲", at=at, close=close, ask=ask)
    apply_import(registry, difference, who="甲", at=at, ask=[other])
    asked = read_questions(registry)
    assert asked.index.tolist() == [other]
    with pytest.raises(InvalidValueError, match="was not asked about"):
        answer_questions(registry, asked, close=[river], who="甲", at=at)


def test_before_any_list_nothing_waits_and_no_batch_is_told(registry):
    assert read_questions(registry).empty
    assert read_batches(registry)[["new", "asked"]].empty
    assert read_batches(registry).index.name == "batch_id"
