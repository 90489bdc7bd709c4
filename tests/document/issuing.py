"""Many processes that issue papers and are killed at random; run as a program of its own.

    python -m tests.document.issuing DATABASE_URL VAR PROCESSES PAPERS SEED

Forks the processes from one that has everything imported, kills one of them at random again and
again (SIGKILL), puts another in its place, and ends when so many papers are there. Prints JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

import psycopg2
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from enforcement import create_app
from enforcement.actor import Actor
from enforcement.case import drafting
from enforcement.case.models import CaseFile
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.document import fonts
from enforcement.law.procedure_step import UNDER_WAY
from enforcement.people.queries import find_actor_by_name

CODE: Final = "D11"
OFFICER: Final = "zhifa1"
SAID: Final = {
    "request": {"holder": "示例物业公司", "until_on": "2030-01-01"},
    "items": [{"name": "监控录像", "quantity": "1份"}],
}
KILLS: Final = 40  # about twice so many in a run: a process lives long enough to issue some
PATIENCE_S: Final = 300
COUNT: Final = "select count(*) from document where code = 'D11'"


def case_of(session: Session, actor: Actor) -> CaseFile:
    """Return a case under way that the officer handles, without a lock."""
    query = select(CaseFile).where(
        CaseFile.county_code == actor.county_code,
        CaseFile.state.in_(UNDER_WAY),
        (CaseFile.officer_a_id == actor.person_id) | (CaseFile.officer_b_id == actor.person_id),
    )
    return session.scalars(query.order_by(CaseFile.id).limit(1)).one()


def work(app: Flask) -> None:
    """Issue papers, one a transaction, until killed."""
    with app.app_context():
        while True:
            try:
                _issue()
            except OperationalError:  # waited too long for a lock: nothing was done, ask again
                continue


def _issue() -> None:
    with transaction() as session:
        actor = find_actor_by_name(session, OFFICER)
        assert actor is not None
        drafting.issue(session, actor, case_of(session, actor).id, CODE, SAID)


def fork(app: Flask) -> int:
    """Return the id of a new process that issues papers."""
    child = os.fork()
    if child == 0:
        try:
            work(app)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    return child


def run(config: Config, processes: int, papers: int, seed: int) -> dict[str, Any]:
    """Issue and kill until there are so many papers; return how many kills and seconds."""
    chance, kills, crashed = random.Random(seed), 0, 0
    url = config.database_url.replace("+psycopg2", "")
    connection = psycopg2.connect(url, options="-c app.reach=all")
    connection.autocommit = True
    start = time.perf_counter()
    app = create_app(config)
    fonts.load(config.font_dirs)  # shared by the forks; nothing is compiled and no one connects yet
    alive = [fork(app) for _n in range(processes)]
    try:
        kills, crashed = _kill_until(connection, app, alive, papers, chance)
    finally:
        for one in alive:
            os.kill(one, signal.SIGKILL)
            os.waitpid(one, 0)
    return {"kills": kills, "crashed": crashed, "seconds": time.perf_counter() - start}


def _kill_until(
    connection: Any, app: Flask, alive: list[int], papers: int, chance: random.Random
) -> tuple[int, int]:
    """Kill and replace until there are so many papers; return how many were killed, and ended."""
    kills, crashed = 0, 0
    while (count := _count(connection)) < papers:
        _wait_for(connection, count + chance.randint(1, max(4, papers // KILLS)))
        for one in [one for one in alive if os.waitpid(one, os.WNOHANG)[0]]:
            alive.remove(one)
            crashed += 1
            alive.append(fork(app))
        victim = alive.pop(chance.randrange(len(alive)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        alive.append(fork(app))
    return kills, crashed


def _wait_for(connection: Any, count: int) -> None:
    until = time.perf_counter() + PATIENCE_S
    while _count(connection) < count:
        if time.perf_counter() > until:
            raise TimeoutError("no process issues papers")
        time.sleep(0.01)


def _count(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return int(cursor.fetchone()[0])


def in_a_process_of_its_own(
    config: Config, processes: int, papers: int, seed: int
) -> dict[str, Any]:
    """Run this program on a database; return what it printed."""
    words = [config.database_url, config.var, processes, papers, seed]
    done = subprocess.run(
        [sys.executable, "-m", "tests.document.issuing", *map(str, words)],
        check=True, stdout=subprocess.PIPE, text=True, timeout=900,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    url, var, processes, papers, seed = sys.argv[1:]
    own = dataclasses.replace(Config.from_env(), database_url=url, var=Path(var))
    print(json.dumps(run(own, int(processes), int(papers), int(seed))))  # noqa: T201
