"""Behind a real nginx with the lines of docs/behind-nginx.md, with lines missing, and below a path."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import free_port
from tests.browser.test_shell import answers_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
LINES = re.findall(
    r"```nginx\n(.*?)```", (ROOT / "docs" / "behind-nginx.md").read_text(encoding="utf-8"), re.DOTALL
)
WHOLE, BELOW = LINES
NOTICE = "#gui-notice p:visible"
WAIT_MS = 40_000
# More than nginx takes by itself, and refused by the reader at its first byte.
OVER_A_MEGABYTE = b"\0" * 1_500_000
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# Its workers write uploads where whoever runs the tests may.
USER = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
SITE = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; {temporary}
  server {{ listen 127.0.0.1:{port}; server_name _; {lines} }}
}}
"""


@pytest.fixture(scope="module")
def through(tmp_path_factory):
    """Give a function that starts nginx with some lines before an app and gives its address."""
    if NGINX is None:
        give_up = pytest.fail if os.environ.get("REQUIRE_NGINX") == "1" else pytest.skip
        give_up("nginx is not here: sudo apt install nginx-light")
    running = []

    def start(lines, app_url):
        folder, port = tmp_path_factory.mktemp("nginx"), free_port()
        temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in FOLDERS)
        lines = lines.replace("http://127.0.0.1:8501", app_url)
        (folder / "nginx.conf").write_text(
            SITE.format(user=USER, folder=folder, port=port, temporary=temporary, lines=lines),
            encoding="utf-8",
        )
        running.append(
            subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.PIPE)
        )
        _await(f"http://127.0.0.1:{port}/", running[-1])
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


def _await(url, process):
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            with closing(urllib.request.urlopen(url, timeout=5)):
                return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("nginx did not start")


def read(url, **headers):
    with closing(urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30)) as answer:
        return json.load(answer)


def use_everything(page, base):
    """Open the overview, see the map drawn and a county's link followed, upload, and follow the API."""
    answers = answers_of(page)
    page.goto(f"{base}/?lang=en&county=450103")
    frame = page.frame_locator("iframe[src*='streamlit_folium']").first
    expect(frame.locator(".gui-map[data-drawn]")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{base}/data?lang=zh")
    page.settle()
    with page.expect_response(lambda answer: "upload_file" in answer.url, timeout=WAIT_MS) as upload:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": OVER_A_MEGABYTE}
        )
    assert upload.value.status == 204
    expect(page.locator("[data-testid='stFileChipIconError']")).to_have_count(0)
    assert [(one.status, one.url) for one in answers if one.status >= 400] == []
    assert page.outside_requests == []
    landing = read(f"{base}/api")
    for link in landing["links"]:
        assert link["href"].startswith(f"{base}/api")
        read(link["href"])
    page_one = read(f"{base}/api/collections/facilities/items?limit=2")
    following = next(link["href"] for link in page_one["links"] if link["rel"] == "next")
    assert following.startswith(f"{base}/api/")
    assert read(following)["numberReturned"] == 2
    assert read(f"{base}/api/openapi")["servers"][0]["url"] == f"{base}/api"


def test_the_lines_of_the_documentation_are_enough(page, through, app_url):
    use_everything(page, through(WHOLE, app_url))


def test_below_a_path_that_nginx_takes_off(page, through, app_url):
    use_everything(page, through(BELOW, app_url) + "/gongtu")


def test_below_a_path_of_the_app_itself(page, serve):
    served = serve(ROOT / "app.py", "--server.baseUrlPath", "gongtu", base="/gongtu")
    use_everything(page, f"{served.url}/gongtu")
    assert page.violations == []


def without(lines, *names):
    return "\n".join(line for line in lines.splitlines() if not any(name in line for name in names))


@pytest.mark.parametrize(
    ("missing", "zh", "en"),
    [
        (("Upgrade", "Connection"), "Upgrade", "Upgrade header"),
        (("Host",), "proxy_set_header Host", "pass the name on"),
    ],
)
def test_lines_that_are_missing_are_named_on_the_page(page, through, app_url, missing, zh, en):
    page.goto(through(without(WHOLE, *missing), app_url))
    words = page.locator(NOTICE)
    expect(words).to_have_count(2, timeout=WAIT_MS)
    expect(words.first).to_contain_text(zh)
    expect(words.last).to_contain_text(en)


def test_a_file_nginx_refuses_is_said_so_in_the_screens_language(page, through, app_url):
    page.goto(through(without(WHOLE, "client_max_body_size"), app_url) + "/data?lang=zh")
    page.settle()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "large.csv", "mimeType": "text/csv", "buffer": OVER_A_MEGABYTE}
    )
    words = page.locator(NOTICE)
    expect(words).to_contain_text("413", timeout=WAIT_MS)
    expect(words).to_contain_text("client_max_body_size")
    expect(words).to_have_attribute("lang", "zh-CN")
