"""Keep the rows that indicators count, their sums by day, and how far the counting has come."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0080"
branch_labels = None
depends_on = None
CODE = sa.Text(collation="C")


def upgrade() -> None:
    op.create_table(
        "indicator_row",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("row_id", sa.UUID(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("township_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(14, 2), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "measure", "row_id", name=op.f("pk_indicator_row")),
    )
    op.create_index(
        "ix_indicator_row_subject", "indicator_row", ["county_code", "source", "subject_id"]
    )
    op.create_index(
        "ix_indicator_row_day", "indicator_row", ["county_code", "measure", "on_day", "row_id"]
    )
    op.create_table(
        "indicator_day",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("township_code", CODE, nullable=False),
        sa.Column("unit_code", CODE, nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(14, 2), nullable=False),
        sa.PrimaryKeyConstraint(
            "county_code", "measure", "on_day", "township_code", "unit_code", "matter",
            name=op.f("pk_indicator_day"),
        ),
    )  # fmt: skip
    op.create_table(
        "indicator_mark",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "source", name=op.f("pk_indicator_mark")),
    )


def downgrade() -> None:
    for table in ("indicator_mark", "indicator_day", "indicator_row"):
        op.drop_table(table)
