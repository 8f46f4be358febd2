"""The command line brings a list in, tells its history, takes it back, and copies the registry."""

import csv
import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest

from geo import cli, schema
from geo.registry.connection import open_registry
from geo.registry.history import read_batches, read_current

# Half a second each, and there are twenty.
pytestmark = pytest.mark.slow
LIST = (
    "站名,地址,经度,纬度,联系电话\n"
    '河边驿站,一路1号,108.03,22.83,13800138000\n"{{7*191}}<img>",二路2号,108.07,22.87,\n,三路3号,108.05,22.85,\n'
)


@pytest.fixture(autouse=True)
def world(monkeypatch, tmp_path, tiny_network):
    """Let the command line see the world of four counties, a registry of its own, and nobody at the keys."""
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: tiny_network)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'home' / 'registry.sqlite3'}")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return tmp_path


@pytest.fixture
def bring(world):
    """Give a function that imports a text with some options and gives the exit code."""

    def brought(text, *options, name="list.csv"):
        (world / name).write_text(text, encoding="utf-8")
        given = ("--type", "worker_station", "--datum", "wgs84", "--county", "甲区", "--who", "甲", *options)
        return cli.main(["import", str(world / name), *given])

    return brought


@pytest.fixture
def stored():
    """Give a function that opens the registry the commands wrote to."""
    opened = []

    def registry():
        opened.append(open_registry())
        return opened[-1]

    yield registry
    for one in opened:
        one.close()


