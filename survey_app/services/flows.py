"""Which ways respondents took through a version: counted from the stored responses, a slice at a time.

A response's way depends on few of its answers, so ways are few and remembered; what is kept per response is
the number of its way. Whatever is new since the last look is read in slices, the latest first, so that nobody
who answers meanwhile has to wait; until all are read the counts are those of the latest ones.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, bindparam, select

from survey_app.engine.dependencies import references, used_fields
from survey_app.engine.flow import Walk, walk
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Response, Survey, User
from survey_app.services import accounts, paths, plans, seals
from survey_app.services.links import config

Json = Any

SLICE = 0.25
"""Seconds of work one request may do."""
BATCH = 200
KEPT = 16
"""Versions whose ways stay in memory per database; a response takes 28 bytes."""
RELIEF = 20
"""A look at all responses that took so long is repeated at the earliest after so many times that long."""
MOST_MET = 50_000
DATED = ("today", "last", "next", "within", "age", "days_between")

LEFT = "left"
"""Nobody knows yet where this respondent goes on: the page was begun and not passed."""

Step = tuple[str, str, str]
"""Page (``""``: the beginning), what led on (a rule's place, ``""``: nothing but order, ``LEFT``), and where
to: a page or an ending."""
Way = tuple[Step, ...]


@dataclass
class Track:
    """What is known of a version's responses. ``ids`` ascend; ``ways`` is -1 where still to be read."""

    plan: Plan
    asked: frozenset[str]
    fields: frozenset[str]
    dated: bool
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    revisions: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    units: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    ways: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    known: list[Way] = field(default_factory=list)
    numbers: dict[Way, int] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    """What a way depends on → its number."""
    rest: float = 0.0
    """When all responses may be looked at again."""
    lock: Any = field(default_factory=threading.Lock)


_tracks: WeakKeyDictionary[Engine, OrderedDict[int, Track]] = WeakKeyDictionary()


def flow(actor: User, code: str) -> dict[str, Json]:
    """How respondents of the actor's units went through the live version, as JSON: ``version`` (0 before the
    first publishing), ``n`` responses counted, ``of`` so many there are, ``pages`` {code: {reached, left}},
    ``endings`` {code: n} and ``arcs`` [{source, by, target, n}]. Raises NotFound.

    ``by`` is the rule that led on in the live version's own places; where it is a jump, ``rule`` repeats it,
    so that a draft that has moved on can tell which of its rules is meant.
    """
    survey = accounts.survey(actor, code)
    if survey.live_version_id is None:
        return {"version": 0, "n": 0, "of": 0, "pages": {}, "endings": {}, "arcs": []}
    units = np.array(sorted(accounts.unit_ids(actor)), dtype=np.int64)
    track = _track(survey.live_version_id)
    with track.lock:
        _refresh(track, survey)
        mine = np.isin(track.units, units)
        counts = _counted(track, mine)
    found = _summed(counts)
    return {"version": plans.number_of(survey.live_version_id), "of": int(mine.sum()), **found} | {
        "arcs": [_named(track.plan, each) for each in found["arcs"]]
    }


def _track(version_id: int) -> Track:
    tracks = _tracks.setdefault(db.engine, OrderedDict())
    track = tracks.get(version_id)
    if track is None:
        track = tracks.setdefault(version_id, begun(plans.plan_of(version_id)))
        while len(tracks) > KEPT:
            tracks.popitem(last=False)
    return track


def begun(plan: Plan) -> Track:
    """A track of a version that nothing was read of yet."""
    rules = {name: plan.unrolled.get(name) for name in ("pages", "quotas", "variables")}
    text = json.dumps(rules)
    dated = any(f'"{word}"' in text for word in DATED)
    return Track(plan, frozenset(references(rules)), frozenset(used_fields(rules)), dated)


_LISTED = (
    select(Response.id, Response.revision, Response.unit_id)
    .where(Response.survey_id == bindparam("survey"), Response.version_id == bindparam("version"))
    .where(Response.test.is_(False))
    .order_by(Response.id)
)


def _refresh(track: Track, survey: Survey) -> None:
    began = time.monotonic()
    if began >= track.rest:
        listed = db.session.execute(_LISTED, {"survey": survey.id, "version": survey.live_version_id}).all()
        _merge(track, np.array([tuple(row) for row in listed], np.int64).reshape(-1, 3))
        took = time.monotonic() - began
        track.rest = time.monotonic() + RELIEF * took if took > 0.1 else 0.0
    pending = track.ids[track.ways < 0][::-1]
    for start in range(0, len(pending), BATCH):
        if start and time.monotonic() - began > SLICE:
            return
        _read(track, pending[start : start + BATCH].tolist())


def _merge(track: Track, listed: NDArray[np.int64]) -> None:
    """Takes over what is stored now: what is as it was keeps its way, what is gone is forgotten."""
    ids, revisions, units = listed[:, 0], listed[:, 1], listed[:, 2]
    ways = np.full(len(ids), -1, np.int32)
    at = np.searchsorted(track.ids, ids)
    inside = np.flatnonzero(at < len(track.ids))
    same = inside[(track.ids[at[inside]] == ids[inside]) & (track.revisions[at[inside]] == revisions[inside])]
    ways[same] = track.ways[at[same]]
    track.ids, track.revisions, track.units, track.ways = ids, revisions, units, ways


def _read(track: Track, ids: list[int]) -> None:
    rows = db.session.execute(paths.ROWS.where(Response.id.in_(ids))).all()
    places = dict(zip(ids, np.searchsorted(track.ids, ids).tolist(), strict=True))
    secret = config().secret_key
    for row in rows:
        track.ways[places[row.id]] = _number(track, row, seals.opened(row.answers, secret))


def _number(track: Track, row: Any, answers: Mapping[str, Json]) -> int:
    """The number of a response's way, walked only where nobody with the same answers did before."""
    fields = paths.fields_of(row)
    day = paths.today(track.plan, row.completed_at).isoformat() if track.dated else ""
    told = {code: answers[code] for code in track.asked & answers.keys()}
    given = {code: fields[code] for code in track.fields & fields.keys()}
    ended = row.completed_at is not None
    full = sorted(row.flags.get("full", ()))
    key = json.dumps([told, given, day, full, ended, row.position, row.flags.get("quota")], sort_keys=True)
    number = track.met.get(key)
    if number is None:
        way = way_of(track.plan, row, answers)
        number = track.numbers.setdefault(way, len(track.known))
        if number == len(track.known):
            track.known.append(way)
        if len(track.met) >= MOST_MET:  # answers in words differ without end
            track.met.clear()
        track.met[key] = number
    return number


def way_of(plan: Plan, row: Any, answers: Mapping[str, Json]) -> Way:
    """The steps of a stored response (a row of ``paths.ROWS``), turns of a loop under their page's code."""
    if row.completed_at is not None:
        path = paths.again(row, plan, answers)
        return tuple(_steps(path, path.pages, row.position))
    place = plan.index.get(row.position, 0)
    before = plan.pages[place - 1].code if place else ""
    path = walk(plan, answers, paths.fields_of(row), row.seed, today=paths.today(plan), upto=before)
    return tuple(_steps(path, path.pages, ""))


def _steps(path: Walk, pages: list[str], ending: str) -> Iterator[Step]:
    """From each page to the next; the last leads to the ending, or nowhere yet."""
    before, by = "", ""
    for code in pages:
        yield before, by, _origin(code)
        rule = path.jumps.get(code)
        before, by = _origin(code), "" if rule is None else f"{_origin(code)}.next.{rule}"
    if not ending:
        yield before, LEFT, ""
    else:
        yield before, f"{path.quota}.when" if path.quota else by, ending


def _origin(code: str) -> str:
    return code.partition("@")[0]


def _counted(track: Track, mine: NDArray[np.bool_]) -> dict[Way, int]:
    """How many of these responses took each way."""
    read = track.ways[mine & (track.ways >= 0)]
    counts = np.bincount(read, minlength=len(track.known))
    return {track.known[number]: int(counts[number]) for number in np.flatnonzero(counts)}


def _summed(counts: Mapping[Way, int]) -> dict[str, Json]:
    """Respondents per page, ending and step."""
    pages: dict[str, dict[str, int]] = {}
    endings: Counter[str] = Counter()
    arcs: Counter[Step] = Counter()
    for way, n in counts.items():
        for code in {target for _, _, target in way[:-1]}:
            pages.setdefault(code, {"reached": 0, "left": 0})["reached"] += n
        source, by, ending = way[-1]
        if by == LEFT and source:
            pages[source]["left"] += n
        elif by != LEFT:
            endings[ending] += n
        for step in way:
            arcs[step] += n
    listed = sorted((step, n) for step, n in arcs.items() if step[1] != LEFT)
    told = [{"source": source, "by": by, "target": target, "n": n} for (source, by, target), n in listed]
    return {"n": sum(counts.values()), "pages": pages, "endings": dict(endings), "arcs": told}


def _named(plan: Plan, arc: dict[str, Json]) -> dict[str, Json]:
    page, _, index = arc["by"].rpartition(".next.")
    for each in plan.document["pages"] if page else ():
        if each["code"] == page and int(index) < len(each.get("next") or ()):
            return {**arc, "rule": each["next"][int(index)]}
    return arc
