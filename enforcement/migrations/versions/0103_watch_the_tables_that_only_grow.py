"""Let the row log know the rows of tables that only grow, too: papers, signatures, histories.

Triggers refuse to change them, but an owner can switch triggers off; by their hashes in the chain
`enforcement audit verify` finds a paper or an entry that was changed, removed or slipped in.

One change such a table may see: a number sealed under another key. The owner says `app.rekey`, and
nothing but the sealed columns and the hashes beside them may differ.
"""

import sqlalchemy as sa
from alembic import op

from enforcement.migrations import r0103

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def upgrade() -> None:
    for statement in (r0103.watch(), r0103.live(), r0103.UNSEALED,
                      r0103.REFUSE.format(rekey=r0103.REKEY)):  # fmt: skip
        _run(statement)
    for name in r0103.GROWING:
        op.execute(f"select row_watch_table('{name}'), row_restate('{name}')")


def downgrade() -> None:
    for name in r0103.GROWING:
        for act in r0103.ACTS:
            op.execute(f"drop trigger watched_{act} on {name}")
    op.get_bind().execute(sa.text("delete from row_watched where table_name = any(:names)"),
                          {"names": list(r0103.GROWING)})  # fmt: skip
    for statement in (r0103.REFUSE.format(rekey=""), "drop function row_unsealed(jsonb)",
                      r0103.live(before=True), r0103.BEFORE):  # fmt: skip
        _run(statement)
