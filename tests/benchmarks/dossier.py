"""A case's file of 40 papers and 60 photos of 3 MB: seconds, megabytes, the most memory of it."""

from __future__ import annotations

import io
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from enforcement.config import Config
from enforcement.document.render import render, render_sheet
from enforcement.dossier.assembly import Part, assemble
from enforcement.dossier.photos import Photo, sheets
from tests.benchmarks.measuring import Row
from tests.document.samples import ISSUED_AT, NUMBERS, sample

PAPERS, PHOTOS, WINDOWS = 40, 60, 3
AT: Final = datetime(2026, 3, 4, 9, tzinfo=UTC)
ALONE: Final = "DOSSIER_ALONE"


def run() -> list[Row]:
    """Measure in processes of their own, so that the memory is that of one file alone."""
    found = [_one() for _window in range(WINDOWS)]
    names = ("shrink and lay out the photos", "put together", "whole file", "memory at most")
    units = ("s", "s", "MiB", "MiB")
    rows = zip(names, units, zip(*found, strict=True), strict=True)
    note = f"{PAPERS} papers, {PHOTOS} photos"
    return [Row(name, unit, tuple(values), note) for name, unit, values in rows]


def _one() -> tuple[float, ...]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.dossier"], env=os.environ | {ALONE: "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(float(one) for one in done.stdout.split())


def photo(seed: int) -> bytes:
    """Return a JPEG of 4000 x 3000 pixels with as much detail as a camera leaves in one."""
    noise = random.Random(seed).randbytes(1000 * 750 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (1000, 750), noise).resize((4000, 3000)).save(out, "JPEG", quality=88)
    return out.getvalue()


def make() -> tuple[float, float, float, float]:
    """Make one file; return seconds of photos, seconds of the rest, MiB of it, MiB of memory."""
    fonts = Config.from_env().font_dirs
    papers = [
        Part(f"{n}", render("D38", sample("D38"), number=NUMBERS["D38"],
                            issued_at=ISSUED_AT["D38"], font_dirs=fonts).pdf, "决定书")
        for n in range(PAPERS)
    ]  # fmt: skip
    folder = Path(tempfile.mkdtemp())
    for n in range(PHOTOS):
        (folder / f"{n:02d}.jpg").write_bytes(photo(n))
    taken = sorted(folder.iterdir())
    photos = (Photo(one.read_bytes(), f"证据{one.stem}", "2026年3月4日9时12分") for one in taken)
    before = time.perf_counter()
    laid = [Part("证据照片", one, "证据") for one in sheets(photos, font_dirs=fonts, issued_at=AT)]
    between = time.perf_counter()
    bare = assemble([*papers, *laid], None, title="卷", at=AT)
    over = render_sheet(
        "page_stamps.typ", {"first": 1, "last": bare.pages}, font_dirs=fonts, issued_at=AT
    )
    whole = assemble([*papers, *laid], over, title="卷", at=AT)
    after = time.perf_counter()
    shutil.rmtree(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return between - before, after - between, len(whole.pdf) / 2**20, memory


if __name__ == "__main__" and os.environ.get(ALONE):
    sys.stdout.write(" ".join(map(str, make())))
