"""Errors are codes with values: every code has its sentence in both languages, and no value is a template."""

import ast
import importlib
import pickle
import re
import string
from pathlib import Path

import pandas as pd
import pytest

from geo.coverage.people import WHO_COUNTS
from geo.errors import (
    ConflictError,
    GeoDataError,
    InvalidValueError,
    Message,
    RegistryError,
    UnknownNameError,
    sentences,
    some,
)
from geo.export import whole_file
from geo.importing.errors import UnreadableListError
from geo.registry import faults
from geo.schema import LEVELS
from ui.shared.errors import TO_VISITORS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for room in ("geo", "ui", "web", "data/build") for path in (ROOT / room).rglob("*.py")]
# Codes that are chosen as the program runs, with the values that go with them.
CHOSEN = {
    **dict.fromkeys(faults.CODES, frozenset({"reason"})),
    **dict.fromkeys(whole_file.REASONS, frozenset({"name", "reason"})),
    **dict.fromkeys((*LEVELS, *WHO_COUNTS), frozenset()),
}
# What an error holds besides the values of its sentence.
BESIDE = {"UnknownEncodingError": {"previews"}, "ConflictError": {"conflicts"}}
HAN = re.compile(r"[\u4e00-\u9fff]")


def said_in_code():
    """List every place that names a code: the file with its line, the code, and the names of its values."""
    ours = {name for path in SOURCES for name in _classes(path)} | {"Message"}
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id in ours and call.args and isinstance(call.args[0], ast.Constant):
                names = {keyword.arg for keyword in call.keywords} - BESIDE.get(call.func.id, set())
                yield f"{path.relative_to(ROOT)}:{call.lineno}", call.args[0].value, names


def _classes(path):
    """Name the errors of a file that are children of `GeoDataError`."""
    text = path.read_text(encoding="utf-8")
    if not re.search(r"^class \w+Error\(", text, re.MULTILINE):
        return []
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type)]
    return [kind.__name__ for kind in kinds if issubclass(kind, GeoDataError)]


