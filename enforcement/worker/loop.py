"""The worker: claims one due step after another and acts; any number of copies may run."""

from __future__ import annotations

import logging
import threading
from typing import Final

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from enforcement import clock, due
from enforcement.operations.services import given_up
from enforcement.worker import standing
from enforcement.worker.tasks import handler

logger = logging.getLogger(__name__)
IDLE_S: Final = 1.0
LOST_S: Final = 2.0


def run_one(factory: sessionmaker[Session]) -> bool:
    """Do the step that is due longest; return whether there was one.

    What it does and the mark that it is done commit together. An error undoes what was done and
    puts the step off, with the error kept for a person to read.
    """
    with factory() as session, session.begin():
        step = due.claim(session)
        if step is None:
            return False
        try:
            with session.begin_nested():
                handler(step.task)(session, step)
        except OperationalError:
            raise
        except Exception as error:
            logger.exception("due step %s (%s) failed", step.id, step.task)
            due.postpone(session, step, clock.now(session), f"{type(error).__name__}: {error}")
            if step.state == "failed":
                _tell(session, step)
        else:
            due.finish(session, step, clock.now(session))
        return True


def _tell(session: Session, step: due.DueStep) -> None:
    """Raise an alarm; that it cannot be raised does not undo that the step was given up."""
    try:
        with session.begin_nested():
            given_up(session, step)
    except OperationalError:
        raise
    except Exception:
        logger.exception("no alarm for due step %s (%s)", step.id, step.task)


def run_due(factory: sessionmaker[Session], *, most: int = 10_000) -> int:
    """Do everything that is due by now; return how many steps that were."""
    count = 0
    while count < most and run_one(factory):
        count += 1
    return count


def _ready(factory: sessionmaker[Session]) -> bool:
    """See to it that what every county has going on is planned."""
    with factory() as session, session.begin():
        standing.ensure(session)
    return True


def run(app: Flask, stop: threading.Event) -> None:
    """Work until told to stop; a database that is away is waited for."""
    factory: sessionmaker[Session] = app.extensions["enforcement.sessions"]
    with app.app_context():
        ready = False
        while not stop.is_set():
            try:
                ready = ready or _ready(factory)
                worked = run_one(factory)
            except OperationalError as error:
                logger.warning("worker: the database is away: %s", error)
                stop.wait(LOST_S)
                continue
            if not worked:
                stop.wait(IDLE_S)
