from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from enforcement.config import PROJECT

PROJECT_TABLE = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
RUNTIME = PROJECT_TABLE["dependencies"]
DEV = RUNTIME + PROJECT_TABLE["optional-dependencies"]["dev"]
LOCKS = {"requirements.txt": RUNTIME, "requirements-dev.txt": DEV}


def locked(path: Path) -> dict[str, list[str]]:
    """Return package -> its locked versions (more than one where Python versions differ)."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", path.read_text(), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_every_requirement_of_the_project(name: str) -> None:
    versions = locked(PROJECT / "scripts" / name)
    wrong = [
        text for text in LOCKS[name]
        for wanted in [Requirement(text)]
        if not any(wanted.specifier.contains(version)
                   for version in versions.get(canonicalize_name(wanted.name), []))
    ]  # fmt: skip
    assert wrong == [], "run scripts/lock"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    content = (PROJECT / "scripts" / name).read_text()
    blocks = re.split(r"\n(?=\S)", content.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in content


def test_development_runs_on_the_versions_that_are_served() -> None:
    runtime = locked(PROJECT / "scripts" / "requirements.txt")
    dev = locked(PROJECT / "scripts" / "requirements-dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime
