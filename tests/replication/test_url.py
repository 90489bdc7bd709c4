"""A URL with several hosts, as SQLAlchemy and libpq both read it."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import make_url

from enforcement.config import Config

BOTH = {"host": "db1,db2", "port": "5432,5433", "user": "e", "password": "w", "dbname": "law"}


@pytest.mark.parametrize("url", [
    "postgresql://e:w@db1,db2:5433/law",
    "postgresql://e:w@db1:5432,db2:5433/law?connect_timeout=3",
    "postgresql://e:w@/law?host=db1,db2&port=5432,5433",
])  # fmt: skip
def test_both_hosts_are_asked_for_the_one_that_writes(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENFORCEMENT_DATABASE_URL", url)
    found = make_url(Config.from_env().database_url)
    _args, given = PGDialect_psycopg2().create_connect_args(found)
    plain = found.set(drivername="postgresql").render_as_string(hide_password=False)
    for read in (given, conninfo_to_dict(plain)):
        assert {name: str(read[name]) for name in BOTH} == BOTH
        assert read["target_session_attrs"] == "read-write"


def test_what_is_asked_for_is_kept_and_one_host_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for url, wanted in (
        ("postgresql://e@db1,db2/law?target_session_attrs=prefer-standby", "prefer-standby"),
        ("postgresql://e@db1:5432/law", None),
        ("postgresql://e@/law?host=/run/postgresql", None),
    ):
        monkeypatch.setenv("ENFORCEMENT_DATABASE_URL", url)
        found = make_url(Config.from_env().database_url)
        assert found.query.get("target_session_attrs") == wanted
