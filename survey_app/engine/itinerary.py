"""What a map says, line by line: pages in order, what they ask, where they lead, how many went there.

``static/designer/map.js`` says the same in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from question_types.base import N_

from .atlas import START, Arc, Atlas, Stop

Json = Any
Translate = Callable[[str], str]
Detail = Literal["pages", "questions", "all"]

DEAD = frozenset(
    {"never_shown", "ending_unreached", "shadowed", "contradiction", "quota_impossible", "quota_decided"}
)
"""Codes of findings that say a part or a rule has no effect on anybody."""

FEW = 10
"""Shares of fewer respondents than this say nothing; their number alone is shown."""

KINDS = {
    "completed": N_("Completed"),
    "screened_out": N_("Screened out"),
    "over_quota": N_("Over quota"),
}
LOOPS = {
    "chosen": N_("Repeated for every choice in %(code)s"),
    "not_chosen": N_("Repeated for everything not chosen in %(code)s"),
    "shown": N_("Repeated for everything shown in %(code)s"),
    None: N_("Repeated as often as %(code)s says"),
}
IF = N_("If %(condition)s, go to %(target)s")
ONLY = N_("Only if %(condition)s")
ALWAYS = N_("Then go to %(target)s")
QUOTA = N_("Quota %(code)s, at most %(limit)s: if %(condition)s, go to %(target)s once it is full")
OTHERWISE = N_("Otherwise %(target)s")
NEXT = N_("Next comes %(target)s")
SKIPS = N_("Straight on to %(target)s")


@dataclass(frozen=True)
class Line:
    """One line below the head of a part. ``where``: the place it is about; ``to``: where it leads; ``n``:
    how many went; ``share`` of those who came, None where that says nothing."""

    kind: str
    text: str
    where: str = ""
    to: str = ""
    n: int | None = None
    share: float | None = None

    @property
    def figure(self) -> str:
        """The numbers in short: ``34% · 120``."""
        return figure(self.n, self.share)


@dataclass(frozen=True)
class Part:
    """A page, an ending, or the beginning (code ``START``)."""

    code: str
    kind: str
    head: Line
    lines: tuple[Line, ...] = ()
    follows: str = ""
    looped: bool = False


def share(n: int, of: int) -> float | None:
    """``n`` as a part of ``of``; None where there are too few."""
    return n / of if of >= FEW else None


def figure(n: int | None, part: float | None) -> str:
    """A number and its share in short; empty for no number."""
    if n is None:
        return ""
    return str(n) if part is None else f"{int(100 * part + 0.5)}% · {n}"


def brief(text: Json, length: int = 18) -> str:
    """A title on one line, short enough for a list."""
    line = " ".join(str("" if text is None else text).split())
    return f"{line[:length]}…" if len(line) > length else line


@dataclass(frozen=True)
class Figures:
    """How many went where, as ``services.flows`` counts it; None before there is anything to count."""

    flow: Mapping[str, Json] | None

    def page(self, code: str) -> Mapping[str, int] | None:
        """Respondents who reached a page and who left there."""
        return self.flow["pages"].get(code, {"reached": 0, "left": 0}) if self.flow else None

    def ending(self, code: str) -> int | None:
        """Respondents who ended there."""
        return int(self.flow["endings"].get(code, 0)) if self.flow else None

    def by(self, arc: Arc, rule: Json) -> int | None:
        """Respondents whom a rule led on; a jump is the live version's if it says the same."""
        if self.flow is None:
            return None
        return sum(int(each["n"]) for each in self._of(arc.source) if _same(each, arc, rule))

    def straight(self, code: str) -> dict[str, int]:
        """Where respondents came from a page by order alone: page or ending → how many."""
        found = {each["target"]: each["n"] for each in self._of(code) if each["by"] == ""}
        return {target: n for target, n in found.items() if target != code}

    @property
    def n(self) -> int:
        """Respondents counted."""
        return int(self.flow["n"]) if self.flow else 0

    def _of(self, code: str) -> list[Mapping[str, Json]]:
        return [each for each in self.flow["arcs"] if each["source"] == code] if self.flow else []


def _same(told: Mapping[str, Json], arc: Arc, rule: Json) -> bool:
    return told["by"] == arc.where if arc.kind == "quota" else bool(rule) and told.get("rule") == rule


