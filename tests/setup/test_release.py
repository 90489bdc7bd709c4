"""What goes out with a release: the source of the commit, and what it rests on."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from enforcement.config import PROJECT

LOCK = (PROJECT / "scripts" / "requirements.txt").read_text()


def test_a_release_names_every_locked_package_and_asset_with_its_hashes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "release", tmp_path, "--no-audit"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [sbom] = tmp_path.glob("*.cdx.json")
    told = json.loads(sbom.read_text())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    python = {one["purl"]: one for one in told["components"] if one["purl"].startswith("pkg:pypi/")}
    pinned = re.findall(r"^([a-z0-9._-]+)==([^\s\\;]+)", LOCK, re.MULTILINE)
    assert set(python) == {f"pkg:pypi/{name}@{version}" for name, version in pinned}
    assert all(one["hashes"] for one in python.values())
    assert sum(len(one["hashes"]) for one in python.values()) == LOCK.count("--hash=sha256:")
    assets = [one["purl"] for one in told["components"] if one["purl"].startswith("pkg:npm/")]
    assert any(one.startswith("pkg:npm/leaflet@") for one in assets)
    [source] = tmp_path.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        names = packed.getnames()
    assert any(name.endswith("/enforcement/__init__.py") for name in names)
    assert not any("/var/" in name or name.endswith(".pyc") for name in names)
    for line in (tmp_path / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
