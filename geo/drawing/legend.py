"""What a legend says: how many of each type are drawn, and which colour stands for which figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import schema
from geo.arrays import Mask, Positions
from geo.errors import InvalidValueError

NO_DATA_COLOUR = {"light": "#e4e4e0", "dark": "#2b2f33"}
CLASS_COLOURS = {
    "light": ("#eaf2f4", "#cfe3e8", "#a9cdd6", "#7bb2c0", "#4b92a5"),
    "dark": ("#17252d", "#1b3844", "#204d5d", "#276577", "#317f93"),
}
CLASSES = 5


@dataclass(frozen=True)
class MapPoints:
    """Hold what the legend and the masks need of a facilities frame, row by row in the frame's order.

    `drawn` are the rows with a place; those whose origin is `imported` only where the map is a session's own.
    """

    rows: pd.Index
    drawn: Mask
    types: Positions
    simulated: Mask
    type_codes: tuple[str, ...]


def map_points(
    facilities: gpd.GeoDataFrame, facility_types: pd.DataFrame, *, private: bool = False
) -> MapPoints:
    """Take from the facilities what the map's legend and masks need; do it once for a frame.

    Parameters
    ----------
    facilities
        Columns of `schema.FACILITY_COLUMNS`; geometry may be missing.
    facility_types
        Indexed by type code, in the order the legend shows.
    private
        Whether imported rows are drawn too. What is drawn so must never be sent to a public address.

    Raises
    ------
    InvalidValueError
        A facility has a type that `facility_types` does not list, or two facilities share an index value.
    """
    schema.require_columns(facilities, (schema.FACILITY_TYPE, schema.ORIGIN), what="facilities")
    codes = tuple(map(str, facility_types.index))
    schema.require_values(facilities[schema.FACILITY_TYPE], codes, what="facilities.facility_type")
    if not facilities.index.is_unique:
        twice = facilities.index[facilities.index.duplicated()].unique()
        raise InvalidValueError("facilities_twice", names=[*twice[:5]])
    origin = facilities[schema.ORIGIN].astype(object)
    return MapPoints(
        rows=facilities.index,
        drawn=(schema.located(facilities) & ((origin != schema.IMPORTED) | private)).to_numpy(dtype=bool),
        types=pd.Index(codes).get_indexer(facilities[schema.FACILITY_TYPE]),
        simulated=(origin == schema.SIMULATED).to_numpy(dtype=bool),
        type_codes=codes,
    )


def selection_mask(points: MapPoints, selected: pd.Index) -> Mask:
    """Return for every row of the frame whether it is selected and drawn.

    Parameters
    ----------
    points
        What `map_points` gave for the whole frame.
    selected
        Facility ids of the selection, in any order.

    Raises
    ------
    InvalidValueError
        The selection holds ids the frame does not have.
    """
    places = points.rows.get_indexer(selected)
    if (places < 0).any():
        strange = selected[places < 0]
        raise InvalidValueError("selection_not_on_map", names=[*strange[:5]])
    mask = np.zeros(len(points.rows), dtype=bool)
    mask[places] = True
    return mask & points.drawn


def class_breaks(values: pd.Series, *, classes: int = CLASSES) -> tuple[float, ...]:
    """Choose round inner class limits that put about as many regions in each class.

    Parameters
    ----------
    values
        One number per region; missing and infinite values are left out.
    classes
        How many classes at most; fewer where values repeat.

    Returns
    -------
    tuple
        Rising inner limits, at most ``classes - 1``, rounded to two significant digits, or three
        where two would merge classes; a class holds its lower limit.
    """
    numbers = pd.to_numeric(values).to_numpy(dtype="float64", na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return ()
    limits = np.unique(np.quantile(numbers, np.linspace(0, 1, classes + 1)[1:-1]))
    limits = limits[(limits > numbers.min()) & (limits <= numbers.max())]
    for digits in (2, 3):
        rounded = sorted({float(f"{limit:.{digits}g}") for limit in limits})
        if len(rounded) == len(limits):
            break
    return tuple(limit for limit in rounded if numbers.min() < limit <= numbers.max())


def choropleth(
    values: pd.Series, *, title: str, unit: str, no_data: str, decimals: int = 2
) -> dict[str, Any]:
    """Describe how the counties are shaded: values, class limits and colours.

    Parameters
    ----------
    values
        Indexed by adcode; missing where there is no figure.
    title, unit
        What the legend and the tooltip say, for example 每万人设施数 and 处/万人.
    no_data
        What the legend says for counties without a figure.
    decimals
        Digits after the point in tooltip and legend.

    Returns
    -------
    dict
        `title`, `unit`, `no_data`, `decimals`, `values` (adcode → number), `breaks`, and `colours` (one more
        than breaks) and `no_data_colour` for each theme.
    """
    numbers = pd.to_numeric(values).astype("float64")
    known = numbers[np.isfinite(numbers)]
    breaks = class_breaks(known, classes=CLASSES)
    steps = np.linspace(0, CLASSES - 1, len(breaks) + 1) if breaks else np.array([2.0])
    return {
        "title": title,
        "unit": unit,
        "no_data": no_data,
        "decimals": decimals,
        "values": {str(code): round(float(value), 6) for code, value in known.items()},
        "breaks": list(breaks),
        "colours": {
            theme: [colours[round(step)] for step in steps] for theme, colours in CLASS_COLOURS.items()
        },
        "no_data_colour": NO_DATA_COLOUR,
    }


def type_legend(
    points: MapPoints, mask: Mask, facility_types: pd.DataFrame, *, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """List every facility type with its colour, symbol, and how many of it are shown.

    Parameters
    ----------
    points, mask
        What `map_points` and `selection_mask` gave.
    facility_types
        Indexed by type code; `colour` (#rrggbb) and `symbol`.
    labels
        Type code → what the screen calls it.

    Returns
    -------
    list
        In the order of `facility_types`, types with nothing shown too: `code`, `label`, `colour`, `symbol`,
        `count`, `simulated`.
    """
    width = len(points.type_codes)
    counts = np.bincount(points.types[mask], minlength=width)
    simulated = np.bincount(points.types[mask & points.simulated], minlength=width)
    looks = zip(facility_types[schema.COLOUR], facility_types[schema.SYMBOL], strict=True)
    return [
        {
            "code": code,
            "label": labels[code],
            schema.COLOUR: str(colour),
            schema.SYMBOL: str(symbol),
            "count": int(counts[place]),
            "simulated": int(simulated[place]),
        }
        for place, (code, (colour, symbol)) in enumerate(zip(points.type_codes, looks, strict=True))
    ]
