"""A survey's ways as they are written down: what follows what, and what may lead elsewhere.

Read from any document whose frame stands, finished or not; what cannot be understood is left out. The
designer's ``static/designer/atlas.js`` reads the same from the same document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .dependencies import closure, references, used_variables

Json = Any
Doc = Mapping[str, Json]
Kind = Literal["jump", "always", "quota"]

START = ""
"""Where everybody comes from: before the first page."""


@dataclass(frozen=True)
class Arc:
    """A way that a rule opens. ``where``: the rule's place (``p1.next.0``, ``sh.when``); ``source`` and
    ``target``: codes of a page (``START`` before the first) and of a page or an ending; ``when``: its
    condition, None where it always leads on."""

    where: str
    source: str
    target: str
    kind: Kind
    when: Json = None
    limit: Json = None
    """How many completed responses a quota takes."""


@dataclass(frozen=True)
class Stop:
    """A page. ``follows``: what comes next without a jump, ``""`` where a jump always leads elsewhere;
    ``loop``: what the page is repeated over, None for once."""

    code: str
    number: int
    body: Doc
    loop: Json
    follows: str
    arcs: tuple[Arc, ...]

    @property
    def questions(self) -> list[Doc]:
        """What stands on it."""
        return listed(self.body, "questions")


@dataclass(frozen=True)
class Atlas:
    """``start``: quotas that are decided before the first page."""

    pages: tuple[Stop, ...]
    endings: tuple[Doc, ...]
    start: tuple[Arc, ...]

    @property
    def arcs(self) -> tuple[Arc, ...]:
        """All ways that rules open, in the order of the document."""
        return (*self.start, *(arc for page in self.pages for arc in page.arcs))

    def facts(self) -> dict[str, Json]:
        """What a drawing must tell, as JSON."""
        return {
            "pages": [
                {"code": each.code, "number": each.number, "loop": each.loop, "follows": each.follows}
                for each in self.pages
            ],
            "endings": [each["code"] for each in self.endings],
            "arcs": [asdict(each) for each in self.arcs],
        }


def listed(node: Json, name: str) -> list[Doc]:
    """The objects in a list of a document; none where there is no such list."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def atlas(document: Doc) -> Atlas:
    """All ways through a document."""
    pages, endings = listed(document, "pages"), listed(document, "endings")
    after = [str(each["code"]) for each in pages[1:]] + [str(each["code"]) for each in endings[:1]]
    quotas = list(_quotas(document, pages))
    stops = tuple(
        _stop(page, index, after[index] if index < len(after) else "", quotas)
        for index, page in enumerate(pages)
    )
    return Atlas(stops, tuple(endings), tuple(arc for at, arc in quotas if at < 0))


def _stop(page: Doc, index: int, after: str, quotas: list[tuple[int, Arc]]) -> Stop:
    jumps = list(_jumps(page))
    leaves = any(arc.kind == "always" for arc in jumps)
    own = [arc for at, arc in quotas if at == index]
    loop = page["loop"] if isinstance(page.get("loop"), Mapping) else None
    return Stop(str(page["code"]), index + 1, page, loop, "" if leaves else after, (*own, *jumps))


def _jumps(page: Doc) -> Iterator[Arc]:
    code = str(page["code"])
    found = page.get("next")
    for index, rule in enumerate(found if isinstance(found, list) else ()):
        if isinstance(rule, Mapping):
            when = rule.get("when")
            kind: Kind = "always" if when is None else "jump"
            yield Arc(f"{code}.next.{index}", code, _text(rule.get("go")), kind, when)


def _quotas(document: Doc, pages: Sequence[Doc]) -> Iterator[tuple[int, Arc]]:
    """Every quota with the index of the page after which it is decided, -1 before the first."""
    stands = {
        question.get("code"): index
        for index, page in enumerate(pages)
        for question in listed(page, "questions")
    }
    values = {each.get("code"): each.get("value") for each in listed(document, "variables")}
    for quota in listed(document, "quotas"):
        after = max(
            (stands[code] for code in _asked(quota.get("when"), values) if code in stands), default=-1
        )
        source = str(pages[after]["code"]) if after >= 0 else START
        then = quota.get("then")
        go = _text(then.get("go") if isinstance(then, Mapping) else None)
        code = _text(quota.get("code"))
        yield after, Arc(f"{code}.when", source, go, "quota", quota.get("when"), quota.get("limit"))


def _asked(tree: Json, values: Mapping[Any, Json]) -> set[str]:
    """Questions a condition rests on, also through variables."""
    behind = closure(used_variables(tree), {code: tree for code, tree in values.items() if code})
    return references(tree).union(*(references(values[code]) for code in behind))


def _text(code: Json) -> str:
    return code if isinstance(code, str) else ""


@dataclass(frozen=True)
class Span:
    """The stretch of a drawing's height that a way runs along, and the rail it may share: ways to one
    place come together."""

    top: float
    bottom: float
    rail: str


def lanes(spans: Sequence[Span]) -> list[int]:
    """A lane per span, counted from the drawing outwards: rails that run beside each other never share one,
    short ones lie inside."""
    rails = _rails(spans)
    given: dict[str, int] = {}
    for rail in sorted(rails, key=lambda each: (rails[each][1] - rails[each][0], rails[each][0], each)):
        taken = {given[other] for other in given if _beside(rails[rail], rails[other])}
        given[rail] = next(lane for lane in range(len(rails)) if lane not in taken)
    return [given[each.rail] for each in spans]


def _rails(spans: Iterable[Span]) -> dict[str, tuple[float, float]]:
    rails: dict[str, tuple[float, float]] = {}
    for each in spans:
        top, bottom = rails.get(each.rail, (each.top, each.bottom))
        rails[each.rail] = min(top, each.top), max(bottom, each.bottom)
    return rails


def _beside(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
