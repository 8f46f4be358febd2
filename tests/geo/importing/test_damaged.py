"""Damaged and strange files: one refusal each with its true reason, in time that grows as the file does."""

import datetime as dt
import io
import json
import re
import sqlite3
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapefile

from geo.importing.errors import BOUNDS, ReadingCancelledError, UnreadableListError, beyond
from geo.importing.readers import any_file
from geo.importing.readers.any_file import read_list
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapes import feature_table
from geo.importing.readers.workbook import cell_text
from geo.importing.readers.xls_limits import require_small_xls

FILES = Path(__file__).parent / "files"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases"
DAMAGED = sorted((SHARED / "damaged").glob("exc_*")) if SHARED.exists() else []


def refused(data, name):
    """Refuse a file for a stated reason, in one line of each language and without empty brackets."""
    with pytest.raises(UnreadableListError) as fault:
        read_list(data, file_name=name)
    for line in (fault.value.in_language("zh"), str(fault.value)):
        assert line.strip()
        assert "\n" not in line
        assert not re.search(r"[（(]\s*[)）]", line)
    assert re.search("[\u4e00-\u9fff]", fault.value.in_language("zh"))
    return fault.value


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.skipif(not DAMAGED, reason="the shared cases are not here")
@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.name)
def test_a_damaged_archive_is_refused_by_its_own_reader(path, caplog):
    said = refused(path.read_bytes(), path.name)
    assert "broken archive" in str(said)
    assert not caplog.records


@pytest.mark.parametrize(
    "fault", [KeyError("a"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), MemoryError()]
)
def test_what_no_reader_foresaw_is_one_refusal_and_the_trace_is_in_the_log_alone(fault, monkeypatch, caplog):
    def fail(*_args, **_kwargs):
        raise fault

    monkeypatch.setattr(any_file, "read_text", fail)
    said = refused("名称,县区\n甲,青秀区\n".encode(), "名单.csv")
    assert "名单.csv" in said.in_language("zh")
    assert type(fault).__name__ not in said.in_language("zh") + str(said)
    assert caplog.records[0].exc_info[1] is fault


def test_a_refusal_is_one_line_that_can_be_shown_whatever_the_file_is_called():
    said = refused(b"", "a\nb\udcff\x1b" + "c" * 9_000 + ".csv")
    assert len(said.in_language("zh")) <= 400
    said.in_language("zh").encode()
    str(said).encode()


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_that_is_passed_is_named_with_what_was_found(bound):
    most = BOUNDS[bound].most
    exact = beyond(bound, most + 7, file_name="a.csv", where="表一")
    for line in (exact.in_language("zh"), str(exact)):
        assert f"{most + 7:,}" in line
        assert f"{most:,}" in line
        assert "表一" in line
    stopped = beyond(bound, None, file_name="a.csv", line=3)
    assert f"超过 {most:,}" in stopped.in_language("zh")
    assert "第 3 行" in stopped.in_language("zh")
    assert f"line 3 has more than {most:,}" in str(stopped)


def sheet(rows, columns):
    from tests.geo.importing.test_hostile import raw_workbook

    corners = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="{column}{row}"><v>1</v></c></row>'
        for row, column in ((1, columns), (rows, columns))
    )
    return raw_workbook(corners)


def test_of_a_sheet_too_large_the_bound_it_passes_is_named():
    said = str(refused(sheet(199_000, "AN"), "a.xlsx"))
    assert "7,960,000 cells (rows × columns), at most 3,000,000" in said
    assert "200,000 rows" not in said
    assert "more than 200,000 rows, at most 200,000" in str(refused(sheet(210_000, "B"), "a.xlsx"))
    assert "677 columns, at most 256" in str(refused(sheet(3, "ZA"), "a.xlsx"))


@pytest.mark.slow
def test_all_sheets_together_are_bounded(workbook):
    budget = Budget("a.xls")
    budget.take("filled", 2_000_000)
    with pytest.raises(UnreadableListError, match="more than 3,000,000 cells"):
        budget.take("filled", 1_000_001)
    crowd = workbook({f"s{number}": [["名称", "县区"], ["甲", "青秀区"]] for number in range(501)})
    assert "more than 500 sheets or layers" in str(refused(crowd, "a.xlsx"))


