"""Fixtures of the browser tests: a Chromium, the app truly served, and pages that note every request."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from geo.kernels.loader import loops_folder

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
CHANNELS = ("chrome", "msedge")
# Nothing but this machine can be reached, not even by an address in digits; no phoning home either.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
HOW_TO_GET_ONE = (
    "No Chromium was found, so the browser tests cannot run. Debian, Ubuntu: sudo apt install chromium. "
    "Windows, macOS: install Edge or Chrome, which are found by themselves."
)
NOTE_VIOLATIONS = """
addEventListener('securitypolicyviolation', event => window.noteViolation(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`), true)
"""
START_SECONDS = 90
STOPPED = "[data-testid='stApp'][data-test-script-state='notRunning']"
SETTLED_WITHIN_MS = 60_000
PAGES = pytest.StashKey[list]()
LOCAL_SCHEMES = {"data", "blob", "about", "chrome-extension"}


@dataclass(frozen=True)
class Served:
    """Name a running app: its address without a slash at the end, its process, and its log."""

    url: str
    process: subprocess.Popen
    log: Path


@pytest.fixture(scope="session")
def chromium():
    """Give a headless Chromium; without one skip, or fail where REQUIRE_BROWSER is 1."""
    with sync_playwright() as playwright:
        browser = _launched(playwright.chromium)
        if browser is None:
            give_up = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
            give_up(HOW_TO_GET_ONE)
        yield browser
        browser.close()


def _launched(chromium):
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    ways = [{"executable_path": program}] if program else [{"channel": channel} for channel in CHANNELS]
    for way in ways:
        try:
            return chromium.launch(headless=True, args=ARGUMENTS, **way)
        except Error as fault:
            # A browser that is there but does not start is a fault to see, not one to skip.
            if program:
                pytest.fail(f"{program} does not start: {fault}")
    return None


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Give a function that serves an app file and returns its `Served`; all are stopped at the end.

    `serve(path, *arguments, environment=…, base=…)`: further arguments go to `streamlit run`; `base` is the
    path it answers below. The server runs in
    the project's root, with a home folder of its own so that no user's settings leak in; compiled loops are
    kept with those of the tests.
    """
    running = []

    def start(app, *arguments, environment=None, base=""):
        home = tmp_path_factory.mktemp("home")
        served = _started(app, arguments, home, environment or {}, base)
        running.append(served)
        return served

    yield start
    for served in running:
        served.process.terminate()
        try:
            served.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            served.process.kill()
            served.process.wait()


def _started(app, arguments, home, environment, base):
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    command += ["--server.headless", "true", *arguments]
    settings = {"HOME": str(home), "USERPROFILE": str(home), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    settings["NUMBA_CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR") or str(loops_folder())
    log = home / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings | environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    served = Served(f"http://127.0.0.1:{port}", process, log)
    _await_health(served, base)
    return served


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await_health(served, base):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and served.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}{base}/_stcore/health", timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    served.process.kill()
    served.process.wait()
    pytest.fail(f"the app did not start:\n{served.log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="session")
def app(serve):
    """Give the real app as a `Served`, started once for the whole session."""
    return serve(ROOT / "app.py")


@pytest.fixture(scope="session")
def app_url(app):
    """Give the real app's address, without a slash at the end."""
    return app.url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add to a test that failed what its pages showed then."""
    report = yield
    if call.when == "call" and report.failed:
        report.sections += [("page", _what_is_seen(page)) for page in item.stash.get(PAGES, [])]
    return report


@pytest.fixture
def open_page(chromium, request):
    """Give a function that opens a page in a context of its own; its options are Playwright's.

    What the page did stands in four lists on it: `outside_requests` (addresses of requests and web
    sockets to anything but the host and port of the page itself), `requests` (all of them),
    `console_errors` (with errors nobody caught), and `violations` of the content-security policy.
    `page.settle()` waits until Streamlit has stopped running the page.
    """
    contexts = []

    def open_one(**options):
        defaults = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"}
        context = chromium.new_context(**(defaults | options))
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        request.node.stash.setdefault(PAGES, []).append(page)
        _watch(page, context)
        page.settle = partial(_settle, page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    """Give one watched page, 1440 by 900, in Chinese; see `open_page` for what it notes."""
    return open_page()


def _what_is_seen(page):
    """Say what a page shows and what its browser complained of, for whoever reads the failure."""
    told = [page.url, f"console: {page.console_errors}", f"violations: {page.violations}"]
    for frame in page.frames:
        try:
            state = frame.evaluate(
                "document.querySelector('[data-test-script-state]')?.dataset.testScriptState"
            )
            told += [f"-- {frame.url} {state}", frame.locator("body").inner_text(timeout=2000)]
        except Error as fault:
            told.append(f"-- {frame.url} cannot be read: {fault}")
    return "\n".join(told)


def _settle(page):
    # It may begin once more for what the first run brought.
    for _ in range(2):
        page.wait_for_timeout(400)
        expect(page.locator(STOPPED)).to_have_count(1, timeout=SETTLED_WITHIN_MS)


def _watch(page, context):
    page.requests, page.outside_requests, page.console_errors, page.violations = [], [], [], []

    def note(address):
        parts = urlsplit(address)
        if parts.scheme in LOCAL_SCHEMES:
            return
        page.requests.append(address)
        own = urlsplit(page.url).netloc or parts.netloc
        if parts.netloc != own or parts.hostname != "127.0.0.1":
            page.outside_requests.append(address)

    context.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    page.on(
        "console",
        lambda message: page.console_errors.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda fault: page.console_errors.append(str(fault)))
    context.expose_binding("noteViolation", lambda _source, text: page.violations.append(text))
    context.add_init_script(NOTE_VIOLATIONS)
