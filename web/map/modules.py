"""ES modules joined into one classic script: streamlit-folium loads no other kind."""

import re
from pathlib import Path

from geo.errors import CatalogError

# Biome writes every import and export in these forms; what is left of others is refused.
IMPORT = re.compile(r'^import \{\s*(\w+(?:,\s*\w+)*),?\s*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (\w+))", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
# A comment that has its lines to itself.
COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)\n", re.MULTILINE)


def join_modules(folder: Path, entry: str) -> str:
    """Join a module and all it imports into one expression that gives what the module exports.

    Every module becomes a function of its own, each after those it imports, so that no name of one meets a
    name of another and none becomes global.

    Parameters
    ----------
    folder
        Where the modules are, as `<name>.js`.
    entry
        Name of the module whose exports are given.

    Returns
    -------
    str
        JavaScript in strict mode, without comments.

    Raises
    ------
    CatalogError
        A module is missing, is in a circle of imports, or imports or exports in another form.
    """
    joined: dict[str, str] = {}
    _join(folder, entry, (), joined)
    return "\n".join(('(() => {\n"use strict";', *joined.values(), f"return module_{entry};\n}})()"))


def _join(folder: Path, name: str, importers: tuple[str, ...], joined: dict[str, str]) -> None:
    """Add a module to those joined, behind those it imports."""
    if name in importers:
        circle = " → ".join((*importers[importers.index(name) :], name))
        raise CatalogError("script_circle", folder=str(folder), circle=circle)
    if name in joined:
        return
    path = folder / f"{name}.js"
    if not path.is_file():
        raise CatalogError("script_missing", path=str(path), importers=" → ".join(importers) or "the map")
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for _, imported in IMPORT.findall(text):
        _join(folder, imported, (*importers, name), joined)
    joined[name] = _scope(path, text)


def _scope(path: Path, text: str) -> str:
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", IMPORT.sub(r"const { \1 } = module_\2;\n", text))
    left = LEFT_OVER.search(body)
    if left:
        raise CatalogError("script_form", name=path.name, text=left.group())
    return f"const module_{path.stem} = (() => {{\n{body}return {{ {exported} }};\n}})();"
