"""Files that mean harm, or are not what they say: one clear line, no request, no secret, no memory."""

import http.server
import io
import json
import struct
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from pathlib import Path

import pytest

from geo.importing.errors import UnreadableListError
from geo.importing.readers.any_file import read_list

SECRET = "the-secret-of-this-machine"  # noqa: S105


@pytest.fixture
def trap():
    """Give the address of a server that counts whoever asks it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def refuse(data, name):
    """Refuse a file, in one line of each language, soon."""
    begin = time.process_time()
    with pytest.raises(UnreadableListError) as fault:
        read_list(data if isinstance(data, bytes) else data.encode(), file_name=name)
    assert time.process_time() - begin < 5
    for line in (fault.value.in_language("zh"), str(fault.value)):
        assert line
        assert "\n" not in line
        assert len(line) < 300
        assert SECRET not in line
    return str(fault.value)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def vrt(source):
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.csv", "a.gpkg", "a.shp", "a.vrt", "a.xlsx"])
def test_a_vrt_is_refused_whatever_it_is_called(trap, tmp_path, name):
    address, asked = trap
    secret = tmp_path / "secret.csv"
    secret.write_text(SECRET, encoding="utf-8")
    for source in (f"/vsicurl/{address}/a.csv", str(secret), f"{address}/a.json"):
        assert "is not read" in refuse(vrt(source), name)
    assert asked == []


def test_gdals_own_pipelines_and_addresses_are_no_geojson(trap):
    address, asked = trap
    pipeline = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline read /vsicurl/{address}/a",
    }
    for data in (pipeline, {"type": "Topology"}, {"type": "FeatureCollection"}, {"href": address}, [address]):
        assert "GeoJSON" in refuse(json.dumps(data), "a.geojson")
    assert asked == []


def test_a_text_that_is_an_address_is_only_text(trap):
    address, asked = trap
    refuse(f"/vsicurl/{address}/a.csv", "a.csv")
    refuse(f"/vsicurl/{address}/a.csv", f"/vsicurl/{address}/a.csv")
    assert asked == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a.xlsx"),
        (b"SQLite format 3\x00" + bytes(200), "a.gpkg"),
        (b"SQLite format 3\x00" + bytes(200), "a.xlsx"),
        (b"MZ\x90\x00" + bytes(100), "a.csv"),
        (b"\x89PNG\r\n\x1a\n", "a.kmz"),
        (b"\x00\x01\x02\x03" * 50 + b"\xff" * 100, "a.csv"),
        (b"", "a.csv"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"PK\x03\x04" + bytes(100), "a.zip"),
        (b"PK\x05\x06" + bytes(18), "a.zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "a.xls"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.kml"),
        (b'{"type":"FeatureCollection","features":[]}', "a.csv"),
        (b"name,county\nx,y\n", "a.geojson"),
        (b"name,county\nx,y\n", "a.exe"),
        (b"\n\n ,, \n", "a.csv"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(data, name):
    refuse(data, name)


def test_a_file_over_fifty_megabytes_is_refused_before_anything_is_read():
    assert "more than 50 MB" in refuse(b"a," * (26 * 2**20), "a.csv")


LAUGHS = """<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&d;</name></Placemark></kml>"""


def test_a_kml_of_entities_is_refused(trap, tmp_path):
    address, asked = trap
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    assert "entities" in refuse(LAUGHS, "a.kml")
    for outside in (f"{address}/x", secret.as_uri()):
        entity = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{outside}">]>'
        refuse(f"{entity}<kml><Placemark><name>&x;</name></Placemark></kml>", "a.kml")
        refuse(f'<!DOCTYPE kml SYSTEM "{outside}"><kml><Placemark><name>x</name></Placemark></kml>', "a.kml")
    assert asked == []


def test_a_kml_that_only_points_elsewhere_is_refused_and_nobody_is_asked(trap):
    address, asked = trap
    link = f"<NetworkLink><Link><href>{address}/a.kml</href></Link></NetworkLink>"
    assert "NetworkLink" in refuse(f"<kml><Document>{link}</Document></kml>", "a.kml")
    assert "NetworkLink" in refuse(zipped({"doc.kml": f"<kml>{link}</kml>"}), "a.kmz")
    assert asked == []


def test_the_places_beside_a_link_are_read_and_the_link_is_remarked_upon(trap):
    address, asked = trap
    link = f"<NetworkLink><name>y</name><Link><href>{address}/a.kml</href></Link></NetworkLink>"
    places = "<Placemark><name>甲站</name></Placemark>{}<Placemark><name>乙站</name></Placemark>"
    text = f"<kml><Document><name>驿站</name>{places.format(link + link)}</Document></kml>"
    for data, name in ((text.encode(), "a.kml"), (zipped({"doc.kml": text}), "a.kmz")):
        (table,) = read_list(data, file_name=name)
        assert list(table.rows["name"]) == ["甲站", "乙站"]
        assert set(table.rows["文件夹"]) == {"驿站"}
        assert [one.value for one in table.remarks if one.code == "link_not_followed"] == ["2"]
    assert asked == []


@pytest.mark.parametrize(
    "text",
    [
        "<kml>" + "<Folder>" * 100_000 + "</Folder>" * 100_000 + "</kml>",
        "<kml><Placemark>",
        "<kml><Placemark><name>\x01</name></Placemark></kml>",
        '<?xml version="1.0" encoding="gbk"?><kml><Placemark><name>驿站€\udcff'.encode(
            "utf-8", "surrogateescape"
        ),
    ],
)
def test_broken_and_bottomless_xml_is_refused(text):
    refuse(text, "a.kml")


@pytest.mark.slow
def test_a_zip_that_unpacks_to_three_hundred_megabytes_is_refused():
    bomb = zipped({"a.shp": bytes(301 * 2**20)})
    assert len(bomb) < 400_000
    assert "unpacks to" in refuse(bomb, "a.zip")


@pytest.mark.parametrize(
    "name", ["../a.shp", "/etc/a.shp", "a/../../b.shp", "C:/a.shp", "..\\a.shp", "\\\\x\\a.shp"]
)
def test_a_zip_that_names_a_path_outside_itself_is_refused(name):
    assert "outside itself" in refuse(zipped({name: b"x"}), "a.zip")


def test_links_encryption_odd_methods_and_crowds_in_a_zip_are_refused():
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = 0o120777 << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in refuse(stream.getvalue(), "a.zip")
    plain = zipped({"a.shp": b"x" * 100}, zipfile.ZIP_STORED)
    at = plain.index(b"PK\x01\x02") + 8
    locked = bytearray(plain)
    locked[at] |= 1
    locked[6] |= 1
    assert "encrypted" in refuse(bytes(locked), "a.zip")
    assert "method" in refuse(zipped({"a.shp": b"x" * 100}, zipfile.ZIP_BZIP2), "a.zip")
    crowd = zipped({f"{number}.txt": b"" for number in range(2_001)}, zipfile.ZIP_STORED)
    assert "more than 2000 files" in refuse(crowd, "a.zip")


@pytest.mark.slow
def test_a_zip_of_a_hundred_thousand_members_is_refused_at_once():
    crowd = zipped({f"{number}.txt": b"" for number in range(100_000)}, zipfile.ZIP_STORED)
    assert "more than 2000 files" in refuse(crowd, "a.zip")


def test_a_zip_whose_directory_lies_about_sizes_is_refused():
    data = bytearray(zipped({"a.shp": b"x" * 5_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    refuse(bytes(data), "a.zip")


def test_an_archive_of_tables_says_to_unpack_it():
    assert "Unpack it" in refuse(zipped({"a.csv": "名称,县区\n"}), "a.zip")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"type":"Feature","geometry":null,"properties":{"a":NaN}}',
        '{"type":"Feature","geometry":null,"properties":{"a":Infinity}}',
        '{"type":"Feature","geometry":null,"properties":{"a":1e400}}',
        '{"type":"Feature","geometry":null,"properties":{"a":' + "9" * 5000 + "}}",
        '{"type":"Feature","geometry":null,"properties":{"a":"\\ud800"}}',
        '{"type":"Feature","geometry":null,"properties":{"a":["\\udc00"]}}',
        '{"type":"Feature","geometry":null,"properties":{"a":1,"a":2}}',
        '{"type":"Feature","geometry":null,"properties":{}} trailing',
        '{"type":"Feature","geometry":null}',
        '{"type":"Feature","properties":{}}',
        '{"type":"Feature","geometry":null,"properties":[]}',
        '{"type":"Feature","geometry":null,"properties":{},"id":true}',
        '{"type":"Feature","geometry":null,"properties":{},"coordinates":[1,2]}',
        '{"type":"Feature","geometry":{"type":"Point"},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[1]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":["1","2"]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[true,2]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[512345,2523456]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Circle","coordinates":[1,2]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2]]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,2],[2,2],[2,3],[1,3]]]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2],"properties":{}},"properties":{}}',
        '{"type":"Feature","geometry":null,"properties":{},"bbox":[1,2,3]}',
        '{"type":"Feature","geometry":null,"properties":{},"bbox":null}',
        '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[]]},"properties":{}}',
        '{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[]]},"properties":{}}',
        '{"type":"FeatureCollection","features":{}}',
        '{"type":"FeatureCollection","features":[1]}',
        '{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}',
        '{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":null}}',
        b'{"type":"Feature","geometry":null,"properties":{"a":"\xff"}}',
        "[]",
        "{}",
        "{'a':1}",
    ],
)
def test_what_rfc_7946_or_json_forbids_is_refused(text):
    refuse(text, "a.geojson")


def test_an_sqlite_function_in_a_table_is_not_run():
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """
        PRAGMA application_id = 1196444487;
        CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        CREATE TABLE t (名称 TEXT, big AS (hex(名称)));
        INSERT INTO t (名称) VALUES ('甲');
        INSERT INTO gpkg_contents VALUES ('t', 'attributes');
        """
    )
    data = connection.serialize()
    connection.close()
    assert "No list" in refuse(data, "a.gpkg")


def test_a_geopackage_cut_short_is_refused():
    refuse(b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(200), "a.gpkg")


def sheet_xml(rows):
    names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{names}"><sheetData>{rows}</sheetData></worksheet>'


def raw_workbook(rows, strings=""):
    import openpyxl

    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["名称", "县区"])
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet_xml(rows)
    if strings:
        members["xl/sharedStrings.xml"] = strings
    return zipped(members)


def test_one_cell_in_the_farthest_corner_does_not_fill_the_memory():
    data = raw_workbook(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert "too large" in refuse(data, "a.xlsx")
    wide = raw_workbook('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>')
    assert "too large" in refuse(wide, "a.xlsx")


def test_an_ods_that_repeats_cells_a_million_times_is_refused():
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16000">'
        "<text:p>x</text:p></table:table-cell>"
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">'
        f"{cell}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    assert "too large" in refuse(zipped({"mimetype": kind, "content.xml": content}), "a.ods")


CHILD = """
    import re, sys
    from geo.importing.readers.any_file import read_list
    from geo.importing.errors import UnreadableListError
    try:
        read_list(sys.stdin.buffer.read(), file_name="a.xlsx")
        print("read")
    except UnreadableListError as fault:
        print("refused")
    # Not getrusage: its peak is inherited from whoever started the process.
    print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def in_a_child(data, program=CHILD):
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process's memory is read from Linux's /proc")
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=data,
        capture_output=True,
        check=True,
        timeout=120,
    )
    said, megabytes = run.stdout.decode().split()
    return said, int(megabytes)


