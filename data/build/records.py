"""What every script that builds facilities shares: the columns of a record, and how it is written."""

from pathlib import Path

import pandas as pd

from geo import schema
from geo.catalog import DATA_FOLDER

RAW_FOLDER = DATA_FOLDER / "raw"
RETRIEVED = "2026-11-23"
FACTS_LICENCE = "公开报道中的事实，注明出处 (facts from public reports, sources named)"
ODBL = "ODbL 1.0"
OSM_CREDIT = "© OpenStreetMap contributors"
NEWSPAPER = "报纸专版《凝心铸魂跟党走 团结奋斗新征程——广西工会十三大以来工会工作回顾》"
COLUMNS = (
    schema.FACILITY_ID,
    *(name for name in schema.FACILITY_COLUMNS if name != schema.DATASET),
    schema.LON,
    schema.LAT,
)
NUMBERS = (schema.PLACE_ERROR_M, schema.CAPACITY, schema.LON, schema.LAT)


def read_raw(name: str) -> pd.DataFrame:
    """Read a raw file as text, blanks missing."""
    return pd.read_csv(RAW_FOLDER / name, dtype="str")


def complete(records: pd.DataFrame) -> pd.DataFrame:
    """Return every record with all columns in their order, those it lacks missing.

    Raises
    ------
    ValueError
        A record has a column that facilities do not have, or an id occurs twice.
    """
    strange = sorted(set(records.columns) - set(COLUMNS))
    if strange:
        raise ValueError(f"facilities have no column {', '.join(strange)}")
    twice = sorted(records.loc[records[schema.FACILITY_ID].duplicated(), schema.FACILITY_ID])
    if twice:
        raise ValueError(f"ids given twice: {', '.join(twice)}")
    kinds = {name: "float64" if name in NUMBERS else "str" for name in COLUMNS}
    return records.reindex(columns=list(COLUMNS)).astype(kinds)


def write_csv(rows: pd.DataFrame, path: Path) -> Path:
    """Write a table as UTF-8 text with line feeds, and give its path back."""
    rows.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path
