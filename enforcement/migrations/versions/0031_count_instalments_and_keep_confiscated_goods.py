"""Count instalments and pauses of a fine; keep what was confiscated until it is dealt with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
    _goods()
    _alarms("kind in ('rule', 'calendar', 'publication')")


def _alarms(allowed: str) -> None:
    """Say which kinds of alarm there are."""
    op.drop_constraint(op.f("ck_alarm_kind"), "alarm")
    op.create_check_constraint(op.f("ck_alarm_kind"), "alarm", allowed)


def _goods() -> None:
    """Make the tables of confiscated things."""
    op.create_table(
        "confiscated_item",
        *key(),
        uid("case_id"),
        sa.Column("no", sa.Integer(), nullable=False),
        word("name"),
        word("spec", null=True),
        word("quantity"),
        word("condition", null=True),
        uid("measure_item_id", null=True),
        uid("evidence_item_id", null=True),
        word("state"),
        word("place"),
        word("keeper"),
        word("way", null=True),
        moment("gone_at"),
        word("gone_to", null=True),
        sa.Column("money_yuan", sa.Numeric(14, 2), nullable=True),
        sa.Column("treasury_on", sa.Date(), nullable=True),
        moment("entered_at", null=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('held', 'proposed', 'approved', 'gone')",
            name=op.f("ck_confiscated_item_state"),
        ),
        sa.CheckConstraint(
            "way in ('auction', 'treasury', 'destroy', 'return')",
            name=op.f("ck_confiscated_item_way"),
        ),
        sa.CheckConstraint(
            "(state = 'gone') = (gone_at is not null)", name=op.f("ck_confiscated_item_gone")
        ),
        sa.CheckConstraint(
            "state in ('held') or way is not null", name=op.f("ck_confiscated_item_way_said")
        ),
        to("confiscated_item", "case_id", "case_file"),
        to("confiscated_item", "measure_item_id", "measure_item"),
        to("confiscated_item", "evidence_item_id", "evidence_item"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_confiscated_item")),
        *(
            sa.UniqueConstraint(
                "county_code", *columns,
                name=op.f(f"uq_confiscated_item_county_code_{'_'.join(columns)}"),
            )
            for columns in (("case_id", "no"), ("measure_item_id",), ("evidence_item_id",))
        ),
    )  # fmt: skip
    op.create_index(
        "ix_confiscated_item_entered", "confiscated_item", ["county_code", "entered_at", "id"]
    )
    op.create_table(
        "confiscated_entry",
        *key(),
        uid("confiscated_item_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        word("event"),
        word("state"),
        uid("by"),
        word("by_name"),
        moment("at", null=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("photo_sha256", sa.LargeBinary(32), nullable=True),
        to("confiscated_entry", "confiscated_item_id", "confiscated_item"),
        to("confiscated_entry", "photo_sha256", "stored_file", "sha256"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_confiscated_entry")),
        sa.UniqueConstraint(
            "county_code", "confiscated_item_id", "seq",
            name=op.f("uq_confiscated_entry_county_code_confiscated_item_id_seq"),
        ),
    )  # fmt: skip
    only_grows("confiscated_entry")


def downgrade() -> None:
    op.execute("delete from alarm where kind = 'publication'")
    _alarms("kind in ('rule', 'calendar')")
    op.drop_table("confiscated_entry")
    op.drop_table("confiscated_item")
    op.drop_table("surcharge_pause")
    op.drop_table("payment_instalment")
