"""Files as offices send them, each named after its quirk."""

import base64
import io
import json
import re
import sqlite3
import struct
import zipfile
import zlib
from importlib import import_module

import pytest
import shapefile
import shapely
import xlsxwriter

import geo.importing
from geo.importing.columns.header_matching import ColumnMapping
from geo.importing.errors import UnknownEncodingError, UnreadableListError
from geo.importing.readers.any_file import read_list
from geo.importing.readers.budget import Budget
from geo.importing.readers.shapefile import decode_cut, read_dbf

HEADER = "名称,县区,地址,经度,纬度"
ROW = "江边驿站,青秀区,民族大道1号,108.37,22.81"
CSV = f"{HEADER}\n{ROW}\n"


def one(data, name):
    (table,) = read_list(data, file_name=name)
    return table


def first(table):
    return table.rows.iloc[0].to_dict()


def zipped(members, **how):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **how)
    return stream.getvalue()


EXPECTED = dict(zip(HEADER.split(","), ROW.split(","), strict=True))


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_a_csv_is_read_in_every_encoding_excel_writes(encoding, named):
    table = one(CSV.encode(encoding), "名单.csv")
    assert first(table) == EXPECTED
    assert table.encoding == named


def test_unicode_text_of_excel_is_utf16_with_tabs():
    table = one(CSV.replace(",", "\t").encode("utf-16"), "名单.txt")
    assert first(table) == EXPECTED


@pytest.mark.parametrize("separator", ["\t", ";", "|", "，"])
def test_other_separators_are_told_by_the_lines(separator):
    assert first(one(CSV.replace(",", separator).encode(), "名单.txt")) == EXPECTED


def test_an_encoding_nobody_can_tell_is_asked_for_with_previews():
    broken = "名称,地址\n江边驿站,".encode() + b"\xff\x80\x80\n"
    with pytest.raises(UnknownEncodingError) as fault:
        read_list(broken, file_name="怪.csv")
    assert set(fault.value.previews) == {"gb18030", "utf-8", "big5", "utf-16-le"}
    assert "江边驿站" in fault.value.previews["utf-8"]
    assert first(one_in(broken, "utf-8"))["名称"] == "江边驿站"


def one_in(data, encoding):
    return read_list(data, file_name="怪.csv", encoding=encoding)[0]


def test_an_encoding_that_does_not_exist_is_refused():
    with pytest.raises(UnreadableListError, match="klingon"):
        one_in(CSV.encode(), "klingon")


def test_a_quoted_cell_keeps_commas_quotes_and_line_breaks():
    table = one('名称,地址\n"江边""驿站""","一,二\n三"\n'.encode(), "名单.csv")
    assert first(table) == {"名称": '江边"驿站"', "地址": "一,二\n三"}


def test_titles_totals_notes_blanks_and_a_repeated_header_are_no_rows():
    text = (
        "2024年南宁市工会驿站统计表,,\n,,\n名称,,县区\n甲站,,青秀区\n名称,,县区\n乙站,,江南区\n,,\n合计：2个,,\n"
        "南宁市小计,,2\n注：数据截至年底,,\n"
    )
    table = one(text.encode(), "名单.csv")
    assert table.rows.to_dict("list") == {"名称": ["甲站", "乙站"], "县区": ["青秀区", "江南区"]}
    assert list(table.rows.index) == [4, 6]
    assert table.left_out["reason"].to_dict() == {
        1: "title",
        5: "repeated_header",
        8: "total",
        9: "total",
        10: "note",
    }


def test_a_line_that_is_filled_in_above_the_header_names_no_columns():
    text = "驿站统计表,,\n填报单位：青秀区总工会,,填报日期：2026年1月\n序号,名称,县区\n1,甲站,青秀区\n"
    table = one(text.encode(), "a.csv")
    assert table.header == ("序号", "名称", "县区")
    assert table.left_out["reason"].tolist() == ["title", "title"]


def test_headers_with_units_line_breaks_and_blanks_in_them_are_found():
    table = one('序 号,"名\n称",经度（°）,纬度(度)\n1,甲站,108.3,22.8\n'.encode(), "名单.csv")
    assert table.header == ("序 号", "名\n称", "经度（°）", "纬度(度)")


