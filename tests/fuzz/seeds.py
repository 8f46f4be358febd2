"""Sound lists of every format, small, which the fuzzing damages."""

import csv
import datetime as dt
import io
import json
import sqlite3
import struct
import zipfile
from pathlib import Path

import shapefile
import shapely
import xlsxwriter

FILES = Path(__file__).resolve().parents[1] / "geo" / "importing" / "files"
HEADER = ("名称", "县区", "地址", "经度", "纬度")
ROWS = (
    ("甲街驿站", "青秀区", "民族大道1号", 108.37, 22.81),
    ("乙街驿站", "兴宁区", "人民路2号，3楼", 108.38, 22.86),
    ("丙街驿站", "平乐县", '中山路"3"号', 110.83, 24.84),
)
RING = [(108.3, 22.8), (108.3, 22.9), (108.4, 22.9), (108.4, 22.8), (108.3, 22.8)]


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


def _csv():
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC).writerows([HEADER, *ROWS])
    return stream.getvalue().encode()


def _geojson():
    shapes = [shapely.Point(108.37, 22.81), shapely.Polygon(RING), shapely.LineString(RING[:3])]
    shapes += [shapely.MultiPoint(RING[:2]), shapely.MultiPolygon([shapely.Polygon(RING)])]
    shapes = [*shapes, shapely.GeometryCollection(shapes[:2]), None]
    features = [
        {
            "type": "Feature",
            "id": number,
            "geometry": shape and shape.__geo_interface__,
            "properties": {"名称": f"{number}号站", "多": [1, {"a": None}]},
        }
        for number, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _kml():
    ring = " ".join(f"{x},{y},0" for x, y in RING)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<name>驿站</name><Style id="s"><IconStyle/></Style><Folder><name>青秀区</name>
<Placemark><name>甲站</name><description><![CDATA[<b>电话</b><br/>民族大道]]></description>
<ExtendedData><Data name="类型"><value>驿站</value></Data></ExtendedData>
<Point><coordinates>108.37, 22.81,0</coordinates></Point></Placemark>
<Placemark><name>乙站</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark>
<Placemark><name>丙线</name><MultiGeometry><LineString><coordinates>{ring}</coordinates></LineString>
<Point><coordinates>108,22</coordinates></Point></MultiGeometry></Placemark>
<Placemark><name>丁</name><gx:Track><gx:coord>108 22 0</gx:coord><gx:coord>108.1 22 0</gx:coord></gx:Track>
</Placemark></Folder><NetworkLink><Link><href>http://127.0.0.1/a.kml</href></Link></NetworkLink></Document></kml>""".encode()


def _shapefile(kind):
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=kind, encoding="gbk") as writer:
        writer.field("NAME", "C", 20)
        writer.field("NUM", "N", 10, 2)
        for number, (name, *_) in enumerate(ROWS):
            if kind == shapefile.POINT:
                writer.point(108 + number / 10, 22.8)
            elif kind == shapefile.POLYGON:
                hole = [(x / 2 + 54.15, y / 2 + 11.42) for x, y in RING[::-1]]
                writer.poly([RING, hole, [(x + 1, y) for x, y in RING]])
            elif kind == shapefile.MULTIPATCH:
                writer.multipatch([[(x, y, 1.0) for x, y in RING]], partTypes=[shapefile.RING])
            else:
                writer.line([RING[:3], RING[2:]])
            writer.record(name, number)
    return zipped({f"点.{ending}": stream.getvalue() for ending, stream in parts.items()})


def _geopackage():
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """
        PRAGMA page_size = 1024; PRAGMA application_id = 1196444487;
        CREATE TABLE gpkg_spatial_ref_sys
            (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
        CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        CREATE TABLE 驿站 (fid INTEGER PRIMARY KEY, geom BLOB, 名称 TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
        INSERT INTO gpkg_contents VALUES ('驿站', 'features');
        INSERT INTO gpkg_geometry_columns VALUES ('驿站', 'geom', 4326);
        """
    )
    head = b"GP\x00\x01" + struct.pack("<i", 4326)
    for shape in (shapely.Point(108.37, 22.81), shapely.Polygon(RING)):
        connection.execute("INSERT INTO 驿站 (geom, 名称) VALUES (?, ?)", (head + shape.wkb, "甲站"))
    data = connection.serialize()
    connection.close()
    return data


def _workbook():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
        duration = book.add_format({"num_format": "[h]:mm"})
        for name in ("青秀区", "兴宁区"):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 5, "驿站名单")
            sheet.write_row(1, 0, (*HEADER, "时长"))
            for number, row in enumerate(ROWS, 2):
                sheet.write_row(number, 0, row)
                sheet.write_number(number, 5, number / 2, duration)
        book.add_worksheet("说明").hide()
    return stream.getvalue()


def all_seeds(ending=""):
    """Give every seed of a name's ending as (name, content), always in one order."""
    made = {
        "a.csv": _csv(),
        "b.geojson": _geojson(),
        "c.kml": _kml(),
        "d.kmz": zipped({"doc.kml": _kml(), "files/x.kml": _kml()}),
        "e.zip": _shapefile(shapefile.POINT),
        "f.zip": _shapefile(shapefile.POLYGON),
        "g.zip": _shapefile(shapefile.MULTIPATCH),
        "h.zip": _shapefile(shapefile.POLYLINE),
        "i.gpkg": _geopackage(),
        "j.xlsx": _workbook(),
    }
    found = [*made.items(), *((path.name, path.read_bytes()) for path in sorted(FILES.iterdir()))]
    return [(name, data) for name, data in found if name.endswith(ending)]
