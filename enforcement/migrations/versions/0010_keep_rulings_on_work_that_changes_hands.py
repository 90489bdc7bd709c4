"""Keep rulings on work that changes hands after boundaries, duties or units changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = {
    "kind": ("incident", "case", "stop"),
    "cause": ("area", "unit_ended"),
    "ruling": ("moved", "kept"),
}


def one_of(table: str, column: str) -> sa.CheckConstraint:
    values = ", ".join(map(repr, WORDS[column]))
    return sa.CheckConstraint(f"{column} in ({values})", name=op.f(f"ck_{table}_{column}"))


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "rehoming_batch",
        *key(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("ruling", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        one_of("rehoming_batch", "ruling"),
        sa.ForeignKeyConstraint(
            ["county_code", "by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_rehoming_batch_county_code_by"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_rehoming_batch")),
    )
    op.create_index("ix_rehoming_batch_at", "rehoming_batch", ["county_code", "at"])
    op.create_table(
        "rehoming_item",
        *key(),
        sa.Column("batch_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("ruling", sa.String(), nullable=False),
        sa.Column("from_code", sa.Text(collation="C"), nullable=True),
        sa.Column("to_code", sa.Text(collation="C"), nullable=True),
        *[one_of("rehoming_item", column) for column in WORDS],
        sa.ForeignKeyConstraint(
            ["county_code", "batch_id"],
            ["rehoming_batch.county_code", "rehoming_batch.id"],
            name=op.f("fk_rehoming_item_county_code_batch_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_rehoming_item")),
    )
    op.create_index("ix_rehoming_item_batch", "rehoming_item", ["county_code", "batch_id"])
    op.create_index(
        "ix_rehoming_item_subject", "rehoming_item", ["county_code", "kind", "subject_id"]
    )
    for table in ("rehoming_batch", "rehoming_item"):
        op.execute(
            f"create trigger only_grows before update or delete on {table} "
            f"for each row execute function refuse_change('{table}')"
        )


def downgrade() -> None:
    op.drop_table("rehoming_item")
    op.drop_table("rehoming_batch")
