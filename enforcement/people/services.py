"""Acts upon units, people, posts, certificates and accounts; each in a module of its subject."""

from __future__ import annotations

from enforcement.people.accounts import (
    close_account,
    create_account,
    hasher,
    move_account,
    open_account,
    reopen_account,
    reset_password,
)
from enforcement.people.certificates import (
    add_certificate,
    issue_certificate,
    renew_certificate,
    set_certificate_status,
)
from enforcement.people.merging import merge_unit, plan_merger
from enforcement.people.persons import (
    Facts,
    add_person,
    change_person,
    enter_person,
    reveal,
)
from enforcement.people.posts import add_post, end_post, give_post
from enforcement.people.tokens import TOKEN_DAYS, create_token
from enforcement.people.units import add_unit, change_unit, close_unit, open_unit, rename_unit

__all__ = [
    "TOKEN_DAYS",
    "Facts",
    "add_certificate",
    "add_person",
    "add_post",
    "add_unit",
    "change_person",
    "change_unit",
    "close_account",
    "close_unit",
    "create_account",
    "create_token",
    "end_post",
    "enter_person",
    "give_post",
    "hasher",
    "issue_certificate",
    "merge_unit",
    "move_account",
    "open_account",
    "open_unit",
    "plan_merger",
    "rename_unit",
    "renew_certificate",
    "reopen_account",
    "reset_password",
    "reveal",
    "set_certificate_status",
]
