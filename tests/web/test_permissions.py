"""Every route is marked, every role meets the table, and nobody learns what he may not see."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from enforcement.demo import USERS
from enforcement.law.terms import Role
from enforcement.permissions import PERMISSIONS_OF, Permission
from tests.asking import Calls, Pages
from tests.case.making import filed_case, reported

LIBRARIES = {"static", "bootstrap.static", "api-docs.openapi_json"}
PUBLIC = {
    "healthz", "operations.readyz", "access.code", "access.set_up", "access.password",
    "access.provider.sign_in", "access.provider.back",
    "people.sign_in", "people.sign_out", "people.language", "people.help_page",
    "people.help_pictures",
    "mobile.offline", "mobile.manifest", "mobile.service_worker",
    "public.decisions", "public.decision", "public.paper", "public.feed_json", "public.feed_rss",
    "public.decision_map", "public.map_json", "public.map_areas",
    "public.officers", "public.officers_json", "public.officer", "public.powers",
    "public.powers_json", "public.procedures", "public.procedures_json",
    "public_inspections.inspections", "public_aggregate.feed",
    "citizen.report", "citizen.done", "citizen.status", "citizen.rate",
    "georeport.discovery", "georeport.list_services", "georeport.get_service",
    "georeport.post_request", "georeport.list_requests", "georeport.get_request",
    "georeport.get_token",
    "briefing.shared", "verify.ask", "verify.code", "gps.from_osmand", "gps.from_owntracks",
    "points.device", "points_api.press", "points_api.heartbeat", "points_api.status",
}  # fmt: skip


ONE_EACH = {role: username for username, role in reversed(USERS)}
WORDS = {"event", "act", "key", "ruling", "kind", "code"}  # arguments of routes that are no ids


def marked(app: Flask, endpoint: str) -> Any:
    """Return the permission a view asks for; fails where it has no mark."""
    view = app.view_functions[endpoint]
    while not hasattr(view, "requires") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    assert hasattr(view, "requires"), f"{endpoint} has no @requires"
    return view.requires


def own_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARIES]


def test_every_view_says_which_permission_it_needs(demo_app: Flask) -> None:
    found = {rule.endpoint: marked(demo_app, rule.endpoint) for rule in own_rules(demo_app)}
    assert {endpoint for endpoint, permission in found.items() if permission is None} == PUBLIC


def path_of(rule: Rule) -> str:
    """Return a path of the route, with values that name nothing."""
    values = {name: 1 if name == "seq" else "x" if name in WORDS else uuid.uuid4()
              for name in rule.arguments}  # fmt: skip
    _domain, path = rule.build(values)  # type: ignore[misc]
    return str(path)


def test_nobody_gets_past_the_door_without_signing_in(demo_app: Flask, county: Session) -> None:
    client = demo_app.test_client()
    for rule in own_rules(demo_app):
        if rule.endpoint in PUBLIC:
            continue
        for method in {"GET", "POST"} & (rule.methods or set()):
            answer = client.open(path_of(rule), method=method)
            expected = 401 if rule.rule.startswith(("/api/", "/m/me", "/m/send")) else 302
            assert answer.status_code == expected, (method, rule.rule, answer.status_code)


Ask = Callable[[Role, Rule, str], Any]


@pytest.fixture
def ask(page: Pages, call: Calls) -> Ask:
    """Ask for a route as somebody of a role; it names rows that do not exist."""
    browser = cache(page)

    def asked(role: Role, rule: Rule, method: str) -> Any:
        if rule.rule.startswith("/api/"):
            path = path_of(rule).removeprefix("/api/v1")
            return call(ONE_EACH[role], method, path, json={})
        return browser(ONE_EACH[role]).open(path_of(rule), method=method)

    return asked


def guarded(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Every route × method that asks for a permission."""
    for rule in own_rules(app):
        permission = marked(app, rule.endpoint)
        for method in sorted({"GET", "POST"} & (rule.methods or set())) if permission else ():
            yield rule, method, permission


def check(answer: Any, allowed: bool, what: object) -> None:
    assert (answer.status_code != 403) == allowed, (what, answer.status_code, answer.text[:200])
    assert answer.status_code < 500, (what, answer.text[:300])


def test_every_route_lets_a_holder_in_and_turns_away_who_holds_nothing_of_it(
    demo_app: Flask, ask: Ask
) -> None:
    """Each route × method is asked for by one role that may and by one that may not, in turn."""
    for turn, (rule, method, permission) in enumerate(guarded(demo_app)):
        may = [role for role in Role if permission in PERMISSIONS_OF[role]]
        not_ = [role for role in Role if role not in may]
        for roles, allowed in ((may, True), (not_, False)):
            if roles:
                role = roles[turn % len(roles)]
                answer = ask(role, rule, method)
                check(answer, allowed, (role, method, rule.rule))


@pytest.mark.parametrize("role", Role, ids=str)
def test_a_role_meets_exactly_its_permissions(demo_app: Flask, ask: Ask, role: Role) -> None:
    """Each permission is asked for at one page and one call; a route has no other gate."""
    for rule, method, permission in {
        (permission, rule.rule.startswith("/api/")): (rule, method, permission)
        for rule, method, permission in guarded(demo_app)
    }.values():
        allowed = permission in PERMISSIONS_OF[role]
        check(ask(role, rule, method), allowed, (method, rule.rule))


def test_a_hidden_case_and_an_absent_one_look_the_same(
    county: Session, page: Pages, call: Calls
) -> None:
    case = filed_case(county)
    for username in ("fazhi", "juzhang", "dadui", "zhongdui", "zhifa2"):
        assert call(username, "GET", f"/cases/{case.id}").status_code == 200, username
    incident = reported(county)
    hidden = call("jiexian", "GET", f"/cases/{case.id}")
    assert hidden.status_code == 403
    leader = call("xiangzhen", "GET", f"/incidents/{incident.id}")
    assert leader.status_code == 200
    absent = call("zhifa1", "GET", f"/cases/{uuid.uuid4()}")
    assert absent.status_code == 404


def test_a_case_elsewhere_is_answered_like_one_that_does_not_exist(
    county: Session, call: Calls
) -> None:
    case = filed_case(county)
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    county.flush()
    elsewhere = call("zhifa1", "GET", f"/cases/{case.id}")
    absent = call("zhifa1", "GET", f"/cases/{uuid.uuid4()}")
    assert (elsewhere.status_code, elsewhere.get_json()) == (404, absent.get_json())


def test_no_administrator_holds_another_administrators_right() -> None:
    own = {Role.SYSTEM_ADMIN: Permission.JURISDICTION_CHANGE,
           Role.SECURITY_ADMIN: Permission.ACCOUNT_MANAGE,
           Role.AUDIT_ADMIN: Permission.AUDIT_READ}  # fmt: skip
    for role, permission in own.items():
        assert {other for other, held in PERMISSIONS_OF.items() if permission in held} == {role}
        assert not {Permission.CASE_READ, Permission.INCIDENT_READ} & PERMISSIONS_OF[role]


def test_only_officers_and_their_leaders_work_on_cases() -> None:
    workers = {role for role, held in PERMISSIONS_OF.items() if Permission.CASE_WORK in held}
    assert workers == {Role.OFFICER, Role.SQUAD_LEADER, Role.BRIGADE_LEADER}
    deciders = {role for role, held in PERMISSIONS_OF.items() if Permission.CASE_APPROVE in held}
    assert deciders == {Role.HEAD}
