"""Check that every requirement has a ready wheel on every platform README names: `python .ci/wheels.py`.

pip is asked, for each platform and Python, for the very versions installed here and for whatever they need;
what it cannot find is printed and the exit code is 1. A platform, of README or not, is asked for by name,
such as `macos-intel`.
"""

import re
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = ("2_17", "2_24", "2_26", "2_27", "2_28")


def _manylinux(machine: str) -> tuple[str, ...]:
    return (f"manylinux2014_{machine}", *(f"manylinux_{version}_{machine}" for version in GLIBC))


NAMED = {
    "windows": ("win_amd64",),
    "linux-x86_64": _manylinux("x86_64"),
    "linux-aarch64": _manylinux("aarch64"),
    "macos-arm64": ("macosx_14_0_arm64",),
}
TRIED = {
    "macos-13-arm64": ("macosx_13_0_arm64",),
    "macos-intel": ("macosx_14_0_x86_64",),
    "windows-arm64": ("win_arm64",),
}
# Scripts and styles alone, published as source: any machine with Python makes them a wheel by itself.
PURE_SOURCES = ("xstatic-",)


def installed_tree(names: list[str]) -> list[str]:
    """Give `name==version` of what is installed here for these names, and of all they need."""
    found: dict[str, str] = {}
    while names:
        name = names.pop()
        if name not in found:
            package = distribution(name)
            found[name] = f"{name}=={package.version}"
            needs = [Requirement(need) for need in package.requires or ()]
            names += [
                need.name.lower()
                for need in needs
                if need.marker is None or need.marker.evaluate({"extra": ""})
            ]
    return sorted(pin for name, pin in found.items() if not name.startswith(PURE_SOURCES))


def missing_wheels(tags: tuple[str, ...], python: str, pins: list[str]) -> list[str]:
    """Give the pins for which pip finds no wheel."""
    missing: list[str] = []
    while fault := _fault(tags, python, [pin for pin in pins if pin not in missing]):
        named = re.search(r"No matching distribution found for (\S+)", fault)
        if named is None or named[1] in missing:
            raise SystemExit(fault)
        missing.append(named[1])
    return missing


def _fault(tags: tuple[str, ...], python: str, pins: list[str]) -> str:
    with tempfile.TemporaryDirectory() as target:
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--no-deps",
            "--target",
            target,
            *pins,
        ]
        command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={python}"]
        command += [f"--platform={tag}" for tag in tags]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def main() -> int:
    """Print one line a platform and Python; give 1 if anything is missing where README promises it."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.split("#")[0]).name.lower() for line in lines if line.split("#")[0].strip()]
    pins = installed_tree(wanted)
    asked = {name: (NAMED | TRIED)[name] for name in sys.argv[1:]} or NAMED
    broken = 0
    for name, tags in asked.items():
        for python in PYTHONS:
            missing = missing_wheels(tags, python, pins)
            broken += bool(missing)
            said = "no wheel of " + ", ".join(missing) if missing else f"a wheel of all {len(pins)} packages"
            print(f"{name}, Python {python}: {said}", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
