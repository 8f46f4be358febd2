"""ES modules become one script in which no names meet; what cannot be joined is named."""

import pytest

from geo.errors import CatalogError
from web.map.modules import join_modules
from web.map.script import ASSETS, ENTRY


@pytest.fixture
def joined(tmp_path):
    def join(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return join_modules(tmp_path, "main")

    return join


def test_a_module_stands_once_behind_those_it_imports(joined):
    text = joined(
        main='import { one } from "./one.js";\nimport { two } from "./two.js";\nexport const all = one;\n',
        one='import { two } from "./two.js";\nexport const one = two - 1;\n',
        two="export const two = 2;\n",
    )
    starts = [text.index(f"const module_{name} = (() => {{") for name in ("two", "one", "main")]
    assert starts == sorted(starts)
    assert text.count("const module_two = (() =>") == 1
    assert "const { two } = module_two;" in text
    assert text.startswith('(() => {\n"use strict";')
    assert text.endswith("return module_main;\n})()")


def test_every_kind_of_export_is_given_and_none_else(joined):
    text = joined(
        main="const own = 1;\nexport const a = own;\nexport class B {}\nexport function c() {}\n"
        "export async function d() {}\n"
    )
    assert "return { a, B, c, d };" in text
    assert "export" not in text


def test_an_import_over_several_lines_is_one(joined):
    text = joined(
        main='import {\n  a,\n  b,\n} from "./two.js";\n', two="export const a = 1;\nexport const b = 2;\n"
    )
    assert "const { a,\n  b } = module_two;" in text


def test_comments_stay_behind_but_what_looks_like_one_in_a_line_does_not(joined):
    text = joined(
        main='/* of\n two lines */\n// one\nconst a = /** @type {any} */ (1);\nconst b = "/* no */";\n'
    )
    assert "lines" not in text
    assert "// one" not in text
    assert 'const a = /** @type {any} */ (1);\nconst b = "/* no */";' in text


def test_modules_that_import_each_other_are_refused_with_the_circle(joined):
    with pytest.raises(CatalogError, match="one → two → one import each other"):
        joined(
            main='import { a } from "./one.js";\n',
            one='import { b } from "./two.js";\nexport const a = 1;\n',
            two='import { a } from "./one.js";\nexport const b = 2;\n',
        )


def test_a_module_that_is_missing_is_named_with_who_needs_it(joined):
    with pytest.raises(CatalogError, match=r"gone\.js is missing; main needs it"):
        joined(main='import { a } from "./gone.js";\n')


@pytest.mark.parametrize(
    "line",
    [
        'import L from "leaflet";',
        'import { a } from "../up.js";',
        'import { a as b } from "./one.js";',
        'import "./one.js";',
        "export default 1;",
        "export { a };",
        'export * from "./one.js";',
        "export let a = 1;",
    ],
)
def test_what_cannot_be_joined_is_named_with_the_cure(joined, line):
    with pytest.raises(CatalogError, match=r"main\.js: .* cannot be joined; import \{ names \}"):
        joined(main=f"{line}\n", one="export const a = 1;\n")


def test_the_map_has_no_script_that_nothing_imports():
    text = join_modules(ASSETS, ENTRY)
    assert not [path.stem for path in ASSETS.glob("*.js") if f"const module_{path.stem} = (() =>" not in text]
