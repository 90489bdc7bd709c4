"""Keep all pauses of surcharges in one table: those of remedies, and of penalties on the spot."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

REMEDIES = """
insert into surcharge_pause
  (county_code, id, case_id, ground, from_on, until_on, paper, by, by_name, at)
select r.county_code, gen_random_uuid(), r.case_id,
  case when r.kind = 'lawsuit' then 'litigation' else 'reconsideration' end,
  r.filed_on, greatest(r.ended_on, r.filed_on), r.number, told.by, told.by_name, told.at
from remedy r
join lateral (
  select e.by, e.by_name, e.at from case_entry e
  where e.county_code = r.county_code and e.case_id = r.case_id
    and e.event = 'receive_remedy' and e.detail ->> 'number' = r.number
  order by e.seq desc limit 1
) told on true
where not exists (
  select 1 from surcharge_pause p
  where p.county_code = r.county_code and p.case_id = r.case_id
    and p.until_on is null and r.ended_on is null
)
"""


def upgrade() -> None:
    op.alter_column("surcharge_pause", "case_id", nullable=True)
    op.add_column("surcharge_pause", sa.Column("spot_penalty_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        op.f("fk_surcharge_pause_county_code_spot_penalty_id"),
        "surcharge_pause",
        "spot_penalty",
        ["county_code", "spot_penalty_id"],
        ["county_code", "id"],
    )
    op.create_check_constraint(
        op.f("ck_surcharge_pause_owner"),
        "surcharge_pause",
        "num_nonnulls(case_id, spot_penalty_id) = 1",
    )
    op.create_index(
        "ix_surcharge_pause_spot", "surcharge_pause", ["county_code", "spot_penalty_id", "from_on"]
    )
    op.create_index(
        "uq_surcharge_pause_open_spot",
        "surcharge_pause",
        ["county_code", "spot_penalty_id"],
        unique=True,
        postgresql_where=sa.text("until_on is null"),
    )
    op.execute(REMEDIES)


def downgrade() -> None:
    op.execute("delete from surcharge_pause where case_id is null")
    op.drop_index("uq_surcharge_pause_open_spot", "surcharge_pause")
    op.drop_index("ix_surcharge_pause_spot", "surcharge_pause")
    op.drop_constraint(op.f("ck_surcharge_pause_owner"), "surcharge_pause", type_="check")
    op.drop_constraint(
        op.f("fk_surcharge_pause_county_code_spot_penalty_id"),
        "surcharge_pause",
        type_="foreignkey",
    )
    op.drop_column("surcharge_pause", "spot_penalty_id")
    op.alter_column("surcharge_pause", "case_id", nullable=False)
