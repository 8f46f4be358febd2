"""Checking and comparing four times the rows takes nothing like the square of the time."""

import itertools
import time
from functools import partial

import numpy as np
import pytest

from geo.registry.connection import open_registry
from geo.registry.difference import plan_import
from tests.geo.registry.writer import NO_SOURCES, apply_made, made_list

pytestmark = pytest.mark.slow

FEW, MANY = 2_000, 8_000
# A square takes 16 times as long; what is at the start anyway makes the ratio smaller.
MOST_TIMES = 9
STREETS = ("民族大道", "东葛路", "古城路", "桃源路", "长湖路", "竹溪大道", "星光大道", "友爱路")
SIGNS = [f"{one}{other}" for one in "甲乙丙丁戊己庚辛壬癸" for other in "金木水火土日月星"]


def at_addresses(count):
    """No coordinates: each row is placed by what it names."""
    return [f"第{row}号驿站,青秀区,南宁市青秀区{STREETS[row % 8]}{row}号,," for row in range(count)]


def in_named_counties(count):
    """The county stands in the address alone, written in many ways."""
    counties = ("青秀区", "广西西乡塘区", "南宁市良庆", "桂林市阳朔县", "融水")
    return [f"第{row}号驿站,,{counties[row % 5]}{STREETS[row % 8]}{row}号,," for row in range(count)]


def twice_each(count):
    """Every site stands twice, a few metres apart and under two likely names, in streets full of others."""
    names = itertools.product(SIGNS, SIGNS)
    rows = []
    for site, (one, other) in zip(range(count // 2), names, strict=False):
        lon, lat = 108.3 + site % 60 * 4e-4, 22.8 + site // 60 * 4e-4
        rows.append(f"{one}{other}户外劳动者驿站,青秀区,,{lon:.6f},{lat:.6f}")
        rows.append(f"{one}{other}户外劳动者驿站点,青秀区,,{lon + 1e-5:.6f},{lat:.6f}")
    return rows


def times_as_long(few, many):
    """Give how many times as long `many` takes as `few`, by the processor; the least of three tries.

    The second and third are made only where the first is too much: what else the machine does is left out.
    """
    least = np.inf
    for _ in range(3):
        taken = []
        for work in (few, many):
            begin = time.process_time()
            work()
            taken.append(time.process_time() - begin)
        least = min(least, taken[1] / taken[0])
        if least < MOST_TIMES:
            break
    return least


@pytest.mark.parametrize("make", [at_addresses, in_named_counties, twice_each])
def test_checking_four_times_the_rows(check, make):
    lists = ["\n".join(["名称,县区,地址,经度,纬度", *make(count)]) for count in (FEW, MANY)]
    few, many = (partial(check, text, facility_type="worker_station") for text in lists)
    assert times_as_long(few, many) < MOST_TIMES


@pytest.fixture(params=["unchanged", "changed", "of other ids"])
def comparing(request, tmp_path):
    """Give a comparison of `FEW` rows with as many records, and one of `MANY`."""
    registries, works = [], []
    for count in (FEW, MANY):
        registry = open_registry(f"sqlite:///{tmp_path / str(count)}.sqlite3", read_only=False)
        registries.append(registry)
        apply_made(registry, count, word="甲")
        listed = made_list(count, word="乙" if request.param == "changed" else "甲")
        if request.param == "of other ids":
            listed.facilities.index = "row-" + listed.facilities.index
            listed.source_rows.index = listed.facilities.index
        works.append(partial(plan_import, registry, listed, sha256="0" * 64, sourced=NO_SOURCES))
    yield request.param, works
    for registry in registries:
        registry.close()


def test_comparing_four_times_the_rows_with_as_many_records(comparing):
    case, (few, many) = comparing
    found = few()
    assert found.counts["changed"] == FEW * (case == "changed")
    assert (found.met["by"] == "likeness").sum() == FEW * (case == "of other ids")
    assert times_as_long(few, many) < MOST_TIMES
