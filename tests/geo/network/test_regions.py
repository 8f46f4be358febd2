"""Regions: the real outlines and census, a small world, and finding a county by its many names."""

import json
import re
from contextlib import nullcontext

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import schema
from geo.catalog import data_path, file_sha256, read_catalog
from geo.errors import CatalogError, MissingColumnError, UnknownNameError
from geo.geodesy import datums
from geo.network import regions

# 广西壮族自治区第七次全国人口普查主要数据公报, 2021-05.
PUBLISHED_RESIDENTS = {
    "南宁市": 8_741_584,
    "柳州市": 4_157_934,
    "桂林市": 4_931_137,
    "梧州市": 2_820_977,
    "北海市": 1_853_227,
    "防城港市": 1_046_068,
    "钦州市": 3_302_238,
    "贵港市": 4_316_262,
    "玉林市": 5_796_766,
    "百色市": 3_571_505,
    "贺州市": 2_007_858,
    "河池市": 3_417_945,
    "来宾市": 2_074_611,
    "崇左市": 2_088_692,
}


@pytest.fixture(scope="module")
def guangxi():
    return regions.read_regions()


@pytest.fixture(scope="module")
def display():
    return regions.read_display_regions()


def of_level(frame, level):
    return frame[frame[schema.LEVEL] == level]


def both(request):
    return request.getfixturevalue(request.param)


outlines = pytest.fixture(scope="module", params=["guangxi", "display"])(both)


def test_there_are_one_province_14_prefectures_and_111_counties(outlines):
    assert outlines.index.name == schema.ADCODE
    assert outlines.index.is_unique
    assert [len(of_level(outlines, level)) for level in schema.LEVELS] == [1, 14, 111]
    assert outlines.crs.to_string() == schema.WGS84


def test_levels_come_in_order_and_each_by_code(outlines):
    assert outlines[schema.LEVEL].drop_duplicates().tolist() == list(schema.LEVELS)
    for level in schema.LEVELS:
        assert of_level(outlines, level).index.is_monotonic_increasing


def test_every_county_lies_in_its_prefecture_and_every_prefecture_in_the_province(outlines):
    counties, prefectures = of_level(outlines, "county"), of_level(outlines, "prefecture")
    assert (counties[schema.PARENT] == counties.index.str[:4] + "00").all()
    assert set(counties[schema.PARENT]) == set(prefectures.index)
    assert (prefectures[schema.PARENT] == "450000").all()
    assert pd.isna(outlines.loc["450000", schema.PARENT])


def test_every_region_has_a_chinese_and_an_english_name(outlines):
    assert outlines[[schema.NAME, schema.NAME_EN]].notna().all().all()
    assert outlines[schema.NAME].is_unique
    assert outlines[schema.NAME_EN].is_unique
    assert outlines.loc["450181", [schema.NAME, schema.NAME_EN]].tolist() == ["横州市", "Hengzhou City"]


def test_the_counties_leave_no_gap_and_do_not_overlap(outlines):
    for level in ("county", "prefecture"):
        shapes = of_level(outlines, level).geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes, gap_width=0.001)
    # The one hole is in the source: about 1 km² near 105.08 E, 24.92 N.
    parts = shapely.get_parts(outlines.geometry["450000"])
    assert shapely.get_num_interior_rings(parts).sum() == 1


def test_a_prefecture_is_bounded_by_the_lines_of_its_counties(outlines):
    counties = of_level(outlines, "county").geometry
    vertices = set(map(tuple, shapely.get_coordinates(counties.to_numpy())))
    upper = outlines[outlines[schema.LEVEL] != "county"].geometry.to_numpy()
    assert set(map(tuple, shapely.get_coordinates(upper))) <= vertices
    nanning = shapely.coverage_union_all(counties[counties.index.str.startswith("4501")].to_numpy())
    assert shapely.equals(nanning, outlines.geometry["450100"])
    everything = shapely.coverage_union_all(counties.to_numpy())
    assert shapely.equals(everything, outlines.geometry["450000"])


def test_neighbours_share_every_vertex_of_their_border(outlines):
    # 青秀区 and 兴宁区 of Nanning.
    ours, theirs = outlines.geometry["450103"], outlines.geometry["450102"]
    border = shapely.line_merge(shapely.intersection(ours, theirs))
    assert border.length > 0.1
    on_border = set(map(tuple, shapely.get_coordinates(border)))
    for county in (ours, theirs):
        assert on_border <= set(map(tuple, shapely.get_coordinates(county)))


