"""Write what changes in the rows of grants, legal holds and destructions, too."""

from typing import Final

from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

WATCHED: Final = ("glass_grant", "legal_hold", "destruction")


def upgrade() -> None:
    for name in WATCHED:
        op.execute(f"select row_watch_table('{name}'), row_restate('{name}')")


def downgrade() -> None:
    for name in WATCHED:
        for act in ("insert", "update", "delete", "truncate"):
            op.execute(f"drop trigger watched_{act} on {name}")
    op.execute("delete from row_watched where table_name in ('glass_grant', 'legal_hold', "
               "'destruction')")  # fmt: skip
