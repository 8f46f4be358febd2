"""The equity example published with the R package accessibility, and the groups its Palma ratio is cut in.

The five places are cells of Belo Horizonte, with the jobs within half an hour, the people and the income of
each (ipeaGIT/accessibility, tests/testthat: test-gini_index.R and test-palma_ratio.R). That package cuts
the richest tenth and the poorest two fifths in the whole city, not in the five cells: 1.0911 is the mean
access of the two cells with incomes of 3,822 and more over that of the one with 543, so the city's cuts lie
between 543.1 and 1,627.8 and between 1,627.8 and 3,822. Cut among themselves, the richest tenth of these
5,404 people all live in the cell with the highest income, and the ratio is 0.5313.
"""

import numpy as np
import pandas as pd
import pytest

from geo.access.equity import gini, palma_ratio

ACCESS = pd.Series([26774, 22239, 36567, 42372, 55571])
PEOPLE = pd.Series([0, 852, 394, 1969, 2189])
INCOME = pd.Series([np.nan, 4757.8, 1627.8, 543.1, 3822.0], name="income")


def test_the_gini_is_the_published_one():
    assert round(gini(ACCESS, PEOPLE), 4) == 0.1386


@pytest.mark.parametrize("cuts", [(543.1, 1627.8), (1000.0, 3000.0), (1627.7, 3821.9)])
def test_the_palma_by_income_is_the_published_one_with_groups_cut_in_the_whole_city(cuts):
    palma = palma_ratio(ACCESS, PEOPLE, rank=INCOME, cuts=cuts)
    assert round(palma.ratio, 4) == 1.0911
    assert palma.ranked == "by income"


def test_without_the_second_richest_cell_the_palma_is_the_published_one_too():
    people = PEOPLE.where(INCOME != 3822.0, 0)
    assert round(palma_ratio(ACCESS, people, rank=INCOME, cuts=(1000.0, 3000.0)).ratio, 4) == 0.5249


def test_cut_among_themselves_the_five_places_have_another_palma():
    palma = palma_ratio(ACCESS, PEOPLE, rank=INCOME)
    poorest = (1969 * 42372 + (0.4 * 5404 - 1969) * 36567) / (0.4 * 5404)
    assert palma.richest_access == pytest.approx(22239)
    assert palma.poorest_access == pytest.approx(poorest)
    assert round(palma.ratio, 4) == 0.5313
