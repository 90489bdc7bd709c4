"""Let the database write what changed in the rows of business tables, in a chain of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from enforcement.migrations import r0092

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "row_change",
        sa.Column(
            "id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
        ),
        sa.Column("account_id", sa.UUID()),
        sa.Column("request", sa.Text()),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_row_change")),
    )  # fmt: skip
    op.create_index("ix_row_change_at", "row_change", ["county_code", "at"])
    op.create_index("ix_row_change_keys", "row_change", ["keys"], postgresql_using="gin")
    op.create_table(
        "row_head",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", name=op.f("pk_row_head")),
    )
    op.create_table(
        "row_link",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.UUID(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "seq", name=op.f("pk_row_link")),
        sa.UniqueConstraint(
            "county_code", "change_id", name=op.f("uq_row_link_county_code_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "change_id"], ["row_change.county_code", "row_change.id"],
            name=op.f("fk_row_link_county_code_change_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "row_watched",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.Column("dropped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_row_watched")),
    )
    for name in ("rows_seq", "rows_hash"):
        kind = sa.BigInteger() if name == "rows_seq" else sa.LargeBinary()
        op.add_column("audit_checkpoint", sa.Column(name, kind))
    for statement in r0092.up():
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    for statement in r0092.down():
        op.execute(statement)
    for name in ("rows_hash", "rows_seq"):
        op.drop_column("audit_checkpoint", name)
    for name in ("row_link", "row_head", "row_change", "row_watched"):
        op.drop_table(name)
