"""What the tests of the registry share: both databases, a clock that stands, and lists in one line."""

import datetime as dt
import os
import uuid
from urllib.parse import quote

import pytest

AT = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
NO_SERVER = (
    "no PostgreSQL to test on: start one and set TEST_DATABASE_URL=postgresql://user@host:port/name, "
    "or run .ci/run, which does both"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request, tmp_path):
    """Give the address of an empty database, of each kind in turn; its own for every test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'registry.sqlite3'}"
        return
    yield from _schema_of_its_own()


def _schema_of_its_own():
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(NO_SERVER)
        pytest.skip(NO_SERVER)
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
    joint = "&" if "?" in server else "?"
    yield f"{server}{joint}options={quote(f'-csearch_path={name}')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA "{name}" CASCADE')


@pytest.fixture
def server_url():
    """Give the address of an empty database on the server."""
    yield from _schema_of_its_own()


@pytest.fixture
def other_url(url, tmp_path):
    """Give the address of an empty database of the other kind."""
    if url.startswith("sqlite"):
        yield from _schema_of_its_own()
    else:
        yield f"sqlite:///{tmp_path / 'other.sqlite3'}"


@pytest.fixture
def registry(url):
    """Give an empty registry in each database in turn."""
    from geo.registry.connection import open_registry

    opened = open_registry(url, read_only=False)
    yield opened
    opened.close()


@pytest.fixture
def at():
    """Give the hour everything happens at."""
    return AT


@pytest.fixture(scope="session")
def knowledge():
    """Give the words and names lists are checked against, read once."""
    from geo.importing.checks.check_list import read_knowledge

    return read_knowledge()


@pytest.fixture(scope="session")
def checked_before():
    """Keep lists that were checked in an equal world before; nobody changes one."""
    return {}


@pytest.fixture
def check_tiny(tiny_network, knowledge, checked_before):
    """Give a function from the CSV text of a list in the world of four counties to the checked list.

    Rows of a list without a column of counties are of 甲区, 450101.
    """
    from geo.importing.checks.check_list import Choices, to_facilities
    from geo.importing.columns.header_matching import match_columns
    from geo.importing.readers.any_file import read_list

    def checked(text, *, file_name="名单.csv", datum="WGS-84"):
        key = (text, file_name, datum)
        if key not in checked_before:
            checked_before[key] = check(text, file_name, datum)
        return checked_before[key]

    def check(text, file_name, datum):
        table = read_list(text.encode(), file_name=file_name)[0]
        return to_facilities(
            table,
            match_columns(table, knowledge.words),
            tiny_network,
            datum=datum,
            checked_on=AT.date(),
            choices=Choices(facility_type="worker_station", county=None if "县区" in text else "450101"),
            knowledge=knowledge,
        )

    return checked
