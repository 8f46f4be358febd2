"""The library behind 桂工图: frames in, frames out, no screen.

Callers outside use `geo.NAME`; the public names are listed in `__init__.pyi` beside this file. Each is loaded
when it is first asked for, so `import geo` loads nothing.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any


def _module_of() -> dict[str, str]:
    """Read the module of every public name; a name that was asked for once is found without it."""
    stub = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return {name: module for module, name in re.findall(r"^from (\S+) import (\w+) as", stub, re.MULTILINE)}


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    module_of = _module_of()
    if name == "__all__":
        return list(module_of)
    if name not in module_of:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(module_of[name]), name)
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *_module_of()})
