"""Read the published totals and the standards, each with its source."""

from pathlib import Path

import pandas as pd

from geo import schema
from geo.catalog import DATA_FOLDER, data_path

COUNTS_ENTRY, STANDARDS_ENTRY = "counts", "standards"
_COUNT_EXTRAS = (
    schema.SERIES,
    schema.DEFINITION_PART,
    schema.REGION_NAME,
    schema.REGION_LEVEL,
    schema.AS_OF_SORT,
)


def read_counts(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read every published total.

    Totals of different `series` have different definitions and must never be added. `definition_part` tells
    whether a series counts the type as published ("whole"), a part of it, or another thing under a like name.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    DataFrame
        One row a total: `schema.COUNT_COLUMNS`, `series`, `definition_part`, `region_name`, `region_level`,
        and `as_of_sort`, an ISO date (or its beginning) for sorting where `as_of` is words. `region` is an
        adcode, 100000 for the nation; a township's total has its county's. Honours have no `facility_type`.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError, InvalidValueError
        The table is not one of totals.
    """
    counts = pd.read_csv(data_path(COUNTS_ENTRY, folder=folder), dtype="str")
    schema.require_columns(counts, (*schema.COUNT_COLUMNS, *_COUNT_EXTRAS), what=COUNTS_ENTRY)
    schema.require_values(
        counts[schema.DEFINITION_PART],
        schema.DEFINITION_PARTS,
        what=f"{COUNTS_ENTRY}.{schema.DEFINITION_PART}",
    )
    return counts.assign(**{schema.COUNT: counts[schema.COUNT].astype("int64")})


def read_standards(folder: Path = DATA_FOLDER) -> pd.DataFrame:
    """Read the rules that coverage is judged by.

    Parameters
    ----------
    folder
        A data folder with its catalogue.

    Returns
    -------
    DataFrame
        One row a rule: `schema.STANDARD_COLUMNS`; `threshold` is a number in `unit`, `standing` one of
        `schema.STANDINGS`.

    Raises
    ------
    CatalogError
        The file is missing, changed, or has no entry.
    MissingColumnError, InvalidValueError
        The table is not one of standards.
    """
    standards = pd.read_csv(data_path(STANDARDS_ENTRY, folder=folder), dtype="str")
    schema.require_columns(standards, schema.STANDARD_COLUMNS, what=STANDARDS_ENTRY)
    schema.require_values(
        standards[schema.STANDING], schema.STANDINGS, what=f"{STANDARDS_ENTRY}.{schema.STANDING}"
    )
    return standards.assign(**{schema.THRESHOLD: standards[schema.THRESHOLD].astype("float64")})
