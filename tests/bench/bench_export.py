"""CSV export: lines per second, and whether ten times the responses take ten times as long."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from survey_app.extensions import db
from survey_app.models import Response, Survey
from survey_app.services import exports
from tests import factories
from tests.conftest import build, close

SIZES = (5_000, 50_000)
MOST_GROWTH = 13.0
"""Times the seconds for ten times the responses; 10 is linear."""

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def rows(survey: Survey, number: int) -> Iterator[dict[str, object]]:
    for each in range(number):
        yield {
            "public_id": factories.public_id(),
            "survey_id": survey.id,
            "version_id": survey.live_version_id,
            "unit_id": survey.unit_id,
            "channel": "h5",
            "state": "completed",
            "answers": {"Q1": each % 11, "Q2": "等了一个小时" if each % 11 < 7 else None, "Q3": "open"},
            "revision": 1,
            "seed": each,
            "started_at": BEGAN + timedelta(seconds=each),
            "completed_at": BEGAN + timedelta(seconds=each + 60),
            "seconds": 60,
        }


def measure(number: int) -> float:
    """Seconds to export so many responses."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(Path(folder), "")
        with app.app_context():
            db.create_all()
            survey = factories.published(factories.unit("总部"))
            db.session.execute(insert(Response), list(rows(survey, number)))
            db.session.commit()
            began = time.process_time()
            size = sum(len(piece) for piece in exports.stream(exports.Source(survey), "csv"))
            seconds = time.process_time() - began
        close(app)
    print(
        f"{number:>7} responses: {seconds:6.2f} s CPU, {number / seconds:8,.0f} lines/s, {size / 1e6:.1f} MB"
    )
    return seconds


def main() -> int:
    """1 if the time grows clearly faster than the number of responses."""
    small, large = (measure(number) for number in SIZES)
    print(f"ten times the responses took {large / small:.1f} times as long (at most {MOST_GROWTH})")
    return int(large / small > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
