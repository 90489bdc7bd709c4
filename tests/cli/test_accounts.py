"""Accounts and tokens: made by command, refused with words, and good for the API."""

from __future__ import annotations

import hashlib

import pytest

from enforcement import create_app
from enforcement.config import Config
from tests.cli.conftest import Installation

PASSWORD = {"ENFORCEMENT_NEW_PASSWORD": "Geheim-2026"}
CREATE = ("account", "create")
OFFICER = ("--county", "220322", "--person", "测试人", "--role", "officer", "--unit", "01.01.01.01")


def test_an_account_is_opened_and_its_token_opens_the_api(
    cli: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cli.ok(*CREATE, "xinren", *OFFICER, input="Geheim-2026\n")
    assert (made["unit"], made["role"]) == ("第一执法大队第一中队", "officer")
    assert "xinren" in {
        row["username"] for row in cli.ok("account", "list", "--county", "220322")["accounts"]
    }
    token = cli.ok("account", "token", "xinren", "--days", 2)
    assert (token["username"], token["expires_at"][:10]) == ("xinren", "2026-03-04")
    for name, value in cli.env.items():
        monkeypatch.setenv(name, value)
    app = create_app(Config.from_env())
    headers = {"Authorization": f"Bearer {token['token']}"}
    answer = app.test_client().get("/api/v1/me", headers=headers).get_json()
    assert (answer["name"], answer["unit_code"]) == ("测试人", "01.01.01.01")
    cli.set_clock("2026-03-05 09:00")
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401
    app.extensions["enforcement.engine"].dispose()


def test_only_the_hash_of_a_token_is_kept(cli: Installation) -> None:
    secret = cli.ok("account", "token", "zhifa1")["token"].partition(".")[2]
    kept = "select count(*) from api_token where token_hash = :value"
    assert cli.value(kept, value=hashlib.sha256(secret.encode()).digest()) == 1
    assert cli.value(kept, value=secret.encode()) == 0


@pytest.mark.parametrize(
    ("words", "env", "field"),
    [
        (("zhifa1", *OFFICER), PASSWORD, "username"),
        (("with space", *OFFICER), PASSWORD, "username"),
        (("weak", *OFFICER), {"ENFORCEMENT_NEW_PASSWORD": "short"}, "password"),
        (("empty", *OFFICER), {}, "password"),
        (("lost", *OFFICER[:-1], "99"), PASSWORD, "unit"),
        (("novillage", *OFFICER[:5], "auxiliary", "--unit", "01.03.01"), PASSWORD, "village"),
        (
            (
                "nowhere",
                *OFFICER[:5],
                "auxiliary",
                "--unit",
                "01.03.01",
                "--village",
                "220322999001",
            ),
            PASSWORD,
            "village",
        ),
        (("villager", *OFFICER, "--village", "220322100200"), PASSWORD, "village"),
    ],
)
def test_a_wrong_account_is_refused_and_no_person_remains(
    cli: Installation, words: tuple[str, ...], env: dict[str, str], field: str
) -> None:
    before = cli.value("select count(*) from person")
    assert cli.refused(*CREATE, *words, env=env)["field"] == field
    assert cli.value("select count(*) from person") == before


def test_a_password_is_never_an_argument(cli: Installation) -> None:
    assert "--password" not in cli.run(*CREATE, "--help").stdout
    assert cli.run(*CREATE, "x", *OFFICER, "--password", "Geheim-2026").exit_code == 2


def test_unknown_names_and_counties_are_refused(cli: Installation) -> None:
    assert "nobody" in cli.refused("account", "token", "nobody")["error"]
    assert cli.refused("account", "list", "--county", "999999")["county"] == "999999"


def test_the_demonstration_is_loaded_once(cli: Installation) -> None:
    before = cli.value("select count(*) from account")
    assert cli.ok("demo", "load")["loaded"] is False
    assert cli.value("select count(*) from account") == before
