"""Say with every answer whence its items come, how old they are, and what share is simulated."""

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd

from geo import schema
from geo.catalog import Entry

SHARE_DECIMALS = 6


def provenance_of(
    rows: gpd.GeoDataFrame, catalog: Mapping[str, Entry], *, entries: Iterable[str]
) -> Mapping[str, Any]:
    """Tell whence rows come, how old they are, and what share of them is simulated.

    Parameters
    ----------
    rows
        What matched.
    catalog
        Where sources, dates and licences stand.
    entries
        The catalogue entries rows come from that do not name their own.

    Returns
    -------
    Mapping
        `attribution`, `sources` (one per catalogue entry) and `simulated_share` (0-1; None for rows
        that cannot be simulated and where nothing matched).
    """
    own = sorted(rows[schema.DATASET].dropna().unique()) if schema.DATASET in rows else ()
    used = [catalog[name] for name in (*own, *entries) if name in catalog]
    share = None
    if schema.ORIGIN in rows and len(rows):
        share = round(float((rows[schema.ORIGIN] == schema.SIMULATED).mean()), SHARE_DECIMALS)
    return {
        "attribution": list(dict.fromkeys(entry.attribution for entry in used)),
        "sources": [
            {
                "name": entry.name,
                "title": entry.title,
                "source": entry.source,
                "as_of": entry.as_of,
                "retrieved": entry.retrieved,
                "licence": entry.licence,
            }
            for entry in used
        ],
        "simulated_share": share,
    }
