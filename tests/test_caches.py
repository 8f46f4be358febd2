"""Every cache of the program is named in one register: what it holds, its bounds, and when it is dropped."""

import ast
import datetime as dt
from importlib import import_module
from pathlib import Path

import pytest

from geo.caching.held_bytes import held_bytes
from geo.caching.register import BOUND_BYTES, every_cache
from geo.caching.remembered import declare, declared, remember

ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for folder in ("geo", "ui", "web")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
# What keeps the answers of a function, and what enters a cache into the register by its name.
KEEPERS = {"cache", "lru_cache", "cache_data", "cache_resource", "memoize", "cached", "WeakValueDictionary"}
ENTERED = {"remember", "kept", "kept_growing", "kept_in_language"}
NAMED = {"declare", "cache_by_network"}
# These make what the others use; the last says that a session ended to Streamlit's caches alone, and the one
# before is kept by each collection for itself. Both are declared.
MAKERS = {
    "geo.caching.remembered": {"lru_cache"},
    "geo.caching.register": {"WeakValueDictionary"},
    "web.api.collections": {"lru_cache"},
    "ui.shared.sessions": {"cache_resource"},
}


def word(node):
    """Give the last name of a call, an attribute or a name."""
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def keepers_in(tree):
    """Find whatever keeps answers by itself: imported, or reached through its module."""
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "") in {"functools", "cachetools", "weakref"}:
            used |= {alias.name for alias in node.names} & KEEPERS
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"st", "streamlit", "functools"}:
            used |= {node.attr} & KEEPERS
    return used


def written():
    """Name every cache that stands in the code: by its function, or by what it is called."""
    names = set()
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and {word(one) for one in node.decorator_list} & ENTERED:
                names.add(f"{module}.{node.name}")
            called = isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
            if called and (word(node) in NAMED or ast.unparse(node.func) == "register.cache"):
                names.add(str(node.args[0].value))
    return names


@pytest.fixture(scope="module")
def caches():
    for module in MODULES:
        if not module.endswith(("__main__", "page", "home", "env")):
            import_module(module)
    return {bound.name: bound for bound in every_cache() if not bound.name.startswith("of this test")}


def test_nothing_keeps_answers_beside_the_register():
    found = {module: used for module, tree in MODULES.items() if (used := keepers_in(tree))}
    assert found == MAKERS


@pytest.mark.parametrize(
    "source",
    [
        "from functools import cache",
        "from functools import partial, lru_cache as kept",
        "import functools\n@functools.cache\ndef f(): ...",
        "import streamlit as st\n@st.cache_data(ttl=3)\ndef f(): ...",
        "import streamlit\n@streamlit.cache_resource\ndef f(): ...",
        "from cachetools import cached",
    ],
)
def test_a_cache_beside_the_register_is_found_in_every_guise(source):
    assert keepers_in(ast.parse(source))


@pytest.mark.slow
def test_every_cache_in_the_code_is_named_and_every_named_one_is_in_the_code(caches):
    assert set(caches) == written()
    assert len(caches) > 50


@pytest.mark.slow
def test_every_cache_says_what_it_holds_how_much_and_until_when(caches):
    for bound in caches.values():
        assert bound.holds.endswith("."), bound.name
        assert bound.dropped.endswith("."), bound.name
        assert bound.most_entries is None or bound.most_entries >= 1, bound.name
        assert 0 < bound.most_bytes < 1_000_000_000, bound.name
    assert BOUND_BYTES <= 200_000_000


def test_every_answer_of_the_screens_follows_the_network():
    """What is remembered for good asks for nothing that a list of the user's own changes."""
    changing = {"network", "store_in_sight", "shared_store", "refreshed_store"}
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "remember" in map(word, node.decorator_list):
                calls = {word(call) for call in ast.walk(node) if isinstance(call, ast.Call)}
                assert not calls & changing, f"{module}.{node.name}: use ui.shared.cache_by_network.kept"


def tried():
    """Give for each cache that is remembered all that it may hold at once, as far as one can say."""
    from geo import errors
    from geo.catalog import DATA_FOLDER
    from geo.coverage import land, opening_hours
    from geo.geodesy import ellipsoid
    from geo.importing import findings, synonyms
    from geo.importing.location import gazetteer
    from geo.network import regions
    from ui.screens.data import shared
    from ui.shared import language
    from web import shared_data
    from web.map import script
    from web.page import shell

    week, names = dt.date(2026, 1, 5), tuple(f"某某县{number}" for number in range(130))
    return {
        errors.sentences: [()],
        land._transformer: [()],
        opening_hours._week: [(f"Mo-Fr 08:{minute:02d}-18:00", week) for minute in range(60)],
        ellipsoid.geod: [()],
        findings._read: [(DATA_FOLDER,)],
        findings.no_findings: [()],
        synonyms._read: [(DATA_FOLDER,)],
        gazetteer._read: [(DATA_FOLDER,)],
        regions._forms: [(tuple(map(str, range(130))), names)],
        shared.knowledge: [()],
        language.read_words: [("zh",), ("en",)],
        script.map_script: [()],
        shell.shell: [()],
        shared_data._network: [()],
        shared_data._public_store: [()],
    }


@pytest.mark.slow
def test_what_is_remembered_stays_within_its_bytes():
    bounds = {bound.name: bound for bound in declared()}
    for function, arguments in tried().items():
        bound = bounds[f"{function.__module__}.{function.__qualname__}"]
        each = held_bytes(*(function(*one) for one in arguments)) / len(arguments)
        assert each > 0
        assert each * function.cache_parameters()["maxsize"] <= bound.most_bytes, bound.name
        assert function.cache_parameters()["maxsize"] == bound.most_entries


def test_a_remembered_answer_is_found_once_and_its_bound_is_kept():
    asked = []

    @remember(holds="Numbers.", most_bytes=1000, most_entries=2)
    def double(number):
        asked.append(number)
        return 2 * number

    try:
        assert [double(number) for number in (1, 1, 2, 3, 1)] == [2, 2, 4, 6, 2]
        assert asked == [1, 2, 3, 1]
        (bound,) = [one for one in declared() if one.name.endswith("double")]
        assert (bound.most_entries, bound.dropped) == (2, "What was used least goes first.")
    finally:
        _forget("double")


def test_a_name_is_declared_once():
    declare("of this test, once", holds="Nothing.", most_entries=1, most_bytes=1, dropped="Never.")
    try:
        with pytest.raises(ValueError, match="already"):
            declare("of this test, once", holds="Nothing.", most_entries=1, most_bytes=1, dropped="Never.")
    finally:
        _forget("of this test, once")


def _forget(ending):
    from geo.caching import remembered

    for name in [name for name in remembered._declared if name.endswith(ending)]:
        del remembered._declared[name]
