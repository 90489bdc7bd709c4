"""Raise an alarm when the newest backup is too old."""

from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

KINDS = "'rule', 'calendar', 'publication', 'positions', 'worker'"


def _allow(kinds: str) -> None:
    op.drop_constraint(op.f("ck_alarm_kind"), "alarm")
    op.create_check_constraint(op.f("ck_alarm_kind"), "alarm", f"kind in ({kinds})")


def upgrade() -> None:
    _allow(f"{KINDS}, 'backup'")


def downgrade() -> None:
    op.execute("delete from alarm where kind = 'backup'")
    _allow(KINDS)
