"""Keep the cell of each case in its row: a tile is then one stretch of an index.

Plain numbers pass the second wall where operators of geometry do not (see 0096). The column is
generated, so the watched rows leave it out, as they do any generated column; adding it writes the
table anew, which takes some seconds for 100,000 cases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

ACTS = ("insert", "update", "delete", "truncate")


def _watch_anew() -> None:
    for act in ACTS:
        op.execute(f"drop trigger watched_{act} on case_file")
    op.execute("delete from row_watched where table_name = 'case_file'")
    op.execute("select row_watch_table('case_file')")


def upgrade() -> None:
    op.add_column(
        "case_file",
        sa.Column("cell", sa.BigInteger(), sa.Computed("map_code(lon, lat)", persisted=True)),
    )
    op.create_index("ix_case_file_cell", "case_file", ["county_code", "cell"])
    op.drop_index("ix_case_file_place", table_name="case_file")
    _watch_anew()


def downgrade() -> None:
    op.create_index("ix_case_file_place", "case_file", ["county_code", "lon", "lat"])
    op.drop_index("ix_case_file_cell", table_name="case_file")
    op.drop_column("case_file", "cell")
    _watch_anew()