def test_two_columns_of_one_name_stay_apart():
    assert one("名称,备注,备注\n甲站,一,二\n".encode(), "名单.csv").header == ("名称", "备注", "备注（2）")


def test_a_sheet_without_a_header_gets_its_columns_numbered():
    table = one("甲站,108.3,22.8\n乙站,108.4,22.9\n".encode(), "名单.csv")
    assert table.header == ("第1列", "第2列", "第3列")
    assert len(table.rows) == 2


def test_merged_headers_and_merged_cells_are_filled(workbook):
    rows = [
        ["工会驿站统计表"],
        ["县区", "名称", "位置", None],
        [None, None, "经度", "纬度"],
        ["青秀区", "甲站", 108.37, 22.81],
        [None, "乙站", 108.38, 22.82],
    ]
    data = workbook({"驿站": rows}, merges=["A1:D1", "A2:A3", "B2:B3", "C2:D2", "A4:A5"])
    table = one(data, "名单.xlsx")
    assert table.header == ("县区", "名称", "位置/经度", "位置/纬度")
    assert table.rows["县区"].tolist() == ["青秀区", "青秀区"]
    assert table.left_out["reason"].tolist() == ["title"]
    assert [remark.code for remark in table.remarks] == ["merged_cells"]


def test_every_sheet_with_a_list_is_a_table_and_others_are_none(workbook):
    sheets = {
        "甲": [["名称", "县区"], ["一站", "青秀区"]],
        "空": [],
        "乙": [["名称", "县区"], ["二站", "江南区"]],
        "汇总": [["种类", "数量"], ["驿站", 2]],
    }
    tables = read_list(workbook(sheets), file_name="名单.xlsx")
    assert [table.part for table in tables] == ["甲", "乙"]


def test_a_sheet_of_totals_beside_a_list_is_left_out_and_named(workbook):
    sheets = {"名单": [["名称", "县区"], ["甲站", "青秀区"]], "汇总": [["县区", "数量"], ["青秀区", "1"]]}
    (table,) = read_list(workbook(sheets), file_name="a.xlsx")
    assert table.part == "名单"
    assert [(remark.code, remark.value) for remark in table.remarks] == [("sheets_left_out", "汇总")]
    (alone,) = read_list(workbook({"汇总": sheets["汇总"]}), file_name="a.xlsx")
    assert (alone.part, alone.remarks) == ("汇总", ())


def test_hidden_sheets_are_left_alone():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name in ("名单", "旧"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["名称", "县区"])
            sheet.write_row(1, 0, [name, "青秀区"])
        sheet.hide()
    (table,) = read_list(stream.getvalue(), file_name="名单.xlsx")
    assert table.part == "名单"
    assert [(remark.code, remark.value) for remark in table.remarks] == [("sheets_left_out", "旧")]


def test_cells_of_excel_become_text_without_loss(workbook):
    import datetime as dt

    rows = [
        ["名称", "电话", "编号", "经度", "建成时间", "开放"],
        ["甲站", 13800138000, "007", 108.370012345, dt.date(2024, 5, 1), True],
    ]
    assert list(first(one(workbook({"a": rows}), "名单.xlsx")).values()) == [
        "甲站",
        "13800138000",
        "007",
        "108.370012345",
        "2024-05-01",
        "TRUE",
    ]


def test_formatting_down_to_the_last_row_does_not_make_a_sheet_too_large():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "县区"])
        sheet.write_row(1, 0, ["甲站", "青秀区"])
        sheet.write_blank(1_048_575, 16_000, None, book.add_format({"bold": True}))
    assert len(one(stream.getvalue(), "名单.xlsx").rows) == 1


def test_a_table_under_another_tables_ending_is_read_and_remarked_upon():
    table = one(CSV.encode("gbk"), "名单.xls")
    assert first(table) == EXPECTED
    assert [remark.code for remark in table.remarks] == ["wrong_ending"]


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_geojson_gives_its_properties_and_points():
    data = collection(
        feature({"type": "Point", "coordinates": [108.37, 22.81]}, 名称="甲站", 人数=3, 服务=["a"]),
        feature(None, 名称="乙站"),
    )
    table = one(data, "名单.geojson")
    assert first(table) == {
        "名称": "甲站",
        "人数": "3",
        "服务": '["a"]',
        "geometry_lon": "108.37",
        "geometry_lat": "22.81",
    }
    assert table.rows["geometry_lon"].isna().tolist() == [False, True]
    assert table.datum_hint == "WGS-84"


