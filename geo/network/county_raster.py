"""A raster that tells the county of a point at once, except in the cells a border runs through.

A cell without a border lies wholly in one county or in none, so its number is the answer. In a border
cell the raster only names the counties to try; the exact polygons decide. Nothing is ever rounded away.
"""

from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
import shapely

from geo.arrays import Floats, Int32s, Integers, Shapes
from geo.caching.register import register

OUTSIDE = -1

# Cells along the longer side: 0.005 degrees each for Guangxi. Finer cells leave fewer points to the
# polygons, but the raster then outgrows the processor's cache and takes longer to build.
CELLS_ACROSS = 1536

# Pieces of border half a cell long touch at most two cells each way. The slack, in cells, is far above
# what rounding can move a border, as long as the world is not smaller than the smallest extent.
PIECE_CELLS = 0.5
SLACK_CELLS = 1e-6
SMALLEST_EXTENT = 0.01

# One more than the number of tests after which GEOS has built all it ever builds.
FIRST_TESTS = 3
_PREPARING = Lock()
_rasters = register.cache("county rasters", holds="Rasters that tell the county of a point.", most_entries=2)


@dataclass(frozen=True)
class Grid:
    """Say where the cells are: `rows` from south to north, `columns` from west to east."""

    west: float
    south: float
    cells_per_degree: float
    rows: int
    columns: int

    def cell_of(self, lon: Floats, lat: Floats) -> Integers:
        """Return the number of the cell of each point; what is far away, or not a number, is on the rim."""
        cell = _steps(lat, self.south, self.cells_per_degree, self.rows)
        cell *= self.columns
        cell += _steps(lon, self.west, self.cells_per_degree, self.columns)
        return cell

    def centre_of(self, cell: Integers) -> tuple[Floats, Floats]:
        """Return the coordinates of the middle of each cell."""
        row, column = np.divmod(cell, self.columns)
        return (
            self.west + (column + 0.5) / self.cells_per_degree,
            self.south + (row + 0.5) / self.cells_per_degree,
        )


@dataclass(frozen=True, eq=False)
class CountyRaster:
    """Hold the cells of a set of counties; a county is its position in `polygons`.

    `cells` holds for each cell the county, or `OUTSIDE`, or `-2 - k` for a border cell, whose counties
    to try stand in row k of `candidates`, lowest first, the rest of the row being `OUTSIDE`.
    """

    polygons: Shapes
    grid: Grid
    cells: Int32s
    candidates: Int32s

    def county_at(self, lon: Floats, lat: Floats) -> Int32s:
        """Find the lowest county that holds or touches each point.

        Parameters
        ----------
        lon, lat
            Degrees, in the datum of the polygons; not-a-number is outside.

        Returns
        -------
        ndarray
            The county's position, or `OUTSIDE`.
        """
        county = self.cells.take(self.grid.cell_of(lon, lat))
        unsure = np.flatnonzero(county < OUTSIDE)
        row = -2 - county[unsure]
        county[unsure] = OUTSIDE
        for candidate in self.candidates.T:
            if not len(unsure):
                break
            _try_counties(self.polygons, county, unsure, candidate[row], lon, lat)
            undecided = county[unsure] == OUTSIDE
            unsure, row = unsure[undecided], row[undecided]
        return county


def county_by_polygon(polygons: Shapes, lon: Floats, lat: Floats) -> Int32s:
    """Find the lowest polygon that holds or touches each point, without a raster.

    Needs next to no preparation, so it is the quicker way for some thousand points.

    Parameters
    ----------
    polygons
        Lowest first.
    lon, lat
        Degrees, in the datum of the polygons; not-a-number is outside.

    Returns
    -------
    ndarray
        The polygon's position, or `OUTSIDE`.
    """
    county = np.full(len(lon), OUTSIDE, dtype=np.int32)
    _prepare(polygons)
    for position, (west, south, east, north) in enumerate(shapely.bounds(polygons)):
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & (county == OUTSIDE)
        tried = np.flatnonzero(near)
        county[tried[shapely.intersects_xy(polygons[position], lon[tried], lat[tried])]] = position
    return county


def county_raster(polygons: Shapes) -> CountyRaster:
    """Build the raster of the polygons, or give the one built for the very same polygons before.

    Building takes about a fifth of a second for Guangxi. Two rasters, 7 MB each, are kept.

    Parameters
    ----------
    polygons
        Valid polygons and multipolygons, lowest first; they may leave gaps, and overlap.
    """
    asked = _Polygons(polygons)
    raster: CountyRaster = _rasters.find(asked, partial(_built_raster, asked))
    return raster


