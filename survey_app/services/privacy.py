"""Personal identifiers inside customers' own words, hidden from readers who may not see contacts."""

from __future__ import annotations

import re
from typing import Any

from survey_app import security
from survey_app.models import User
from survey_app.services.identifiers import EMAIL, masked_email

NUMBER = re.compile(r"\d(?:[\s\-]?[\dXx]){6,}")
"""Seven digits and more, with or without gaps: phones, identity and card numbers, orders."""


def sees_identity(actor: User) -> bool:
    """Whether the reader may see phone numbers and mail addresses at all."""
    return security.allows(actor.role, "contacts.read")


def masked(text: str) -> str:
    """``text`` with long numbers and mail addresses mostly hidden: ``138****78``."""
    return EMAIL.sub(lambda found: masked_email(found[0]), NUMBER.sub(_number, text))


def _number(found: re.Match[str]) -> str:
    return f"{found[0][:3]}****{found[0][-2:]}"


def shown_to(actor: User, value: Any) -> Any:
    """Texts of any JSON value as this reader may see them."""
    if sees_identity(actor):
        return value
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: shown_to(actor, each) for key, each in value.items()}
    return [shown_to(actor, each) for each in value] if isinstance(value, list) else value
