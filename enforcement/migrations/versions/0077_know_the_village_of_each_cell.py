"""Know the village of each cell that somebody was in, once for each edition of boundaries."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cell_village",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("edition_id", sa.UUID(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("village_code", sa.Text(collation="C"), nullable=True),
        sa.PrimaryKeyConstraint(
            "county_code", "edition_id", "x", "y", name=op.f("pk_cell_village")
        ),
    )
    op.execute("""
        INSERT INTO cell_village (county_code, edition_id, x, y, village_code)
        SELECT c.county_code, e.id, c.x, c.y, (
          SELECT min(a.code) FROM area a
          WHERE a.county_code = e.county_code AND a.edition_id = e.id AND a.level = 'village'
            AND ST_Covers(a.geom, ST_SetSRID(
              ST_MakePoint((c.x + 0.5) * 0.00246, (c.y + 0.5) * 0.0018), 4490)))
        FROM (SELECT DISTINCT county_code, x, y FROM presence_cell) c
        JOIN edition e ON e.county_code = c.county_code AND e.status = 'active'
    """)


def downgrade() -> None:
    op.drop_table("cell_village")
