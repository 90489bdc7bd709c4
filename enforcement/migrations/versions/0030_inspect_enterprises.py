"""Inspect enterprises; give papers to penalties on the spot and inspections too."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STATES = (
    "proposed", "refused", "approved", "noticed", "entered", "recorded", "correcting",
    "concluded", "published", "cancelled",
)  # fmt: skip
OPEN = ("proposed", "approved", "noticed", "entered", "recorded", "correcting")
SOURCES = ("plan", "special", "complaint", "passed_on", "monitoring", "asked")
RESULTS = ("no_problem", "corrected", "ordered", "lead")
RECHECKS = ("passed", "failed")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def code(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(collation="C"), nullable=False)


def uid(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def day(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{parent}.county_code", f"{parent}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def upgrade() -> None:
    op.create_table(
        "enterprise",
        *key(),
        word("uscc"),
        word("name"),
        word("representative"),
        word("address"),
        code("village_code"),
        word("gate_code"),
        uid("made_by"),
        moment("made_at", null=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_enterprise_county_code")
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("county_code", "uscc", name=op.f("uq_enterprise_county_code_uscc")),
        sa.UniqueConstraint(
            "county_code", "gate_code", name=op.f("uq_enterprise_county_code_gate_code")
        ),
    )
    op.create_table(
        "inspection",
        *key(),
        word("number"),
        word("state"),
        uid("enterprise_id"),
        word("matter_code"),
        word("source"),
        word("reason"),
        word("content"),
        word("basis"),
        day("from_on", null=False),
        day("until_on", null=False),
        uid("squad_id"),
        code("unit_code"),
        word("organ"),
        uid("officer_a_id"),
        uid("officer_b_id"),
        moment("proposed_at", null=False),
        moment("entered_at"),
        sa.Column("visits", sa.Integer(), nullable=False),
        word("result", null=True),
        word("findings", null=True),
        word("corrections", null=True),
        day("correct_until"),
        word("rechecked", null=True),
        day("concluded_on"),
        day("publish_due_on"),
        moment("published_at"),
        uid("case_id", null=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(among("state", STATES), name=op.f("ck_inspection_state")),
        sa.CheckConstraint(among("source", SOURCES), name=op.f("ck_inspection_source")),
        sa.CheckConstraint(among("result", RESULTS), name=op.f("ck_inspection_result")),
        sa.CheckConstraint(among("rechecked", RECHECKS), name=op.f("ck_inspection_rechecked")),
        sa.CheckConstraint("officer_a_id <> officer_b_id", name=op.f("ck_inspection_two_officers")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_inspection_period")),
        to("inspection", "enterprise_id", "enterprise"),
        to("inspection", "squad_id", "unit"),
        to("inspection", "officer_a_id", "person"),
        to("inspection", "officer_b_id", "person"),
        to("inspection", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("county_code", "number", name=op.f("uq_inspection_county_code_number")),
    )
    op.create_index("ix_inspection_proposed", "inspection", ["county_code", "proposed_at", "id"])
    op.create_index(
        "ix_inspection_enterprise", "inspection", ["county_code", "enterprise_id", "from_on"]
    )
    op.create_index(
        "uq_inspection_open",
        "inspection",
        ["county_code", "enterprise_id"],
        unique=True,
        postgresql_where=sa.text(among("state", OPEN)),
    )
    op.create_index(
        "ix_inspection_published",
        "inspection",
        ["county_code", "published_at", "id"],
        postgresql_where=sa.text("published_at is not null"),
    )
    op.create_table(
        "inspection_join",
        *key(),
        uid("inspection_id"),
        uid("unit_id"),
        code("unit_code"),
        uid("person_id"),
        word("content"),
        moment("at", null=False),
        to("inspection_join", "inspection_id", "inspection"),
        to("inspection_join", "unit_id", "unit"),
        to("inspection_join", "person_id", "person"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_inspection_join")),
        sa.UniqueConstraint(
            "county_code", "inspection_id", "unit_id",
            name=op.f("uq_inspection_join_county_code_inspection_id_unit_id"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_inspection_join_unit", "inspection_join", ["county_code", "unit_code", "inspection_id"]
    )
    _entries()
    _papers()


def _entries() -> None:
    op.create_table(
        "inspection_entry",
        *key(),
        uid("inspection_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        word("event"),
        word("state"),
        uid("by", null=True),
        word("by_name"),
        moment("at", null=False),
        word("article"),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        to("inspection_entry", "inspection_id", "inspection"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_inspection_entry")),
        sa.UniqueConstraint(
            "county_code", "inspection_id", "seq",
            name=op.f("uq_inspection_entry_county_code_inspection_id_seq"),
        ),
    )  # fmt: skip
    op.execute(
        "create trigger inspection_entry_only_grows before update or delete on inspection_entry "
        "for each row execute function refuse_change('inspection_entry')"
    )


def _papers() -> None:
    """Let a paper belong to a penalty on the spot or to an inspection."""
    op.alter_column("document", "case_id", nullable=True)
    for owner in ("spot_penalty", "inspection"):
        op.add_column("document", uid(f"{owner}_id", null=True))
        op.create_foreign_key(
            op.f(f"fk_document_county_code_{owner}_id"),
            "document",
            owner,
            ["county_code", f"{owner}_id"],
            ["county_code", "id"],
        )
        op.create_index(
            f"ix_document_{owner}",
            "document",
            ["county_code", f"{owner}_id", "issued_at"],
            postgresql_where=sa.text(f"{owner}_id is not null"),
        )
    op.create_check_constraint(
        op.f("ck_document_owner"),
        "document",
        "num_nonnulls(case_id, spot_penalty_id, inspection_id) = 1",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_document_owner"), "document")
    op.execute("alter table document disable trigger user")
    op.execute("delete from document where case_id is null")
    op.execute("alter table document enable trigger user")
    for owner in ("spot_penalty", "inspection"):
        op.drop_column("document", f"{owner}_id")
    op.alter_column("document", "case_id", nullable=False)
    for table in ("inspection_entry", "inspection_join", "inspection", "enterprise"):
        op.drop_table(table)