@pytest.mark.slow
def test_a_workbook_of_a_million_rows_is_refused_within_five_hundred_megabytes():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c></row>' for n in range(1, 1_000_001)
    )
    said, megabytes = in_a_child(raw_workbook(rows))
    assert said == "refused"
    assert megabytes < 500


@pytest.mark.slow
def test_a_workbook_of_huge_shared_strings_is_refused_within_five_hundred_megabytes():
    item = f"<si><t>{'站' * 30_000}</t></si>"
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{item * 2_500}</sst>'
    said, megabytes = in_a_child(raw_workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings))
    assert said == "refused"
    assert megabytes < 500


def test_a_workbook_with_a_password_says_so():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refuse(data, "a.xlsx")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_workbook_with_a_broken_part_is_refused(part):
    import openpyxl

    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    refuse(zipped(members | {part: b"<worksheet><sheetData><row"}), "a.xlsx")


@pytest.mark.slow
def test_a_csv_wider_or_longer_than_any_list_is_refused():
    assert "line 1 has 301 columns, at most 256" in refuse("名称," * 300 + "\n", "a.csv")
    assert "more than 200,000 rows" in refuse("名称,县区\n" + "a,b\n" * 200_100, "a.csv")
    assert "more than 5,000,000 cells" in refuse("名称,县区\n" + ("a," * 249 + "a\n") * 20_001, "a.csv")


