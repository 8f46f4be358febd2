"""The command line gives the library's answers, and says in one line what was wrong."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from geo import cli
from geo.catalog import DATA_FOLDER, read_catalog

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tiny(monkeypatch, tiny_network):
    """Let the command line read the hand-made world."""
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: tiny_network)
    return tiny_network


@pytest.fixture
def out(tmp_path):
    """Give an empty folder to write to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def _one_line(capsys):
    """Give the one line on standard error after making sure that nothing else was said."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("Error: ")
    return said.err


def _started(*arguments, **options):
    environment = os.environ | {"PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "geo", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )


def test_a_county_s_stations_of_one_origin_are_written_and_no_others(tiny, out, capsys):
    path = out / "stations.geojson"
    asked = ["--type", "worker_station", "--county", "甲区", "--origin", "simulated"]
    assert cli.main(["export", *asked, "--format", "geojson", "-o", str(path)]) == 0
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert [feature["id"] for feature in collection["features"]] == ["T2"]
    said = capsys.readouterr()
    assert said.out == ""
    assert "1 facility" in said.err
    assert "1 simulated" in said.err


def test_options_that_repeat_mean_any_of_their_values_and_services_all_of_them(tiny, out):
    path = out / "some.geojson"
    cli.main(["export", "--county", "乙县", "--county", "450201", "-o", str(path)])
    assert [feature["id"] for feature in json.loads(path.read_bytes())["features"]] == ["T3", "T4"]
    cli.main(["export", "--service", "water", "--service", "wifi", "-o", str(path), "--force"])
    assert [feature["id"] for feature in json.loads(path.read_bytes())["features"]] == ["T3"]


def test_text_status_and_prefecture_narrow_the_selection(tiny, out):
    path = out / "some.geojson"
    cli.main(["export", "--prefecture", "西江市", "--status", "operating", "--text", "丁县", "-o", str(path)])
    features = json.loads(path.read_bytes())["features"]
    assert [(feature["id"], feature["geometry"]) for feature in features] == [("T5", None)]


def test_without_an_output_geojson_alone_goes_to_standard_output(tiny, capfdbinary):
    assert cli.main(["export", "--type", "drivers_home"]) == 0
    said = capfdbinary.readouterr()
    assert [feature["id"] for feature in json.loads(said.out)["features"]] == ["T4"]


def test_the_suffix_chooses_the_format(tiny, out):
    for suffix, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("gpkg", b"SQLite"), ("geojson", b"{")):
        path = out / f"all.{suffix}"
        assert cli.main(["export", "-o", str(path)]) == 0
        assert path.read_bytes().startswith(start)


def test_the_format_asked_for_wins_over_the_suffix(tiny, out):
    path = out / "all.txt"
    assert cli.main(["export", "--format", "csv", "-o", str(path)]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_hostile_texts_come_out_as_they_went_in(tiny, out, hostile_texts):
    path = out / "all.geojson"
    cli.main(["export", "-o", str(path)])
    names = [feature["properties"]["name"] for feature in json.loads(path.read_bytes())["features"]]
    assert set(hostile_texts) <= set(names)


def test_no_cell_of_a_table_begins_like_a_formula(tiny, out):
    cli.main(["export", "-o", str(out / "all.csv")])
    cli.main(["export", "-o", str(out / "all.xlsx")])
    rows = csv.reader(io.StringIO((out / "all.csv").read_text(encoding="utf-8-sig")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))]
    book = openpyxl.load_workbook(out / "all.xlsx")
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


def test_a_selection_that_nothing_meets_is_an_empty_file_and_said(tiny, out, capsys):
    path = out / "none.geojson"
    assert cli.main(["export", "--text", "没有这样的地方", "-o", str(path)]) == 0
    assert json.loads(path.read_bytes())["features"] == []
    assert "0 facilities" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "near"),
    [
        ("--type", "worker_statoin", "worker_station"),
        ("--county", "甲县", "甲区"),
        ("--prefecture", "东河市", "东江市"),
        ("--status", "operational", "operating"),
        ("--origin", "simulate", "simulated"),
        ("--service", "watre", "water"),
    ],
)
def test_an_unknown_value_is_one_line_that_names_it_and_what_is_near(tiny, capsys, option, value, near):
    assert cli.main(["export", option, value]) == 2
    said = _one_line(capsys)
    assert value in said
    assert near in said


def test_every_unknown_value_of_an_option_is_named_at_once(tiny, capsys):
    assert cli.main(["export", "--county", "子县", "--county", "丑县"]) == 2
    said = _one_line(capsys)
    assert "子县" in said
    assert "丑县" in said


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["exprot"], "exprot"),
        (["data"], "command"),
        (["data", "chekc"], "chekc"),
        (["export", "--nope"], "--nope"),
        (["export", "--type"], "--type"),
        (["export", "--format", "xml"], "geojson"),
        (["export", "stray"], "stray"),
        (["export", "--format", "xlsx"], "name a file"),
        (["export", "--format", "gpkg", "-o", "-"], "name a file"),
        (["export", "-o", "all.shp"], "geojson"),
        (["export", "-o", "no_such_folder/all.csv"], "no_such_folder"),
        (["export", "-o", "", "--format", "csv"], "folder"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_code_two(tiny, capsys, monkeypatch, out, arguments, named):
    monkeypatch.chdir(out)
    assert cli.main(arguments) == 2
    said = _one_line(capsys)
    assert named in said
    assert str(out) not in said
    assert list(out.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_when_told(tiny, out, capsys):
    path = out / "kept.csv"
    path.write_bytes(b"mine")
    assert cli.main(["export", "-o", str(path)]) == 2
    assert "--force" in _one_line(capsys)
    assert path.read_bytes() == b"mine"
    assert cli.main(["export", "-o", str(path), "--force"]) == 0
    assert path.read_bytes() != b"mine"


def test_a_folder_is_not_an_output(tiny, out, capsys):
    assert cli.main(["export", "--format", "csv", "-o", str(out)]) == 2
    assert "is a folder" in _one_line(capsys)


def test_an_output_that_may_not_be_written_is_said_before_any_work(monkeypatch, out, capsys):
    # Root may write anywhere, so the answer of the system is played.
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    monkeypatch.setattr("geo.network.network.load_network", lambda _folder: pytest.fail("the data were read"))
    assert cli.main(["export", "-o", str(out / "all.csv")]) == 2
    assert "may not be written" in _one_line(capsys)


def test_a_full_disk_is_one_line(tiny, out, monkeypatch, capsys):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device", "all.csv")

    monkeypatch.setattr(Path, "open", full)
    assert cli.main(["export", "-o", str(out / "all.csv")]) == 2
    assert "The disk is full and all.csv was not written" in _one_line(capsys)


@pytest.fixture(scope="module")
def small_data(tmp_path_factory):
    """Give a data folder of three true files, with the part of the catalogue that is about them."""
    folder = tmp_path_factory.mktemp("data")
    listing = json.loads((DATA_FOLDER / "catalog.json").read_text(encoding="utf-8"))
    kept = {name: listing[name] for name in ("facility_types", "standards", "counts")}
    for entry in kept.values():
        shutil.copy(DATA_FOLDER / entry["path"], folder / entry["path"])
    (folder / "catalog.json").write_text(json.dumps(kept), encoding="utf-8")
    return folder


def test_data_check_lists_every_entry_of_the_committed_data_and_finds_no_fault(capsys):
    assert cli.main(["data", "check"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for entry in read_catalog().values():
        assert entry.path in said.out


@pytest.mark.parametrize(
    ("harm", "state"),
    [
        (lambda folder: (folder / "standards.csv").write_bytes(b" "), "changed"),
        (lambda folder: (folder / "standards.csv").unlink(), "missing"),
        (lambda folder: (folder / "stray.csv").write_bytes(b"a"), "no entry"),
    ],
)
def test_data_check_tells_of_a_changed_a_missing_and_a_stray_file(small_data, tmp_path, capsys, harm, state):
    folder = tmp_path / "harmed"
    shutil.copytree(small_data, folder)
    assert cli.main(["data", "check", "--data", str(folder)]) == 0
    capsys.readouterr()
    harm(folder)
    assert cli.main(["data", "check", "--data", str(folder)]) == 2
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if line.startswith(state)]
    assert said.err.count("\n") == 1
    assert "1 of" in said.err
    assert str(folder) not in said.out + said.err


@pytest.mark.parametrize("text", [None, "{", '{"a": {}}'])
def test_a_catalogue_that_cannot_be_read_is_one_line(tmp_path, capsys, text):
    if text is not None:
        (tmp_path / "catalog.json").write_text(text, encoding="utf-8")
    assert cli.main(["data", "check", "--data", str(tmp_path)]) == 2
    assert "catalog.json" in _one_line(capsys)
    assert cli.main(["export", "--data", str(tmp_path)]) == 2
    assert "catalog.json" in _one_line(capsys)


def test_help_tells_of_every_command_and_option(capsys):
    assert cli.main([]) == 0
    overview = capsys.readouterr().out
    assert "export" in overview
    assert "coverage" in overview
    assert "data" in overview
    assert cli.main(["export", "--help"]) == 0
    told = capsys.readouterr().out
    for option in ("--type", "--county", "--prefecture", "--status", "--origin", "--service", "--text"):
        assert option in told
    for option in ("--format", "--output", "-o", "--force", "--data"):
        assert option in told
    assert cli.main(["coverage", "--help"]) == 0
    told = capsys.readouterr().out
    for option in ("--type", "--within", "--weights", "--county", "--prefecture", "--status", "--origin"):
        assert option in told
    assert cli.main(["data", "--help"]) == 0
    assert "check" in capsys.readouterr().out


@pytest.mark.slow
def test_the_program_itself_exports_the_real_network(network):
    asked = ["--type", "worker_station", "--county", "青秀区"]
    ended = _started("export", *asked)
    assert ended.returncode == 0, ended.stderr
    features = json.loads(ended.stdout)["features"]
    expected = network.select(types=["worker_station"], counties=["青秀区"])
    assert [feature["id"] for feature in features] == list(expected.index)


@pytest.mark.slow
def test_the_program_itself_ends_with_two_and_no_traceback():
    ended = _started("export", "--county", "青秀县")
    assert ended.returncode == 2
    said = ended.stderr.decode("utf-8")
    assert said.count("\n") == 1
    assert "青秀区" in said
    assert str(ROOT) not in said


@pytest.mark.slow
def test_a_reader_that_has_enough_is_no_error():
    command = [sys.executable, "-m", "geo", "export"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said
    assert b"Error" not in said


def test_help_loads_no_heavy_library():
    program = "import sys, geo.cli; geo.cli.main(['--help']); print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in ended.stdout.splitlines()[-1].split()}
    heavy = {"numpy", "pandas", "geopandas", "shapely", "pyarrow", "streamlit", "folium", "altair", "rich"}
    assert not loaded & heavy


@pytest.mark.slow
def test_help_starts_in_a_third_of_the_time_the_screens_libraries_take():
    from benchmarks.cli_start import BOUND, medians

    ours, theirs = medians(rounds=3)
    assert ours <= BOUND * theirs
