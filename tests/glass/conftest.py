"""The worker, run until nothing of grants is due."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.due import DueStep
from enforcement.glass.services import TASK
from enforcement.worker import tasks


@pytest.fixture
def work_all(demo_app: Flask, county: Session) -> Callable[[], None]:
    """Carry out the steps of grants that are due, by the worker's own table of tasks."""

    def work() -> None:
        due = (DueStep.task == TASK, DueStep.state == "waiting",
               DueStep.next_at <= clock.now(county))  # fmt: skip
        for step in county.scalars(select(DueStep).where(*due)):
            tasks.handler(TASK)(county, step)
        county.commit()

    return work
