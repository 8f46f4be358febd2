"""The tables of the registry as they are now; `migrations` leads there from any earlier state."""

from sqlalchemy import Column, Double, Integer, MetaData, Table, Text

from geo import schema
from geo.importing.location.place_names import PLACE_FROM
from geo.importing.location.placing import GIVEN_DATUM, GIVEN_LAT, GIVEN_LON
from geo.network.own_lists import MATCHES

# Of a record, beside the columns of a facility.
PRIVATE = "private"
VERSION, PRESENT, BATCH_ID = "version", "present", "batch_id"
PLACE_COLUMNS = (schema.LON, schema.LAT, GIVEN_LON, GIVEN_LAT, GIVEN_DATUM, PLACE_FROM)
NUMBERS = (schema.PLACE_ERROR_M, schema.CAPACITY, schema.LON, schema.LAT, GIVEN_LON, GIVEN_LAT)
# What a version holds of a record before and after.
RECORD_COLUMNS = (*schema.FACILITY_COLUMNS, *PLACE_COLUMNS, MATCHES, PRIVATE)

# Of batches and versions.
VERSION_ID, ACTION, WHO, AT, BEFORE, AFTER = "version_id", "action", "who", "at", "before", "after"
FILE_NAME, SHA256, PART, KIND, MAPPING, DATUM = "file_name", "sha256", "part", "kind", "mapping", "datum"
COUNTS, FINDINGS, UNDONE_BY, UNDONE_AT = "counts", "findings", "undone_by", "undone_at"
LISTED_ROW, OUTCOME, ORIGINAL = "row", "outcome", "original"
FINGERPRINT, REVISION, RECIPE = "fingerprint", "revision", "recipe"

# Of what waits to be decided.
DECISION, DECIDED_BY, DECIDED_AT = "decision", "decided_by", "decided_at"

IMPORT, CHANGE, CLOSE, UNDO = "import", "change", "close", "undo"
KEEP = "keep"
NEW, CHANGED, UNCHANGED, REST = "new", "changed", "unchanged", "rest"

# Of a backup alone: how many rows each table has, and their digest.
MANIFEST = "manifest"

metadata = MetaData()

# One row: the number every change raises; writers queue for it.
state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(REVISION, Integer, nullable=False),
)

facilities = Table(
    "facilities",
    metadata,
    Column(schema.FACILITY_ID, Text, primary_key=True),
    Column(VERSION, Integer, nullable=False),
    Column(PRESENT, Integer, nullable=False),
    Column(BATCH_ID, Integer, index=True),
    *(Column(name, Double if name in NUMBERS else Text) for name in RECORD_COLUMNS),
)

versions = Table(
    "versions",
    metadata,
    Column(VERSION_ID, Integer, primary_key=True),
    Column(schema.FACILITY_ID, Text, nullable=False),
    Column(VERSION, Integer, nullable=False),
    Column(BATCH_ID, Integer, index=True),
    Column(ACTION, Text, nullable=False),
    Column(WHO, Text, nullable=False),
    Column(AT, Text, nullable=False),
    Column(BEFORE, Text),
    Column(AFTER, Text),
)

batches = Table(
    "batches",
    metadata,
    Column(BATCH_ID, Integer, primary_key=True),
    Column(FILE_NAME, Text, nullable=False),
    Column(SHA256, Text, nullable=False),
    Column(PART, Text, nullable=False),
    Column(KIND, Text, nullable=False),
    Column(MAPPING, Text, nullable=False),
    Column(DATUM, Text),
    Column(WHO, Text, nullable=False),
    Column(AT, Text, nullable=False),
    Column(COUNTS, Text, nullable=False),
    Column(FINDINGS, Text, nullable=False),
    Column(UNDONE_BY, Text),
    Column(UNDONE_AT, Text),
)

# Every row of every list as its user wrote it, and what became of it.
listings = Table(
    "listings",
    metadata,
    Column(BATCH_ID, Integer, primary_key=True),
    Column(LISTED_ROW, Integer, primary_key=True),
    Column(schema.FACILITY_ID, Text, index=True),
    Column(OUTCOME, Text, nullable=False),
    Column(ORIGINAL, Text, nullable=False),
)

# Sites a list did not name, until somebody says what becomes of them.
questions = Table(
    "questions",
    metadata,
    Column(BATCH_ID, Integer, primary_key=True),
    Column(schema.FACILITY_ID, Text, primary_key=True, index=True),
    Column(DECISION, Text),
    Column(DECIDED_BY, Text),
    Column(DECIDED_AT, Text),
)

mappings = Table(
    "mappings",
    metadata,
    Column(FINGERPRINT, Text, primary_key=True),
    Column(MAPPING, Text, nullable=False),
    Column(WHO, Text, nullable=False),
    Column(AT, Text, nullable=False),
)

scenarios = Table(
    "scenarios",
    metadata,
    Column(schema.NAME, Text, primary_key=True),
    Column(VERSION, Integer, nullable=False),
    Column(RECIPE, Text, nullable=False),
    Column(WHO, Text, nullable=False),
    Column(AT, Text, nullable=False),
)