def test_cells_without_an_address_are_counted_as_the_reader_places_them():
    from tests.geo.importing.test_hostile import raw_workbook

    wide = '<row r="1">' + "<c><v>1</v></c>" * 300 + '</row><row r="150000"><c r="A150000"><v>1</v></c></row>'
    assert "columns" in str(refused(raw_workbook(wide), "a.xlsx"))
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = [("名称", "县区"), ("甲站", "青秀区"), ("乙站", "兴宁区")]
    sound = raw_workbook("".join(f"<row>{''.join(map(text.format, row))}</row>" for row in rows))
    (table,) = read_list(sound, file_name="a.xlsx")
    assert list(table.rows["名称"]) == ["甲站", "乙站"]


def test_an_ods_that_lacks_any_one_tag_is_refused_and_never_read_for_ever():
    """The reader waits for the end of a table; where it never comes, only the processor's time ends it."""
    with zipfile.ZipFile(FILES / "open-document.ods") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    content = parts["content.xml"]
    ends = [match for match in re.finditer(rb"</?[^>?]*[^/]>", content) if b"/>" not in match.group()]
    assert len(ends) > 60
    for end in ends:
        damaged = {**parts, "content.xml": content[: end.start()] + content[end.end() :]}
        assert refused(zipped(damaged), "a.ods").code == "workbook_damaged", end


def test_an_ods_that_declares_an_entity_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    assert "declares the entity" in str(refused(zipped({"mimetype": kind, "content.xml": bomb}), "a.ods"))


def test_blank_rows_between_two_rows_of_an_ods_are_counted():
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    row, blank = (
        "<table:table-row>{}</table:table-row>",
        '<table:table-cell table:number-columns-repeated="9"/>',
    )
    gap = f'<table:table-row table:number-rows-repeated="1000000">{blank}</table:table-row>'
    content = f'<table:table table:name="a">{row.format(cell)}{gap}{row.format(cell)}</table:table>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    said = str(refused(zipped({"mimetype": kind, "content.xml": content}), "a.ods"))
    assert "1,000,002 rows" in said


def old_workbook():
    return bytearray((FILES / "excel-2003.xls").read_bytes())


def test_an_old_workbook_with_a_password_says_so():
    data = old_workbook()
    # The record after the first one becomes FILEPASS, and what follows is what a cipher leaves.
    begin = data.index(struct.pack("<HHH", 0x0809, 16, 0x0600))
    after = begin + 20
    length = struct.unpack_from("<H", data, after + 2)[0]
    data[after : after + 2] = struct.pack("<H", 0x002F)
    at = after + 4 + length
    while at + 4 <= len(data) and (size := struct.unpack_from("<H", data, at + 2)[0]) < 9_000:
        data[at + 4 : at + 4 + size] = b"\xee" * size
        at += 4 + size
    said = refused(bytes(data), "名单.xls")
    assert "password" in str(said)
    assert "密码" in said.in_language("zh")


def test_an_old_workbook_that_says_it_has_more_than_it_can_is_refused_before_memory_is_set_aside():
    dimensions, texts = struct.pack("<HH", 0x0200, 14), struct.pack("<H", 0x00FC)
    # One wrong byte: the first row, the last one, the first column, the number of shared texts.
    for mark, place in ((dimensions, 4), (dimensions, 10), (dimensions, 13), (texts, 11)):
        data = old_workbook()
        data[data.index(mark, 512) + place] = 0x6C
        with pytest.raises(UnreadableListError, match="no sound workbook"):
            require_small_xls(bytes(data), budget=Budget("a.xls"))


def test_a_document_of_word_is_not_called_a_damaged_workbook():
    data = bytes(old_workbook()).replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    assert "holds no workbook" in str(refused(data, "a.xls"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (dt.timedelta(hours=36), "36:00:00"),
        (dt.timedelta(days=12, hours=7, minutes=12), "295:12:00"),
        (dt.timedelta(hours=-4, minutes=-48), "-04:48:00"),
        (dt.timedelta(days=12345, hours=16, minutes=17, seconds=36.96), "296296:17:36.960"),
        (dt.timedelta(seconds=28799, microseconds=999_999), "08:00:00"),
        (dt.timedelta(), "00:00:00"),
        (dt.time(8, 30), "08:30:00"),
    ],
)
def test_a_duration_reads_as_excel_shows_it(cell, text):
    assert cell_text(cell) == text


