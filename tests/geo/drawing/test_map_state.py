"""The map's state is plain data, its shell is constant, and no text from outside ever meets a template."""

import base64
import json
import re

import folium
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import schema
from geo.drawing import map_state
from geo.errors import InvalidValueError, MissingColumnError

WORDS = {key: f"<{key}>" for key in map_state.WORD_KEYS} | {table: {} for table in map_state.WORD_TABLES}
LABELS = {"worker_station": "驿站", "drivers_home": "司机之家", "cultural_palace": "文化宫"}
URLS = {"points": "p", "details": "d", "regions": "r"}


@pytest.fixture
def rows(tiny_network):
    return map_state.map_points(tiny_network.facilities, tiny_network.facility_types)


def everything(rows):
    return map_state.selection_mask(rows, rows.rows)


def state_of(rows, **options):
    return map_state.map_state(everything(rows), urls=URLS, words=WORDS, legend=[], **options)


def state_in(shell):
    markup = shell.get_root().html.render()
    return json.loads(base64.b64decode(re.search(r'data-state="([^"]*)"', markup)[1]))


def test_only_facilities_with_a_place_are_drawn(rows):
    drawn = set(rows.rows[rows.drawn])
    assert {"T1", "T2", "T3", "T4"} <= drawn
    assert not {"T5", "T6"} & drawn


def test_imported_facilities_are_never_drawn_from_public_addresses(tiny_network):
    facilities = tiny_network.facilities.copy()
    facilities.loc["T1", schema.ORIGIN] = schema.IMPORTED
    rows = map_state.map_points(facilities, tiny_network.facility_types)
    assert "T1" not in rows.rows[rows.drawn]
    assert not map_state.selection_mask(rows, pd.Index(["T1"])).any()


def test_an_unknown_type_is_named(tiny_network):
    facilities = tiny_network.facilities.copy()
    facilities.loc["T1", schema.FACILITY_TYPE] = "castle"
    with pytest.raises(InvalidValueError, match="castle"):
        map_state.map_points(facilities, tiny_network.facility_types)


def test_a_frame_without_origins_is_refused(tiny_network):
    with pytest.raises(MissingColumnError, match="origin"):
        map_state.map_points(tiny_network.facilities.drop(columns=schema.ORIGIN), tiny_network.facility_types)


def test_two_facilities_with_one_id_are_refused(tiny_network):
    twice = tiny_network.facilities.iloc[[0, 0]]
    with pytest.raises(InvalidValueError, match="T1 more than once"):
        map_state.map_points(twice, tiny_network.facility_types)


def test_the_mask_marks_the_selected_rows_in_any_order(rows):
    mask = map_state.selection_mask(rows, pd.Index(["T3", "T1", "T5"]))
    assert list(rows.rows[mask]) == ["T1", "T3"]


def test_a_selection_from_another_frame_is_refused(rows):
    with pytest.raises(InvalidValueError, match="Z9"):
        map_state.selection_mask(rows, pd.Index(["T1", "Z9"]))


def test_the_bits_of_the_state_are_the_mask_low_bit_first(rows):
    state = state_of(rows)
    bits = np.unpackbits(
        np.frombuffer(base64.b64decode(state["mask"]), dtype=np.uint8), bitorder="little", count=state["rows"]
    )
    assert (bits.astype(bool) == everything(rows)).all()
    assert state["shown"] == bits.sum()


def test_the_legend_counts_what_is_drawn_and_how_much_of_it_is_simulated(rows, tiny_network, hostile_texts):
    legend = map_state.type_legend(rows, everything(rows), tiny_network.facility_types, labels=LABELS)
    counts = {entry["code"]: (entry["count"], entry["simulated"]) for entry in legend}
    stations = 3 + len(hostile_texts)
    assert counts == {"worker_station": (stations, 2), "drivers_home": (1, 0), "cultural_palace": (0, 0)}
    assert legend[0]["label"] == "驿站"
    assert legend[0]["colour"] == "#B4231A"


def test_classes_of_five_even_values_have_one_region_each():
    assert map_state.class_breaks(pd.Series([1.0, 2, 3, 4, 5])) == (1.8, 2.6, 3.4, 4.2)


def test_equal_values_make_one_class():
    assert map_state.class_breaks(pd.Series([2.0, 2, 2])) == ()