def test_exteriors_turn_counter_clockwise_and_holes_clockwise(outlines):
    parts = shapely.get_parts(outlines.geometry.to_numpy())
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()
    holes = [hole for part in parts for hole in part.interiors]
    assert not shapely.is_ccw(holes).any()


def test_full_detail_is_kept(guangxi):
    counties = of_level(guangxi, "county").geometry.to_numpy()
    assert shapely.get_num_coordinates(counties).sum() == 124_643
    millionths = shapely.get_coordinates(counties) * 1e6
    assert np.abs(millionths - millionths.round()).max() < 1e-4


def test_the_area_is_the_official_one_within_a_thousandth(guangxi):
    assert guangxi.loc["450000", schema.AREA_KM2] == pytest.approx(237_600, rel=0.001)
    assert guangxi.loc["450000", schema.AREA_KM2] == pytest.approx(237_491.33, abs=0.01)


def test_the_stored_areas_are_the_measured_ones_and_add_up(guangxi):
    measured = datums.area_km2(guangxi.geometry)
    assert guangxi[schema.AREA_KM2].tolist() == pytest.approx(measured.tolist(), abs=0.01)
    counties = of_level(guangxi, "county")
    sums = counties.groupby(schema.PARENT)[schema.AREA_KM2].sum()
    assert sums.tolist() == pytest.approx(of_level(guangxi, "prefecture")[schema.AREA_KM2].tolist(), abs=0.01)


def test_the_residents_of_guangxi_are_the_published_ones_to_the_person(guangxi):
    assert guangxi.loc["450000", schema.RESIDENTS] == 50_126_804


def test_the_residents_of_every_prefecture_are_the_published_ones_to_the_person(guangxi):
    prefectures = of_level(guangxi, "prefecture").set_index(schema.NAME)
    assert prefectures[schema.RESIDENTS].to_dict() == PUBLISHED_RESIDENTS
    assert sum(PUBLISHED_RESIDENTS.values()) == 50_126_804


def test_every_people_column_adds_up_from_county_to_province(guangxi):
    people = guangxi[list(schema.CENSUS_COLUMNS)]
    sums = [people[guangxi[schema.LEVEL] == level].sum().tolist() for level in schema.LEVELS]
    assert sums[0] == sums[1] == sums[2]
    assert (people.dtypes == "int64").all()


def test_parts_of_the_people_are_never_more_than_the_whole(guangxi):
    assert (
        guangxi[schema.URBAN_RESIDENTS] + guangxi[schema.RURAL_RESIDENTS] == guangxi[schema.RESIDENTS]
    ).all()
    assert (guangxi[schema.RESIDENTS_15_59] <= guangxi[schema.RESIDENTS_15PLUS]).all()
    assert (guangxi[schema.RESIDENTS_15PLUS] <= guangxi[schema.RESIDENTS]).all()
    assert (guangxi[schema.NONFARM_EMPLOYED] < guangxi[schema.RESIDENTS_15PLUS]).all()
    assert (guangxi[schema.HOUSEHOLDS] < guangxi[schema.RESIDENTS]).all()


def test_the_frame_has_the_columns_the_stages_agreed_on(guangxi, display):
    assert guangxi.columns.tolist() == [*schema.REGION_COLUMNS, schema.GEOMETRY]
    assert display.columns.tolist() == ["name", "name_en", "level", "parent", "geometry"]


def test_every_county_seat_lies_in_or_by_its_county(guangxi):
    census = regions.read_census()
    seats = schema.points(census[schema.SEAT_LON], census[schema.SEAT_LAT]).to_crs(datums.EQUAL_AREA)
    counties = of_level(guangxi, "county").geometry.to_crs(datums.EQUAL_AREA)
    assert census.index.tolist() == counties.index.tolist()
    assert seats.distance(counties).max() < 3000


def test_the_display_version_is_small_and_says_the_same(guangxi, display):
    assert data_path("regions_display").stat().st_size <= 500_000
    columns = [schema.NAME, schema.NAME_EN, schema.LEVEL, schema.PARENT]
    pd.testing.assert_frame_equal(pd.DataFrame(display[columns]), pd.DataFrame(guangxi[columns]))
    area = datums.area_km2(display.geometry)
    assert area["450000"] == pytest.approx(guangxi.loc["450000", schema.AREA_KM2], rel=0.001)


def test_the_display_version_has_at_most_five_decimals(display):
    places = shapely.get_coordinates(display.geometry.to_numpy()) * 1e5
    assert np.abs(places - places.round()).max() < 1e-5


