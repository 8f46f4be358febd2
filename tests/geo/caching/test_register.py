"""The register of caches: one bound in bytes over all of them, what was used least goes first."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from geo.caching.held_bytes import held_bytes
from geo.caching.register import CacheRegister

KILO = 1000


def _kilobytes(number):
    return np.zeros(number * KILO, np.int8)


@pytest.fixture
def register():
    return CacheRegister(100 * KILO)


def test_an_answer_is_found_once_and_kept(register):
    cache, found = register.cache("sums", holds="Sums."), []
    assert [cache.find(3, lambda: found.append(1) or 9) for _ in range(3)] == [9, 9, 9]
    assert found == [1]
    assert 3 in cache
    assert 4 not in cache
    assert (cache.hits, cache.misses, len(cache)) == (2, 1, 1)


def test_none_is_an_answer(register):
    cache, found = register.cache("nothing", holds="Nothing."), []
    assert [cache.find("a", lambda: found.append(1)) for _ in range(2)] == [None, None]
    assert found == [1]


def test_what_was_used_least_goes_first_whichever_cache_holds_it(register):
    one, other = register.cache("one", holds="Ones."), register.cache("other", holds="Others.")
    one.put("a", _kilobytes(40))
    other.put("a", _kilobytes(40))
    assert one.get("a") is not None
    other.put("b", _kilobytes(40))
    assert ("a" in one, "a" in other, "b" in other) == (True, False, True)
    assert register.bytes <= register.bound_bytes


def test_what_was_given_out_stays_good_when_it_is_let_go_of(register):
    cache = register.cache("kept", holds="Numbers.")
    given = cache.find("a", lambda: np.arange(8 * KILO))
    for number in range(10):
        cache.put(number, _kilobytes(50))
    assert "a" not in cache
    assert (given == np.arange(8 * KILO)).all()


def test_a_value_beyond_the_bound_is_given_and_pushes_nothing_out(register):
    cache = register.cache("kept", holds="Numbers.")
    cache.put("small", _kilobytes(10))
    assert len(cache.find("large", lambda: _kilobytes(101))) == 101 * KILO
    assert ("small" in cache, "large" in cache) == (True, False)


def test_a_buffer_that_two_caches_share_is_counted_once(register):
    one, other = register.cache("one", holds="Ones."), register.cache("other", holds="Others.")
    numbers = _kilobytes(70)
    one.put("a", numbers)
    other.put("a", (numbers[5:], _kilobytes(20)))
    assert register.bytes == pytest.approx(90 * KILO, abs=2 * KILO)
    one.clear()
    assert register.bytes == pytest.approx(90 * KILO, abs=2 * KILO)
    other.clear()
    assert register.bytes == 0


def test_what_belongs_to_the_base_costs_nothing(register):
    numbers = np.zeros(900 * KILO, np.int8)
    register.set_base(numbers)
    cache = register.cache("views", holds="Views.")
    cache.put("a", [numbers[3:]])
    assert "a" in cache
    assert register.bytes < KILO


@dataclass(frozen=True)
class Lazy:
    """Hold more once it was used."""

    @cached_property
    def numbers(self):
        return _kilobytes(60)


def test_what_grows_with_use_is_measured_again(register):
    cache = register.cache("lazy", holds="Profiles.", grows=True)
    for key in "abc":
        _ = cache.find(key, Lazy)
        _ = cache.find(key, Lazy).numbers
        cache.put(key + "'", 1)
    assert ("b" in cache, "c" in cache) == (False, True)
    assert register.bytes == pytest.approx(60 * KILO, abs=KILO)


def test_a_number_bounds_one_cache_beside_the_bytes(register):
    cache = register.cache("few", holds="Few.", most_entries=2)
    for key in "abc":
        cache.put(key, key)
    assert [key in cache for key in "abc"] == [False, True, True]


def test_what_visitors_handed_over_goes_last(register):
    found = register.cache("found", holds="Answers.")
    handed = register.cache("handed", holds="Lists.", handed_over=True)
    handed.put("list", _kilobytes(60))
    for key in "abc":
        found.put(key, _kilobytes(30))
    assert ("list" in handed, len(found)) == (True, 1)
    handed.put("second", _kilobytes(60))
    assert ("list" in handed, "second" in handed, len(found)) == (False, True, 0)


def test_whoever_asks_the_same_meanwhile_waits_for_the_one_answer(register):
    cache, found = register.cache("slow", holds="Slow answers."), []

    def find():
        found.append(threading.get_ident())
        time.sleep(0.05)
        return object()

    with ThreadPoolExecutor(8) as threads:
        answers = {id(task.result()) for task in [threads.submit(cache.find, 1, find) for _ in range(8)]}
    assert len(found) == len(answers) == 1


def test_a_failure_is_the_askers_own_and_the_next_tries_again(register):
    cache, tries = register.cache("failing", holds="Answers."), []

    def find():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("cancelled")
        return 5

    with pytest.raises(RuntimeError):
        cache.find(1, find)
    assert cache.find(1, find) == 5


def test_an_answer_may_ask_for_another_of_the_same_cache(register):
    cache = register.cache("sums", holds="Sums.")

    def total(number):
        return cache.find(number, lambda: number + total(number - 1) if number else 0)

    assert total(20) == 210
    assert len(cache) == 21


def test_what_was_begun_before_all_was_let_go_of_is_not_kept(register):
    cache = register.cache("old", holds="Answers of the network before.")
    assert cache.find(1, lambda: register.clear() or 7) == 7
    assert 1 not in cache


def test_every_cache_says_its_name_what_it_holds_and_how_much(register):
    register.cache("small", holds="Small things.", most_entries=5).put(1, 1)
    register.cache("large", holds="Large things.").put(1, _kilobytes(50))
    large, small = register.states()
    assert (large.name, large.holds, large.entries, large.most_entries) == ("large", "Large things.", 1, None)
    assert (small.name, small.entries, small.most_entries) == ("small", 1, 5)
    assert large.bytes == pytest.approx(50 * KILO, abs=KILO)
    with pytest.raises(ValueError, match="large"):
        register.cache("large", holds="More.")


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(1, 120), st.sampled_from("pgc")),
        max_size=40,
    )
)
def test_the_bound_holds_and_the_sums_are_those_of_what_is_kept(steps):
    register = CacheRegister(100 * KILO)
    caches = [register.cache(str(number), holds="Numbers.") for number in range(3)]
    for number, key, size, what in steps:
        if what == "p":
            caches[number].put(key, _kilobytes(size))
        elif what == "g":
            caches[number].get(key)
        elif size > 100:
            caches[number].clear()
        assert register.bytes <= register.bound_bytes
        kept = [cache.get(key) for cache in caches for key in range(6) if key in cache]
        assert register.bytes == held_bytes(*kept)
        assert [len(cache) for cache in caches] == [sum(key in cache for key in range(6)) for cache in caches]
