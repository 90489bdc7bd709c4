"""Put incidents behind the second wall, found by their cells as cases are (see 0101).

The index of open incidents answers alone, so it also holds what the wall asks of a row. The index
of points goes: behind the wall nothing can use it.
"""

import sqlalchemy as sa
from alembic import op

from enforcement.migrations import r0096, r0105

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None

ACTS = ("insert", "update", "delete", "truncate")
OPEN = "state in ('received', 'opened', 'dispatched', 'handling', 'feedback')"
SHOWN = ["lon", "lat", "state", "urgency"]
WHOSE = ["village_code", "responsible_unit_code", "handler_unit_code", "reporter_unit_code",
         "reported_by", "handler_id"]  # fmt: skip


def _watch_anew() -> None:
    for act in ACTS:
        op.execute(f"drop trigger watched_{act} on incident")
    op.execute("delete from row_watched where table_name = 'incident'")
    op.execute("select row_watch_table('incident')")


def _index_open(with_them: list[str]) -> None:
    op.drop_index("ix_incident_open", table_name="incident")
    op.create_index("ix_incident_open", "incident",
                    ["county_code", "township_code", "received_at", "id"],
                    postgresql_where=sa.text(OPEN), postgresql_include=with_them)  # fmt: skip


def upgrade() -> None:
    op.add_column(
        "incident",
        sa.Column("cell", sa.BigInteger(), sa.Computed("map_code(lon, lat)", persisted=True)),
    )
    op.create_index("ix_incident_cell", "incident", ["county_code", "cell"])
    op.drop_index("ix_incident_point", table_name="incident")
    _index_open(SHOWN + WHOSE)
    _watch_anew()
    for statement in (*r0096.up(r0105.POLICIES), r0105.written()):
        op.execute(statement)


def downgrade() -> None:
    for statement in r0096.down(r0105.POLICIES):
        op.execute(statement)
    _index_open([*SHOWN, "responsible_unit_code"])
    op.create_index("ix_incident_point", "incident", ["point"], postgresql_using="gist")
    op.drop_index("ix_incident_cell", table_name="incident")
    op.drop_column("incident", "cell")
    _watch_anew()
