"""The words on screen: every one is in both catalogues, and says the same values."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from ui.shared.language import JOINER, LANGUAGES, LOCALE_FOLDER, plain, read_words

UI = Path(__file__).resolve().parents[3] / "ui"
PLACEHOLDER = re.compile(r"\{(\w*)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
NAMES_OF_THEIR_OWN = {"桂工图 · 广西工会服务网络", "语言 · Language", "中文", "工会服务设施"}


def said_in_code():
    found = extract_from_dir(UI, method_map=[("**.py", "python")], keywords={"t": None, "N_": None})
    return {message for _file, _line, message, _comments, _context in found}


def catalogue(language):
    with (LOCALE_FOLDER / f"{language}.po").open("rb") as stream:
        return {entry.id: entry for entry in read_po(stream, locale=language) if entry.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_on_screen_lacks_a_translation_and_none_is_left_over(language):
    entries = catalogue(language)
    assert said_in_code() - set(entries) == set()
    assert set(entries) - said_in_code() == set()
    assert [entry.id for entry in entries.values() if not entry.string or entry.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_values(language):
    for entry in catalogue(language).values():
        assert sorted(PLACEHOLDER.findall(entry.id)) == sorted(PLACEHOLDER.findall(entry.string)), entry.id


def test_chinese_words_are_chinese():
    words = [e for e in catalogue("zh").values() if any(letter.isalpha() for letter in e.string)]
    left = [e.id for e in words if not HAN.search(e.string) and e.string != "Wi-Fi"]
    assert left == []


def test_no_chinese_stands_in_the_screens_outside_the_catalogues():
    allowed = NAMES_OF_THEIR_OWN | said_in_code()
    strays = [text for path in UI.rglob("*.py") for text in texts(path) if HAN.search(text)]
    assert set(strays) - allowed == set()


def texts(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)
    }
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [text for text in constants if isinstance(text, str) and text not in docstrings]


def test_the_words_of_a_language_are_read_once():
    assert read_words("zh") is read_words("zh")
    assert read_words("zh").gettext("Simulated") == "模拟"


def test_text_from_outside_keeps_every_letter_and_means_nothing_to_markdown():
    hostile = "{{7*191}}<img src=x onerror=alert(1)>[x](javascript:alert(1)) $x$ `c` *b* #d &lt; ~s~ |a|"
    shown = plain(hostile)
    assert re.sub(r"\\(.)", r"\1", shown).replace(JOINER, "") == hostile
    assert not re.search(r"(?<!\\)[<>\[\]{}()$`*#&~|_]", shown)


@pytest.mark.parametrize(
    "found_later", [":smile:", ":material/home:", "www.evil.org", "http://a.b", "a@b.org"]
)
def test_what_is_found_after_the_signs_were_read_is_not_found(found_later):
    shown = plain(found_later)
    bare = re.sub(r"\\(.)", r"\1", shown)
    assert found_later not in bare
    assert bare.replace(JOINER, "") == found_later


def test_text_from_outside_is_one_short_line_that_turns_nothing_round():
    assert plain("a\n b\t\u202ec", limit=10) == "a b c"
    assert len(plain("字" * 500, limit=60)) == 60