@dataclass(frozen=True)
class Teller:
    """Puts a map into words. ``told``: a condition as a sentence in the language of ``translate``."""

    atlas: Atlas
    told: Callable[[Json], str]
    translate: Translate = str
    figures: Figures = field(default_factory=lambda: Figures(None))

    def parts(self) -> Iterator[Part]:
        """All parts from the beginning to the last ending."""
        if self.atlas.start or self.figures.n:
            lines = tuple(self._arc(arc, {}) for arc in self.atlas.start)
            n = self.figures.n if self.figures.flow else None
            yield Part(START, "start", Line("head", self.say(N_("Start")), n=n), lines)
        yield from map(self._page, self.atlas.pages)
        for ending in self.atlas.endings:
            yield self._ending(ending)

    def say(self, message: str, **params: Json) -> str:
        """A sentence of ours."""
        return self.translate(message) % params if params else self.translate(message)

    def target(self, code: str) -> str:
        """A page or an ending by name."""
        page = next((each for each in self.atlas.pages if each.code == code), None)
        if page is not None:
            title = page.body.get("title")
            return self.say(N_("Page %(n)s"), n=page.number) + (f" {brief(title)}" if title else "")
        ending = next((each for each in self.atlas.endings if each["code"] == code), None)
        if ending is None:
            return code or "?"
        return self.say(N_("Ending: %(title)s"), title=brief(ending.get("title") or code))

    def _page(self, page: Stop) -> Part:
        counts = self.figures.page(page.code)
        title = page.body.get("title")
        name = self.say(N_("Page %(n)s"), n=page.number) + (f" {brief(title, 30)}" if title else "")
        reached = counts["reached"] if counts else None
        head = Line("head", name, page.code, "", reached, share(reached or 0, self.figures.n))
        lines = tuple(self._lines(page, counts))
        return Part(page.code, "page", head, lines, page.follows, page.loop is not None)

    def _lines(self, page: Stop, counts: Mapping[str, int] | None) -> Iterator[Line]:
        if page.body.get("show") is not None:
            text = self.say(ONLY, condition=self.told(page.body["show"]))
            yield Line("show", text, f"{page.code}.show")
        if page.loop is not None:
            yield Line("loop", self.loop(page.loop), f"{page.code}.loop")
        for question in page.questions:
            yield from self._question(question)
        rules = page.body.get("next")
        for arc in page.arcs:
            at = arc.where.rpartition(".next.")[2]
            yield self._arc(arc, rules[int(at)] if arc.kind != "quota" and isinstance(rules, list) else {})
        yield from self._onward(page)
        if counts and counts["left"]:
            left = counts["left"]
            yield Line("left", self.say(N_("Left here")), "", "", left, share(left, counts["reached"]))

    def _question(self, question: Mapping[str, Json]) -> Iterator[Line]:
        code = str(question.get("code"))
        yield Line("question", f"{code} {brief(question.get('title'), 40)}", code)
        if question.get("show") is not None:
            yield Line("show", self.say(ONLY, condition=self.told(question["show"])), f"{code}.show")

    def loop(self, loop: Mapping[str, Json]) -> str:
        """What a page is repeated over, and how often at most."""
        over = loop.get("over")
        over = over if isinstance(over, Mapping) else {}
        pick = over.get("pick")
        message = LOOPS.get(pick if isinstance(pick, str) else None, LOOPS["chosen"])
        text = self.say(message, code=over.get("question") or "?")
        if not loop.get("max"):
            return text
        return self.say(N_("%(repeated)s, at most %(n)s times"), repeated=text, n=loop["max"])

    def _arc(self, arc: Arc, rule: Json) -> Line:
        counts = self.figures.page(arc.source)
        of = (counts["reached"] if counts else 0) if arc.source else self.figures.n
        n = self.figures.by(arc, rule)
        part = None if n is None else share(n, of)
        return Line(arc.kind, self._way(arc), arc.where, arc.target, n, part)

    def _way(self, arc: Arc) -> str:
        target = self.target(arc.target)
        if arc.kind == "always":
            return self.say(ALWAYS, target=target)
        condition = self.told(arc.when)
        if arc.kind == "jump":
            return self.say(IF, condition=condition, target=target)
        code = arc.where.removesuffix(".when")
        return self.say(QUOTA, code=code, limit=arc.limit, condition=condition, target=target)

    def _onward(self, page: Stop) -> Iterator[Line]:
        """What follows without a jump, and where people came because pages in between were not shown."""
        went = self.figures.straight(page.code)
        reached = (self.figures.page(page.code) or {}).get("reached", 0)
        known = self.figures.flow is not None
        if page.follows and (page.arcs or known):
            n = went.get(page.follows, 0) if known else None
            text = self.say(OTHERWISE if page.arcs else NEXT, target=self.target(page.follows))
            yield Line("next", text, "", page.follows, n, None if n is None else share(n, reached))
        for target, n in sorted(went.items(), key=lambda each: (-each[1], each[0])):
            if target != page.follows:
                text = self.say(SKIPS, target=self.target(target))
                yield Line("skip", text, "", target, n, share(n, reached))

    def _ending(self, ending: Mapping[str, Json]) -> Part:
        code = str(ending["code"])
        n = self.figures.ending(code)
        name = brief(ending.get("title") or code, 40)
        head = Line("head", name, code, "", n, None if n is None else share(n, self.figures.n))
        return Part(code, "ending", head, (Line("kind", self.say(kind_of(ending))),))


def kind_of(ending: Mapping[str, Json]) -> str:
    """What an ending makes of a response, as a message."""
    kind = ending.get("kind")
    return KINDS.get(kind if isinstance(kind, str) else "completed", KINDS["completed"])


def dead(findings: Iterable[Mapping[str, Json]], where: str) -> bool:
    """Whether findings say that a place itself, not something in it, has no effect on anybody."""
    own = (where, where.removesuffix(".when"), f"{where}.show", f"{where}.when")
    return any(each["code"] in DEAD and each["where"] in own for each in findings)


def noted(
    findings: Iterable[Mapping[str, Json]], parts: Iterable[Part]
) -> dict[str, list[Mapping[str, Json]]]:
    """Place → the findings to be told there: those about it, or about something
    in it that has no line of its own."""
    places = {line.where for part in parts for line in (part.head, *part.lines) if line.where}
    found: dict[str, list[Mapping[str, Json]]] = {}
    for each in findings:
        steps = str(each["where"]).split(".")
        outward = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
        place = next((where for step in outward for where in (step, f"{step}.when") if where in places), None)
        if place is not None and each["level"] != "info":
            found.setdefault(place, []).append(each)
    return found
