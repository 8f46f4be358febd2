"""Memory given back: thresholds of glibc where there is one, and nobody kept waiting for whoever left."""

import asyncio
import ctypes
import subprocess
import sys
import threading

import numpy as np
import pytest

from geo.caching.register import register
from tests.conftest import ROOT, run_apart
from web import memory
from web.presence import Presence


class Library:
    """Stand for a C library; `calls` is what it was asked."""

    def __init__(self, *names):
        self.calls = []
        for name in names:
            setattr(self, name, lambda *given, name=name: self.calls.append((name, *given)) or 1)


@pytest.fixture
def c_library(monkeypatch):
    def is_on(platform, *names):
        library = Library(*names)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
        monkeypatch.setattr(memory.pa, "set_memory_pool", lambda pool: library.calls.append("pool"))
        return library

    return is_on


GLIBC = ("gnu_get_libc_version", "mallopt", "malloc_trim")


def test_on_glibc_large_blocks_go_back_at_once_and_heaps_are_few(c_library):
    library = c_library("linux", *GLIBC)
    assert memory.set_allocator()
    assert ("mallopt", -3, memory.BLOCK_BYTES) in library.calls
    assert ("mallopt", -1, memory.TRIM_BYTES) in library.calls
    assert ("mallopt", -8, memory.HEAPS) in library.calls
    assert "pool" in library.calls
    assert memory.return_memory()
    assert library.calls[-1] == ("malloc_trim", 0)


@pytest.mark.parametrize("platform", ["darwin", "win32", "linux"])
def test_without_glibc_nothing_is_set_and_nothing_is_asked(c_library, platform):
    # On Linux this is musl, which has a `mallopt` in name at most.
    library = c_library(platform, *(GLIBC if platform != "linux" else ("mallopt",)))
    assert not memory.set_allocator()
    assert not memory.return_memory()
    assert not library.calls


# In a process of its own, which has no room that others left.
FREED = """
import numpy as np
from web import memory
def resident():
    with open("/proc/self/statm") as figures:
        return int(figures.read().split()[1]) * 4096
before = resident()
# Small blocks with something that stays between them, as many sessions leave them.
blocks = [np.ones(500) for _ in range(50_000)]
stays = blocks[::1000]
most = resident()
del blocks
memory.return_memory()
print(len(stays), most - before, resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_is_freed_is_the_systems_again():
    said = subprocess.run(
        [sys.executable, "-c", FREED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    stays, taken, left = map(int, said.split())
    assert stays == 50
    assert taken > 150_000_000
    assert left < 60_000_000


class Sockets:
    """Carry sessions until each is closed."""

    def __init__(self):
        self.open = {}

    async def __call__(self, scope, receive, send):
        self.open[scope["path"]] = asyncio.Event()
        await self.open[scope["path"]].wait()


def _visits(plan, after_s=0.05):
    """Run a plan of coming and leaving; give how often all was let go of."""
    emptied = []

    async def run():
        sockets = Sockets()
        presence = Presence(
            sockets, when_empty=lambda: emptied.append(threading.current_thread()), after_s=after_s
        )
        tasks = {}
        for what, name in plan:
            if what == "come":
                scope = {"type": "websocket", "path": name}
                tasks[name] = asyncio.create_task(presence(scope, None, None))
                await asyncio.sleep(0)
            elif what == "leave":
                sockets.open[name].set()
                await tasks[name]
            else:
                await asyncio.sleep(name)
        for name, task in tasks.items():
            sockets.open[name].set()
            await task
        return presence.here

    assert run_apart(run()) == 0
    return emptied


def test_all_is_let_go_of_some_time_after_the_last_has_left_and_off_the_event_loop():
    emptied = _visits(
        [("come", "a"), ("come", "b"), ("leave", "a"), ("wait", 0.1), ("leave", "b"), ("wait", 0.3)]
    )
    assert len(emptied) == 1
    assert emptied[0] is not threading.main_thread()


def test_nothing_is_let_go_of_while_somebody_is_here_or_soon_back():
    assert not _visits([("come", "a"), ("come", "b"), ("leave", "a"), ("wait", 0.2)])
    assert not _visits([("come", "a"), ("leave", "a"), ("come", "b"), ("wait", 0.2)])


def test_a_session_that_fails_has_left_too():
    async def broken(scope, receive, send):
        raise RuntimeError("gone")

    presence = Presence(broken, when_empty=int, after_s=9)

    async def run():
        with pytest.raises(RuntimeError):
            await presence({"type": "websocket"}, None, None)
        return presence.here

    assert run_apart(run()) == 0


def test_requests_are_nobodys_presence():
    seen = []

    async def app(scope, receive, send):
        seen.append(presence.here)

    presence = Presence(app, when_empty=int, after_s=9)
    run_apart(presence({"type": "http"}, None, None))
    assert seen == [0]


def test_the_app_lets_go_of_everything(monkeypatch):
    import app

    returned = []
    monkeypatch.setattr(app, "return_memory", lambda: returned.append(register.bytes))
    register.cache("of this test", holds="A number.").put(1, np.zeros(1000))
    app.forget_all()
    assert returned == [0]
