"""Say which categories of a county's list the public may report."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SHIPPED = ("V1", "V3", "V4", "V6", "V7", "V8", "V9", "V10", "V11", "V99", "01", "02", "03", "04")
"""What the public could report of every list before lists said it themselves."""


def upgrade() -> None:
    op.add_column("taxonomy_category", sa.Column("public", sa.Boolean(), nullable=True))
    op.execute("alter table taxonomy_category disable trigger only_grows")
    known = sa.table("taxonomy_category", sa.column("public"), sa.column("code"))
    op.execute(known.update().values(public=known.c.code.in_(SHIPPED)))
    op.execute("alter table taxonomy_category enable trigger only_grows")
    op.alter_column("taxonomy_category", "public", nullable=False)


def downgrade() -> None:
    op.drop_column("taxonomy_category", "public")
