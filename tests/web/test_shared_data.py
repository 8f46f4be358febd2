"""What a process holds follows the registry as a whole; routes never see anybody's list."""

import datetime as dt
import json
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from geo import schema
from geo.importing.checks.check_list import Choices, read_knowledge, to_facilities
from geo.importing.columns.header_matching import match_columns
from geo.importing.readers.any_file import read_list
from geo.registry.applying import apply_import, undo_batch
from geo.registry.difference import plan_import
from ui.shared import cache, cache_by_network
from ui.shared.filters import Filters
from web import registry as opened
from web import shared_data
from web.api.routes import features_routes
from web.map.points import map_routes

pytestmark = pytest.mark.slow

AT = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
COUNTY = "450103"
HOME = Path(__file__).resolve().parents[2] / "ui" / "home.py"
NAMES = ("{{7*191}}站", "<img src=x onerror=alert(1)>", "=HYPERLINK(1)")
LIST = "名称,县区,地址,经度,纬度,联系电话\n" + "".join(
    f'"{name}",青秀区,民族大道{n}号,108.3{n + 5},22.82,13800138000\n' for n, name in enumerate(NAMES)
)


@pytest.fixture(scope="module")
def knowledge():
    return read_knowledge()


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Give a process that has no registry yet, with a place for one."""
    path = tmp_path / "registry.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr(shared_data, "_followed", shared_data._Followed())
    yield path
    for url, registry in list(opened._opened.items()):
        if str(tmp_path) in url:
            registry.close()
            del opened._opened[url]


@pytest.fixture
def bring(network, knowledge):
    """Give a function that applies the list to the registry of the process."""

    def brought(text=LIST):
        table = read_list(text.encode(), file_name="名单.csv")[0]
        checked = to_facilities(
            table,
            match_columns(table, knowledge.words),
            network,
            datum="GCJ-02",
            checked_on=AT.date(),
            choices=Choices(facility_type="worker_station"),
            knowledge=knowledge,
        )
        registry = opened.shared_registry()
        difference = plan_import(registry, checked, sha256="0" * 64, sourced=network.facilities)
        return apply_import(registry, difference, who="甲", at=AT)

    return brought


def test_without_a_registry_nothing_is_made(fresh):
    assert shared_data.shared_store().network is shared_data.public_network()
    assert shared_data.shared_store().points is None
    assert not fresh.parent.joinpath("registry.sqlite3").exists()


def test_a_batch_is_seen_as_a_whole_and_undone_as_a_whole(fresh, bring, monkeypatch):
    monkeypatch.setattr(shared_data, "ASK_AGAIN_S", 3600.0)
    before = shared_data.shared_store()
    batch = bring()
    assert shared_data.shared_store() is before, "for a while nobody asks again"
    after = shared_data.refreshed_store()
    here = after.network.select(counties=[COUNTY], types=["worker_station"])
    assert (here[schema.ORIGIN] == schema.IMPORTED).sum() == len(NAMES)
    assert (here[schema.ORIGIN] == schema.SIMULATED).sum() == 0
    assert set(NAMES) <= set(here[schema.NAME])
    assert shared_data.refreshed_store() is after
    undo_batch(opened.shared_registry(), batch, who="甲", at=AT)
    assert shared_data.refreshed_store().network.facilities.equals(before.network.facilities)


def test_a_change_of_another_process_is_seen_after_a_while(fresh, bring, monkeypatch):
    shared_data.shared_store()
    bring()
    monkeypatch.setattr(shared_data, "ASK_AGAIN_S", 0.0)
    assert shared_data.shared_store().points is not None


def test_routes_never_give_away_a_list(fresh, bring):
    bring()
    shared_data.refreshed_store()
    routes = [*features_routes(shared_data.public_network), *map_routes(shared_data.shared_public_map)]
    with TestClient(Starlette(routes=routes)) as client:
        answers = [
            client.get(f"/api/collections/facilities/items?county={COUNTY}&limit=500").text,
            client.get("/map/points.json").text,
            client.get("/map/details.json").text,
        ]
    assert not [
        name for name in (*NAMES, "13800138000") for answer in answers if json.dumps(name)[1:-1] in answer
    ]
    origins = {item["properties"]["origin"] for item in json.loads(answers[0])["features"]}
    assert origins == {"sourced", "simulated"}


def test_the_sessions_map_has_the_lists_own_points_behind_the_public_ones(fresh, bring):
    bring()
    seen = shared_data.refreshed_store()
    token = cache_by_network._seen.set(seen)
    try:
        state = cache.map_state(Filters(counties=(COUNTY,), types=("worker_station",)))
    finally:
        cache_by_network._seen.reset(token)
    assert state["own"] == {"packed": seen.points.packed, "version": seen.points.version}
    assert state["rows"] == len(shared_data.public_network().facilities) + len(NAMES)
    sourced = seen.network.select(counties=[COUNTY], types=["worker_station"], origins=["sourced"])
    assert state["shown"] == len(NAMES) + int(schema.located(sourced).sum())
    assert seen.points.rows.drawn.sum() == len(NAMES)


def test_a_run_of_a_page_sees_one_network_from_first_line_to_last(fresh, bring):
    before = cache_by_network.see_one_network()
    first = cache.answer(Filters(counties=(COUNTY,)))
    bring()
    shared_data.refreshed_store()
    assert cache.network() is before.network
    assert cache.answer(Filters(counties=(COUNTY,))) is first
    after = cache_by_network.see_one_network()
    assert after is not before
    assert set(NAMES) <= set(cache.answer(Filters(counties=(COUNTY,))).facilities[schema.NAME])
    cache_by_network._seen.set(None)


def test_a_registry_out_of_reach_leaves_the_map_and_is_told(fresh, bring, monkeypatch):
    bring()
    seen = shared_data.refreshed_store()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    lost = shared_data.refreshed_store()
    assert lost.network is seen.network
    assert "cannot be reached" in str(lost.fault)
    assert shared_data.refreshed_store() is lost


def test_the_overview_tells_lists_and_sources_apart(fresh, bring):
    home = AppTest.from_file(HOME, default_timeout=60)
    home.query_params.update({"county": COUNTY, "type": "worker_station"})
    assert "来自本单位名单" not in {box.label for box in home.run().metric}
    bring()
    shared_data.refreshed_store()
    figures = {box.label: box.value for box in home.run().metric}
    assert figures["来自本单位名单"] == str(len(NAMES))
    assert figures["模拟"] == "0"
    assert "3 处来自本单位导入的名单" in home.success[0].value
