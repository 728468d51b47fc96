"""Writing through the writer, with its troubles as refusals."""

from __future__ import annotations

from typing import TypeVar

from question_types.base import N_
from survey_app.models import writer
from survey_app.services.errors import Problem, StorageFull

T = TypeVar("T")

FULL = N_("The storage is full. Nothing was lost; please try again later.")
BUSY = N_("The service is busy. Please try again in a moment.")


class Busy(Problem):
    """Somebody else holds the database; the same again works in a moment."""

    status = 503


def write(work: writer.Work[T]) -> T:
    """:func:`survey_app.models.writer.write`; raises StorageFull or Busy when nothing could be stored."""
    try:
        return writer.write(work)
    except writer.Full as error:
        raise StorageFull(FULL) from error
    except writer.Busy as error:
        raise Busy(BUSY) from error
