"""Draw up plans of duties (责任区划分方案), keep population, let a duty be called off early."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = ("draft", "active", "discarded")
EVENTS = ("start", "apply", "undo", "redo", "discard", "activate")
PERIOD = "ck_responsibility_period"


def one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    values = ", ".join(repr(word) for word in words)
    return sa.CheckConstraint(f"{column} in ({values})", name=op.f(f"ck_{table}_{column}"))


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def moment(name: str, *, now: bool = False) -> sa.Column:
    default = sa.text("app_now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def of_county(table: str, column: str, target: str, there: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{target}.county_code", f"{target}.{there}"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def upgrade() -> None:
    op.add_column("division", sa.Column("population", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_division_population"), "division", "population >= 0")
    op.drop_constraint(op.f(PERIOD), "responsibility", type_="check")
    op.create_check_constraint(
        op.f(PERIOD), "responsibility", "valid_to is null or valid_to >= valid_from"
    )
    plans()
    rows()
    entries()


def plans() -> None:
    op.create_table(
        "duty_plan",
        *key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_on", sa.Date(), nullable=False),
        sa.Column("base_ids", postgresql.JSONB(), nullable=False),
        sa.Column("base_sha256", sa.CHAR(64), nullable=False),
        moment("created_at", now=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("activated_from", sa.Date(), nullable=True),
        moment("activated_at"),
        sa.Column("activated_by", sa.String(), nullable=True),
        moment("discarded_at"),
        sa.Column("discarded_by", sa.String(), nullable=True),
        one_of("duty_plan", "status", STATES),
        sa.CheckConstraint(
            "(status = 'active') = (activated_from is not null)",
            name=op.f("ck_duty_plan_activated"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_duty_plan_county_code")
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_duty_plan")),
    )


def rows() -> None:
    op.create_table(
        "duty_plan_row",
        *key(),
        sa.Column("plan_id", sa.UUID(), nullable=False),
        sa.Column("unit_id", sa.UUID(), nullable=False),
        sa.Column("area_code", sa.Text(collation="C"), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", 4490, spatial_index=False), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(area_code, geom) = 1", name=op.f("ck_duty_plan_row_one_shape")
        ),
        of_county("duty_plan_row", "plan_id", "duty_plan"),
        of_county("duty_plan_row", "unit_id", "unit"),
        of_county("duty_plan_row", "area_code", "division", "code"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_duty_plan_row")),
    )
    op.create_index("ix_duty_plan_row_plan", "duty_plan_row", ["county_code", "plan_id"])


def entries() -> None:
    op.create_table(
        "duty_plan_entry",
        *key(),
        sa.Column("plan_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("ops", postgresql.JSONB(), nullable=False),
        sa.Column("removed", postgresql.JSONB(), nullable=False),
        sa.Column("added", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        moment("at", now=True),
        one_of("duty_plan_entry", "event", EVENTS),
        of_county("duty_plan_entry", "plan_id", "duty_plan"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_duty_plan_entry")),
        sa.UniqueConstraint(
            "county_code",
            "plan_id",
            "seq",
            name=op.f("uq_duty_plan_entry_county_code_plan_id_seq"),
        ),
    )
    op.execute(
        "create trigger only_grows before update or delete on duty_plan_entry "
        "for each row execute function refuse_change('duty_plan_entry')"
    )


def downgrade() -> None:
    for table in ("duty_plan_entry", "duty_plan_row", "duty_plan"):
        op.drop_table(table)
    op.execute("delete from responsibility where valid_to = valid_from")
    op.drop_constraint(op.f(PERIOD), "responsibility", type_="check")
    op.create_check_constraint(
        op.f(PERIOD), "responsibility", "valid_to is null or valid_to > valid_from"
    )
    op.drop_constraint(op.f("ck_division_population"), "division", type_="check")
    op.drop_column("division", "population")
