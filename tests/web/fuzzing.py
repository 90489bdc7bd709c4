"""Calls that schemathesis makes up from the OpenAPI document, asked for with a token of a role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from enforcement.demo import USERS
from enforcement.law.terms import Role
from enforcement.people import services
from enforcement.permissions import PERMISSIONS_OF
from tests.asking import Browser
from tests.web import making
from tests.web.existing import Existing
from tests.web.test_permissions import marked, own_rules

CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
ONE_EACH: Final = {role: username for username, role in reversed(USERS)}
ARGUMENT: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
MODES: Final = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass(frozen=True)
class Wrong:
    """An answer that the document does not foresee."""

    role: Role
    call: str
    why: str


class Fuzz:
    """The operations of the document, and who asks for them; `calls` counts, `wrong` collects."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.client = Browser(app, app.response_class)
        making.everything(app, session)
        document = self.client.get("/api/v1/openapi.json").get_json()
        self.schema = schemathesis.openapi.from_dict(document)
        self.operations = [one.ok() for one in self.schema.get_all_operations()]
        self.tokens = {role: services.create_token(session, name)
                       for role, name in ONE_EACH.items()}  # fmt: skip
        session.commit()
        self.existing = Existing(session)
        self.holders = dict(holders(app))
        self.calls, self.wrong, self.turns = 0, list[Wrong](), Counter[str]()

    def may(self, operation: Any) -> Sequence[Role]:
        """Return the roles that hold the permission of an operation: all where it asks for none."""
        return self.holders[operation.path, operation.method.upper()]

    def try_out(self, operation: Any, role: Role, mode: GenerationMode, number: int) -> None:
        """Make `number` calls of an operation, the same ones in each run; each is undone."""

        @seed(1)
        @settings(
            max_examples=number, database=None, phases=[Phase.generate], deadline=None,
            suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            self._ask(self._named(case, mode), role)

        ask()

    def _named(self, case: Any, mode: GenerationMode) -> Any:
        """Let every second call of an operation name what exists, in its path and, where it is
        within the document, in its body and query."""
        what = f"{case.operation.label} {mode}"
        turn = self.turns[what]
        self.turns[what] += 1
        n = turn // 2 + crc32(what.encode())
        if turn % 2 == 0:
            case.path_parameters.update(self.existing.nth(case.operation.path, n))
            if mode is MODES[0]:
                case.body, case.query = (self.existing.filled(one, n)
                                         for one in (case.body, case.query))  # fmt: skip
        return case

    def _ask(self, case: Any, role: Role) -> None:
        here = self.session.connection().begin_nested()
        self.calls += 1
        try:
            token = f"Bearer {self.tokens[role]}"
            headers = {"Authorization": token, "Accept-Encoding": "identity"}  # it unpacks nothing
            self.client.environ_base["HTTP_AUTHORIZATION"] = token  # where it leaves that out
            answer = case.call(session=self.client, app=self.app, headers=headers)
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            why = [f"{type(one).__name__}: {one}"[:1500] for one in group.exceptions]
            self._note(case, role, "; ".join(why))
        except Exception as error:
            self._note(case, role, f"{type(error).__name__}: {error}"[:1500])
        finally:
            here.rollback()
            self.session.expire_all()

    def _note(self, case: Any, role: Role, why: str) -> None:
        shown = f"{case.method} {case.formatted_path} {case.query} {case.body!r}"
        self.wrong.append(Wrong(role, shown[:600], why))


def holders(app: Flask) -> Iterator[tuple[tuple[str, str], list[Role]]]:
    """Each path and method of the document with the roles that may."""
    for rule in own_rules(app):
        permission = marked(app, rule.endpoint)
        may = [role for role in ONE_EACH if permission in (None, *PERMISSIONS_OF[role])]
        for method in rule.methods or ():
            yield (ARGUMENT.sub(r"{\1}", rule.rule), method), may
