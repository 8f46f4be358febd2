"""Keep which sites a list did not name, until somebody says what becomes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("batch_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("facility_id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("decision", "decided_by", "decided_at")),
    )
    op.create_index("ix_questions_facility_id", "questions", ["facility_id"])


def downgrade() -> None:
    """Take it away, and every question in it."""
    op.drop_table("questions")
