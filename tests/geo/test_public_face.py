"""`geo` shows its public names, loads each when it is asked for, and callers outside take them from there."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import geo

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = [*sorted((ROOT / "benchmarks").rglob("*.py")), *sorted((ROOT / "data" / "build").rglob("*.py"))]


def test_every_public_name_is_found_and_listed():
    assert [name for name in geo.__all__ if getattr(geo, name).__name__ != name] == []
    assert set(geo.__all__) <= set(dir(geo))
    assert len(set(geo.__all__)) == len(geo.__all__)
    everything = {}
    exec("from geo import *", everything)  # noqa: S102 - what a notebook writes
    assert set(geo.__all__) <= set(everything)


def test_what_geo_does_not_show_is_refused():
    with pytest.raises(AttributeError, match="module 'geo' has no attribute 'nearest_placee'"):
        _ = geo.nearest_placee
    with pytest.raises(ImportError, match="cannot import name 'nearest_placee'"):
        from geo import nearest_placee  # noqa: F401


def test_importing_geo_loads_nothing_and_a_name_loads_its_own_room():
    program = (
        "import sys; start = {*sys.modules}; import geo; dir(geo)\n"
        "print(*sorted({name for name in sys.modules if name not in start} - {'geo'}))\n"
        "geo.gcj02_to_wgs84\n"
        "print('geo.siting' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert not {name.split(".")[0] for name in said[0].split()} & {"geo", "pandas", "numpy", "shapely"}
    assert said[1] == "False"


def test_callers_outside_take_public_names_from_geo():
    deeper = [
        f"{path.relative_to(ROOT).as_posix()}: {node.module}.{alias.name}"
        for path in OUTSIDE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("geo.")
        for alias in node.names
        if alias.name in geo.__all__
    ]
    assert not deeper
