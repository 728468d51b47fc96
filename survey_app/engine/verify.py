"""Proofs before publishing: what can never happen, what always does, and an example for each.

Errors are claimed only of what was proved for all answers there are; whatever rests on answers that could not
be listed is said to be undecided. See ``docs/logic.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from question_types.base import N_

from . import proofs
from .conditions import operator_of
from .explore import MOST, Exploration, explore
from .finding import Finding, error, warning
from .frontier import Entry, Frontier
from .leaves import Reading
from .lengths import lengths
from .names import several
from .operators import STATES
from .phrases import phrase, rule_phrase
from .pieces import alternatives, answered, pieces, trees
from .plan import Plan
from .rules import check_condition
from .steps import Ask, Course, Turn
from .truths import FALSE, TRUE, Node, Rule

Json = Any

MOST_STUCK = 2_000
"""Situations at the door of one page that are tried for a dead end."""
_ORDER = {"error": 0, "warning": 1, "info": 2}


def verify(plan: Plan, today: date | None = None, most: int = MOST, thorough: bool = True) -> list[Finding]:
    """What is wrong or doubtful in the logic of a plan, errors first; the document has passed its structural
    check. ``today``: the day in the survey's time zone. ``most``: a bound on the work, in steps; what was not
    looked at because of it is undecided. ``thorough``: with the lengths of paths and what is undecided."""
    look = _Look(plan, explore(plan, today, most))
    look.all()
    if thorough:
        look.paths()
        look.undecided()
    return sorted(look.found, key=lambda each: _ORDER[each.level])


class _Look:
    """One look through what was explored."""

    def __init__(self, plan: Plan, seen: Exploration) -> None:
        self.plan = plan
        self.seen = seen
        self.course = seen.course
        self.found: list[Finding] = []
        self.open: list[str] = []
        self.told: set[str] = set()
        self.room = seen.most // 2
        self.trees = trees(plan.document)

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

    def error(self, code: str, where: str, message: str, witness: Json, /, **params: Any) -> None:
        self.told.add(where)
        found = error(code, where, message, **params)
        self.found.append(Finding(found.level, code, where, message, found.params, witness))

    def warn(self, code: str, where: str, message: str, witness: Json, /, **params: Any) -> None:
        self.told.add(where)
        found = warning(code, where, message, **params)
        self.found.append(Finding(found.level, code, where, message, found.params, witness))

    def words(self, tree: Json) -> str:
        """A condition in words."""
        return phrase(tree, self.plan.document, self.plan.types)

    def respondent(self, entry: Entry | None, on: bool = True) -> Json:
        """The respondent of a way as JSON; None where nobody is known."""
        return None if entry is None or not entry[0] else self.seen.respondent(entry[2], on).as_dict()

    def never(self, place: str) -> bool:
        """Whether nobody comes to a place for certain; notes what is open."""
        standing = self.seen.standing(place)
        if standing is None and self.seen.entry(place) is None and self.room > 0:
            found, work = proofs.excluded(self.plan, place, self.seen, self.room)
            self.room -= work
            if found:
                return True
        if standing is None and place not in self.open:
            self.open.append(place)
        return standing is False

    def _origins(self) -> Iterator[Turn]:
        """Pages of the document, a loop's first turn for all."""
        known: set[str] = set()
        for turn in self.course.turns:
            origin = turn.page.code.partition("@")[0]
            if origin not in known:
                known.add(origin)
                yield turn

    def endings(self) -> bool:
        """Whether nobody comes to any ending; endings that nobody reaches."""
        codes = list(self.plan.endings)
        if all(self.seen.standing(code) is False for code in codes):
            last = [turn for turn in self.course.turns if turn.page.code in self._pages()]
            where, witness = self._last(last)
            message = N_(
                "Nobody can come to an ending: every way stops at %(place)s, where each answer is refused. "
                "Change the rules that refuse the answers there."
            )
            self.error("no_ending", where, message, witness, place=where)
            return True
        for code in codes:
            if self.never(code):
                message = N_("Nobody reaches the ending %(code)s. Let a rule lead there, or remove it.")
                self.warn("ending_unreached", code, message, None, code=code)
        return False

    def _pages(self) -> set[str]:
        return {turn.page.code for turn in self.course.turns if self.seen.pending[turn.index]}

    def _last(self, turns: list[Turn]) -> tuple[str, Json]:
        """The last item that somebody comes to, and that respondent."""
        for turn in reversed(turns):
            for entry in self.seen.pending[turn.index].values():
                if entry[0]:
                    return self._barrier(entry, turn)
        return "pages", None

    def _barrier(self, entry: Entry, turn: Turn) -> tuple[str, Json]:
        """The question of a page that refuses everything, and who stands before it."""
        refusing = self.seen.stuck.get(turn.index) or [turn.page.code.partition("@")[0]]
        return refusing[0], self.seen.respondent(entry[2], False).as_dict()

    def page(self, turn: Turn) -> None:
        """A page that is never shown, or else its questions that are not."""
        origin = turn.page.code.partition("@")[0]
        seen = [ask for ask in turn.asks if not ask.question.type.unseen]
        asked = any(self.seen.standing(ask.question.origin) is not False for ask in seen)
        barred = (
            not self._met(f"{origin}.show", TRUE)
            if self._met(f"{origin}.show")
            else not self._arrived(origin)
        )
        if seen and barred and not asked and self.never(origin):
            self._never_shown(origin, True)
            return
        for ask in turn.asks:
            if self.never(ask.question.origin):
                self._never_shown(ask.question.origin, False)

    def _met(self, place: str, what: int = TRUE | FALSE) -> bool:
        """Whether a condition was looked at, and came out as ``what``."""
        return any(
            self.course.reading.look(node, *key) & what
            for rule, node in self.course.places.get(place, ())
            for key in self.seen.met.get(rule, ())
        )

    def _arrived(self, origin: str) -> bool:
        """Whether anybody comes to a page's door."""
        return any(
            self.seen.pending[turn.index]
            for turn in self.course.turns
            if turn.page.code.partition("@")[0] == origin
        )

    def _told(self, cause: Mapping[str, Json]) -> str | None:
        """A condition of a conflict in words, or the whole rule where it is none."""
        tree = cause["when"]
        if isinstance(tree, Mapping) and not {"from", "over"} & tree.keys():
            return self.words(tree)
        return rule_phrase(cause["where"], self.plan.document, self.plan.types)

    def _never_shown(self, place: str, page: bool) -> None:
        causes: list[dict[str, Json]] = []
        if self.room > 0:
            causes, work = proofs.conflict(self.plan, place, self.seen, self.room)
            self.room -= work
        words = [each for cause in causes if (each := self._told(cause))]
        self.told |= {each["where"] for each in causes if each["where"].partition(".")[0] == place}
        self.told.add(f"{place}.show")
        witness = {"conflict": causes}
        if len(words) > 1:
            message = N_(
                "%(place)s can never be shown: these rules exclude each other: %(conditions)s. "
                "Change one of them."
            )
            conditions = several(words, N_("; "))
            self.error("never_shown", place, message, witness, place=place, conditions=conditions)
        elif words and len(causes) == 1:
            message = N_(
                "%(place)s can never be shown because of this rule: %(conditions)s. Change the rule."
            )
            self.error("never_shown", place, message, witness, place=place, conditions=words[0])
        else:
            message = N_(
                "%(place)s can never be shown: nobody comes to it. Change the rules before it, or remove it."
            )
            self.error("never_shown", place, message, witness, place=place)

    def dead_ends(self) -> None:
        """Pages that some respondents cannot leave, whatever they answer."""
        for index in sorted(self.seen.stuck):
            turn = self.course.turns[index]
            entries = [(key, entry) for key, entry in self.seen.pending[index].items() if entry[0]]
            for key, entry in self._come(turn, dict(entries[:MOST_STUCK])):
                if self.room > 0 and not self._passable(index, key, entry):
                    self._dead_end(turn, entry)
                    break

    def _come(self, turn: Turn, frontier: Frontier) -> list[tuple[tuple[int, int], Entry]]:
        """Situations at a page's door, with everything from outside that the page looks at."""
        for rule in turn.rules():
            for subject in rule.settles:
                frontier = self.seen.known(frontier, subject)
        return [(key, entry) for key, entry in frontier.items() if entry[0]][:MOST_STUCK]

    def _passable(self, index: int, key: tuple[int, int], entry: Entry) -> bool:
        trial = Exploration(self.plan, self.course, self.seen.today, self.seen.most)
        trial.marking = False
        trial.run(index, {key: entry}, index + 1)
        self.seen.stuck[index] = trial.stuck.get(index) or self.seen.stuck[index]
        self.room -= trial.work + 2
        return bool(trial.ends) or any(trial.pending[index + 1 :]) or trial.work > trial.most

    def _dead_end(self, turn: Turn, entry: Entry) -> None:
        where, witness = self._barrier(entry, turn)
        message = N_(
            "With these answers nobody gets past %(place)s: whatever is entered there is refused. "
            "Change the rule that refuses it, or lead these respondents elsewhere."
        )
        self.error("dead_end", where, message, witness, place=where)

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

    def _ever(self, nodes: list[tuple[Rule, Node]], what: int) -> bool:
        """Whether a part of a condition may be ``what`` where it is looked at."""
        return any(
            self.course.reading.look(node, *key) & what
            for rule, node in nodes
            for key in self.seen.met.get(rule, ())
        )

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
