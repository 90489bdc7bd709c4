from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from enforcement.config import PROJECT

COMMANDS = ("scripts/run", "scripts/test", "scripts/bench", "scripts/lock", "scripts/check.sh",
            "scripts/vendor/update", ".ci/run")  # fmt: skip
SOURCED = ("scripts/lib.sh", "scripts/lib-test.sh")


def bash(script: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run bash lines after the helpers; `apt` is never reached from here."""
    return subprocess.run(
        ["bash", "-c", f"source {PROJECT}/scripts/lib.sh\n{script}"],
        capture_output=True, text=True, env=os.environ | env, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("path", [*COMMANDS, *SOURCED])
def test_scripts_parse(path: str) -> None:
    subprocess.run(["bash", "-n", PROJECT / path], check=True)


@pytest.mark.parametrize("path", COMMANDS)
def test_commands_can_be_run(path: str) -> None:
    assert os.access(PROJECT / path, os.X_OK)


@pytest.mark.parametrize(
    ("offers", "wanted"),
    [
        ({"python3-venv": "3.11.2-1+b1"}, "python3-venv"),
        ({"python3-venv": "3.13.5-1"}, "python3-venv"),
        (
            {"python3-venv": "3.10.6-1~22.04", "python3.11-venv": "3.11.0~rc1-1~22.04"},
            "python3.11-venv",
        ),
    ],
    ids=["Debian 12", "Debian 13", "Ubuntu 22.04"],
)
def test_the_python_package_fits_the_distribution(offers: dict[str, str], wanted: str) -> None:
    cases = "".join(f"{name}) echo {version} ;;" for name, version in offers.items())
    done = bash(f"candidate() {{ case $1 in {cases} *) ;; esac; }}\npython_package")
    assert done.stdout.strip() == wanted


def test_a_distribution_without_a_fit_python_is_refused_in_words() -> None:
    done = bash("candidate() { [[ $1 == python3-venv ]] && echo 3.9.2-3; true; }\npython_package")
    assert done.returncode == 1
    assert "3.11" in done.stderr


def test_the_newest_postgis_is_chosen() -> None:
    done = bash(
        "apt-cache() { printf '%s - geo\\n' postgresql-9-postgis-3 postgresql-16-postgis-3 "
        "postgresql-15-postgis-3; }\npostgis_package"
    )
    assert done.stdout.strip() == "postgresql-16-postgis-3"


def test_without_rights_the_one_line_to_run_is_printed() -> None:
    done = bash(
        "may_be_root() { false; }\nmissing() { echo fonts-noto-cjk; echo tzdata; }\n"
        "system_packages runtime"
    )
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends fonts-noto-cjk tzdata" in done.stderr


def test_a_configured_database_needs_no_server_package() -> None:
    elsewhere = bash("PG_LIB=/nowhere; missing runtime", ENFORCEMENT_DATABASE_URL="postgresql://x")
    private = bash("PG_LIB=/nowhere; missing runtime", ENFORCEMENT_DATABASE_URL="")
    assert "postgis" not in elsewhere.stdout
    assert "postgis" in private.stdout


def test_half_a_set_of_fonts_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "FandolFang-Regular.otf").write_bytes(b"OTTO")
    assert bash(f"has_fonts {tmp_path}").returncode == 1


def test_the_command_reaches_the_project_from_any_folder(tmp_path: Path) -> None:
    command = PROJECT / ".venv" / "bin" / "enforcement"
    done = subprocess.run([command, "db", "--help"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