def test_a_cell_too_long_is_not_called_an_open_quote_nor_the_other_way_round():
    long_cell = f'名称,县区\n"{"a" * 40_000}",b\n'
    assert "line 2 has 40,000 letters in one cell, at most 32,767" in refuse(long_cell, "a.csv")
    # The csv module gives up at 131,072 letters of either.
    for cell in ("a" * 150_000, f'"{"a" * 150_000}"', '"' + "甲乙\n" * 50_000 + '"'):
        said = refuse(f"名称,县区,地址\n甲站,青秀区,{cell}\n乙站,青秀区,b\n", "a.csv")
        assert "line 2 has more than 32,767 letters in one cell" in said
    for rows in (2, 40, 20_000):
        text = '名称,县区,地址\n甲站,青秀区,a\n"乙站,青秀区,b\n' + "丙站,青秀区,c\n" * rows
        assert "line 3" in refuse(text, "a.csv")
        assert "quote does not close" in refuse(text + '"丁站",青秀区,d\n', "a.csv")
    assert "line 2" in refuse('名称,县区\n甲站,"青秀区\n', "a.csv")


def test_null_characters_are_no_text():
    refuse("名称,县区\n甲\x00站,青秀区\n", "a.csv")


CROWDS = """
    import re, sys
    from geo.importing.readers.any_file import read_list
    from geo.importing.errors import UnreadableListError
    point = b'{"type":"Point","coordinates":[108.123456,22.123456]}'
    feature = b'{"type":"Feature","geometry":%s,"properties":{}}' % point
    start = b'{"type":"FeatureCollection","features":['
    crowds = {
        "things.geojson": b"[" + b"{}," * 12_000_000 + b"{}]",
        "features.geojson": start + b",".join([feature] * 400_000) + b"]}",
        "numbers.json": b"[" + b"0," * 20_000_000 + b"0]",
        "places.kml": b"<kml>" + b"<Placemark/>" * 3_000_000 + b"</kml>",
    }
    for name, data in crowds.items():
        try:
            read_list(data, file_name=name)
            sys.exit(f"{name} was read")
        except UnreadableListError:
            pass
    print("refused", int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.slow
def test_crowds_of_tiny_things_are_refused_within_five_hundred_megabytes():
    said, megabytes = in_a_child(b"", CROWDS)
    assert said == "refused"
    assert megabytes < 500


def old_workbook():
    """Give the .xls that xlwt wrote, and where the cell of its last row stands in it."""
    data = bytearray((Path(__file__).parent / "files" / "excel-2003.xls").read_bytes())
    # Records of numbers and of shared texts: kind, length, row, column.
    cells = [
        at
        for at in range(512, len(data) - 8)
        if bytes(data[at : at + 4]) in {b"\x03\x02\x0e\x00", b"\xfd\x00\x0a\x00"}
    ]
    return data, cells[-1]


@pytest.mark.slow
def test_an_old_workbook_with_a_cell_in_the_farthest_corner_is_refused_without_filling_the_memory():
    data, at = old_workbook()
    data[at + 4 : at + 8] = struct.pack("<HH", 65_535, 255)
    said, megabytes = in_a_child(bytes(data), CHILD.replace("a.xlsx", "a.xls"))
    assert said == "refused"
    assert megabytes < 500


def test_an_old_workbook_whose_sectors_run_in_a_circle_is_refused():
    data, _ = old_workbook()
    fat = 512 + struct.unpack_from("<I", data, 76)[0] * 512
    for sector in range(128):
        data[fat + 4 * sector : fat + 4 * sector + 4] = struct.pack("<I", sector)
    assert "no sound workbook" in refuse(bytes(data), "a.xls")


def renamed(members, old, new):
    """Give the members of a workbook with its sheet under another name, which its relations tell."""
    return {
        name.replace(old, new): content.replace(old.encode(), new.encode())
        for name, content in members.items()
    }


def test_a_sheet_is_counted_whatever_it_is_called():
    data = raw_workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in ("worksheets/sheet1.dat", "media/image1.png"):
        assert "too large" in refuse(zipped(renamed(members, "worksheets/sheet1.xml", name)), "a.xlsx")


def test_another_kind_of_workbook_inside_an_xlsx_is_refused():
    with zipfile.ZipFile(io.BytesIO(raw_workbook(""))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert "no plain .xlsx" in refuse(zipped({**members, "content.xml": b"x"}), "a.xlsx")
    # Under its own name too: whoever is asked to rename it only comes back with it.
    for name in ("a.xlsx", "a.xlsb"):
        assert "Save As" in refuse(zipped({**members, "xl/workbook.bin": b"x"}), name)


def test_an_entity_in_a_workbook_reads_no_file_and_asks_nobody(trap, tmp_path):
    address, asked = trap
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    for outside in (secret.as_uri(), f"{address}/x"):
        start = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{outside}">]><sst>'
        strings = f"{start}<si><t>名称</t></si><si><t>县区</t></si><si><t>甲&e;</t></si></sst>"
        cells = ('<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>', '<c r="A2" t="s"><v>2</v></c>')
        data = raw_workbook(f'<row r="1">{cells[0]}</row><row r="2">{cells[1]}</row>', strings)
        try:
            told = "".join(str(table.rows.to_dict()) for table in read_list(data, file_name="a.xlsx"))
        except UnreadableListError as refused:
            told = str(refused)
        assert SECRET not in told
    assert asked == []
