"""Plan patrols: templates, things to follow up, plans being made, road times, longer stops."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

SHIFT = """0 <= from_minute and from_minute < to_minute and to_minute <= 1440
  and num_nonnulls(break_from, break_to) <> 1
  and (break_from is null or (from_minute <= break_from and break_from < break_to
    and break_to <= to_minute))"""
STATES = "state in ('published', 'started', 'finished', 'cancelled')"
STATES_NOW = "state in ('draft', 'published', 'started', 'finished', 'cancelled')"
ALONE = "incident_id is null and beat_id is null and wish_id is null"


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def code(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(collation="C"), nullable=null)


def uid(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def day(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def number(name: str, *, null: bool = False, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null, server_default=default)


def to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{parent}.county_code", f"{parent}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def pk(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(("uq", table, "county_code", *columns))
    return sa.UniqueConstraint("county_code", *columns, name=op.f(name))


def upgrade() -> None:
    templates()
    wishes()
    runs()
    patrols()
    stops()
    findings()


def templates() -> None:
    op.create_table(
        "patrol_template", *key(), word("name"), uid("squad_id"), code("squad_code"),
        sa.Column("weekdays", postgresql.JSONB(), nullable=False), number("every_weeks"),
        day("starts_on"), day("ends_on", null=True), number("from_minute"), number("to_minute"),
        number("break_from", null=True), number("break_to", null=True), word("instructions"),
        word("state"), uid("made_by"), moment("made_at"), number("version"),
        check("patrol_template", "state", "state in ('active', 'retired')"),
        check("patrol_template", "weeks", "every_weeks between 1 and 8"),
        check("patrol_template", "period", "ends_on >= starts_on"),
        check("patrol_template", "shift", SHIFT),
        to("patrol_template", "squad_id", "unit"), to("patrol_template", "made_by", "account"),
        pk("patrol_template"),
    )  # fmt: skip
    op.create_index(
        "ix_patrol_template_squad", "patrol_template", ["county_code", "squad_code", "id"]
    )
    name = "patrol_template_stop"
    op.create_table(
        name, *key(), uid("template_id"), number("seq"), uid("beat_id"),
        number("planned_minute", null=True),
        check(name, "minute", "planned_minute between 0 and 1439"),
        unique(name, "template_id", "seq"), unique(name, "template_id", "beat_id"),
        to(name, "template_id", "patrol_template"), to(name, "beat_id", "beat"), pk(name),
    )  # fmt: skip


def wishes() -> None:
    op.create_table(
        "patrol_wish", *key(), word("kind"), uid("subject_id"), word("title"),
        word("article", null=True), code("unit_code"), code("village_code", null=True),
        sa.Column("lon", sa.Double(), nullable=True), sa.Column("lat", sa.Double(), nullable=True),
        day("from_on"), day("due_on"), number("service_min"), word("state"), moment("made_at"),
        moment("ended_at", null=True),
        check("patrol_wish", "kind", "kind in ('recheck', 'measure', 'case', 'payment', 'again')"),
        check("patrol_wish", "state", "state in ('open', 'done', 'withdrawn')"),
        check("patrol_wish", "period", "due_on >= from_on"),
        check("patrol_wish", "whole_position", "num_nonnulls(lon, lat) <> 1"),
        unique("patrol_wish", "kind", "subject_id", "due_on"), pk("patrol_wish"),
    )  # fmt: skip
    op.create_index("ix_patrol_wish_due", "patrol_wish", ["county_code", "state", "due_on"])


def runs() -> None:
    op.create_table(
        "plan_run", *key(), word("kind"), code("unit_code"), day("on_day"), word("state"),
        number("done", default="0"), number("total"),
        sa.Column("problem", postgresql.JSONB(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False), uid("asked_by"),
        moment("asked_at"), moment("ended_at", null=True),
        check("plan_run", "kind", "kind in ('brigade', 'county', 'replan')"),
        check("plan_run", "state", "state in ('working', 'done', 'applied', 'cancelled')"),
        to("plan_run", "asked_by", "account"), pk("plan_run"),
    )  # fmt: skip
    op.create_index("ix_plan_run_asked", "plan_run", ["county_code", "on_day", "asked_at"])
    op.create_table(
        "road_time", *key(), word("from_place"), word("to_place"), number("seconds"),
        word("source"), moment("made_at"), check("road_time", "seconds", "seconds >= 0"),
        unique("road_time", "from_place", "to_place"), pk("road_time"),
    )  # fmt: skip


def patrols() -> None:
    op.drop_constraint("ck_patrol_state", "patrol")
    op.create_check_constraint(op.f("ck_patrol_state"), "patrol", STATES_NOW)
    for column in (
        uid("template_id", null=True), number("from_minute", default="510"),
        number("to_minute", default="1020"), number("break_from", null=True),
        number("break_to", null=True), number("told_version", default="0"),
    ):  # fmt: skip
        op.add_column("patrol", column)
    op.create_check_constraint(op.f("ck_patrol_shift"), "patrol", SHIFT)
    op.create_unique_constraint(
        op.f("uq_patrol_county_code_template_id_patrol_on"), "patrol",
        ["county_code", "template_id", "patrol_on"],
    )  # fmt: skip
    op.create_foreign_key(
        op.f("fk_patrol_county_code_template_id"), "patrol", "patrol_template",
        ["county_code", "template_id"], ["county_code", "id"],
    )  # fmt: skip


def once(column: str, more: str = "") -> None:
    where = " and ".join(filter(None, ("not off_list", more)))
    op.create_index(
        f"uq_patrol_stop_county_code_patrol_on_{column}", "patrol_stop",
        ["county_code", "patrol_on", column], unique=True, postgresql_where=sa.text(where),
    )  # fmt: skip


def stops() -> None:
    for column in (
        uid("beat_id", null=True), uid("wish_id", null=True),
        sa.Column("required", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("locked", sa.Boolean(), nullable=False, server_default="false"),
        number("service_min", default="15"), moment("planned_at", null=True),
        sa.Column("why", postgresql.JSONB(), nullable=False, server_default="{}"),
        moment("arrived_at", null=True), moment("left_at", null=True), day("again_on", null=True),
        sa.Column("off_list", sa.Boolean(), nullable=False, server_default="false"),
    ):  # fmt: skip
        op.add_column("patrol_stop", column)
    op.execute(
        "update patrol_stop s set off_list = true from patrol p where p.county_code = s.county_code"
        " and p.id = s.patrol_id and s.visited_at is null and p.state in ('finished', 'cancelled')"
    )
    op.drop_constraint("uq_patrol_stop_county_code_patrol_on_incident_id", "patrol_stop")
    op.drop_constraint("uq_patrol_stop_county_code_patrol_id_seq", "patrol_stop")
    op.create_unique_constraint(
        op.f("uq_patrol_stop_county_code_patrol_id_seq"), "patrol_stop",
        ["county_code", "patrol_id", "seq"], deferrable=True, initially="DEFERRED",
    )  # fmt: skip
    once("incident_id")
    once("beat_id")
    once("wish_id")
    once("village_code", ALONE)
    rules = {
        "one_thing": "num_nonnulls(incident_id, beat_id, wish_id) <= 1",
        "stay": "left_at >= arrived_at",
        "service": "service_min between 0 and 600",
    }
    for name, rule in rules.items():
        op.create_check_constraint(op.f(f"ck_patrol_stop_{name}"), "patrol_stop", rule)
    for column, parent in (("beat_id", "beat"), ("wish_id", "patrol_wish")):
        op.create_foreign_key(
            op.f(f"fk_patrol_stop_county_code_{column}"), "patrol_stop", parent,
            ["county_code", column], ["county_code", "id"],
        )  # fmt: skip


def findings() -> None:
    op.create_table(
        "patrol_finding", *key(), uid("stop_id"), word("kind"), word("number", null=True),
        word("text"), uid("incident_id", null=True), uid("by"), moment("at"),
        check("patrol_finding", "kind", "kind in ('incident', 'order', 'lead')"),
        to("patrol_finding", "stop_id", "patrol_stop"),
        to("patrol_finding", "incident_id", "incident"), to("patrol_finding", "by", "account"),
        pk("patrol_finding"),
    )  # fmt: skip
    op.create_index("ix_patrol_finding_stop", "patrol_finding", ["county_code", "stop_id"])
    op.execute(
        "create trigger patrol_finding_only_grows before update or delete on patrol_finding "
        "for each row execute function refuse_change('patrol_finding')"
    )


def downgrade() -> None:
    op.drop_table("patrol_finding")
    op.execute("delete from patrol_stop where beat_id is not null or wish_id is not null")
    op.execute(
        "delete from patrol_stop s using patrol_stop o where s.off_list and o.id > s.id and"
        " (o.county_code, o.patrol_on, o.incident_id) = (s.county_code, s.patrol_on, s.incident_id)"
    )
    for name in ("beat_id", "wish_id"):
        op.drop_constraint(f"fk_patrol_stop_county_code_{name}", "patrol_stop")
    for name in ("incident_id", "beat_id", "wish_id", "village_code"):
        op.drop_index(f"uq_patrol_stop_county_code_patrol_on_{name}", "patrol_stop")
    op.drop_constraint("uq_patrol_stop_county_code_patrol_id_seq", "patrol_stop")
    for columns in (["patrol_id", "seq"], ["patrol_on", "incident_id"]):
        op.create_unique_constraint(
            op.f("_".join(("uq_patrol_stop_county_code", *columns))), "patrol_stop",
            ["county_code", *columns],
        )  # fmt: skip
    for name in (
        "beat_id", "wish_id", "required", "locked", "service_min", "planned_at", "why",
        "arrived_at", "left_at", "again_on", "off_list",
    ):  # fmt: skip
        op.drop_column("patrol_stop", name)
    undo_patrols()
    for table in ("road_time", "plan_run", "patrol_wish", "patrol_template_stop"):
        op.drop_table(table)
    op.drop_table("patrol_template")


def undo_patrols() -> None:
    op.execute("update patrol set state = 'published' where state = 'draft'")
    op.drop_constraint("fk_patrol_county_code_template_id", "patrol")
    op.drop_constraint("uq_patrol_county_code_template_id_patrol_on", "patrol")
    op.drop_constraint("ck_patrol_shift", "patrol")
    for name in (
        "template_id", "from_minute", "to_minute", "break_from", "break_to", "told_version",
    ):  # fmt: skip
        op.drop_column("patrol", name)
    op.drop_constraint("ck_patrol_state", "patrol")
    op.create_check_constraint(op.f("ck_patrol_state"), "patrol", STATES)
