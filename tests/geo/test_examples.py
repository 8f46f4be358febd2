"""The examples in the docstrings of public functions say what happens."""

import doctest
import inspect
import re

import pytest

import geo

SECTION = re.compile(r"^(\w+)\n-+$", re.MULTILINE)


def _examples():
    finder = doctest.DocTestFinder(recurse=False)
    for name in geo.__all__:
        public = getattr(geo, name)
        if ">>> " in (public.__doc__ or ""):
            yield from finder.find(public, name, globs={})


@pytest.mark.slow
def test_the_examples_give_what_they_show(capsys):
    tests = list(_examples())
    assert len(tests) >= 12
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in tests:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out


def test_an_example_stands_at_the_end_and_asks_geo_alone():
    for test in _examples():
        assert SECTION.findall(inspect.cleandoc(test.docstring))[-1] == "Examples", test.name
        assert test.examples[0].source == "import geo\n", test.name
        assert f"geo.{test.name}(" in test.docstring
