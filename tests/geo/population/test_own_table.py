"""People of the user's own, as a table or a raster from outside: read, or refused in both languages."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter

from geo.errors import UnreadablePeopleError
from geo.geodesy.datums import GCJ02, WGS84, wgs84_to_gcj02
from geo.importing.errors import UnreadableListError
from geo.population.own_table import cell_degrees_of, read_people, read_people_table
from geo.population.sources import compare_with_census
from geo.schema import COUNTY_LEVEL
from geo.schema import WGS84 as WGS84_CRS

REGIONS = gpd.GeoDataFrame(
    {
        "level": ["province", COUNTY_LEVEL, COUNTY_LEVEL],
        "parent": [None, "450000", "450000"],
        "residents": [4000, 1000, 3000],
        "urban_residents": [1700, 200, 1500],
        "nonfarm_employed": [1000, 100, 900],
    },
    geometry=[shapely.box(108, 22, 110, 23), shapely.box(108, 22, 109, 23), shapely.box(109, 22, 110, 23)],
    index=pd.Index(["450000", "450101", "450102"], name="adcode"),
    crs=WGS84_CRS,
)
VILLAGES = '村名,经度,纬度,常住人口\n甲村,108.5,22.5,10\n乙村,109.5,22.5,"1,040"\n远村,111.0,22.5,7\n'


def people_of(text, *, datum=WGS84, name="people.csv"):
    return read_people(text.encode(), REGIONS, file_name=name, datum=datum)


def test_a_table_with_chinese_headers_is_read_and_clipped():
    found = people_of(VILLAGES)
    assert found.demand["people"].tolist() == [10, 1040]
    assert found.demand["county"].tolist() == ["450101", "450102"]
    assert found.outside_people == 7
    assert found.demand["urban_people"].tolist() == pytest.approx([2, 520])


def test_the_same_table_as_a_workbook_and_in_gbk_says_the_same(tmp_path):
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate([["经度", "纬度", "人口"], [108.5, 22.5, 10], [109.5, 22.5, 1040]]):
            sheet.write_row(row, 0, values)
    found = read_people(path.read_bytes(), REGIONS, file_name="people.xlsx", datum=WGS84)
    assert found.demand["people"].tolist() == [10, 1040]
    in_gbk = read_people(VILLAGES.encode("gb18030"), REGIONS, file_name="people.csv", datum=WGS84)
    assert in_gbk.demand["people"].tolist() == [10, 1040]


def test_coordinates_of_another_datum_are_turned_into_wgs84():
    lon, lat = wgs84_to_gcj02(108.5, 22.5)
    found = people_of(f"lon,lat,people\n{float(lon)!r},{float(lat)!r},10\n", datum=GCJ02)
    place = found.demand.geometry.iloc[0]
    assert (place.x, place.y) == pytest.approx((108.5, 22.5), abs=1e-6)


def test_a_column_of_urban_people_or_workers_is_used_as_it_is():
    table = read_people_table(
        "lon,lat,人口,城镇人口,职工人数\n108.5,22.5,10,4,3\n".encode(), file_name="p.csv", datum=WGS84
    )
    assert table[["people", "urban_people", "workers"]].to_numpy().tolist() == [[10, 4, 3]]


@pytest.mark.parametrize(
    ("people", "en", "zh"),
    [
        ("-1", "have a negative number as people", "的人口是负数"),
        ("NaN", "have no number as people", "的人口不是数"),
        ("inf", "have an infinite number as people", "的人口是无穷大"),
        ("-inf", "have an infinite number as people", "的人口是无穷大"),
        ("很多", "have no number as people", "的人口不是数"),
        ("", "are blank under people", "没有填人口"),
    ],
)
def test_a_row_without_a_usable_number_is_named_with_its_true_fault(people, en, zh):
    with pytest.raises(UnreadablePeopleError, match=f"^people.csv: rows 3 {en}\\. ") as fault:
        people_of(f"lon,lat,people\n108.5,22.5,10\n109.5,22.5,{people}\n108.6,22.6,1\n")
    assert f"people.csv：第 3 行{zh}。" in fault.value.in_language("zh")


@pytest.mark.parametrize(
    ("header", "written", "persons"),
    [
        ("人口（万人）", "1.2", 12_000),
        ("人口（万）", "0.5", 5_000),
        ("常住人口/千人", "3", 3_000),
        ("人口数（百人）", "7", 700),
        ("总人口（2020年，万人）", "2", 20_000),
        ("人口万人", "1.1", 11_000),
        ("人口", "1.2万", 12_000),
        ("人口", "3千", 3_000),
        ("人口", "35人", 35),
        ("人口（人）", "35", 35),
        ("人口（万人）", "1.2万人", 12_000),
        ("population (thousands)", "12", 12_000),
        ("Population (10k)", "1.2", 12_000),
        ("population, ten thousand persons", "1.2", 12_000),
        ("total population (10,000 persons)", "1.2", 12_000),
        ("people_thousands", "2", 2_000),
        ("population", "12k", 12_000),
        ("population", "1,234", 1_234),
        ("人口（2020年）", "12", 12),
    ],
)
def test_people_are_persons_whatever_they_are_counted_in(header, written, persons):
    text = f'lon,lat,"{header}"\n108.5,22.5,"{written}"\n'
    assert people_of(text).demand["people"].tolist() == [persons]


def test_a_unit_that_stands_above_the_table_counts_where_the_header_says_none():
    above = "广西人口,,\n单位：万人,,\n经度,纬度,人口\n108.5,22.5,1.5\n"
    assert people_of(above).demand["people"].tolist() == [15_000]
    assert people_of(above.replace(",人口", ",人口（人）").replace("1.5", "15")).demand[
        "people"
    ].tolist() == [15]


def test_urban_people_have_a_unit_of_their_own():
    table = read_people_table(
        "lon,lat,人口（万人）,城镇人口\n108.5,22.5,1.2,4000\n".encode(), file_name="p.csv", datum=WGS84
    )
    assert table[["people", "urban_people"]].to_numpy().tolist() == [[12_000, 4_000]]


@pytest.mark.parametrize(
    "header", ["人口（户）", "人口（人/平方公里）", "population (per sq km)", "人口（百万人次）"]
)
def test_what_counts_no_persons_is_refused(header):
    with pytest.raises(UnreadablePeopleError, match="counts no persons") as fault:
        people_of(f'lon,lat,"{header}"\n108.5,22.5,12\n')
    assert "数的不是人" in fault.value.in_language("zh")


def test_a_count_in_ten_thousands_that_does_not_say_so_is_asked_about():
    regions = REGIONS.assign(residents=[8_000_000, 1_000_000, 7_000_000])
    table = "lon,lat,人口\n108.5,22.5,101.3\n109.5,22.5,689.2\n"
    with pytest.raises(UnreadablePeopleError, match="as if in ten thousands") as fault:
        read_people(table.encode(), regions, file_name="p.csv", datum=WGS84)
    assert "人口（万人）" in fault.value.in_language("zh")
    told = read_people(
        table.replace("人口", "人口（万人）").encode(), regions, file_name="p.csv", datum=WGS84
    )
    assert told.demand["people"].tolist() == [1_013_000, 6_892_000]


def test_more_urban_people_than_people_are_refused_with_their_rows():
    text = "lon,lat,people,urban_people\n108.5,22.5,10,10\n108.6,22.5,10,11\n109.5,22.5,0,1\n"
    with pytest.raises(UnreadablePeopleError, match="rows 3, 4 have more urban_people than people") as fault:
        people_of(text)
    assert "第 3、4 行的城镇人口多于总人口" in fault.value.in_language("zh")


def test_a_column_of_the_table_may_name_the_datum():
    text = "lon,lat,people,坐标系\n108.5,22.5,10,CGCS2000\n108.5,22.5,10,EPSG:4490\n"
    places = people_of(text, datum=GCJ02).demand.geometry
    assert [(place.x, place.y) for place in places] == [(108.5, 22.5)] * 2
    with pytest.raises(UnreadablePeopleError, match="rows 2 name a datum that is not known"):
        people_of("lon,lat,people,坐标系\n108.5,22.5,10,本地坐标\n")


def test_a_table_of_one_county_says_nothing_of_the_others():
    found = people_of("lon,lat,people\n108.5,22.5,10\n").demand
    compared = compare_with_census(found, REGIONS)
    assert compared["people"].tolist() == pytest.approx([np.nan, 10, np.nan], nan_ok=True)
    assert compared["ratio"].tolist() == pytest.approx([np.nan, 0.01, np.nan], nan_ok=True)


def test_every_kind_of_fault_is_reported_at_once():
    with pytest.raises(UnreadablePeopleError) as fault:
        people_of("lon,lat,people\n何处,22.5,10\n109.5,22.5,-4\n")
    assert "rows 2 have no usable longitude" in str(fault.value)
    assert "rows 3 have a negative number as people" in str(fault.value)


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("lon,lat,people\n108.5,22.5,0\n108.6,22.5,0\n", "0 people in every row", "全是 0"),
        ("lon,lat,name\n108.5,22.5,甲\n", "no column of people", "没有人口列"),
        ("名称,人口\n甲,5\n", "no columns of longitude", "没有经度和纬度"),
        ("lon,lat,people\n120.5,30.5,9\n", "None of the 1 points", "没有一个落在县区内"),
    ],
)
def test_a_table_that_cannot_be_used_says_why_in_both_languages(text, en, zh):
    with pytest.raises(UnreadablePeopleError, match=en) as fault:
        people_of(text)
    assert zh in fault.value.in_language("zh")


def test_a_file_that_is_no_table_is_refused():
    with pytest.raises(UnreadableListError):
        read_people(b"\x89PNG\r\n\x1a\n", REGIONS, file_name="people.csv", datum=WGS84)


def _raster(tmp_path, people, **options):
    rasterio = pytest.importorskip("rasterio")
    affine = pytest.importorskip("affine")
    path = tmp_path / "made.tif"
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326"} | options
    place = affine.Affine(0.1, 0, 107.9, 0, -0.1, 23.1)
    with rasterio.open(
        path, "w", transform=place, height=people.shape[0], width=people.shape[1], **profile
    ) as raster:
        raster.write(people.astype("float32"), 1)
    return path.read_bytes()


def test_an_uploaded_geotiff_is_read_from_memory(tmp_path):
    found = read_people(_raster(tmp_path, np.ones((12, 22))), REGIONS, file_name="人口.TIF", datum=GCJ02)
    assert found.demand["people"].sum() == 200


@pytest.mark.parametrize(
    ("options", "zh"), [({"crs": None}, "没有坐标系"), ({"crs": "EPSG:32649"}, "EPSG:32649")]
)
def test_an_uploaded_geotiff_of_another_system_is_refused_in_chinese_too(tmp_path, options, zh):
    with pytest.raises(UnreadablePeopleError) as fault:
        read_people(_raster(tmp_path, np.ones((12, 22)), **options), REGIONS, file_name="p.tif", datum=WGS84)
    assert zh in fault.value.in_language("zh")


def test_what_calls_itself_a_geotiff_and_names_other_files_never_reaches_gdal(tmp_path):
    pytest.importorskip("rasterio")
    secret = tmp_path / "secret.tif"
    vrt = "<VRTDataset rasterXSize='1' rasterYSize='1'><SRS>EPSG:4326</SRS><VRTRasterBand band='1'>"
    vrt += (
        f"<SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(UnreadablePeopleError, match="not a GeoTIFF"):
        read_people(vrt.encode(), REGIONS, file_name="people.tif", datum=WGS84)
    with pytest.raises(UnreadablePeopleError, match="cannot be read as a GeoTIFF"):
        read_people(b"II*\0" + vrt.encode(), REGIONS, file_name="people.tif", datum=WGS84)


def test_a_raster_in_one_huge_block_or_with_countless_cells_is_refused(tmp_path, monkeypatch):
    data = _raster(tmp_path, np.ones((12, 22)))
    monkeypatch.setattr("geo.population.geotiff._MOST_BLOCK_BYTES", 10)
    with pytest.raises(UnreadablePeopleError, match="in one block"):
        read_people(data, REGIONS, file_name="p.tif", datum=WGS84)
    monkeypatch.undo()
    monkeypatch.setattr("geo.population.geotiff._MOST_CELLS", 10)
    with pytest.raises(UnreadablePeopleError, match="cells around the counties"):
        read_people(data, REGIONS, file_name="p.tif", datum=WGS84)
    monkeypatch.undo()
    monkeypatch.setattr("geo.population.geotiff.MAX_BYTES", 10)
    with pytest.raises(UnreadablePeopleError, match="the most is"):
        read_people(data, REGIONS, file_name="p.tif", datum=WGS84)


def test_the_cells_of_a_coarse_raster_are_known_by_the_steps_between_them(tmp_path):
    found = read_people(_raster(tmp_path, np.ones((12, 22))), REGIONS, file_name="p.tif", datum=WGS84)
    assert cell_degrees_of(found.demand) == pytest.approx(0.1)
    assert cell_degrees_of(found.demand.iloc[:1]) == 1 / 120
