"""The arithmetic of GCJ-02 and BD-09 behind `geo.geodesy.datums`, for many points at once.

GCJ-02's waves have periods of 1/3, 1, 2, 6, 24 and 60 degrees: all are sines of multiples of one angle each
for longitude and latitude, and come from its sine and cosine by the addition theorems. Points are worked on
in blocks that stay in the processor's cache. Every point is computed by itself, whatever its company.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geo.arrays import AnyFloats, Floats

# In single precision too: the first rounds of an inverse.
FloatPair = tuple[AnyFloats, AnyFloats]
Pair = tuple[Floats, Floats]

# Krasovsky 1940, as the published converter has it.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURN = math.pi * 3000 / 180
_BD_EAST, _BD_NORTH = 0.0065, 0.006
_BD_RADIUS, _BD_ANGLE = 2e-5, 3e-6
# Each round leaves 0.4 % (GCJ-02) and 2 % (BD-09) of the step before: some 600 m and 40 m at first. Single
# precision is good for a millimetre (GCJ-02) and two centimetres (BD-09), and costs a third.
_GCJ_ROUGH_ROUNDS, _GCJ_ROUNDS = 3, 2
_BD_ROUGH_ROUNDS, _BD_ROUNDS = 2, 4
_STEEP, _STEEP_ROUNDS = 1e-5, 4
_BLOCK = 16_384
# Plain numbers, which leave single precision single.
_SIN_35, _COS_35 = math.sin(math.radians(35.0)), math.cos(math.radians(35.0))


def gcj02_of(lon: Floats, lat: Floats) -> Pair:
    """Shift WGS-84 degrees to GCJ-02 without asking whether they lie in China."""
    return _in_blocks(_shifted, lon, lat)


def wgs84_of_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Undo `gcj02_of` by a fixed number of rounds: one point's last digit must not depend on its company."""
    return _in_blocks(_unshifted, lon, lat)


def bd09_of(lon: Floats, lat: Floats) -> Pair:
    """Nudge GCJ-02 degrees to BD-09."""
    return _in_blocks(_nudged, lon, lat)


def gcj02_of_bd09(lon: Floats, lat: Floats) -> Pair:
    """Undo `bd09_of` by a fixed number of rounds."""
    return _in_blocks(_unnudged, lon, lat)


