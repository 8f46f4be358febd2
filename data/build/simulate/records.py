"""Turn drawn places into records that say of themselves that they are simulated."""

import numpy as np
import pandas as pd

from data.build.records import complete
from data.build.simulate.shares import apportion, draw_some
from data.build.simulate.world import World
from geo import schema

GENERATOR = "桂工图 模拟器 v1"
SEED = 20250125
AS_OF = "2025-01"


def rng_of(facility_type: str) -> np.random.Generator:
    """Return the stream of chance of a type, so that a change of one type leaves the others as they are."""
    return np.random.default_rng([SEED, *facility_type.encode()])


def simulated_records(
    places: pd.DataFrame, *, facility_type: str, label: str, slug: str, world: World, digits: int = 2
) -> pd.DataFrame:
    """Name and number places within their county and mark them as simulated.

    Parameters
    ----------
    places
        `county`, `lon`, `lat`, and any columns of facilities that are known of a place already.
    facility_type
        Its code.
    label
        What stands in the name after the county's.
    slug
        What stands in the id.
    world
        For names, prefectures and areas of the counties.
    digits
        How many digits the number in the name has at least.

    Returns
    -------
    DataFrame
        All columns of a record. `place_error_m` is the radius of a circle as large as the county: of a
        simulated place no more is known than its county.
    """
    counties = world.counties.loc[places[schema.COUNTY]]
    number = (places.groupby(schema.COUNTY).cumcount() + 1).astype("str")
    radius_m = np.sqrt(counties[schema.AREA_KM2].to_numpy() / np.pi) * 1000
    named = counties[schema.NAME].to_numpy() + label + number.str.zfill(digits) + "号"
    fixed = {
        schema.FACILITY_ID: f"sim-{slug}-" + places[schema.COUNTY] + "-" + number.str.zfill(4),
        schema.FACILITY_TYPE: facility_type,
        schema.NAME: named + schema.SIMULATED_SUFFIX,
        schema.COUNTY: places[schema.COUNTY],
        schema.COUNTY_BY: schema.BY_DECLARED,
        schema.PREFECTURE: counties[schema.PARENT].to_numpy(),
        schema.STATUS: "operating",
        schema.ORIGIN: schema.SIMULATED,
        schema.PLACE_PRECISION: "county",
        schema.PLACE_ERROR_M: radius_m.round(-2),
        schema.AS_OF: AS_OF,
        schema.SOURCE: f"模拟数据，非真实设施：{GENERATOR}（种子 {SEED}），按公布总数补足",
        schema.SOURCE_DATUM: "WGS-84",
    }
    listed = {name: column for name, column in places.items() if name in schema.FACILITY_COLUMNS}
    spots = {schema.LON: places[schema.LON], schema.LAT: places[schema.LAT]}
    return complete(pd.DataFrame(fixed | listed | spots, index=places.index))


def deal_services(rng: np.random.Generator, shares: dict[str, float], rows: pd.Index) -> pd.Series:
    """Draw services for rows: each code in its exact share, which rows by chance; missing where none."""
    offered = pd.DataFrame(data=False, index=rows, columns=list(schema.SERVICE_CODES))
    for code, share in shares.items():
        count = apportion(len(rows), pd.Series({True: share, False: 1 - share}))[True]
        offered.loc[draw_some(rng, int(count), rows), code] = True
    lists = offered.to_numpy() @ np.array([code + schema.LIST_SEPARATOR for code in offered], dtype=object)
    text = pd.Series(lists, index=rows, dtype="str").str.rstrip(schema.LIST_SEPARATOR)
    return text.where(text != "")
