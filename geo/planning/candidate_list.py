"""A list of candidates as a clerk saves it: CSV in UTF-8 or GB 18030, titles in Chinese or English."""

from io import BytesIO

import pandas as pd

from geo.errors import InvalidValueError
from geo.schema import LAT, LON, NAME

MOST_ROWS = 20_000
MOST_BYTES = 5_000_000
_TITLES = {
    LON: (LON, "lng", "longitude", "x", "经度"),
    LAT: (LAT, "latitude", "y", "纬度"),
    NAME: (NAME, "名称", "地点"),
}


def read_candidate_list(content: bytes) -> pd.DataFrame:
    """Read a list of places where a site could stand.

    Parameters
    ----------
    content
        A CSV file.

    Returns
    -------
    DataFrame
        `lon` and `lat` as text, and `name` if there is one;
        `geo.planning.candidates.listed_candidates` checks them.

    Raises
    ------
    InvalidValueError
        It is no CSV in UTF-8 or GB 18030, too large, or lacks longitude or latitude.
    """
    if len(content) > MOST_BYTES:
        raise InvalidValueError("list_over_bytes", most=MOST_BYTES)
    table = _read(content)
    titles = {str(title).strip().lower(): title for title in table.columns}
    found = {
        column: next((titles[word] for word in words if word in titles), None)
        for column, words in _TITLES.items()
    }
    missing = [column for column in (LON, LAT) if found[column] is None]
    if missing:
        raise InvalidValueError("list_lacks_columns", missing=missing)
    if len(table) > MOST_ROWS:
        raise InvalidValueError("list_over_rows", most=MOST_ROWS)
    rows = table[[title for title in found.values() if title is not None]]
    return rows.set_axis([column for column, title in found.items() if title is not None], axis=1)


def _read(content: bytes) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(BytesIO(content), encoding=encoding, dtype="str", nrows=MOST_ROWS + 1)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            continue
    raise InvalidValueError("list_no_csv")
