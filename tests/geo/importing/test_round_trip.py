"""What the program writes it reads back: import(export(x)) = x, in every format and for every text."""

import datetime as dt
import sys
import unicodedata

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import schema
from geo.export.columns import writable
from geo.export.files import provenance_of, to_csv, to_geojson, to_geopackage, to_xlsx
from geo.importing.checks.check_list import to_facilities
from geo.importing.columns.header_matching import match_columns
from geo.importing.readers.any_file import read_list

# Each test is a second or less; together they are several.
pytestmark = pytest.mark.slow
WRITERS = {"csv": to_csv, "xlsx": to_xlsx, "geojson": to_geojson, "gpkg": to_geopackage}
DAY = dt.date(2026, 11, 23)


def about(facilities, network):
    return provenance_of(facilities, network, title="往返", filters={}, generated_on=DAY)


def brought_back(facilities, kind, network, knowledge):
    data = WRITERS[kind](facilities, about=about(facilities, network))
    parts = []
    for table in read_list(data, file_name=f"往返.{kind}"):
        assert table.own_export
        mapping = match_columns(table, knowledge.words)
        checked = to_facilities(table, mapping, network, datum="BD-09", checked_on=DAY, knowledge=knowledge)
        assert len(checked.rest) == 0, checked.findings.to_string()
        parts.append(checked.facilities)
    return pd.concat(parts).loc[facilities.index]


def same(back, facilities):
    for column in schema.FACILITY_COLUMNS:
        pd.testing.assert_series_equal(back[column], facilities[column], obj=column)
    assert (back.geometry.isna() == facilities.geometry.isna()).all()
    known = facilities.geometry.notna()
    assert back.geometry[known].geom_equals_exact(facilities.geometry[known], 5.1e-7).all()


@pytest.fixture(scope="module")
def some(network):
    """Give facilities of every origin, placed and not."""
    facilities = network.facilities
    placed = schema.located(facilities)
    picked = [
        facilities[(facilities["origin"] == origin) & (placed == there)].head(12)
        for origin in ("sourced", "simulated")
        for there in (True, False)
    ]
    chosen = pd.concat(picked)
    return gpd.GeoDataFrame(chosen[chosen["county"].notna()], crs=facilities.crs)


@pytest.mark.parametrize("kind", WRITERS)
def test_an_export_comes_back_as_it_went(some, network, knowledge, kind):
    same(brought_back(some, kind, network, knowledge), some)


def test_simulated_rows_of_an_export_are_told_and_stay_simulated(some, network, knowledge):
    table = read_list(to_csv(some, about=about(some, network)), file_name="往返.csv")[0]
    mapping = match_columns(table, knowledge.words)
    checked = to_facilities(table, mapping, network, datum=None, checked_on=DAY, knowledge=knowledge)
    told = checked.findings[checked.findings["finding_code"] == "simulated_row"]
    assert len(told) == (some["origin"] == "simulated").sum() > 0
    assert checked.facilities["origin"].to_dict() == some["origin"].to_dict()


# What tables cannot hold is replaced on export already; a number that may be a person's is hidden on import.
TEXTS = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=20,
    )
    | st.sampled_from(
        [
            "=1+1",
            "+x",
            "-x",
            "@SUM(A1)",
            "'x",
            "''x",
            '"',
            '""',
            "a\nb",
            "a\tb",
            "a,b;c",
            "\u202ex",
            "{{7*7}}",
        ]
    )
).filter(lambda text: text.strip())


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITERS)
@settings(
    deadline=None,
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(TEXTS, min_size=24, max_size=24))
def test_every_text_comes_back_to_the_letter(some, network, knowledge, kind, texts):
    sourced = some[(some["origin"] == "sourced") & schema.located(some)].copy()
    assert len(sourced) == 12
    sourced["name"] = pd.Series(texts[:12], index=sourced.index, dtype="str")
    sourced["address"] = pd.Series(texts[12:], index=sourced.index, dtype="str")
    back = brought_back(sourced, kind, network, knowledge)
    assert back["name"].to_dict() == sourced["name"].to_dict()
    assert back["address"].to_dict() == sourced["address"].to_dict()


def of_every_category():
    """Give for each Unicode category a text of letters of it, all over its range, between two plain ones."""
    found = {}
    for code in range(sys.maxunicode + 1):
        found.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
    picked = {kind: letters[:: max(1, len(letters) // 12)][:12] for kind, letters in found.items()}
    # Half characters (Cs) no frame of text can hold.
    return {kind: f"甲{''.join(letters)}站" for kind, letters in sorted(picked.items()) if kind != "Cs"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITERS)
def test_a_text_of_every_unicode_category_comes_back(some, network, knowledge, kind):
    texts = of_every_category()
    assert len(texts) == 29
    sites = some[(some["origin"] == "sourced")].head(1)
    sites = gpd.GeoDataFrame(pd.concat([sites] * len(texts)), crs=some.crs)
    sites.index = pd.Index([f"T{number}" for number in range(len(texts))], name=some.index.name)
    for column in ("name", "address", "partner"):
        sites[column] = pd.Series(list(texts.values()), index=sites.index, dtype="str")
    back = brought_back(sites, kind, network, knowledge)
    # What no table can hold (control characters) is replaced on export, and stays so; JSON holds it.
    kept = list(texts.values()) if kind == "geojson" else [writable(text) for text in texts.values()]
    for column in ("name", "address", "partner"):
        assert back[column].tolist() == kept


def test_hostile_texts_come_back_as_they_are_and_do_nothing(some, network, knowledge, hostile_texts):
    sites = some[some["origin"] == "sourced"].head(len(hostile_texts)).copy()
    texts = list(hostile_texts)[: len(sites)]
    for column in ("name", "address", "partner"):
        sites[column] = pd.Series(texts, index=sites.index, dtype="str")
    for kind in WRITERS:
        back = brought_back(sites, kind, network, knowledge)
        assert back["name"].tolist() == texts


def test_an_export_edited_by_hand_is_checked_like_any_list(some, network, knowledge):
    data = to_csv(some, about=about(some, network)).decode("utf-8-sig")
    name = some["name"].iloc[0]
    table = read_list(data.replace(f",{name},", ",,", 1).encode(), file_name="改.csv")[0]
    mapping = match_columns(table, knowledge.words)
    checked = to_facilities(table, mapping, network, datum=None, checked_on=DAY, knowledge=knowledge)
    assert "name_missing" in set(checked.findings["finding_code"])
    assert len(checked.rest) == 1
