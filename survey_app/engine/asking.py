"""Taking all states past one question: whether it is shown, what may be answered, what is refused."""

from __future__ import annotations

from typing import Any

from .facts import NOTHING
from .flow import default_of
from .frontier import Entry, Frontier, Key, add, doubtful, either, grown, merged
from .states import States
from .steps import REFUSED, SEEN, Ask, Choice, Turn
from .truths import FAILS, FALSE, HOLDS, TRUE

Json = Any


class Asking(States):
    """All states on their way through the questions of a page."""

    def _ask(self, ask: Ask, frontier: Frontier, turn: Turn) -> Frontier:
        """Takes all states past one question; with an ``aim``, past one that cannot matter to it unseen."""
        if (
            self.aim
            and not ask.own
            and self.aim not in (ask.question.origin, turn.page.code.partition("@")[0])
        ):
            bare = ask.question.bare and not ask.question.type.unseen
            return {
                (truth | seen, unknown): doubtful(entry)
                for (truth, unknown), entry in frontier.items()
                for seen in ((SEEN,) if bare else (0, SEEN))
            }
        off, shown = self._split(frontier, ask.show)
        out: Frontier = {}
        self._not_shown(ask, off, out)
        for rule in (
            ask.enable,
            ask.needs,
            *(rule for _, _, rule in ask.entries),
            *(rule for rule, _ in ask.checks),
        ):
            shown = self._settled(shown, rule)
        if ask.default is not None:
            shown = self._known(
                shown, tuple(each for each in self.course.reading.support[ask.default] if each.known)
            )
        for key, entry in shown.items():
            if ask.entries:
                self._entries(ask, key, entry, out, turn)
            else:
                self._take(ask, key, entry, NOTHING, out, turn)
        return out

    def _not_shown(self, ask: Ask, frontier: Frontier, out: Frontier) -> None:
        truth_off, unknown_off = ask.not_shown
        for (truth, unknown), entry in frontier.items():
            mask = ask.live | SEEN | REFUSED | self.course.kept(truth)
            key = ((truth & ~ask.own | truth_off) & mask, (unknown & ~ask.own | unknown_off) & mask)
            add(out, key, entry)

    def _entries(self, ask: Ask, key: Key, entry: Entry, out: Frontier, turn: Turn) -> None:
        """Options that are shown only sometimes."""
        hidden, sure = self._hidden(ask, key, entry)
        if hidden is not None:
            left = _left(ask, hidden)
            if not left:
                self._mark(f"{ask.question.origin}.emptied", entry if sure else doubtful(entry))
                self._not_shown(ask, {key: entry if sure else doubtful(entry)}, out)
            else:
                self._take(ask, key, entry, hidden, out, turn)
        if not sure:
            self._not_shown(ask, {key: doubtful(entry)}, out)
            self._anything(ask, key, doubtful(entry), out, turn)

    def _hidden(self, ask: Ask, key: Key, entry: Entry) -> tuple[frozenset[str] | None, bool]:
        """Ids that are not shown, None where that is not known; and whether it could be no other."""
        at = (key[0] & ask.entry_mask, key[1] & ask.entry_mask)
        known = ask.hiding.get(at)
        if known is not None and known[1] >= entry[0]:
            found: tuple[frozenset[str] | None, bool] = known[0]
            return found
        hidden: set[str] | None = set()
        sure = True
        for _, id, rule in ask.entries:
            judged = self._judged(rule, key, entry)
            sure = sure and judged & 3 != 3
            if hidden is not None and not judged & (HOLDS | FAILS):
                hidden = None
            elif hidden is not None and judged & FAILS:
                hidden.add(id)
        result = (None if hidden is None else frozenset(hidden), sure)
        if self.marking:
            ask.hiding[at] = (result, entry[0])
        return result

    def _anything(self, ask: Ask, key: Key, entry: Entry, out: Frontier, turn: Turn) -> None:
        """An answer of which nothing is known."""
        subject = ask.subject
        unknown, slot = sum(subject.bits), subject.number(None, None)
        self._mark(ask.question.origin, entry)
        seen = 0 if ask.question.type.unseen else SEEN
        for choice in [
            Choice(slot, unknown, False, None),
            *(each for each in self.course.choices(ask, NOTHING) if each.skipped),
        ]:
            truth = key[0] & ~ask.own | choice.truth | seen
            self._pass(ask, (truth, key[1] & ~ask.own | choice.unknown), entry, out)

    def _pass(self, ask: Ask, key: Key, entry: Entry, out: Frontier) -> None:
        mask = ask.live | SEEN | REFUSED | self.course.kept(key[0])
        add(out, (key[0] & mask, key[1] & mask), entry)

    def _take(
        self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier, turn: Turn
    ) -> None:
        """A question that is shown."""
        question = ask.question
        self._mark(question.origin, entry)
        if not question.type.unseen:
            key = (key[0] | SEEN, key[1])
            self._mark(question.page.partition("@")[0], entry)
        if not question.collects:
            self._pass(ask, key, grown(entry, ask.seconds, None), out)
            return
        shut = self._shut(ask, key, entry)
        if shut & TRUE:
            self._worked_out(ask, key, entry if shut & HOLDS else doubtful(entry), hidden, out)
        if shut & FALSE:
            self._answers(ask, key, entry if shut & FAILS else doubtful(entry), hidden, out, turn)

    def _shut(self, ask: Ask, key: Key, entry: Entry) -> int:
        """Whether the question takes no answer."""
        if ask.question.formula is not None:
            return TRUE | HOLDS
        if ask.enable is None:
            return FALSE | FAILS
        judged = self._judged(ask.enable, key, entry)
        return (judged & 5) << 1 | (judged & 10) >> 1

    def _worked_out(self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier) -> None:
        """A question whose answer is worked out, or fixed while it is shut."""
        reading = self.course.reading
        value: Json = None
        if ask.default is not None:
            facts = reading.facts(ask.default, key[0])
            if facts is None or ask.default in reading.moving:
                unknown, slot = sum(ask.subject.bits), ask.subject.number(None, None)
                truth = key[0] & ~ask.own | slot
                self._pass(ask, (truth, key[1] & ~ask.own | unknown), doubtful(entry), out)
            if facts is None:
                return
            value = default_of(ask.question, facts)
        truth, less = self.course.worked_out(ask, value, hidden)
        way = grown(entry, ask.seconds, None)
        self._pass(ask, (key[0] & ~ask.own | truth, key[1] & ~ask.own | less), way, out)

    def _answers(
        self, ask: Ask, key: Key, entry: Entry, hidden: frozenset[str], out: Frontier, turn: Turn
    ) -> None:
        """All answers that are not refused, and none where that is allowed."""
        needed = self._needed(ask, key, entry)
        self.asked.add(ask.question.origin)
        base = (key[0] & ~ask.own, key[1] & ~ask.own)
        live = ask.live | SEEN | REFUSED | self.course.kept(key[0])
        choices = self._choices(ask, hidden, live)
        self.work += len(choices)
        if ask.checks or ask.watched or ask.question.type.unseen or needed & 3 == 3:
            passed = self._weighed(ask, choices, base, live, entry, needed, out)
        else:
            passed = _spread(choices, base, live, entry, bool(needed & TRUE), out)
            if passed:
                self.passed.add(ask.question.origin)
        if not passed:
            if entry[0] and not base[0] & REFUSED:
                self.stuck.setdefault(turn.index, []).append(ask.question.origin)
            self._stuck(ask, (base[0] | REFUSED, base[1]), live, entry, out)

    def _weighed(
        self, ask: Ask, choices: list[Choice], base: Key, live: int, entry: Entry, needed: int, out: Frontier
    ) -> bool:
        """Goes on with every answer that rules do not refuse; whether there was one."""
        passed = False
        for choice in choices:
            way = entry if choice.sure else doubtful(entry)
            refused = needed if choice.skipped else FALSE | FAILS
            after = (base[0] | choice.truth, base[1] | choice.unknown)
            way = grown(way, choice.seconds, choice.event)
            if ask.checks:
                refused = self._refused(ask, after, way, refused)
            if refused & FALSE:
                passed = True
                if not choice.skipped:
                    self.passed.add(ask.question.origin)
                add(out, (after[0] & live, after[1] & live), way if refused & FAILS else doubtful(way))
            if refused & TRUE and (ask.question.type.unseen or (ask.watched and self.marking)):
                key = ((after[0] | REFUSED) & live, after[1] & live)
                add(out, key, way if refused & HOLDS else doubtful(way))
        return passed

    def _stuck(self, ask: Ask, key: Key, live: int, entry: Entry, out: Frontier) -> None:
        """Every answer is refused: the rest of the page is seen, and no more."""
        truth, unknown = (
            self.course.choices(ask, NOTHING)[-1].truth,
            self.course.choices(ask, NOTHING)[-1].unknown,
        )
        way = grown(entry, ask.seconds, ("skip", ask.question.code, None))
        add(out, ((key[0] | truth) & live, (key[1] | unknown) & live), way)

    def _needed(self, ask: Ask, key: Key, entry: Entry) -> int:
        """Whether leaving the question empty is refused."""
        if ask.needs is None:
            return TRUE | HOLDS if ask.question.required else FALSE | FAILS
        return self._judged(ask.needs, key, entry)

    def _refused(self, ask: Ask, key: Key, entry: Entry, refused: int) -> int:
        """Whether an answer is refused by a rule."""
        for rule, soft in ask.checks:
            judged = self._judged(rule, key, entry)
            if not soft:
                refused = either(refused, judged)
        return refused

    def _choices(self, ask: Ask, hidden: frozenset[str], live: int) -> list[Choice]:
        """The ways to answer that lead to different states, the first of each kind."""
        at = ("question", ask.question.code)
        if self.fixed is not None and at in self.fixed:
            found = self.course.choices(ask, hidden)
            wanted = self.fixed[at]
            return [
                each
                for each in found
                if each.sure and each.value == wanted and each.skipped is (wanted is None)
            ]
        key = (hidden, live)
        kept = ask.kept.get(key)
        if kept is None:
            mask = live | (ask.while_asked if ask.checks else 0)
            kept = ask.kept[key] = _unlike(
                self.course.choices(ask, hidden), mask, bool(ask.question.required)
            )
        return kept