def test_a_duration_in_a_workbook_is_hours_and_minutes():
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ("名称", "县区", "时长"))
        page.write_row(1, 0, ("甲站", "青秀区"))
        page.write_number(1, 2, 1.5, book.add_format({"num_format": "[h]:mm"}))
    (table,) = read_list(stream.getvalue(), file_name="a.xlsx")
    assert table.rows["时长"].tolist() == ["36:00:00"]


def shapefile_of(kind, draw, *, rows=1):
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=kind, encoding="utf-8") as writer:
        writer.field("NAME", "C", 20)
        for number in range(rows):
            draw(writer)
            writer.record(f"站{number}")
    return zipped({f"a.{ending}": stream.getvalue() for ending, stream in parts.items()})


def place_of(data, name="a.zip"):
    (table,) = read_list(data, file_name=name)
    row = table.rows.iloc[0]
    return float(row["geometry_lon"]), float(row["geometry_lat"]), row.get("geometry_kind")


def test_a_multipatch_is_placed_on_one_of_its_corners():
    ring = [(108, 22, 0.0), (109, 22, 5.0), (109, 23, 5.0), (108, 22, 0.0)]
    data = shapefile_of(shapefile.MULTIPATCH, lambda writer: writer.multipatch([ring], [shapefile.RING]))
    lon, lat, kind = place_of(data)
    assert kind == "MultiPatch"
    assert (lon, lat) in {point[:2] for point in ring}


SQUARE = [(0, 0), (0, 4), (4, 4), (4, 0), (0, 0)]
HOLE = [(1, 1), (3, 1), (3, 3), (1, 3), (1, 1)]
FAR = [(10, 0), (10, 1), (11, 1), (11, 0), (10, 0)]


@pytest.mark.parametrize(
    ("rings", "kind"),
    [([SQUARE], "Polygon"), ([SQUARE, HOLE], "Polygon"), ([FAR, SQUARE, HOLE], "MultiPolygon")],
)
def test_an_area_stands_for_a_point_inside_its_largest_outline_and_in_no_hole(rings, kind):
    lon, lat, found = place_of(shapefile_of(shapefile.POLYGON, lambda writer: writer.poly(rings)))
    assert found == kind
    assert 0 < lon < 4
    assert 0 < lat < 4
    assert HOLE not in rings or not (1 < lon < 3 and 1 < lat < 3)


def test_a_shape_cut_short_is_named_by_its_number():
    data = shapefile_of(shapefile.POINT, lambda writer: writer.point(108, 22), rows=3)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["a.shp"] = members["a.shp"][:-6]
    said = refused(zipped(members), "a.zip")
    assert "shape 3" in str(said)
    assert "第 3 个图形" in said.in_language("zh")


def dbf_in(encoding, *, says):
    """Give a zipped Shapefile whose .dbf is of one encoding and whose .cpg says another, or nothing."""
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POINT, encoding=encoding) as writer:
        writer.field("名称", "C", 30)
        for name in ("民族大道工会驿站", "人民公园驿站"):
            writer.point(108.37, 22.81)
            writer.record(name)
    members = {f"a.{ending}": stream.getvalue() for ending, stream in parts.items()}
    return zipped(members | ({"a.cpg": says} if says else {}))


