"""Homes in industrial parks, service complexes, happy enterprises, legal service offices."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from data.build.simulate.places import GROUP, WEIGHT, draw_places
from data.build.simulate.records import deal_services, rng_of, simulated_records
from data.build.simulate.shares import apportion, remaining
from data.build.simulate.world import LIGHT, SEAT_DISTANCE_M, SEAT_RADIUS_M, World, near_seats
from geo import schema


@dataclass(frozen=True)
class Recipe:
    """Say how one type is filled up.

    `each_county` facilities go to every county, the rest by non-farm employed (largest remainder); `cells`
    gives the cells to draw from with their weight. Hours and service shares are assumed.
    """

    facility_type: str
    total: int
    each_county: int
    label: str
    slug: str
    cells: Callable[[World], pd.DataFrame]
    hours: str | None
    service_shares: dict[str, float]


def industrial_cells(world: World) -> pd.DataFrame:
    """Weigh the cells outside the seat by light for each town dweller: bright where few live."""
    cells = world.cells[world.cells[SEAT_DISTANCE_M] > SEAT_RADIUS_M]
    return cells.assign(**{WEIGHT: cells[LIGHT] ** 2 / (1 + cells[schema.URBAN_PEOPLE])})


def seat_cells(world: World) -> pd.DataFrame:
    """Weigh the cells about the seat by urban people."""
    cells = near_seats(world.cells)
    return cells.assign(**{WEIGHT: cells[schema.URBAN_PEOPLE]})


def workplace_cells(world: World) -> pd.DataFrame:
    """Weigh all cells by workers."""
    return world.cells.assign(**{WEIGHT: world.cells[schema.WORKERS]})


RECIPES = (
    Recipe(
        facility_type="park_home",
        total=94,
        each_county=0,
        label="园区职工之家",
        slug="park-home",
        cells=industrial_cells,
        hours="Mo-Su 09:00-21:00",
        service_shares={
            "rest": 1,
            "reading": 0.8,
            "sports": 0.8,
            "culture": 0.6,
            "training": 0.5,
            "water": 1,
        },
    ),
    Recipe(
        facility_type="service_complex",
        total=43,
        each_county=0,
        label="服务职工综合体",
        slug="complex",
        cells=seat_cells,
        hours="Mo-Su 09:00-21:00",
        service_shares={
            "legal_advice": 1,
            "counselling": 0.8,
            "training": 0.8,
            "culture": 0.8,
            "sports": 0.6,
            "reading": 0.8,
            "rest": 1,
            "water": 1,
        },
    ),
    Recipe(
        facility_type="happy_enterprise",
        total=47,
        each_county=0,
        label="幸福企业",
        slug="enterprise",
        cells=workplace_cells,
        hours=None,
        service_shares={"rest": 1, "hot_meal": 0.8, "reading": 0.6, "sports": 0.6, "mother_baby": 0.4},
    ),
    Recipe(
        facility_type="legal_service",
        total=300,
        each_county=1,
        label="工会法律服务机构",
        slug="legal",
        cells=seat_cells,
        hours="Mo-Fr 09:00-17:00",
        service_shares={"legal_advice": 1, "counselling": 0.3},
    ),
)


def simulate_others(world: World, known: pd.DataFrame) -> list[pd.DataFrame]:
    """Fill up each type to its total, one frame a type."""
    return [_simulate(recipe, world, known) for recipe in RECIPES]


def _simulate(recipe: Recipe, world: World, known: pd.DataFrame) -> pd.DataFrame:
    rng = rng_of(recipe.facility_type)
    by_county, by_prefecture = world.known_of(known, recipe.facility_type)
    employed = world.counties[schema.NONFARM_EMPLOYED]
    shared = recipe.total - recipe.each_county * len(employed)
    quota = apportion(shared, employed) + recipe.each_county
    wanted = remaining(quota, by_county=by_county, by_prefecture=by_prefecture)
    cells = recipe.cells(world)
    cells = cells.assign(**{GROUP: cells[schema.COUNTY]})
    places = draw_places(rng, cells, wanted[wanted > 0], outlines=world.counties.geometry)
    places[schema.HOURS] = pd.Series(recipe.hours, index=places.index, dtype="str")
    places[schema.SERVICES] = deal_services(rng, recipe.service_shares, places.index)
    return simulated_records(
        places, facility_type=recipe.facility_type, label=recipe.label, slug=recipe.slug, world=world
    )
