"""Papers by command: drafted, issued from JSON, sealed by one role, numbers without a gap."""

from __future__ import annotations

import json

from tests.cli.conftest import Installation
from tests.document.handwriting import STROKES

SAID = {
    "request": {"holder": "示例物业公司", "until_on": "2030-01-01"},
    "items": [{"name": "监控录像", "quantity": "1份"}],
}


def test_a_paper_is_drafted_issued_and_withdrawn_by_command(cli: Installation) -> None:
    case = cli.ok("case", "list", "--as", "zhifa1", "--state", "filed")["cases"][0]["number"]
    draft = cli.ok("paper", "draft", case, "D11", "--as", "zhifa1")
    assert "request.until_on" in [one["path"] for one in draft["missing"]]
    lacking = cli.refused("paper", "issue", case, "D11", "--as", "zhifa1", "--data", "-",
                          input="{}")  # fmt: skip
    assert "提交期限" in lacking["error"]
    made = cli.ok("paper", "issue", case, "D11", "--as", "zhifa1", "--data", "-",
                  input=json.dumps(SAID))  # fmt: skip
    organ, _word, rest = made["number"].partition("调证字〔")
    unsealed = cli.refused("paper", "seal", case, made["id"], "--as", "juzhang")
    assert "印章" in unsealed["error"]
    assert cli.refused("paper", "seal", case, made["id"], "--as", "zhifa1")["permission"]
    cli.ok("paper", "withdraw", case, made["id"], "--reason", "试制", "--as", "zhifa1")
    found = cli.ok("paper", "numbers", organ, "调证", rest[:4], "--as", "zhifa1")
    assert found["missing"] == []
    assert found["numbers"][-1]["fate"] == "withdrawn"
    block = cli.ok("paper", "reserve", organ, "调证", rest[:4], 2, "--device", "平板",
                   "--as", "zhifa1")  # fmt: skip
    left = cli.ok("paper", "void", block["id"], "--reason", "平板损坏", "--as", "zhifa1")
    assert left["void"] == [block["first"], block["first"] + 1]
    faces = cli.ok("paper", "fonts")["faces"]
    assert all(one["family"] for one in faces)


def test_a_record_is_signed_by_command_and_a_change_is_told(cli: Installation) -> None:
    case = cli.ok("case", "list", "--as", "zhifa1", "--state", "filed")["cases"][0]["number"]
    said = {"address": {"postal": "示例村1号", "phone": "13000000000", "electronic": False}}
    made = cli.ok("paper", "issue", case, "D42", "--as", "zhifa1", "--data", "-",
                  input=json.dumps(said))  # fmt: skip
    lacking = cli.refused("paper", "written", case, made["id"], "--as", "zhifa1")
    assert "还没有签完" in lacking["error"]
    strokes = json.dumps({"0": STROKES})
    for n in ("1", "2"):
        cli.ok("paper", "sign", case, made["id"], "--role", "officer", "--n", n, "--name", "甲",
               "--strokes", "-", "--as", "zhifa1", input=strokes)  # fmt: skip
    refused = cli.refused("paper", "refuse", case, made["id"], "--reason", "不签", "--as", "zhifa1")
    assert "见证人" in refused["error"]
    cli.ok("paper", "refuse", case, made["id"], "--reason", "不签", "--recording", "录像3号",
           "--as", "zhifa1")  # fmt: skip
    assert len(cli.ok("paper", "written", case, made["id"], "--as", "zhifa1")["sha256"]) == 64
    found = cli.ok("paper", "signatures", case, made["id"], "--as", "juzhang")
    assert found["problems"] == []
    assert [one["done"] for one in found["places"]] == [True, True, True]
