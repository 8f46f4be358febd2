"""What the library says in English alone is said on the screen of siting in the visitor's language."""

import re

import pytest

from geo.errors import GeoDataError, PlanFaultError, RecipeError
from geo.planning import actions
from geo.planning.baseline import find_ground
from geo.planning.candidate_list import read_candidate_list
from geo.planning.candidates import cell_candidates, listed_candidates
from geo.planning.constraints import Means
from geo.planning.forbidden import Forbidden
from geo.planning.objective import Aim
from geo.planning.optimise import choose_best, choose_greedily
from geo.planning.options import find_offers
from geo.planning.problem import Request, prepare
from geo.planning.scenario import scenario_from_text
from geo.siting.covering.question import LATE
from ui.screens.siting.errors import said

HAN = re.compile(r"[\u4e00-\u9fff]")
COUNTY = "450107"


def asked(network, **more):
    aim = Aim("worker_station", more.pop("within_m", 1000.0), counties=(COUNTY,), **more.pop("aim", {}))
    means = Means(**more.pop("means", {"sites": 1}))
    return prepare(Request(aim, means, **({"candidates": ("township",)} | more)), network)


def chosen(network, means, kinds=("build_standard",), **more):
    ready = asked(network, kinds=kinds, **more)
    return choose_best(ready.ground, ready.offers, means, kinds=kinds, table=ready.table).reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        lambda network: chosen(network, Means(sites=1999)),
        lambda network: chosen(network, Means(budget_yuan=1.0)),
        lambda network: chosen(network, Means(sites=1, least_share=1.0)),
        lambda network: chosen(network, Means(sites=1, least_share=0.99), candidates=("cell",)),
        lambda network: chosen(
            network, Means(sites=1, least_share=1.0), kinds=("build_standard", "relocate")
        ),
        lambda network: asked(network, kinds=("build_standard",), aim={"hours": (3,)}),
        lambda network: LATE,
        lambda network: str(PlanFaultError("max_cover", ["2 sites are opened and 1 may be"])),
        lambda network: asked(network, kinds=()),
        lambda network: asked(network, candidates=()),
        lambda network: asked(network, candidates=("listed",)),
        lambda network: asked(network, forbidden=Forbidden(counties=(COUNTY,))),
        lambda network: read_candidate_list(b""),
        lambda network: read_candidate_list(b"a,b\n1,2\n"),
        lambda network: read_candidate_list(b"x" * 5_000_001),
        lambda network: read_candidate_list(b"lon,lat\n" + b"1,2\n" * 20_001),
        lambda network: listed_candidates(read_candidate_list(b"lon,lat\nx,2\n"), network.counties),
        lambda network: listed_candidates(read_candidate_list(b"lon,lat\n"), network.counties),
        lambda network: scenario_from_text("{"),
        lambda network: scenario_from_text("[]"),
        lambda network: scenario_from_text('{"format": "guigongtu-scenario", "version": 9}'),
        lambda network: scenario_from_text(" " * 1_000_001),
    ],
)
def test_what_the_library_refuses_is_said_in_chinese(network, wrong):
    try:
        told = wrong(network)
    except GeoDataError as fault:
        told = str(fault)
    assert not HAN.search(re.sub("[经纬度名称]", "", told))
    assert HAN.search(said(told)), told
    assert "{" not in said(told)


def test_counties_are_named_and_not_numbered(network):
    told = chosen(network, Means(sites=1, least_share=1.0))
    assert COUNTY in told
    assert "西乡塘区" in said(told)
    assert COUNTY not in said(told)


def test_a_first_plan_that_cannot_be_is_said_too(network):
    ready = asked(network, means={"sites": 1, "least_share": 0.99}, candidates=("cell",))
    told = choose_greedily(ready.ground, ready.offers, ready.request.means).reason
    assert "逐步选取" in said(told)


def test_what_has_no_words_of_ours_is_given_as_it_is():
    assert said(RecipeError("{{7*191}} <b> is odd; mend it.")) == "{{7*191}} <b> is odd; mend it."


def test_a_plan_that_cannot_be_taken_says_so_and_that_it_is_kept(network):
    ground = find_ground(Aim("worker_station", 1000.0, counties=(COUNTY,)), network)
    site = str(ground.sites.index[0])
    at = ground.sites.geometry.iloc[0]
    from geo.planning.apply_actions import require_actions

    for plan in (
        [actions.Action(actions.BUILD_MICRO, 1.0, lon=at.x, lat=at.y)],
        [actions.Action(kind, 1.0, facility_id=site) for kind in (actions.UPGRADE, actions.UPGRADE)],
        [actions.Action(actions.UPGRADE, 1.0, facility_id="gone")],
    ):
        with pytest.raises(GeoDataError) as fault:
            require_actions(plan, ground.sites)
        assert HAN.search(said(fault.value)), fault.value
    cells = cell_candidates(ground.homes, who="urban_people")
    table = actions.read_actions()
    with pytest.raises(GeoDataError) as fault:
        find_offers(ground, cells, kinds=("teleport",), table=table)
    assert "teleport" in said(fault.value)
