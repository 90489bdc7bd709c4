"""Find what the worker gave up, and raise an alarm for it."""

from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

KINDS = "'rule', 'calendar', 'publication', 'positions'"


def _allow(kinds: str) -> None:
    op.drop_constraint(op.f("ck_alarm_kind"), "alarm")
    op.create_check_constraint(op.f("ck_alarm_kind"), "alarm", f"kind in ({kinds})")


def upgrade() -> None:
    _allow(f"{KINDS}, 'worker'")
    op.create_index(
        "ix_due_step_failed", "due_step", ["county_code", "ended_at"],
        postgresql_where="state = 'failed'",
    )  # fmt: skip


def downgrade() -> None:
    op.execute("delete from alarm where kind = 'worker'")
    _allow(KINDS)
    op.drop_index("ix_due_step_failed", table_name="due_step")
