"""Plan who is on duty: templates, requirements, shifts, leave, swaps, and their history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("a", "b", "leader", "squad")
SPAN = "tstzrange(starts_at, ends_at)"


def column(name: str, kind: object, *, null: bool = False, **more: object) -> sa.Column:
    return sa.Column(name, kind, nullable=null, **more)


def moment(name: str, *, null: bool = False, **more: object) -> sa.Column:
    return column(name, sa.DateTime(timezone=True), null=null, **more)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def one_of(table: str, name: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return check(table, name, f"{name} in ({', '.join(map(repr, words))})")


def link(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", name],
        [f"{target}.county_code", f"{target}.id"],
        name=op.f(f"fk_{table}_county_code_{name}"),
    )


def unique(table: str, *names: str) -> sa.UniqueConstraint:
    named = "_".join(("county_code", *names))
    return sa.UniqueConstraint("county_code", *names, name=op.f(f"uq_{table}_{named}"))


def create(table: str, *parts: object) -> None:
    op.create_table(
        table,
        column("county_code", sa.CHAR(6)),
        column("id", sa.UUID()),
        *parts,
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}")),
    )


def apart(table: str, where: str) -> postgresql.ExcludeConstraint:
    return postgresql.ExcludeConstraint(
        (sa.column("county_code"), "="),
        (sa.column("person_id"), "="),
        (sa.text(SPAN), "&&"),
        name=f"ex_{table}_person",
        using="gist",
        where=sa.text(where),
    )


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    templates()
    requirements()
    shifts()
    leaves()
    swaps()
    entries()


def templates() -> None:
    name = "duty_template"
    create(
        name,
        column("unit_id", sa.UUID()),
        column("name", sa.String()),
        column("cycle_weeks", sa.Integer()),
        column("anchor_on", sa.Date()),
        column("version", sa.Integer()),
        moment("changed_at"),
        unique(name, "unit_id", "name"),
        check(name, "cycle", "cycle_weeks between 1 and 12"),
        check(name, "monday", "extract(isodow from anchor_on) = 1"),
        link(name, "unit_id", "unit"),
    )
    name = "duty_template_row"
    create(
        name,
        column("template_id", sa.UUID()),
        column("week", sa.Integer()),
        column("weekday", sa.Integer()),
        column("kind", sa.String()),
        column("start", sa.Time()),
        column("minutes", sa.Integer()),
        column("days", sa.String()),
        column("person_id", sa.UUID(), null=True),
        column("seat", sa.Integer()),
        unique(name, "template_id", "week", "weekday", "kind", "start", "seat"),
        check(name, "day", "weekday between 0 and 6 and week between 0 and 11"),
        check(name, "minutes", "minutes between 1 and 1440"),
        one_of(name, "kind", KINDS),
        one_of(name, "days", ("every", "working")),
        link(name, "template_id", "duty_template"),
        link(name, "person_id", "person"),
    )


def requirements() -> None:
    name = "duty_requirement"
    create(
        name,
        column("unit_id", sa.UUID()),
        column("kind", sa.String()),
        column("pattern", sa.String()),
        column("hours", postgresql.JSONB()),
        column("at_least", sa.Integer()),
        column("certified", sa.Boolean()),
        column("valid_from", sa.Date()),
        column("valid_to", sa.Date(), null=True),
        one_of(name, "kind", KINDS),
        one_of(name, "pattern", ("always", "office", "weekly")),
        check(name, "at_least", "at_least between 1 and 50"),
        check(name, "period", "valid_to is null or valid_to > valid_from"),
        link(name, "unit_id", "unit"),
    )
    op.create_index("ix_duty_requirement_unit", name, ["county_code", "unit_id"])


def shifts() -> None:
    name = "duty_shift"
    create(
        name,
        column("unit_id", sa.UUID()),
        column("kind", sa.String()),
        column("person_id", sa.UUID(), null=True),
        moment("starts_at"),
        moment("ends_at"),
        column("state", sa.String()),
        column("template_id", sa.UUID(), null=True),
        column("seat", sa.Integer(), null=True),
        column("by_hand", sa.Boolean()),
        column("version", sa.Integer()),
        column("made_by", sa.UUID(), null=True),
        moment("made_at"),
        unique(name, "template_id", "kind", "starts_at", "seat"),
        one_of(name, "kind", KINDS),
        one_of(name, "state", ("planned", "cancelled")),
        check(name, "span", "ends_at > starts_at and ends_at <= starts_at + interval '24 hours'"),
        link(name, "unit_id", "unit"),
        link(name, "person_id", "person"),
        link(name, "template_id", "duty_template"),
        link(name, "made_by", "account"),
        apart(name, "state = 'planned' and person_id is not null and kind in ('a', 'b', 'squad')"),
    )
    op.create_index("ix_duty_shift_unit", name, ["county_code", "unit_id", "starts_at"])
    op.create_index("ix_duty_shift_person", name, ["county_code", "person_id", "starts_at"])


def decision() -> list[sa.Column]:
    return [
        column("decided_by", sa.UUID(), null=True),
        column("decided_by_name", sa.String(), null=True),
        moment("decided_at", null=True),
        column("note", sa.String(), null=True),
        column("version", sa.Integer()),
    ]


def leaves() -> None:
    name = "duty_leave"
    create(
        name,
        column("person_id", sa.UUID()),
        moment("starts_at"),
        moment("ends_at"),
        column("kind", sa.String()),
        column("reason", sa.String()),
        column("state", sa.String()),
        column("asked_by", sa.UUID(), null=True),
        moment("asked_at"),
        *decision(),
        one_of(name, "kind", ("annual", "sick", "public_duty", "training", "other")),
        one_of(name, "state", ("asked", "approved", "refused", "cancelled")),
        check(name, "span", "ends_at > starts_at"),
        link(name, "person_id", "person"),
        link(name, "asked_by", "account"),
        link(name, "decided_by", "account"),
        apart(name, "state in ('asked', 'approved')"),
    )
    op.create_index("ix_duty_leave_person", name, ["county_code", "person_id", "ends_at"])
    op.create_index("ix_duty_leave_state", name, ["county_code", "state", "starts_at"])


def swaps() -> None:
    name = "duty_swap"
    create(
        name,
        column("shift_id", sa.UUID()),
        column("shift_version", sa.Integer()),
        column("from_person_id", sa.UUID()),
        column("to_person_id", sa.UUID()),
        column("other_shift_id", sa.UUID(), null=True),
        column("other_version", sa.Integer(), null=True),
        column("reason", sa.String()),
        column("state", sa.String()),
        moment("asked_at"),
        *decision(),
        one_of(name, "state", ("asked", "agreed", "approved", "refused", "withdrawn")),
        check(name, "two_people", "from_person_id <> to_person_id"),
        link(name, "shift_id", "duty_shift"),
        link(name, "other_shift_id", "duty_shift"),
        link(name, "from_person_id", "person"),
        link(name, "to_person_id", "person"),
        link(name, "decided_by", "account"),
    )
    op.create_index(
        "uq_duty_swap_open",
        name,
        ["county_code", "shift_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'agreed')"),
    )
    op.create_index("ix_duty_swap_to", name, ["county_code", "to_person_id"])
    op.create_index("ix_duty_swap_from", name, ["county_code", "from_person_id"])


def entries() -> None:
    name = "duty_entry"
    create(
        name,
        column("subject", sa.String()),
        column("subject_id", sa.UUID()),
        column("unit_id", sa.UUID(), null=True),
        column("event", sa.String()),
        column("by", sa.UUID(), null=True),
        column("by_name", sa.String()),
        moment("at", server_default=sa.text("app_now()")),
        column("detail", postgresql.JSONB()),
        one_of(name, "subject", ("template", "requirement", "shift", "leave", "swap")),
    )
    op.create_index("ix_duty_entry_subject", name, ["county_code", "subject_id", "id"])
    op.execute(
        "create trigger only_grows before update or delete on duty_entry "
        "for each row execute function refuse_change('duty_entry')"
    )


def downgrade() -> None:
    for name in ("entry", "swap", "leave", "shift", "requirement", "template_row", "template"):
        op.drop_table(f"duty_{name}")
