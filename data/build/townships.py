"""Build `townships.csv`: the townships that have a position of their own.

Those that could only be put at their county's seat are left out: a township is never drawn where it is not.
"""

import pandas as pd

from data.build.entry import write_entry
from geo.catalog import DATA_FOLDER, data_path
from geo.schema import CODE, COUNTY, KIND, LAT, LON, NAME, POSITION_ACCURACY, POSITION_SOURCE, WGS84

PATH = DATA_FOLDER / "townships.csv"
NO_PLACE = "county_seat_only"
COLUMNS = [CODE, NAME, KIND, COUNTY, LON, LAT, POSITION_SOURCE, POSITION_ACCURACY]


def build() -> tuple[bytes, dict[str, object]]:
    """Make the file and the counts that go into its notes.

    Returns
    -------
    tuple
        The CSV bytes (UTF-8, by code), and the notes.
    """
    raw = pd.read_csv(data_path("raw_townships"), dtype="str")
    placed = raw[raw["position_source"] != NO_PLACE].drop(columns="county")
    placed = placed.rename(columns={"county_code": COUNTY}).sort_values("code")
    content = placed[COLUMNS].to_csv(index=False, lineterminator="\n").encode()
    return content, {
        "rows": len(placed),
        "left_out": f"{len(raw) - len(placed)} of {len(raw)} townships have no position of their own",
        "position_source": placed[POSITION_SOURCE].value_counts().sort_index().to_dict(),
    }


def main() -> None:
    """Write the file and its entry."""
    content, notes = build()
    PATH.write_bytes(content)
    write_entry(
        "townships",
        PATH,
        title="有位置的乡镇街道（959 个）",
        title_en="The 959 townships whose place is known",
        rows=notes["rows"],
        crs=WGS84,
        source="Township codes of 2025-12-31; places from night lights, bounding boxes, OpenStreetMap points "
        "and GeoNames, as position_source says (raw/townships.csv)",
        as_of="2025-12-31",
        retrieved="2026-11-23",
        licence="ODbL 1.0 (56 positions are OpenStreetMap's); 28 positions CC BY 4.0 (GeoNames)",
        attribution="© OpenStreetMap contributors（ODbL）；GeoNames（CC BY 4.0）；Earth Observation Group, "
        "Payne Institute for Public Policy",
        built_by="data/build/townships.py",
        notes=notes,
    )


if __name__ == "__main__":
    main()
