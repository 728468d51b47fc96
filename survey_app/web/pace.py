"""How fast one response may be saved: a phone makes a few saves a minute, more is a script gone wild.

Counted in this process only, so that it costs a save next to nothing.
"""

from __future__ import annotations

import time

from question_types.base import N_
from survey_app.services.errors import Problem

MOST = 300
SECONDS = 60
KEPT = 50_000
"""Responses counted at a time; beyond it counting starts afresh."""


class TooFast(Problem):
    """More saves than a person can make; ``seconds`` until the next is taken."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("Too many requests. Please wait a moment and try again."))
        self.seconds = seconds


class Pace:
    """Saves by response since the beginning of the present minute."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._until = 0.0

    def keep(self, id: str) -> None:
        """Counts one save of a response. Raises TooFast."""
        now = time.monotonic()
        if now >= self._until or len(self._counts) >= KEPT:
            self._counts, self._until = {}, now + SECONDS
        self._counts[id] = count = self._counts.get(id, 0) + 1
        if count > MOST:
            raise TooFast(max(1, round(self._until - now)))
