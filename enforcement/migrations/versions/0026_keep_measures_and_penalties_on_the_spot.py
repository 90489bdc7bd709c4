"""Keep measures of cases with their items, and penalties decided on the spot."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KINDS = ("seal", "seize", "preserve")
STATES = (
    "proposed",
    "refused",
    "approved",
    "urgent",
    "reported",
    "in_force",
    "released",
    "lapsed",
    "ended",
)
OPEN = ("proposed", "approved", "urgent", "reported", "in_force", "released", "lapsed")
FATES = ("return", "confiscate", "destroy", "hand_over", "pay_out", "seize")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def code(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(collation="C"), nullable=False)


def yuan(name: str) -> sa.Column:
    return sa.Column(name, sa.Numeric(14, 2), nullable=False)


def uid(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def to(table: str, column: str, parent: str, parent_column: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{parent}.county_code", f"{parent}.{parent_column}"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def entries(table: str, parent: str) -> None:
    """Make the table of the acts upon a row, which only grows."""
    op.create_table(
        table,
        *key(),
        uid(f"{parent}_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        word("event"),
        word("state"),
        uid("by", null=True),
        word("by_name"),
        moment("at", null=False),
        word("article"),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        to(table, f"{parent}_id", parent),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "county_code",
            f"{parent}_id",
            "seq",
            name=op.f(f"uq_{table}_county_code_{parent}_id_seq"),
        ),
    )
    only_grows(table)


def only_grows(table: str) -> None:
    op.execute(
        f"create trigger {table}_only_grows before update or delete on {table} "
        f"for each row execute function refuse_change('{table}')"
    )


def upgrade() -> None:
    op.create_table(
        "measure",
        *key(),
        word("number"),
        uid("case_id"),
        word("kind"),
        word("state"),
        word("reason"),
        word("basis"),
        word("place"),
        sa.Column("involved", sa.Boolean(), nullable=False),
        sa.Column("not_living", sa.Boolean(), nullable=False),
        sa.Column("not_sealed", sa.Boolean(), nullable=False),
        sa.Column("milder", sa.Boolean(), nullable=False),
        moment("proposed_at", null=False),
        moment("approved_at"),
        moment("taken_at"),
        moment("confirm_until"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("excluded_days", sa.Integer(), nullable=False),
        moment("lapsed_at"),
        moment("ended_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(among("kind", KINDS), name=op.f("ck_measure_kind")),
        sa.CheckConstraint(among("state", STATES), name=op.f("ck_measure_state")),
        sa.CheckConstraint(
            "kind <> 'preserve' or confirm_until is null",
            name=op.f("ck_measure_preserve_approved_first"),
        ),
        to("measure", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_measure")),
        sa.UniqueConstraint("county_code", "number", name=op.f("uq_measure_county_code_number")),
    )
    op.create_index("ix_measure_proposed", "measure", ["county_code", "proposed_at", "id"])
    op.create_index("ix_measure_case", "measure", ["county_code", "case_id"])
    op.create_index(
        "ix_measure_open",
        "measure",
        ["county_code", "case_id"],
        postgresql_where=sa.text(among("state", OPEN)),
    )
    op.create_table(
        "measure_item",
        *key(),
        uid("measure_id"),
        sa.Column("no", sa.Integer(), nullable=False),
        word("name"),
        word("spec", null=True),
        word("quantity"),
        word("condition", null=True),
        word("place"),
        word("fate", null=True),
        word("given_to", null=True),
        moment("given_at"),
        sa.CheckConstraint(among("fate", FATES), name=op.f("ck_measure_item_fate")),
        to("measure_item", "measure_id", "measure"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_measure_item")),
        sa.UniqueConstraint(
            "county_code",
            "measure_id",
            "no",
            name=op.f("uq_measure_item_county_code_measure_id_no"),
        ),
    )
    op.create_table(
        "custody_entry",
        *key(),
        uid("measure_id"),
        uid("item_id"),
        moment("at", null=False),
        word("place"),
        word("from_name"),
        word("to_name"),
        word("condition", null=True),
        sa.Column("photo_sha256", sa.LargeBinary(32), nullable=True),
        uid("by"),
        word("by_name"),
        moment("recorded_at", null=False),
        to("custody_entry", "measure_id", "measure"),
        to("custody_entry", "item_id", "measure_item"),
        to("custody_entry", "photo_sha256", "stored_file", "sha256"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_custody_entry")),
    )
    op.create_index(
        "ix_custody_entry_measure", "custody_entry", ["county_code", "measure_id", "at"]
    )
    only_grows("custody_entry")
    entries("measure_entry", "measure")
    spot_penalties()


def spot_penalties() -> None:
    """Make the tables of the summary procedure."""
    op.create_table(
        "spot_penalty",
        *key(),
        word("number"),
        word("state"),
        word("matter_code"),
        uid("party_id"),
        word("act"),
        word("evidence"),
        word("place"),
        code("place_code"),
        moment("acted_at", null=False),
        uid("squad_id"),
        code("unit_code"),
        word("organ"),
        uid("power_item_id", null=True),
        uid("provision_id", null=True),
        uid("officer_a_id"),
        uid("officer_b_id"),
        word("kind"),
        yuan("fine_yuan"),
        word("plea"),
        moment("decided_at", null=False),
        sa.Column("payment_due_on", sa.Date(), nullable=True),
        sa.Column("review_until_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        word("collect_ground", null=True),
        sa.Column("collected_on", sa.Date(), nullable=True),
        sa.Column("hand_in_due_on", sa.Date(), nullable=True),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        yuan("paid_yuan"),
        yuan("surcharge_yuan"),
        yuan("surcharge_paid_yuan"),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            among("state", ("decided", "closed", "archived")), name=op.f("ck_spot_penalty_state")
        ),
        sa.CheckConstraint(among("kind", ("warning", "fine")), name=op.f("ck_spot_penalty_kind")),
        sa.CheckConstraint(
            among("plea", ("none", "accepted", "not_accepted")), name=op.f("ck_spot_penalty_plea")
        ),
        sa.CheckConstraint(
            among("collect_ground", ("small", "hard", "remote")),
            name=op.f("ck_spot_penalty_collect_ground"),
        ),
        sa.CheckConstraint(
            "officer_a_id <> officer_b_id", name=op.f("ck_spot_penalty_two_officers")
        ),
        to("spot_penalty", "party_id", "party"),
        to("spot_penalty", "squad_id", "unit"),
        to("spot_penalty", "officer_a_id", "person"),
        to("spot_penalty", "officer_b_id", "person"),
        to("spot_penalty", "power_item_id", "power_item"),
        to("spot_penalty", "provision_id", "power_provision"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_spot_penalty")),
        sa.UniqueConstraint(
            "county_code", "number", name=op.f("uq_spot_penalty_county_code_number")
        ),
    )
    op.create_index("ix_spot_penalty_decided", "spot_penalty", ["county_code", "decided_at", "id"])
    op.create_index(
        "ix_spot_penalty_unit", "spot_penalty", ["county_code", "unit_code", "decided_at"]
    )
    op.create_index(
        "ix_spot_penalty_party",
        "spot_penalty",
        ["county_code", "party_id"],
        postgresql_where=sa.text("fine_yuan > 0"),
    )
    entries("spot_entry", "spot_penalty")


def downgrade() -> None:
    for table in (
        "spot_entry",
        "spot_penalty",
        "measure_entry",
        "custody_entry",
        "measure_item",
        "measure",
    ):
        op.drop_table(table)
