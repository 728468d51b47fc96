"""Who may do what, and how secrets are kept.

Every route declares the permission it needs with :func:`needs`; a route without one stops the start.
Roles are sets of permissions; the unit tree (checked in queries, see ``services.accounts``) says on what.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, MultiFernet

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC = "public"
"""Permission of doors that anybody may use: respondents, sign-in, health."""

SIGNED_IN = "signed_in"
"""Permission of doors for every user, whatever the role."""

_VIEW = {SIGNED_IN, "dashboards.read", "verbatims.read"}
_ANALYSE = _VIEW | {
    "surveys.read",
    "responses.read",
    "responses.export",
    "dashboards.write",
    "distributions.read",
}
_MANAGE = _ANALYSE | {
    "surveys.write",
    "surveys.publish",
    "responses.delete",
    "responses.weigh",
    "distributions.write",
    "contacts.read",
    "contacts.write",
    "units.read",
}

_OWN = _MANAGE | {"units.write", "users.read", "users.write", "system.metrics", "audit.read"}

ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(_OWN),
    "manager": frozenset(_MANAGE),
    "analyst": frozenset(_ANALYSE),
    "agent": frozenset(_VIEW | {"responses.read"}),
    "viewer": frozenset(_VIEW),
}

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values()) | {PUBLIC}


def needs(permission: str) -> Callable[[F], F]:
    """Declares the permission of a view function; enforced before the view runs."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission!r}")

    def declare(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def allows(role: str, permission: str, scopes: str = "") -> bool:
    """Whether a role, narrowed by a token's scopes, grants the permission."""
    if permission == PUBLIC:
        return True
    if permission not in ROLES.get(role, frozenset()):
        return False
    return permission == SIGNED_IN or not scopes or permission in scopes.split()


def undeclared(endpoints: Iterable[tuple[str, Any]], exempt: Iterable[str]) -> list[str]:
    """Names of endpoints whose view declares no permission and is not exempt (static files)."""
    free = set(exempt)
    return sorted(name for name, view in endpoints if not hasattr(view, "permission") and name not in free)


_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Argon2id hash of a password."""
    return _hasher.hash(password)


def check_password(hashed: str | None, password: str) -> bool:
    """Whether the password fits; ``None`` (unknown user) costs the same time and is always False."""
    try:
        return _hasher.verify(hashed or _nobody, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def token_hash(token: str) -> str:
    """What is stored of a random token: SHA-256, because the token itself has full entropy."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def keyed_hash(secret: str, purpose: str, value: str) -> str:
    """A keyed hash: looks identifiers up without storing them, signs receipts. 64 hex characters."""
    return hmac.digest(_derived(secret, purpose), value.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def _ring(secret: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, "encryption")))])


def encrypt(secret: str, value: Any) -> str:
    """Ciphertext of any JSON value."""
    return _ring(secret).encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def decrypt(secret: str, ciphertext: str) -> Any:
    """The JSON value back. Raises ``cryptography.fernet.InvalidToken`` if the key is another."""
    return json.loads(_ring(secret).decrypt(ciphertext.encode()))
