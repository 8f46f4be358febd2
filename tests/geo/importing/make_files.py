"""Make the lists in `files/`: three stations, written down in every way offices do; each file is named so.

`python -m tests.geo.importing.make_files` writes them again. Other programs write what they write in offices:
xlwt the old workbook, odfpy the OpenDocument one (`pip install xlwt odfpy`; the tests need neither), GDAL the
Shapefile and the GeoPackage.
"""

import io
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

from geo.geodesy.datums import wgs84_to_bd09, wgs84_to_gcj02

FILES = Path(__file__).parent / "files"
STATIONS = (
    ("甲街驿站", "青秀区", 108.37, 22.81),
    ("乙街驿站", "兴宁区", 108.38, 22.86),
    ("丙街驿站", "恭城瑶族自治县", 110.83, 24.84),
)
HEADER = ("名称", "县区", "经度", "纬度")


def text(rows, header=HEADER, separator=","):
    return "".join(separator.join(map(str, row)) + "\n" for row in (header, *rows))


def changed(**change):
    """Give the stations with some columns written another way."""
    for station in STATIONS:
        cells = zip(HEADER, station, strict=True)
        yield tuple(change[name](cell) if name in change else cell for name, cell in cells)


def wide(value):
    return str(value).translate(dict(zip(map(ord, "0123456789."), "０１２３４５６７８９．", strict=True)))


def sexagesimal(value):
    seconds = round(value * 3600)
    return f"{seconds // 3600}°{seconds // 60 % 60}′{seconds % 60}″"


def millionfold(value):
    return round(value * 1e6)


def minutes(value):
    return f"{int(value)}°{(value - int(value)) * 60:.3f}'"


def shifted(to):
    for name, county, lon, lat in STATIONS:
        x, y = to(lon, lat)
        yield name, county, f"{float(x):.8f}", f"{float(y):.8f}"


def mixed():
    ways = (("WGS-84", lambda lon, lat: (lon, lat)), ("高德", wgs84_to_gcj02), ("百度坐标系", wgs84_to_bd09))
    for (name, county, lon, lat), (datum, to) in zip(STATIONS, ways, strict=True):
        x, y = to(lon, lat)
        yield name, county, f"{float(x):.8f}", f"{float(y):.8f}", datum


