"""Write `data/LICENCES.md`: under which terms each data file may be used, from the catalogue."""

from collections.abc import Mapping

from geo.catalog import DATA_FOLDER, LICENCES_NAME, Entry, read_catalog

INTRODUCTION = """# 数据许可 · Data licences

The program's code is under the MIT licence (`LICENSE`); the data are not all its own. `catalog.json` leads,
and this page is made from it by `python -m data.build.licences`.
程序代码为 MIT 许可；数据各有来源与许可，以 `catalog.json` 为准，本页由它生成。

| file | licence | attribution |
|---|---|---|
"""


def licences_page(entries: Mapping[str, Entry]) -> str:
    """Return the page for the entries of a catalogue, in their order."""
    rows = (f"| `{entry.path}` | {entry.licence} | {entry.attribution} |\n" for entry in entries.values())
    return INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    page = licences_page(read_catalog())
    (DATA_FOLDER / LICENCES_NAME).write_text(page, encoding="utf-8", newline="\n")
