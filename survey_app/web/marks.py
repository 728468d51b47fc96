"""What was observed of a response's quality, in words a manager can weigh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from survey_app.services.responses import Row

Flag = Mapping[str, Any]


def marks(row: Row) -> dict[str, Any]:
    """The verdict on a response as pages show it: whether it is ``flagged``, the ``reasons`` as sentences
    with the response a duplicate repeats (``of``), and what somebody ``decided``."""
    reasons = [{"text": sentence(flag), "of": flag.get("of", "")} for flag in row.flags.get("quality", ())]
    return {"flagged": row.flagged, "reasons": reasons, "decided": row.flags.get("decided")}


def sentence(flag: Flag) -> str:
    """One observation with its numbers."""
    words = _SENTENCES.get((flag["flag"], flag.get("by", "")))
    return words(flag) if words else str(flag["flag"])


def lasting(seconds: int) -> str:
    """A duration, short."""
    if seconds < 60:
        return str(_("%(n)s s", n=seconds))
    return str(_("%(m)s min %(s)s s", m=seconds // 60, s=seconds % 60))


def _fast(flag: Flag) -> str:
    times = {"took": lasting(flag["seconds"]), "least": lasting(flag["least"])}
    return str(_("Answered too fast: %(took)s; at least %(least)s were to be expected", **times))


def _faster(flag: Flag) -> str:
    times = {"took": lasting(flag["seconds"]), "least": lasting(flag["least"])}
    return str(_("Much faster than others: %(took)s; at their pace at least %(least)s", **times))


def _rows(flag: Flag) -> str:
    return str(_("All %(n)s rows answered alike: %(codes)s", n=flag["n"], codes=_codes(flag)))


def _scores(flag: Flag) -> str:
    return str(_("The same score %(n)s times in a row: %(codes)s", n=flag["n"], codes=_codes(flag)))


def _codes(flag: Flag) -> str:
    return str(_(", ")).join(flag["questions"])


def _same_phone(flag: Flag) -> str:
    return str(_("Answered again on the same phone"))


def _same_contact(flag: Flag) -> str:
    return str(_("Answered again by the same contact"))


_SENTENCES: Mapping[tuple[str, str], Callable[[Flag], str]] = {
    ("speeder", "path"): _fast,
    ("speeder", "others"): _faster,
    ("straight", "rows"): _rows,
    ("straight", "scores"): _scores,
    ("duplicate", "device"): _same_phone,
    ("duplicate", "contact"): _same_contact,
}
