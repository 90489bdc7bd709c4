"""Where the programs of PostgreSQL lie on Debian and Ubuntu: one folder for each major version."""

from __future__ import annotations

from pathlib import Path

from enforcement.postgres.account import ClusterError

BINARIES = Path("/usr/lib/postgresql")
SHARED = Path("/usr/share/postgresql")


def newest_binaries() -> Path:
    """Return the bin folder of the newest PostgreSQL that has PostGIS; raises ClusterError."""
    found = [
        path for path in BINARIES.glob("*/bin")
        if (path / "initdb").exists() and _postgis_of(path.parent.name).exists()
    ]  # fmt: skip
    if not found:
        raise ClusterError(
            "没有 PostGIS：请运行 scripts/run，或设 ENFORCEMENT_DATABASE_URL。"
            " / no PostGIS here: use scripts/run, or set ENFORCEMENT_DATABASE_URL."
        )
    return max(found, key=lambda path: float(path.parent.name))


def binaries_of(version: str) -> Path:
    """Return the bin folder that fits data of this major version; raises ClusterError."""
    path = BINARIES / version / "bin"
    if not (path / "pg_ctl").exists():
        raise ClusterError(
            f"数据属于 PostgreSQL {version}：请安装 postgresql-{version}-postgis-3"
            f" / the data needs PostgreSQL {version}: install that package"
        )
    return path


def _postgis_of(version: str) -> Path:
    return SHARED / version / "extension" / "postgis.control"
