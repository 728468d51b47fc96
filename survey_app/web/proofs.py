"""Verification of phone numbers by codes: the body a script sends, and the button that works without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from question_types.base import N_, Invalid
from survey_app.engine.strict import loads
from survey_app.services import codes, intake
from survey_app.services.doors import Door
from survey_app.services.errors import Problem, Refused
from survey_app.services.posts import CODE_LENGTH, ID
from survey_app.web.steps import Step

LONGEST = 100

KEYS = {"id", "question", "phone", "code"}

SENT = N_("Sent. Please enter the code from the text message.")


@dataclass(frozen=True)
class Asked:
    """A request for a code to ``phone``; with ``code`` the digits that came."""

    id: str
    question: str
    phone: str
    code: str = ""


def read(body: bytes) -> Asked:
    """The request of a body. Raises BadJson, and Refused with errors by key."""
    data = loads(body)
    if not isinstance(data, dict):
        raise Refused(N_("Send one JSON object."))
    errors = {key: N_("There is no such key.") for key in data.keys() - KEYS}
    errors |= {key: N_("This must be a short text.") for key in KEYS if not _is_text(data.get(key, ""))}
    if not errors and not ID.fullmatch(data.get("id", "")):
        errors["id"] = N_("The id must be 22 letters and digits.")
    if not errors and not 1 <= len(data.get("question", "")) <= CODE_LENGTH:
        errors["question"] = N_("There is no such question.")
    if errors:
        raise Refused(codes.BAD_REQUEST, errors)
    return Asked(data["id"], data["question"], data.get("phone", ""), data.get("code", ""))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def answered(door: Door, asked: Asked, address: str) -> dict[str, Any]:
    """Sends a code, or looks at the digits that came back; what the script is told."""
    found = intake.stored(door, asked.id)
    plan = found.plan if found else door.plan
    if asked.code:
        codes.check(door, plan, asked.id, asked.question, asked.phone, asked.code)
        return {"verified": True}
    wait = codes.send(door, plan, asked.id, asked.question, asked.phone, address)
    return {"sent": True, "wait": wait}


def wanted(step: Step) -> str:
    """The question whose “send code” button was pressed."""
    return next((code for code, raw in step.raw.items() if "send" in raw), "")


def sent(step: Step, address: str) -> None:
    """Sends the code the button asked for; the page stays and says what became of it."""
    code = wanted(step)
    raw = {name: texts for name, texts in step.raw[code].items() if name != "send"}
    step.raw[code] = raw
    phone = next(iter(raw.get("") or ()), "")
    try:
        codes.send(step.door, step.plan, step.id, code, phone[:LONGEST], address)
        step.doubts = {code: SENT}
    except Problem as problem:
        fault = problem.errors.get(code)
        known = isinstance(fault, Invalid)
        step.errors = {code: fault if known else gettext(problem.message, **problem.params)}
