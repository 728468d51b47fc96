"""What a document is told before it is published: what is wrong in it, and what its logic can never do."""

from __future__ import annotations

import logging
from collections import OrderedDict
from datetime import date, datetime
from threading import Lock
from typing import Any

from question_types.base import N_
from survey_app import plugins
from survey_app.engine import definition
from survey_app.engine.explore import MOST
from survey_app.engine.finding import Finding
from survey_app.engine.plan import compile_plan, zone_of
from survey_app.engine.verify import verify

log = logging.getLogger(__name__)

QUICK = 12_000
"""Steps of a proof that somebody who types waits for: some tenths of a second."""
KEPT = 64
"""Documents whose proofs are remembered."""

_RANK = {"error": 0, "warning": 1, "info": 2}
_known: OrderedDict[tuple[str, bool, date], tuple[Finding, ...]] = OrderedDict()
_turn = Lock()


def findings(document: Any, thorough: bool = True) -> list[Finding]:
    """What is wrong or doubtful in any JSON that claims to be a document, errors first: its structure, and
    its logic where the structure has no errors. ``thorough``: all that can be proved, what stays undecided,
    and how long the paths are; otherwise no more than somebody who types can wait for."""
    found = definition.check(document, plugins.types())
    if not any(each.level == "error" for each in found):
        found = [*found, *_remembered(document, thorough)]
    return sorted(found, key=lambda each: _RANK.get(each.level, 3))


def _remembered(document: dict[str, Any], thorough: bool) -> tuple[Finding, ...]:
    key = (definition.digest(document), thorough, datetime.now(zone_of(document)).date())
    with _turn:
        found = _known.get(key)
    if found is None:
        found = tuple(_proved(document, thorough, key[2]))
        with _turn:
            _known[key] = found
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return found


def _proved(document: dict[str, Any], thorough: bool, today: date) -> list[Finding]:
    try:
        plan = compile_plan(document, plugins.types())
        return verify(plan, today, MOST if thorough else QUICK, thorough)
    except Exception:  # a proof is a help; a fault in it must not keep anybody from their draft
        log.exception("The logic of a document could not be proved")
        message = N_("The logic of this survey could not be checked. Try it in the preview.")
        return [Finding("info", "undecided", "", message)] if thorough else []