def _in_blocks(way: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    if lon.size <= _BLOCK:
        return way(lon, lat)
    flat_lon, flat_lat = lon.ravel(), lat.ravel()
    moved_lon, moved_lat = np.empty_like(flat_lon), np.empty_like(flat_lat)
    for start in range(0, lon.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        moved_lon[block], moved_lat[block] = way(flat_lon[block], flat_lat[block])
    return moved_lon.reshape(lon.shape), moved_lat.reshape(lat.shape)


def _shifted(lon: Floats, lat: Floats) -> Pair:
    east, north = _shift(lon - 105.0, lat - 35.0)
    return lon + east, lat + north


def _unshifted(lon: Floats, lat: Floats) -> Pair:
    # First in single precision, then in double.
    x, y = (lon - 105.0).astype(np.float32), (lat - 35.0).astype(np.float32)
    east, north = _shift(x, y)
    for _ in range(_GCJ_ROUGH_ROUNDS - 1):
        east, north = _shift(x - east, y - north)
    for _ in range(_GCJ_ROUNDS):
        east, north = _shift(lon - 105.0 - east, lat - 35.0 - north)
    moved_lon, moved_lat = lon - east, lat - north
    # The root of the distance from 105 degrees is steep there, and the rounds gain little.
    steep = np.abs(moved_lon - 105.0) < _STEEP
    for _ in range(_STEEP_ROUNDS if steep.any() else 0):
        east, north = _shift(moved_lon - 105.0, moved_lat - 35.0)
        moved_lon, moved_lat = np.where(steep, lon - east, moved_lon), np.where(steep, lat - north, moved_lat)
    return moved_lon, moved_lat


def _shift(x: AnyFloats, y: AnyFloats) -> FloatPair:
    """Return the shift of GCJ-02 in degrees east and north, of degrees from 105 east and 35 north."""
    ripple, east_waves = _waves_of_x(x)
    # Latitude from 35 degrees on in radians serves the waves, a third of their angle, and the ellipsoid.
    sine, cosine = np.sin(np.radians(y)), np.cos(np.radians(y))
    north_waves = _waves_of_y(*_tripled(sine, cosine))
    mixed, root = 0.1 * x * y, np.sqrt(np.abs(x))
    north_m = (2.0 * x - 100.0) + 3.0 * y + 0.2 * y * y + mixed + 0.2 * root + ripple + north_waves
    east_m = (x + 300.0) + 2.0 * y + 0.1 * x * x + mixed + 0.1 * root + ripple + east_waves
    sin_phi, cos_phi = sine * _COS_35 + cosine * _SIN_35, cosine * _COS_35 - sine * _SIN_35
    magic = 1.0 - _ECCENTRICITY_SQUARED * sin_phi * sin_phi
    root = np.sqrt(magic)
    # At a pole a step east has no meaning; the rectangle discards the result.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        east = np.degrees(east_m * root / (_SEMI_MAJOR_M * cos_phi))
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED)
    return east, np.degrees(north_m * magic * root / meridian_m)


def _waves_of_x(x: AnyFloats) -> FloatPair:
    """Return the ripple that shifts both ways, and the longer waves that shift east, in metres."""
    angle = x * (math.pi / 60.0)
    half, twelfth, third, whole, double = _multiples(np.sin(angle), np.cos(angle))
    ripple = (2 / 3) * 20.0 * (double * (3.0 - 4.0 * double * double) + double)
    return ripple, (2 / 3) * (20.0 * whole + 40.0 * third + 150.0 * twelfth + 300.0 * half)


def _waves_of_y(sine: AnyFloats, cosine: AnyFloats) -> AnyFloats:
    half, twelfth, third, whole, _ = _multiples(sine, cosine)
    waves: AnyFloats = (2 / 3) * (20.0 * whole + 40.0 * third + 160.0 * twelfth + 320.0 * half)
    return waves


def _multiples(
    sine: AnyFloats, cosine: AnyFloats
) -> tuple[AnyFloats, AnyFloats, AnyFloats, AnyFloats, AnyFloats]:
    """Return the sines of 2, 5, 20, 60 and 120 times an angle."""
    sine_2, cosine_2 = _doubled(sine, cosine)
    sine_4, cosine_4 = _doubled(sine_2, cosine_2)
    sine_5, cosine_5 = sine_4 * cosine + cosine_4 * sine, cosine_4 * cosine - sine_4 * sine
    sine_20, cosine_20 = _doubled(*_doubled(sine_5, cosine_5))
    sine_60, cosine_60 = _tripled(sine_20, cosine_20)
    return sine_2, sine_5, sine_20, sine_60, 2.0 * sine_60 * cosine_60


def _doubled(sine: AnyFloats, cosine: AnyFloats) -> FloatPair:
    return 2.0 * sine * cosine, 1.0 - 2.0 * sine * sine


def _tripled(sine: AnyFloats, cosine: AnyFloats) -> FloatPair:
    return sine * (3.0 - 4.0 * sine * sine), cosine * (4.0 * cosine * cosine - 3.0)


def _nudged(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + _BD_RADIUS * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + _BD_ANGLE * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + _BD_EAST, radius * np.sin(angle) + _BD_NORTH


def _unnudged(lon: Floats, lat: Floats) -> Pair:
    turned_lon, turned_lat = lon - _BD_EAST, lat - _BD_NORTH
    radius = np.hypot(turned_lon, turned_lat)
    # Where the radius is nought no angle is known, nor needed.
    scale = 1.0 / np.where(radius > 0.0, radius, 1.0)
    rough = [part.astype(np.float32) for part in (turned_lon, turned_lat, scale)]
    stretch, turn = _nudge(*rough)
    for _ in range(_BD_ROUGH_ROUNDS - 1):
        stretch, turn = _nudge(*_turned_back(rough[0], rough[1], stretch, turn), rough[2])
    guess_lon, guess_lat = _turned_back(turned_lon, turned_lat, stretch, turn)
    lon, lat = guess_lon, guess_lat
    (sin_lon, cos_lon), (sin_lat, cos_lat) = (
        (np.sin(angle), np.cos(angle)) for angle in (lon * _BD_TURN, lat * _BD_TURN)
    )
    for _ in range(_BD_ROUNDS):
        # The guess is off by centimetres, 1e-5 of an angle: two terms of the series about it are exact.
        east, north = (lon - guess_lon) * _BD_TURN, (lat - guess_lat) * _BD_TURN
        stretch = _BD_RADIUS * scale * (sin_lat + north * (cos_lat - 0.5 * north * sin_lat))
        turn = _BD_ANGLE * (cos_lon - east * (sin_lon + 0.5 * east * cos_lon))
        lon, lat = _turned_back(turned_lon, turned_lat, stretch, turn)
    return lon, lat


def _nudge(lon: AnyFloats, lat: AnyFloats, scale: AnyFloats) -> FloatPair:
    """Return by what share the nudge stretches a point from the origin, and by what angle it turns it."""
    return _BD_RADIUS * np.sin(lat * _BD_TURN) * scale, _BD_ANGLE * np.cos(lon * _BD_TURN)


def _turned_back(lon: AnyFloats, lat: AnyFloats, stretch: AnyFloats, turn: AnyFloats) -> tuple[Any, Any]:
    # The angle is at most 3e-6: its sine is itself, its cosine 1 less half its square.
    keep = (1.0 - 0.5 * turn * turn) * (1.0 - stretch)
    turn = turn * (1.0 - stretch)
    return lon * keep + lat * turn, lat * keep - lon * turn
