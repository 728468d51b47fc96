"""Counts scans of printed codes without making anybody wait: in memory, written about once a second."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from survey_app.extensions import db
from survey_app.models import Place

DELAY = 1.0
"""Seconds a scan may wait to be written; what a crash can cost."""

log = logging.getLogger(__name__)


class Tally:
    """Scans not yet written, by database and place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Engine, Counter[int]] = {}
        self._timer: threading.Timer | None = None

    def add(self, engine: Engine, place_id: int) -> None:
        """Counts one scan; the first one sets the clock."""
        with self._lock:
            self._waiting.setdefault(engine, Counter())[place_id] += 1
            if self._timer is None:
                self._timer = threading.Timer(DELAY, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes everything counted so far. A count that cannot be written is dropped: it is only a count."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, {}, None
        for engine, counts in waiting.items():
            try:
                _store(engine, counts)
            except SQLAlchemyError:
                log.exception("%s scans could not be counted", counts.total())


def _store(engine: Engine, counts: Counter[int]) -> None:
    with engine.execution_options(immediate=True).begin() as connection:
        for place_id, scans in sorted(counts.items()):
            connection.execute(update(Place).where(Place.id == place_id).values(scans=Place.scans + scans))


_tally = Tally()


def scanned(place_id: int) -> None:
    """Counts one opening of a place's page; returns at once."""
    _tally.add(db.engine, place_id)


def flush() -> None:
    """Writes what is still in memory."""
    _tally.flush()
