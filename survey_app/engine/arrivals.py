"""Places that nobody comes to, and pages that nobody leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_types.base import N_

from . import proofs
from .explore import Exploration
from .frontier import Entry, Frontier
from .look import Look
from .names import several
from .phrases import rule_phrase
from .steps import Turn
from .truths import TRUE

Json = Any

MOST_STUCK = 2_000
"""Situations at the door of one page that are tried for a dead end."""


class Arrivals(Look):
    """Endings, pages and questions, and who comes there."""

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
            self.error("no_ending", where, message, witness, place=self.called(where))
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
            self._never_shown(origin)
            return
        for ask in turn.asks:
            if self.never(ask.question.origin):
                self._never_shown(ask.question.origin)

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

    def _never_shown(self, place: str) -> None:
        causes: list[dict[str, Json]] = []
        if self.room > 0:
            causes, work = proofs.conflict(self.plan, place, self.seen, self.room)
            self.room -= work
        words = [each for cause in causes if (each := self._told(cause))]
        self.told |= {each["where"] for each in causes if each["where"].partition(".")[0] == place}
        self.told.add(f"{place}.show")
        witness, called = {"conflict": causes}, self.called(place)
        if len(words) > 1:
            message = N_(
                "%(place)s can never be shown: these rules exclude each other: %(conditions)s. "
                "Change one of them."
            )
            conditions = several(words, N_("; "))
            self.error("never_shown", place, message, witness, place=called, conditions=conditions)
        elif words and len(causes) == 1:
            message = N_(
                "%(place)s can never be shown because of this rule: %(conditions)s. Change the rule."
            )
            self.error("never_shown", place, message, witness, place=called, conditions=words[0])
        else:
            message = N_(
                "%(place)s can never be shown: nobody comes to it. Change the rules before it, or remove it."
            )
            self.error("never_shown", place, message, witness, place=called)

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
        self.error("dead_end", where, message, witness, place=self.called(where))
