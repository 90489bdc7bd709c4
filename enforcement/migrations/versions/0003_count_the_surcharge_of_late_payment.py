"""Count the surcharge of late payment (罚72)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("surcharge_yuan", "surcharge_paid_yuan")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "case_file", sa.Column(name, sa.Numeric(14, 2), server_default="0", nullable=False)
        )


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("case_file", name)
