"""Records are written column by column exactly as one by one, whatever stands in them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.registry.records import json_rows, to_json

TEXTS = st.none() | st.text(st.characters() | st.sampled_from('",\\{}[]:\x00\ud800\udfff\n'), max_size=8)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(TEXTS, NUMBERS, TEXTS, st.none()), max_size=6))
def test_rows_are_written_as_one_after_the_other(rows):
    names = ("名称", "lon", 'a"b', "never told")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    one_by_one = [
        to_json({name: value for name, value in zip(names, row, strict=True) if value is not None})
        for row in rows
    ]
    assert json_rows(columns) == one_by_one


def test_what_separates_texts_may_stand_in_them():
    texts = ['"', '","', "\\", '\\","', "", 'a\\"', ",", '"]', '["', '",', '名称",', "z"]
    assert json_rows({"n": texts}) == [to_json({"n": text}) for text in texts]


def test_rows_that_say_nothing_are_rows():
    assert json_rows({"n": [None, None]}) == ["{}", "{}"]


def test_what_is_no_number_is_never_written_as_one():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_rows({"n": [1.0, math.inf]})