def test_a_dry_run_says_all_and_makes_nothing(bring, world, capsys):
    assert bring(LIST, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "2 new, 0 changed, 0 unchanged, 0 missing" in said
    assert "row 4" in said
    assert not (world / "home").exists()


def test_a_list_is_applied_and_the_rest_written_to_be_mended(bring, stored, world, capsys):
    assert bring(LIST, "--rest", str(world / "rest.xlsx"), "--map", "联系电话=phone") == 0
    assert "batch 1 applied by 甲" in capsys.readouterr().out
    current = read_current(stored())
    assert set(current[schema.NAME]) == {"河边驿站", "{{7*191}}<img>"}
    rest = list(openpyxl.load_workbook(world / "rest.xlsx").worksheets[0].iter_rows(values_only=True))
    assert "三路3号" in {cell for row in rest for cell in row}
    assert cli.main(["registry", "history"]) == 0
    assert "list.csv" in capsys.readouterr().out
    assert cli.main(["registry", "history", str(current.index[0])]) == 0
    assert "import" in capsys.readouterr().out


def test_what_the_list_does_not_name_is_not_closed_unasked(bring, stored, capsys):
    bring(LIST)
    shorter = "".join(LIST.splitlines(keepends=True)[:2])
    assert bring(shorter) == 2
    assert "--missing keep, --missing close or --missing later" in capsys.readouterr().err.splitlines()[-1]
    assert len(read_batches(stored())) == 1
    assert bring(shorter, "--missing", "close") == 0
    assert sorted(read_current(stored())[schema.STATUS]) == ["closed", "operating"]
    assert cli.main(["registry", "undo", "2", "--who", "乙"]) == 0
    assert set(read_current(stored())[schema.STATUS]) == {"operating"}
    assert read_batches(stored()).loc[2, "undone_by"] == "乙"


def test_what_the_list_does_not_name_is_decided_on_later(bring, stored, capsys):
    bring(LIST)
    assert bring("".join(LIST.splitlines(keepends=True)[:2]), "--missing", "later") == 0
    assert cli.main(["registry", "questions"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert "list.csv" in line
    waits = line.split()[0]
    for both in (["--close", "T1"], ["--close", waits, "--keep", waits]):
        assert cli.main(["registry", "questions", *both]) == 2
        assert "waits for no decision, or is given two" in capsys.readouterr().err
    assert cli.main(["registry", "questions", "--close", waits, "--who", "丙"]) == 0
    assert "1 closed, 0 kept" in capsys.readouterr().out
    assert read_current(stored()).loc[waits, schema.STATUS] == "closed"


def test_a_changed_field_is_told_before_it_is_written(bring, capsys):
    bring(LIST)
    capsys.readouterr()
    assert bring(LIST.replace("一路1号", "一路100号"), "--dry-run") == 0
    said = capsys.readouterr().out
    assert "1 changed" in said
    assert "一路1号" in said
    assert "一路100号" in said


def test_a_public_export_drops_what_is_not_public(bring, world, capsys):
    bring(LIST)
    capsys.readouterr()
    assert cli.main(["registry", "export", "-o", str(world / "public.geojson")]) == 0
    public = (world / "public.geojson").read_text(encoding="utf-8")
    assert "13800138000" not in public
    features = json.loads(public)["features"]
    assert {one["properties"]["name"] for one in features} == {"河边驿站", "{{7*191}}<img>"}
    assert {one["properties"]["origin"] for one in features} == {"imported"}
    assert (
        cli.main(["registry", "export", "--private", "--county", "甲区", "-o", str(world / "own.csv")]) == 0
    )
    rows = list(csv.DictReader(io.StringIO((world / "own.csv").read_text(encoding="utf-8-sig"))))
    assert json.loads(rows[0]["private"] or rows[1]["private"])["联系电话"] == "13800138000"


def test_a_list_of_the_registrys_own_export_is_unchanged(bring, world, capsys):
    bring(LIST)
    cli.main(["registry", "export", "-o", str(world / "own.xlsx")])
    capsys.readouterr()
    assert cli.main(["import", str(world / "own.xlsx"), "--dry-run"]) == 0
    assert "0 new, 0 changed, 2 unchanged" in capsys.readouterr().out


def test_the_registry_is_backed_up_and_restored_by_one_command_each(bring, stored, world, capsys):
    bring(LIST)
    copy = str(world / "copy.backup")
    assert cli.main(["registry", "backup", copy]) == 0
    assert "is whole: 1 batches, 2 facilities" in capsys.readouterr().out
    bring(LIST.replace("河边", "海边"), "--missing", "keep")
    assert cli.main(["registry", "restore", copy]) == 2
    assert cli.main(["registry", "restore", copy, "--force"]) == 0
    assert "海边驿站" not in set(read_current(stored())[schema.NAME])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--datum", "mars"], "no datum 'mars'"),
        (["--type", "castle"], "no facility type 'castle'"),
        (["--county", "火星县"], "火星县"),
        (["--map", "站名"], "is no pair"),
        (["--map", "没有=name"], "没有"),
        (["--rest", "list.csv"], "there already"),
    ],
)
def test_a_wrong_option_is_one_line_and_writes_nothing(bring, world, monkeypatch, capsys, options, said):
    monkeypatch.chdir(world)
    assert bring(LIST, *options) == 2
    fault = capsys.readouterr().err.splitlines()[-1]
    assert fault.startswith("Error: ")
    assert said in fault
    assert not (world / "home").exists() or read_batches(open_registry()).empty


@pytest.mark.parametrize(
    "arguments", [["history"], ["undo", "1"], ["export"], ["currency"], ["backup", "copy.backup"]]
)
def test_without_a_registry_the_commands_say_so_and_make_none(arguments, world, monkeypatch, capsys):
    monkeypatch.chdir(world)
    assert cli.main(["registry", *arguments]) == 2
    assert "There is no registry yet" in capsys.readouterr().err
    assert [path.name for path in world.iterdir()] == []


def test_a_registry_for_reading_and_an_address_that_is_none_are_told(bring, monkeypatch, capsys):
    bring(LIST)
    monkeypatch.setenv("GUIGONGTU_READ_ONLY", "1")
    assert bring(LIST.replace("一路", "九路")) == 2
    assert "reading only" in capsys.readouterr().err
    monkeypatch.setenv("GUIGONGTU_READ_ONLY", "perhaps")
    assert cli.main(["registry", "history"]) == 2
    monkeypatch.setenv("DATABASE_URL", "mysql://root:secret@db/x")
    assert cli.main(["registry", "history"]) == 2
    fault = capsys.readouterr().err
    assert "DATABASE_URL begins with 'mysql'" in fault
    assert "secret" not in fault


def test_coverage_counts_the_lists_where_they_are_asked_for(bring, world, capsys):
    asked = ("coverage", "--type", "worker_station", "--within", "1000", "--origin", "imported")
    assert cli.main([*asked, "--lists", "-o", str(world / "none.csv")]) == 2
    assert "There is no registry yet" in capsys.readouterr().err
    # Demand stands in the middle of each county; 甲区's is at 108.05, 22.85.
    bring("站名,经度,纬度\n中站,108.05,22.85\n")
    shares = {}
    for name, options in {"public": (), "own": ("--lists",)}.items():
        code = cli.main([*asked, *options, "-o", str(world / f"{name}.csv")])
        rows = (
            list(csv.DictReader(io.StringIO((world / f"{name}.csv").read_text(encoding="utf-8-sig"))))
            if not code
            else []
        )
        shares[name] = {row["name"]: float(row["share"]) for row in rows}
    assert shares["own"]["甲区"] == 1.0
    assert shares["public"].get("甲区", 0.0) == 0.0


def test_the_help_loads_nothing_of_the_database(project_root):
    names = "geo.cli, geo.network.network, geo.export.files, web.registry"
    program = f"import {names}, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project_root,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"sqlalchemy", "alembic", "psycopg", "rapidfuzz"}
    assert not heavy & {name.split(".")[0] for name in loaded}
