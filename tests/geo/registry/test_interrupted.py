"""Work that dies at a write, or finds the disk full there, leaves all as it was or all of itself.

Each 53rd write is tried; INTERRUPT_EVERY=1 tries every one.
"""

import ctypes.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
EVERY = int(os.environ.get("INTERRUPT_EVERY", "53"))
WORKS = {"create", "migrate", "apply", "undo", "change", "restore", "backup", "export"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(os, "fork") or ctypes.util.find_library("sqlite3") is None,
        reason="needs fork and SQLite as a library of its own",
    ),
]


@pytest.mark.parametrize("kind", ["killed", "full"])
def test_work_interrupted_at_a_write_is_done_or_not_begun(kind):
    run = subprocess.run(
        [sys.executable, "-m", "tests.geo.registry.interrupted", kind, str(EVERY)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    works = [json.loads(line) for line in run.stdout.splitlines()]
    assert {found["work"] for found in works} == WORKS
    for found in works:
        assert found["stopped"] > 0
        assert found.get("before", 0) > 0
        assert set(found) <= {"work", "writes", "before", "after", "stopped", "litter"}
        assert found.get("litter", 0) == 0
