"""A street of ten homes one can picture, with three sites, and a village nobody serves."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo import schema

STEP_M = 990.0
HOMES = 10


@pytest.fixture
def along():
    """Give the place so many metres east of the street's first home."""

    def place(metres):
        lon, lat, _ = Geod(ellps="WGS84").fwd(108.005, 22.81, 90.0, metres)
        return float(lon), float(lat)

    return place


@pytest.fixture
def street(tiny_network, along):
    """Give a network: homes h0 … h9 in 甲区, 990 m apart, with 100, 200, … 1,000 people; v in 乙县, 1,000.

    All people are urban and half are workers. Worker stations: S0 at h0, open 24/7 and sourced; S1 at h1,
    open on weekdays from 9 to 17 and simulated; S9 at h9, under construction and sourced.
    """
    people = np.array([100.0 * (k + 1) for k in range(HOMES)] + [1000.0])
    places = [shapely.Point(along(STEP_M * k)) for k in range(HOMES)] + [shapely.Point(108.15, 22.85)]
    columns = {
        schema.PEOPLE: people,
        schema.URBAN_PEOPLE: people,
        schema.WORKERS: people / 2,
        schema.COUNTY: ["450101"] * HOMES + ["450102"],
        schema.LIGHT: people / 100,
    }
    demand = gpd.GeoDataFrame(columns, geometry=places, crs=schema.WGS84).rename_axis(schema.DEMAND_ID)
    base = tiny_network.facilities.loc[["T1", "T1", "T1"]].copy()
    base.index = pd.Index(["S0", "S1", "S9"], name=schema.FACILITY_ID)
    base[schema.NAME] = ["零号驿站", "一号驿站〔模拟〕", "九号驿站"]
    base[schema.HOURS] = ["24/7", "Mo-Fr 09:00-17:00", "24/7"]
    base[schema.SERVICES] = ["water;rest", "water", None]
    base[schema.STATUS] = ["operating", "operating", "under_construction"]
    base[schema.ORIGIN] = ["sourced", "simulated", "sourced"]
    base = base.set_geometry([shapely.Point(along(STEP_M * k)) for k in (0, 1, 9)], crs=schema.WGS84)
    world = replace(tiny_network, facilities=base)
    read_later = {
        "display_regions": tiny_network.display_regions,
        "townships": tiny_network.townships,
        "demand": demand,
    }
    vars(world).update(read_later)
    return world


@pytest.fixture
def table():
    """Give what each kind of action costs and does, as shipped."""
    from geo.planning.actions import read_actions

    return read_actions()


@pytest.fixture
def shipped(monkeypatch, table):
    """Let the hand-made world have the shipped table of actions and no named points."""
    from geo.planning.place_names import read_named_points

    nothing = read_named_points().iloc[:0]
    for module in ("scenario", "problem"):
        monkeypatch.setattr(f"geo.planning.{module}.read_actions", lambda _folder: table)
    monkeypatch.setattr("geo.planning.problem.read_named_points", lambda _folder: nothing)
