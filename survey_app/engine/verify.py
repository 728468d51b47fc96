"""Proofs before publishing: what can never happen, what always does, and an example for each.

Errors are claimed only of what was proved for all answers there are; whatever rests on answers that could not
be listed is said to be undecided. See ``docs/logic.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from question_types.base import N_

from .arrivals import Arrivals
from .conditions import operator_of
from .explore import MOST, Exploration, explore
from .finding import Finding
from .frontier import Entry
from .leaves import Reading
from .lengths import lengths
from .operators import STATES
from .pieces import alternatives, answered, pieces
from .plan import Plan
from .rules import check_condition
from .steps import Ask, Course
from .truths import FALSE, TRUE, Node, Rule

Json = Any

_ORDER = {"error": 0, "warning": 1, "info": 2}


def verify(plan: Plan, today: date | None = None, most: int = MOST, thorough: bool = True) -> list[Finding]:
    """What is wrong or doubtful in the logic of a plan, errors first; the document has passed its structural
    check. ``today``: the day in the survey's time zone. ``most``: a bound on the work, in steps; what was not
    looked at because of it is undecided. ``thorough``: with the lengths of paths and what is undecided."""
    look = _Verdicts(plan, explore(plan, today, most))
    look.all()
    if thorough:
        look.paths()
        look.undecided()
    return sorted(look.found, key=lambda each: _ORDER[each.level])


class _Verdicts(Arrivals):
    """All checks of one plan."""

    def all(self) -> None:
        """All checks, those that explain others first."""
        stuck = self.endings()
        for turn in self._origins():
            self.page(turn)
        if not stuck:
            self.dead_ends()
        self.absent()
        self.jumps()
        self.conditions()
        self.quotas()

    def absent(self) -> None:
        """Comparisons with questions that nobody has answered by then."""
        suspects = [
            (place, where, code)
            for place, conditions in self.course.places.items()
            if place in self.trees and self._met(place)
            for where, code in self._silent(place, conditions)
        ]
        if not suspects or self.seen.cut is not None:
            return
        given = answered(self.plan, self.seen, [(place, code) for place, _, code in suspects])
        for place, where, code in suspects:
            if (place, code) not in given and where not in self.told:
                message = N_(
                    "This looks at the answer to %(code)s, which nobody has given when it is looked at. "
                    "Look at another question, or move the rule."
                )
                entry = self.seen.holding(self.course.places[place], TRUE) or self.seen.holding(
                    self.course.places[place], FALSE
                )
                self.error("never_answered", where, message, self.respondent(entry), code=code)
                self.told.add(place)

    def _silent(self, place: str, conditions: list[tuple[Rule, Node]]) -> Iterator[tuple[str, str]]:
        """Comparisons in a condition that are never true: (place, question)."""
        for where, tree, nodes in pieces(place, self.trees[place], conditions):
            if "question" in tree and operator_of(tree) not in STATES and not self._ever(nodes, TRUE):
                yield where, tree["question"]

    def conditions(self) -> None:
        """Conditions, and parts of them, that never hold or always do."""
        for place, conditions in self.course.places.items():
            tree = self.trees.get(place)
            if tree is None or not self._met(place) or place in self.told or self._strange(tree):
                continue
            if not self._ever(conditions, TRUE):
                if self.never(place):
                    self._contradiction(place, tree, place.count(".") == 1 and place.endswith(".when"))
            elif not self._ever(conditions, FALSE):
                self._always(place, tree, conditions)
            else:
                self._parts(place, conditions)
        for ask in self._asks():
            self._refusing(ask)
            self._emptied(ask)

    def _strange(self, tree: Json) -> bool:
        """Whether the structural check has warned of a value in a condition already."""
        return any(each.code == "unknown_value" for each in check_condition(tree, self.plan.schema, ""))

    def _contradiction(self, place: str, tree: Json, quota: bool) -> None:
        witness = {"conflict": [{"where": place, "when": tree}]}
        if quota:
            message = N_(
                "Nobody who completes the survey counts towards this quota: %(condition)s. "
                "Change its condition."
            )
            self.warn("quota_impossible", place, message, witness, condition=self.words(tree))
        else:
            message = N_("This never holds where it is looked at: %(condition)s. Change or remove it.")
            self.warn("contradiction", place, message, witness, condition=self.words(tree))

    def _always(self, place: str, tree: Json, conditions: list[tuple[Rule, Node]]) -> None:
        quota = place.count(".") == 1 and place.endswith(".when")
        if quota or ".validate." in place or self.seen.cut is not None:
            return
        if not any(entry[0] for rule, _ in conditions for entry in self.seen.met.get(rule, {}).values()):
            return
        message = N_("This always holds where it is looked at: %(condition)s. The condition is not needed.")
        self.warn("always", place, message, None, condition=self.words(tree))

    def _parts(self, place: str, conditions: list[tuple[Rule, Node]]) -> None:
        """Alternatives that never hold."""
        if self.seen.cut is not None:
            return
        for where, tree, nodes in alternatives(place, self.trees[place], conditions):
            if where not in self.told and not self._ever(nodes, TRUE):
                self._contradiction(where, tree, False)

    def _asks(self) -> Iterator[Ask]:
        known: set[str] = set()
        for turn in self.course.turns:
            for ask in turn.asks:
                if ask.question.collects and ask.question.origin not in known:
                    known.add(ask.question.origin)
                    yield ask

    def _refusing(self, ask: Ask) -> None:
        """A question no answer to which is ever taken."""
        code = ask.question.origin
        if code in self.seen.passed or code not in self.seen.asked or self.seen.cut is not None:
            return
        rules = [each for each in self.course.places if each.startswith(f"{code}.validate.")]
        where = rules[0] if len(rules) == 1 else code
        message = N_("Every answer to %(code)s is refused. Change its rules or settings.")
        self.warn("unsatisfiable", where, message, self.respondent(self.seen.entry(code), False), code=code)

    def _emptied(self, ask: Ask) -> None:
        """A question that must be answered, with nothing left to choose from."""
        question, code = ask.question, ask.question.origin
        entry = self.seen.places.get(f"{code}.emptied")
        carried = bool(question.source.get("carry"))
        if entry is None or not entry[0] or code in self.told or not (carried or question.required):
            return
        if carried:
            message = N_(
                "With these answers %(code)s has nothing to take over and is left out. "
                "Give it options of its own, or a condition."
            )
        else:
            message = N_(
                "With these answers all options of %(code)s are hidden, so the required question is left "
                "out. Keep one option for everybody."
            )
        where = f"{code}.carry" if carried else f"{code}.settings"
        self.warn("emptied", where, message, self.respondent(entry), code=code)

    def jumps(self) -> None:
        """Jumps that an earlier rule of their page always forestalls."""
        for turn in self._origins():
            origin = turn.page.code.partition("@")[0]
            for number, (rule, _) in enumerate(turn.jumps):
                place = f"{origin}.next.{number}"
                if rule is None:
                    break
                if f"{place}.when" in self.told or not self._met(f"{place}.when", TRUE):
                    continue
                holding = self.seen.entry(f"{place}.when")
                if holding is not None and holding[0] and self.never(place):
                    self._shadowed(place, holding)

    def _shadowed(self, place: str, holding: Entry) -> None:
        self.told.add(f"{place}.when")
        message = N_(
            "This jump is never taken: whenever its condition holds, a rule above it holds as well. "
            "Move it up or narrow the rules above."
        )
        self.warn("shadowed", place, message, self.respondent(holding))

    def _uncounted(self) -> None:
        """Quotas that nobody who completes counts towards."""
        endings = self.plan.endings.values()
        if not self.course.limits or all(each["kind"] == "completed" for each in endings):
            return
        course = Course(self.plan, Reading(self.plan, self.seen.today))
        trial = Exploration(self.plan, course, self.seen.today, self.seen.most // 2)
        trial.tracking = True
        trial.run()
        for limit in trial.course.limits:
            place = f"{limit.code}.when"
            if trial.cut is None and limit.code not in trial.counted and place not in self.told:
                self._contradiction(place, self.trees[place], True)

    def quotas(self) -> None:
        """Quotas that nobody counts towards, or that another one always forestalls."""
        self._uncounted()
        for limit in self.course.limits:
            for rival in limit.rivals:
                key = (limit.code, rival.code)
                if (
                    f"{limit.code}.when" in self.told
                    or key in self.seen.apart
                    or key not in self.seen.together
                    or self.seen.cut is not None
                ):
                    continue
                message = N_(
                    "Whoever counts towards this quota counts towards %(other)s too, which is full no later: "
                    "this quota never stops anybody. Raise the other limit, or remove this quota."
                )
                entry = self.seen.entry(f"{limit.code}.when")
                self.warn("quota_decided", limit.code, message, self.respondent(entry), other=rival.code)
                break

    def paths(self) -> None:
        """How long the survey is."""
        found = lengths(self.seen)
        if found is not None:
            message = N_(
                "Shortest path: %(few)s questions, about %(quick)s seconds. Longest path: %(many)s "
                "questions, about %(slow)s seconds. "
                "Usual path: %(usual)s questions, about %(usually)s seconds."
            )
            self.found.append(Finding("info", "paths", "", message, found.params, found.witness))

    def undecided(self) -> None:
        """What could not be decided."""
        if self.open:
            message = N_(
                "It could not be decided whether these can ever happen: %(places)s. "
                "They depend on free texts or dates, or on too many answers at once. Try them in the preview."
            )
            shown = ", ".join(self.open[:10]) + ("…" if len(self.open) > 10 else "")
            self.found.append(Finding("info", "undecided", "", message, {"places": shown}, list(self.open)))
