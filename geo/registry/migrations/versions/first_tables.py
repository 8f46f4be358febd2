"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_FACILITY_TEXTS = (
    "facility_type name aliases county county_by prefecture address status origin place_precision hours "
    "hours_text attendance services services_text size_class build_mode partner as_of source source_datum "
    "verified_at dataset given_datum place_from matches private"
)
_FACILITY_NUMBERS = "place_error_m capacity lon lat given_lon given_lat"


def upgrade() -> None:
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0}])
    op.create_table(
        "facilities",
        sa.Column("facility_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("present", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer),
        *(sa.Column(name, sa.Text) for name in _FACILITY_TEXTS.split()),
        *(sa.Column(name, sa.Double) for name in _FACILITY_NUMBERS.split()),
    )
    op.create_index("ix_facilities_batch_id", "facilities", ["batch_id"])
    op.create_table(
        "versions",
        sa.Column("version_id", sa.Integer, primary_key=True),
        sa.Column("facility_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Integer),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("action", "who", "at")),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )
    op.create_index("ix_versions_facility", "versions", ["facility_id", "version"], unique=True)
    op.create_index("ix_versions_batch_id", "versions", ["batch_id"])
    _lists()
    _what_users_said()


def downgrade() -> None:
    """Take them away, and everything in them."""
    for table in ("scenarios", "mappings", "listings", "batches", "versions", "facilities", "state"):
        op.drop_table(table)


def _lists() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ["file_name", "sha256", "part", "kind", "mapping"]
        ),
        sa.Column("datum", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "at", "counts", "findings")),
        sa.Column("undone_by", sa.Text),
        sa.Column("undone_at", sa.Text),
    )
    op.create_table(
        "listings",
        sa.Column("batch_id", sa.Integer, primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("facility_id", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("original", sa.Text, nullable=False),
    )
    op.create_index("ix_listings_facility_id", "listings", ["facility_id"])


def _what_users_said() -> None:
    op.create_table(
        "mappings",
        sa.Column("fingerprint", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("mapping", "who", "at")),
    )
    op.create_table(
        "scenarios",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("recipe", "who", "at")),
    )
