"""A token opens what its scope names, of what the role holds; its owner revokes it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.people import tokens
from enforcement.people.models import ApiToken
from tests.asking import Browser, Pages, actor_of


def asked(app: Flask, token: str, path: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return Browser(app, app.response_class).get(f"/api/v1{path}", headers=headers)


def test_a_token_is_no_wider_than_its_scope(demo_app: Flask, county: Session) -> None:
    token = tokens.create_token(county, "zhifa1", scopes=["incident:read"], label="大屏")
    assert asked(demo_app, token, "/incidents").status_code == 200
    assert asked(demo_app, token, "/cases").status_code == 403
    whole = tokens.create_token(county, "zhifa1")
    assert asked(demo_app, whole, "/cases").status_code == 200


def test_a_scope_gives_nothing_that_the_role_lacks(demo_app: Flask, county: Session) -> None:
    token = tokens.create_token(county, "fujing", scopes=["case:read"])
    assert asked(demo_app, token, "/cases").status_code == 403


def test_a_scope_that_is_no_permission_is_refused(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="everything"):
        tokens.create_token(county, "zhifa1", scopes=["everything"])


def test_its_owner_sees_and_revokes_it_nobody_else(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    token = tokens.create_token(county, "zhifa1", scopes=["incident:read"], label="村口大屏")
    county.flush()
    row = county.scalars(select(ApiToken).where(ApiToken.label == "村口大屏")).one()
    browser = page("zhifa1")
    assert "村口大屏" in browser.get("/access").text
    with pytest.raises(NotFoundError):
        tokens.revoke(county, actor_of(county, "zhifa2"), row.id)
    browser.post(f"/access/tokens/{row.id}/revoke")
    assert asked(demo_app, token, "/incidents").status_code == 401
    assert "村口大屏" not in browser.get("/access").text
