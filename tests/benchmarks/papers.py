"""Milliseconds per paper: the platform's renderer against the bare Typst compile."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from enforcement.config import Config
from enforcement.document import fonts, render, typesetting
from enforcement.law.paperwork import PAPERS
from tests.benchmarks.measuring import Row, ratio, timed
from tests.document.samples import ISSUED_AT, NUMBERS, sample

WINDOWS, PER_WINDOW, PROCESSES = 5, 10, 3
FIRST = """
import sys, time
from pathlib import Path
from enforcement.document.render import render
from tests.document.samples import ISSUED_AT, NUMBERS, sample
start = time.perf_counter()
render("D38", sample("D38"), number=NUMBERS["D38"], issued_at=ISSUED_AT["D38"],
       font_dirs=tuple(map(Path, sys.argv[1:])))
print(time.perf_counter() - start)
"""
MANY = """
import json, resource, sys, time
from pathlib import Path
from enforcement.document.render import render
from tests.document.samples import ISSUED_AT, NUMBERS, sample
dirs = tuple(map(Path, sys.argv[1:]))
def one(n):
    data = sample("D38")
    data["party"]["address"] = f"示例大街{n}号"
    render("D38", data, number=NUMBERS["D38"], issued_at=ISSUED_AT["D38"], font_dirs=dirs)
one(-1)
start, count = time.perf_counter(), 0
while time.perf_counter() - start < 5:
    one(count)
    count += 1
print(json.dumps({"rate": count / (time.perf_counter() - start),
                  "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def run() -> list[Row]:
    """Measure each paper warm, and the first paper of a process."""
    font_dirs = Config.from_env().font_dirs
    rows = [row for code in PAPERS for row in _paper(code, font_dirs)]
    return [*rows, *_first(font_dirs), *_two_cores(font_dirs)]


def _two_cores(font_dirs: Sequence[Path]) -> list[Row]:
    """Return papers a second of two processes side by side, and the memory of each."""
    rates, mebibytes = [], []
    for _window in range(PROCESSES):
        command = [sys.executable, "-c", MANY, *map(str, font_dirs)]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _n in range(2)]
        told = [json.loads(one.communicate()[0]) for one in both]
        rates.append(sum(one["rate"] for one in told))
        mebibytes.append(max(one["mib"] for one in told))
    return [
        Row("D38 on two cores", "1/s", tuple(rates), "two processes, warm"),
        Row("memory of a process", "MiB", tuple(mebibytes), "most resident, after the window"),
    ]


def _paper(code: str, font_dirs: Sequence[Path]) -> list[Row]:
    """Take turns between ours and bare; every paper is another, so that no layout is remembered."""
    bare = _Bare(code, font_dirs)
    ours_ms, bare_ms = [], []
    pdf = _render(code, 0, font_dirs)
    bare.compile(0)
    for window in range(WINDOWS):
        one, other = [], []
        for n in range(1 + window * PER_WINDOW, 1 + (window + 1) * PER_WINDOW):
            one.append(1000 * timed(lambda n=n: _render(code, n, font_dirs)))
            other.append(1000 * timed(lambda n=n: bare.compile(n + 100_000)))
        ours_ms.append(statistics.median(one))
        bare_ms.append(statistics.median(other))
    note = f"{pdf.pages} p., {len(pdf.pdf) / 1024:.0f} KiB"
    return [
        Row(f"{code} ours", "ms", tuple(ours_ms), note),
        Row(f"{code} bare", "ms", tuple(bare_ms)),
        ratio(f"{code} ours : bare", ours_ms, bare_ms),
    ]


def _data(code: str, n: int) -> dict[str, Any]:
    data = sample(code)
    data.setdefault("case", {})["id"] = f"019cb1a2-7c00-7a10-8f3e-{n:012d}"
    data.setdefault("party", {})["address"] = f"梨树县示例镇示例大街{n}号"
    if not PAPERS[code].internal:
        verify = f"220322-7KQ2-9DMX-3HTP-{n:04d}"
        data["verify"] = {"code": verify, "address": f"https://zf.example.gov.cn/verify/{verify}"}
    return data


def _render(code: str, n: int, font_dirs: Sequence[Path]) -> render.RenderedPaper:
    return render.render(
        code, _data(code, n), number=NUMBERS[code], issued_at=ISSUED_AT[code], font_dirs=font_dirs
    )


class _Bare:
    """Typst alone, on the same template and the very inputs that the renderer hands it."""

    def __init__(self, code: str, font_dirs: Sequence[Path]) -> None:
        self.inputs, self.issued_at = _captured(code, font_dirs)
        self.typst = typst.Compiler(
            str(typesetting.TEMPLATES / PAPERS[code].template),
            root=str(typesetting.TEMPLATES),
            font_paths=fonts.load(font_dirs),
        )

    def compile(self, n: int) -> None:
        """Compile the paper of another case and address."""
        data = json.loads(self.inputs["data"])
        data.setdefault("case", {})["id"] = f"019cb1a2-7c00-7a10-8f3e-{n:012d}"
        data.setdefault("party", {})["address"] = f"梨树县示例镇示例大街{n}号"
        self.typst.compile(
            format="pdf",
            sys_inputs={**self.inputs, "data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=typesetting.STANDARDS,
            timestamp=self.issued_at,
        )


def _captured(code: str, font_dirs: Sequence[Path]) -> tuple[dict[str, str], datetime]:
    """Return what the renderer hands to the compiler."""
    seen: list[tuple[dict[str, str], datetime]] = []
    compile_pdf = render.compile_pdf

    def listen(template: str, inputs: Mapping[str, str], **how: Any) -> bytes:
        seen.append((dict(inputs), how["issued_at"]))
        return compile_pdf(template, inputs, **how)

    render.compile_pdf = listen
    try:
        _render(code, 0, font_dirs)
    finally:
        render.compile_pdf = compile_pdf
    return seen[0]


def _first(font_dirs: Sequence[Path]) -> list[Row]:
    inside, whole = [], []
    for _process in range(PROCESSES):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", FIRST, *map(str, font_dirs)],
            check=True,
            capture_output=True,
            text=True,
        )
        whole.append(time.perf_counter() - start)
        inside.append(1000 * float(done.stdout))
    return [
        Row("first D38 of a process", "ms", tuple(inside), "fonts are loaded"),
        Row("process with one D38", "s", tuple(whole), "Python and imports too"),
    ]
