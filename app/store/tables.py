"""The tables. Migrations are written from here and checked against it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out on both databases; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime has no place in the database.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Said in a query as they stand here, they tell SQLite that the index of these few rows will do.
HELD = text("held")
DUE = text("state = 'scheduled' AND due_at IS NOT NULL")
LEASED = text("state IN ('claimed', 'sending')")
UNCERTAIN = text("state = 'uncertain'")
_SENT = text("state = 'sent'")
_NAMED = text("provider_id IS NOT NULL")

Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("base_url", Text),
    Column("held", Boolean, nullable=False, server_default=text("false")),
    Column("held_why", String(255)),
    Column("fingerprint", String(255)),
    Column("clock_offset", BigInteger, nullable=False, server_default="0"),
    Column("tzdata", String(16)),
    Column("beat_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    _id(),
    Column("address", String(320), nullable=False),
    Column("key", String(320), nullable=False, unique=True),
    Column("standing", String(16), nullable=False),
    Column("name", String(80), nullable=False, server_default=""),
    Column("partner", String(80), nullable=False, server_default=""),
    Column("language", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("held", Boolean, nullable=False, server_default=text("false")),
    Index("ix_subscribers_held", "id", postgresql_where=HELD, sqlite_where=HELD),
    sqlite_autoincrement=True,  # an id is never used twice: links and Message-IDs are made from it
)

consents = Table(
    "consents",
    metadata,
    _id(),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("what", String(32), nullable=False),
    Column("wording", String(64), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    _id(),
    Column("challenge", String(64), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("slugs", JSON, nullable=False),
)

enrollments = Table(
    "enrollments",
    metadata,
    _id(),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("challenge", String(64), nullable=False),
    Column("edition_id", Id, ForeignKey("editions.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("hour", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("rhythm", String(16), nullable=False),
    Column("company", String(16), nullable=False),
    Column("discreet", Boolean, nullable=False),
    Column("day", Integer, nullable=False),
    Column("last_on", Date),
    Column("last_at", UtcDateTime),
    Column("starts_on", Date),
    Column("paused_at", UtcDateTime),
    Column("resume_on", Date),
    Column("ended_at", UtcDateTime),
    Column("ended_from", String(16)),
    Column("created_at", UtcDateTime, nullable=False),
    Index(
        "uq_enrollments_open",
        "subscriber_id",
        "challenge",
        unique=True,
        postgresql_where=text("status IN ('waiting', 'active', 'paused', 'stalled')"),
        sqlite_where=text("status IN ('waiting', 'active', 'paused', 'stalled')"),
    ),
    sqlite_autoincrement=True,  # an id is never used twice: links and Message-IDs are made from it
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("occasion", String(96), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("subscriber_id", Id, ForeignKey("subscribers.id", ondelete="CASCADE"), index=True),
    Column("enrollment_id", Id, ForeignKey("enrollments.id", ondelete="CASCADE"), index=True),
    Column("address", String(320), nullable=False),
    Column("domain", String(255), nullable=False, server_default=""),
    Column("epoch", Integer, nullable=False),
    Column("day", Integer),
    Column("due_at", UtcDateTime),
    Column("slot_on", Date),
    Column("slot_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("facts", JSON, nullable=False),
    Column("frozen", JSON),
    Column("claim_no", Integer, nullable=False, server_default="0"),
    Column("worker", String(64)),
    Column("lease_until", UtcDateTime),
    Column("alone", Boolean, nullable=False, server_default=text("false")),
    Column("strikes", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("slips", Integer, nullable=False, server_default="0"),
    Column("resent", Boolean, nullable=False, server_default=text("false")),
    Column("provider", String(32)),
    Column("provider_id", String(255)),
    Column("reply", String(1024)),
    Column("reason", String(1024)),
    Column("fate", String(16)),
    Column("fate_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("intended_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("uncertain_at", UtcDateTime),
    Column("held_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Index("ix_deliveries_due", "priority", "due_at", "id", postgresql_where=DUE, sqlite_where=DUE),
    Index("ix_deliveries_leased", "lease_until", postgresql_where=LEASED, sqlite_where=LEASED),
    Index(
        "ix_deliveries_uncertain", "uncertain_at", "id", postgresql_where=UNCERTAIN, sqlite_where=UNCERTAIN
    ),
    Index("ix_deliveries_sent", "provider", "sent_at", "id", postgresql_where=_SENT, sqlite_where=_SENT),
    Index("ix_deliveries_provider_id", "provider_id", postgresql_where=_NAMED, sqlite_where=_NAMED),
    sqlite_autoincrement=True,  # an id is never used twice: links and Message-IDs are made from it
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", LargeBinary, primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    _id(),
    Column("provider", String(32), nullable=False),
    Column("event", LargeBinary, nullable=False, unique=True),
    Column("occurrence", LargeBinary, nullable=False, unique=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), index=True),
    Column("fate", String(16), nullable=False),
    Column("recipient", LargeBinary, index=True),
    Column("words", String(1024), nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False, index=True),
)

counters = Table(
    "counters",
    metadata,
    Column("key", String(96), primary_key=True),
    Column("window", UtcDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
)

providers = Table(
    "providers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("aside_until", UtcDateTime),
    Column("aside_why", String(1024)),
    Column("hour", UtcDateTime, nullable=False),
    Column("hour_count", Integer, nullable=False),
    Column("day", UtcDateTime, nullable=False),
    Column("day_count", Integer, nullable=False),
    Column("paced_until", UtcDateTime, nullable=False),
    Column("in_vain", Integer, nullable=False, server_default="0"),
    Column("in_vain_at", UtcDateTime),
)

domains = Table(
    "domains",
    metadata,
    Column("domain", String(255), primary_key=True),
    Column("refused_at", UtcDateTime),
    Column("refused_by", String(32)),
    Column("slow_until", UtcDateTime, nullable=False),
)
