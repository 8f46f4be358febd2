"""What the tests of imported lists share: the words, the names, and a way from text to a checked list."""

import datetime as dt
import io

import openpyxl
import pytest

CHECKED_ON = dt.date(2026, 11, 23)


@pytest.fixture(scope="session")
def words():
    """Give the words headers are known by."""
    from geo.importing.synonyms import read_words

    return read_words()


@pytest.fixture(scope="session")
def knowledge():
    """Give the words and names lists are checked against, read once."""
    from geo.importing.checks.check_list import read_knowledge

    return read_knowledge()


@pytest.fixture(scope="session")
def gazetteer(knowledge):
    """Give the names of places."""
    return knowledge.gazetteer


@pytest.fixture(scope="session")
def check(network, knowledge):
    """Give a function from the bytes or the CSV text of a list to the checked list."""
    from geo.importing.checks.check_list import Choices, to_facilities
    from geo.importing.columns.header_matching import match_columns
    from geo.importing.readers.any_file import read_list

    def checked(content, *, file_name="名单.csv", datum="WGS-84", **choices):
        data = content.encode() if isinstance(content, str) else content
        table = read_list(data, file_name=file_name)[0]
        mapping = match_columns(table, knowledge.words)
        return to_facilities(
            table,
            mapping,
            network,
            datum=datum,
            checked_on=CHECKED_ON,
            choices=Choices(**choices),
            knowledge=knowledge,
        )

    return checked


@pytest.fixture(scope="session")
def codes():
    """Give a function from a checked list to the codes of its findings, by row; file-wide ones under 0."""

    def listed(checked):
        found = checked.findings
        rows = found["row"].fillna(0).astype(int)
        return {row: sorted(group) for row, group in found["finding_code"].groupby(rows)}

    return listed


@pytest.fixture
def workbook():
    """Give a function from sheets of rows (and merged ranges) to an .xlsx."""

    def made(sheets, merges=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for merged in merges:
                sheet.merge_cells(merged)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return made
