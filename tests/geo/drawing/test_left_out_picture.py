"""A picture of the people left out: one cell, one colour, where it is."""

from io import BytesIO

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.drawing.left_out_picture import CLASS_COLOURS, left_out_picture, picture_legend
from geo.drawing.overlays import gap_entries, overlay_state
from geo.errors import InvalidValueError
from web.map.pictures import picture_routes, picture_url

STEP = 0.1


def homes(*rows):
    frame = pd.DataFrame(list(rows), columns=["lon", "lat", "people"])
    places = shapely.points(frame.pop("lon"), frame.pop("lat"))
    frame = frame.assign(urban_people=frame["people"] / 2, workers=0.0, county="450101")
    return gpd.GeoDataFrame(frame, geometry=places, crs="EPSG:4326")


STREET = homes((108.0, 22.0, 60.0), (108.1, 22.0, 6000.0), (108.2, 22.1, 300.0))
FAR = pd.Series([100.0, 2000.0, np.inf])


def pixels(picture):
    return np.asarray(Image.open(BytesIO(picture.png)).convert("RGBA"))


def colour(rank):
    return tuple(bytes.fromhex(CLASS_COLOURS[rank][1:]))


def test_each_cell_left_out_has_the_colour_of_its_people_and_the_covered_none():
    picture = left_out_picture(FAR, STREET, who="people", threshold_m=1000, cell_degrees=STEP)
    assert (picture.west, picture.south) == pytest.approx((108.05, 21.95))
    assert (picture.east, picture.north) == pytest.approx((108.25, 22.15))
    drawn = pixels(picture)
    assert drawn.shape == (4, 2, 4)
    assert tuple(drawn[3, 0, :3]) == colour(4)
    assert tuple(drawn[0, 1, :3]) == colour(2)
    assert drawn[0, 0, 3] == drawn[3, 1, 3] == 0
    assert 0 < drawn[3, 0, 3] < 255


def test_a_distance_equal_to_the_threshold_is_not_left_out():
    picture = left_out_picture(FAR, STREET, who="people", threshold_m=2000, cell_degrees=STEP)
    assert picture.west == pytest.approx(108.15)


def test_where_nobody_is_left_out_there_is_no_picture():
    nobody = left_out_picture(FAR.clip(upper=1.0), STREET, who="people", threshold_m=1, cell_degrees=STEP)
    assert nobody.png == b""
    assert left_out_picture(FAR, STREET, who="workers", threshold_m=1, cell_degrees=STEP).png == b""
    state = overlay_state(words=dict.fromkeys(("picture", "gap", "circle", "hatched"), ""), picture=nobody)
    assert state["picture"] is None


def test_the_same_people_give_the_same_bytes_and_the_legend_has_every_colour():
    once, again = (
        left_out_picture(FAR, STREET, who="urban_people", threshold_m=1000, cell_degrees=STEP)
        for _ in range(2)
    )
    assert once == again
    assert [entry["colour"] for entry in picture_legend()] == list(CLASS_COLOURS)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InvalidValueError, match="cats"):
        left_out_picture(FAR, STREET, who="cats", threshold_m=1000)
    with pytest.raises(InvalidValueError, match="draw a smaller area"):
        left_out_picture(FAR, STREET, who="people", threshold_m=1, cell_degrees=1e-5)
    with pytest.raises(InvalidValueError, match="make no sense"):
        left_out_picture(FAR, STREET, who="people", threshold_m=float("nan"))


def test_gaps_on_the_map_are_the_largest_with_what_their_popups_say():
    columns = {"lon": [108.123456789, 109.0], "lat": [22.0, 23.0], "people": [90.4, 10.0]}
    gaps = pd.DataFrame(columns, index=[1, 2])
    entries = gap_entries(gaps, who="people", titles=["甲<b>", "乙"], lines=[[("人", "90")], []], most=1)
    assert entries == [
        {
            "rank": 1,
            "lon": 108.12346,
            "lat": 22.0,
            "people": 90,
            "title": "甲<b>",
            "lines": [["人", "90"]],
        }
    ]


def test_a_picture_is_fetched_by_its_address_and_nothing_else_is():
    png = left_out_picture(FAR, STREET, who="people", threshold_m=1000, cell_degrees=STEP).png
    address = picture_url(png).split("?")[0].replace("../", "")
    with TestClient(Starlette(routes=picture_routes())) as client:
        version = address.rsplit("/", 1)[1]
        answer = client.get(f"/map/pictures/{version}")
        assert answer.status_code == 200
        assert answer.content == png
        assert answer.headers["content-type"] == "image/png"
        assert client.get("/map/pictures/unknown.png").status_code == 404
