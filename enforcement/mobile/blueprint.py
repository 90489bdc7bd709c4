"""The blueprint of the phone's pages and of what their scripts ask for."""

from __future__ import annotations

from flask import Blueprint

from enforcement.i18n import label
from enforcement.law.terms import IncidentState

bp = Blueprint("mobile", __name__)


@bp.app_template_global()
def state_words() -> dict[str, str]:
    """Return the words of an incident's states, for what a phone shows without a network."""
    return {str(state): label(state) for state in IncidentState}
