"""Why something can never be: the fewest conditions that exclude it, found by leaving out one after another.

Everything else may turn out either way, so a proof stands on what it names and on what answers are allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .dependencies import closure, references, used_variables
from .explore import Exploration
from .leaves import FREE, Reading
from .plan import Plan
from .steps import Course

Json = Any
Conditions = dict[str, Json]
"""Place → condition as the document has it; None for a jump that always leads away."""

MOST = 40_000
"""Steps of one trial."""
BUILDING = 10
"""What it costs to prepare one question for a trial, in steps."""
MOST_CONDITIONS = 30


def conflict(plan: Plan, place: str, found: Exploration, room: int) -> tuple[list[dict[str, Json]], int]:
    """The fewest conditions that keep everybody from ``place``, each with ``where`` and ``when``, empty where
    none could be told; and the work it took. ``room``: about how much it may take."""
    trial = _Trial(plan, place, found)
    held = set(trial.suspects)
    if not trial.excludes(held):
        return [], trial.work
    for each in list(reversed(trial.suspects)):
        if trial.work < room and trial.excludes(held - {each}):
            held.remove(each)
    causes = [{"where": where, "when": tree} for where, tree in trial.suspects.items() if where in held]
    return causes, trial.work


def excluded(plan: Plan, place: str, found: Exploration, room: int) -> tuple[bool, int]:
    """Whether the conditions around a place exclude it, whatever all others come to; and the work it took."""
    trial = _Trial(plan, place, found, room)
    return trial.excludes(set(trial.suspects)), trial.work


class _Trial:
    """Whether nobody comes to a place even if all conditions but a few may turn out either way."""

    def __init__(self, plan: Plan, place: str, found: Exploration, room: int = MOST) -> None:
        self.plan = plan
        self.place = place
        self.found = found
        self.room = min(room, MOST)
        self.suspects = dict(list(_suspects(plan, place).items())[:MOST_CONDITIONS])
        self.work = 0

    def excludes(self, held: Collection[str]) -> bool:
        """Whether the conditions ``held`` do."""
        reading = Reading(self.plan, self.found.today)
        course = Course(self.plan, reading, lambda where, tree: freed(where, tree, held))
        trial = Exploration(self.plan, course, self.found.today, self.room)
        trial.aim = self.place.partition(".")[0]
        last = max((turn.index for turn in course.turns if _on(turn, self.place)), default=None)
        trial.run(last=None if last is None else last + 1)
        self.work += trial.work + BUILDING * len(self.plan.questions)
        told = "." not in self.place or self.place in course.places
        return told and trial.entry(self.place) is None and trial.cut is None


def _on(turn: Any, place: str) -> bool:
    codes = {turn.page.code.partition("@")[0], *(ask.question.origin for ask in turn.asks)}
    return place.partition(".")[0] in codes


def freed(where: str, tree: Json, held: Collection[str]) -> Json:
    """A condition in which only the parts in ``held`` still mean something."""
    if where in held or (".next." in where and where.removesuffix(".when") in held):
        return tree
    if isinstance(tree, Mapping) and "all" in tree and any(each.startswith(f"{where}.all.") for each in held):
        parts = enumerate(tree["all"])
        return {"all": [freed(f"{where}.all.{index}", each, held) for index, each in parts]}
    return FREE


def _suspects(plan: Plan, place: str) -> Conditions:
    """Conditions that may keep people from a place: its own, its page's, jumps across it, and those of the
    questions that these ask about."""
    rules = dict(written(plan.document))
    pages = {page["code"]: number for number, page in enumerate(plan.document["pages"])}
    homes = {q["code"]: page["code"] for page in plan.document["pages"] for q in page.get("questions") or ()}
    code = place.partition(".")[0]
    page = homes.get(code, code)
    found: Conditions = {}
    for where in (place, f"{code}.show", f"{page}.show", f"{page}.loop", f"{code}.carry"):
        found |= _parts(where, rules[where]) if where in rules else {}
    formulas = {each["code"]: each["value"] for each in plan.document.get("variables") or ()}
    asked = _asked(list(found.values()), formulas)
    for _ in range(2):
        near = {each for one in sorted(asked) for each in (f"{one}.", f"{homes.get(one, '')}.")}
        more = {
            where: tree
            for where, tree in rules.items()
            if where not in found and any(where.startswith(each) for each in near) and ".next." not in where
        }
        for where, tree in more.items():
            found |= _parts(where, tree) if where.endswith(".show") else {where: tree}
        asked |= _asked(list(more.values()), formulas)
    return found | dict(_across(plan, pages, page))


def _asked(trees: list[Json], formulas: Mapping[str, Json]) -> set[str]:
    behind = [formulas[code] for code in closure(used_variables(trees), formulas)]
    taken = {tree["from"] for tree in trees if isinstance(tree, Mapping) and "from" in tree}
    return references([*trees, *behind]) | taken


def _across(plan: Plan, pages: Mapping[str, int], page: str) -> Iterator[tuple[str, Json]]:
    """Jumps from before a page to behind it."""
    for number, each in enumerate(plan.document["pages"][: pages.get(page, 0)]):
        for index, rule in enumerate(each.get("next") or ()):
            if pages.get(rule["go"], len(pages)) > pages[page] > number:
                yield f"{each['code']}.next.{index}", rule.get("when")


def _parts(where: str, tree: Json) -> Conditions:
    """The parts that must all hold, each with its place."""
    if not isinstance(tree, Mapping) or "all" not in tree:
        return {where: tree}
    found: Conditions = {}
    for index, each in enumerate(tree["all"]):
        found |= _parts(f"{where}.all.{index}", each)
    return found


def written(document: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Every condition of a document by its place, without jumps and quotas."""
    for page in document["pages"]:
        if page.get("loop"):
            yield f"{page['code']}.loop", page["loop"]
        if page.get("show") is not None:
            yield f"{page['code']}.show", page["show"]
        for question in page.get("questions") or ():
            yield from _of_question(question)


def _of_question(question: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    code = question["code"]
    for name in ("show", "enable", "required"):
        if isinstance(question.get(name), Mapping):
            yield f"{code}.{name}", question[name]
    for index, rule in enumerate(question.get("validate") or ()):
        yield f"{code}.validate.{index}.when", rule["when"]
    if question.get("carry"):
        yield f"{code}.carry", question["carry"]
    for name, listed in (question.get("settings") or {}).items():
        for index, entry in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(entry, Mapping) and isinstance(entry.get("show"), Mapping):
                yield f"{code}.settings.{name}.{index}.show", entry["show"]
