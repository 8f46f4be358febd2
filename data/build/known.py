"""All facilities that have a source, each site once, parted by licence."""

import pandas as pd

from data.build.osm import osm_sites
from data.build.press import press_sites
from data.build.same_site import fold_same_sites, join_near, site_keys
from data.build.unions import county_unions


def known_facilities() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facilities without anything from OpenStreetMap, and those with (ODbL)."""
    drawn = osm_sites()
    listed = pd.concat([county_unions(), press_sites(), drawn], ignore_index=True)
    keys = join_near(listed, site_keys(listed))
    sites = fold_same_sites(listed, keys)
    has_osm = sites.index.isin(keys.iloc[-len(drawn) :])
    return sites[~has_osm].reset_index(drop=True), sites[has_osm].reset_index(drop=True)
