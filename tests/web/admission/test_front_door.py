"""The front door: foreign names and pages, forged headers, uploads and guesses are judged first."""

import threading
from collections import Counter

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import config, net_util
from streamlit.web.server import server_util

from geo.errors import InvalidValueError
from ui import front_door
from web.admission import connections, guesses, proxies
from web.admission.origins import Origin, named_origins, read_origin
from web.admission.uploads import (
    ALL_FULL,
    BODY_BYTES,
    NOT_PERMITTED,
    SESSION_FULL,
    Sessions,
    UploadLimits,
    UploadRules,
)

MAP = "https://map.example.org"


@pytest.fixture
def door(monkeypatch):
    """Give a function that serves an echo behind the checks of origin, under given settings of Streamlit."""
    before = []
    for name in ("get_external_ip", "get_internal_ip"):
        monkeypatch.setattr(net_util, name, getattr(net_util, name))

    def serve(**options):
        for name, value in options.items():
            option = config.get_config_options()[name.replace("_", ".", 1)]
            before.append((option, option.value, option.where_defined))
            option.set_value(value, "a test")
        checks = [check for check in front_door.outer_checks() if check.cls is front_door.OwnOrigins]
        routes = [Route("/", lambda _request: PlainTextResponse("let in")), WebSocketRoute("/ws", _accept)]
        return TestClient(Starlette(routes=routes, middleware=checks))

    yield serve
    for option, value, where in reversed(before):
        option.set_value(value, where)


async def _accept(socket):
    await socket.accept()
    await socket.close()


def asked(client, *, host, origin=None):
    """Ask by HTTP and by WebSocket, and give the one answer of both: let in or not."""
    headers = [("host", host), *([("origin", origin)] if origin is not None else [])]
    answer = client.get("/", headers=headers)
    socket = client.websocket_connect("/ws", headers=dict(headers))
    if answer.status_code == 200:
        with socket:
            return True
    with pytest.raises(WebSocketDisconnect) as closed, socket:
        pass
    assert closed.value.code == 1008
    assert answer.status_code in {403, 421}
    assert "this program" in answer.text.lower()
    assert "本程序" in answer.text
    return False


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8501", None),
        ("localhost:8501", "http://localhost:8501"),
        ("LOCALHOST.:8501", "http://localhost:8501"),
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("localhost", "https://localhost:443"),
        ("[::1]:8501", "http://[::1]:8501"),
        ("a.stations.example.org", "https://a.stations.example.org"),
        ("127.0.0.1:8501", "https://partner.example.com"),
        ("127.0.0.1:8501", "https://partner.example.com:443"),
    ],
)
def test_own_pages_and_named_ones_are_let_in(door, host, origin):
    client = door(
        server_allowedHosts=["localhost", "127.0.0.1", "::1", "*.stations.example.org"],
        server_corsAllowedOrigins=["https://partner.example.com/"],
    )
    assert asked(client, host=host, origin=origin)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", None),
        ("localhost.evil.example", None),
        ("stations.example.org", None),
        ("user@localhost", None),
        ("localhost:port", None),
        ("localhost/path", None),
        ("", None),
        ("localhost:8501", "null"),
        ("localhost:8501", ""),
        ("localhost:8501", "http://evil.example"),
        ("localhost:8501", "http://localhost:9999"),
        ("localhost:8501", "http://127.0.0.1:8501"),
        ("localhost:8501", "http://localhost"),
        ("localhost:8501", "http://localhost:8501.evil.example"),
        ("localhost:8501", "http://evil.example@localhost:8501"),
        ("localhost:8501", "http://localhost:8501/"),
        ("localhost:8501", "file://localhost:8501"),
        ("localhost:8501", "http://localhost:99999"),
        ("[::1]:8501", "http://[::2]:8501"),
        ("[::1]:8501", "http://[::1"),
        ("localhost:8501", "http://partner.example.com"),
        ("localhost:8501", "https://partner.example.com:444"),
    ],
)
def test_foreign_names_and_pages_of_others_are_not(door, host, origin):
    client = door(
        server_allowedHosts=["localhost", "127.0.0.1", "::1", "*.stations.example.org"],
        server_corsAllowedOrigins=["https://partner.example.com"],
    )
    assert not asked(client, host=host, origin=origin)


