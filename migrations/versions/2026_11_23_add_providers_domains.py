"""Add providers and domains.

Why: caps and breakers belong to a provider and are shared by all workers; a receiving domain that refuses us
is left alone for a while. A database knows where it lives, so that a copy of it does not speak.
"""

import sqlalchemy as sa
from alembic import op

from app.store import tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domains",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("refused_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("slow_until", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domains")),
    )
    op.create_table(
        "providers",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("aside_until", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("aside_why", sa.String(length=1024), nullable=True),
        sa.Column("hour", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hour_count", sa.Integer(), nullable=False),
        sa.Column("day", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("day_count", sa.Integer(), nullable=False),
        sa.Column("paced_until", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_providers")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("domain", sa.String(length=255), server_default="", nullable=False))

    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_why", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(length=255), nullable=True))
