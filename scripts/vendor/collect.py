"""Copy the listed files of the installed npm packages into the tree, with licences and VERSIONS."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import icons

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
WEB = PROJECT / "enforcement" / "static" / "vendor"
TESTS = PROJECT / "tests" / "vendor"

# what points to files that are not shipped: source maps, and a font for browsers of the past
DEAD_ENDS = re.compile(
    r"\s*(?://[#@] sourceMappingURL=\S+|/\*[#@] sourceMappingURL=.*?\*/)\s*$"
    r"|,\s*url\([^)]*\.woff(?:\?[^)]*)?\)\s*format\([\"']woff[\"']\)"
)


@dataclass(frozen=True)
class Package:
    """An npm package: where to, its licence, and target file -> file in the package."""

    name: str
    target: Path
    licence: str
    licence_file: str
    files: dict[str, str]

    @property
    def folder(self) -> Path:
        """Return where its files go; the scope of a name is left out."""
        return self.target / self.name.rpartition("/")[2]


PACKAGES = (
    Package("bootstrap", WEB, "MIT", "LICENSE", {
        "bootstrap.min.css": "dist/css/bootstrap.min.css",
        "bootstrap.bundle.min.js": "dist/js/bootstrap.bundle.min.js",
    }),
    Package("bootstrap-icons", WEB, "MIT", "LICENSE", {
        "bootstrap-icons.min.css": "font/bootstrap-icons.min.css",
        "fonts/bootstrap-icons.woff2": "font/fonts/bootstrap-icons.woff2",
    }),
    Package("leaflet", WEB, "BSD-2-Clause", "LICENSE", {
        "leaflet.css": "dist/leaflet.css",
        "leaflet.js": "dist/leaflet.js",
        "images/layers.png": "dist/images/layers.png",
        "images/layers-2x.png": "dist/images/layers-2x.png",
        "images/marker-icon.png": "dist/images/marker-icon.png",
        "images/marker-icon-2x.png": "dist/images/marker-icon-2x.png",
        "images/marker-shadow.png": "dist/images/marker-shadow.png",
    }),
    Package("leaflet.markercluster", WEB, "MIT", "MIT-LICENCE.txt", {
        "leaflet.markercluster.js": "dist/leaflet.markercluster.js",
        "MarkerCluster.css": "dist/MarkerCluster.css",
        "MarkerCluster.Default.css": "dist/MarkerCluster.Default.css",
    }),
    Package("@geoman-io/leaflet-geoman-free", WEB, "MIT", "LICENSE", {
        "leaflet-geoman.min.js": "dist/leaflet-geoman.min.js",
        "leaflet-geoman.css": "dist/leaflet-geoman.css",
    }),
    Package("leaflet.heat", WEB, "BSD-2-Clause", "LICENSE", {
        "leaflet-heat.js": "dist/leaflet-heat.js",
    }),
    Package("protomaps-leaflet", WEB, "BSD-3-Clause", "LICENSE", {
        "protomaps-leaflet.js": "dist/protomaps-leaflet.js",
    }),
    Package("axe-core", TESTS, "MPL-2.0", "LICENSE", {"axe.min.js": "axe.min.js"}),
)  # fmt: skip


def main() -> None:
    """Replace both vendor folders by what node_modules holds."""
    for target in (WEB, TESTS):
        shutil.rmtree(target, ignore_errors=True)
    lines: dict[Path, list[str]] = {WEB: [], TESTS: []}
    for package in PACKAGES:
        source = HERE / "node_modules" / package.name
        for here, there in {**package.files, "LICENSE": package.licence_file}.items():
            copy(source / there, package.folder / here)
        version = json.loads((source / "package.json").read_text())["version"]
        lines[package.target].append(f"{package.name} {version} {package.licence}\n")
    for target, words in lines.items():
        (target / "VERSIONS").write_text("".join(sorted(words)))
    icons.shrink(WEB / "bootstrap-icons")


def copy(source: Path, target: Path) -> None:
    """Copy one file, without references to files that are not copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js"}:
        target.write_text(DEAD_ENDS.sub("", source.read_text()).rstrip() + "\n")
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
