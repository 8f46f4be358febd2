"""An app with nothing but the map: what it draws is chosen by `?view=`, its policy is the true one."""

import json
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.starlette import App

from geo.drawing import map_state
from tests.browser.map_world import RUNS, WORDS, chosen, world
from web.headers import SecurityHeaders
from web.map.basemaps import browser_choice, image_hosts, read_basemaps
from web.map.points import map_routes
from web.map.script import script_url, vendor_routes

HERE = Path(__file__).resolve().parent
BASEMAPS = HERE / "map_harness.toml"


def page():
    """Show the map as the address asks, and count the runs."""
    st.set_page_config(layout="wide")
    RUNS["count"] += 1
    network, facilities, rows, public = world()
    asked = st.query_params
    view = asked.get("view", "all")
    if st.button("fewer"):
        view = "few"
    if st.button("none"):
        view = "none"
    mask = chosen(view)
    labels = network.facility_types["name_zh"].to_dict()
    shading = None
    if asked.get("shade", "yes") == "yes":
        counts = facilities.groupby("county").size()
        people = network.counties["residents"]
        shading = map_state.choropleth(
            (counts / people * 10_000).reindex(people.index),
            title="每万人设施数",
            unit="处/万人",
            no_data="无数据",
        )
    basemaps = read_basemaps(BASEMAPS, environment={"HARNESS_PORT": asked.get("tiles", "1")})
    state = map_state.map_state(
        mask,
        urls=public.urls,
        words=WORDS,
        legend=map_state.type_legend(rows, mask, network.facility_types, labels=labels),
        shading=shading,
        focus=asked.get("focus"),
        basemaps=browser_choice(basemaps, language="zh"),
        basemap=asked.get("basemap", "none"),
        theme=asked.get("theme", "auto"),
        note="其中模拟 93%，并非真实设施 · 来源：广西壮族自治区总工会公开资料 · 截至 2025-06",
    )
    from streamlit_folium import st_folium

    value = st_folium(
        map_state.network_map(state, script_url=script_url()),
        key="map",
        height=int(asked.get("height", "640")),
        use_container_width=True,
        returned_objects=[],
    )
    st.text(json.dumps(value))


async def runs(_request):
    """Say how often the page ran."""
    return JSONResponse(RUNS)


if st.runtime.exists() and st.runtime.scriptrunner.get_script_run_ctx() is not None:
    page()
else:
    app = App(
        __file__,
        routes=[Route("/runs", runs), *map_routes(lambda: world()[3]), *vendor_routes()],
        middleware=[
            Middleware(
                SecurityHeaders,
                frame_script_hashes=map_state.inline_script_hashes(),
                image_hosts=image_hosts(read_basemaps(BASEMAPS, environment={"HARNESS_PORT": "*"})),
            )
        ],
    )
