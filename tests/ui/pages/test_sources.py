"""The sources page: every file, total and standard stands on it."""

from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from geo import schema

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    page.switch_page("screens/sources/page.py").run()
    assert not page.exception
    return page


def test_every_catalogued_file_stands_on_the_page_with_source_licence_and_hash(network):
    table = opened().dataframe[0].value
    assert list(table["文件"]) == [entry.path for entry in network.catalog.values()]
    assert list(table["SHA-256"]) == [entry.sha256 for entry in network.catalog.values()]
    for column in ("来源", "截至", "许可", "署名"):
        assert table[column].str.len().min() > 0


def test_every_published_total_has_its_date_and_definition(network):
    table = opened().dataframe[1].value
    assert list(table["公布数"]) == list(network.counts[schema.COUNT])
    assert table[["口径", "截至", "来源"]].notna().all(axis=None)


def test_every_standard_has_its_standing(network):
    table = opened().dataframe[2].value
    assert len(table) == len(network.standards)
    assert table["依据性质"].notna().all()
    assert table.loc[0, ["指标", "阈值", "单位"]].to_list() == ["直线距离", "1000", "米"]
    assert table[["指标", "单位"]].notna().all(axis=None)


def test_the_limits_are_stated_with_figures_from_the_data(network):
    page = opened()
    stations = network.select(types=["worker_station"])
    named = (stations[schema.ORIGIN] == schema.SOURCED).sum()
    assert f"点名了 {named} 个" in page.markdown[0].value


def test_the_page_reads_in_english_too():
    page = opened(lang="en")
    assert page.title[0].value == "Sources and methods"
    assert isinstance(page.dataframe[0].value, pd.DataFrame)


def test_the_shares_near_the_county_unions_stand_there_with_their_range(network):
    table = opened().dataframe[3].value
    assert table.columns.tolist() == ["区域", "5 公里内", "10 公里内", "20 公里内", "30 公里内"]
    assert table.iloc[0].tolist() == [
        network.regions.loc["450000", schema.NAME],
        "26.7% (14.7–40.3)",
        "44.8% (37.1–53.7)",
        "69.0% (64.8–75.5)",
        "87.3% (84.3–91.4)",
    ]
    assert len(table) == 1 + len(network.prefectures)
