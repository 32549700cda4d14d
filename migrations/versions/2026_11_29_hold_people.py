"""Hold people.

Why: the operator's word to send nothing to somebody holds for whatever falls due later as well, so it is
said of the person and not of the letters that are planned now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HELD = sa.text("held")


def upgrade() -> None:
    op.add_column(
        "subscribers", sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index("ix_subscribers_held", "subscribers", ["id"], postgresql_where=HELD, sqlite_where=HELD)
