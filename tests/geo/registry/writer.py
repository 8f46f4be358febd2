"""What the tests of killed and of many writers start as processes of their own."""

import datetime as dt
import itertools
import os
import random
import sys

import geopandas as gpd
import pandas as pd
import shapely

from geo import schema
from geo.errors import ConflictError
from geo.importing.checks.check_list import Checked
from geo.importing.columns.header_matching import ColumnMapping, ColumnMatch
from geo.importing.findings import no_findings
from geo.importing.source_table import SourceTable, no_left_out
from geo.registry.applying import apply_import, undo_batch
from geo.registry.changing import change_record
from geo.registry.connection import open_registry
from geo.registry.difference import plan_import
from geo.registry.history import read_current, read_record

AT = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
NO_SOURCES = gpd.GeoDataFrame(
    pd.DataFrame(columns=list(schema.FACILITY_COLUMNS), dtype="str"), geometry=[], crs=schema.WGS84
)


def made_list(count, *, word):
    """Make a checked list of `count` sound sites, all with one `word` in their address."""
    rows = pd.RangeIndex(2, count + 2, name="row")
    ids = pd.Index([f"imp-{row:06d}" for row in rows], name=schema.FACILITY_ID)
    plain = dict.fromkeys(schema.FACILITY_COLUMNS)
    facts = pd.DataFrame(
        plain
        | {
            schema.FACILITY_TYPE: "worker_station",
            schema.NAME: [f"第{row}号站" for row in rows],
            schema.COUNTY: "450101",
            schema.ADDRESS: f"{word}路",
            schema.STATUS: "operating",
            schema.ORIGIN: schema.IMPORTED,
            schema.PLACE_PRECISION: "point",
            schema.SOURCE: "made.csv",
        },
        index=ids,
    ).astype(dict.fromkeys(schema.FACILITY_COLUMNS, "str"))
    facts[[schema.PLACE_ERROR_M, schema.CAPACITY]] = 50.0
    lon = pd.Series([108 + row % 100 / 1000 for row in rows], index=rows)
    places = pd.DataFrame(
        {
            "lon": lon, "lat": 22.8, "given_lon": lon, "given_lat": 22.8,
            "given_datum": "WGS-84", "place_from": pd.Series(None, index=rows, dtype="str"),
        }
    )  # fmt: skip
    table = SourceTable(
        "made.csv",
        "",
        "csv",
        pd.DataFrame({"站名": facts[schema.NAME].to_numpy()}, index=rows),
        no_left_out(),
    )
    return Checked(
        facilities=gpd.GeoDataFrame(facts, geometry=shapely.points(lon, 22.8), crs=schema.WGS84),
        source_rows=pd.Series(rows, index=ids, name="row"),
        findings=no_findings(),
        originals=table.rows,
        places=places,
        table=table,
        mapping=ColumnMapping("0" * 16, (ColumnMatch("地址", schema.ADDRESS, 100.0, "exact"),)),
        datum="WGS-84",
    )


def apply_made(registry, count, *, word):
    """Apply such a list."""
    difference = plan_import(registry, made_list(count, word=word), sha256="0" * 64, sourced=NO_SOURCES)
    return apply_import(registry, difference, who=word, at=AT)


def write_for_ever(url, count, word):
    """Apply the list again and again, and take every second batch back, until killed."""
    registry = open_registry(url)
    for turn in itertools.count():
        batch = apply_made(registry, count, word=f"{word}-{turn}")
        if turn % 2:
            undo_batch(registry, batch, who="甲", at=AT)


def change_many(url, who, times):
    """Raise the capacity of some record by one, `times` times, however often somebody else is first."""
    registry = open_registry(url)
    ids = list(read_current(registry).index)
    chance = random.Random(who)
    done = 0
    while done < times:
        one = chance.choice(ids)
        version, record = read_record(registry, one)
        raised = {schema.CAPACITY: record[schema.CAPACITY] + 1}
        try:
            change_record(registry, one, raised, expected_version=version, who=who, at=AT)
            done += 1
        except ConflictError:
            continue


def serve():
    """Start a process for every line on standard input and tell its number; at `wait N` tell how N ended.

    Forked from here, where everything is loaded and no other thread runs, each starts at once.
    """
    jobs = {"write": write_for_ever, "change": change_many}
    for line in sys.stdin:
        job, *words = line.split()
        if job == "wait":
            print(os.waitpid(int(words[0]), 0)[1], flush=True)
            continue
        number = os.fork()
        if not number:
            try:
                jobs[job](*(int(word) if word.isdigit() else word for word in words))
            finally:
                os._exit(1 if sys.exc_info()[0] else 0)
        print(number, flush=True)


if __name__ == "__main__":
    serve()
