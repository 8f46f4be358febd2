"""The published totals and the standards: every one dated, sourced, and never mixed with another."""

import json
import shutil

import pandas as pd
import pytest

from geo import schema
from geo.catalog import DATA_FOLDER, file_sha256
from geo.errors import InvalidValueError, MissingColumnError
from geo.network.counts import read_counts, read_standards
from geo.network.facilities import read_facility_types


@pytest.fixture(scope="module")
def counts():
    return read_counts()


def copy_changed(folder, name, edit):
    listing = json.loads((DATA_FOLDER / "catalog.json").read_text(encoding="utf-8"))
    path = folder / listing[name]["path"]
    shutil.copy(DATA_FOLDER / listing[name]["path"], path)
    edit(pd.read_csv(path, dtype="str")).to_csv(path, index=False)
    listing[name]["sha256"] = file_sha256(path)
    (folder / "catalog.json").write_text(json.dumps(listing), encoding="utf-8")


def test_every_gathered_total_is_there_with_its_definition(counts):
    gathered = pd.read_csv(DATA_FOLDER / "raw" / "network_counts.csv", dtype="str")
    assert len(counts) == len(gathered) == 48
    assert counts[schema.DEFINITION].tolist() == gathered["facility_type"].tolist()
    assert counts[schema.COUNT].tolist() == gathered["count"].astype(int).tolist()
    assert counts[[schema.SOURCE, schema.AS_OF, schema.DEFINITION, schema.SERIES]].notna().all().all()


def test_one_series_is_one_definition(counts):
    pairs = counts[[schema.SERIES, schema.DEFINITION]].drop_duplicates()
    assert pairs[schema.SERIES].is_unique
    assert pairs[schema.DEFINITION].is_unique


def test_within_a_series_one_region_and_date_has_one_total(counts):
    told = counts.groupby([schema.SERIES, schema.REGION, schema.AS_OF_SORT])[schema.COUNT].nunique()
    assert (told == 1).all()


def test_the_two_registers_of_drivers_homes_are_two_series(counts):
    homes = counts[counts[schema.FACILITY_TYPE] == "drivers_home"].set_index(schema.SERIES)[schema.COUNT]
    assert homes["drivers_home_union_subsidised"] == 254
    assert homes["drivers_home_transport_department"] == 63


def test_the_totals_of_the_types_are_the_whole_series_of_the_province(counts):
    whole = counts[(counts[schema.DEFINITION_PART] == "whole") & (counts[schema.REGION] == "450000")]
    totals = whole.groupby(schema.FACILITY_TYPE)[schema.COUNT].agg(["min", "max"])
    published = read_facility_types()[schema.PUBLISHED_TOTAL].dropna().astype(int).sort_index()
    assert totals["min"].to_dict() == totals["max"].to_dict() == published.to_dict()


def test_parts_of_the_stations_and_palaces_add_up_where_the_source_says_so(counts):
    total = counts.groupby(schema.SERIES)[schema.COUNT].last()
    assert total["worker_station_own"] + total["worker_station_shared"] == 6062
    assert total["cultural_palace_built"] + total["cultural_palace_under_construction"] == 102 - 24


def test_regions_are_known_and_a_township_hangs_on_its_county(counts, network):
    known = {"100000", *network.regions.index}
    assert set(counts[schema.REGION]) <= known
    dapu = counts[counts[schema.REGION_LEVEL] == "township"]
    assert dapu[schema.REGION].tolist() == ["450222"]
    assert dapu[schema.REGION_NAME].tolist() == ["柳城县大埔镇"]


def test_undated_totals_can_be_sorted_and_keep_their_words(counts):
    undated = counts[counts[schema.AS_OF].str.startswith("原文未署日期")]
    assert len(undated) == 21
    assert set(undated[schema.AS_OF_SORT]) == {"2025-01"}
    assert counts[schema.AS_OF_SORT].str.match(r"^\d{4}(-\d{2}){0,2}$").all()


def test_an_honour_is_no_facility(counts):
    honours = counts[counts[schema.FACILITY_TYPE].isna()]
    assert honours[schema.SERIES].str.startswith("honour_").all()
    assert len(honours) == 3


def test_every_standard_says_what_it_stands_on():
    standards = read_standards()
    assert standards.notna().all().all()
    assert set(standards[schema.FACILITY_TYPE]) <= set(read_facility_types().index)
    assert set(standards[schema.STANDING]) == set(schema.STANDINGS)
    double_15 = standards[
        (standards[schema.FACILITY_TYPE] == "worker_station") & (standards[schema.STANDING] == "official")
    ]
    found = dict(zip(double_15[schema.MEASURE], double_15[schema.THRESHOLD], strict=True))
    assert found == {"straight_line_m": 1000.0, "walk_minutes": 15.0}
    assert not double_15[schema.MEASURE].duplicated().any()


def test_a_table_of_totals_that_is_not_one_is_refused(tmp_path):
    copy_changed(tmp_path, "counts", lambda counts: counts.drop(columns="definition"))
    with pytest.raises(MissingColumnError, match="counts lacks definition"):
        read_counts(tmp_path)
    copy_changed(tmp_path, "counts", lambda counts: counts.assign(definition_part="all"))
    with pytest.raises(InvalidValueError, match=r"counts\.definition_part holds all"):
        read_counts(tmp_path)


def test_a_table_of_standards_that_is_not_one_is_refused(tmp_path):
    copy_changed(tmp_path, "standards", lambda standards: standards.drop(columns="unit"))
    with pytest.raises(MissingColumnError, match="standards lacks unit"):
        read_standards(tmp_path)
    copy_changed(tmp_path, "standards", lambda standards: standards.assign(standing="law"))
    with pytest.raises(InvalidValueError, match=r"standards\.standing holds law"):
        read_standards(tmp_path)
