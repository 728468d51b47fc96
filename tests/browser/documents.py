"""Random surveys of all question types with everything the language of rules has, and answers to them.

Every document is faultless by the check; whether anybody would ask such things is another matter.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from question_types.base import Invalid, QuestionType, Raw
from survey_app.engine import definition, simulate
from survey_app.engine.operators import legal
from survey_app.engine.plan import Plan, QuestionPlan, compile_plan
from survey_app.engine.schema import LETTERS, Item, entry_ids
from survey_app.engine.settings import bind

Json = Any
Tree = dict[str, Json]

APART = ("file", "signature", "scan", "mobile", "id_card")
"""Types whose answers are made with more than the page's controls."""

KINDS = frozenset({"question", "field", "variable"})

ZONES = ("Asia/Shanghai", "UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
DAYS = ("2026-03-10", "2026-03-09", "2026-03-11", "2026-03-03", "2026-01-31", "2025-12-31", "2024-02-29")
MOMENTS = ("2026-03-10T23:30:00+00:00", "2026-03-10T00:30", "2026-03-09T17:00:00Z", "2026-13-40", "soon")
WORDS = (
    "退款",
    "ＡＢＣ１２",
    "abc12",
    "Straße",
    "STRASSE",
    "İstanbul",
    "ıstanbul",
    "istanbul",
    "ΟΔΟΣ",
    "οδος",
    "οδοσ",
    "ﬁne",
    "FINE",
    "👍🏽 好",
    "好",
    "a  b",
    "a b",
    "e\u0301t\u00e9",
    "été",
    "ſafe",
    "SAFE",
    "K1",
    "１２３",
    "123",
    "1.5",
    "yes",
    "a\u3000b",
    "other",
    "x" * 40,
)
PATTERNS = (
    r"^\d+$",
    r"^[0-9]{2,3}$",
    r"^\w+$",
    r"\s",
    r"\bb\b",
    r"[^\s]{3}",
    r"ſ",
    r"^s",
    r"^.{2}$",
    r"^.$",
    r"(?i)ABC",
    r"\p{Han}",
    r"\pL+",
    r"^\PL",
    r"[[:alpha:]]{3}",
    r"[^[:ascii:]]",
    r"(?P<n>a|b)",
    r"\Aa.+\z",
    r"\Q1.5\E",
    r"a{,3}",
    r"[]a]",
    r"\-|\@|1",
    r"退|好",
    r"👍",
    r"x{30}",
    r"[\S]{5}",
    r"a\x62c",
    r"\x{597d}",
    r"(?s)a.b",
    r"k1",
    r"ss",
    r"}",
)
NUMBERS = (0, 1, -1, 2, 3, 5, 7, 9, 10, 0.5, 1.5, 2.5, -2.5, 0.1, 0.3, 40, 1000000)
FIELDS: Mapping[str, tuple[Json, ...]] = {
    "text": (*WORDS, None),
    "number": (*NUMBERS, "3", " 4 ", "1e3", "0x10", "1_0", "nan", "three", "", None),
    "date": (*DAYS, *MOMENTS, None),
    "boolean": (True, False, "true", "0", "1", "no", None),
}
BROKEN = ("２５", "大约25", "25 ", "1,000", "+3", "-0", "0.50", ".5", "二十", "1e1", "25分钟", "①")
"""Numbers as people type them."""

BLANKS: Mapping[str, Json] = {
    "number": ({}, {"decimals": 2}, {"min": -10, "max": 10}),
    "short_text": ({},),
    "long_text": ({},),
    "date": ({},),
    "datetime": ({},),
}
"""Settings without bounds, which no example has."""

ABC = [{"id": id, "label": id.upper()} for id in "abcd"]


@dataclass
class Subject:
    """Something a comparison can be about: how a tree names it, its letters, what it may be."""

    address: Tree
    letters: str
    values: list[Json] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    single: bool = True
    """May be an operand: one value."""


def subjects(code: str, kind: QuestionType, values: Mapping[str, Json], **more: Json) -> list[Subject]:
    """Everything a comparison may say of one question."""
    item = Item(code, kind, values)
    parts = {part.name: [*part.values, *part.alone] for part in kind.domain(values)}
    buckets = list(kind.buckets(values))
    rows = list(item.rows) if "R" in kind.operators else []
    found = [
        Subject(
            {"question": code, **more},
            "R" if "R" in kind.operators else kind.operators,
            parts.get("", []) or list(parts)[:4],
            [*buckets, *entry_ids(values, "options"), *rows],
            item.single(),
        )
    ]
    for row in [*rows[:4], *(["any", "every"] if rows else [])]:
        name = row if row in rows else rows[0]
        inside = [key.removeprefix(f"{name}:") for key in buckets if key.startswith(f"{name}:")]
        letters = item.letters_of(row)
        address = {"question": code, "row": row, **more}
        found.append(Subject(address, letters, parts.get(name, []), inside, row in rows and item.single(row)))
    return found


class Maker:
    """Draws one document."""

    def __init__(self, seed: int, types: Mapping[str, QuestionType]) -> None:
        self.chance = Random(seed)
        self.types = types
        self.kinds = sorted(k for k, each in types.items() if each.collects and k not in APART)
        self.known: list[Subject] = []
        self.fields: dict[str, str] = {}
        self.variables: list[Tree] = []
        self.quotas: list[str] = []
        self.settings: dict[str, tuple[QuestionType, Mapping[str, Json]]] = {}
        self.number = 0

    def draw(self, choices: Any) -> Any:
        return self.chance.choice(list(choices))

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def document(self) -> Tree:
        """The whole survey."""
        for kind in self.chance.sample(sorted(FIELDS), self.chance.randint(0, 4)):
            self.fields[f"f_{kind}"] = kind
            self.known.append(Subject({"field": f"f_{kind}"}, LETTERS[kind], list(FIELDS[kind])))
        self.quotas = ["full", "open"] if self.often(0.3) else []
        count = self.chance.randint(2, 5)
        pages: list[Tree] = []
        for at in range(count):
            pages += [self.page(at, count)]
            if self.often(0.5):
                self.variable()
        closing = [
            {"code": f"S{n}", "type": "statement", "title": self.title(), "show": self.condition(2)}
            for n in range(8)
        ]
        always = {"code": "Z", "type": "statement", "title": "."}
        pages.append({"code": "last", "questions": [always, *closing]})
        return {
            "format": 1,
            "title": "t",
            "locale": "zh_CN",
            "settings": {"timezone": self.draw(ZONES), "one_per_screen": False},
            "fields": [{"code": code, "type": kind, "from": "url"} for code, kind in self.fields.items()],
            "variables": self.variables,
            "pages": pages,
            "endings": [
                {"code": "end", "title": "e"},
                {"code": "out", "kind": "screened_out", "title": "o"},
            ],
            "quotas": [
                {
                    "code": code,
                    "when": {"field": "channel", "is": "never"},
                    "limit": 1,
                    "then": {"go": "out"},
                }
                for code in self.quotas
            ],
        }

    def page(self, at: int, count: int) -> Tree:
        """A page, perhaps a loop over something asked before."""
        page: Tree = {"code": f"p{at}", "questions": []}
        over = self.loop() if at and self.often(0.3) else None
        if over:
            page["loop"] = {"over": over, "max": self.chance.randint(1, 4)}
        if self.known and self.often(0.25):
            page["show"] = self.condition(2)
        outside = list(self.known)
        made: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            question = self.question(bool(over))
            page["questions"].append(question)
            made.append(question["code"])
        if self.often(0.25):
            page["order"] = self.draw(["random", "random_keep_last", "reverse_half"])
        if self.often(0.5):
            targets = [f"p{later}" for later in range(at + 1, count)] + ["last", "end", "out"]
            page["next"] = [
                {"when": self.condition(2), "go": self.draw(targets)}
                for _ in range(self.chance.randint(1, 2))
            ] + ([{"go": self.draw(targets)}] if self.often(0.3) else [])
        if over:
            self.known = outside + [each for code in made for each in self.turned(code, over)]
        return page

    def loop(self) -> Tree | None:
        """What a loop may run over."""
        options = [c for c, (kind, values) in self.settings.items() if entry_ids(values, "options")]
        numbers = [c for c, (kind, _) in self.settings.items() if kind.key in ("number", "star_rating")]
        if options and self.often(0.8):
            return {"question": self.draw(options), "pick": self.draw(["chosen", "not_chosen", "shown"])}
        return {"question": self.draw(numbers)} if numbers else None

    def turned(self, code: str, over: Tree) -> list[Subject]:
        """A looped question seen from outside."""
        if code not in self.settings:
            return []
        kind, values = self.settings.pop(code)
        source = self.settings[over["question"]][1]
        items = list(entry_ids(source, "options")) if "pick" in over else ["1"]
        found = []
        for which in ["any", "every", *items[:1]]:
            for each in subjects(code, kind, values, iteration=which):
                each.single = which in items and each.single
                found.append(each)
        return found

    def title(self) -> str:
        """A title that repeats earlier answers."""
        plain = [each.address for each in self.known if not {"row", "iteration"} & each.address.keys()]
        codes = [next(iter(each.values())) for each in plain]
        said = [f"{{{code}|–}}" for code in self.chance.sample(codes, min(2, len(codes)))]
        return " ".join(["t", *said])

    def question(self, looped: bool) -> Tree:
        """One question of any type, with rules on what was asked before."""
        self.number += 1
        code = f"Q{self.number}"
        key = self.draw(self.kinds)
        kind = self.types[key]
        examples = [dict(each.settings) for each in kind.examples] + list(BLANKS.get(key, ()))
        settings = copy.deepcopy(self.draw(examples))
        made: Tree = {"code": code, "type": key, "title": self.title(), "settings": settings}
        if key == "equation":
            numbers = [each["code"] for each in self.variables if each["type"] == "number"]
            if not numbers:
                return {**made, "type": "statement", "settings": {}}
            settings["variable"] = self.draw(numbers)
        if key == "hidden":
            texts = [code for code, kind in self.fields.items() if kind == "text"]
            settings.clear()
            settings.update(
                {"source": "field", "field": texts[0]} if texts else {"source": "fixed", "fixed": "x"}
            )
        if self.known:
            self.rules(made, kind)
        values = bind(kind.Settings, made["settings"])[0]
        found = subjects(code, kind, values)
        self.known += found
        self.settings[code] = (kind, values)
        if self.often(0.2):
            made["validate"] = [{"when": self.condition(1), "message": "No.", "soft": self.often(0.3)}]
        return made

    def rules(self, made: Tree, kind: QuestionType) -> None:
        """Rules that come before a question."""
        for name in ("show", "enable", "required"):
            if self.often(0.25):
                made[name] = self.condition(2)
        for name in ("options", "rows", "columns"):
            listed = made["settings"].get(name)
            for entry in listed if isinstance(listed, list) and self.often(0.4) else ():
                if isinstance(entry, dict) and self.often(0.5):
                    entry["show"] = self.condition(1)
        if self.often(0.15) and kind.formula(bind(kind.Settings, made["settings"])[0]) is None:
            made["default"] = self.default(made, kind)
        sources = [c for c, (_, values) in self.settings.items() if entry_ids(values, "options")]
        if (
            made["type"] in ("single_choice", "multi_choice", "dropdown", "ranking")
            and sources
            and self.often(0.3)
        ):
            made["carry"] = {"from": self.draw(sources), "pick": self.draw(["chosen", "not_chosen", "shown"])}

    def default(self, made: Tree, kind: QuestionType) -> Json:
        """What a question begins with. Of one that may be shut a fixed value: of a calculated
        one that is not allowed the server makes none, and the page cannot tell."""
        examples = [each.value for each in kind.examples if dict(each.settings) == made["settings"]]
        fixed = [each for each in examples if not isinstance(each, dict)]
        return self.draw([None, *fixed]) if "enable" in made else self.expression(2)

    def variable(self) -> None:
        """A calculated value over what was asked."""
        code, kind = (
            f"v{len(self.variables)}",
            self.draw(["number", "number", "text", "boolean", "date", "set"]),
        )
        if kind == "boolean":
            value: Json = {"if": [self.condition(1), True, self.draw([False, None])]}
        else:
            value = self.expression(3)
        self.variables.append({"code": code, "type": kind, "value": value})
        letters = LETTERS[kind]
        self.known.append(Subject({"variable": code}, letters, list(FIELDS.get(kind, (*NUMBERS, *"abcd")))))

    def condition(self, depth: int) -> Tree:
        """Any condition on what is known."""
        how = self.draw(["one", "one", "one", "all", "any", "not"]) if depth else "one"
        if how == "one":
            return self.comparison()
        if how == "not":
            return {"not": self.condition(depth - 1)}
        return {how: [self.condition(depth - 1) for _ in range(self.chance.randint(1, 3))]}

    def comparison(self) -> Tree:
        """One comparison of one thing with whatever might be asked of it."""
        if self.quotas and self.often(0.1):
            return {"quota": self.draw(self.quotas), "full": self.often(0.5)}
        if not self.known:
            return {"field": "channel", "is": self.draw(["link", "sms"])}
        about = self.draw(self.known)
        names = ["answered", *legal(about.letters)]
        if "question" in about.address and "row" not in about.address:
            names += ["shown", "reached"]
        name = self.draw(sorted(names))
        made = {**about.address, name: OPERANDS[name](self, about)}
        if "T" in about.letters and self.often(0.2):
            made["exact"] = True
        return made

    def value(self, about: Subject) -> Json:
        """A value to compare with, or another thing."""
        if self.often(0.2):
            return self.reference()
        pool = [
            each
            for each in (*about.values, *about.named)
            if isinstance(each, str | int | float) and each != ""
        ]
        if "T" in about.letters or not pool or self.often(0.1):
            pool = [*pool[:5], *WORDS, 1, 0, True, False, "1"]
        return self.draw(pool)

    def reference(self) -> Tree:
        """Another thing that has one value."""
        single = [each.address for each in self.known if each.single]
        return dict(self.draw([*single, {"field": "channel"}]))

    def thing(self) -> Tree:
        """Anything without rows, for a calculation: sets too."""
        plain = [each.address for each in self.known if each.single or each.letters == "M"]
        looped = [each for each in plain if each.get("iteration") in ("any", "every")]
        return dict(self.draw([*(each for each in plain if each not in looped), {"field": "channel"}]))

    def number_for(self, about: Subject) -> Json:
        if self.often(0.2):
            return self.reference()
        pool = [v for v in about.values if isinstance(v, int | float) and not isinstance(v, bool)]
        return self.draw([*pool[:8], *NUMBERS])

    def ids(self, about: Subject) -> list[str]:
        pool = [each for each in (*about.values, *about.named) if isinstance(each, str) and each] or ["a"]
        return [self.draw(pool) for _ in range(self.chance.randint(1, 3))]

    def size(self, about: Subject) -> Json:
        n = self.chance.randint(0, 5)
        return self.draw([n, {"at_least": n}, {"at_most": n, "more": 1}, {"between": [1, n]}, {"equals": n}])

    def texts(self, about: Subject) -> Json:
        one = lambda: self.reference() if self.often(0.15) else self.draw(WORDS)  # noqa: E731
        return one() if self.often(0.6) else [one(), one()]

    def day(self, about: Subject) -> Json:
        days = [each for each in (*about.values, *DAYS) if isinstance(each, str) and len(each) == 10]
        return self.draw([self.draw(days), {"today": self.chance.randint(-8, 8)}, self.reference()])

    def between(self, about: Subject) -> Json:
        one = self.day if "D" in about.letters else self.number_for
        return [one(about), one(about)]

    def rank(self, about: Subject) -> Json:
        first, second = self.draw(about.named or ["a"]), self.draw(about.named or ["a"])
        return self.draw(
            [{"option": first, "at_most": self.chance.randint(0, 3)}, {"option": first, "before": second}]
        )

    def expression(self, depth: int) -> Json:
        """Any calculation on what is known."""
        how = self.draw(("thing", "thing", "literal", *CALLS)) if depth else self.draw(("thing", "literal"))
        if how == "thing" and self.known:
            return self.thing()
        if how in ("thing", "literal"):
            return self.draw((*NUMBERS, *WORDS[:12], *DAYS[:2]))
        return {how: CALLS[how](self, depth - 1)}

    def members(self, depth: int) -> list[Json]:
        """Operands of a group: looped things as well."""
        found = [self.expression(depth) for _ in range(self.chance.randint(1, 3))]
        looped = [
            s.address for s in self.known if s.address.get("iteration") == "any" and "row" not in s.address
        ]
        return found + ([{"question": self.draw(looped)["question"]}] if looped else [])

    def several(self, depth: int, low: int = 2, high: int = 2) -> list[Json]:
        return [self.expression(depth) for _ in range(self.chance.randint(low, high))]

    def table(self, depth: int) -> list[Json]:
        keys = [str(each) for each in (*NUMBERS, "a", "b", "c", "yes", "true", "false", "1.0")]
        table = {self.draw(keys): self.draw([1, 2, 0.5, "word", True]) for _ in range(4)}
        return [self.expression(depth), table] + ([self.expression(0)] if self.often(0.3) else [])


OPERANDS: dict[str, Callable[[Maker, Subject], Json]] = {
    **dict.fromkeys(("answered", "shown", "reached"), lambda maker, about: maker.often(0.6)),
    **dict.fromkeys(("is", "is_not"), Maker.value),
    **dict.fromkeys(("in", "not_in"), lambda maker, about: [maker.value(about) for _ in range(2)]),
    **dict.fromkeys(("any_of", "all_of", "none_of", "exactly"), Maker.ids),
    **dict.fromkeys(("count", "length"), Maker.size),
    **dict.fromkeys(("equals", "less", "at_most", "more", "at_least"), Maker.number_for),
    "between": Maker.between,
    **dict.fromkeys(("contains", "starts", "ends"), Maker.texts),
    "matches": lambda maker, about: maker.draw(PATTERNS),
    **dict.fromkeys(("before", "after", "on"), Maker.day),
    "within": lambda maker, about: {maker.draw(["last", "next"]): maker.chance.randint(0, 8)},
    "ranks": Maker.rank,
}
CALLS: dict[str, Callable[[Maker, int], Json]] = {
    **dict.fromkeys(("add", "multiply"), lambda maker, depth: maker.several(depth, 2, 3)),
    **dict.fromkeys(("subtract", "divide", "modulo", "days_between"), Maker.several),
    **dict.fromkeys(("sum", "mean", "min", "max", "count"), Maker.members),
    "round": lambda maker, depth: [maker.expression(depth), maker.draw([0, 1, 2])],
    "if": lambda maker, depth: [maker.condition(1), *maker.several(depth)],
    "concat": lambda maker, depth: maker.several(depth, 1, 3),
    **dict.fromkeys(("lower", "length", "age"), lambda maker, depth: maker.expression(depth)),
    "lookup": Maker.table,
    "today": lambda maker, depth: maker.chance.randint(-400, 400),
}


def document(seed: int, types: Mapping[str, QuestionType]) -> tuple[Tree, Plan]:
    """The first faultless document from ``seed`` on, compiled."""
    for more in range(1000):
        made = Maker(seed * 1000 + more, types).document()
        if not any(each.level == "error" for each in definition.check(made, types)):
            return made, compile_plan(made, types)
    raise AssertionError("no faultless document")


def answers(question: QuestionPlan, chance: Random) -> list[tuple[Raw, Json]]:
    """Some answers that the question takes: what its controls hold, and the value."""
    raws: list[Raw] = [each.raw for each in question.type.examples]
    for _ in range(6):
        value = simulate.value_for(question, chance)
        raws += [question.refill(value)] if value is not None else []
    if "T" in question.type.operators and "R" not in question.type.operators:
        picked = next(iter(raws), {})
        name = "other" if question.type.operators != "T" and picked.get("") else ""
        raws += [{**picked, name: [word]} for word in chance.sample(WORDS, 6)]
    if question.type.key in ("number", "slider"):
        raws += [{"": [text]} for text in chance.sample(BROKEN, 4)]
    if "D" in question.type.operators:
        raws += [{"": [day]} for day in chance.sample(DAYS, 3)]
    return [(raw, value) for raw in raws if (value := taken(question, raw)) is not None]


def taken(question: QuestionPlan, raw: Raw) -> Json:
    """The value of what controls hold; None where it is refused."""
    try:
        value = question.parse(raw)
        if value is not None:
            question.check(value)
        return value
    except Invalid:
        return None
