"""Know the village of each cell that somebody was in, once for each edition of boundaries."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cell_village",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("village_code", sa.Text(collation="C"), nullable=True),
        sa.PrimaryKeyConstraint(
            "county_code", "edition_id", "x", "y", name=op.f("pk_cell_village")
        ),
    )


def downgrade() -> None:
    op.drop_table("cell_village")
