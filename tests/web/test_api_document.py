"""What calls answer is what their document says, where once it was not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from enforcement.document.models import Document
from tests.asking import Calls
from tests.case.making import filed_case
from tests.spot.making import decided


@pytest.fixture
def document(demo_app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = demo_app.test_client().get("/api/v1/openapi.json").get_json()
    return found


def test_a_refusal_tells_its_status_and_beside_it_the_paper(county: Session, call: Calls) -> None:
    case = filed_case(county)
    county.commit()
    body = call("zhifa1", "GET", f"/cases/{case.id}/papers/D53").get_json()
    assert (body["code"], body["paper"]) == (404, "D53")
    spot = decided(county)
    paper = county.query(Document).filter_by(spot_penalty_id=spot.id).first()
    assert paper is not None
    body = call("zhifa1", "POST", f"/spot/{spot.id}/documents/{paper.id}/signatures", json={
        "name": "李示例", "role": "chair", "strokes": {}}).get_json()  # fmt: skip
    assert (body["code"], body["paper"]) == (409, paper.code)


def test_features_are_said_to_be_objects(document: dict[str, Any]) -> None:
    for path, kind in (("items", "geo+json"), ("items/{key}", "geo+json"),
                       ("queryables", "schema+json")):  # fmt: skip
        answers = document["paths"][f"/api/v1/ogc/collections/{{name}}/{path}"]["get"]["responses"]
        assert answers["200"]["content"][f"application/{kind}"]["schema"] == {"type": "object"}