@pytest.mark.parametrize(
    "says", ["UTF-8", "65001", "GBK", "936", "ANSI 936", "rot13", "hex", "ISO 88591", "", "甲"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_cpg_against_the_bytes_is_not_believed_and_that_is_said(encoding, says):
    (table,) = read_list(dbf_in(encoding, says=says), file_name="a.zip")
    if says == "ISO 88591" and encoding == "gbk":
        # Any bytes are Latin letters: what is declared may be so.
        return
    assert list(table.rows["名称"]) == ["民族大道工会驿站", "人民公园驿站"]
    lied = says == "ISO 88591" or (says in {"UTF-8", "65001"}) != (encoding == "utf-8")
    known = says not in {"rot13", "hex", "", "甲"}
    assert ("encoding_other" in {one.code for one in table.remarks}) == (known and lied)


def test_what_macos_packs_beside_every_file_is_no_layer():
    with zipfile.ZipFile(io.BytesIO(dbf_in("utf-8", says=""))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    twins = {f"__MACOSX/._{name}": b"\x00\x05\x16\x07" + bytes(60) for name in members}
    assert len(read_list(zipped(members | twins | {"._a.shp": b"x"}), file_name="a.zip")) == 1


def test_what_excel_leaves_beside_an_open_file_is_named():
    said = refused(b"\x05admin" + b" " * 50 + b"\x05\x00a\x00d\x00", "~$名单.xlsx")
    assert "without ~$" in str(said)


def test_a_workbook_whose_sheets_are_all_hidden_names_them():
    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    for name in ("封面", "青秀区名单"):
        for row in (["名称", "县区"], ["甲站", "青秀区"]):
            book.create_sheet(name).append(row) if name not in book.sheetnames else book[name].append(row)
    book["青秀区名单"].sheet_state = book["封面"].sheet_state = "hidden"
    book.save(stream)
    assert "青秀区名单" in refused(stream.getvalue(), "a.xlsx").in_language("zh")


def test_a_map_file_without_places_is_not_asked_for_a_row_of_headers():
    for data, name in (
        (b'{"type":"FeatureCollection","features":[]}', "a.geojson"),
        (b"<kml><Document><name>x</name></Document></kml>", "a.kml"),
        (geopackage(LISTED, rows=0), "a.gpkg"),
    ):
        assert "headers" not in str(refused(data, name))


GEOMETRY = {"type": "Point", "coordinates": [108, 22]}


@pytest.mark.parametrize("kind", [[], {}, 1, None, True, ["Feature"], {"a": 1}])
def test_a_geojson_whose_type_is_no_text_is_refused(kind):
    for root in (
        {"type": kind},
        {"type": "FeatureCollection", "features": [{"type": kind, "geometry": None, "properties": {}}]},
        {"type": "Feature", "geometry": {**GEOMETRY, "type": kind}, "properties": {}},
        {
            "type": "Feature",
            "geometry": {"type": "GeometryCollection", "geometries": [{**GEOMETRY, "type": kind}]},
            "properties": {},
        },
    ):
        assert "no valid GeoJSON" in str(refused(json.dumps(root).encode(), "a.geojson"))


def test_heights_on_some_positions_alone_do_no_harm():
    line = {"type": "LineString", "coordinates": [[108, 22], [109, 22, 30]]}
    data = json.dumps({"type": "Feature", "geometry": line, "properties": {"名称": "甲"}}).encode()
    assert place_of(data, "a.geojson")[2] == "LineString"


def test_a_prefix_nobody_declared_costs_no_place():
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2" xsi:schemaLocation="a b"><Placemark><name>甲</name>'
        "<gx:balloonVisibility>1</gx:balloonVisibility><Point><coordinates>108,22</coordinates></Point>"
        "</Placemark></kml>"
    )
    assert place_of(text.encode(), "a.kml")[:2] == (108.0, 22.0)


LISTED = "INSERT INTO gpkg_contents VALUES ('t', 'attributes');"


def geopackage(sql, *, rows=1):
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "PRAGMA application_id = 1196444487; CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
        "CREATE TABLE t (名称 TEXT, 县区 TEXT);"
    )
    connection.executescript(sql)
    connection.executemany(
        "INSERT INTO t VALUES (?, '青秀区')", [(f"{number}号站",) for number in range(rows)]
    )
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def test_a_layer_listed_many_times_is_read_once():
    assert len(read_list(geopackage(LISTED * 50), file_name="a.gpkg")) == 1


def test_a_geopackage_without_its_tables_or_with_a_broken_page_says_which():
    assert "lacks the tables" in str(refused(geopackage("DROP TABLE gpkg_contents;"), "a.gpkg"))
    sound = geopackage(LISTED)
    broken = sound[:4096] + b"\xff" * 4096 + sound[8192:]
    assert "damaged database" in str(refused(broken, "a.gpkg"))


def seconds(data, name):
    """Give the processor's time for one file, the shorter of two readings."""
    taken = []
    for _ in range(2):
        begin = time.process_time()
        read_list(data, file_name=name)
        taken.append(time.process_time() - begin)
    return min(taken)


def places(count):
    place = "<Placemark><name>{}</name><Point><coordinates>108,22</coordinates></Point></Placemark>"
    return f"<kml><Document>{''.join(map(place.format, range(count)))}</Document></kml>".encode()


def styles(count):
    return f"<kml><Document>{'<Style/>' * 3 * count}</Document>{'<Placemark/>' * count}</kml>".encode()


def blanks(count):
    text = f"1{' ' * 30 * count}2"
    point = f"<Placemark><name>a</name><Point><coordinates>{text}</coordinates></Point></Placemark>"
    return f"<kml>{point}</kml>".encode()


def half_tags(count):
    return f"<kml><Placemark><name><![CDATA[{'<a' * 20 * count}]]></name></Placemark></kml>".encode()


def corners(count):
    ring = np.random.default_rng(1).random((8 * count, 2)).tolist()
    polygon = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return json.dumps({"type": "Feature", "geometry": polygon, "properties": {"名称": "a"}}).encode()


def rings(count):
    starts = np.linspace(0, 100, count)
    outlines = [
        [(x, 0), (x, 0.1), (x + 0.1, 0.1), (x, 0)][:: -1 if at % 2 else 1] for at, x in enumerate(starts)
    ]
    return shapefile_of(shapefile.POLYGON, lambda writer: writer.poly(outlines))


def quotes(count):
    return ("名称,县区,地址\n" + '"a\nb","c","d"\n' * 2 * count).encode()


def table_rows(count):
    return geopackage(LISTED, rows=5 * count)


def sheets(count):
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for _ in range(count // 50):
            page = book.add_worksheet()
            for row in range(30):
                page.write_row(row, 0, ("甲站", "青秀区") if row else ("名称", "县区"))
    return stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (places, "a.kml"),
        (styles, "a.kml"),
        (blanks, "a.kml"),
        (half_tags, "a.kml"),
        (corners, "a.geojson"),
        (rings, "a.zip"),
        (quotes, "a.csv"),
        (table_rows, "a.gpkg"),
        (sheets, "a.xlsx"),
    ],
)
def test_four_times_the_file_takes_nothing_like_the_square_of_the_time(make, name):
    # The best of three: what else the machine does at the moment is not the reader's.
    few, many = (min(seconds(made, name) for _ in range(3)) for made in (make(1_000), make(4_000)))
    # A square takes 16 times as long; what is at the start anyway makes the ratio smaller.
    assert many < 9 * max(few, 0.01)


