"""Entry: `streamlit run app.py` serves the screens, the map's files and the read-only API."""

import asyncio
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.middleware import Middleware
from streamlit import get_option
from streamlit.starlette import App

import ui
from geo.caching.register import register
from geo.drawing.map_state import inline_script_hashes
from ui.front_door import connections, outer_checks, own_url
from ui.shared.errors import show_fault
from ui.shared.presses import keep_presses
from web.admission.connections import wrapped_connections
from web.api.routes import PATH, CleanRefusals, features_routes
from web.base_path import BelowBasePath
from web.encoding import OneEncoding
from web.headers import SecurityHeaders
from web.map.basemaps import image_hosts, read_basemaps
from web.map.pictures import picture_routes
from web.map.points import FOLDER, map_routes
from web.map.preloads import preload_links
from web.map.script import vendor_routes
from web.memory import return_memory, set_allocator
from web.page.shell import OwnShell, shell_routes
from web.presence import Presence
from web.shared_data import public_network, ready_public_map, shared_public_map, shared_store
from web.warm_up import preparation

# The first visitor's first view has the machine to itself.
PREPARE_AFTER_S = 5.0
BASE = f"/{(get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")
# Longer than Streamlit keeps a session that may come back.
FORGET_AFTER_S = 180.0

set_allocator()


def forget_all() -> None:
    """Let go of all that can be found again, and give its memory back."""
    register.clear()
    return_memory()


@asynccontextmanager
async def open_for_visitors(_app: App) -> AsyncIterator[None]:
    """Begin to read the data while the first browser is on its way; on a desktop, open that browser."""
    loop = asyncio.get_running_loop()
    keep_presses()
    reading = loop.run_in_executor(None, shared_store)
    preparation.start(after_s=PREPARE_AFTER_S)
    if not get_option("server.headless"):
        loop.call_later(1, webbrowser.open, own_url())
    # Streamlit's own greeting would look up this machine's address outside.
    sys.stdout.write(f"\n  Guigongtu: {own_url()}\n\n")
    with wrapped_connections(connections()):
        yield
    preparation.stop()
    await asyncio.wait([reading])


app = App(
    Path(ui.__file__).with_name("home.py"),
    lifespan=open_for_visitors,
    on_script_error=show_fault,
    routes=[
        *features_routes(public_network),
        *map_routes(shared_public_map),
        *picture_routes(),
        *vendor_routes(),
        *shell_routes(),
    ],
    middleware=[
        Middleware(OneEncoding),
        Middleware(
            SecurityHeaders,
            frame_script_hashes=inline_script_hashes(),
            image_hosts=image_hosts(read_basemaps()),
            frame_links=lambda: preload_links(ready_public_map()),
            base=BASE,
        ),
        *outer_checks(),
        Middleware(CleanRefusals, path=f"{BASE}{PATH}"),
        Middleware(OwnShell),
        Middleware(BelowBasePath, base=BASE, folders=(PATH, FOLDER)),
        Middleware(Presence, when_empty=forget_all, after_s=FORGET_AFTER_S),
    ],
)
