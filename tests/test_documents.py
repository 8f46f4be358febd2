"""The documents: what they name exists, and what exists is named."""

import re
from pathlib import Path

import pytest
import typer

from geo.catalog import FIELDS
from geo.cli import app
from ui.screens.card import controls
from ui.screens.coverage import link as coverage
from ui.screens.siting import question as siting
from ui.shared import filters, language

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
VARIABLE = re.compile(
    r"\b(GUIGONGTU_[A-Z_]+|(?:TEST_)?DATABASE_URL|REQUIRE_[A-Z]+|NUMBA_CACHE_DIR|(?:COMMAND_)?FLIPS|INTERRUPT_EVERY)\b"
)
# Files a reader makes, and patterns that stand for many.
MADE = {".streamlit/secrets.toml"}


def _text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _settings(heading):
    return _text("docs/SETTINGS.md").split(f"## {heading}")[1].split("\n## ")[0]


def _code():
    files = [ROOT / "app.py", ROOT / ".ci" / "run"]
    files += [path for folder in ("geo", "ui", "web", "tests") for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path != Path(__file__))


def test_every_environment_variable_is_named_and_every_named_one_exists():
    assert set(VARIABLE.findall(_settings("Environment variables"))) == set(VARIABLE.findall(_code()))


def test_every_parameter_of_a_link_is_named_and_every_named_one_exists():
    exists = {language.LANGUAGE_KEY, coverage.OTHER}
    first = {name.removeprefix(coverage.OTHER) for name in coverage.LINK.names}
    exists |= {*filters.LINK.names, *first, *siting.LINK.names, *controls.LINK.names}
    assert set(re.findall(r"`(\w+)`", _settings("Parameters of a link"))) == exists


def test_every_command_is_named_and_every_named_one_exists():
    command = typer.main.get_command(app)
    exists = set(command.commands)
    for name, group in command.commands.items():
        exists |= {f"{name} {inner}" for inner in getattr(group, "commands", ())}
    rows = re.findall(r"^\| (`.*?) \|", _settings("Commands"), flags=re.MULTILINE)
    named = set()
    for row in rows:
        first, *others = re.findall(r"`([^`]+)`", row)
        group = first.split()[0]
        named |= {group, first, *(one if " " in one else f"{group} {one}" for one in others)}
    assert named == exists


def test_every_field_of_the_catalogue_is_named():
    assert set(re.findall(r"`(\w+)`", _settings("The catalogue"))) == {*FIELDS, "notes"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_and_folder_a_document_names_exists(name):
    named = re.findall(
        r"`((?:geo|ui|web|data|tests|docs|benchmarks|\.ci|\.streamlit)/[\w./-]*)`", _text(name)
    )
    assert not [path for path in named if path not in MADE and not (ROOT / path).exists()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_module_a_document_names_exists(name):
    missing = []
    for dotted in re.findall(r"`((?:geo|ui|web)(?:\.\w+)+)`", _text(name)):
        parts = dotted.split(".")
        whole, parent = ROOT.joinpath(*parts), ROOT.joinpath(*parts[:-1])
        is_there = whole.is_dir() or whole.with_suffix(".py").is_file()
        in_parent = parent.with_suffix(".py").is_file() and re.search(
            rf"\b{parts[-1]}\b", parent.with_suffix(".py").read_text(encoding="utf-8")
        )
        if not is_there and not in_parent:
            missing.append(dotted)
    assert not missing


def test_every_folder_of_the_program_is_named_in_the_architecture():
    text = _text("docs/ARCHITECTURE.md")
    packages = {
        path.parent for folder in ("geo", "ui", "web") for path in (ROOT / folder).rglob("__init__.py")
    }
    missing = []
    for package in packages:
        name = package.relative_to(ROOT).as_posix()
        if f"`{name}/`" not in text and f"`{package.name}/`" not in text:
            missing.append(name)
    assert not missing
