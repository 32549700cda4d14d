"""Create people, courses and deliveries.

Why: the first schema. The installation gets its one row and its key here; both travel with every backup.
"""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.store import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("window", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_counters")),
    )
    op.create_table(
        "editions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("slugs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("digest", name=op.f("uq_editions_digest")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("clock_offset", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("tzdata", sa.String(length=16), nullable=True),
        sa.Column("beat_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "subscribers",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("partner", sa.String(length=80), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("key", name=op.f("uq_subscribers_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "consents",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("subscriber_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_consents_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_subscriber_id"), ["subscriber_id"], unique=False)

    op.create_table(
        "enrollments",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("subscriber_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("hour", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("rhythm", sa.String(length=16), nullable=False),
        sa.Column("company", sa.String(length=16), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("last_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("paused_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("resume_on", sa.Date(), nullable=True),
        sa.Column("ended_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_from", sa.String(length=16), nullable=True),
        sa.Column("created_at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_enrollments_edition_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_enrollments_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enrollments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrollments_subscriber_id"), ["subscriber_id"], unique=False)
        batch_op.create_index(
            "uq_enrollments_open",
            ["subscriber_id", "challenge"],
            unique=True,
            postgresql_where=sa.text("status IN ('waiting', 'active', 'paused', 'stalled')"),
            sqlite_where=sa.text("status IN ('waiting', 'active', 'paused', 'stalled')"),
        )

    op.create_table(
        "deliveries",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("occasion", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("enrollment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("due_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("slot_on", sa.Date(), nullable=True),
        sa.Column("slot_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("claim_no", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("alone", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("strikes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("slips", sa.Integer(), server_default="0", nullable=False),
        sa.Column("resent", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("provider_id", sa.String(length=255), nullable=True),
        sa.Column("reply", sa.String(length=1024), nullable=True),
        sa.Column("reason", sa.String(length=1024), nullable=True),
        sa.Column("fate", sa.String(length=16), nullable=True),
        sa.Column("fate_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("intended_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failed_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("uncertain_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("held_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrollment_id"],
            ["enrollments.id"],
            name=op.f("fk_deliveries_enrollment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_deliveries_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("occasion", name=op.f("uq_deliveries_occasion")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_due",
            ["priority", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'scheduled' AND due_at IS NOT NULL"),
            sqlite_where=sa.text("state = 'scheduled' AND due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_deliveries_enrollment_id"), ["enrollment_id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_leased",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state IN ('claimed', 'sending')"),
            sqlite_where=sa.text("state IN ('claimed', 'sending')"),
        )
        batch_op.create_index(batch_op.f("ix_deliveries_subscriber_id"), ["subscriber_id"], unique=False)
    installation = sa.table(
        "installation",
        sa.column("id", sa.Integer),
        sa.column("key", sa.LargeBinary),
        sa.column("created_at", tables.UtcDateTime),
    )
    row = {"id": 1, "key": secrets.token_bytes(32), "created_at": datetime.now(UTC)}
    op.bulk_insert(installation, [row])
