"""Every route upon one case or incident, asked for from outside: as if there were none.

What lies in another brigade and township is compared with an id that names nothing: the same
status, and the same words.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from enforcement.demo import USERS
from enforcement.law.terms import Role
from enforcement.permissions import PERMISSIONS_OF
from enforcement.scope import COUNTY_WIDE
from tests.asking import Calls, Pages
from tests.case.making import filed_case, reported
from tests.web.test_permissions import WORDS, marked, own_rules

FAR = "01.01.99.01"
ELSEWHERE = {role: name for name, role in USERS if role not in COUNTY_WIDE and name != "zhifa2"}
MOVE_CASE = text("""
update case_file set unit_code = :far, officer_a_id = null, officer_b_id = null, chair_id = null
where id = :id
""")
MOVE_INCIDENT = text("""
update incident set responsible_unit_code = :far, handler_unit_code = :far,
  reporter_unit_code = :far, village_code = '220322999999', township_code = '220322999',
  reported_by = (select id from account where username = 'shenji') where id = :id
""")


def hidden_case(county: Session) -> uuid.UUID:
    """Return a case of another brigade, with its papers and entries."""
    case = filed_case(county)
    county.execute(MOVE_INCIDENT, {"far": FAR, "id": case.incident_id})
    county.execute(MOVE_CASE, {"far": FAR, "id": case.id})
    county.expire_all()
    return case.id


def hidden_incident(county: Session) -> uuid.UUID:
    """Return an incident of another brigade in another township."""
    incident = reported(county)
    county.execute(MOVE_INCIDENT, {"far": FAR, "id": incident.id})
    county.expire_all()
    return incident.id


def routes(app: Flask, argument: str) -> Iterator[tuple[Rule, str]]:
    for rule in own_rules(app):
        if argument in rule.arguments and marked(app, rule.endpoint) is not None:
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield rule, method


def path_of(rule: Rule, argument: str, subject: uuid.UUID, others: dict[str, uuid.UUID]) -> str:
    values = {name: 1 if name in ("seq", "volume", "n") else "x" if name in WORDS else others[name]
              for name in rule.arguments}  # fmt: skip
    _domain, path = rule.build(values | {argument: subject})  # type: ignore[misc]
    return str(path)


def said(answer: Any, subject: uuid.UUID) -> tuple[int, str]:
    """Return status and words, without what differs from answer to answer."""
    words = answer.text if answer.is_json else "".join(
        re.findall(r"<title>.*?</title>|<h1>.*?</h1>|role=\"alert\">.*?<", answer.text, re.DOTALL)
    )  # fmt: skip
    return answer.status_code, words.replace(str(subject), "ID")


@pytest.mark.parametrize("role", ELSEWHERE, ids=str)
@pytest.mark.parametrize(
    ("argument", "make"), [("case_id", hidden_case), ("incident_id", hidden_incident)]
)
def test_what_lies_elsewhere_is_answered_like_what_is_absent(
    demo_app: Flask,
    county: Session,
    page: Pages,
    call: Calls,
    role: Role,
    argument: str,
    make: Callable[[Session], uuid.UUID],
) -> None:
    subject, absent = make(county), uuid.uuid4()
    browser, asked = page(ELSEWHERE[role]), 0
    for rule, method in routes(demo_app, argument):
        if marked(demo_app, rule.endpoint) not in PERMISSIONS_OF[role]:
            continue
        others = {name: uuid.uuid4() for name in rule.arguments}

        def ask(
            one: uuid.UUID, rule: Rule = rule, method: str = method, others: Any = others
        ) -> Any:
            path = path_of(rule, argument, one, others)
            if rule.rule.startswith("/api/"):
                return call(ELSEWHERE[role], method, path.removeprefix("/api/v1"), json={})
            return browser.open(path, method=method)

        there, nowhere = said(ask(subject), subject), said(ask(absent), absent)
        assert there == nowhere, (method, rule.rule)
        assert there[0] in (302, 403, 404, 409, 415, 422), (method, rule.rule, there)
        asked += 1
    assert asked or role.name.endswith("_ADMIN") or argument == "case_id"
