"""Count instalments and pauses of a fine; keep what was confiscated until it is dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def uid(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def to(table: str, column: str, parent: str, parent_column: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{parent}.county_code", f"{parent}.{parent_column}"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def only_grows(table: str) -> None:
    op.execute(
        f"create trigger {table}_only_grows before update or delete on {table} "
        f"for each row execute function refuse_change('{table}')"
    )


def upgrade() -> None:
    op.create_table(
        "payment_instalment",
        *key(),
        uid("case_id"),
        sa.Column("plan_no", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_yuan", sa.Numeric(14, 2), nullable=False),
        sa.Column("paid_before_yuan", sa.Numeric(14, 2), nullable=False),
        moment("at", null=False),
        sa.CheckConstraint("amount_yuan > 0", name=op.f("ck_payment_instalment_amount")),
        to("payment_instalment", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_payment_instalment")),
        sa.UniqueConstraint(
            "county_code", "case_id", "plan_no", "no",
            name=op.f("uq_payment_instalment_county_code_case_id_plan_no_no"),
        ),
    )  # fmt: skip
    only_grows("payment_instalment")
    op.create_table(
        "surcharge_pause",
        *key(),
        uid("case_id"),
        word("ground"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        word("paper"),
        uid("by"),
        word("by_name"),
        moment("at", null=False),
        sa.CheckConstraint(
            "ground in ('reconsideration', 'litigation')", name=op.f("ck_surcharge_pause_ground")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_surcharge_pause_order")),
        to("surcharge_pause", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_surcharge_pause")),
    )
    op.create_index(
        "ix_surcharge_pause_case", "surcharge_pause", ["county_code", "case_id", "from_on"]
    )
    op.create_index(
        "uq_surcharge_pause_open",
        "surcharge_pause",
        ["county_code", "case_id"],
        unique=True,
        postgresql_where=sa.text("until_on is null"),
    )


def downgrade() -> None:
    op.drop_table("surcharge_pause")
    op.drop_table("payment_instalment")