class _Polygons:
    """Make polygons a key that is equal if every polygon is the same object.

    Comparing their content would take longer than the join. The cache holds on to the objects, which
    cannot change, so that the same identity always means the same content.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes.copy()
        self.identity = tuple(map(id, shapes))

    def __hash__(self) -> int:
        return hash(self.identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Polygons) and self.identity == other.identity


def _built_raster(polygons: _Polygons) -> CountyRaster:
    shapes = polygons.shapes
    _prepare(shapes)
    grid = _grid_over(shapes)
    county, border = _border_cells(shapes, grid)
    run_county, run_start, run_length = _runs_within(shapes, grid, county, border)
    filled = np.repeat(run_start - np.cumsum(run_length) + run_length, run_length) + np.arange(
        run_length.sum()
    )
    filler = np.repeat(run_county, run_length)
    cells = np.full(grid.rows * grid.columns, OUTSIDE, dtype=np.int32)
    # Where counties overlap the lowest has the last word: numpy keeps the last of equal targets.
    cells[filled[::-1]] = filler[::-1]
    is_border = np.zeros(len(cells), dtype=bool)
    is_border[border] = True
    also = is_border[filled]
    border_cells, candidates = _candidate_table(
        np.concatenate([border, filled[also]]), np.concatenate([county, filler[also]]), len(shapes)
    )
    cells[border_cells] = -2 - np.arange(len(border_cells))
    return CountyRaster(polygons=shapes, grid=grid, cells=cells, candidates=candidates)


def _prepare(polygons: Shapes) -> None:
    """Make polygons ready to be tested, also by several threads at once.

    GEOS builds the index of a prepared polygon at the second point it is asked for; two threads at that
    moment corrupt the memory of the whole process. So the first tests are made here, a thread at a time.
    """
    bounds = shapely.bounds(polygons)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    with _PREPARING:
        shapely.prepare(polygons)
        for _ in range(FIRST_TESTS):
            shapely.intersects_xy(polygons, x, y)


def _steps(values: Floats, origin: float, per_degree: float, count: int) -> Integers:
    """Count the whole cells from the origin to each value; NaN counts as none."""
    steps = values - origin
    steps *= per_degree
    np.fmax(steps, 0.0, out=steps)
    np.fmin(steps, count - 1.0, out=steps)
    return steps.astype(np.intp)


def _try_counties(
    polygons: Shapes, county: Integers, points: Integers, candidate: Integers, lon: Floats, lat: Floats
) -> None:
    """Enter into `county` the points (numbers) that their candidate holds or touches."""
    ordered = points[np.argsort(candidate, kind="stable")]
    tried, starts = np.unique(np.sort(candidate), return_index=True)
    for position, start, end in zip(tried, starts, [*starts[1:], len(ordered)], strict=True):
        if position != OUTSIDE:
            group = ordered[start:end]
            county[group[shapely.intersects_xy(polygons[position], lon[group], lat[group])]] = position


def _grid_over(shapes: Shapes) -> Grid:
    """Lay a grid over the polygons with two cells of rim all round, which are outside for certain."""
    west, south, east, north = shapely.total_bounds(shapes)
    cells_per_degree = CELLS_ACROSS / max(east - west, north - south, SMALLEST_EXTENT)
    return Grid(
        west=west - 2 / cells_per_degree,
        south=south - 2 / cells_per_degree,
        cells_per_degree=cells_per_degree,
        rows=int((north - south) * cells_per_degree) + 5,
        columns=int((east - west) * cells_per_degree) + 5,
    )


def _border_cells(shapes: Shapes, grid: Grid) -> tuple[Integers, Integers]:
    """List the cells each county's border touches, as pairs sorted by county, then by cell."""
    parts, part_county = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    pieces = shapely.segmentize(rings, PIECE_CELLS / grid.cells_per_degree)
    vertices, ring = shapely.get_coordinates(pieces, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = vertices[:-1][same], vertices[1:][same]
    slack = SLACK_CELLS / grid.cells_per_degree
    lower, upper = np.minimum(*ends) - slack, np.maximum(*ends) + slack
    county = part_county[ring_part[ring[1:][same]]]
    corners = [grid.cell_of(x[:, 0], y[:, 1]) for x in (lower, upper) for y in (lower, upper)]
    size = grid.rows * grid.columns
    return np.divmod(np.unique(np.concatenate([county * size + corner for corner in corners])), size)


def _runs_within(
    shapes: Shapes, grid: Grid, county: Integers, border: Integers
) -> tuple[Integers, Integers, Integers]:
    """List the runs of cells between two cells of a county's own border that lie inside the county.

    No border of the county crosses such a run, so one of its points speaks for all of them.
    """
    gap = np.diff(border) - 1
    between = (gap > 0) & (np.diff(county) == 0) & (np.diff(border // grid.columns) == 0)
    run_county, start, length = county[:-1][between], border[:-1][between] + 1, gap[between]
    inside = shapely.intersects_xy(shapes[run_county], *grid.centre_of(start))
    return run_county[inside], start[inside], length[inside]


def _candidate_table(cell: Integers, county: Integers, counties: int) -> tuple[Integers, Int32s]:
    """Make one row of counties, lowest first, for each border cell; give the cells and the rows."""
    cell, county = np.divmod(np.unique(cell * counties + county), counties)
    cells, starts, counts = np.unique(cell, return_index=True, return_counts=True)
    table = np.full((len(cells), counts.max(initial=0)), OUTSIDE, dtype=np.int32)
    table[np.repeat(np.arange(len(cells)), counts), np.arange(len(cell)) - np.repeat(starts, counts)] = county
    return cells, table