def names_in(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_code_that_is_raised_has_a_sentence_with_its_values():
    for place, code, names in said_in_code():
        assert code in sentences(), (place, code)
        for language, sentence in sentences()[code].items():
            assert names_in(sentence) == names, (place, code, language)


def test_every_sentence_belongs_to_a_code_that_is_raised():
    raised = {code for _, code, _ in said_in_code()} | set(CHOSEN)
    assert {code.removesuffix(TO_VISITORS) for code in sentences()} == raised


def test_every_sentence_is_said_in_both_languages_with_the_same_values():
    for code, said in sentences().items():
        assert re.fullmatch(r"[a-z0-9_]+", code)
        assert all(said.values()), code
        assert names_in(said["zh"]) == names_in(said["en"]), code
        assert not HAN.search(re.sub("[经纬度名称站]", "", said["en"])), code
        words = string.Formatter().parse(said["zh"])
        letters = "".join(text for text, *_ in words)
        assert HAN.search(letters) or not re.search("[A-Za-z]{4}", letters), code
    for code, names in CHOSEN.items():
        assert names_in(sentences()[code]["en"]) <= names, code


def test_a_visitors_sentence_asks_for_no_value():
    for code, said in sentences().items():
        assert not code.endswith(TO_VISITORS) or not names_in(said["en"])


def test_no_error_of_ours_is_raised_with_a_sentence():
    calls = [(place, code) for place, code, _ in said_in_code() if not re.fullmatch(r"[a-z0-9_]+", code)]
    assert calls == []


@pytest.mark.parametrize("hostile", ["{7*7}", "{0.__class__}", "{name}", "%s %(name)s", "{", "}}", "{{x}}"])
def test_a_hostile_value_stays_as_it_is(hostile):
    error = UnknownNameError("region_ambiguous", name="南宁", near=hostile)
    assert hostile in str(error)
    assert hostile in error.in_language("zh")
    nested = RegistryError("copy_not_whole", name=hostile, parts=[Message("more_than", most=3), hostile])
    assert str(nested).count(hostile) == 2


def test_the_text_of_an_error_is_its_english_sentence():
    error = InvalidValueError("more_sites_than_candidates", sites=9, count=4)
    assert str(error).startswith("sites is 9, but only 4 candidates are")
    assert error.in_language("zh") == "要求 9 处，而可选的地方只有 4 处；请减少数量，或增加候选点。"
    assert (error.code, dict(error.given)) == ("more_sites_than_candidates", {"sites": 9, "count": 4})


def test_a_list_is_joined_as_each_language_joins_it():
    names = InvalidValueError("center_serves_all")
    assert names.in_language("zh").endswith("没有意义。")
    error = InvalidValueError("census_parts")
    assert str(error) != error.in_language("zh")
    listed = Message("columns_missing", what="a.csv", missing=["lon", "lat"], present=[1, 2.5])
    assert str(listed).startswith("a.csv lacks lon, lat; it has 1, 2.5. ")
    assert listed.in_language("zh").startswith("a.csv 缺少 lon、lat 列；现有 1、2.5。")


def test_every_item_of_a_list_takes_the_form_the_sentence_asks_for():
    error = InvalidValueError("thresholds_unusable", thresholds=[-5.0, 1e6], most=100_000)
    assert "Thresholds of -5, 1e+06 m" in str(error)


def test_several_faults_are_each_said_in_the_language_of_the_whole():
    faults_found = [Message("action_without_site"), Message("action_year_unusable", year=7)]
    error = InvalidValueError("actions_unusable", faults=faults_found)
    assert str(error).startswith("it does not say at which site; its year is 7, give one such as 2026. ")
    assert error.in_language("zh").startswith("没有说明是哪个站点；年份为 7，请给出如 2026 的年份。")


def test_an_error_within_an_error_is_said_in_its_language_and_not_kept():
    inner = InvalidValueError("places_empty")
    outer = GeoDataError("recipe_unreadable", reason=inner)
    assert "地点名单没有内容" in outer.in_language("zh")
    assert outer.given["reason"] == inner.message, "the message alone, not what a traceback holds"
    assert GeoDataError("recipe_no_json", reason=KeyError("{x}")).given["reason"] == "'{x}'"


def test_counties_are_called_by_their_names_where_they_are_known():
    shares = [Message("county_share", county="450107", share=0.125)]
    error = InvalidValueError("counties_below_with_everything", count=1, shares=shares)
    named = error.in_language("zh", name_of={"450107": "西乡塘区"}.get)
    assert "西乡塘区 12.5%" in named
    assert "450107 12.5%" in str(error)


def test_some_of_many_labels_are_named_and_the_rest_counted():
    assert some(pd.Index(["a", "b"])) == ["a", "b"]
    assert str(some(list(range(9)), most=3)) == "0, 1, 2 and 6 more"
    assert some(range(9), most=3).in_language("zh") == "0、1、2，另有 6 个"


def test_an_error_survives_being_sent_to_another_process():
    for error in (
        InvalidValueError("who_unknown", who="x", known=["people"]),
        UnreadableListError("file_empty", file_name="a.csv"),
    ):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(again), again.message, str(again)) == (type(error), error.message, str(error))


def test_what_an_error_shows_besides_its_sentence_is_no_value_of_it():
    error = ConflictError("batch_changed_since", batch=2, count=1, names=["a"], conflicts=[1])
    assert error.conflicts == [1]
    assert "conflicts" not in error.given


def test_messages_of_the_same_code_and_values_are_the_same():
    assert Message("none") == Message("none")
    assert len({Message("none"), Message("none"), Message("no_reason")}) == 2
    assert Message("more_than", most=1) != Message("more_than", most=2)
    assert repr(Message("more_than", most=1)) == "Message('more_than', {'most': 1})"
