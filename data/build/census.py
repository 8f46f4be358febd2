"""Build `census.csv`: people of the 111 counties in the census of 2020, and where their seats are.

`nonfarm_employed` is an estimate. The census counted jobs only in its long form, a sample: the employed
outside farming, forestry, stock and fishing in the sample are scaled by all residents aged 15 and over to
those in the sample, county by county, and rounded half up.
"""

import numpy as np
import pandas as pd

from data.build.entry import write_entry
from geo.catalog import DATA_FOLDER, data_path
from geo.errors import InvalidValueError
from geo.schema import (
    ADCODE,
    CENSUS_COLUMNS,
    HOUSEHOLDS,
    NAME,
    NONFARM_EMPLOYED,
    RESIDENTS,
    RESIDENTS_15_59,
    RESIDENTS_15PLUS,
    RURAL_RESIDENTS,
    SEAT_CONFIDENCE,
    SEAT_LAT,
    SEAT_LON,
    SEAT_TOWN,
    URBAN_RESIDENTS,
    WGS84,
)

PATH = DATA_FOLDER / "census.csv"
PUBLISHED_RESIDENTS = 50_126_804
COLUMNS = {
    "name_zh": NAME,
    "population_2020": RESIDENTS,
    "urban_population_2020": URBAN_RESIDENTS,
    "rural_population_2020": RURAL_RESIDENTS,
    "pop15plus_2020": RESIDENTS_15PLUS,
    "pop15_59_2020": RESIDENTS_15_59,
    "family_households_2020": HOUSEHOLDS,
    "seat_town_zh": SEAT_TOWN,
    "seat_lon": SEAT_LON,
    "seat_lat": SEAT_LAT,
    "seat_confidence": SEAT_CONFIDENCE,
}


def build() -> tuple[bytes, dict[str, object]]:
    """Make the file and the measured facts that go into its notes.

    Returns
    -------
    tuple
        The CSV bytes (UTF-8, one county a line, by adcode), and the notes.

    Raises
    ------
    InvalidValueError
        The residents do not add up to the published total, or town and country not to the residents.
    """
    raw = pd.read_csv(data_path("raw_counties"), dtype={ADCODE: "str"}).set_index(ADCODE).sort_index()
    sampled = raw["lf_employed_nonfarm_2020"] / raw["lf_pop15plus_2020"]
    employed = np.floor(sampled * raw["pop15plus_2020"] + 0.5).astype("int64")
    census = raw.rename(columns=COLUMNS).assign(**{NONFARM_EMPLOYED: employed})
    if census[RESIDENTS].sum() != PUBLISHED_RESIDENTS:
        raise InvalidValueError("census_total", found=census[RESIDENTS].sum(), published=PUBLISHED_RESIDENTS)
    if not census[RESIDENTS].equals(census[URBAN_RESIDENTS] + census[RURAL_RESIDENTS]):
        raise InvalidValueError("census_parts")
    columns = [NAME, *CENSUS_COLUMNS, SEAT_TOWN, SEAT_LON, SEAT_LAT, SEAT_CONFIDENCE]
    content = census[columns].to_csv(lineterminator="\n").encode()
    return content, {
        "residents": PUBLISHED_RESIDENTS,
        "sums": "prefectures and Guangxi add up to the published totals, to the person",
        "nonfarm_employed": "ESTIMATE: employed outside agriculture in the census long form (a sample), "
        "scaled to all residents aged 15 and over; round(sample_nonfarm / sample_15plus * residents_15plus)",
        "nonfarm_employed_total": int(employed.sum()),
        "sample_share": round(float(raw["lf_pop15plus_2020"].sum() / raw["pop15plus_2020"].sum()), 4),
        "seat_confidence": census[SEAT_CONFIDENCE].value_counts().to_dict(),
        "households": "family households (家庭户)",
    }


def main() -> None:
    """Write the file and its entry."""
    content, notes = build()
    PATH.write_bytes(content)
    write_entry(
        "census",
        PATH,
        title="2020 年第七次人口普查分县数据与县城位置",
        title_en="Census 2020 by county, and the county seats",
        rows=111,
        crs=WGS84,
        source="《中国人口普查分县资料—2020》; seat points: AMap district centres (PyPI cpca 0.5.5), GCJ-02 "
        "converted to WGS-84, one from GeoNames",
        as_of="2020-11-01",
        retrieved="2026-11-23",
        licence="Facts of the official census; seat points MIT (cpca), one CC BY 4.0 (GeoNames)",
        attribution="国务院第七次全国人口普查领导小组办公室《中国人口普查分县资料—2020》；cpca；GeoNames",
        built_by="data/build/census.py",
        notes=notes,
    )


if __name__ == "__main__":
    main()