def test_the_display_file_names_exactly_its_properties():
    features = json.loads(data_path("regions_display").read_text(encoding="utf-8"))["features"]
    assert {tuple(feature["properties"]) for feature in features} == {
        ("adcode", "name", "name_en", "level", "parent")
    }
    assert features[0]["properties"]["parent"] is None


# Finding.


@pytest.mark.parametrize(
    ("name", "adcode"),
    [
        ("450103", "450103"),
        ("青秀区", "450103"),
        ("青秀", "450103"),
        (" 青 秀 区 ", "450103"),
        ("\u3000青秀区\n", "450103"),
        ("４５０１０３", "450103"),
        ("横州市", "450181"),
        ("横县", "450181"),
        ("450127", "450181"),
        ("恭城瑶族自治县", "450332"),
        ("恭城自治县", "450332"),
        ("恭城县", "450332"),
        ("恭城", "450332"),
        ("三江", "450226"),
        ("都安县", "451228"),
        ("罗城", "451225"),
        ("环江县", "451226"),
        ("龙胜", "450328"),
        ("隆林县", "451031"),
        ("藤县", "450422"),
        ("容县", "450921"),
        ("东兴", "450681"),
        ("防城", "450603"),
        ("城中", "450202"),
        ("武鸣县", "450110"),
        ("临桂县", "450312"),
        ("柳江县", "450206"),
        ("靖西县", "451081"),
        ("平果县", "451082"),
        ("荔浦县", "450381"),
        ("田阳县", "451003"),
        ("宜州市", "451203"),
        ("蝶山", "450403"),
        ("新城区", "450103"),
        ("邕宁", "450109"),
    ],
)
def test_a_county_is_found_by_each_of_its_names(guangxi, name, adcode):
    assert regions.find_county(name, guangxi) == adcode


def test_every_county_and_prefecture_is_found_by_code_full_and_short_name(guangxi):
    for level, find in (("county", regions.find_county), ("prefecture", regions.find_prefecture)):
        for adcode, name in of_level(guangxi, level)[schema.NAME].items():
            assert {find(form, guangxi) for form in (adcode, name, regions.short_name(name))} == {adcode}


def test_every_ended_name_and_code_leads_to_a_county_of_today_or_to_its_choices(guangxi):
    for name, code, year, successors in regions.ENDED:
        assert set(successors) <= set(of_level(guangxi, "county").index)
        assert 2000 < year < 2022
        if len(successors) == 1:
            assert {regions.find_county(form, guangxi) for form in (name, code or name)} == set(successors)


@pytest.mark.parametrize(
    ("name", "adcode"), [("南宁", "450100"), ("南宁市", "450100"), ("450600", "450600"), ("防城港", "450600")]
)
def test_a_prefecture_is_found_by_each_of_its_names(guangxi, name, adcode):
    assert regions.find_prefecture(name, guangxi) == adcode


@pytest.mark.parametrize(
    ("name", "near"), [("青透区", "青秀区"), ("横洲市", "横州市"), ("西乡塘", None), ("西乡糖区", "西乡塘区")]
)
def test_an_unknown_county_is_told_with_the_near_names(guangxi, name, near):
    if near is None:
        assert regions.find_county(name, guangxi) == "450107"
        return
    with pytest.raises(UnknownNameError, match=f"There is no county '{name}' .near: .*{near}"):
        regions.find_county(name, guangxi)


def test_a_divided_county_is_told_with_its_parts(guangxi):
    with pytest.raises(UnknownNameError, match="'邕宁县' may be 450109 邕宁区, 450108 良庆区"):
        regions.find_county("邕宁县", guangxi)


def test_a_prefecture_is_no_county_and_a_county_no_prefecture(guangxi):
    with pytest.raises(UnknownNameError, match="'桂林' is a prefecture, not a county"):
        regions.find_county("桂林", guangxi)
    with pytest.raises(UnknownNameError, match="'青秀区' is a county, not a prefecture"):
        regions.find_prefecture("青秀区", guangxi)


@pytest.mark.parametrize(
    "name", ["", "  ", "450100", "450199", "东兴区", "桂林县", "区", "{{7*191}}", "a\nb", None, 450103]
)
def test_what_is_no_county_is_refused(guangxi, name):
    with pytest.raises(UnknownNameError):
        regions.find_county(name, guangxi)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(name=st.text())
