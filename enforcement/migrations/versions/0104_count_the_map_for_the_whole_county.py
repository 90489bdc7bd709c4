"""Count the map's wide cells for the whole county, too: by sort and state, not by unit and township.

A tile of the whole county read each cell once for every unit and township, thousands of rows for
whoever sees them all.
"""

from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None

DIMS = """
insert into map_dim (county_code, kind, unit_code, handler_code, reporter_code, township_code, sort,
  state)
select distinct county_code, kind || '/all', '', '', '', '', sort, state from map_dim
"""
CELLS = """
insert into map_cell (county_code, kind, level, cell, dim_id, n, lon_e6, lat_e6)
select c.county_code, w.kind, c.level, c.cell, w.id, sum(c.n), sum(c.lon_e6), sum(c.lat_e6)
from map_cell c join map_dim d on d.county_code = c.county_code and d.id = c.dim_id
join map_dim w on w.county_code = d.county_code and w.kind = d.kind || '/all' and w.sort = d.sort
  and w.state = d.state
where c.level in (0, 8, 10, 12, 14)
group by c.county_code, w.kind, c.level, c.cell, w.id
"""


def upgrade() -> None:
    op.execute(DIMS)
    op.execute(CELLS)


def downgrade() -> None:
    op.execute("delete from map_cell where right(kind, 4) = '/all'")
    op.execute("delete from map_dim where right(kind, 4) = '/all'")
