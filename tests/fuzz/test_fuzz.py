"""Damaged lists of every format, always the same ones: a result or a refusal, within time and memory."""

import logging

import pytest

from geo.importing.synonyms import read_words
from tests.fuzz.__main__ import read_batch
from tests.fuzz.seeds import all_seeds
from tests.fuzz.trial import CORPUS, Net, case, fault_of

COUNT = 3_000


@pytest.fixture(scope="module")
def words():
    return read_words()


@pytest.fixture
def net():
    logger, handler = logging.getLogger("geo.importing.readers.any_file"), Net()
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_once_was_at_fault_is_refused_or_read(path, words, net):
    assert fault_of(path.name.partition("-")[2], path.read_bytes(), words, net) is None


def test_every_seed_is_a_sound_list(words, net):
    for name, data in all_seeds():
        assert fault_of(name, data, words, net) is None


def test_a_number_always_makes_the_same_file_and_another_number_another():
    seeds = all_seeds()
    assert [case(number, seeds) for number in range(20)] == [case(number, seeds) for number in range(20)]
    assert len({case(number, seeds)[1] for number in range(20)}) > 15


def test_what_breaks_a_promise_is_seen(monkeypatch, words, net):
    from tests.fuzz import trial

    def fail(*_args, **_kwargs):
        raise ValueError("anything")

    monkeypatch.setattr(trial, "read_list", fail)
    assert "anything" in fault_of("a.csv", b"x", words, net)
    monkeypatch.undo()
    monkeypatch.setattr("geo.importing.readers.any_file.read_text", fail)
    assert "net" in fault_of("a.csv", "名称,县区\n甲,乙\n".encode(), words, net)


@pytest.mark.slow
def test_three_thousand_damaged_files_are_read_or_refused():
    pytest.importorskip("resource", reason="time and memory are bounded by the system")
    begun, faults = read_batch(0, COUNT)
    assert faults == {}
    assert begun == COUNT
