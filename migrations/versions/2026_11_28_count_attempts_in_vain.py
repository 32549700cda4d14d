"""Count attempts in vain.

Why: a provider that takes nothing several times in a row is set aside by all workers together, and its
standby takes over; domains that refuse us are witnesses against the provider that asked them. Deliveries of
which nobody knows whether they arrived are looked for at every tick; an index spares it the reading of all.
"""

import sqlalchemy as sa
from alembic import op

from app.store import tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNCERTAIN = sa.text("state = 'uncertain'")


def upgrade() -> None:
    op.add_column("providers", sa.Column("in_vain", sa.Integer(), server_default="0", nullable=False))
    op.add_column("providers", sa.Column("in_vain_at", tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("domains", sa.Column("refused_by", sa.String(length=32), nullable=True))
    op.create_index(
        "ix_deliveries_uncertain",
        "deliveries",
        ["uncertain_at", "id"],
        postgresql_where=UNCERTAIN,
        sqlite_where=UNCERTAIN,
    )
