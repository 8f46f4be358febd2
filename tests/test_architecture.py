"""The layout holds: imports point down, public means documented and typed, one place for each thing."""

import ast
import re
import subprocess
import sys
import tokenize
from collections import Counter
from functools import cache, wraps
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from babel.messages.pofile import read_po
from numpydoc.docscrape import NumpyDocString

from geo import schema

ROOT = Path(__file__).resolve().parents[1]

# Heavy libraries of later work; whoever only looks at the network must not pay for them.
LATER = ("sklearn", "libpysal", "spopt", "numba", "highspy", "rasterio", "vl_convert")
# The command line asks the day it is, in one place.
CLOCK = "geo/commands/clock.py"
CLOCKS = {"now", "today", "utcnow", "localtime", "gmtime"}
# Addresses that name a thing (a vocabulary, a licence, a conformance class) and are never asked for anything.
NAMING_HOSTS = {
    "www.opengis.net",
    "www.w3.org",
    "geojson.org",
    "json-schema.org",
    "opendatacommons.org",
    "creativecommons.org",
    "spdx.org",
    "www.rfc-editor.org",
    "datatracker.ietf.org",
    "doi.org",
    "127.0.0.1",
    "localhost",
}


def _modules(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree):
    """List every module name imported anywhere in a file; `from geo import schema` gives `geo.schema`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _each(paths):
    """Ask one question of every file, in one test that names all whose answer is wrong."""

    def decorate(question):
        @wraps(question)
        def asked():
            faults = []
            for path in paths:
                try:
                    question(path)
                except AssertionError as fault:
                    faults.append(f"{_name(path)}: {fault}")
            assert paths
            assert not faults, "\n".join(faults)

        del asked.__wrapped__
        return asked

    return decorate


GEO = _modules("geo")
# A module whose name begins with one underscore is private as a whole.
PUBLIC = [path for path in _modules("geo", "web", "ui") if not re.match(r"_[^_]", path.name)]
PAGES = sorted((ROOT / "ui" / "screens").glob("*/page.py"))


def test_every_folder_imports_only_what_stands_below_it():
    """The contracts of import-linter in `pyproject.toml`; what they say is in `docs/ARCHITECTURE.md`."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("package", ["geo", "ui", "web"])
def test_no_file_imports_itself_in_a_circle(package):
    graph = grimp.build_graph(package, cache_dir=None)
    asked = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    for module in asked:
        # A package that shows what its modules hold is imported with each of them.
        asked[module] -= {parent for parent in asked if module.startswith(f"{parent}.")}
    tuple(TopologicalSorter(asked).static_order())


def test_nothing_beside_the_main_script_hides_a_library():
    """Streamlit puts `ui/` on the path: a folder called `coverage` there is what numba would import."""
    packages = {path.parent.name for path in (ROOT / "ui").glob("*/__init__.py")}
    beside = packages | {path.stem for path in (ROOT / "ui").glob("*.py")}
    assert not beside & {*sys.stdlib_module_names, *packages_distributions(), "coverage"}


@_each(_modules("geo", "web", "ui", "data/build"))
def test_nothing_imports_relatively_or_everything(path):
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert all(alias.name != "*" for alias in node.names)


def test_the_start_path_loads_none_of_the_heavy_libraries_of_later_work():
    program = "import geo.network.network, geo.cli, geo.export.files, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not [name for name in loaded if name.split(".")[0] in (*LATER, "streamlit", "folium")]


