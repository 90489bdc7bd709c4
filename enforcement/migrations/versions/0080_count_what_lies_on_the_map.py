"""Count what lies on the map, cell by cell."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0077"
branch_labels = None
depends_on = None
CODE = sa.Text(collation="C")

# The grid is Web Mercator's, 2^18 cells a side; the bits of column and row are interleaved
GRID = """
CREATE FUNCTION map_spread(v bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (e | (e << 1)) & 6148914691236517205 FROM (
    SELECT (d | (d << 2)) & 3689348814741910323 AS e FROM (
      SELECT (c | (c << 4)) & 1085102592571150095 AS d FROM (
        SELECT (b | (b << 8)) & 71777214294589695 AS c FROM (
          SELECT (v | (v << 16)) & 281470681808895 AS b) AS q) AS r) AS s) AS t
$$;
CREATE FUNCTION map_code(lon double precision, lat double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN lon IS NULL OR lat IS NULL THEN -1 ELSE
    map_spread(greatest(0, least(262143, floor((lon + 180) / 360 * 262144)))::bigint)
    + 2 * map_spread(greatest(0, least(262143, floor((1 - ln(tan(pi() / 4
        + radians(greatest(-85.05, least(85.05, lat))) / 2)) / pi()) / 2 * 262144)))::bigint)
  END
$$;
"""

INCIDENT = """'incident', coalesce({row}.responsible_unit_code, ''),
  coalesce({row}.handler_unit_code, ''), coalesce({row}.reporter_unit_code, ''),
  coalesce({row}.township_code, ''),
  CASE WHEN {row}.category ~ '^([0-9]{{2}}|V[0-9]{{1,2}})$' THEN {row}.category
    ELSE left({row}.category, -2) END, {row}.state"""
CASE = """'case', {row}.unit_code, '', '', coalesce({row}.township_code, ''), {row}.matter_code,
  {row}.state"""
WATCHED = {
    "incident": (
        INCIDENT,
        (
            "responsible_unit_code",
            "handler_unit_code",
            "reporter_unit_code",
            "township_code",
            "category",
            "state",
            "lon",
            "lat",
        ),
    ),
    "case_file": (CASE, ("unit_code", "township_code", "matter_code", "state", "lon", "lat")),
}
COLUMNS = """county_code, kind, unit_code, handler_code, reporter_code, township_code, sort, state,
  code, lon_e6, lat_e6, n"""


def _values(what: str, row: str, n: int) -> str:
    return f"""{row}.county_code, {what.format(row=row)}, map_code({row}.lon, {row}.lat),
      coalesce(round({row}.lon * 1000000)::bigint, 0),
      coalesce(round({row}.lat * 1000000)::bigint, 0), {n}"""


def _watch(table: str, what: str, columns: tuple[str, ...]) -> None:
    op.execute(f"""
    CREATE FUNCTION map_note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        INSERT INTO map_change ({COLUMNS}) VALUES ({_values(what, "OLD", -1)});
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO map_change ({COLUMNS}) VALUES ({_values(what, "NEW", 1)});
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER map_came AFTER INSERT OR DELETE ON {table}
      FOR EACH ROW EXECUTE FUNCTION map_note_{table}();
    CREATE TRIGGER map_moved AFTER UPDATE ON {table}
      FOR EACH ROW WHEN (ROW({", ".join(f"OLD.{one}" for one in columns)})
        IS DISTINCT FROM ROW({", ".join(f"NEW.{one}" for one in columns)}))
      EXECUTE FUNCTION map_note_{table}();
    INSERT INTO map_change ({COLUMNS}) SELECT {_values(what, "t", 1)} FROM {table} t;
    """)  # noqa: S608


def _dims() -> list[sa.Column]:
    names = ("unit_code", "handler_code", "reporter_code", "township_code")
    return [
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, CODE, nullable=False) for name in names),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    ]


def _sums() -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("lon_e6", "lat_e6")]


def upgrade() -> None:
    op.create_table(
        "map_dim",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        *_dims(),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_map_dim")),
        sa.UniqueConstraint(
            "county_code", "kind", "unit_code", "handler_code", "reporter_code", "township_code",
            "sort", "state", name="uq_map_dim_content",
        ),
    )  # fmt: skip
    op.create_table(
        "map_cell",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("dim_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *_sums(),
        sa.PrimaryKeyConstraint(
            "county_code", "kind", "level", "cell", "dim_id", name=op.f("pk_map_cell")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "dim_id"], ["map_dim.county_code", "map_dim.id"],
            name=op.f("fk_map_cell_county_code_dim_id"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_map_cell_empty", "map_cell", ["county_code"], postgresql_where=sa.text("n = 0")
    )
    op.create_table(
        "map_change",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *_dims(),
        sa.Column("code", sa.BigInteger(), nullable=False),
        *_sums(),
        sa.Column("n", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_map_change")),
    )
    op.execute(GRID)
    for table, (what, columns) in WATCHED.items():
        _watch(table, what, columns)


def downgrade() -> None:
    for table in WATCHED:
        op.execute(f"DROP TRIGGER map_came ON {table}; DROP TRIGGER map_moved ON {table};")
        op.execute(f"DROP FUNCTION map_note_{table}()")
    for table in ("map_change", "map_cell", "map_dim"):
        op.drop_table(table)
    op.execute("DROP FUNCTION map_code(double precision, double precision)")
    op.execute("DROP FUNCTION map_spread(bigint)")
