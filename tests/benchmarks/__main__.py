"""Run benchmarks: all of them, or those named. Tables on stderr, one JSON object on stdout."""

from __future__ import annotations

import importlib
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import click

from enforcement import __version__
from tests.benchmarks.measuring import table

NAMES = (
    "papers",
    "dossier",
    "counters",
    "locate",
    "bulk",
    "import",
    "incidents",
    "roster",
    "plans",
    "setup",
    "desk",
    "rules",
    "phones",
    "screens",
    "model",
    "cases",
    "positions",
    "patrol",
    "live",
    "reports",
    "maps",
    "briefing",
    "proof",
    "wall",
    "trail",
    "fuzz",
    "backup",
    "tamper",
    "faults",
)
MODULE_OF = {"import": "importing", "bulk": "routing_bulk"}


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option(
    "--new-venv",
    is_flag=True,
    help="setup: also from a copy of the last commit without .venv (needs the network)",
)
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the JSON there too.",
)
def main(names: tuple[str, ...], new_venv: bool, file: Path | None) -> None:
    """Measure what was asked for, one after the other."""
    measured: dict[str, Any] = {}
    for name in names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{MODULE_OF.get(name, name)}")
        start = time.perf_counter()
        rows = module.run(new_venv=new_venv) if name == "setup" else module.run()
        seconds = time.perf_counter() - start
        click.echo(table(f"{name} ({seconds:.0f} s)", rows) + "\n", err=True)
        measured[name] = [row.as_json() for row in rows]
    text = json.dumps({"machine": machine(), "benchmarks": measured}, ensure_ascii=False)
    click.echo(text)
    if file is not None:
        file.write_text(text + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """Return what the figures depend on; the load tells whether others worked too."""
    return {
        "version": __version__,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": [round(value, 2) for value in os.getloadavg()],
    }


if __name__ == "__main__":
    main(prog_name="scripts/bench")
