"""A question in a true browser: it stays through other pages, hidden widgets, going back and a reload."""

from playwright.sync_api import expect

WAIT = 60_000
NUMBER = "步行分钟数"


def turn_to(page, name):
    page.settle()
    page.get_by_role("link", name=name).first.click()


def says(*parts):
    return lambda address: all(part in address for part in parts)


def test_a_question_outlives_pages_hidden_widgets_the_back_button_and_a_reload(page, app_url):
    page.goto(f"{app_url}/coverage?county=450103&by=minutes&min=12")
    minutes = page.get_by_role("spinbutton", name=NUMBER)
    expect(minutes).to_have_value("12", timeout=WAIT)
    turn_to(page, "网络总览")
    page.wait_for_url(says("/?county=450103"), timeout=WAIT)
    turn_to(page, "覆盖分析")
    page.wait_for_url(says("/coverage", "county=450103", "by=minutes", "min=12"), timeout=WAIT)
    expect(minutes).to_have_value("12", timeout=WAIT)
    page.settle()
    minutes.fill("9")
    minutes.press("Enter")
    page.wait_for_url(says("min=9"), timeout=WAIT)
    page.settle()
    page.get_by_role("combobox", name="服务范围").first.click()
    page.get_by_role("option", name="自定距离").click()
    page.wait_for_url(says("by=metres", "min=9"), timeout=WAIT)
    expect(minutes).to_have_count(0, timeout=WAIT)
    page.settle()
    page.go_back()
    page.wait_for_url(says("by=minutes", "min=9"), timeout=WAIT)
    expect(minutes).to_have_value("9", timeout=WAIT)
    page.settle()
    page.reload()
    expect(minutes).to_have_value("9", timeout=WAIT)
    assert says("county=450103", "by=minutes", "min=9")(page.url)
