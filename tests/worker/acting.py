"""A handler for tests, and a worker process that knows it (arguments: URL, folder of state)."""

from __future__ import annotations

import dataclasses
import sys
import threading
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import audit, create_app
from enforcement.config import Config
from enforcement.due import DueStep
from enforcement.worker import loop, tasks

TASK = "test:note"
tasks.HANDLERS[TASK] = "tests.worker.acting:note"  # type: ignore[index]
tasks.HANDLERS["test:fail"] = "tests.worker.acting:fail"  # type: ignore[index]


def note(session: Session, step: DueStep) -> None:
    """Write one row, slowly enough to be killed in the middle."""
    audit.record(session, step.county_code, "test:note", "due_step", step.rule)
    session.flush()
    session.execute(text("select pg_sleep(:s)"), {"s": step.data.get("slow_s", 0)})


def fail(session: Session, step: DueStep) -> None:
    """Write a row, then fail."""
    note(session, step)
    raise ValueError("不行")


def main() -> None:
    """Work until killed."""
    url, var = sys.argv[1:]
    config = dataclasses.replace(Config.from_env(), database_url=url, var=Path(var))
    loop.run(create_app(config, serves=False), threading.Event())


if __name__ == "__main__":
    main()
