"""The walk of all states through the pages of a plan, forward only, as :mod:`flow` walks one respondent."""

from __future__ import annotations

from typing import Any

from .asking import Asking
from .frontier import Entry, Frontier, add, grown, merged
from .steps import REFUSED, SEEN, TURNED, Limit, Turn
from .truths import FALSE, Rule

Json = Any


class Travel(Asking):
    """All states on their way from page to page."""

    def run(self, first: int = 0, frontier: Frontier | None = None, last: int | None = None) -> None:
        """Walks all states forward, from page ``first`` to ``last``."""
        turns = self.course.turns
        self.pending = [{} for _ in range(len(turns) + 1)]
        self.ends = {}
        if frontier is None:
            frontier = {self.course.start(): (True, 0.0, None, 0.0, None)}
            frontier = self._stopping(frontier, -1, False)
        self.pending[first] = frontier
        for turn in turns[first:last]:
            if self.pending[turn.index]:
                self._turn(turn)
        if last is None:
            self._end(self.pending[len(turns)], next(iter(self.plan.endings)))

    def _turn(self, turn: Turn) -> None:
        self.here = turn.index
        frontier = self._kept(self.pending[turn.index], turn.live)
        hidden, shown = self._split(frontier, turn.show)
        if hidden:
            self._passed_by(turn, hidden)
        shown = self._kept(shown, turn.inside)
        for ask in turn.asks:
            if not shown:
                break
            self._narrowed(shown)
            shown = self._ask(ask, shown, turn)
        self._leave(turn, shown)

    def _passed_by(self, turn: Turn, frontier: Frontier) -> None:
        """A page that is not shown leaves its questions not shown."""
        out: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            for ask in turn.asks:
                if ask.question.collects:
                    truth, unknown = (
                        truth & ~ask.own | ask.not_shown[0],
                        unknown & ~ask.own | ask.not_shown[1],
                    )
            add(out, (truth, unknown), entry)
        self._unseen(turn, out)

    def _unseen(self, turn: Turn, frontier: Frontier) -> None:
        """On from a page of which nothing is shown."""
        if turn.late is not None:
            waited = {key: entry for key, entry in frontier.items() if key[0] & TURNED}
            frontier = {key: entry for key, entry in frontier.items() if not key[0] & TURNED}
            staying, jumping = self._split(waited, turn.jumps[turn.late][0])
            self._follow(turn, turn.late, jumping)
            self._go(staying, turn.index + 1)
        self._go(frontier, turn.index + 1)

    def _go(self, frontier: Frontier, index: int) -> None:
        """States arrive at a page."""
        live = self.course.turns[index].live if index < len(self.course.turns) else 0
        target = self.pending[index]
        for (truth, unknown), entry in frontier.items():
            mask = live | self.course.kept(truth)
            add(target, (truth & mask, unknown & mask), entry)

    def _kept(self, frontier: Frontier, live: int) -> Frontier:
        """The states without what nobody asks about any more."""
        out: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            mask = live | SEEN | REFUSED | self.course.kept(truth)
            add(out, (truth & mask, unknown & mask), entry)
        return out

    def _leave(self, turn: Turn, frontier: Frontier) -> None:
        """The end of a page: quotas, jumps, the next page."""
        unseen: Frontier = {}
        seen: Frontier = {}
        for (truth, unknown), entry in frontier.items():
            bare = truth & ~(SEEN | REFUSED)
            if not truth & SEEN:
                add(unseen, (bare, unknown), entry)
            elif not truth & REFUSED:
                add(seen, (bare | TURNED, unknown), entry)
        self._unseen(turn, unseen)
        seen = self._stopping(self._kept(seen, turn.leaving), turn.index, False)
        for rule, _ in turn.jumps:
            seen = self._settled(seen, rule)
        for number, (rule, _) in enumerate(turn.jumps):
            if not seen:
                return
            self._holding(turn, number, rule, seen)
            seen, jumping = self._split(seen, rule)
            self._follow(turn, number, jumping)
        self._go(seen, turn.index + 1)

    def _holding(self, turn: Turn, number: int, rule: Rule | None, frontier: Frontier) -> None:
        """Notes for the rules below whether they would hold as well."""
        if not self.marking or rule is None:
            return
        for number_below in range(number + 1, len(turn.jumps)):
            below = turn.jumps[number_below][0]
            if below is not None:
                for key, entry in frontier.items():
                    self._judged(below, key, entry)

    def _follow(self, turn: Turn, number: int, frontier: Frontier) -> None:
        """Takes states where a rule of their page leads."""
        go = turn.jumps[number][1]
        for entry in frontier.values():
            self._mark(f"{turn.origin}.next.{number}", entry)
        if go in self.plan.endings:
            self._end(frontier, go)
        else:
            self._go(frontier, self.plan.index[go])

    def _end(self, frontier: Frontier, ending: str) -> None:
        if self.plan.endings[ending]["kind"] == "completed":
            frontier = self._stopping(frontier, len(self.course.turns), True)
            for limit in self.course.limits if self.tracking else ():
                if any(truth & limit.held for truth, _ in frontier):
                    self.counted.add(limit.code)
        for entry in frontier.values():
            self._arrive(ending, entry)

    def _arrive(self, ending: str, entry: Entry) -> None:
        self._mark(ending, entry)
        old = self.ends.get(ending)
        self.ends[ending] = entry if old is None else merged(old, entry)

    def _stopping(self, frontier: Frontier, index: int, ended: bool) -> Frontier:
        """Takes out those whom a full quota stops once page ``index`` is left."""
        for limit in self.course.limits:
            if limit.after <= index and frontier:
                frontier = self._limited(limit, frontier)
        return frontier

    def _limited(self, limit: Limit, frontier: Frontier) -> Frontier:
        todo = {key: entry for key, entry in frontier.items() if not key[0] & limit.decided}
        out = {key: entry for key, entry in frontier.items() if key[0] & limit.decided}
        fails, holds = self._split(todo, limit.rule)
        if limit.subject is not None:
            holds = self._known(holds, (limit.subject,))
        self._rivals(limit, holds)
        for (truth, unknown), entry in fails.items():
            add(out, (truth | limit.decided, unknown), entry)
        for (truth, unknown), entry in holds.items():
            full, free = self._fullness(limit, truth, entry)
            if full is not None:
                self._mark(limit.code, full)
                self._arrive(limit.go, full)
            if free is not None:
                held = limit.held if self.tracking else 0
                add(out, (truth | limit.decided | held, unknown), free)
        return out

    def _rivals(self, limit: Limit, holds: Frontier) -> None:
        """Notes which other quotas do not hold where this one does."""
        for rival in limit.rivals if self.marking else ():
            pair = (limit.code, rival.code)
            if pair in self.apart:
                continue
            for (truth, unknown), entry in self._settled(holds, rival.rule).items():
                self.work += 1
                found = self.course.reading.judged(rival.rule, truth, unknown)
                if found & FALSE:
                    self.apart.add(pair)
                elif entry[0]:
                    self.together.add(pair)

    def _fullness(self, limit: Limit, truth: int, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """The way on when a quota is full, and when it is not."""
        if limit.subject is not None:
            full = bool(truth & limit.subject.bits[0])
            return (entry, None) if full else (None, entry)
        key = ("quota", limit.code)
        wanted = self.fixed.get(key) if self.fixed is not None else None
        if wanted is not None:
            return (grown(entry, 0.0, (*key, True)), None) if wanted else (None, entry)
        return grown(entry, 0.0, (*key, True)), grown(entry, 0.0, (*key, False))
