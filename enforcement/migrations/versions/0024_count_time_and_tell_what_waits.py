"""Count time by the county's calendars, keep excluded time of cases, tell what waits for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KINDS = (
    "hearing", "public_notice", "inspection", "testing", "quarantine", "appraisal", "suspension",
)  # fmt: skip


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def other(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def at() -> sa.Column:
    return sa.Column(
        "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
    )


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}"))


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{to}.county_code", f"{to}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def only_grows(table: str) -> None:
    op.execute(
        f"create trigger {table}_only_grows before update or delete on {table} "
        f"for each row execute function refuse_change('{table}')"
    )


def upgrade() -> None:
    op.create_table(
        "calendar_edition",
        *key(),
        sa.Column("year", sa.Integer(), nullable=False),
        word("source"),
        word("file_name"),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        other("by"),
        word("by_name"),
        at(),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_calendar_edition_county_code")
        ),
        belongs("calendar_edition", "by", "account"),
        primary("calendar_edition"),
    )
    op.create_index("ix_calendar_edition_year", "calendar_edition", ["county_code", "year", "id"])
    op.create_table(
        "calendar_day",
        *key(),
        other("edition_id"),
        day("day"),
        word("kind"),
        word("name"),
        sa.CheckConstraint("kind in ('off', 'work')", name=op.f("ck_calendar_day_kind")),
        belongs("calendar_day", "edition_id", "calendar_edition"),
        primary("calendar_day"),
    )
    op.create_index(
        "uq_calendar_day_day", "calendar_day", ["county_code", "edition_id", "day"], unique=True
    )
    op.create_table(
        "case_exclusion",
        *key(),
        other("case_id"),
        word("kind"),
        word("reason"),
        word("paper"),
        day("first_on"),
        day("last_on", null=True),
        word("end_paper", null=True),
        other("by"),
        at(),
        other("ended_by", null=True),
        sa.CheckConstraint(among("kind", KINDS), name=op.f("ck_case_exclusion_kind")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_case_exclusion_order")),
        sa.CheckConstraint(
            "btrim(reason) <> '' and btrim(paper) <> ''", name=op.f("ck_case_exclusion_told")
        ),
        belongs("case_exclusion", "case_id", "case_file"),
        belongs("case_exclusion", "by", "account"),
        belongs("case_exclusion", "ended_by", "account"),
        primary("case_exclusion"),
    )
    op.create_index(
        "ix_case_exclusion_case", "case_exclusion", ["county_code", "case_id", "first_on"]
    )
    op.create_index(
        "uq_case_exclusion_open",
        "case_exclusion",
        ["county_code", "case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("last_on is null"),
    )
    op.create_table(
        "case_extension",
        *key(),
        other("case_id"),
        word("approval"),
        sa.Column("days", sa.Integer(), nullable=False),
        word("reason"),
        word("paper", null=True),
        day("granted_on"),
        other("by"),
        word("by_name"),
        at(),
        sa.CheckConstraint(
            among("approval", ("head", "collective")), name=op.f("ck_case_extension_approval")
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_case_extension_days")),
        belongs("case_extension", "case_id", "case_file"),
        belongs("case_extension", "by", "account"),
        primary("case_extension"),
    )
    op.create_index(
        "uq_case_extension_approval",
        "case_extension",
        ["county_code", "case_id", "approval"],
        unique=True,
    )
    op.create_table(
        "todo_item",
        *key(),
        other("case_id"),
        sa.Column("holder", sa.Text(collation="C"), nullable=False),
        word("duty"),
        word("limit_id", null=True),
        day("raw_on", null=True),
        day("due_on", null=True),
        day("alarm_on", null=True),
        day("stopped_on", null=True),
        day("sort_on"),
        belongs("todo_item", "case_id", "case_file"),
        primary("todo_item"),
    )
    op.create_index("ix_todo_item_holder", "todo_item", ["county_code", "holder", "sort_on", "id"])
    op.create_index("ix_todo_item_case", "todo_item", ["county_code", "case_id"])
    op.create_index(
        "ix_incident_todo",
        "incident",
        ["county_code", "handler_id", "stage_due_at", "id"],
        postgresql_where=sa.text("handler_id is not null and stage_due_at is not null"),
    )
    for table in ("calendar_edition", "calendar_day", "case_extension"):
        only_grows(table)


def downgrade() -> None:
    op.drop_index("ix_incident_todo", table_name="incident")
    for table in (
        "todo_item", "case_extension", "case_exclusion", "calendar_day", "calendar_edition",
    ):  # fmt: skip
        op.drop_table(table)
