"""A database that is away: programs and people are told so, and may try again."""

from __future__ import annotations

import dataclasses

from enforcement import create_app
from enforcement.config import Config
from enforcement.webserver import free_port


def test_a_database_that_is_away_is_answered_with_503(config: Config) -> None:
    nowhere = f"postgresql+psycopg2://nobody@127.0.0.1:{free_port('127.0.0.1')}/nothing"
    app = create_app(dataclasses.replace(config, database_url=nowhere))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.get("/api/v1/incidents", headers={"Authorization": "Bearer a.b"})
    assert (answer.status_code, answer.get_json()["error"]) == (
        503, "数据库暂时没有应答，请稍后重试。")  # fmt: skip
    page = client.post("/sign-in", data={"username": "zhifa1", "password": "x"})
    assert (page.status_code, "数据库暂时没有应答" in page.text) == (503, True)