def test_any_text_finds_a_county_or_is_refused_politely(name):
    world = small_world()
    known = {"100101", "100102", "东山区", "东山县"}
    with pytest.raises(UnknownNameError, match=re.escape(repr(name))) if name not in known else nullcontext():
        assert regions.find_county(name, world) in world.index


def small_world(names=("东山区", "东山县")):
    rows = [("南州市", "prefecture"), *((name, "county") for name in names)]
    return pd.DataFrame(rows, columns=[schema.NAME, schema.LEVEL], index=["100100", "100101", "100102"])


def test_a_short_name_of_two_counties_is_told_with_both():
    world = small_world()
    assert regions.find_county("东山县", world) == "100102"
    with pytest.raises(UnknownNameError, match="may be 100101 东山区, 100102 东山县"):
        regions.find_county("东山", world)


def test_the_name_of_today_wins_over_one_that_ended():
    names = ("新城区", "青秀区")
    world = small_world(names).rename({"100101": "450109", "100102": "450103"})
    assert regions.find_county("新城区", world) == "450109"


def test_ended_names_mean_nothing_where_their_successors_are_not():
    with pytest.raises(UnknownNameError):
        regions.find_county("横县", small_world())


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("青秀区", "青秀"),
        ("横州市", "横州"),
        ("藤县", "藤县"),
        ("恭城瑶族自治县", "恭城"),
        ("隆林各族自治县", "隆林"),
        ("环江毛南族自治县", "环江"),
        ("苗族侗族自治县", "苗族侗族自治县"),
        ("", ""),
    ],
)
def test_names_are_shortened_as_people_say_them(name, short):
    assert regions.short_name(name) == short


# Reading other folders.


@pytest.fixture
def other_folder(tmp_path):
    """Give a folder with regions and census of its own, and a way to write them with their entries."""
    counties = gpd.GeoDataFrame(
        {
            "adcode": ["100000", "100100", "100101", "100102"],
            "name": ["省", "市", "甲区", "乙县"],
            "name_en": ["P", "C", "A", "B"],
            "level": ["province", "prefecture", "county", "county"],
            "parent": [None, "100000", "100100", "100100"],
            "area_km2": [2.0, 2.0, 1.0, 1.0],
        },
        geometry=[
            shapely.box(0, 0, 2, 1),
            shapely.box(0, 0, 2, 1),
            shapely.box(0, 0, 1, 1),
            shapely.box(1, 0, 2, 1),
        ],
        crs="EPSG:4326",
    )
    census = pd.DataFrame(
        {"adcode": ["100102", "100101"], **{column: [10, 1] for column in schema.CENSUS_COLUMNS}}
    )

    def write(counties=counties, census=census):
        counties.to_parquet(tmp_path / "regions.parquet")
        census.to_csv(tmp_path / "census.csv", index=False)
        fields = vars(read_catalog()["regions"]) | {"notes": {}}
        paths = {"regions": "regions.parquet", "census": "census.csv"}
        listing = {
            name: fields | {"path": path, "sha256": file_sha256(tmp_path / path)}
            for name, path in paths.items()
        }
        for entry in listing.values():
            del entry["name"]
        (tmp_path / "catalog.json").write_text(json.dumps(listing), encoding="utf-8")
        return tmp_path

    return counties, census, write


def test_another_folder_is_read_and_its_people_added_up_whatever_their_order(other_folder):
    _, _, write = other_folder
    world = regions.read_regions(write())
    assert world[schema.RESIDENTS].tolist() == [11, 11, 1, 10]


def test_a_county_without_census_is_told(other_folder):
    _, census, write = other_folder
    with pytest.raises(CatalogError, match="census has no row for 100101"):
        regions.read_regions(write(census=census.head(1)))


def test_a_census_that_lacks_columns_is_told_with_all_of_them(other_folder):
    _, census, write = other_folder
    with pytest.raises(MissingColumnError, match="census lacks residents, households"):
        regions.read_regions(write(census=census.drop(columns=["households", "residents"])))


def test_regions_that_lack_columns_are_told_with_all_of_them(other_folder):
    counties, _, write = other_folder
    with pytest.raises(MissingColumnError, match="regions lacks level, parent"):
        regions.read_regions(write(counties=counties.drop(columns=["parent", "level"])))


def test_a_file_changed_by_one_byte_is_not_read(other_folder):
    _, _, write = other_folder
    folder = write()
    with (folder / "census.csv").open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(CatalogError, match=r"census\.csv is not the file"):
        regions.read_regions(folder)
