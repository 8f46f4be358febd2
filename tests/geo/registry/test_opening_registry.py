"""The registry is made, found, led to the present tables, and never opened by a program too old for it."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from geo.errors import InvalidValueError, RegistryError
from geo.registry import steps
from geo.registry.connection import open_registry
from geo.registry.place import is_read_only, registry_exists, registry_url, sqlite_file
from geo.registry.tables import metadata

ROOT = Path(__file__).resolve().parents[3]


def test_without_a_setting_the_registry_is_a_file_of_the_users(monkeypatch):
    url = registry_url({})
    assert url.startswith("sqlite:///")
    assert sqlite_file(url).name == "registry.sqlite3"
    assert "guigongtu" in sqlite_file(url).parts


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgres://u@h/n", "postgresql+psycopg://u@h/n"),
        ("postgresql://u:p@h:5/n?x=1", "postgresql+psycopg://u:p@h:5/n?x=1"),
        (" sqlite:////data/r.sqlite3 ", "sqlite:////data/r.sqlite3"),
    ],
)
def test_addresses_are_read_as_they_are_usually_written(given, url):
    assert registry_url({"DATABASE_URL": given}) == url


@pytest.mark.parametrize("given", ["mysql://root:secret@h/n", "sqlite://", "registry.sqlite3"])
def test_another_address_is_refused_without_telling_it(given):
    with pytest.raises(InvalidValueError, match="DATABASE_URL") as caught:
        registry_url({"DATABASE_URL": given})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("missing", ["psycopg", "psycopg.pq"])
def test_postgresql_without_its_driver_is_one_sentence_with_the_cure(missing):
    """With `sys.modules[name] = None` Python refuses to import a name, as where it is not installed."""
    program = (
        f"import sys; sys.modules[{missing!r}] = None; from geo import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, "registry", "history"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": "postgresql://somebody:secret@127.0.0.1/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert said.stderr == (
        "Error: DATABASE_URL names PostgreSQL, and its driver psycopg is not installed. "
        'Install it with pip install "psycopg[binary]", then start again.\n'
    )


def test_reading_only_is_said_by_one_setting():
    assert is_read_only({"GUIGONGTU_READ_ONLY": "1"})
    assert not is_read_only({"GUIGONGTU_READ_ONLY": "0"})
    assert not is_read_only({})
    with pytest.raises(InvalidValueError, match="GUIGONGTU_READ_ONLY is 'maybe'"):
        is_read_only({"GUIGONGTU_READ_ONLY": "maybe"})


def test_a_registry_is_made_where_there_is_none_and_found_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'new folder' / 'r.sqlite3'}"
    assert not registry_exists(url)
    first = open_registry(url, read_only=False)
    assert first.revision() == 0
    first.close()
    assert registry_exists(url)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "new folder").stat().st_mode) == 0o700, "it is nobody else's business"


def test_the_tables_of_the_steps_are_the_tables_of_the_program(registry):
    with registry.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    # The one index over two columns stands in the step alone.
    assert [entry for entry in found if "ix_versions_facility" not in str(entry)] == []
    config = Config()
    config.set_main_option("script_location", str(steps.MIGRATIONS))
    found = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == steps.REVISIONS


def test_a_registry_of_the_first_release_is_led_on_and_loses_nothing(url):
    earlier = open_registry(url, read_only=False)
    with earlier.writing() as connection:
        connection.execute(text("INSERT INTO scenarios VALUES ('a', 1, '{}', 'b', 'c')"))
        connection.execute(text("DROP TABLE questions"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    earlier.close()
    now = open_registry(url, read_only=False)
    with now.reading() as connection:
        assert connection.execute(text("SELECT name FROM scenarios")).scalar_one() == "a"
        assert connection.execute(text("SELECT count(*) FROM questions")).scalar_one() == 0
    now.close()


def test_many_who_open_a_new_registry_at_once_all_find_it(url):
    def look(_):
        registry = open_registry(url, read_only=False)
        try:
            return registry.revision()
        finally:
            registry.close()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(look, range(8))) == [0] * 8


def test_a_registry_of_a_later_release_is_left_alone(registry, url):
    with registry.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RegistryError, match="later release"):
        open_registry(url)


def test_a_file_that_is_no_registry_and_a_server_that_is_none_are_told_in_one_line(tmp_path):
    path = tmp_path / "r.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(RegistryError, match="is no database") as caught:
        open_registry(f"sqlite:///{path}")
    assert "\n" not in str(caught.value)
    with pytest.raises(RegistryError, match="cannot be reached") as caught:
        open_registry("postgresql://u:secret@127.0.0.1:1/n")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_registry_is_told_and_not_mended_in_silence(tmp_path):
    path = tmp_path / "r.sqlite3"
    registry = open_registry(f"sqlite:///{path}", read_only=False)
    registry.close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TABLE facilities")
    connection.close()
    with pytest.raises(RegistryError, match=r"damaged .*facilities"):
        open_registry(f"sqlite:///{path}")


def test_looking_for_a_registry_loads_no_database_library():
    program = "import geo.registry.place, sys; print(*sys.modules)"
    root = Path(__file__).resolve().parents[3]
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlalchemy", "alembic", "pandas"} & set(loaded)
