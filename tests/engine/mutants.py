"""Defects put into a faultless document one at a time, and rules that do no harm."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from survey_app.engine import simulate
from survey_app.engine.pages import QuestionPlan
from survey_app.engine.plan import Plan, compile_plan
from survey_app.plugins import types

Json = Any

DAY = date(2026, 3, 10)
CROWD = 40
"""Respondents looked at to find rules that do no harm."""


@dataclass(frozen=True)
class Mutant:
    """A document with one defect: what was done where, and which findings say so, each code with the begin of
    its place."""

    what: str
    where: str
    document: dict[str, Json]
    told: tuple[tuple[str, str], ...]


class Breeder:
    """Makes mutants of one document, which has no loops around the places that are changed."""

    def __init__(self, document: dict[str, Json]) -> None:
        self.document = document
        self.plan: Plan = compile_plan(document, types())
        self.places = [
            (number, index)
            for number, page in enumerate(document["pages"])
            if not page.get("loop")
            for index, _ in enumerate(page["questions"])
        ]
        self.plain = [
            code for code, each in self.plan.questions.items() if "@" not in code and each.formula is None
        ]

    def copied(self, number: int, index: int = 0) -> tuple[dict[str, Json], dict[str, Json]]:
        """A copy of the document, and one question in it."""
        document = copy.deepcopy(self.document)
        return document, document["pages"][number]["questions"][index]

    def codes(self, number: int, index: int) -> tuple[list[str], list[str]]:
        """Questions before a place, and those behind it."""
        before = [
            body["code"]
            for p, page in enumerate(self.document["pages"])
            for i, body in enumerate(page["questions"])
            if (p, i) < (number, index)
        ]
        own = self.document["pages"][number]["questions"][index]["code"]
        return (
            [code for code in self.plain if code in before],
            [code for code in self.plain if code not in before and code != own],
        )

    def mutants(self) -> Iterator[Mutant]:
        """All of them."""
        for number, index in self.places:
            yield from self._of_question(number, index)
        for number in range(len(self.document["pages"])):
            yield from self._of_page(number)
        yield from self._of_quotas()
        yield from self._of_variables()
        yield from self._deleted()

    def _of_question(self, number: int, index: int) -> Iterator[Mutant]:
        body = self.document["pages"][number]["questions"][index]
        code, page = body["code"], self.document["pages"][number]["code"]
        before, after = self.codes(number, index)
        for name in ("show", "required") if before else ():
            if name == "required" and code not in self.plain:
                continue
            for what, tree in self._never(before):
                document, changed = self.copied(number, index)
                old = changed.get(name)
                changed[name] = tree if not isinstance(old, dict) else {"all": [old, tree]}
                codes = ("never_shown", "contradiction", "never_answered")
                told = tuple((each, place) for each in codes for place in (code, page))
                yield Mutant(f"{what} in {name}", code, document, told)
        if after:
            document, changed = self.copied(number, index)
            changed["show"] = {"question": after[0], "answered": True}
            yield Mutant("a later question", code, document, (("later_question", f"{code}.show"),))
            document, changed = self.copied(number, index)
            changed["title"] = f"{{{after[-1]}}}"
            yield Mutant("a later answer in a text", code, document, (("pipe_later", f"{code}.title"),))
        document, changed = self.copied(number, index)
        changed["show"] = {"question": "Gone99", "answered": True}
        yield Mutant("a question that is gone", code, document, (("unknown_question", f"{code}.show"),))
        if code in self.plain:
            yield from self._refused(number, index)
            yield from self._hidden(number, index)

    def _never(self, before: list[str]) -> Iterator[tuple[str, Json]]:
        """Conditions that hold for nobody, on the nearest questions."""
        one = self.plan.questions[before[-1]]
        here, there = contrary(one)
        yield "a contradiction", {"all": [here, there]}
        yield "a rule and its negation", {"all": [{"not": here}, here]}
        if len(before) > 1:
            other, its = contrary(self.plan.questions[before[0]])
            yield "a contradiction among others", {"all": [{"any": [here, other]}, there, its]}

    def _refused(self, number: int, index: int) -> Iterator[Mutant]:
        """Checks that no answer passes."""
        code = self.document["pages"][number]["questions"][index]["code"]
        here, _ = contrary(self.plan.questions[code])
        for what, tree in (
            ("every answer", {"question": code, "answered": True}),
            ("both of two", {"any": [here, {"all": [{"question": code, "answered": True}, {"not": here}]}]}),
        ):
            document, changed = self.copied(number, index)
            changed["validate"] = [{"when": tree, "message": "No."}]
            codes = ("unsatisfiable", "dead_end", "no_ending")
            yield Mutant(f"{what} refused", code, document, tuple((each, code) for each in codes))

    def _hidden(self, number: int, index: int) -> Iterator[Mutant]:
        """Options that are all hidden, and a value that is none of them."""
        body = self.document["pages"][number]["questions"][index]
        code, before = body["code"], self.codes(number, index)[0]
        options = (body.get("settings") or {}).get("options")
        if options and before and not body["settings"].get("other"):
            here, there = contrary(self.plan.questions[before[-1]])
            document, changed = self.copied(number, index)
            for option in changed["settings"]["options"]:
                option["show"] = {"all": [here, there]}
            told = (("never_shown", code), ("contradiction", f"{code}.settings"), ("emptied", code))
            yield Mutant("all options hidden", code, document, told)
        one = self.plan.questions[code]
        if options and "Q" in one.type.operators:
            document = copy.deepcopy(self.document)
            document["pages"].append(
                {
                    "code": "added9",
                    "questions": [
                        {
                            "code": "Added9",
                            "type": "short_text",
                            "title": "q",
                            "show": {"question": code, "is": "no_such_option"},
                        }
                    ],
                }
            )
            yield Mutant("a value not in the list", code, document, (("unknown_value", "Added9.show"),))

    def _of_page(self, number: int) -> Iterator[Mutant]:
        pages, endings = self.document["pages"], self.document["endings"]
        code = pages[number]["code"]
        before = self.codes(number, 0)[0]
        if before:
            here, there = contrary(self.plan.questions[before[-1]])
            document = copy.deepcopy(self.document)
            document["pages"][number]["show"] = {"all": [here, there]}
            yield Mutant("a page never shown", code, document, (("never_shown", code),))
        if number + 1 < len(pages) and not pages[number].get("loop") and number == 0:
            document = copy.deepcopy(self.document)
            document["pages"][number]["next"] = [{"go": endings[0]["code"]}]
            following = pages[number + 1]["code"]
            yield Mutant("a page jumped over", following, document, (("never_shown", following),))
        if number + 2 < len(pages):
            document = copy.deepcopy(self.document)
            for page in document["pages"][: number + 1]:
                page["next"] = [{"go": pages[number + 2]["code"]}]
            following = pages[number + 1]["code"]
            yield Mutant("a page jumped over by all", following, document, (("never_shown", following),))
        if number:
            document = copy.deepcopy(self.document)
            document["pages"][number]["next"] = [{"go": pages[0]["code"]}]
            yield Mutant("a jump back", code, document, (("jump_backward", f"{code}.next"),))
        yield from self._jumps(number)

    def _jumps(self, number: int) -> Iterator[Mutant]:
        """A jump below one that says the same, and a jump to nowhere."""
        page, last = self.document["pages"][number], len(self.document["pages"][number]["questions"])
        asked = [body["code"] for body in page["questions"][:last] if body["code"] in self.plain]
        if page.get("loop") or not asked:
            return
        here, _ = contrary(self.plan.questions[asked[-1]])
        go = self.document["endings"][-1]["code"]
        document = copy.deepcopy(self.document)
        document["pages"][number]["next"] = [{"when": here, "go": go}, {"when": {"all": [here]}, "go": go}]
        place = f"{page['code']}.next.1"
        told = tuple((each, place) for each in ("shadowed", "always", "contradiction", "never_answered"))
        yield Mutant("a jump in the shadow of another", page["code"], document, told)
        document = copy.deepcopy(self.document)
        document["pages"][number]["next"] = [{"when": here, "go": "nowhere9"}]
        yield Mutant("a jump to nowhere", page["code"], document, (("jump_unknown", page["code"]),))

    def _of_quotas(self) -> Iterator[Mutant]:
        for code in self.plain:
            here, there = contrary(self.plan.questions[code])
            document = copy.deepcopy(self.document)
            go = self.document["endings"][-1]["code"]
            quota = {"code": "quota9", "when": {"all": [here, there]}, "limit": 5, "then": {"go": go}}
            document["quotas"] = [*(document.get("quotas") or []), quota]
            told = (("quota_impossible", "quota9"), ("never_answered", "quota9"))
            yield Mutant("a quota nobody meets", code, document, told)
            document = copy.deepcopy(self.document)
            both = [{**quota, "code": f"quota{n}", "when": here} for n in (8, 9)]
            document["quotas"] = [*(document.get("quotas") or []), *both]
            yield Mutant("a quota decided by another", code, document, (("quota_decided", "quota9"),))

    def _of_variables(self) -> Iterator[Mutant]:
        for length in (1, 2, 5):
            document = copy.deepcopy(self.document)
            ring = [
                {"code": f"Ring{n}", "value": {"add": [{"variable": f"Ring{(n + 1) % length}"}, 1]}}
                for n in range(length)
            ]
            document["variables"] = [*(document.get("variables") or []), *ring]
            yield Mutant(f"a circle of {length} variables", "Ring0", document, (("cycle", "Ring0"),))

    def _deleted(self) -> Iterator[Mutant]:
        """A question is taken out that others still speak of."""
        for number, index in self.places:
            code = self.document["pages"][number]["questions"][index]["code"]
            document = copy.deepcopy(self.document)
            del document["pages"][number]["questions"][index]
            text = repr(document["pages"]) + repr(document.get("quotas")) + repr(document.get("variables"))
            if f"'question': '{code}'" in text:
                yield Mutant("a question taken out", code, document, (("unknown_question", ""), ("loop", "")))

    def harmless(self) -> Iterator[Mutant]:
        """Rules on earlier answers that some gave who saw the question, and others did not."""
        crowd = list(simulate.respondents(self.plan, CROWD, 5, today=DAY))
        for number, index in self.places:
            code = self.document["pages"][number]["questions"][index]["code"]
            body = self.document["pages"][number]["questions"][index]
            if code not in self.plain or "show" in body:
                continue
            those = [each.answers for each in crowd if code in each.answers]
            for earlier in self.codes(number, index)[0][-4:]:
                for leaf in _leaves(self.plan.questions[earlier], those):
                    document, changed = self.copied(number, index)
                    changed["show"] = leaf
                    yield Mutant("a rule on an earlier answer", f"{code}.show", document, ())


def _leaves(question: QuestionPlan, those: list[dict[str, Json]]) -> Iterator[Json]:
    """Comparisons that hold for one of ``those`` and not for another."""
    values = [answers.get(question.code) for answers in those]
    given = [value for value in values if isinstance(value, str | int | list) and value != []]
    if not given or all(value == given[0] for value in values):
        return
    letters = question.type.operators
    if "M" in letters and isinstance(given[0], list):
        yield {"question": question.code, "any_of": [given[0][0]]}
    elif ("Q" in letters or "N" in letters) and not isinstance(given[0], list) and "R" not in letters:
        yield {"question": question.code, "is": given[0]}
    if None in values:
        yield {"question": question.code, "answered": True}


def contrary(question: QuestionPlan) -> tuple[Json, Json]:
    """Two comparisons with a question of which at most one holds."""
    code, letters, parts = question.code, question.type.operators, question.domain()
    values = parts[0].values if len(parts) == 1 and not parts[0].name else ()
    if "M" in letters and values:
        return {"question": code, "any_of": [values[0]]}, {"question": code, "none_of": [values[0]]}
    if "R" not in letters and len(values) > 1 and ("Q" in letters or "N" in letters):
        return {"question": code, "is": values[0]}, {"question": code, "is": values[1]}
    return {"question": code, "answered": True}, {"question": code, "reached": False}
