"""What every reader gives: one table as it stands in the file, every value as text."""

from dataclasses import dataclass, field

import pandas as pd

ROW = "row"
REASON, TEXT = "reason", "text"
BLANK = ""

# Bounds of what is read at all; a list of a whole province stays far below them.
MAX_BYTES = 50 * 2**20
MAX_ROWS = 200_000
# A sheet of so many rows has titles, headers and notes besides.
SPARE_ROWS = 100
MAX_COLUMNS = 256
MAX_CELLS = 5_000_000
# Cells of a sheet from its first corner to the last that holds something.
MAX_FILLED = 3_000_000
MAX_CELL_LENGTH = 32_767
# Sheets, layers or folder files of one file, and the vertices of all its shapes.
MAX_TABLES = 500
MAX_VERTICES = 2_000_000

# The sheets this program writes beside a list, which are none whatever they look like.
NOTES_SHEET, CHOICES_SHEET, HELP_SHEET = "填写说明", "选项", "说明"
OWN_SHEETS = (NOTES_SHEET, CHOICES_SHEET, HELP_SHEET)
# Columns the readers of geometry add; ordinary headers, so that matching finds them.
POINT_LON, POINT_LAT, SHAPE_KIND, FOLDER = "geometry_lon", "geometry_lat", "geometry_kind", "文件夹"


@dataclass(frozen=True)
class Remark:
    """Say something of a whole file: the code of a kind of finding, and what it is about."""

    code: str
    value: str = ""


@dataclass(frozen=True)
class SourceTable:
    """Hold one table of a file as the user wrote it.

    `rows` is all text (missing where blank), its index `row` is the number of the row in the sheet or
    file, counted from 1 as Excel does, or of the feature, and its columns are the user's own headers. What
    is no row of the list (titles, totals, notes) stands in `left_out`, indexed the same way, with `reason`
    and `text`. `part` is the sheet, layer or folder; `datum_hint` what the format itself suggests;
    `own_export` tells a file this program wrote, whose coordinates are WGS-84 already.
    """

    file_name: str
    part: str
    kind: str
    rows: pd.DataFrame
    left_out: pd.DataFrame
    datum_hint: str | None = None
    encoding: str | None = None
    own_export: bool = False
    remarks: tuple[Remark, ...] = field(default=())

    @property
    def header(self) -> tuple[str, ...]:
        """Return the user's own headers, in their order."""
        return tuple(map(str, self.rows.columns))


def no_left_out() -> pd.DataFrame:
    """Return the frame of left-out rows of a file in which none are."""
    index = pd.Index([], name=ROW, dtype="int64")
    return pd.DataFrame({REASON: pd.Series([], dtype="str"), TEXT: pd.Series([], dtype="str")}, index=index)


def unique_headers(names: list[str]) -> list[str]:
    """Name columns so that no two are alike: a blank one by its place, a second one by its number."""
    taken: dict[str, int] = {}
    unique = []
    for place, name in enumerate(names, start=1):
        plain = name.strip() or f"第{place}列"
        taken[plain] = taken.get(plain, 0) + 1
        candidate = plain if taken[plain] == 1 else f"{plain}（{taken[plain]}）"
        while candidate in unique:
            taken[plain] += 1
            candidate = f"{plain}（{taken[plain]}）"
        unique.append(candidate)
    return unique
