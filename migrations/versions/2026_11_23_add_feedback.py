"""Add feedback.

Why: what a provider tells is taken once, however often it is told. Of the recipient only a keyed hash is
kept; what was told of a person goes with the person. Deliveries are looked up by what the provider called
them, and in the order in which it accepted them.
"""

import sqlalchemy as sa
from alembic import op

from app.store import tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SENT = sa.text("state = 'sent'")
NAMED = sa.text("provider_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("occurrence", sa.LargeBinary(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.String(length=1024), server_default="", nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("heard_at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_feedback_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("event", name=op.f("uq_feedback_event")),
        sa.UniqueConstraint("occurrence", name=op.f("uq_feedback_occurrence")),
    )
    op.create_index(op.f("ix_feedback_delivery_id"), "feedback", ["delivery_id"])
    op.create_index(op.f("ix_feedback_recipient"), "feedback", ["recipient"])
    op.create_index(op.f("ix_feedback_heard_at"), "feedback", ["heard_at"])
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["provider", "sent_at", "id"],
        postgresql_where=SENT,
        sqlite_where=SENT,
    )
    op.create_index(
        "ix_deliveries_provider_id",
        "deliveries",
        ["provider_id"],
        postgresql_where=NAMED,
        sqlite_where=NAMED,
    )
