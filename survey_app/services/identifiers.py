"""Phone numbers and mail addresses: one spelling each, so that they can be compared, and a mask to show."""

from __future__ import annotations

import re
import unicodedata

from question_types.base import N_, Invalid

MOBILE = re.compile(r"1[3-9]\d{9}")
FOREIGN = re.compile(r"\+[1-9]\d{6,14}")
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+")


def phone(text: str) -> str:
    """``+8613812345678`` from any usual spelling of a mainland mobile number; other countries' numbers
    need their ``+`` or ``00``. Raises Invalid."""
    digits = re.sub(r"[\s().\-]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^00(?=\d)", "+", digits)
    home = re.sub(r"^(\+86|86(?=1\d{10}$))", "", digits)
    if MOBILE.fullmatch(home):
        return f"+86{home}"
    if FOREIGN.fullmatch(digits) and not digits.startswith("+86"):
        return digits
    raise Invalid(N_("“%(text)s” is not a mobile phone number."), text=text)


def email(text: str) -> str:
    """The address in lower case. Raises Invalid."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if len(folded) > 254 or not EMAIL.fullmatch(folded):
        raise Invalid(N_("“%(text)s” is not an e-mail address."), text=text)
    return folded


def masked_phone(number: str) -> str:
    """``138****5678``; of foreign numbers the country and the last two digits."""
    local = number.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if local != number else f"{number[:4]}****{number[-2:]}"


def masked_email(address: str) -> str:
    """``z***@example.com``."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"
