"""Land within reach is the union of geodesic circles, cut at the counties' edges."""

import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo.coverage import land as areas
from geo.coverage.land import covered_area
from geo.errors import InvalidValueError, MissingColumnError
from geo.schema import COUNTY_LEVEL, PREFECTURE_LEVEL, WGS84

GEOD = Geod(ellps="WGS84")
WEST, MIDDLE, SEA = "450101", "450102", "450103"


def fields():
    """Give three fields side by side, the last an island apart, under one prefecture."""
    boxes = [shapely.box(108, 22, 109, 23), shapely.box(109, 22, 110, 23), shapely.box(111, 22, 112, 23)]
    frame = pd.DataFrame(
        {"level": [PREFECTURE_LEVEL, *[COUNTY_LEVEL] * 3], "parent": [None, *["450100"] * 3]},
        index=pd.Index(["450100", WEST, MIDDLE, SEA], name="adcode"),
    )
    return gpd.GeoDataFrame(frame, geometry=[shapely.union_all(boxes), *boxes], crs=WGS84)


def sites(*places):
    geometry = [None if place is None else shapely.Point(place) for place in places]
    return gpd.GeoDataFrame(geometry=geometry, crs=WGS84)


@pytest.fixture(params=["polygons", pytest.param("arcs", marks=pytest.mark.slow)])
def way(request, monkeypatch):
    """Ask both ways: sums round the edge, and shapely."""
    if request.param == "arcs":
        pytest.importorskip("numba")
        monkeypatch.setattr(areas, "COMPILE_FROM_DISCS", 0)
    else:
        monkeypatch.setattr(areas, "_area_kernels", lambda _discs: None)
    return request.param


def covered(facilities, radius_m=1000.0):
    return covered_area(facilities, fields(), thresholds_m=[radius_m])["covered_km2"].droplevel(1)


