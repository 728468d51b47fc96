"""Tells the worker that something is waiting.

Losing a ring loses nothing: what must still be done is read from the rows themselves, and a sweep looks
every minute. So ringing never fails and never waits.
"""

from __future__ import annotations

import logging

from flask import current_app

WORDS = "words"
"""Verbatims are unread."""

DELIVERIES = "deliveries"
"""Messages are due."""

QUALITY = "quality"
"""Responses may be too fast beside others; nobody rings for it, the sweep does."""

log = logging.getLogger(__name__)


def ring(what: str) -> None:
    """Wakes the worker for ``what``; call it after the commit. Does nothing where no queue is bound."""
    listener = current_app.extensions.get("bell")
    if listener is None:
        return
    try:
        listener(what)
    except Exception:
        log.exception("The worker could not be woken for %s", what)
