"""Follow the memory of the server while a crowd is there, and after it has left.

Run `python -m benchmarks.soak` for 20 sessions over 10 minutes, `… short` for 6 sessions over one. The true
app is served on the loopback address; visitors speak to it over Streamlit's own web socket, open every page
and section by its link, search for sites, and leave. A page that shows a fault ends the run.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import urlencode

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import geo
from benchmarks.sessions import ROOT, free_port, memory_mb, refuse_faults, serve
from ui.screens.coverage.question import SECTIONS

SESSIONS, MINUTES = 20, 10.0
SHORT_SESSIONS, SHORT_MINUTES = 6, 1.0
# As a reader looks at a page before the next one.
LOOKED_AT_S = (0.5, 3.0)
PAGES_A_VISIT = 5
LAST_WORD_S = 600
SEARCHED_S = 20
# The app lets go of what it keeps this long after the last visitor, and is given a little longer.
REST_S = 200
SETTLE_S = 8
METRES = (500, 800, 1000, 1500, 2000)
WHO = ("urban_people", "people", "workers")
ITEMS = "/api/collections/facilities/items"


@dataclass
class Visitor:
    """Hold one session: its socket, what was drawn, and what it chose."""

    socket: websockets.ClientConnection
    widgets: dict = field(default_factory=dict)
    chosen: dict = field(default_factory=dict)
    page: str = ""
    query: str = ""
    refused: int = 0

    async def open(self, page, **query):
        """Open a page by its link."""
        self.page, self.query = page, urlencode(query)
        self.widgets.clear()
        self.chosen.clear()
        await self._run()

    async def choose(self, key, number):
        """Open one of the sections below a map."""
        group = self._widget(key)
        if group is not None:
            texts = [option.content for option in group.options]
            self.chosen[group.id] = ("string_array_value", [texts[number % len(texts)]])
            await self._run()

    async def press(self, key):
        """Press a button, if it is there."""
        button = self._widget(key)
        if button is not None:
            await self._run({button.id: ("trigger_value", True)})

    async def look_again(self):
        """Run the page as it is."""
        await self._run()

    def _widget(self, key):
        return next((made for name, made in self.widgets.items() if name.endswith(f"-{key}")), None)

    async def _run(self, pressed=None):
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = self.query, self.page
        for name, (kind, value) in (self.chosen | (pressed or {})).items():
            state = asked.rerun_script.widget_states.widgets.add(id=name)
            if kind == "string_array_value":
                state.string_array_value.data.extend(value)
            else:
                setattr(state, kind, value)
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(LAST_WORD_S):
            while not self._heard(await self.socket.recv()):
                pass

    def _heard(self, message):
        told = ForwardMsg()
        told.ParseFromString(message)
        kind = told.WhichOneof("type")
        if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            element = told.delta.new_element
            if self.page == "siting" and element.WhichOneof("type") == "alert":
                # No plan for a question, and too many who search, are answers too.
                self.refused += element.alert.format == Alert.ERROR
            else:
                refuse_faults(element)
            if element.WhichOneof("type") in {"button", "button_group"}:
                made = getattr(element, element.WhichOneof("type"))
                self.widgets[made.id] = made
        return kind == "script_finished"


async def see_overview(visitor, chance, counties):
    await visitor.open("", county=chance.choice(counties))
    await visitor.choose("section", chance.randrange(6))


async def see_coverage(visitor, chance, counties):
    asked = {"by": "metres", "m": chance.choice(METRES), "who": chance.choice(WHO)}
    asked["section"] = chance.choice([name for name in SECTIONS if name != "compare"])
    if chance.random() < 0.5:
        asked["county"] = chance.choice(counties)
    if chance.random() < 0.2:
        asked |= {"vs": "1", "vs_by": "metres", "vs_m": chance.choice(METRES), "section": "compare"}
    await visitor.open("coverage", **asked)


async def see_siting(visitor, chance, counties):
    asked = {"m": chance.choice(METRES), "new": chance.choice((5, 10, 20)), "who": chance.choice(WHO)}
    if chance.random() < 0.7:
        asked["county"] = chance.choice(counties)
    await visitor.open("siting", **asked)
    await visitor.press("siting_start")
    for _ in range(chance.randrange(SEARCHED_S)):
        await asyncio.sleep(1)
    await visitor.look_again()
    await visitor.choose("siting_section", chance.randrange(6))


async def see_card(visitor, chance, counties):
    await visitor.open("card", county=chance.choice(counties))


async def see_data(visitor, chance, _counties):
    await visitor.open("data")
    await visitor.choose("data_section", chance.randrange(4))


async def see_sources(visitor, _chance, _counties):
    await visitor.open("sources")


SIGHTS = (see_overview, see_coverage, see_siting, see_card, see_data, see_sources)
OFTEN = (4, 4, 3, 3, 1, 1)


def session(port):
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    return websockets.connect(address, max_size=None, subprotocols=["streamlit"], ping_timeout=None)


async def tour(port, counties):
    """See every page once."""
    chance = random.Random(1)  # noqa: S311 - the same walk each time
    async with session(port) as socket:
        visitor = Visitor(socket)
        for see in SIGHTS:
            await see(visitor, chance, counties)


async def see_first_coverage(port):
    async with session(port) as socket:
        await Visitor(socket).open("coverage")


async def visit(port, number, counties, until):
    """Come, see a few pages, leave, and come again, until the time is over; count pages and refusals."""
    chance, seen, refused = random.Random(number), 0, 0  # noqa: S311 - the same walks each time
    while time.monotonic() < until:
        async with session(port) as socket:
            visitor = Visitor(socket)
            for see in chance.choices(SIGHTS, OFTEN, k=PAGES_A_VISIT):
                if time.monotonic() >= until:
                    break
                await see(visitor, chance, counties)
                seen += 1
                await asyncio.sleep(chance.uniform(*LOOKED_AT_S))
        refused += visitor.refused
        address = f"http://127.0.0.1:{port}{ITEMS}?county={chance.choice(counties)}&limit=1000"
        await asyncio.to_thread(ask, address)
    return seen, refused


def ask(address):
    with urllib.request.urlopen(address) as answer:
        answer.read()


async def deadline(process, over):
    """Note the memory every second until the crowd has left."""
    noted = []
    while not over.is_set():
        noted.append(memory_mb(process, "VmRSS"))
        await asyncio.sleep(1)
    return noted


async def soak(port, process, sessions, minutes, counties):
    """Let a crowd in; give how many pages it saw, and refusals, and the memory second by second."""
    over, until = asyncio.Event(), time.monotonic() + 60 * minutes
    timing = asyncio.create_task(deadline(process, over))
    seen = await asyncio.gather(*(visit(port, number, counties, until) for number in range(sessions)))
    over.set()
    return *map(sum, zip(*seen, strict=True)), await timing


def main(sessions, minutes):
    """Serve the app, let the crowd in, wait until all is quiet, and print the table."""
    counties = list(geo.load_network().counties.index)
    port = free_port()
    with tempfile.TemporaryDirectory() as lists:
        os.environ["DATABASE_URL"] = f"sqlite:///{lists}/lists.db"
        process = serve(ROOT / "app.py", port)
        rows = {}
        try:
            time.sleep(SETTLE_S)
            rows["data read, nobody there yet"] = memory_mb(process, "VmRSS")
            asyncio.run(see_first_coverage(port))
            rows["the first coverage seen"] = memory_mb(process, "VmRSS")
            asyncio.run(tour(port, counties))
            rows["every page seen once: where the crowd begins"] = memory_mb(process, "VmRSS")
            seen, refused, noted = asyncio.run(soak(port, process, sessions, minutes, counties))
            minute = [max(noted[start : start + 60]) for start in range(0, len(noted), 60)]
            rows["the crowd, most of all"] = memory_mb(process, "VmHWM")
            rows["the crowd gone"] = memory_mb(process, "VmRSS")
            time.sleep(REST_S)
            rows["at rest, 200 s later"] = memory_mb(process, "VmRSS")
        finally:
            process.terminate()
            process.wait()
    print(f"{sessions} sessions, {minutes:g} minutes, {seen} pages, {refused} refusals\n")
    print("| when | MB |\n|---|---:|")
    for when, megabytes in rows.items():
        print(f"| {when} | {megabytes:.0f} |")
    print("\nMost of each minute:", *(f"{megabytes:.0f}" for megabytes in minute))
    print("Load:", *(f"{load:.1f}" for load in os.getloadavg()))


if __name__ == "__main__":
    short = "short" in sys.argv
    main(*((SHORT_SESSIONS, SHORT_MINUTES) if short else (SESSIONS, MINUTES)))
