"""Register the tables of words that imported lists are read and answered by; they are kept by hand.

`import_synonyms.csv` says what offices call the columns and the values of their lists: in lists, each of
`synonyms` (separated by spaces) stands for `code`. `kind` is `column` for headers, `elsewhere` for districts
outside Guangxi that a list may name (the synonyms are the cities that have one), else the column whose values
the synonyms stand for. Synonyms are written as the importer compares them: NFKC, lower case, no spaces, no
brackets, no punctuation.

`import_zones.csv` says in which counties (joined by semicolons) development zones and new towns lie, which
addresses name instead of a county. Only zones are listed whose counties are beyond doubt.

`import_findings.csv` says of every kind of finding how grave it is, what it says and how to fix it, in two
languages; `{value}` is what stands in the list and `{detail}` what the check found.
"""

import pandas as pd

from data.build.entry import write_entry
from data.build.records import RETRIEVED
from geo.catalog import DATA_FOLDER

BUILT_BY = "data/build/import_words.py"
TABLES = {
    "import_synonyms": {
        "title": "名单表头与取值的同义词",
        "title_en": "Synonyms of headers and values in lists",
        "source": "本项目收集的常见写法 (the project's own collection of words in use)",
        "as_of": "2026-11",
        "licence": "本项目自有 (the project's own)",
        "attribution": "桂工图",
    },
    "import_zones": {
        "title": "开发区和新区所在的县区",
        "title_en": "Counties of development zones and new towns",
        "source": "《中国开发区审核公告目录》（2018 年版）及各市公开的开发区驻地",
        "as_of": "2018",
        "licence": "公开事实，注明出处 (public facts, source named)",
        "attribution": "桂工图；公开事实",
        "notes": {"several": "A zone over several counties lists them all; such an address is asked about"},
    },
    "import_findings": {
        "title": "导入检查的问题种类与改法",
        "title_en": "Kinds of findings in imported lists, and their cures",
        "source": "本项目自编 (the project's own)",
        "as_of": "2026-11",
        "licence": "本项目自有 (the project's own)",
        "attribution": "桂工图",
    },
}


def main() -> None:
    """Write one entry a table."""
    for name, fields in TABLES.items():
        path = DATA_FOLDER / f"{name}.csv"
        rows = len(pd.read_csv(path, dtype="str"))
        write_entry(name, path, rows=rows, crs=None, retrieved=RETRIEVED, built_by=BUILT_BY, **fields)


if __name__ == "__main__":
    main()
