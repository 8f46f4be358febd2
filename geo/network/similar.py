"""Which counties are most like one: by their people, their land and how urban they are."""

import numpy as np
import pandas as pd

from geo.errors import InvalidValueError, UnknownNameError
from geo.schema import AREA_KM2, RESIDENTS, URBAN_RESIDENTS, require_columns

SIMILAR = 5
URBAN_SHARE = "urban_share"
UNLIKENESS = "unlikeness"


def similar_counties(counties: pd.DataFrame, *, county: str, count: int = SIMILAR) -> pd.DataFrame:
    """Find the counties most like one in residents, area and urban share.

    Unlikeness is the Euclidean distance between standardised measures: the logarithm of the residents, the
    logarithm of the area and the urban share, each less its mean over the counties and divided by its
    standard deviation (Kaufman and Rousseeuw 1990, https://doi.org/10.1002/9780470316801, section 1.2).
    Logarithms, because a county of 2 million is to one of 1 million what one of 200,000 is to one of 100,000.

    Parameters
    ----------
    counties
        Indexed by adcode: `residents` and `urban_residents` (persons) and `area_km2`. All of them set the
        mean and the standard deviation; those where nobody lives or without land are like no other.
    county
        The adcode of the one.
    count
        How many to find; there may be fewer.

    Returns
    -------
    DataFrame
        Indexed by adcode, the most similar first, of equals the lower adcode: `residents`, `area_km2`,
        `urban_share` (0-1) and `unlikeness` (standard deviations, 0 for a county that is the same).

    Raises
    ------
    MissingColumnError
        A column is missing.
    UnknownNameError
        The county is not among the counties.
    InvalidValueError
        The county has no people or no land, or fewer than 1 is asked for.
    """
    require_columns(counties, [RESIDENTS, URBAN_RESIDENTS, AREA_KM2], what="counties")
    if county not in counties.index:
        raise UnknownNameError("county_not_among", county=county, count=len(counties))
    if count < 1:
        raise InvalidValueError("similar_number_unusable", count=count)
    known = counties[(counties[RESIDENTS] > 0) & (counties[AREA_KM2] > 0)].sort_index()
    if county not in known.index:
        raise InvalidValueError("county_without_people", county=county)
    share = known[URBAN_RESIDENTS] / known[RESIDENTS]
    measures = pd.DataFrame([np.log(known[RESIDENTS]), np.log(known[AREA_KM2]), share]).T
    spread = measures.std(ddof=0)
    # A measure in which all are alike tells none apart.
    away = ((measures - measures.loc[county]) / spread.where(spread > 0, 1.0)).pow(2).sum(axis=1).pow(0.5)
    found = pd.DataFrame(
        {
            RESIDENTS: known[RESIDENTS],
            AREA_KM2: known[AREA_KM2],
            URBAN_SHARE: share,
            UNLIKENESS: away,
        }
    )
    return found.drop(index=county).sort_values(UNLIKENESS, kind="stable").head(count)
