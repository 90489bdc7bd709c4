"""32 processes issue 1,000 papers and are killed at random: no number twice, none missing."""

from __future__ import annotations

import os
from typing import Final

from enforcement.document import numbering
from enforcement.document.models import Document
from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, load_demo, own_database, sessions
from tests.document.issuing import CODE, in_a_process_of_its_own

PROCESSES: Final = int(os.environ.get("BENCH_PROCESSES", "32"))
PAPERS: Final = int(os.environ.get("BENCH_PAPERS", "1000"))


def run() -> list[Row]:
    """Issue and kill in a county of its own; the figures of numbers must be 0."""
    with own_database("counters") as config, application(config) as app:
        load_demo(app)
        done = in_a_process_of_its_own(config, PROCESSES, PAPERS, seed=1)
        with app.app_context(), sessions(app)() as session:
            papers = session.query(Document).filter_by(code=CODE).all()
            county = papers[0].county_code
            rows = [
                row
                for series, last in numbering.all_series(session, county)
                if series.word == "调证"
                for row in numbering.register(session, county, series, limit=last)
            ]
    twice = len(papers) - len({paper.number for paper in papers})
    missing = [row.n for row in rows if row.fate != "paper"]
    note = f"{PROCESSES} processes, {done['kills']} killed with SIGKILL"
    return [
        Row("papers issued", "papers", (len(papers),), note),
        Row("numbers given twice", "numbers", (twice,)),
        Row("numbers missing", "numbers", (len(missing),)),
        Row("papers a second", "1/s", (len(papers) / done["seconds"],), "restarts included"),
    ]