def test_values_that_are_missing_or_endless_make_no_class():
    assert map_state.class_breaks(pd.Series([np.nan, np.inf, -np.inf])) == ()
    assert map_state.class_breaks(pd.Series([], dtype=float)) == ()


def test_close_values_get_a_third_digit_rather_than_fewer_classes():
    assert len(map_state.class_breaks(pd.Series([1.13, 1.16, 1.19, 1.22, 1.4, 1.63, 1.64, 1.7]))) == 4


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), max_size=40))
@settings(deadline=None)
def test_class_limits_rise_and_lie_within_the_values(values):
    limits = map_state.class_breaks(pd.Series(values, dtype=float))
    assert list(limits) == sorted(set(limits))
    assert len(limits) <= 4
    assert all(min(values) < limit <= max(values) for limit in limits)


def test_a_county_without_a_figure_has_no_value_and_every_class_a_colour():
    values = pd.Series({"450101": 1.0, "450102": np.nan, "450201": 5.0, "450202": np.inf})
    shading = map_state.choropleth(values, title="t", unit="u", no_data="n")
    assert shading["values"] == {"450101": 1.0, "450201": 5.0}
    for colours in shading["colours"].values():
        assert len(colours) == len(shading["breaks"]) + 1
        assert len(set(colours)) == len(colours)


def test_every_missing_word_is_named_at_once(rows):
    words = {key: word for key, word in WORDS.items() if key not in {"legend", "statuses"}}
    with pytest.raises(InvalidValueError, match=r"legend, statuses"):
        map_state.map_state(everything(rows), urls=URLS, words=words, legend=[])


@pytest.mark.parametrize(
    "options", [{"theme": "pink"}, {"click_level": "village"}, {"basemap": "moon"}], ids=str
)
def test_a_choice_that_does_not_exist_is_refused(rows, options):
    with pytest.raises(InvalidValueError, match=next(iter(options.values()))):
        state_of(rows, **options)


def test_the_state_comes_out_of_the_shell_as_it_went_in(rows, hostile_texts):
    state = state_of(rows, note="\n".join(hostile_texts))
    assert state_in(map_state.network_map(state)) == state


def test_a_figure_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="Out of range"):
        map_state.network_map({"x": float("nan")})


@given(st.text())
@settings(deadline=None)
def test_no_text_can_leave_the_attribute_or_look_like_a_template(text):
    markup = map_state.network_map({"note": text}).get_root().html.render()
    assert re.fullmatch(r'<div id="gui-state" hidden data-state="[A-Za-z0-9+/=]*"></div>', markup)


def test_the_shell_is_a_folium_map_that_names_no_foreign_host():
    shell = map_state.network_map({}, script_url="../../map/map.js?v=1")
    assert isinstance(shell, folium.Map)
    assert shell.default_js == [("gui_map", "../../map/map.js?v=1")]
    assert shell.default_css == []
    assert "http" not in shell.get_root().render()


class TestWithStreamlitFolium:
    """What streamlit-folium makes of the shell; a change there must be seen here."""

    @pytest.fixture
    def st_folium(self):
        return pytest.importorskip("streamlit_folium")

    def test_script_and_head_are_the_same_for_every_state(self, st_folium, rows):
        told = []
        for note in ("a", "{{7*191}}</script>"):
            shell = map_state.network_map(state_of(rows, note=note))
            shell.get_root().render()
            told.append((st_folium._get_map_string(shell), st_folium._get_header(shell)))
        assert told[0] == told[1]
        assert told[0][1] == ""

    def test_the_markup_passes_through_untouched(self, st_folium):
        shell = map_state.network_map({"note": "{{7*191}}"})
        assert st_folium._get_html(shell) == shell.get_root().html.render()

    def test_the_hash_is_that_of_the_script_it_writes(self, st_folium):
        from hashlib import sha256
        from importlib.resources import files

        frontend = files(st_folium) / "frontend" / "build" / "static" / "js"
        (bundle,) = [path for path in frontend.iterdir() if path.name.endswith(".js")]
        ending = "window.map = map_div; window.initComponent(map_div, "
        assert ending in bundle.read_text(encoding="utf-8")
        script = st_folium._get_map_string(map_state.network_map({})) + ending + "false);"
        digest = base64.b64encode(sha256(script.encode()).digest()).decode()
        assert map_state.inline_script_hashes() == (f"sha256-{digest}",)
