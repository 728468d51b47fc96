"""Customers' words: what a text says, read by an engine chosen by name."""

from __future__ import annotations

from functools import cache

from survey_app.words.base import Engine, Label, Reading
from survey_app.words.snow import Snow

__all__ = ["Engine", "Label", "Reading", "engine"]

ENGINES: dict[str, type[Engine]] = {"snownlp": Snow}


@cache
def engine(name: str = "snownlp") -> Engine:
    """The engine of this name. Raises KeyError for an unknown one."""
    return ENGINES[name]()