def _public_definitions(tree):
    """List public functions, classes and their public methods, with the class a method stands in."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            yield node, None
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith(
                    "_"
                ):
                    yield inner, node


def _arguments(function):
    spec = function.args
    return [*spec.posonlyargs, *spec.args, spec.vararg, *spec.kwonlyargs, spec.kwarg]


def _parameters(function):
    return [one.arg for one in _arguments(function) if one is not None and one.arg not in {"self", "cls"}]


@_each(PUBLIC)
def test_modules_classes_and_functions_with_parameters_are_documented(path):
    tree = _tree(path)
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    assert not [
        node.name
        for node, _ in _public_definitions(tree)
        if not ast.get_docstring(node) and (isinstance(node, ast.ClassDef) or _parameters(node))
    ]


@_each(PUBLIC)
def test_what_is_public_is_fully_typed(path):
    untyped = []
    for node, owner in _public_definitions(_tree(path)):
        if isinstance(node, ast.ClassDef):
            continue
        arguments = [argument for argument in _arguments(node) if argument is not None]
        arguments = (
            arguments[1:] if owner and arguments[:1] and arguments[0].arg in {"self", "cls"} else arguments
        )
        untyped += [f"{node.name}({argument.arg})" for argument in arguments if argument.annotation is None]
        untyped += [f"{node.name} ->"] if node.returns is None else []
    assert not untyped


@_each(PUBLIC)
def test_a_docstring_names_only_parameters_that_exist(path):
    strange = []
    for node, _ in _public_definitions(_tree(path)):
        if isinstance(node, ast.ClassDef):
            continue
        names = {argument.arg for argument in _arguments(node) if argument is not None}
        documented = NumpyDocString(ast.get_docstring(node) or "")["Parameters"]
        listed = {name.strip().lstrip("*") for entry in documented for name in entry.name.split(",")}
        strange += [f"{node.name}({name})" for name in sorted(listed - names)]
    assert not strange


# Our own words of before for the field's terms; what they are called now is in `docs/ARCHITECTURE.md`.
REPLACED = {
    *("aim", "aims", "means", "ground", "offers", "choosing", "mix", "lift", "lifts", "lifted", "trials"),
    *("reasons", "ways", "watch", "told", "tell", "tells", "wish", "wishes", "certainty", "desk", "keeping"),
    *("bringing", "handing", "mend", "mends", "mended", "mending", "reckon", "anew", "whom"),
}
DATED = re.compile(
    r"\b(told|whom|reckon(s|ed|ing)?|mend(s|ed|ing)?|anew|whence|lest)\b|\bso many\b[^.]*\bthat\b",
    re.IGNORECASE,
)
ALL = _modules("geo", "ui", "web")


def _defined(tree):
    """List the names of all classes, functions and parameters of a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node.name, *_parameters(node))


def _words(name):
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def test_a_class_name_stands_for_one_thing():
    classes = [node.name for path in ALL for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef)]
    assert not [name for name, count in Counter(classes).items() if count > 1]


@_each(ALL)
def test_names_are_the_terms_of_the_field(path):
    assert not [name for name in (path.stem, *_defined(_tree(path))) if _words(name) & REPLACED]


@_each(ALL)
def test_prose_is_plain_english(path):
    """Look at docstrings, comments and messages; a word alone in quotes names what files or scripts hold."""
    texts = {tokenize.STRING, tokenize.COMMENT}
    with path.open(encoding="utf-8") as stream:
        tokens = [token for token in tokenize.generate_tokens(stream.readline) if token.type in texts]
    prose = [token for token in tokens if " " in token.string]
    assert not [f"{token.start[0]}: {found[0]}" for token in prose for found in DATED.finditer(token.string)]
    docstrings = [token for token in prose if token.string.startswith('"""')]
    assert not [token.start[0] for token in docstrings if re.match(r'"""(Give|Tell) ', token.string)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_messages_are_plain_english(language):
    with (ROOT / "ui" / "locale" / f"{language}.po").open("rb") as stream:
        entries = list(read_po(stream, locale=language))
    assert not [entry.id for entry in entries if DATED.search(f"{entry.id} {entry.string}")]


@pytest.mark.parametrize("text", ["amend", "recommended", "a command", "mending", "Anew.", "so few that"])
def test_plain_english_is_judged_by_whole_words(text):
    assert bool(DATED.search(text)) == (text in {"mending", "Anew."})


COLUMNS = {
    schema.ADCODE,
    schema.FACILITY_ID,
    schema.DEMAND_ID,
    schema.TYPE_CODE,
    *schema.REGION_COLUMNS,
    *schema.FACILITY_COLUMNS,
    *schema.DEMAND_COLUMNS,
    *schema.COUNT_COLUMNS,
    *schema.TYPE_COLUMNS,
    *schema.STANDARD_COLUMNS,
}


VALUES = {*schema.PLACE_PRECISIONS, *schema.LEVELS, *schema.ORIGINS, *schema.STATUSES}
FRAME_METHODS = {"groupby", "set_index", "sort_values", "pop", "drop", "merge", "rename_axis", "insert"}


def _texts(tree):
    """List the texts a file uses as values, leaving out docstrings."""
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose
    ]


