"""Slow clients are closed, greedy ones make way, and all others are served meanwhile: over real sockets."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import AsyncExitStack, asynccontextmanager, closing

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage

from tests.conftest import run_apart
from web.admission import connections, slow_bodies
from web.admission.connections import Connections, plain_address, wrapped_connections
from web.admission.slow_bodies import PatientAnswers

HOST = "127.0.0.1"
LARGE = 8 * 2**20
SLOW = {
    "a head that never ends": b"GET / HTTP/1.1\r\nHost: x\r\nX-More: ",
    "nothing at all": b"",
    "a body that never ends": b"PUT /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n",
    "a body nobody reads": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n",
    "chunks that never end": b"PUT /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    "half a handshake": b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ",
    "a handshake and no word": (
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ),
    "an answer nobody reads": b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
}
READS_NOTHING, SAYS_NOTHING = "an answer nobody reads", {"nothing at all", "a handshake and no word"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Shorten every limit, in proportion."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.5)
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(connections, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(slow_bodies, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(slow_bodies, "FIRST_WORD_SECONDS", 0.5)


async def _whole(request):
    return PlainTextResponse(str(len(await request.body())))


async def _talk(websocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


def _who(_request):
    return JSONResponse(connections.current_connection().address)


@asynccontextmanager
async def served(register, **options):
    """Serve a small app by the true server, every connection held in `register`; gives its port."""

    @asynccontextmanager
    async def lifespan(_app):
        with wrapped_connections(register):
            yield

    routes = [
        Route("/", lambda _request: PlainTextResponse("well")),
        Route("/who", _who),
        Route("/body", _whole, methods=["PUT"]),
        Route("/large", lambda _request: Response(b"x" * LARGE)),
        WebSocketRoute("/ws", _talk),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(PatientAnswers)])
    settings = uvicorn.Config(
        app, port=0, log_config=None, ws="websockets-sansio", timeout_keep_alive=60, **options
    )
    server = uvicorn.Server(settings)
    with closing(socket.create_server((HOST, 0))) as listening:
        serving = asyncio.create_task(server._serve([listening]))
        await asyncio.wait_for(_started(server), timeout=10)
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


async def _started(server):
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)


async def until_closed(port, first, *, reads=True, speaks=True, tls=None):
    """Send `first`, then a letter now and then; give the seconds until the server closes."""
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection(HOST, port, limit=1024, ssl=tls)
    writer.write(first)
    closed = asyncio.create_task(_read_all(reader) if reads else _closed_under(writer))
    while not closed.done() and time.monotonic() - begun < 10:
        if speaks:
            writer.write(b"a")
        await asyncio.wait([closed], timeout=0.2)
    closed.cancel()
    writer.transport.abort()
    return time.monotonic() - begun


async def _read_all(reader):
    try:
        while await reader.read(4096):
            pass
    except ConnectionError:
        pass


async def _closed_under(writer):
    """Wait until the other end is gone without reading: a letter sent then is answered by a reset."""
    while not writer.transport.is_closing():
        writer.write(b"a")
        await asyncio.sleep(0.05)


async def ask(port, path="/", *, pause=0.0, tls=None):
    reader, writer = await asyncio.open_connection(HOST, port, ssl=tls)
    await asyncio.sleep(pause)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.slow
def test_slow_clients_of_every_kind_are_closed_while_others_are_served():
    async def world():
        register = Connections()
        async with served(register) as port:
            slow = {
                kind: [
                    asyncio.create_task(
                        until_closed(
                            port, first, reads=kind != READS_NOTHING, speaks=kind not in SAYS_NOTHING
                        )
                    )
                    for _ in range(6)
                ]
                for kind, first in SLOW.items()
            }
            await asyncio.sleep(0.2)
            begun = time.monotonic()
            assert (await ask(port)).endswith(b"well")
            assert time.monotonic() - begun < 3
            lives = {kind: max(await asyncio.gather(*tasks)) for kind, tasks in slow.items()}
            assert {kind: life for kind, life in lives.items() if life > 5} == {}
            await asyncio.sleep(0.2)
            assert len(register) == 0

    run_apart(world())


@pytest.mark.slow
def test_a_long_answer_read_slowly_but_steadily_arrives_whole():
    async def world():
        async with served(Connections()) as port:
            reader, writer = await asyncio.open_connection(HOST, port, limit=2**16)
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            size = 0
            while piece := await reader.read(2**17):
                size += len(piece)
                await asyncio.sleep(0.02)
            writer.close()
            assert size > LARGE

    run_apart(world())


@pytest.mark.slow
def test_a_long_body_that_keeps_coming_arrives_whole(monkeypatch):
    monkeypatch.setattr(slow_bodies, "BODY_BYTES_PER_SECOND", 500)

    async def world():
        async with served(Connections()) as port:
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(
                b"PUT /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1200\r\n\r\n"
            )
            for _ in range(12):
                writer.write(b"x" * 100)
                await asyncio.sleep(0.1)
            assert (await reader.read()).endswith(b"1200")
            writer.close()

    run_apart(world())


@pytest.mark.slow
def test_a_websocket_that_has_spoken_may_be_silent():
    async def world():
        async with served(Connections()) as port, connect(f"ws://{HOST}:{port}/ws") as session:
            await session.send("one")
            assert await session.recv() == "one"
            await asyncio.sleep(1)
            await session.send("two")
            assert await session.recv() == "two"

    run_apart(world())


@pytest.mark.parametrize("bounds", [{"per_address": 20}, {"in_all": 20}])
def test_where_there_are_too_many_those_who_only_wait_make_way(bounds):
    async def world():
        register = Connections(**bounds)
        async with served(register) as port:
            waiting = [await asyncio.open_connection(HOST, port) for _ in range(100)]
            await asyncio.sleep(0.2)
            assert len(register) <= 20
            assert (await ask(port, pause=0.02)).endswith(b"well")
            for _, writer in waiting:
                writer.transport.abort()

    run_apart(world())


def test_one_address_holds_no_more_websockets_than_it_may():
    async def world():
        register = Connections(per_address=5, in_all=100)
        async with served(register) as port, AsyncExitStack() as stack:
            for _ in range(5):
                session = await stack.enter_async_context(connect(f"ws://{HOST}:{port}/ws"))
                await session.send("one")
                assert await session.recv() == "one"
            with pytest.raises((ConnectionError, InvalidMessage)):
                await connect(f"ws://{HOST}:{port}/ws")

    run_apart(world())


@pytest.mark.slow
def test_slow_clients_are_closed_under_tls_too(tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with")
    paths = {"ssl_keyfile": tmp_path / "key.pem", "ssl_certfile": tmp_path / "certificate.pem"}
    make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", paths["ssl_keyfile"], "-out", paths["ssl_certfile"]]
    subprocess.run([openssl, *make.split(), *files], check=True, capture_output=True)
    trusting = ssl.create_default_context(cafile=paths["ssl_certfile"])

    async def world():
        register = Connections()
        async with served(register, **paths) as port:
            slow = [asyncio.create_task(until_closed(port, b"GET / HT", tls=trusting)) for _ in range(20)]
            unshaken = [asyncio.create_task(until_closed(port, b"")) for _ in range(20)]
            for _ in range(5):
                assert (await ask(port, tls=trusting)).endswith(b"well")
            assert max(await asyncio.gather(*slow, *unshaken)) < 5
            assert (await ask(port, tls=trusting)).endswith(b"well")

    run_apart(world())


def test_a_proxy_speaks_for_many():
    async def world():
        register = Connections(per_address=20, is_proxy=lambda address: address == HOST)
        async with served(register) as port:
            waiting = [await asyncio.open_connection(HOST, port) for _ in range(50)]
            await asyncio.sleep(0.2)
            assert len(register) == 50
            for _, writer in waiting:
                writer.transport.abort()

    run_apart(world())


def test_a_request_knows_its_sockets_other_end():
    async def world():
        async with served(Connections()) as port:
            assert (await ask(port, "/who")).endswith(b'"127.0.0.1"')

    run_apart(world())


@pytest.mark.parametrize(
    ("peername", "address"),
    [
        (("127.0.0.1", 5), "127.0.0.1"),
        (("::ffff:127.0.0.1", 5, 0, 0), "127.0.0.1"),
        (("fe80::1%eth0", 5, 0, 0), "fe80::1"),
        (("2001:DB8::0:1", 5, 0, 0), "2001:db8::1"),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_written_in_one_form(peername, address):
    assert plain_address(peername) == address
