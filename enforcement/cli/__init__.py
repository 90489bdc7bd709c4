"""The `enforcement` command: the same acts as the pages, for scripts and administrators."""

from __future__ import annotations

import importlib

import click

from enforcement.collector import end_soon

COMMANDS = {  # command -> module that holds it, imported only when called
    "serve": "enforcement.cli.serve",
    "db": "enforcement.cli.serve",
    "import": "enforcement.cli.jurisdiction",
    "locate": "enforcement.cli.jurisdiction",
    "decisions": "enforcement.cli.decisions",
    "events": "enforcement.cli.events",
    "worker": "enforcement.cli.worker",
    "demo": "enforcement.cli.demo",
    "account": "enforcement.cli.account",
    "incident": "enforcement.cli.incident",
    "indicators": "enforcement.cli.indicators",
    "drill": "enforcement.cli.drill",
    "open311": "enforcement.cli.open311",
    "patrol": "enforcement.cli.patrol",
    "device": "enforcement.cli.device",
    "jt808": "enforcement.cli.jt808",
    "beat": "enforcement.cli.beat",
    "point": "enforcement.cli.point",
    "live": "enforcement.cli.live",
    "alone": "enforcement.cli.alone",
    "case": "enforcement.cli.case",
    "measure": "enforcement.cli.measure",
    "spot": "enforcement.cli.spot",
    "inspection": "enforcement.cli.inspection",
    "money": "enforcement.cli.money",
    "goods": "enforcement.cli.goods",
    "party": "enforcement.cli.party",
    "publication": "enforcement.cli.publication",
    "dossier": "enforcement.cli.dossier",
    "remedy": "enforcement.cli.remedy",
    "delegation": "enforcement.cli.delegation",
    "evidence": "enforcement.cli.evidence",
    "files": "enforcement.cli.files",
    "paper": "enforcement.cli.paper",
    "report": "enforcement.cli.report",
    "briefing": "enforcement.cli.briefing",
    "rehoming": "enforcement.cli.rehoming",
    "duties": "enforcement.cli.duties",
    "power": "enforcement.cli.power",
    "discretion": "enforcement.cli.discretion",
    "roster": "enforcement.cli.roster",
    "rules": "enforcement.cli.rules",
    "alarm": "enforcement.cli.alarm",
    "ledger": "enforcement.cli.ledger",
    "unit": "enforcement.cli.unit",
    "person": "enforcement.cli.person",
    "people": "enforcement.cli.people",
    "certificate": "enforcement.cli.certificate",
    "keys": "enforcement.cli.keys",
    "calendar": "enforcement.cli.calendar",
    "todo": "enforcement.cli.todo",
    "map": "enforcement.cli.map",
    "yearly": "enforcement.cli.yearly",
    "backup": "enforcement.cli.backup",
    "restore": "enforcement.cli.backup",
    "standby": "enforcement.cli.standby",
    "audit": "enforcement.cli.audit",
    "glass": "enforcement.cli.glass",
    "retention": "enforcement.cli.retention",
    "operations": "enforcement.cli.operations",
    "law": "enforcement.cli.law",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that holds the command; None where there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = module.COMMANDS[cmd_name]
        return command


@click.command(cls=Lazy)
def main() -> None:
    """County law enforcement platform."""
    end_soon()
