"""Strangers at the true app: it asks no host for their sake, takes nothing of theirs, and serves others."""

import asyncio
import http.client
import os
import re
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect as connect_later
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.conftest import run_apart

ROOT = Path(__file__).resolve().parents[2]
LOGIN, MARK = "X-Remote-User", "edge-of-a-part"
HEAD = f'--{MARK}\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
FILE = f"{HEAD}name,county\r\n--{MARK}--\r\n"
EVERYWHERE = ".".join("0000")
# Notes every address the server's process looks up or connects to, before it does.
LISTENING_IN = """
import os, sys
def note(event, arguments):
    if event in {"socket.getaddrinfo", "socket.connect", "socket.sendto", "socket.gethostbyname"}:
        place = arguments[0 if event in {"socket.getaddrinfo", "socket.gethostbyname"} else 1]
        host = place[0] if isinstance(place, tuple) else place
        if str(host) not in {"127.0.0.1", "::1", "localhost", "None", "0.0.0.0", "::"}:
            with open(os.environ["ASKED"], "a") as log:
                log.write(f"{event} {place!r}\\n")
sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Give the file that the server's every question to another host is written to."""
    folder = tmp_path_factory.mktemp("listening")
    (folder / "sitecustomize.py").write_text(LISTENING_IN, encoding="utf-8")
    return folder / "asked"


@pytest.fixture(scope="module")
def open_app(serve, asked):
    """Serve the app as for a network, behind a login by header whose proxy is elsewhere, listened in on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        path = os.pathsep.join(filter(None, (str(asked.parent), os.environ.get("PYTHONPATH"))))
        yield serve(
            ROOT / "app.py",
            *("--server.address", EVERYWHERE, "--server.allowedHosts", "127.0.0.1"),
            *("--server.corsAllowedOrigins", "https://partner.example.com"),
            environment={
                **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy),
                "ASKED": str(asked),
                "PYTHONPATH": path,
                "GUIGONGTU_LOGIN_HEADER": LOGIN,
                "GUIGONGTU_TRUSTED_PROXIES": "10.0.0.0/8",
            },
        )
        silent.settimeout(0.1)
        with pytest.raises(TimeoutError):
            silent.accept()
    assert not asked.exists(), asked.read_text()


def stream(app):
    return f"ws://{urlsplit(app.url).netloc}/_stcore/stream"


def status(app, path, **headers):
    with closing(http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status


def session_of(session, *, page=""):
    """Open a page as a browser does, wait until it is drawn, and give the session's id."""
    start = BackMsg()
    start.rerun_script.query_string = ""
    start.rerun_script.page_name = page
    session.send(start.SerializeToString())
    found = ""
    while True:
        message = ForwardMsg()
        message.ParseFromString(session.recv(timeout=60))
        if message.WhichOneof("type") == "new_session":
            found = message.new_session.initialize.session_id
        if message.WhichOneof("type") == "script_finished":
            return found


def upload(app, session_id, **headers):
    with closing(http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)) as connection:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        secret = re.search(r"_streamlit_xsrf=([^;]+)", answer.headers["set-cookie"])[1]
        signed = {"Cookie": f"_streamlit_xsrf={secret}", "X-Xsrftoken": secret}
        kind = {"Content-Type": f"multipart/form-data; boundary={MARK}"}
        connection.request(
            "PUT", f"/_stcore/upload_file/{session_id}/f", body=FILE, headers=signed | kind | headers
        )
        return connection.getresponse().status


def test_hundreds_of_foreign_handshakes_hold_nobody_up_and_ask_no_host(open_app, asked):
    async def foreign():
        with pytest.raises(InvalidStatus):
            await connect_later(stream(open_app), origin="http://evil.example", open_timeout=30)

    async def healthy(worst):
        while True:
            begun = time.monotonic()
            assert await asyncio.to_thread(status, open_app, "/_stcore/health") == 200
            worst.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)

    async def world():
        worst = []
        asking = asyncio.create_task(healthy(worst))
        for _ in range(6):
            await asyncio.gather(*(foreign() for _ in range(50)))
        asking.cancel()
        assert max(worst) < 5
        assert len(worst) > 3

    begun = time.monotonic()
    run_apart(world())
    # One look-up at a silent proxy holds everybody up for two seconds.
    assert time.monotonic() - begun < 60
    assert not asked.exists(), asked.read_text()


def test_in_no_state_does_the_server_ask_another_host(open_app, asked):
    with connect(stream(open_app), max_size=None, origin="https://partner.example.com") as session:
        session_of(session)
    with connect(stream(open_app), max_size=None, origin=open_app.url) as session:
        session_of(session)
    assert status(open_app, "/") == 200
    assert status(open_app, "/", Origin="https://evil.example") == 403
    assert status(open_app, "/", Host="evil.example") == 421
    assert status(open_app, "/", Origin="null") == 403
    assert not asked.exists(), asked.read_text()
    assert open_app.url.rpartition(":")[2] in open_app.log.read_text(encoding="utf-8")


def test_the_listener_hears_what_it_should(asked, tmp_path):
    """What proves nothing was asked must be seen to hear a question."""
    import subprocess

    heard = tmp_path / "heard"
    program = "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.connect(('203.0.113.1', 9))"
    environment = os.environ | {"ASKED": str(heard), "PYTHONPATH": str(asked.parent)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=False, capture_output=True)
    assert "203.0.113.1" in heard.read_text()


def test_a_forged_login_header_names_nobody_and_uploads_nothing(open_app):
    forged = {LOGIN: "admin", "X-Forwarded-For": "10.0.0.1"}
    with connect(stream(open_app), max_size=None, additional_headers=forged) as session:
        assert upload(open_app, session_of(session), **forged) == 403
    assert upload(open_app, "no-such-session", **forged) == 403


def test_whom_a_trusted_proxy_names_may_upload_and_nobody_else(serve):
    app = serve(
        ROOT / "app.py",
        environment={"GUIGONGTU_LOGIN_HEADER": LOGIN, "GUIGONGTU_TRUSTED_PROXIES": "127.0.0.1"},
    )
    with connect(stream(app), max_size=None, additional_headers={LOGIN: "wang"}) as session:
        assert upload(app, session_of(session, page="data")) == 204
    with connect(stream(app), max_size=None) as session:
        assert upload(app, session_of(session, page="data")) == 403
    with connect(stream(app), max_size=None, additional_headers=[(LOGIN, "a"), (LOGIN, "b")]) as session:
        assert upload(app, session_of(session, page="data")) == 403


def test_nothing_is_uploaded_before_the_password_is_given_and_the_page_says_so(serve):
    app = serve(ROOT / "app.py", environment={"GUIGONGTU_PASSWORD": "nanning"})
    with connect(stream(app), max_size=None) as session:
        assert upload(app, session_of(session, page="data")) == 403
        shown = b""
        while "文件未接收".encode() not in shown:
            shown = session.recv(timeout=30)


def test_three_hundred_slow_clients_are_gone_within_half_a_minute(open_app):
    async def slow():
        begun = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(open_app.url).port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ")
        closed = asyncio.create_task(reader.read())
        while not closed.done() and time.monotonic() - begun < 40:
            writer.write(b"a")
            await asyncio.wait([closed], timeout=1)
        closed.cancel()
        await asyncio.gather(closed, return_exceptions=True)
        writer.transport.abort()
        return time.monotonic() - begun

    async def world():
        clients = [asyncio.create_task(slow()) for _ in range(300)]
        await asyncio.sleep(3)
        assert await asyncio.to_thread(status, open_app, "/") == 200
        assert max(await asyncio.gather(*clients)) < 30

    run_apart(world())
