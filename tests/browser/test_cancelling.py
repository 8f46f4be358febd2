"""Cancel truly stops what takes long on the coverage page, and the page goes on."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

HERE = Path(__file__).resolve().parent
WAIT = 90_000
# Longer than a step of the slow work, and time for a step that is under way to end.
REST_S = 2.5
SECTIONS = {"hours": "24 小时", "distance": "距离", "sure": "有多可靠"}
# What is computed only when it is asked for.
ON_DEMAND = {"sure"}


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    path = tmp_path_factory.mktemp("slow") / "notes.txt"
    path.touch()
    return path


@pytest.fixture(scope="module")
def slow_url(serve, project_root, notes):
    """Serve the true app with slow work put before it."""
    whole = (project_root / "app.py").read_text(encoding="utf-8")
    whole = whole.replace("Path(__file__).parent", f"Path({str(project_root)!r})")
    app = notes.parent / "slow_app.py"
    app.write_text((HERE / "slow_coverage.py").read_text(encoding="utf-8") + whole, encoding="utf-8")
    return serve(app, environment={"PYTHONPATH": str(project_root), "SLOW_NOTES": str(notes)}).url


@pytest.mark.parametrize(
    ("section", "doing", "step", "again", "answer"),
    [
        ("hours", "正在计算 24 小时", "hour", "计算 24 小时", "24 小时平均"),
        ("distance", "正在准备快速算法", "wait", "计算可达土地面积", "服务到的土地"),
        ("sure", "正在抽样", "draw", "抽样 200 次", "九成抽样落在"),
    ],
)
def test_cancel_stops_the_work_and_leaves_the_page_usable(
    page, slow_url, notes, section, doing, step, again, answer
):
    page.goto(f"{slow_url}/coverage?county=450103&section={section}")
    if section in ON_DEMAND:
        page.settle()
        page.get_by_role("button", name=again).click(timeout=WAIT)
    expect(page.get_by_text(doing).first).to_be_visible(timeout=WAIT)
    _cancel(page)
    time.sleep(REST_S)
    begun = notes.read_text(encoding="utf-8").splitlines().count(step)
    time.sleep(REST_S)
    assert notes.read_text(encoding="utf-8").splitlines().count(step) == begun > 0
    expect(page.get_by_text(answer, exact=True)).to_have_count(0)
    page.settle()
    page.get_by_role("radio", name="空白区").click()
    page.wait_for_url("**section=gaps*", timeout=WAIT)
    page.settle()
    page.get_by_role("radio", name=SECTIONS[section]).click()
    expect(page.get_by_role("button", name=again)).to_be_visible(timeout=WAIT)
    assert notes.read_text(encoding="utf-8").splitlines().count(step) == begun
    page.get_by_role("button", name=again).click()
    expect(page.get_by_text(doing).first).to_be_visible(timeout=WAIT)


def _cancel(page):
    """Press Cancel; once more where a browser that shares its cores dropped the click itself."""
    for patience in (20_000, WAIT):
        page.get_by_role("button", name="取消").click()
        said = page.get_by_text("已取消").first
        try:
            expect(said).to_be_visible(timeout=patience)
        except AssertionError:
            if patience == WAIT:
                raise
        else:
            return
