"""The map's scripts outside a browser: their own tests, and that they read what Python writes."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from geo import schema
from geo.drawing import map_state
from geo.geodesy.datums import wgs84_to_gcj02
from web.map import points
from web.map.script import ASSETS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
READ = """
import { readFileSync } from "node:fs";
import * as script from "SCRIPT";
const given = JSON.parse(readFileSync(0, "utf8"));
const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
console.log(JSON.stringify((WORK)(script, given), plain));
"""


@pytest.fixture(scope="module")
def node():
    """Give the path of Node; without it skip, or fail where REQUIRE_NODE is 1."""
    program = shutil.which("node")
    if program is None:
        give_up = pytest.fail if os.environ.get("REQUIRE_NODE") == "1" else pytest.skip
        give_up("Node was not found, so the tests of the scripts cannot run: sudo apt install nodejs npm.")
    return program


@pytest.fixture
def work_out(node):
    """Give a function that calls JavaScript of a script (`(script, given) => …`) and gives its JSON."""

    def call(name, work, given):
        program = READ.replace("SCRIPT", (ASSETS / name).as_uri()).replace("WORK", work)
        command = [node, "--input-type=module", "--eval", program]
        done = subprocess.run(
            command, input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


@pytest.fixture
def public(tiny_network):
    rows = map_state.map_points(tiny_network.facilities, tiny_network.facility_types)
    return points.pack_map(tiny_network.facilities, rows, tiny_network.display_regions)


def test_the_scripts_own_tests_pass(node):
    files = sorted(HERE.glob("*.test.js"))
    assert len(files) >= 3
    done = subprocess.run(
        [node, "--test", *files], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_browser_reads_the_points_and_the_mask_the_server_packs(work_out, public, tiny_network):
    facilities = tiny_network.facilities
    stations = (facilities[schema.FACILITY_TYPE] == "worker_station").to_numpy()
    state = map_state.map_state(
        stations,
        urls=public.urls,
        words=dict.fromkeys(map_state.WORD_KEYS, "") | {table: {} for table in map_state.WORD_TABLES},
        legend=[],
    )
    seen = work_out(
        "unpacking.js",
        "({ chosenPoints, readPoints }, { columns, mask }) => {"
        " const points = readPoints(columns); return { points, chosen: chosenPoints(points, mask) } }",
        {"columns": json.loads(public.points.body), "mask": state["mask"]},
    )
    located = facilities[schema.located(facilities)]
    assert seen["points"]["lon"] == pytest.approx(located.geometry.x.to_numpy(), abs=1e-9)
    assert seen["points"]["lat"] == pytest.approx(located.geometry.y.to_numpy(), abs=1e-9)
    chosen = located.index[seen["chosen"]]
    assert list(chosen) == list(located.index[located[schema.FACILITY_TYPE] == "worker_station"])


def test_the_browser_reads_the_details_and_outlines_the_server_packs(work_out, public, tiny_network):
    texts = work_out(
        "unpacking.js",
        "({ detail }, details) => details.name.map((name, i) => [name, detail(details, 'address', i)])",
        json.loads(public.details.body),
    )
    located = tiny_network.facilities[schema.located(tiny_network.facilities)]
    addresses = located[schema.ADDRESS].fillna("")
    assert texts == [list(pair) for pair in zip(located[schema.NAME], addresses, strict=True)]
    boxes = work_out(
        "unpacking.js",
        "({ readRegions }, columns) => readRegions(columns).all"
        ".map(({ box }) => [box.west, box.south, box.east, box.north])",
        json.loads(public.regions.body),
    )
    assert np.array(boxes) == pytest.approx(tiny_network.display_regions.bounds.to_numpy(), abs=1e-5)


def test_the_browsers_gcj_conversion_is_the_librarys(work_out):
    lon, lat = np.linspace(104.5, 112, 9), np.linspace(21, 26.3, 9)
    seen = work_out(
        "gcj02.js",
        "({ toGcj02 }, places) => places.map(([lng, lat]) => toGcj02({ lat, lng })).map(p => [p.lng, p.lat])",
        np.column_stack([lon, lat]).tolist(),
    )
    assert np.abs(np.array(seen) - np.column_stack(wgs84_to_gcj02(lon, lat))).max() < 1e-9
