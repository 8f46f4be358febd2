"""The people no candidate and no site reaches, and at which distance one would."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.planning.baseline import Baseline
from geo.planning.options import ActionOptions
from geo.proximity.grid import demand_places
from geo.proximity.nearest import nearest_place
from geo.schema import COUNTY, LAT, LON, PEOPLE

NEEDED_M = "needed_m"


def unreached_homes(baseline: Baseline, options: ActionOptions) -> gpd.GeoDataFrame:
    """Find the homes that stay out of reach whatever is bought.

    Parameters
    ----------
    baseline, options
        What a plan starts from, and what can be bought.

    Returns
    -------
    GeoDataFrame
        Rows of the grid, most people first: `people` who count, `county`, and `needed_m`, the metres within
        which a site of today or a candidate would be; infinite where there is none at all.
    """
    reached = (baseline.reached_today > 0) | (np.diff(options.reach.tocsr().indptr) > 0)
    rows = np.flatnonzero(~reached & (baseline.people > 0))
    rows = rows[np.argsort(-baseline.people[rows], kind="stable")]
    homes = baseline.homes.iloc[rows]
    supply = pd.concat([baseline.supply, options.rows[[LON, LAT]]])
    places = (supply[name].to_numpy(np.float64) for name in (LON, LAT))
    needed = nearest_place(*demand_places(homes), *places)[1] if len(rows) else np.empty(0)
    columns = {PEOPLE: baseline.people[rows], COUNTY: homes[COUNTY].to_numpy(dtype=object), NEEDED_M: needed}
    return gpd.GeoDataFrame(columns, index=homes.index, geometry=homes.geometry.to_numpy(), crs=homes.crs)
