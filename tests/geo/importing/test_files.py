"""Three stations in every way offices write them: one file a quirk, and each is read to the same places."""

import datetime as dt
from pathlib import Path

import pytest

from geo.importing.checks.check_list import to_facilities
from geo.importing.checks.list_datum import hinted_datum
from geo.importing.columns.header_matching import match_columns
from geo.importing.readers.any_file import read_list
from tests.geo.importing import make_files

FILES = sorted((Path(__file__).parent / "files").iterdir())
DAY = dt.date(2026, 11, 26)
STATIONS = {
    "甲街驿站": ("450103", 108.37, 22.81),
    "乙街驿站": ("450102", 108.38, 22.86),
    "丙街驿站": ("450332", 110.83, 24.84),
}
# What is said of a file as a whole; the type is always told by the names.
OF_FILE = {
    "text-named-xls.xls": {"wrong_ending"},
    "merged-header-title-total-note.xlsx": {"merged_cells"},
    "several-sheets-and-a-summary.xlsx": {"sheets_left_out"},
    "excel-2003.xls": {"merged_cells"},
    "ovital-with-folders.ovkml": {"ovkml_datum"},
    "geopackage-of-gdal-in-metres.gpkg": {"crs_converted"},
}
# What is said of each row that is a station; a row of totals is said to be none.
OF_ROWS = {"swapped.csv": {"coordinates_swapped"}, "times-a-million.csv": {"coordinates_scaled"}}
LEFT_OUT = {"merged-header-title-total-note.xlsx": 2, "totals-blank-rows-and-columns.xlsx": 4}
HINTED = {
    "amap.csv": "GCJ-02",
    "baidu.csv": "BD-09",
    "ovital-with-folders.ovkml": "GCJ-02",
    "merged-header-title-total-note.xlsx": "WGS-84",
}


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_way_to_write_three_stations_gives_their_places(network, knowledge, path):
    found, left_out, of_file = {}, 0, set()
    for table in read_list(path.read_bytes(), file_name=path.name):
        mapping = match_columns(table, knowledge.words)
        hint = hinted_datum(table, mapping, knowledge.words)
        assert hint == HINTED.get(path.name)
        checked = to_facilities(
            table, mapping, network, datum=hint or "WGS-84", checked_on=DAY, knowledge=knowledge
        )
        assert len(checked.rest) == 0, checked.findings.to_string()
        codes = checked.findings["finding_code"]
        told = checked.findings["row"].notna()
        of_file |= set(codes[~told]) - {"type_from_name"}
        left_out += (codes == "row_left_out").sum()
        assert set(codes[told]) - {"row_left_out"} == OF_ROWS.get(path.name, set())
        for site in checked.facilities.itertuples():
            assert (site.facility_type, site.place_precision) == ("worker_station", "point")
            found[site.name] = (site.county, round(site.geometry.x, 5), round(site.geometry.y, 5))
    assert found == STATIONS
    assert (of_file, left_out) == (OF_FILE.get(path.name, set()), LEFT_OUT.get(path.name, 0))


def test_the_files_of_text_are_what_their_maker_makes():
    made = make_files.texts()
    assert {path.name: path.read_bytes() for path in FILES if path.name in made} == made
    assert {path.name for path in FILES} >= set(HINTED) | set(OF_FILE) | set(OF_ROWS) | set(LEFT_OUT)
