"""How the commands speak, in a real process: one JSON object on stdout, words on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from enforcement.cli import main
from tests.cli.conftest import Installation

START = "from enforcement.cli import main; main(prog_name='enforcement')"


def process(cli: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, *words],
        env=os.environ | cli.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def leaves(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for word in command.list_commands(context):
        found = command.get_command(context, word)
        assert found is not None
        yield from leaves(found, f"{name} {word}".strip())


COMMANDS = dict(leaves(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_speaks_json_and_says_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    assert "as_json" in {parameter.name for parameter in command.params}
    assert command.help


def test_a_result_is_one_json_object_and_nothing_else(cli: Installation) -> None:
    done = process(cli, "incident", "list", "--as", "dadui", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(json.loads(done.stdout)) == ["incidents", "next"]


def test_a_refusal_exits_with_1_and_tells_people_and_programs(cli: Installation) -> None:
    done = process(cli, "case", "show", "AJ1999-0001", "--as", "juzhang", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == done.stderr.strip()
    plain = process(cli, "case", "show", "AJ1999-0001", "--as", "juzhang")
    assert (plain.returncode, plain.stdout) == (1, "")
    assert plain.stderr == done.stderr


def test_a_password_comes_from_the_pipe(cli: Installation) -> None:
    words = [
        "account",
        "create",
        "piped",
        "--county",
        "220322",
        "--person",
        "测试人",
        "--role",
        "head",
        "--unit",
        "01.01",
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", START, *words],
        env=os.environ | cli.env,
        input="Geheim-2026\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "Geheim" not in done.stdout + done.stderr
    assert json.loads(done.stdout)["username"] == "piped"