def test_two_hosts_or_two_origins_are_none(door):
    client = door(server_allowedHosts=["localhost"])
    for headers in (
        [("host", "localhost"), ("host", "localhost")],
        [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.example")],
    ):
        assert client.get("/", headers=headers).status_code in {403, 421}


def test_a_page_under_the_public_name_is_let_in_when_the_proxy_asks_under_another(door):
    client = door(server_allowedHosts=["127.0.0.1"], browser_serverAddress="map.example.org")
    assert asked(client, host="127.0.0.1:8501", origin=MAP)
    assert not asked(client, host="127.0.0.1:8501", origin=MAP + ":8080")
    assert not asked(client, host="127.0.0.1:8501", origin="https://map.example.org.evil.example")


def test_where_the_check_of_origins_is_switched_off_every_page_may_ask(door):
    client = door(server_allowedHosts=["127.0.0.1"], server_enableCORS=False)
    assert asked(client, host="127.0.0.1", origin=MAP)
    assert not asked(client, host="evil.example", origin=MAP)


def test_streamlit_looks_up_no_address(door):
    door()
    assert net_util.get_external_ip() is None
    assert not server_util.is_url_from_allowed_origins("https://evil.example")


def test_an_origin_is_read_in_one_form():
    assert read_origin("HTTPS://Map.Example.ORG.:443") == Origin("https", "map.example.org", 443)
    assert named_origins(["map.example.org"]) == {
        Origin("http", "map.example.org", 80),
        Origin("https", "map.example.org", 443),
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
        ("10.0.0.1", ["127.0.0.1, 198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::5]:80"], "2001:db8::5"),
        ("10.0.0.1", ["unknown, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["," * 10_000], "10.0.0.1"),
        ("::1", ["198.51.100.1"], "198.51.100.1"),
    ],
)
def test_a_client_is_who_the_last_trusted_proxy_saw(peer, forwarded, client):
    trusted = proxies.read_proxies("10.0.0.0/8, ::1")
    assert trusted.client_of(peer, forwarded) == client


def test_a_proxy_that_cannot_be_read_is_named():
    with pytest.raises(InvalidValueError, match=r"'10\.0\.0'"):
        proxies.read_proxies("127.0.0.1 10.0.0")
    with pytest.raises(SystemExit, match="GUIGONGTU_TRUSTED_PROXIES"):
        front_door.trusted_proxies({"GUIGONGTU_TRUSTED_PROXIES": "everybody"})
    assert not proxies.read_proxies("").trust("127.0.0.1")


class _Peer:
    def __init__(self, address):
        self.address = connections.plain_address((address, 4711))


@pytest.mark.parametrize(
    ("peer", "names", "seen"),
    [
        ("10.1.2.3", ["王芳"], "王芳"),
        ("::ffff:10.1.2.3", ["王芳"], "王芳"),
        ("10.1.2.3", ["admin", "王芳"], ""),
        ("127.0.0.1", ["admin"], ""),
        (None, ["admin"], ""),
    ],
)
def test_the_login_header_is_seen_from_a_trusted_proxy_alone(monkeypatch, peer, names, seen):
    monkeypatch.setattr(proxies, "current_connection", lambda: _Peer(peer) if peer else None)
    headers = Middleware(
        proxies.TrustedHeaders, proxies=proxies.read_proxies("10.0.0.0/8"), names=["X-Remote-User", ""]
    )

    def who(request):
        return JSONResponse([request.headers.get("x-remote-user", ""), request.client.host])

    client = TestClient(Starlette(routes=[Route("/", who)], middleware=[headers]))
    forged = [("X-Remote-User", name.encode()) for name in names] + [("X-Forwarded-For", "198.51.100.1")]
    name, address = client.get("/", headers=forged).json()
    assert name.encode("latin-1").decode() == seen
    if peer:
        assert address == ("127.0.0.1" if peer == "127.0.0.1" else "198.51.100.1")


def uploading(limits):
    """Serve a place for uploads behind `limits`; it notes how many bytes it was given."""
    taken = []

    async def take(request):
        size = 0
        async for piece in request.stream():
            size += len(piece)
        taken.append(size)
        return PlainTextResponse("taken")

    paths = ("/_stcore/upload_file/{session}/{file}", "/under/it/_stcore/upload_file/{session}/{file}", "/x")
    routes = [Route(path, take, methods=["PUT", "POST"]) for path in paths]
    rules = Middleware(UploadLimits, rules=limits)
    return TestClient(Starlette(routes=routes, middleware=[rules])), taken


def pieces(count, size):
    yield from (b"x" * size for _ in range(count))


@pytest.fixture
def limits():
    held, refused = Counter(), []
    rules = UploadRules(
        may_upload=lambda session: session != "stranger",
        held=lambda: held,
        refused=lambda session, reason: refused.append((session, reason)),
        per_session=1000,
        in_all=1500,
    )
    return rules, held, refused


@pytest.mark.parametrize("base", ["", "/under/it"])
def test_an_upload_is_refused_before_a_byte_of_it_is_read(limits, base):
    rules, held, refused = limits
    client, taken = uploading(rules)
    put = lambda session, body: client.put(f"{base}/_stcore/upload_file/{session}/f", content=body)  # noqa: E731
    assert put("one", b"x" * 900).status_code == 200
    assert put("stranger", b"x").status_code == 403
    assert put("stranger", pieces(9, 1)).status_code == 403
    assert put("one", b"x" * 1001).status_code == 413
    held["one"] = 900
    assert put("one", b"x" * 101).status_code == 413
    assert put("two", b"x" * 601).status_code == 413
    assert put("two", b"x" * 600).status_code == 200
    assert taken == [900, 600]
    reasons = [NOT_PERMITTED, NOT_PERMITTED, SESSION_FULL, SESSION_FULL, ALL_FULL]
    assert [reason for _, reason in refused] == reasons
    assert not rules._coming


def test_a_body_is_counted_where_its_length_is_not_said_or_a_lie(limits):
    rules, _, refused = limits
    client, taken = uploading(rules)
    assert client.put("/_stcore/upload_file/one/f", content=pieces(11, 100)).status_code == 413
    assert client.put("/_stcore/upload_file/one/f", content=pieces(10, 100)).status_code == 200
    assert (
        client.put(
            "/_stcore/upload_file/one/f", content=pieces(11, 100), headers={"content-length": "1e1"}
        ).status_code
        == 413
    )
    assert taken == [1000]
    assert refused == [("one", SESSION_FULL)] * 2
    assert not rules._coming


def test_what_comes_at_once_is_counted_together(limits):
    rules, _, _ = limits
    with rules.coming("one") as add:
        add(700)
        assert rules.fault("one", 301) == SESSION_FULL
        assert rules.fault("two", 801) == ALL_FULL
        assert rules.fault("two", 800) is None
    assert rules.fault("one", 1000) is None


def test_nothing_but_a_file_is_long(limits):
    rules, _, refused = limits
    client, taken = uploading(rules)
    assert client.post("/x", content=b"x" * (BODY_BYTES + 1)).status_code == 413
    assert client.post("/x", content=pieces(17, 2**16)).status_code == 413
    assert client.post("/x", content=b"x" * BODY_BYTES).status_code == 200
    assert taken == [BODY_BYTES]
    assert not refused


def test_of_too_many_sessions_the_longest_silent_are_forgotten():
    sessions = Sessions(most=2)
    for session in ("a", "b", "a", "c"):
        sessions.permit(session)
    assert [sessions.may_upload(session) for session in "abc"] == [True, False, True]
    sessions.withdraw("a")
    assert not sessions.may_upload("a")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def guessing():
    clock = Clock()
    return guesses.Guesses(most=100, clock=clock), clock


def right(register, session, address):
    return register.is_right("南宁", "南宁", session=session, address=address)


def wrong(register, session, address):
    return register.is_right("柳州", "南宁", session=session, address=address)


def test_one_persons_wrong_guesses_delay_nobody_else(guessing):
    register, clock = guessing
    for number in range(1000):
        assert not wrong(register, f"s{number}", "198.51.100.1")
    assert right(register, "mine", "198.51.100.2")
    assert not right(register, "mine", "198.51.100.1")
    assert register.wait_seconds("mine", "198.51.100.1") == guesses.WINDOW_SECONDS
    clock.now += guesses.WINDOW_SECONDS
    assert right(register, "mine", "198.51.100.1")


def test_one_session_is_stopped_before_others_of_its_address(guessing):
    register, _ = guessing
    for _ in range(100):
        assert not wrong(register, "one", "198.51.100.1")
    assert not right(register, "one", "198.51.100.1")
    assert not right(register, "one", "203.0.113.1"), "the session itself is stopped too"
    assert right(register, "two", "198.51.100.1")


def test_all_addresses_of_one_network_are_one(guessing):
    register, _ = guessing
    for number in range(100):
        wrong(register, f"s{number}", f"2001:db8::{number:x}")
    assert not right(register, "new", "2001:db8::ffff")
    assert right(register, "new", "2001:db8:0:1::1")


def test_what_is_remembered_of_guesses_is_bounded(guessing):
    register, _ = guessing
    for number in range(5000):
        wrong(register, f"s{number}", f"198.51.{number // 250}.{number % 250}")
    assert len(register) == 100


def test_guesses_do_not_wait_for_each_other(guessing):
    register, _ = guessing
    results = []
    threads = [
        threading.Thread(target=lambda n=n: results.append(wrong(register, f"s{n}", f"10.0.0.{n}")))
        for n in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)
    assert results == [False] * 50
    assert right(register, "mine", "10.1.1.1")
