"""Documents made to break or stall what reads them. Each is made when asked for; names say what they try."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

Json = Any


def survey(*questions: dict[str, Json], **more: Json) -> dict[str, Json]:
    """A document of one page with these questions and whatever else."""
    pages = [{"code": "p1", "questions": [ask("Q1"), *questions]}]
    return {"format": 1, "title": "t", "pages": pages, "endings": [{"code": "end", "title": "e"}], **more}


def ask(code: str, kind: str = "nps", **more: Json) -> dict[str, Json]:
    """One question."""
    return {"code": code, "type": kind, "title": "q", **more}


def choice(code: str, count: int = 3, kind: str = "single_choice", **more: Json) -> dict[str, Json]:
    """A choice of ``count`` options ``o0``, ``o1`` …"""
    options = [{"id": f"o{n}", "label": f"O {n}"} for n in range(count)]
    return ask(code, kind, settings={"options": options}, **more)


def paged(count: int, questions: Callable[[int], list[dict[str, Json]]], **more: Json) -> dict[str, Json]:
    """A document of ``count`` pages."""
    pages = [{"code": f"p{n}", "questions": questions(n)} for n in range(count)]
    return {"format": 1, "title": "t", "pages": pages, "endings": [{"code": "end", "title": "e"}], **more}


def deep(levels: int, leaf: Json) -> Json:
    """``not`` in ``not`` in …"""
    for _ in range(levels):
        leaf = {"not": leaf}
    return leaf


ONE = {"question": "Q1", "is": 1}


def _ring(count: int) -> list[dict[str, Json]]:
    values = [{"add": [{"variable": f"v{(n + 1) % count}"}, 1]} for n in range(count)]
    return [{"code": f"v{n}", "value": value} for n, value in enumerate(values)]


def _shown(tree: Json) -> dict[str, Json]:
    return survey(ask("Q2", show=tree))


def _matching(pattern: str) -> dict[str, Json]:
    return survey(ask("T1", "short_text"), ask("Q2", show={"question": "T1", "matches": pattern}))


REFUSED: dict[str, tuple[Callable[[], Json], str]] = {
    "lists in lists, 10,000 deep": (lambda: {"pages": _lists(10_000)}, ""),
    "a condition 17 deep": (lambda: _shown(deep(16, ONE)), "Q2.show"),
    "a condition 55 deep": (lambda: _shown(deep(55, ONE)), "Q2.show"),
    "a condition 10,000 deep": (lambda: _shown(deep(10_000, ONE)), ""),
    "a condition of a megabyte": (lambda: _shown({"any": [ONE] * 33_000}), "Q2.show"),
    "a condition of more parts than a document has": (lambda: _shown({"any": [ONE] * 120_000}), ""),
    "a list of 90,000 values": (lambda: _shown({"question": "Q1", "in": list(range(90_000))}), "Q2.show.in"),
    "100,000 options": (lambda: survey(choice("Q2", 100_000)), ""),
    "30,000 options": (lambda: survey(choice("Q2", 30_000)), "pages"),
    "1,000 questions": (lambda: paged(5, lambda p: [ask(f"Q{p}x{n}") for n in range(200)]), "pages"),
    "1,000 pages": (lambda: paged(1_000, lambda p: [ask(f"Q{p}")]), "pages"),
    "1,000 variables in a circle": (lambda: survey(variables=_ring(1_000)), "variables"),
    "200 variables in a circle": (lambda: survey(variables=_ring(200)), "v0.value"),
    "2,001 rules": (
        lambda: paged(
            41,
            lambda p: [
                ask(f"Q{p}", validate=[{"when": {"question": f"Q{p}", "is": 1}, "message": "m"}] * 50)
            ],
        ),
        "Q40.validate.0.when",
    ),
    "an expression of a megabyte": (
        lambda: survey(variables=[{"code": "v", "value": {"sum": [{"question": "Q1"}] * 33_000}}]),
        "v.value",
    ),
    "a pattern that repeats a million times": (lambda: _matching("((a{1000}){1000}){10}"), "Q2.show.matches"),
    "a pattern that looks around": (lambda: _matching("(?=a)a"), "Q2.show.matches"),
    "a pattern that refers back": (lambda: _matching(r"(a+)\1"), "Q2.show.matches"),
    "a pattern of 100,000 characters": (lambda: _matching("(" * 100_000), "Q2.show.matches"),
    "a pattern of letters that fill the memory": (
        lambda: _matching(r"(\pL{100}\pN{100}){9}"),
        "Q2.show.matches",
    ),
    "a hundred different patterns": (lambda: patterns(100, "a"), "X2.show.any.0.matches"),
    "125 patterns that fill the memory": (
        lambda: patterns(125, r"\pL{1,60}\pL{1,60}"),
        "X0.show.any.0.matches",
    ),
    "the same code 500 times": (
        lambda: paged(5, lambda p: [ask("Q1") for _ in range(100)]),
        "Q1",
    ),
    "loops of 2,500 questions": (lambda: looping(50, 50), "pages"),
}
"""Name → (document, place of the finding that refuses it)."""


def _lists(levels: int) -> Json:
    value: Json = []
    for _ in range(levels):
        value = [value]
    return value


def looping(turns: int, questions: int) -> dict[str, Json]:
    document = survey(choice("Q2", turns, "multi_choice"))
    loop = {"over": {"question": "Q2", "pick": "chosen"}}
    inside = [ask(f"L{n}") for n in range(questions)]
    document["pages"].append({"code": "p2", "loop": loop, "questions": inside})
    return document


def _jumping() -> dict[str, Json]:
    """200 pages, from each of which nine jumps lead to other pages."""
    document = paged(200, lambda p: [choice(f"Q{p}", 10)])
    for number, page in enumerate(document["pages"][:-1]):
        page["next"] = [
            {
                "when": {"question": f"Q{number}", "is": f"o{n}"},
                "go": f"p{min(199, number + 1 + (n * 37 + number) % 60)}",
            }
            for n in range(9)
        ]
    return document


def _independent() -> dict[str, Json]:
    """Sixty questions of three options, and rules that are any of sixty and all of sixty comparisons."""
    document = paged(6, lambda p: [choice(f"Q{p}x{n}") for n in range(10)])
    leaves = [{"question": f"Q{p}x{n}", "is": "o1"} for p in range(6) for n in range(10)]
    others = [{"not": {"question": f"Q{p}x{n}", "is": "o2"}} for p in range(6) for n in range(10)]
    trees: list[Json] = [{"any": leaves}, {"all": others}, {"all": [{"any": leaves}, {"any": others}]}]
    last = [ask(f"X{n}", show=tree) for n, tree in enumerate(trees)]
    document["pages"].append({"code": "last", "questions": last})
    return document


def sums(wanted: int = 151) -> dict[str, Json]:
    """A sum of thirty scales, compared with numbers of which one cannot come out."""
    document = paged(3, lambda p: [ask(f"Q{p}x{n}", "csat", required=True) for n in range(10)])
    parts = [{"question": f"Q{p}x{n}"} for p in range(3) for n in range(10)]
    document["variables"] = [{"code": "total", "value": {"sum": parts}}]
    rules: list[Json] = [{"variable": "total", "equals": 149}, {"variable": "total", "equals": wanted}]
    last = [ask(f"X{n}", show=rule) for n, rule in enumerate(rules)]
    document["pages"].append({"code": "last", "questions": last})
    return document


def _even() -> dict[str, Json]:
    """A sum of forty even weights that would have to be odd."""
    document = paged(4, lambda p: [ask(f"Q{p}x{n}", "yes_no", required=True) for n in range(10)])
    weights = [
        {"if": [{"question": f"Q{p}x{n}", "is": True}, 2 * (p * 10 + n) + 2, 0]}
        for p in range(4)
        for n in range(10)
    ]
    document["variables"] = [{"code": "total", "value": {"sum": weights}}]
    show = {"variable": "total", "equals": 333}
    document["pages"].append({"code": "last", "questions": [ask("X1", show=show)]})
    return document


def pigeons(count: int = 13) -> dict[str, Json]:
    """More questions than options, and a rule that no two of them are answered alike."""
    codes = [f"Q{n}" for n in range(2, count + 2)]
    questions = [choice(code, count - 1, required=True) for code in codes]
    pairs = [{"question": a, "is_not": {"question": b}} for a, b in combinations(codes, 2)]
    document = survey(*questions)
    document["pages"].append({"code": "last", "questions": [ask("X1", show={"all": pairs})]})
    return document


def _parity(count: int = 24) -> dict[str, Json]:
    """Each question is shown where the two before it were answered differently, over and over."""
    questions = [ask("Y0", "yes_no", required=True), ask("Y1", "yes_no", required=True)]
    for n in range(2, count):
        a, b = ({"question": f"Y{m}", "is": True} for m in (n - 1, n - 2))
        differ = {"any": [{"all": [a, {"not": b}]}, {"all": [{"not": a}, b]}]}
        questions.append(ask(f"Y{n}", "yes_no", show=differ))
    return survey(*questions)


def _quotas() -> dict[str, Json]:
    """Two hundred quotas, each full or not, and rules about all of them."""
    document = survey(choice("Q2", 200))
    document["quotas"] = [
        {"code": f"k{n}", "when": {"question": "Q2", "is": f"o{n}"}, "limit": 1, "then": {"go": "end"}}
        for n in range(200)
    ]
    show = {"any": [{"quota": f"k{n}", "full": n % 2 == 0} for n in range(150)]}
    document["pages"].append({"code": "last", "questions": [ask("X1", show=show)]})
    return document


def _sets() -> dict[str, Json]:
    """Five hundred options of which any number may be chosen, and rules about how many and which."""
    document = survey(choice("Q2", 500, "multi_choice"))
    rules: list[Json] = [
        {"question": "Q2", "count": {"between": [249, 251]}},
        {"question": "Q2", "exactly": [f"o{n}" for n in range(0, 400, 2)]},
        {
            "all": [
                {"question": "Q2", "all_of": [f"o{n}" for n in range(300)]},
                {"question": "Q2", "count": 299},
            ]
        },
        {"all": [{"question": "Q2", "none_of": [f"o{n}"]} for n in range(150)]},
    ]
    last = [ask(f"X{n}", show=rule) for n, rule in enumerate(rules)]
    document["pages"].append({"code": "last", "questions": last})
    return document


def carrying(length: int = 30, options: int = 30) -> dict[str, Json]:
    """Options carried from question to question to question."""
    questions = [choice("C0", options, "multi_choice")]
    for n in range(1, length):
        carry = {"from": f"C{n - 1}", "pick": ("shown", "not_chosen")[n % 2]}
        questions.append(ask(f"C{n}", "multi_choice", carry=carry))
    return paged(length, lambda p: [questions[p]])


def patterns(count: int, costly: str) -> dict[str, Json]:
    """Patterns by the hundred, each different."""
    document = paged(10, lambda p: [ask(f"T{p}", "short_text")])
    rules = [
        {"any": [{"question": "T0", "matches": f"{costly}{n}x{m}"} for m in range(25)]}
        for n in range(count // 25)
    ]
    document["pages"].append(
        {"code": "last", "questions": [ask(f"X{n}", show=rule) for n, rule in enumerate(rules)]}
    )
    return document


def _resting() -> dict[str, Json]:
    """2,000 rules on the end of a chain of two hundred variables."""
    chain: list[dict[str, Json]] = [
        {"code": f"v{n}", "value": {"add": [{"variable": f"v{n + 1}"}, {"variable": f"v{n + 1}"}]}}
        for n in range(199)
    ]
    chain.append({"code": "v199", "value": {"question": "Q1"}})
    document = survey(variables=chain)
    rule = {"when": {"variable": "v0", "at_least": 5}, "message": "m"}
    document["pages"].append(
        {"code": "p2", "questions": [ask(f"X{n}", validate=[rule] * 45) for n in range(40)]}
    )
    return document


def _evil() -> dict[str, Json]:
    """A pattern that takes backtracking readers for ever."""
    return _matching("(a+)+$")


def _nested() -> dict[str, Json]:
    return _matching("(" * 160 + "a" + ")*" * 160)


HEAVY: dict[str, Callable[[], Json]] = {
    "200 pages of jumps": _jumping,
    "any and all of sixty questions": _independent,
    "sums of thirty scales": sums,
    "forty even numbers that should be odd": _even,
    "more pigeons than holes": pigeons,
    "questions by the parity of those before": _parity,
    "200 quotas": _quotas,
    "sets of 500 options": _sets,
    "options carried thirty times": carrying,
    "fifty costly patterns": lambda: patterns(50, r"\pL{1,8}"),
    "2,000 rules on a chain of variables": _resting,
    "a pattern with a plus in a plus": _evil,
    "a pattern nested 160 deep": _nested,
    "a loop of 50 turns over 19 questions": lambda: looping(50, 19),
}
"""Name → a document within all bounds that is much work for whoever looks at every possibility."""
