"""Keep a county's categories, limits and calls by editions, and its routing rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

GROWING = (
    "taxonomy_edition", "taxonomy_category", "taxonomy_limit", "taxonomy_call",
    "routing_rule_entry", "rule_decision", "rule_alarm",
)  # fmt: skip


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def words(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def whole(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null)


def moment(name: str, *, default: bool = False) -> sa.Column:
    given = {"server_default": sa.text("app_now()")} if default else {}
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **given)


def other(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}"))


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{to}.county_code", f"{to}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def of_county(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code"], ["county.county_code"], name=op.f(f"fk_{table}_county_code")
    )


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_county_code_{'_'.join(columns)}")
    return sa.UniqueConstraint("county_code", *columns, name=name)


def upgrade() -> None:
    lists()
    rules()
    for table in GROWING:
        op.execute(
            f"create trigger only_grows before update or delete on {table} "
            f"for each row execute function refuse_change('{table}')"
        )


def lists() -> None:
    op.create_table(
        "taxonomy_edition",
        *key(),
        moment("from_at"),
        word("brought"),
        word("file_name"),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        whole("added"),
        whole("changed"),
        whole("dropped"),
        other("by", null=True),
        word("by_name"),
        of_county("taxonomy_edition"),
        sa.CheckConstraint(
            "brought in ('categories', 'calls')", name=op.f("ck_taxonomy_edition_brought")
        ),
        primary("taxonomy_edition"),
    )
    op.create_index(
        "ix_taxonomy_edition_from", "taxonomy_edition", ["county_code", "from_at", "id"]
    )
    op.create_table(
        "taxonomy_category",
        *key(),
        other("edition_id"),
        whole("seq"),
        word("code"),
        word("zh"),
        word("en"),
        word("icon"),
        words("matters"),
        words("required"),
        sa.Column("offered", sa.Boolean(), nullable=False),
        word("source"),
        belongs("taxonomy_category", "edition_id", "taxonomy_edition"),
        unique("taxonomy_category", "edition_id", "code"),
        primary("taxonomy_category"),
    )
    op.create_table(
        "taxonomy_limit",
        *key(),
        other("edition_id"),
        word("category"),
        word("stage"),
        sa.Column("amount", sa.Float(), nullable=False),
        word("counted"),
        word("source"),
        belongs("taxonomy_limit", "edition_id", "taxonomy_edition"),
        unique("taxonomy_limit", "edition_id", "category", "stage"),
        primary("taxonomy_limit"),
    )
    op.create_table(
        "taxonomy_call",
        *key(),
        other("edition_id"),
        whole("seq"),
        word("code"),
        word("urgency"),
        word("stage"),
        sa.Column("amount", sa.Float(), nullable=False),
        word("counted"),
        word("to"),
        word("does"),
        word("source"),
        belongs("taxonomy_call", "edition_id", "taxonomy_edition"),
        unique("taxonomy_call", "edition_id", "code"),
        primary("taxonomy_call"),
    )


def rules() -> None:
    op.create_table(
        "routing_rule",
        *key(),
        whole("position"),
        word("name"),
        words("categories"),
        words("areas"),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True),
        words("sources"),
        words("urgencies"),
        other("unit_id"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        word("note"),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        whole("version"),
        of_county("routing_rule"),
        belongs("routing_rule", "unit_id", "unit"),
        sa.CheckConstraint(
            "(from_time is null) = (to_time is null)", name=op.f("ck_routing_rule_window")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to > valid_from", name=op.f("ck_routing_rule_period")
        ),
        primary("routing_rule"),
    )
    op.create_index(
        "ix_routing_rule_active",
        "routing_rule",
        ["county_code", "position", "id"],
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "routing_rule_entry",
        *key(),
        other("rule_id"),
        whole("seq"),
        word("event"),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        word("note", null=True),
        other("by", null=True),
        word("by_name"),
        moment("at"),
        belongs("routing_rule_entry", "rule_id", "routing_rule"),
        unique("routing_rule_entry", "rule_id", "seq"),
        primary("routing_rule_entry"),
    )
    op.create_index("ix_routing_rule_entry_at", "routing_rule_entry", ["county_code", "at", "id"])
    op.create_table(
        "rule_decision",
        *key(),
        other("incident_id"),
        moment("decided_at", default=True),
        other("rule_id", null=True),
        whole("rule_version", null=True),
        other("unit_id", null=True),
        word("otherwise_unit_code", null=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("skipped", postgresql.JSONB(), nullable=False),
        belongs("rule_decision", "incident_id", "incident"),
        belongs("rule_decision", "rule_id", "routing_rule"),
        belongs("rule_decision", "unit_id", "unit"),
        primary("rule_decision"),
    )
    op.create_index(
        "ix_rule_decision_incident",
        "rule_decision",
        ["county_code", "incident_id", "decided_at", "id"],
    )
    op.create_table(
        "rule_alarm",
        *key(),
        other("rule_id"),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("why", postgresql.JSONB(), nullable=False),
        moment("at", default=True),
        belongs("rule_alarm", "rule_id", "routing_rule"),
        unique("rule_alarm", "rule_id", "on_day"),
        primary("rule_alarm"),
    )


def downgrade() -> None:
    tables = ("rule_alarm", "rule_decision", "routing_rule_entry", "routing_rule",
              "taxonomy_call", "taxonomy_limit", "taxonomy_category", "taxonomy_edition")  # fmt: skip
    for table in tables:
        op.drop_table(table)
