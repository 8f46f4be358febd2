"""The stylesheets' colours stand in one file, held to Streamlit's theme and to geo/drawing."""

import re
import tomllib
from pathlib import Path

import pytest

from geo.drawing import card_map, left_out_picture, legend, plan_charts
from ui.screens.data.preview import LOOKS
from web.map.script import ASSETS, COLOURS
from web.page import shell

ROOT = Path(__file__).resolve().parents[1]
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(\s*\d|color-mix\(")
DARK = ".gui-dark {"
THEME = {
    "here": "primaryColor",
    "refused": "redColor",
    "done": "greenColor",
    "on-here": "backgroundColor",
}
SAME = {
    "gap": left_out_picture.CLASS_COLOURS[-1],
    "site": plan_charts.LINE,
    "card-gap": card_map._GAP_COLOUR,
    "hatch-swatch-ground-dark": legend.CLASS_COLOURS["dark"][1],
    "warn": LOOKS[-1][1],
}
# One colour, stronger or fainter: a browser below Chromium 111 knows no color-mix.
FAINT = {
    "paper-scale": "paper",
    "paper-note": "paper",
    "accent-faint": "accent",
    "warn-faint": "warn",
    "won-swatch": "won",
    "gone-swatch": "gone",
}


def _tokens(text):
    return dict(re.findall(r"--gui-([\w-]+): ([^;]+);", text))


LIGHT, DARKER = map(_tokens, COLOURS.read_text(encoding="utf-8").split(DARK))
SHEETS = sorted({*(ROOT / "ui").rglob("*.css"), *(ROOT / "web").rglob("*.css")} - {COLOURS})
SCRIPTS = sorted(ASSETS.rglob("*.js"))


@pytest.mark.parametrize("path", [*SHEETS, *SCRIPTS], ids=lambda path: path.name)
def test_no_other_sheet_and_no_script_names_a_colour(path):
    assert not LITERAL.findall(path.read_text(encoding="utf-8"))


def test_every_colour_is_used_and_every_used_one_exists():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SHEETS)
    painted = (ASSETS / "paint.js").read_text(encoding="utf-8")
    used = {*re.findall(r"var\(--gui-([\w-]+)\)", text), *re.findall(r'colour\("([\w-]+)"\)', painted)}
    assert used == set(LIGHT)
    assert set(DARKER) < set(LIGHT)


@pytest.mark.parametrize("name", THEME)
def test_the_page_has_the_colours_of_the_theme(name):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert LIGHT[name] == settings["theme"]["light"][THEME[name]].lower()


@pytest.mark.parametrize("name", SAME)
def test_the_map_has_the_colours_of_the_charts_and_pictures(name):
    assert LIGHT[name] == SAME[name].lower()


@pytest.mark.parametrize("tokens", [LIGHT, LIGHT | DARKER], ids=["light", "dark"])
@pytest.mark.parametrize("name", FAINT)
def test_a_fainter_colour_is_the_colour_itself(tokens, name):
    whole = tokens[FAINT[name]]
    parts = " ".join(str(int(whole[start : start + 2], 16)) for start in (1, 3, 5))
    assert re.fullmatch(rf"rgb\({parts} / \d+%\)", tokens[name])


def test_the_page_carries_the_colours_and_its_notices_repeat_them_for_browsers_that_know_no_tokens():
    assert COLOURS.read_text(encoding="utf-8") in shell.shell().body.decode()
    notices = (shell.ASSETS / "notices.html").read_text(encoding="utf-8")
    assert f"border: 1px solid {LIGHT['here']}" in notices
    assert "var(" not in notices
