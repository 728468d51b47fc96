"""Reads customers' words: takes unread verbatims in batches and stores what the engine says of them.

An engine may take seconds and a lot of memory, so it works outside of any transaction. What it found is
recorded together with the counts of the cells. Two workers may read the same text; the second finds it read
already and changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from survey_app import words
from survey_app.extensions import db
from survey_app.models import Verbatim
from survey_app.models.base import now
from survey_app.services import verbatims

BATCH = 64
"""Texts read before their readings are stored: about a second's work of the slow engine."""


def drain(
    batch: int = BATCH,
    engine: words.Engine | None = None,
    seconds: float = 0,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Reads all that is unread, oldest first; how many texts. Ends early after ``seconds`` (0: never) or
    when ``stopping`` says so; the rest is found again next time."""
    engine = engine or words.engine()
    until = time.monotonic() + seconds if seconds else float("inf")
    count = 0
    while not stopping() and time.monotonic() < until:
        waiting = verbatims.unread(batch)
        db.session.rollback()  # ends the reading transaction: nothing is held while the engine works
        if not waiting:
            break
        readings = engine.read([each.text for each in waiting])
        verbatims.record({each.id: reading for each, reading in zip(waiting, readings, strict=True)})
        count += len(waiting)
    return count


def backlog() -> float:
    """Seconds the oldest unread verbatim has been waiting; 0 when all are read."""
    waiting = select(Verbatim.said_at).where(Verbatim.read_at.is_(None)).order_by(Verbatim.id).limit(1)
    oldest = db.session.scalar(waiting)
    return 0.0 if oldest is None else max(0.0, (now() - oldest).total_seconds())
