"""What a service refuses, in one shape; the web floor turns it into pages and problem documents."""

from __future__ import annotations

from typing import Any


class Problem(Exception):  # noqa: N818 - the standard's own word for it (RFC 9457)
    """A refusal. ``message`` is an English message id for the person who asked; ``errors`` points at
    fields; ``extra`` is added to the JSON reply."""

    status = 400

    def __init__(
        self,
        message: str,
        errors: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params
        self.errors = errors or {}
        self.extra = extra or {}


class NotFound(Problem):
    """No such thing, or not in the caller's units: the same answer for both."""

    status = 404


class Conflict(Problem):
    """Somebody else was first."""

    status = 409


class Gone(Problem):
    """It existed and is closed for good."""

    status = 410


class TooLarge(Problem):
    """More than we accept."""

    status = 413


class Refused(Problem):
    """Understood, but wrong; ``errors`` says where."""

    status = 422


class StorageFull(Problem):
    """Nothing could be written; try again when there is room."""

    status = 507