def _unlike(choices: list[Choice], mask: int, apart: bool) -> list[Choice]:
    """The first of all choices that are alike in the bits of ``mask``; ``apart``: none is like an answer."""
    firsts: dict[Any, Choice] = {}
    for each in choices:
        at = (each.truth & mask, each.unknown & mask, each.skipped and apart)
        old = firsts.get(at)
        if old is None or (each.sure and not old.sure):
            firsts[at] = each
    return list(firsts.values())


def _spread(choices: list[Choice], base: Key, live: int, entry: Entry, needed: bool, out: Frontier) -> bool:
    """Goes on with every answer, and with none unless it is ``needed``; whether there was a way. Written for
    speed: this is where the time goes."""
    passed = False
    truth, unknown = base
    sure, short, _, long, _ = entry
    for choice in choices:
        if choice.skipped and needed:
            continue
        passed = True
        key = ((truth | choice.truth) & live, (unknown | choice.unknown) & live)
        old = out.get(key)
        if old is not None:
            is_sure = sure and choice.sure
            if old[0] and not is_sure:
                continue
            cost = choice.seconds
            if old[0] is is_sure and old[1] <= short + cost and old[3] >= long + cost:
                continue
        way = grown(entry, choice.seconds, choice.event, choice.sure)
        out[key] = way if old is None else merged(old, way)
    return passed


def _left(ask: Ask, hidden: frozenset[str]) -> bool:
    """Whether every list of a question still has something to show."""
    question = ask.question
    spare = question.settings.get("other") is True
    return not any(
        ids <= hidden for name, ids in question.entries.items() if not (spare and name == "options")
    )