@pytest.mark.parametrize("kind", ["Point", "LineString", "Polygon", "MultiPolygon"])
def test_a_geometry_without_any_coordinates_is_no_place_and_no_fault(kind):
    data = {"type": "Feature", "geometry": {"type": kind, "coordinates": []}, "properties": {"名称": "甲站"}}
    table = one(json.dumps(data).encode(), "a.geojson")
    assert first(table) == {"名称": "甲站"}


def test_a_polygon_stands_for_a_point_in_it_and_says_so():
    square = [[[108, 22], [108.2, 22], [108.2, 22.2], [108, 22.2], [108, 22]]]
    table = one(collection(feature({"type": "Polygon", "coordinates": square}, 名称="甲")), "a.json")
    assert first(table)["geometry_kind"] == "Polygon"
    assert first(table)["geometry_lon"] == "108.1"
    assert [remark.code for remark in table.remarks] == ["shape_centres"]


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>奥维收藏</name>
<Folder><name>驿站</name><Folder><name>江南</name>
<Placemark><name>甲站</name><description><![CDATA[地址：亭洪路<br/>电话 <b>无</b>]]></description>
<ExtendedData><Data name="县区"><value>江南区</value></Data></ExtendedData>
<Point><coordinates> 108.37, 22.81, 0 </coordinates></Point></Placemark></Folder></Folder>
<Placemark><name>乙区</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
108,22 108.2,22 108.2,22.2 108,22.2 108,22</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>无点</name></Placemark></Document></kml>"""


@pytest.mark.parametrize("name", ["奥维.ovkml", "奥维.kml"])
def test_ovkml_gives_every_placemark_with_its_folders(name):
    table = one(KML.encode(), name)
    assert table.rows["name"].tolist() == ["甲站", "乙区", "无点"]
    assert table.rows["文件夹"].tolist() == ["奥维收藏/驿站/江南", "奥维收藏", "奥维收藏"]
    assert first(table)["description"] == "地址：亭洪路\n电话  无"
    assert first(table)["县区"] == "江南区"
    assert first(table)["geometry_lon"] == "108.37"
    assert table.datum_hint == "GCJ-02"
    assert [remark.code for remark in table.remarks] == ["ovkml_datum", "shape_centres"]


@pytest.mark.parametrize(
    ("name", "text", "datum"),
    [
        ("我的地点.kml", KML.replace("奥维收藏", "收藏"), "WGS-84"),
        ("我的地点.kml", KML.replace("<Point>", "<OvStyle/><Point>", 1), "GCJ-02"),
        ("ovital.kml", KML, "GCJ-02"),
        ("名单.ovkml", KML, "GCJ-02"),
    ],
)
def test_a_kml_is_wgs84_by_its_standard_unless_ovital_wrote_it(name, text, datum):
    assert one(text.encode(), name).datum_hint == datum


def test_a_kmz_of_ovital_is_told_by_what_is_in_it():
    assert one(zipped({"doc.ovkml": KML}), "a.kmz").datum_hint == "GCJ-02"


def test_a_kml_in_gbk_is_read_although_the_xml_parser_knows_no_gbk():
    data = KML.replace("UTF-8", "GB2312").encode("gbk")
    assert one(data, "a.kml").rows["name"].iloc[0] == "甲站"


def test_a_kmz_gives_each_kml_in_it():
    data = zipped({"doc.kml": KML, "files/icon.png": b"\x89PNG", "more.kml": KML})
    assert [table.part for table in read_list(data, file_name="a.kmz")] == ["doc.kml", "more.kml"]


def dbf(fields, rows):
    """Write a .dbf with raw bytes: (name, kind, length) and values."""
    length = 1 + sum(size for *_, size in fields)
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, len(rows), 33 + 32 * len(fields), length)
    for name, kind, size in fields:
        head += name.ljust(11, b"\x00")[:11] + kind.encode() + bytes(4) + bytes([size]) + bytes(15)
    body = b"".join(
        b" " + b"".join(value.ljust(size)[:size] for value, (*_, size) in zip(row, fields, strict=True))
        for row in rows
    )
    return head + b"\r" + body + b"\x1a"


def shp(points):
    stream, index = io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=stream, shx=index, dbf=io.BytesIO()) as writer:
        writer.field("a")
        for place in points:
            writer.point(*place)
            writer.record("")
    return stream.getvalue()


CUT = "站点名称全".encode("gbk")[:9]


def test_a_shapefile_with_gbk_names_cut_in_the_middle_of_a_character_is_read():
    table = dbf([(CUT, "C", 9), (b"JD", "N", 8)], [("江边驿站".encode("gbk") + b"\xb5", b"12.5")])
    # Python writes names as UTF-8 and says so; Chinese Windows writes GBK and says nothing.
    packed = zipped({"AAAA.shp": shp([(108.37, 22.81)]), "AAAA.dbf": table})
    data = packed.replace(b"AAAA", "驿站".encode("gbk"))
    found = one(data, "驿站.zip")
    assert found.header[0] == "站点名称"
    assert first(found)["站点名称"] == "江边驿站"
    assert first(found)["geometry_lon"] == "108.37"
    assert (found.part, found.encoding) == ("驿站", "gb18030")


def test_a_cpg_decides_the_encoding_and_a_deleted_record_is_none():
    data = dbf([("名称".encode(), "C", 12)], [("甲站".encode(),), ("乙站".encode(),)])
    start = data.index("乙站".encode()) - 1
    data = data[:start] + b"*" + data[start + 1 :]
    records, encoding = read_dbf(data, declared=b"UTF-8", budget=Budget("a"))
    assert (records, encoding) == ([{"名称": "甲站"}], "utf-8")
    assert decode_cut("驿站".encode()[:5], "utf-8") == "驿"


def test_a_shapefile_in_metres_is_turned_into_degrees_by_its_prj():
    from pyproj import CRS, Transformer

    zone = CRS.from_epsg(4544)
    east, north = Transformer.from_crs(4326, zone, always_xy=True).transform(108.37, 22.81)
    members = {
        "a.shp": shp([(east, north)]),
        "a.dbf": dbf([(b"name", "C", 8)], [(b"x",)]),
        "a.prj": zone.to_wkt("WKT1_ESRI"),
    }
    table = one(zipped(members), "a.zip")
    assert float(first(table)["geometry_lon"]) == pytest.approx(108.37, abs=1e-6)
    assert [remark.code for remark in table.remarks] == ["crs_converted"]


def test_a_shapefile_in_metres_without_a_prj_is_refused():
    members = {"a.shp": shp([(512345.0, 2523456.0)]), "a.dbf": dbf([(b"name", "C", 8)], [(b"x",)])}
    with pytest.raises(UnreadableListError, match="declares no coordinate system"):
        read_list(zipped(members), file_name="a.zip")


def geopackage(statements=()):
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """
        PRAGMA application_id = 1196444487;
        CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        CREATE TABLE gpkg_spatial_ref_sys
            (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
        CREATE TABLE 驿站 (fid INTEGER PRIMARY KEY, geom BLOB, 名称 TEXT, 照片 BLOB);
        INSERT INTO gpkg_contents VALUES ('驿站', 'features');
        INSERT INTO gpkg_geometry_columns VALUES ('驿站', 'geom', 4326);
        INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
        """
    )
    header = b"GP\x00\x01" + struct.pack("<i", 4326)
    rows = [(header + shapely.to_wkb(shapely.Point(108.37, 22.81)), "甲站", b"\x00"), (None, "乙站", None)]
    connection.executemany("INSERT INTO 驿站 (geom, 名称, 照片) VALUES (?, ?, ?)", rows)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def test_a_geopackage_is_read_without_gdal():
    table = one(geopackage(), "a.gpkg")
    assert table.rows["名称"].tolist() == ["甲站", "乙站"]
    assert table.rows["geometry_lon"].fillna("").tolist() == ["108.37", ""]
    assert table.rows["照片"].isna().all()


def test_a_view_in_a_geopackage_is_never_run():
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    data = geopackage([f"CREATE VIEW v AS {endless}", "INSERT INTO gpkg_contents VALUES ('v', 'features')"])
    assert [table.part for table in read_list(data, file_name="a.gpkg")] == ["驿站"]


def test_what_the_package_says_of_itself_is_there():
    named = re.findall(r"`([\w.]+)\.(\w+)`", geo.importing.__doc__)
    assert len(named) > 12
    for module, name in named:
        holder = ColumnMapping if module == "ColumnMapping" else import_module(f"geo.importing.{module}")
        assert hasattr(holder, name), f"{module}.{name}"


def test_importing_loads_neither_gdal_nor_openpyxl_nor_streamlit():
    import subprocess
    import sys

    program = (
        "import geo.importing.checks.check_list, geo.importing.readers.any_file, sys; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pyogrio._io", "openpyxl", "streamlit", "fiona"} & set(loaded.stdout.split())


# Written by xlwt 1.3: a merged title, four headers, a county merged over two rows, one coordinate as text.
OLD_WORKBOOK = (
    "c-rk)O-NKx6#njeGtMZE&e#|@frycnNn~y$(5awYHJKJx^rtBl${0f}oP}C85JV8Ph@{Pc6jE4i`k_DDwFo9^5eCsr;i^qRf"
    "eZC@&Ux>Z)+`(-v3TF(o_p>&_ndp)J@?-C^D-4kC+~zZ_yvv7F>B-_Z;nh+$+sJRklrwuwQDaG!@)m=d@m(3&y9z^7aq<b=Q"
    "{%pw_VSO0w1UxzzIZpqg@q?h^-PsyW$uch$>tqNfF8<suH0`g)S3%OL{&Mx>+O_gf>v$wAznUI8t42t>V2}rRa*le(#CRTan"
    "bF6wi4T4_s7cUpKbIj<@$LO+~q@5F?<xHFZV1V(mR?1Sx?d_-0f9U+tYbUg5|WSFS+vsrhnG7WpO31q{MCA`3i$LQLtb(bT~"
    "3M0^^1<hbSHftoxR+R5Vg{mJvk&XIv{_vb#Up0;jkr7G2b?GRNr&1&PRiMS5ca(TQ@wEH3xaoXCo8|v5B)fcc++4uf=``#z}"
    "p^#`NiiHozuJF^zK0W&7)sBwl@L`b*%2{td5mxa{z`$v?Ambv@xPH)Tu~;YcjCfrkd`M`J)-u&q&7~HzeMtJ86>SxbQzv*GU"
    "Ok6jLww@XuKVSQkKwh%k2PiD!Lc{tBr0jTI?0}|A=IcEHGGBfAZ*vlIz8SAE&J^x@oIi6cEft?6=Mbk!Ulvsp*e!g4qv)hs4"
    "NyrESQ=tdp^yUCbo7<r<ThaUCZK26JKttznL4(*<-mI_SH7ZJ+7~W6_K9Bi!NR~at~f=DT&Y2un*2^zs4<&=LY$jwEXK5zX="
    "_US_$rQNOaczL;)N)aNxj!0|yQqEOqcZohI*e=G(g4`WEn5|8-`l%sRhG{#&%5m#&laVY&@bs$=NOY5gpRTiL$U0&VR7g^V^"
    "DJ%(;{NF3ccuV4B)QFHHS!G``nw}o;Ye>Rsm|MK|X0YE(CPy"
)


def test_an_xls_of_excel_2003_is_read_with_its_merged_cells():
    table = one(zlib.decompress(base64.b85decode(OLD_WORKBOOK)), "名单.xls")
    assert table.kind == "xls"
    assert table.rows.to_dict("list") == {
        "名称": ["甲站", "乙站"],
        "县区": ["青秀区", "青秀区"],
        "经度": ["108.37", "108.38"],
        "纬度": ["22.81", "22.82"],
    }


def test_an_ods_is_read():
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in line.split(",")
        )
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for line in CSV.split()
    )
    rows += '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="驿站">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    data = zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})
    table = one(data, "名单.ods")
    assert first(table) == EXPECTED
    assert (table.kind, table.part) == ("ods", "驿站")
