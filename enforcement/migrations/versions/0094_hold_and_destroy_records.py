"""Keep legal holds, destructions by two people, their tombstones and certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, MOMENT, nullable=nullable)


def number(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def row(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=nullable)


def key(table: str) -> tuple[sa.Column, sa.Column, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}")),
    )


def other(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column], [f"{to}.county_code", f"{to}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )  # fmt: skip


def check(table: str, sql: str, name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=op.f(f"ck_{table}_{name}"))


def holds() -> None:
    op.create_table(
        "legal_hold", *key("legal_hold"), text("kind"), row("case_id"), row("incident_id"),
        row("person_id"), sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True), text("named"), text("reason"),
        row("by", nullable=False), text("by_name"), moment("at", nullable=False),
        moment("released_at"), text("released_by_name", nullable=True),
        text("released_why", nullable=True),
        check("legal_hold", "kind in ('case', 'incident', 'person', 'tracks')", "kind"),
        check(
            "legal_hold",
            "case kind when 'case' then case_id is not null when 'incident' then"
            " incident_id is not null when 'person' then person_id is not null"
            " else first_on is not null end",
            "object",
        ),
        check("legal_hold", "num_nonnulls(first_on, last_on) <> 1 and last_on >= first_on", "days"),
        check(
            "legal_hold",
            "num_nonnulls(released_at, released_by_name, released_why) in (0, 3)", "released",
        ),
        other("legal_hold", "case_id", "case_file"), other("legal_hold", "incident_id", "incident"),
        other("legal_hold", "person_id", "person"), other("legal_hold", "by", "account"),
    )  # fmt: skip
    op.create_index("ix_legal_hold_at", "legal_hold", ["county_code", "at", "id"])
    op.create_index(
        "ix_legal_hold_standing", "legal_hold", ["county_code", "kind"],
        postgresql_where="released_at is null",
    )  # fmt: skip


def destructions() -> None:
    op.create_table(
        "destruction", *key("destruction"), text("kind"), text("deed"), number("months"),
        text("basis"), moment("before", nullable=False),
        sa.Column("month", sa.Date(), nullable=True), text("state"), number("count", "0"),
        moment("oldest_at"), moment("newest_at"), text("reason"), row("proposed_by"),
        text("proposed_name"), moment("proposed_at", nullable=False), row("decided_by"),
        text("decided_name", nullable=True), moment("decided_at"),
        text("decided_why", nullable=True), moment("ended_at"),
        check("destruction", "state in ('proposed', 'refused', 'running', 'done')", "state"),
        check("destruction", "deed in ('delete', 'anonymise')", "deed"),
        check("destruction", "decided_by <> proposed_by", "two_people"),
        check("destruction", "(month is null) = (proposed_by is not null)", "by_rule"),
        check(
            "destruction",
            "state = 'proposed' or month is not null"
            " or num_nulls(decided_by, decided_name, decided_at, decided_why) = 0",
            "decided",
        ),
        other("destruction", "proposed_by", "person"), other("destruction", "decided_by", "person"),
        sa.UniqueConstraint(
            "county_code", "kind", "month", name=op.f("uq_destruction_county_code_kind_month")
        ),
    )  # fmt: skip
    op.create_index("ix_destruction_proposed", "destruction", ["county_code", "proposed_at", "id"])
    op.create_index(
        "uq_destruction_open", "destruction", ["county_code", "kind"], unique=True,
        postgresql_where="state in ('proposed', 'running') and month is null",
    )  # fmt: skip


def items() -> None:
    op.create_table(
        "destruction_item", *key("destruction_item"), row("destruction_id", nullable=False),
        text("subject"), number("rows", "1"), moment("record_at", nullable=False), text("state"),
        moment("done_at"),
        check(
            "destruction_item", "state in ('waiting', 'done', 'held', 'changed')", "state"
        ),
        check("destruction_item", "(state = 'waiting') = (done_at is null)", "done"),
        other("destruction_item", "destruction_id", "destruction"),
    )  # fmt: skip
    columns = ["county_code", "destruction_id", "subject"]
    op.create_index("ix_destruction_item_of", "destruction_item", columns)
    op.create_index(
        "ix_destruction_item_waiting", "destruction_item", columns,
        postgresql_where="state = 'waiting'",
    )  # fmt: skip


def certificates() -> None:
    table = "destruction_certificate"
    op.create_table(
        table, *key(table), text("number"), row("destruction_id", nullable=False), text("kind"),
        text("deed"), number("months"), text("basis"), moment("before", nullable=False),
        number("rows"), number("tombstones"), number("held"), number("changed"),
        moment("oldest_at"), moment("newest_at"), text("proposed_name"),
        moment("proposed_at", nullable=False), text("decided_name", nullable=True),
        moment("decided_at"), sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        moment("at", nullable=False),
        sa.UniqueConstraint("county_code", "number", name=op.f(f"uq_{table}_county_code_number")),
        sa.UniqueConstraint(
            "county_code", "destruction_id", name=op.f(f"uq_{table}_county_code_destruction_id")
        ),
        other(table, "destruction_id", "destruction"),
    )  # fmt: skip
    op.create_index(f"ix_{table}_at", table, ["county_code", "at", "id"])


def keep() -> None:
    """Let tombstones, certificates and what was decided stand as they are."""
    op.execute(
        "create trigger destruction_certificate_only_grows before update or delete"
        " on destruction_certificate for each row"
        " execute function refuse_change('destruction_certificate')"
    )
    for table, final in (
        ("destruction_item", "old.state <> 'waiting' or new.subject <> old.subject"
         " or new.rows <> old.rows or new.destruction_id <> old.destruction_id"),
        ("destruction", "old.state in ('refused', 'done') or new.kind <> old.kind"),
        ("legal_hold", "old.released_at is not null or new.reason <> old.reason"
         " or new.kind <> old.kind or new.case_id is distinct from old.case_id"
         " or new.incident_id is distinct from old.incident_id"
         " or new.person_id is distinct from old.person_id"
         " or new.first_on is distinct from old.first_on"
         " or new.last_on is distinct from old.last_on"),
    ):  # fmt: skip
        op.execute(
            f"create function {table}_keeps() returns trigger language plpgsql as $$ begin "
            f"if tg_op = 'DELETE' or {final} then "
            f"raise exception 'what {table} says is final' "
            "using errcode = 'integrity_constraint_violation'; end if; return new; end $$"
        )
        op.execute(
            f"create trigger {table}_keeps before update or delete on {table} "
            f"for each row execute function {table}_keeps()"
        )


def upgrade() -> None:
    holds()
    destructions()
    items()
    certificates()
    keep()
    op.create_index(
        "ix_incident_contact", "incident", ["county_code", "closed_at"],
        postgresql_where="reporter_name_encrypted is not null"
        " or reporter_phone_encrypted is not null",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_incident_contact", table_name="incident")
    for table in ("destruction_certificate", "destruction_item", "destruction", "legal_hold"):
        op.drop_table(table)
    for table in ("destruction_item", "destruction", "legal_hold"):
        op.execute(f"drop function {table}_keeps()")
