"""The watch over a page must see what it is there to see; else `no outside requests` would mean nothing."""

import pytest

LEAKY_APP = """
import streamlit as st

st.title("leaky")
st.html('<img src="http://192.0.2.1/a.png"><img src="https://tiles.example/b.png"><p id="drawn">drawn</p>')
"""


@pytest.fixture(scope="module")
def leaky_url(serve, tmp_path_factory):
    app = tmp_path_factory.mktemp("leaky") / "leaky.py"
    app.write_text(LEAKY_APP, encoding="utf-8")
    return serve(app).url


def test_a_page_that_asks_outside_hosts_is_caught_and_reaches_none(page, leaky_url):
    page.goto(leaky_url)
    page.wait_for_selector("#drawn")
    page.wait_for_function("[...document.querySelectorAll('img[src*=png]')].every(image => image.complete)")
    assert {"http://192.0.2.1/a.png", "https://tiles.example/b.png"} <= set(page.outside_requests)
    sizes = page.evaluate("[...document.querySelectorAll('img[src*=png]')].map(image => image.naturalWidth)")
    assert sizes == [0, 0]


def test_what_the_app_itself_sends_is_not_called_outside(page, leaky_url):
    page.goto(leaky_url)
    page.wait_for_selector("#drawn")
    inside = [address for address in page.requests if address not in page.outside_requests]
    assert any(address.startswith("ws://127.0.0.1") for address in inside)
    assert all("127.0.0.1" not in address for address in page.outside_requests)


def test_errors_on_the_console_and_errors_nobody_caught_are_kept(page, leaky_url):
    page.goto(leaky_url)
    page.wait_for_selector("#drawn")
    page.evaluate("console.error('seen'); setTimeout(() => { throw new Error('uncaught') })")
    page.wait_for_timeout(100)
    assert "seen" in page.console_errors
    assert any("uncaught" in error for error in page.console_errors)


def test_a_violation_of_the_content_security_policy_is_kept(page, leaky_url):
    policy = "img-src 'self'"
    page.route(
        "**/guarded",
        lambda route: route.fulfill(
            body="<title>guarded</title><img src='http://192.0.2.1/c.png'>",
            headers={"content-type": "text/html", "content-security-policy": policy},
        ),
    )
    page.goto(f"{leaky_url}/guarded")
    page.wait_for_timeout(100)
    assert any("img-src" in violation and "192.0.2.1" in violation for violation in page.violations)