def _named_columns(path):
    """List the column names a file writes out: as a subscript, in a list or tuple, or to a frame's method."""
    tree = _tree(path)
    if _name(path) == "geo/schema.py":
        return COLUMNS & set(_texts(tree))
    spots = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            spots.append(node.slice)
        elif isinstance(node, ast.List | ast.Tuple):
            # A word that is also an allowed value, as "county", may stand in a list of values.
            spots += [element for element in node.elts if getattr(element, "value", None) not in VALUES]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in FRAME_METHODS
        ):
            spots += [*node.args, *(keyword.value for keyword in node.keywords)]
    return {spot.value for spot in spots if isinstance(spot, ast.Constant)} & COLUMNS


# KML's own tags are called name and address, and are no columns of ours.
KML = "geo/importing/readers/kml.py"
# A step between two states of the tables must not change when the schema does: it has names of its own.
STEPS = "geo/registry/migrations/"


def test_a_column_name_stands_as_text_in_one_file_of_geo():
    places = {_name(path): _named_columns(path) for path in GEO if not _name(path).startswith(STEPS)}
    uses = Counter(column for columns in places.values() for column in columns)
    twice = {column for column, files in uses.items() if files > 1}
    assert not {
        name: sorted(columns & twice)
        for name, columns in places.items()
        if columns & twice and name not in {"geo/schema.py", KML}
    }


ARRAYS = "geo/arrays.py"


def _array_aliases(path):
    """List the names a file gives to a type of arrays."""
    for node in _tree(path).body:
        value = getattr(node, "value", None)
        if isinstance(value, ast.Subscript) and ast.unparse(value.value).endswith("NDArray"):
            yield ast.unparse(node).split("=")[0].strip()


def test_a_type_of_arrays_is_named_in_one_file_and_has_one_name():
    assert not {
        _name(path): names
        for path in _modules("geo", "web", "ui")
        if _name(path) != ARRAYS and (names := list(_array_aliases(path)))
    }
    named = [ast.unparse(node.value) for node in _tree(ROOT / ARRAYS).body if isinstance(node, ast.Assign)]
    assert len(named) == len(set(named)) == len(list(_array_aliases(ROOT / ARRAYS)))


@_each(GEO)
def test_geo_prints_nothing(path):
    calls = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    assert not [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


@_each([path for path in GEO if _name(path) != CLOCK])
def test_there_is_no_clock_in_geo(path):
    nodes = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)]
    assert not [f"{node.attr} in line {node.lineno}" for node in nodes if node.attr in CLOCKS]


# Five libraries read files anybody may have damaged, and no list of what they raise was ever whole; the Rust
# reader's panic is no Exception at all.
NETS = {
    "geo/importing/readers/any_file.py": ["Exception"],
    "geo/importing/readers/workbook.py": ["BaseException"],
}


@_each(GEO)
def test_geo_catches_everything_in_one_named_place(path):
    handlers = [node.type for node in ast.walk(_tree(path)) if isinstance(node, ast.ExceptHandler)]
    caught = [ast.unparse(kind) if kind else "BaseException" for kind in handlers]
    assert [kind for kind in caught if kind in {"Exception", "BaseException"}] == NETS.get(_name(path), [])


def test_every_folder_of_screens_is_a_page():
    folders = {path.parent for path in (ROOT / "ui" / "screens").glob("*/__init__.py")}
    assert {path.parent for path in PAGES} == folders


@_each(PAGES)
def test_a_page_is_short_and_holds_no_logic(path):
    tree = _tree(path)
    loops = ast.For | ast.While | ast.comprehension | ast.FunctionDef | ast.ClassDef | ast.Lambda
    assert not [type(node).__name__ for node in ast.walk(tree) if isinstance(node, loops)]
    assert not {name.split(".")[0] for name in _imports(tree)} & {"pandas", "geopandas", "numpy"}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


@_each([*PUBLIC, ROOT / "app.py"])
def test_a_module_is_a_small_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330


def _sources():
    kinds = {".py", ".js", ".css", ".html", ".toml", ".json"}
    files = (path for folder in ("geo", "ui", "web") for path in sorted((ROOT / folder).rglob("*")))
    return [path for path in files if path.suffix in kinds and path.name != "basemaps.toml"]


@_each(_sources())
def test_no_outside_host_is_named_but_in_the_basemap_list(path):
    text = "\n".join(_texts(_tree(path))) if path.suffix == ".py" else path.read_text(encoding="utf-8")
    hosts = re.findall(r"(?:https?|wss?):\\?/\\?/([\w.-]+)", text)
    assert not set(hosts) - NAMING_HOSTS
    assert not re.search(r"[\"'(]//[a-z0-9-]+\.[a-z]", text)