@pytest.mark.usefixtures("way")
def test_a_circle_in_the_middle_of_a_county_is_a_circle_of_the_ellipsoid():
    lon, lat, _ = GEOD.fwd(
        *np.full((2, 3600), [[108.5], [22.5]]), np.arange(3600) / 10, np.full(3600, 1000.0)
    )
    drawn_km2 = abs(GEOD.polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert covered(sites((108.5, 22.5)))[WEST] == pytest.approx(drawn_km2, rel=2e-6)


@pytest.mark.usefixtures("way")
def test_a_circle_on_a_border_is_shared_out_and_what_lies_at_sea_is_lost():
    halves = covered(sites((109.0, 22.5)))
    assert halves[WEST] == pytest.approx(np.pi / 2, rel=1e-4)
    assert halves[MIDDLE] == pytest.approx(np.pi / 2, rel=1e-4)
    assert halves["450100"] == pytest.approx(halves[WEST] + halves[MIDDLE])
    assert covered(sites((111.0, 22.5)))[SEA] == pytest.approx(np.pi / 2, rel=1e-4)


@pytest.mark.usefixtures("way")
def test_a_facility_outside_a_county_covers_land_inside_it_and_one_far_away_none():
    assert 0 < covered(sites((107.995, 22.5)))[WEST] < np.pi / 2
    assert covered(sites((105.0, 22.5))).sum() == 0


@pytest.mark.usefixtures("way")
def test_what_two_circles_share_is_counted_once():
    one, both = covered(sites((108.5, 22.5)))[WEST], covered(sites((108.5, 22.5), (108.505, 22.5)))[WEST]
    apart_m = GEOD.inv(108.5, 22.5, 108.505, 22.5)[2]
    lens_km2 = 2 * np.arccos(apart_m / 2000) - apart_m / 2000 * np.sqrt(4 - (apart_m / 1000) ** 2)
    assert both == pytest.approx(2 * one - lens_km2, rel=1e-5)
    assert covered(sites((108.5, 22.5), (108.5, 22.5)))[WEST] == one


@pytest.mark.usefixtures("way")
def test_an_island_inside_a_wide_circle_is_wholly_covered():
    table = covered_area(sites((111.5, 22.5)), fields(), thresholds_m=[120_000])
    assert table.loc[(SEA, 120_000), "share"] == pytest.approx(1, abs=1e-12)
    assert table.loc[(SEA, 120_000), "left_out_km2"] == pytest.approx(0, abs=1e-6)


@pytest.mark.usefixtures("way")
def test_a_wider_threshold_never_covers_less_and_all_thresholds_come_at_once():
    table = covered_area(sites((108.98, 22.5), (109.3, 22.9)), fields(), thresholds_m=[3000, 500, 1500])
    assert table.loc[WEST].index.tolist() == [500, 1500, 3000]
    assert (np.diff(table["covered_km2"].to_numpy().reshape(-1, 3)) >= 0).all()
    np.testing.assert_allclose(table["covered_km2"] + table["left_out_km2"], table["area_km2"])


@pytest.mark.usefixtures("way")
def test_a_county_with_a_hole_does_not_count_the_hole():
    hole = shapely.box(108.49, 22.49, 108.51, 22.51)
    ring = fields().loc[[WEST]].set_geometry([shapely.box(108, 22, 109, 23).difference(hole)], crs=WGS84)
    whole = covered(sites((108.5, 22.5)), 3000.0)[WEST]
    holed = covered_area(sites((108.5, 22.5)), ring, thresholds_m=[3000.0])
    hole_km2 = abs(GEOD.geometry_area_perimeter(hole)[0]) / 1e6
    assert whole - holed["covered_km2"].iloc[0] == pytest.approx(hole_km2, rel=1e-5)


def test_without_numba_shapely_answers(monkeypatch):
    expected = covered(sites((108.5, 22.5), (109.0, 22.5)))
    monkeypatch.setattr(areas, "COMPILE_FROM_DISCS", 0)
    monkeypatch.setitem(sys.modules, "geo.kernels.areas", None)
    pd.testing.assert_series_equal(covered(sites((108.5, 22.5), (109.0, 22.5))), expected)


@pytest.mark.parametrize(
    ("facilities", "thresholds", "match"),
    [
        (sites((108.5, 22.5)), [0], "make no sense"),
        (sites((108.5, 22.5)), [], "at least one"),
        (sites(None), [1000], "known place"),
        (sites(), [1000], "No facility"),
    ],
    ids=["threshold 0", "no threshold", "no place", "no facility"],
)
def test_what_cannot_be_measured_is_refused(facilities, thresholds, match):
    with pytest.raises(InvalidValueError, match=match):
        covered_area(facilities, fields(), thresholds_m=thresholds)


def test_regions_without_a_county_or_without_a_level_are_refused():
    with pytest.raises(InvalidValueError, match="no county"):
        covered_area(sites((108.5, 22.5)), fields().iloc[:1], thresholds_m=[1000])
    with pytest.raises(MissingColumnError, match="level"):
        covered_area(sites((108.5, 22.5)), fields().drop(columns="level"), thresholds_m=[1000])


@pytest.mark.slow
def test_every_county_of_the_real_network_agrees_with_geodesic_circles_to_a_millionth(network):
    pytest.importorskip("numba")
    stations = network.select(types=["worker_station"])
    table = covered_area(stations, network.regions, thresholds_m=[1000])["covered_km2"].droplevel(1)
    corners, turn = 128, np.arange(128) * 360 / 128
    grown_m = 1000 * np.sqrt((2 * np.pi / corners) / np.sin(2 * np.pi / corners))
    places = np.unique(shapely.get_coordinates(stations.geometry.dropna().to_numpy()), axis=0)
    lon, lat = np.repeat(places, corners, axis=0).T
    ring = GEOD.fwd(lon, lat, np.tile(turn, len(places)), np.full(len(lon), grown_m))[:2]
    circles = shapely.polygons(areas._to_plane(*ring).T.reshape(-1, corners, 2))
    outlines = areas._outlines_of(tuple(network.counties.geometry))
    drawn_km2 = shapely.area(shapely.intersection(outlines.polygons, shapely.union_all(circles))) / 1e6
    np.testing.assert_allclose(table[network.counties.index], drawn_km2, rtol=2e-6)
