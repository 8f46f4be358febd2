"""The same job without a screen: choose, write, replay; and each bad wish refused in one line."""

import csv
import json

import pytest

from geo.cli import main

pytestmark = pytest.mark.slow


def refused(capfd, *arguments):
    assert main([*map(str, arguments)]) == 2
    lines = capfd.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    return lines[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    paths = folder / "plan.csv", folder / "recipe.json"
    question = ["site", "--type", "worker_station", "--new", "3", "--within", "1000", "--county", "青秀区"]
    assert main([*question, "-o", str(paths[0]), "--recipe", str(paths[1])]) == 0
    return paths


def test_a_plan_is_written_with_its_reasons_and_what_it_rests_on(made):
    with made[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["step"] for row in rows] == ["1", "2", "3"]
    gains = [float(row["people_newly"]) for row in rows]
    assert gains == sorted(gains, reverse=True)
    assert all(row["place_words"] and row["of_thresholds"] == "4" for row in rows)
    for told in ("选址方案", "青秀区", "已证明最优", "模拟 100.0%", "假定"):
        assert told in rows[0]["exported_as"]


def test_the_recipe_gives_the_same_figures_to_the_last_digit(made, capfd):
    assert main(["scenario", "run", str(made[1])]) == 0
    told = capfd.readouterr()
    assert "the same to the last digit" in told.err
    saved = json.loads(made[1].read_text(encoding="utf-8"))["result"]
    rows = {line.split()[0]: line.split()[1:] for line in told.out.splitlines()[1:]}
    assert rows == {name: [repr(value), repr(value)] for name, value in saved.items()}


@pytest.mark.slow
def test_the_recipe_writes_the_same_file_and_its_search_chooses_the_same(made, capfd, tmp_path):
    target = tmp_path / "again.csv"
    assert main(["scenario", "run", str(made[1]), "-o", str(target)]) == 0
    assert target.read_bytes() == made[0].read_bytes()
    assert main(["scenario", "search", str(made[1])]) == 0
    assert "the search chooses the same actions" in capfd.readouterr().err
    recipe = json.loads(made[1].read_text(encoding="utf-8"))
    recipe["search"]["found"]["objective"] += 1
    other = tmp_path / "other.json"
    other.write_text(json.dumps(recipe), encoding="utf-8")
    assert "both proven" in refused(capfd, "scenario", "search", other)
    assert "is already there" in refused(capfd, "scenario", "run", made[1], "-o", target)


@pytest.mark.slow
def test_no_site_is_put_where_none_may_stand_and_the_files_say_so(made, capfd, tmp_path):
    with made[0].open(encoding="utf-8-sig", newline="") as stream:
        first, second, _ = csv.DictReader(stream)
    shut = tmp_path / "shut.csv"
    shut.write_text(f"lon,lat\n{second['lon']},{second['lat']}\n", encoding="utf-8")
    target, recipe = tmp_path / "plan.geojson", tmp_path / "recipe.json"
    question = [
        "site",
        "--new",
        "3",
        "--county",
        "青秀区",
        "--forbid",
        first["candidate"],
        "--forbid",
        str(shut),
    ]
    assert main([*question, "--forbid-within", "2500", "-o", str(target), "--recipe", str(recipe)]) == 0
    assert "candidates are forbidden: left out" in capfd.readouterr().err
    written = json.loads(target.read_text(encoding="utf-8"))
    chosen = [feature["properties"]["candidate"] for feature in written["features"]]
    assert not {first["candidate"], second["candidate"]} & set(chosen)
    assert first["candidate"] in written["provenance"]["filters"]["禁止设站"]
    assert "1 处周边 2500 米以内" in written["provenance"]["filters"]["禁止设站"]
    assert main(["scenario", "search", str(recipe)]) == 0
    assert "the search chooses the same actions" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("township:1", "No candidate asked for is called township:1"),
        ("nowhere.csv", "there is no file nowhere.csv"),
        ("青绣区", "青绣区"),
        ("青秀区", "candidates stand where no site may"),
    ],
)
def test_a_forbidden_place_that_is_none_is_refused(capfd, where, told):
    assert told in refused(capfd, "site", "--new", 1, "--county", "青秀区", "--forbid", where)


@pytest.mark.slow
def test_a_recipe_made_with_other_data_says_which(made, capfd, tmp_path):
    recipe = json.loads(made[1].read_text(encoding="utf-8"))
    recipe["data"]["demand"] = "0" * 64
    other = tmp_path / "other.json"
    other.write_text(json.dumps(recipe), encoding="utf-8")
    assert "demand (000000000000 then" in refused(capfd, "scenario", "run", other)
    assert main(["scenario", "run", str(other), "--on-other-data"]) == 0
    assert "on other data: demand" in capfd.readouterr().err
    recipe["actions"][0]["kind"] = "close"
    other.write_text(json.dumps(recipe), encoding="utf-8")
    assert "at which site" in refused(capfd, "scenario", "run", other)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ((), "neither a number of sites nor a budget"),
        (("--new", 0), "sites is 0"),
        (("--new", -1, "--budget", "nan"), "the budget is nan"),
        (("--new", 1, "--cost", "build_micro"), "is no price"),
        (("--new", 1, "--within", 0), "0 m make no sense"),
        (("--new", 1, "--forbid-within", -1), "the distance is -1"),
        (("--new", 1, "--hour", 25), "hours 25 do not exist"),
        (("--new", 1, "--hour", 3, "--weekday", 9), "the weekday is 9"),
        (("--new", 1, "--hour", 3, "--when", "night"), "give one"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused_before_any_work(capfd, question, told):
    assert told in refused(capfd, "site", *question)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "told"),
    [
        (("--new", 1, "--type", "castle"), "castle"),
        (("--new", 1, "--county", "青绣区"), "青绣区"),
        (("--new", 1, "--cost", "build_micro=-5"), "would cost -5.0"),
        (("--new", 1, "--candidates", "ship"), "no candidates called ship"),
        (("--new", 1, "--least-share", 1, "--county", "青秀区"), "stay below the least share"),
        (("--new", 1, "--when", "night", "--action", "build_standard", "--county", "青秀区"), "at the hours"),
        (("--new", 1, "--hour", 3, "--action", "build_standard", "--county", "青秀区"), "at the hours"),
        (("--new", 2000, "--candidates", "township", "--county", "青秀区"), "only"),
    ],
)
def test_a_wish_the_data_cannot_meet_is_refused_in_one_line(capfd, question, told):
    assert told in refused(capfd, "site", *question)


@pytest.mark.slow
def test_a_list_of_candidates_is_read_and_a_bad_one_is_refused(capfd, tmp_path):
    listed = tmp_path / "list.csv"
    listed.write_bytes("name,lon,lat\n=1+1,108.402,22.8145\n".encode("utf-8-sig"))
    target = tmp_path / "plan.geojson"
    question = ["site", "--new", "1", "--county", "青秀区", "--list", str(listed)]
    assert main([*question, "-o", str(target)]) == 0
    capfd.readouterr()
    (feature,) = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert feature["properties"]["candidate"] == "listed:1"
    listed.write_bytes(b"")
    assert "no CSV in UTF-8" in refused(capfd, *question)