def test_a_reading_says_how_far_it_is_and_ends_when_it_is_called_off(workbook):
    book = workbook({f"s{number}": [["名称", "县区"], ["甲", "青秀区"]] for number in range(20)})
    for data, name in ((places(4_000), "a.kml"), (quotes(2_000), "a.csv"), (book, "a.xlsx")):
        shares = []
        read_list(data, file_name=name, progress=shares.append)
        assert len(shares) > 2
        assert shares == sorted(shares)
        assert 0 <= shares[0] <= shares[-1] <= 1
        asked = iter([False])
        with pytest.raises(ReadingCancelledError):
            read_list(data, file_name=name, cancelled=lambda asked=asked: next(asked, True))


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not here")
def test_two_hundred_sheets_are_read_with_progress_and_can_be_called_off():
    data, shares = (SHARED / "damaged" / "sheets_200.xlsx").read_bytes(), []
    assert len(read_list(data, file_name="a.xlsx", progress=shares.append)) == 200
    assert len(shares) > 50
    with pytest.raises(ReadingCancelledError):
        read_list(data, file_name="a.xlsx", cancelled=lambda: len(shares) > 50)


def test_vertices_are_bounded_over_the_whole_file():
    budget = Budget("a.kml")
    budget.take("vertices", 2_000_000)
    with pytest.raises(UnreadableListError, match="more than 2,000,000 vertices"):
        budget.take("vertices", 1)


def test_a_table_of_many_fields_on_few_features_each_is_bounded_by_its_cells():
    records = [{f"f{number % 100}": "x"} for number in range(60_000)]
    with pytest.raises(UnreadableListError, match="more than 5,000,000 cells"):
        feature_table(
            records, np.empty(len(records), dtype=object), budget=Budget("a"), part="", kind="geojson"
        )
