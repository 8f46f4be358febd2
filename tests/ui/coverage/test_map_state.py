"""What the map of coverage is told: shares, hatching, grey where nobody counts, gaps, circles on demand."""

import pytest

from geo.coverage import evidence
from ui.screens.coverage import cache, own_people
from ui.screens.coverage import view as reach_view
from ui.screens.coverage.map_state import find_state
from ui.screens.coverage.question import LAYERS, Asked, Question
from ui.shared.filters import Filters

pytestmark = pytest.mark.slow
PREFECTURE = "450500"


def view_of(**question):
    return reach_view.settle(Filters(prefectures=(PREFECTURE,)), Asked(Question(**question))).view


def test_every_layer_says_what_it_shows_and_none_is_drawn_unasked(network):
    view = view_of()
    state = find_state(view, LAYERS)
    found = cache.reach_evidence(view.scope, view.question.who)
    hatched = set(found.index[found[evidence.HATCHED].astype(bool)]) - {"area"}
    assert set(state["shading"]["hatched"]) == hatched != set()
    assert state["overlays"]["circle_m"] == 1000
    assert state["overlays"]["gaps"][0]["rank"] == 1
    assert state["overlays"]["picture"]["url"].endswith(state["overlays"]["picture"]["url"].split("v=")[1])
    counties = set(network.counties.index[network.counties.parent == PREFECTURE])
    assert set(state["shading"]["values"]) == counties
    bare = find_state(view, ())
    assert bare["shading"] is None
    assert bare["overlays"]["circle_m"] is None
    assert bare["overlays"]["picture"] is None
    assert bare["overlays"]["gaps"] == []
    assert "模拟" in bare["note"]


def test_counties_that_known_places_cover_as_well_are_not_hatched_however_much_is_simulated():
    filters = Filters(prefectures=(PREFECTURE,), types=("county_union", "worker_station"))
    view = reach_view.settle(filters, Asked(Question("metres", 100_000.0))).view
    found = cache.reach_evidence(view.scope, view.question.who)
    assert found[evidence.SIMULATED_SHARE].min() > 0.9
    assert find_state(view, ("share",))["shading"]["hatched"] == []


def test_a_county_where_nobody_counts_is_grey_and_not_nought(network):
    spot = network.counties.geometry["450521"].representative_point()
    table = f"lon,lat,people\n{spot.x},{spot.y},100\n".encode()
    mark = own_people.keep_own(table, network.regions, file_name="one.csv", datum="WGS-84")
    shading = find_state(view_of(source=mark), ("share",))["shading"]
    assert [code for code, share in shading["values"].items() if share is not None] == ["450521"]
    assert shading["no_data"] == "无计入人口"
