from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from enforcement.config import PROJECT
from enforcement.law.taxonomy import shipped
from enforcement.taxonomy import icons

WEB = PROJECT / "enforcement" / "static" / "vendor"
TESTS = PROJECT / "tests" / "vendor"
LOCK = json.loads((PROJECT / "scripts" / "vendor" / "package-lock.json").read_text())
TEXTS = sorted(path for path in WEB.rglob("*") if path.suffix in {".js", ".css"})


@pytest.mark.parametrize("folder", [WEB, TESTS], ids=["web", "tests"])
def test_versions_are_those_of_the_lock_and_each_has_its_licence(folder: Path) -> None:
    rows = [line.split() for line in (folder / "VERSIONS").read_text().splitlines()]
    shipped = {path.name for path in folder.iterdir() if path.is_dir()}
    assert {name.rpartition("/")[2] for name, *_ in rows} == shipped
    for name, version, licence in rows:
        assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
        assert licence
        assert (folder / name.rpartition("/")[2] / "LICENSE").stat().st_size > 500


def test_the_lock_names_no_host() -> None:
    assert [name for name, entry in LOCK["packages"].items() if "resolved" in entry] == []


ICON = re.compile(r"\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)|icon=['\"]([a-z0-9-]+)['\"]")
PUT_TOGETHER = re.compile(r"\bbi-[a-z0-9-]+[{$]")


def test_every_icon_that_pages_name_is_shipped() -> None:
    texts = [
        path for folder in ("enforcement", "gis", "templates")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".html", ".js", ".py"} and "vendor" not in path.parts
    ]  # fmt: skip
    named = {a or b for path in texts for a, b in ICON.findall(path.read_text())}
    named |= {one.icon for one in shipped().categories.values()}
    assert len(named) > 140
    assert [path for path in texts if PUT_TOGETHER.search(path.read_text())] == []
    assert named - icons.names() == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_assets_refer_only_to_files_that_are_shipped(path: Path) -> None:
    content = path.read_text()
    assert "sourceMappingURL" not in content
    if path.suffix == ".css":
        targets = re.findall(r"url\([\"']?(?!data:|#|%23)([^)\"'?#]+)", content)
        assert [target for target in targets if not (path.parent / target).exists()] == []