def workbook(sheets, merges=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for merged in merges:
        book.worksheets[0].merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def merged_header():
    rows = [
        ["2026年工会驿站统计表"],
        ["填报单位：自治区总工会", None, None, None, "填报日期：2026年1月"],
        ["序号", "基本情况", None, "位置", None],
        [None, "站点\n名称", "县（市、区）", "经度（°）", "纬度（°）"],
        *([number, *station] for number, station in enumerate(STATIONS, start=1)),
        ["合计", None, 3],
        ["注：经纬度为GPS实测"],
    ]
    return workbook({"驿站": rows}, ("A1:E1", "A3:A4", "B3:C3", "D3:E3"))


def several_sheets():
    sheets = {name: [HEADER, (name, county, lon, lat)] for name, county, lon, lat in STATIONS}
    return workbook({**sheets, "汇总": [["县区", "数量"], ["青秀区", 1]], "Sheet5": []})


def totals_and_blanks():
    rows = [[None, name, None, county, lon, lat] for name, county, lon, lat in STATIONS]
    blank, header = [None] * 6, [None, "名称", None, "县区", "经度", "纬度"]
    parts = [blank, header, blank, rows[0], rows[1], [None, "南宁市小计", None, 2], header, rows[2]]
    return workbook({"名单": [*parts, [None, "小计", None, 1], blank, [None, "总 计", None, 3]]})


def old_workbook():
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    sheet.write_merge(0, 0, 0, 3, "工会驿站名单")
    for row, cells in enumerate((HEADER, *STATIONS), start=1):
        for column, cell in enumerate(cells):
            # Every second number is text, as copied from elsewhere.
            sheet.write(row, column, str(cell) if row % 2 else cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def open_document():
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book, table = OpenDocumentSpreadsheet(), Table(name="名单")
    for cells in (HEADER, *STATIONS):
        row = TableRow()
        for cell in cells:
            number = isinstance(cell, float)
            kind = {"valuetype": "float", "value": cell} if number else {"valuetype": "string"}
            written = TableCell(**kind)
            written.addElement(P(text=str(cell)))
            row.addElement(written)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    stream = io.BytesIO()
    book.write(stream)
    return stream.getvalue()


def ovital():
    folders = "".join(
        f"<Folder><name>{county}</name><Placemark><name>{name}</name>"
        f"<description><![CDATA[<b>{county}</b><br/>无]]></description>"
        f"<ExtendedData><Data name='县区'><value>{county}</value></Data></ExtendedData><OvStyle/>"
        f"<Point><coordinates>\n {lon}, {lat},0 </coordinates></Point></Placemark></Folder>"
        for name, county, lon, lat in shifted(wgs84_to_gcj02)
    )
    head = "<?xml version='1.0' encoding='UTF-8'?>\n<kml xmlns='http://www.opengis.net/kml/2.2'>"
    return f"{head}<Document><name>驿站</name>{folders}</Document></kml>\n"


def frame(header=HEADER[:2]):
    names, counties, lon, lat = zip(*STATIONS, strict=True)
    return gpd.GeoDataFrame(
        dict(zip(header, (names, counties), strict=True)), geometry=shapely.points(lon, lat), crs=4490
    )


def shapefile_of_gdal():
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Ten bytes hold five characters of GBK: GDAL cuts the names, and says so.
        warnings.simplefilter("ignore")
        frame(("站点名称全称", "所属县区名称")).to_file(Path(folder) / "驿站.shp", encoding="gbk")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                if path.suffix != ".cpg":
                    archive.writestr(f"数据/{path.name}", path.read_bytes())
    return stream.getvalue()


def geopackage_of_gdal():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        frame().to_crs(4544).to_file(path, layer="驿站")
        return path.read_bytes()


def texts():
    """Give the files that are plain text."""
    lonlat = ("经度", "纬度")
    both = [(name, place, f"{lon}，{lat}") for name, place, lon, lat in STATIONS]
    return {
        "gbk.csv": text(STATIONS).encode("gbk"),
        "utf-8-with-mark.csv": text(STATIONS).encode("utf-8-sig"),
        "utf-16-of-excel.tsv": b"\xff\xfe" + text(STATIONS, separator="\t").encode("utf-16-le"),
        "semicolons.csv": ("sep=;\n" + text(STATIONS, separator=";")).encode(),
        "text-named-xls.xls": text(STATIONS, separator="\t").encode("gbk"),
        "swapped.csv": text([(name, place, lat, lon) for name, place, lon, lat in STATIONS]).encode(),
        "full-width-digits.csv": text(changed(**dict.fromkeys(lonlat, wide))).encode(),
        "degrees-minutes-seconds.csv": text(changed(**dict.fromkeys(lonlat, sexagesimal))).encode(),
        "degrees-minutes.csv": text(changed(**dict.fromkeys(lonlat, minutes))).encode(),
        "words-of-direction.csv": text(changed(经度="东经{}".format, 纬度="北纬{}".format)).encode(),
        "times-a-million.csv": text(changed(**dict.fromkeys(lonlat, millionfold))).encode(),
        "both-in-one-column.csv": text(both, ("名称", "县区", "经纬度")).encode(),
        "units-in-headers.csv": text(
            STATIONS, ("站点名称（全称）", "县(市、区)", "经度(度)", "纬度/°")
        ).encode(),
        "mixed-datums.csv": text(mixed(), (*HEADER, "坐标系")).encode(),
        "amap.csv": text(shifted(wgs84_to_gcj02), ("名称", "县区", "高德经度", "高德纬度")).encode(),
        "baidu.csv": text(shifted(wgs84_to_bd09), ("名称", "县区", "百度经度", "百度纬度")).encode(),
        "short-name-of-a-county.csv": text(changed(县区=lambda name: name.replace("瑶族自治", ""))).encode(),
        "ovital-with-folders.ovkml": ovital().encode(),
    }


def books():
    """Give the files that other programs write; their bytes change with the clock and the version."""
    return {
        "merged-header-title-total-note.xlsx": merged_header(),
        "several-sheets-and-a-summary.xlsx": several_sheets(),
        "totals-blank-rows-and-columns.xlsx": totals_and_blanks(),
        "excel-2003.xls": old_workbook(),
        "open-document.ods": open_document(),
        "shapefile-of-gdal-gbk-cut-names.zip": shapefile_of_gdal(),
        "geopackage-of-gdal-in-metres.gpkg": geopackage_of_gdal(),
    }


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    for file_name, content in (texts() | books()).items():
        (FILES / file_name).write_bytes(content)
    sys.stdout.write(f"{len(list(FILES.iterdir()))} files\n")
