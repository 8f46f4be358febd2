"""Files over the limit by raw HTTP, past the page's own check: refused by the true app, and never held."""

import http.client
import re
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
PIECE = b"x" * 2**20
OVER = 60
MARK = "edge-of-a-part"
HEAD = f'--{MARK}\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'.encode()
TAIL = f"\r\n--{MARK}--\r\n".encode()


@pytest.fixture(scope="module")
def app(serve):
    return serve(ROOT / "app.py")


def host(app):
    return http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=60)


def in_a_session(app, ask):
    """Open a session as a browser does, and ask within it: its id is needed to upload at all."""
    address = f"ws://{urlsplit(app.url).netloc}/_stcore/stream"
    with connect(address, max_size=None, subprotocols=["streamlit"]) as session:
        start = BackMsg()
        start.rerun_script.query_string = ""
        session.send(start.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(session.recv())
            if told.WhichOneof("type") == "new_session":
                return ask(told.new_session.initialize.session_id)


def token(app):
    """Get the token every upload must carry, in its cookie and in a header."""
    with closing(host(app)) as connection:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
    return re.search(r"_streamlit_xsrf=([^;]+)", answer.headers["set-cookie"])[1]


def put(app, session_id, pieces, *, length=None, said=None, signed=True):
    """Send a body piece by piece, and give the answer's status; a door that is shut counts as 413."""
    secret = token(app)
    with closing(host(app)) as connection:
        connection.putrequest("PUT", f"/_stcore/upload_file/{session_id}/some-file")
        if signed:
            connection.putheader("Cookie", f"_streamlit_xsrf={secret}")
            connection.putheader("X-Xsrftoken", secret)
        connection.putheader("Content-Type", f"multipart/form-data; boundary={MARK}")
        if length is None:
            connection.putheader("Transfer-Encoding", "chunked")
        else:
            connection.putheader("Content-Length", str(said or length))
        connection.endheaders()
        try:
            for piece in (HEAD, *pieces, TAIL):
                connection.send(piece if length is not None else b"%x\r\n%s\r\n" % (len(piece), piece))
            if length is None:
                connection.send(b"0\r\n\r\n")
            with connection.getresponse() as answer:
                return answer.status
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            return 413


def held_mb(app):
    status = Path(f"/proc/{app.process.pid}/status")
    if not status.exists():
        pytest.skip("the memory of another process is read from Linux's /proc")
    return int(re.search(r"VmRSS:\s+(\d+)", status.read_text())[1]) / 1024


def settled_mb(app):
    """Wait until the first page has read its data: that takes memory too, and not the upload's."""
    held, before = held_mb(app), 0.0
    while held - before > 1:
        time.sleep(1)
        held, before = held_mb(app), held
    return held


def test_a_file_over_the_limit_is_refused_however_it_is_sent(app):
    small = [b"name,county\n"]
    length = len(HEAD) + len(small[0]) + len(TAIL)
    over = len(HEAD) + OVER * len(PIECE) + len(TAIL)

    def ask(session_id):
        assert put(app, session_id, small, length=length) == 204, "a small file is taken"
        before_mb = settled_mb(app)
        assert put(app, session_id, [PIECE] * OVER, length=over) == 413
        assert put(app, session_id, [PIECE] * OVER) == 413, "sent in chunks of no declared length"
        assert put(app, session_id, [PIECE] * OVER, length=over, said=length) in {400, 413}, "and a lie"
        assert held_mb(app) - before_mb < 2 * OVER

    in_a_session(app, ask)


def test_nobody_uploads_without_a_session_or_without_its_token(app):
    small = [b"name,county\n"]
    length = len(HEAD) + len(small[0]) + len(TAIL)
    assert put(app, "no-such-session", small, length=length) == 400

    def ask(session_id):
        assert put(app, session_id, small, length=length, signed=False) == 403

    in_a_session(app, ask)
