"""Finished surveys to start from; each is an ordinary document beside this file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_types.base import N_
from survey_app.engine import definition
from survey_app.services.errors import NotFound

FOLDER = Path(__file__).parent / "starters"


@dataclass(frozen=True)
class Starter:
    """``key`` names the file; ``label`` and ``hint`` are message ids for the manager who chooses."""

    key: str
    label: str
    hint: str
    minutes: int


STARTERS = (
    Starter(
        "nps",
        N_("NPS after a branch visit"),
        N_("Would they recommend you, and what follows from the score"),
        1,
    ),
    Starter(
        "csat",
        N_("CSAT after service"),
        N_("How satisfied with staff, speed and result; dissatisfied customers are called back"),
        2,
    ),
    Starter(
        "ces",
        N_("CES of getting things done"),
        N_("How hard it was, where it got stuck, which way they took"),
        2,
    ),
)


def document(key: str, locale: str = "zh_CN") -> dict[str, Any]:
    """A fresh copy of a starter, in ``locale`` where the starter has it. Raises NotFound."""
    if key not in {starter.key for starter in STARTERS}:
        raise NotFound(N_("There is no such template."))
    found = definition.load(json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8")))
    if locale == found["locale"] or locale not in found.get("translations", {}):
        return found
    turned = definition.localised(found, locale)
    turned["locale"] = locale
    turned["translations"] = {}
    return turned
