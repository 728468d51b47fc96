"""Writing through the writer, with its troubles as refusals."""

from __future__ import annotations

from typing import TypeVar

from survey_app.models import writer
from survey_app.services.errors import Problem, StorageFull

T = TypeVar("T")


class Busy(Problem):
    """Somebody else holds the database; the same again works in a moment."""

    status = 503


def write(work: writer.Work[T]) -> T:
    """:func:`survey_app.models.writer.write`; raises StorageFull or Busy when nothing could be stored."""
    try:
        return writer.write(work)
    except writer.Full as error:
        raise StorageFull("The storage is full. Nothing was lost; please try again later.") from error
    except writer.Busy as error:
        raise Busy("The service is busy. Please try again in a moment.") from error
