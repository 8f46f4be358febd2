"""A list is compared, applied and taken back; a record is changed; in SQLite and in PostgreSQL."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from geo import schema
from geo.errors import ConflictError, InvalidValueError, ReadOnlyError, RegistryError
from geo.registry.applying import apply_import, undo_batch
from geo.registry.changing import change_record
from geo.registry.connection import open_registry
from geo.registry.currency import read_currency
from geo.registry.difference import plan_import
from geo.registry.history import (
    read_batch,
    read_batches,
    read_current,
    read_listing,
    read_versions,
)
from geo.registry.mappings import remember_mapping, remembered_mappings

pytestmark = pytest.mark.slow

HEADER = "名称,县区,地址,经度,纬度,联系电话,备注\n"
RIVER = "河边驿站,甲区,一路1号,108.03,22.83,13800138000,钥匙在门卫\n"
MARKET = "市场驿站,甲区,二路2号,108.07,22.87,,\n"
SQUARE = "广场驿站,乙县,三路3号,108.15,22.85,,\n"
FIRST = HEADER + RIVER + MARKET + SQUARE
SHA = "ab" * 32


@pytest.fixture
def plan(registry, check_tiny, tiny_network):
    """Give a function from the text of a list to its difference from the registry."""

    def planned(text, **options):
        checked = check_tiny(text, file_name=options.pop("file_name", "名单.csv"))
        return plan_import(registry, checked, sha256=SHA, sourced=tiny_network.facilities, **options)

    return planned


@pytest.fixture
def bring(registry, plan, at):
    """Give a function that plans and applies a list."""

    def brought(text, *, who="甲", close=(), **options):
        return apply_import(registry, plan(text, **options), who=who, at=at, close=close)

    return brought


def _ids(registry):
    current = read_current(registry)
    return dict(zip(current[schema.NAME], current.index, strict=True))


def test_an_empty_registry_takes_a_list_as_new(registry, plan, bring):
    assert plan(FIRST).counts == {
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "missing": 0,
        "matched": 0,
        "rest": 0,
    }
    bring(FIRST)
    current = read_current(registry)
    assert sorted(current[schema.NAME]) == ["市场驿站", "广场驿站", "河边驿站"]
    assert set(current[schema.ORIGIN]) == {schema.IMPORTED}
    river = current.loc[_ids(registry)["河边驿站"]]
    assert (river["given_lon"], river["given_lat"], river["given_datum"]) == (108.03, 22.83, "WGS-84")
    assert river["private"] == '{"联系电话":"13800138000","备注":"钥匙在门卫"}'
    assert "13800138000" not in " ".join(map(str, river[[*schema.FACILITY_COLUMNS]]))


def test_the_same_list_again_changes_nothing_but_is_newer(registry, plan, bring, tiny_network):
    bring(FIRST)
    assert plan(FIRST).counts["unchanged"] == 3
    bring(FIRST, who="乙", file_name="新名单.csv")
    assert set(read_current(registry)["version"]) == {1}
    row = read_currency(registry, tiny_network.counts).loc[("450101", "worker_station")]
    assert (row["listed"], row["who"], row["file_name"]) == (2, "乙", "新名单.csv")


def test_a_changed_list_tells_each_field(plan, bring):
    bring(FIRST)
    again = plan(FIRST.replace("二路2号", "二路20号").replace("13800138000", "13900139000"))
    told = [tuple(row) for row in again.changed[["field", "before", "after"]].itertuples(index=False)]
    assert ("address", "二路2号", "二路20号") in told
    assert [field for field, *_ in told] == ["private", "address"]
    assert again.counts["unchanged"] == 1


def test_what_the_list_no_longer_names_is_kept_or_closed_as_the_user_says(registry, plan, bring, at):
    bring(FIRST)
    shorter = plan(HEADER + RIVER)
    assert list(shorter.missing[schema.NAME]) == ["市场驿站"], (
        "another county's sites are none of its business"
    )
    with pytest.raises(InvalidValueError, match="not missing"):
        apply_import(registry, shorter, who="甲", at=at, close=[_ids(registry)["广场驿站"]])
    apply_import(registry, shorter, who="甲", at=at, close=shorter.missing.index)
    closed = read_current(registry).loc[_ids(registry)["市场驿站"]]
    assert closed[schema.STATUS] == "closed"
    assert read_batches(registry).iloc[0][["closed", "kept", "unchanged"]].tolist() == [1, 0, 1]
    assert plan(HEADER + RIVER).counts["missing"] == 0, "what is closed is missed no more"
    assert plan(FIRST).changed["field"].tolist() == [schema.STATUS], "a list that names it opens it again"


def test_a_list_for_the_whole_city_misses_what_it_does_not_name(plan, bring):
    bring(FIRST)
    asked = plan(HEADER + RIVER, counties=["450101", "450102"], types=["worker_station"])
    assert sorted(asked.missing[schema.NAME]) == ["市场驿站", "广场驿站"]


def test_a_renamed_site_is_the_same_site(registry, plan, bring):
    bring(FIRST)
    renamed = FIRST.replace("河边驿站", "河边户外劳动者服务站点")
    again = plan(renamed)
    assert again.counts["new"] == again.counts["missing"] == 0
    assert again.changed["field"].tolist() == [schema.NAME]
    assert again.met["by"].value_counts().to_dict() == {"id": 2, "likeness": 1}
    apart = plan(renamed, apart=[2])
    assert (apart.counts["new"], apart.counts["missing"]) == (1, 1)


def test_what_the_list_has_no_column_for_stays(registry, plan, bring):
    bring("名称,地址,经度,纬度,开放时间\n河边驿站,一路1号,108.03,22.83,8:00-18:00\n")
    again = plan("名称,地址\n河边驿站,一路1号\n")
    assert again.counts["unchanged"] == 1, "neither hours nor place are told again"
    moved = plan("名称,地址\n河边驿站,九路9号\n")
    assert schema.PLACE_PRECISION in set(moved.changed["field"]), (
        "at another address the old point is no more"
    )


def test_a_sourced_site_is_matched_not_doubled(plan):
    again = plan(HEADER + "江边驿站,甲区,,108.0201,22.8201,,\n")
    assert again.sourced["matches"].tolist() == ["T1"]
    assert again.records["matches"].tolist() == ["T1"]
    assert plan(HEADER + "江边驿站,甲区,,108.0201,22.8201,,\n", apart=[2]).sourced.empty


def test_rows_with_an_error_and_rows_left_out_are_kept_as_written(registry, plan, bring):
    batch = bring(FIRST + "无处驿站,,,,,,\n", rows=[2, 4])
    assert read_batches(registry).loc[batch, ["new", "rest"]].tolist() == [2, 2]
    listing = read_listing(registry, batch)
    assert listing["outcome"].to_dict() == {2: "new", 3: "rest", 4: "new", 5: "rest"}
    assert listing.loc[5, "original"] == {"名称": "无处驿站"}
    assert "place_missing" in set(read_batch(registry, batch)["findings"]["finding_code"])
    with pytest.raises(InvalidValueError, match="Rows 5"):
        plan(FIRST + "无处驿站,,,,,,\n", rows=[2, 5])


def test_a_batch_can_be_undone_and_says_who_did_it(registry, plan, bring, at):
    first = bring(FIRST)
    before = read_current(registry)
    shorter = HEADER + RIVER.replace("一路", "七路") + "新驿站,甲区,,108.01,22.81,,\n"
    second = bring(shorter, who="乙", close=plan(shorter).missing.index)
    undo_batch(registry, second, who="丙", at=at)
    pd.testing.assert_frame_equal(
        pd.DataFrame(read_current(registry)[[*schema.FACILITY_COLUMNS]]),
        pd.DataFrame(before[[*schema.FACILITY_COLUMNS]]),
    )
    told = read_batches(registry).loc[second]
    assert (told["undone_by"], told["undone_at"]) == ("丙", "2026-11-26T09:00:00+00:00")
    history = read_versions(registry, _ids(registry)["河边驿站"])
    assert history["action"].tolist() == ["import", "import", "undo"]
    assert history["who"].tolist() == ["甲", "乙", "丙"]
    with pytest.raises(RegistryError, match="already, by 丙"):
        undo_batch(registry, second, who="丙", at=at)
    with pytest.raises(RegistryError, match="no batch 9"):
        undo_batch(registry, 9, who="丙", at=at)
    undo_batch(registry, first, who="丙", at=at)
    assert read_current(registry).empty
    assert plan(FIRST).counts["new"] == 3
    bring(FIRST)
    assert set(read_current(registry)["version"]) == {3, 5}, "a record that comes again goes on counting"


def test_a_batch_with_a_later_change_is_not_undone(registry, bring, at):
    batch = bring(FIRST)
    river = _ids(registry)["河边驿站"]
    change_record(registry, river, {"address": "八路8号"}, expected_version=1, who="乙", at=at)
    with pytest.raises(ConflictError, match="changed after it") as caught:
        undo_batch(registry, batch, who="甲", at=at)
    address = caught.value.conflicts.set_index("field").loc["address"]
    assert (address["seen"], address["theirs"], address["who"]) == ("一路1号", "八路8号", "乙")
    assert len(read_current(registry)) == 3


def test_two_lists_planned_at_once_conflict_and_both_sides_are_shown(registry, plan, at):
    mine, yours = plan(FIRST), plan(FIRST.replace("一路1号", "一路11号"))
    apply_import(registry, mine, who="甲", at=at)
    with pytest.raises(ConflictError, match="by 甲") as caught:
        apply_import(registry, yours, who="乙", at=at)
    address = caught.value.conflicts.set_index("field").loc["address"]
    assert (address["seen"], address["yours"], address["theirs"]) == (None, "一路11号", "一路1号")
    assert len(read_batches(registry)) == 1, "not even the batch was written"


def test_two_people_at_one_record_lose_no_update(registry, bring, at):
    bring(FIRST)
    river = _ids(registry)["河边驿站"]
    assert change_record(registry, river, {"capacity": 12}, expected_version=1, who="甲", at=at) == 2
    with pytest.raises(ConflictError) as caught:
        change_record(registry, river, {"capacity": 20}, expected_version=1, who="乙", at=at)
    row = caught.value.conflicts.iloc[0]
    assert (row["field"], row["seen"], row["yours"], row["theirs"]) == ("capacity", None, 20.0, 12.0)
    assert read_current(registry).loc[river, "capacity"] == 12.0


def test_a_place_set_by_hand_is_a_place_in_wgs84(registry, bring, at):
    bring(FIRST)
    river = _ids(registry)["河边驿站"]
    change_record(registry, river, {"lon": 108.05, "lat": 22.84}, expected_version=1, who="甲", at=at)
    moved = read_current(registry).loc[river]
    assert (moved.geometry.x, moved.geometry.y, moved["given_datum"]) == (108.05, 22.84, "WGS-84")
    change_record(registry, river, {"lon": None, "lat": None}, expected_version=2, who="甲", at=at)
    assert read_current(registry).loc[river, schema.PLACE_PRECISION] == "unknown"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "no field"),
        ({"lon": 108.0}, "half a place"),
        ({"origin": "sourced"}, "origin cannot be changed"),
        ({"status": "gone"}, "no status 'gone'"),
        ({"name": ""}, "must have a name"),
    ],
)
def test_a_change_that_cannot_be_says_why(registry, bring, at, fields, said):
    bring(FIRST)
    with pytest.raises(InvalidValueError, match=said):
        change_record(registry, _ids(registry)["河边驿站"], fields, expected_version=1, who="甲", at=at)


def test_a_change_is_signed(registry, plan, at):
    with pytest.raises(InvalidValueError, match="Nobody signs"):
        apply_import(registry, plan(FIRST), who=" ", at=at)
    with pytest.raises(InvalidValueError, match="time zone"):
        apply_import(registry, plan(FIRST), who="甲", at=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - the fault
    with pytest.raises(RegistryError, match="no record 'X'"):
        change_record(registry, "X", {"name": "站"}, expected_version=1, who="甲", at=at)


def test_a_mapping_is_remembered_by_its_header(registry, check_tiny, at):
    mapping = check_tiny(FIRST).mapping
    assert remembered_mappings(registry) == {}
    remember_mapping(registry, mapping, who="甲", at=at)
    corrected = mapping.changed({"备注": "address", "地址": None})
    remember_mapping(registry, corrected, who="乙", at=at)
    assert remembered_mappings(registry) == {mapping.fingerprint: corrected}


def test_a_registry_for_reading_refuses_every_write(registry, url, plan, at):
    reader = open_registry(url, read_only=True)
    with pytest.raises(ReadOnlyError, match="reading only"):
        apply_import(reader, plan(FIRST), who="甲", at=at)
    assert read_current(reader).empty
    reader.close()


def test_hostile_texts_come_back_to_the_letter(registry, bring, hostile_texts):
    quoted = [text.replace('"', '""') for text in hostile_texts]
    rows = "".join(
        f'"{text}",甲区,"{text}",{108.011 + n / 100:.3f},22.815,,\n' for n, text in enumerate(quoted[:8])
    )
    bring(HEADER + rows)
    current = read_current(registry)
    assert set(current[schema.NAME]) <= {text.strip() for text in hostile_texts}
    assert len(current) == 8


def test_published_less_located_is_missing(registry, bring, tiny_network):
    first = tiny_network.counts.iloc[[0]]
    totals = {"region": "450101", "region_level": "county", "count": 5, "definition_part": "whole"}
    bring(FIRST)
    row = read_currency(registry, first.assign(**totals)).loc[("450101", "worker_station")]
    assert (row["published"], row["located"], row["missing"], row["batch_id"]) == (5, 2, 3, 1)
    bring(HEADER + RIVER, who="乙", rows=[2])
    again = read_currency(registry, first.assign(**totals)).loc[("450101", "worker_station")]
    assert (again["listed"], again["who"]) == (2, "乙"), "the newest list that names one of them"
    assert read_currency(registry, first.iloc[:0]).loc[("450102", "worker_station"), "batch_id"] == 1


def test_an_id_that_is_given_to_one_row_and_made_for_another_is_told(registry, check_tiny, tiny_network):
    checked = check_tiny(FIRST)
    twice = checked.facilities.index[[0, 0, 2]]
    doubled = replace(
        checked,
        facilities=checked.facilities.set_axis(twice, axis=0),
        source_rows=checked.source_rows.set_axis(twice),
    )
    with pytest.raises(InvalidValueError, match="have the id"):
        plan_import(registry, doubled, sha256=SHA, sourced=tiny_network.facilities)


def test_whoever_cancels_while_a_list_is_written_finds_nothing_of_it(registry, plan, at):
    class Stopped(BaseException):
        """End a run as the screen does: no Exception, so that nothing on the way takes it for a fault."""

    def stop(_done):
        raise Stopped

    first = plan(FIRST)
    with pytest.raises(Stopped):
        apply_import(registry, first, who="甲", at=at, progress=stop)
    assert plan(FIRST).counts == first.counts
    assert apply_import(registry, first, who="甲", at=at) == 1
