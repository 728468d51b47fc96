"""Conditions as the verifier sees them: trees over numbered comparisons, judged on the bits of a state.

Truths come from the compiled conditions alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from .conditions import compile_condition, compile_operand, operator_of
from .dependencies import closure, literals, numerals, used_variables
from .expressions import Formula, Variables, compile_expression
from .facts import Answer, Facts
from .mentions import mentions, moves, referring
from .plan import Plan
from .subjects import UNKNOWN, WIDTH, Key, Subject
from .truths import FAILS, FALSE, HOLDS, TRUE, Node, Rule, every, limited, turned

Json = Any

MOST_FACTS = 5_000
FREE: Mapping[str, Json] = {"free": True}
"""A condition that may turn out either way."""


class Reading:
    """All comparisons of one plan, numbered. The first three bits are the walk's own."""

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.schema = plan.schema
        self.today = today
        self.next = 3
        self.looked = 0
        self.subjects: dict[Key, Subject] = {}
        self.leaves: dict[str, Node] = {}
        self.read: dict[int, tuple[Json, Node]] = {}
        self.about: dict[Node, tuple[int, frozenset[Key]]] = {}
        self.support: dict[Node, tuple[Subject, ...]] = {}
        self.moving: set[Node] = set()
        values = plan.unrolled.get("variables") or ()
        self.formulas = {each["code"]: each["value"] for each in values}
        self.behind: dict[str, tuple[list[tuple[Mapping[str, Json], bool]], bool]] = {}
        self.made: dict[tuple[tuple[Subject, ...], tuple[int, ...]], Facts] = {}
        self.rules: list[Rule] = []

    def bit(self) -> int:
        """A bit of its own."""
        self.next += 1
        return 1 << (self.next - 1)

    def rule(self, tree: Json) -> Rule:
        """A condition, compiled once per place."""
        made = Rule(tree, self.node(tree))
        self.rules.append(made)
        return made

    def formula(self, tree: Json) -> Node:
        """A calculated value as a node that :meth:`value` works out."""
        return self._several(tree, compile_expression(tree, self.schema), "value")

    def settle(self) -> None:
        """Gives every subject its place and every rule its mask, once all rules are known."""
        for subject in self.subjects.values():
            if subject.reads:
                subject.slot = self.next
                self.next += WIDTH
            subject.rest = UNKNOWN << subject.slot if subject.reads else 0
            if subject.key[0] == "quota":
                subject.rest = subject.bits[0]
            subject.mask = sum(subject.bits) | subject.rest
            subject.looks = subject.settled()
            if subject.key[0] != "question":
                subject.known = self.bit()
        for rule in self.rules:
            settled: set[Key] = set()
            rule.mask = self.mask(rule.root, settled)
            rule.settles = tuple(self.subjects[key] for key in sorted(settled) if key[0] != "question")
            rule.needs = sum(each.known for each in rule.settles)

    def mask(self, node: Node, settled: set[Key]) -> int:
        """Bits that a node looks at; ``settled`` takes what it is about."""
        bits, keys = self._about(node)
        settled |= keys
        return bits

    def _about(self, node: Node) -> tuple[int, frozenset[Key]]:
        found = self.about.get(node)
        if found is None:
            support = self.support.get(node, ())
            bits = node.bit
            for subject in () if bits else support:
                bits |= subject.rest
            below = [self._about(each) for each in node.parts]
            for more, _ in below:
                bits |= more
            keys = frozenset(subject.key for subject in support).union(*(keys for _, keys in below))
            found = self.about[node] = bits, keys
        return found

    def subject(self, kind: str, code: str) -> Subject:
        """What is known of a question, a field or a quota."""
        return self.subjects.setdefault((kind, code), Subject((kind, code)))

    def node(self, tree: Mapping[str, Json]) -> Node:
        """A condition's tree, read once however many others it is part of."""
        known = self.read.get(id(tree))
        if known is None:
            known = self.read[id(tree)] = tree, self._node(tree)
        elif known[1].parts and known[1].cache is None:
            known[1].cache = {}
        return known[1]

    def _node(self, tree: Mapping[str, Json]) -> Node:
        for name in ("all", "any"):
            if name in tree:
                return Node(name, tuple(self.node(each) for each in tree[name]))
        if "not" in tree:
            return Node("not", (self.node(tree["not"]),))
        if "turn" in tree:
            return Node("turn", tuple(self.node(each) for each in tree["turn"]), most=tree["at_most"])
        if "free" in tree:
            return Node("free")
        text = json.dumps(tree, sort_keys=True)
        if text not in self.leaves:
            self.leaves[text] = self._leaf(tree)
        return self.leaves[text]

    def _leaf(self, tree: Mapping[str, Json]) -> Node:
        if "quota" in tree:
            return self._full(tree)
        test = compile_condition(tree, self.schema)
        name = operator_of(tree)
        if "variable" in tree or referring(tree[name]):
            return self._several(tree, test, "several")
        kind = "question" if "question" in tree else "field"
        subject = self.subject(kind, tree[kind])
        node = Node("leaf", bit=self._asked(subject, tree, test))
        self.support[node] = (subject,)
        return node

    def _asked(self, subject: Subject, tree: Mapping[str, Json], test: Callable[[Facts], Any]) -> int:
        bit = self.bit()
        subject.bits.append(bit)
        subject.trees.append(tree)
        subject.tests.append(test)
        row = tree.get("row") or ""
        subject.literals.setdefault(row, []).extend(literals(tree[operator_of(tree)]))
        return bit

    def _full(self, tree: Mapping[str, Json]) -> Node:
        subject = self.subject("quota", tree["quota"])
        if not subject.bits:
            subject.bits.append(self.bit())
        node = Node("leaf", bit=subject.bits[0])
        self.support[node] = (subject,)
        return node if tree.get("full", True) else Node("not", (node,))

    def _several(self, tree: Json, work: Formula, kind: str) -> Node:
        """A comparison or a value that rests on several things, or on more than one comparison of one."""
        node = Node(kind)
        node.answers = work
        found: dict[Key, Subject] = {}
        numbers = list(numerals(tree))
        behind, moving = self._behind(tree)
        for each, inside in behind:
            if "quota" in each:
                self._full(each)
                found["quota", each["quota"]] = self.subject("quota", each["quota"])
                continue
            subject = self.subject(
                "question" if "question" in each else "field", each.get("question") or each["field"]
            )
            found[subject.key] = subject
            text = json.dumps(each, sort_keys=True)
            named = literals(each[operator_of(each)]) if inside else ()
            subject.literals.setdefault(each.get("row") or "", []).extend([*numbers, *named])
            if not operator_of(each):
                subject.reads.setdefault(text, compile_operand(each, self.schema))
            elif inside:
                subject.asked[text] = each
                subject.reads.setdefault(text, compile_condition(each, self.schema))
            else:
                subject.reads.setdefault("", _raw(subject.key))
        if moving:
            self.moving.add(node)
        self.support[node] = tuple(found.values())
        return node

    def _behind(self, tree: Json) -> tuple[list[tuple[Mapping[str, Json], bool]], bool]:
        """What a tree refers to, through variables too; with True, a comparison seen as its truth. And
        whether something of it moves with the calendar."""
        found = list(mentions(tree))
        moving = moves(tree)
        for code in sorted(used_variables(tree) & self.formulas.keys()):
            if code not in self.behind:
                self.behind[code] = self._through(code)
            more, moved = self.behind[code]
            found, moving = [*found, *more], moving or moved
        return found, moving

    def _through(self, code: str) -> tuple[list[tuple[Mapping[str, Json], bool]], bool]:
        """The same for a variable, everything once."""
        trees = [self.formulas[each] for each in closure({code}, self.formulas)]
        found = {
            json.dumps(each, sort_keys=True): (each, inside)
            for tree in trees
            for each, inside in mentions(tree)
        }
        return list(found.values()), any(map(moves, trees))

    def facts(self, node: Node, truth: int) -> Facts | None:
        """The facts a node rests on, in a state; None where some are not known. Remembered, so that rules on
        the same variables work them out once."""
        support = self.support[node]
        numbers = tuple(subject.content(truth) for subject in support)
        if UNKNOWN in numbers:
            return None
        key = (support, numbers)
        if key not in self.made:
            if len(self.made) >= MOST_FACTS:
                self.made.clear()
            self.made[key] = self._made(support, numbers)
        return self.made[key]

    def _made(self, support: tuple[Subject, ...], numbers: tuple[int, ...]) -> Facts:
        facts = Facts({}, {}, today=self.today)
        fields: dict[str, Json] = {}
        full = {subject.key[1] for subject, on in zip(support, numbers, strict=True) if on}
        facts.full = frozenset(each.key[1] for each in support if each.key[0] == "quota") & full
        for subject, number in zip(support, numbers, strict=True):
            answer = subject.answers.get(number)
            if answer is not None and subject.key[0] == "question":
                facts.answers[subject.key[1]] = answer
            elif answer is not None:
                fields[subject.key[1]] = answer
        facts.fields = fields
        facts.variables = Variables(self.plan.variables, self.plan.needs, facts)
        return facts

    def judged(self, rule: Rule, truth: int, unknown: int) -> int:
        """What a rule is in a state: TRUE and FALSE as it may be, HOLDS or FAILS as it is."""
        key = (truth & rule.mask, unknown & rule.mask)
        found = rule.cache.get(key)
        if found is None:
            found = rule.cache[key] = self.look(rule.root, *key)
            self.looked += rule.root.size
        return found

    def look(self, node: Node, truth: int, unknown: int) -> int:
        """The same for one node."""
        if node.kind == "leaf":
            if unknown & node.bit:
                return TRUE | FALSE
            return TRUE | HOLDS if truth & node.bit else FALSE | FAILS
        if node.kind == "free":
            return TRUE | FALSE
        if node.kind == "several":
            return self._together(node, truth)
        if node.cache is None:
            return self._group(node, truth, unknown)
        mask = self._about(node)[0]
        key = (truth & mask, unknown & mask)
        found = node.cache.get(key)
        if found is None:
            found = node.cache[key] = self._group(node, *key)
        return found

    def _group(self, node: Node, truth: int, unknown: int) -> int:
        """The same for a node of several others; no further than to one that settles it."""
        if node.kind == "not":
            return turned(self.look(node.parts[0], truth, unknown))
        if node.kind == "turn":
            return limited([self.look(each, truth, unknown) for each in node.parts], node.most)
        opposite = node.kind == "any"
        found: list[int] = []
        for each in node.parts:
            one = self.look(each, truth, unknown)
            found.append(turned(one) if opposite else one)
            if found[-1] == FALSE | FAILS:
                return one
        return turned(every(found)) if opposite else every(found)

    def _together(self, node: Node, truth: int) -> int:
        facts = self.facts(node, truth)
        if facts is None or node.answers is None:
            return TRUE | FALSE
        holds = HOLDS | TRUE if node.answers(facts) else FAILS | FALSE
        return holds | TRUE | FALSE if node in self.moving else holds


def _raw(key: Key) -> Callable[[Facts], Json]:
    """The answer with everything in it."""
    kind, code = key
    if kind == "field":
        return lambda facts: facts.fields.get(code)

    def value(facts: Facts) -> Json:
        answer: Answer | None = facts.answers.get(code)
        return None if answer is None else [answer.state, answer.value, sorted(answer.hidden)]

    return value
