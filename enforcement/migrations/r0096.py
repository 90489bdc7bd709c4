"""SQL of revision 0096: row-level security of the tables of cases and of personal data.

A setting that was never said, or said as nothing, is null here: then no condition holds.
"""

from __future__ import annotations

from typing import Final


def said(name: str) -> str:
    return f"nullif(current_setting('app.{name}', true), '')"


REACH: Final = said("reach")
PERSON: Final = f"{said('person')}::uuid"
COUNTY: Final = f"county_code = {said('county')}"
TODAY: Final = "(app_now() at time zone 'Asia/Shanghai')::date"
STANDS_IN: Final = f"""exists (select from approval_order o where o.county_code = {said("county")}
  and o.to_id = {PERSON} and o.revoked_at is null and {TODAY} between o.from_on and o.until_on)"""


def below(column: str, name: str = "unit") -> str:
    return f"({column} >= {said(name)} and {column} < {said(name)} || '~')"


def policy(*more: str) -> str:
    """Return the condition: everything, or the county's rows of those who reach so far."""
    inner = "".join(f" or ({one})" for one in more)
    return f"{REACH} = 'all' or ({COUNTY} and ({REACH} = 'county'{inner}))"


def _of_unit(*mine: str) -> str:
    return f"{REACH} = 'unit' and ({' or '.join((below('unit_code'), *mine, STANDS_IN))})"


CASE: Final = policy(_of_unit(f"{PERSON} in (officer_a_id, officer_b_id, chair_id)"))
SPOT: Final = policy(_of_unit(f"{PERSON} in (officer_a_id, officer_b_id)"))
ASK: Final = policy(
    f"{REACH} = 'unit' and {below('unit_code')}",
    f"{REACH} = 'area' and ({below('village_code', 'area')} or {below('township_code', 'area')})",
    f"written_by = {said('account')}::uuid or {PERSON} in (handler_id, agent_id)",
)
OF_WORK: Final = policy(f"{REACH} <> 'none'")
"""Rows that belong to a case and have no unit of their own: not for the administrators."""

POLICIES: Final = {
    "case_file": CASE, "spot_penalty": SPOT, "ask": ASK,
    **dict.fromkeys(
        ("party", "party_consent", "party_entry", "case_entry", "case_paper", "spot_entry",
         "document", "document_copy", "document_signature", "evidence_item", "evidence_custody",
         "measure", "measure_entry", "measure_item", "confiscated_item", "ask_entry"), OF_WORK),
}  # fmt: skip


def up(policies: dict[str, str]) -> list[str]:
    """Return the statements that raise the wall; the owner stands before it, too."""
    return [
        statement
        for name, condition in policies.items()
        for statement in (
            f"alter table {name} enable row level security",
            f"alter table {name} force row level security",
            f"create policy second_wall on {name} using ({condition})",
        )
    ]


def down(policies: dict[str, str]) -> list[str]:
    """Return the statements that take it down."""
    return [
        statement
        for name in policies
        for statement in (
            f"drop policy second_wall on {name}",
            f"alter table {name} no force row level security",
            f"alter table {name} disable row level security",
        )
    ]
