"""Random surveys so small that every respondent of them can be tried: all kinds of rules, some with a defect
put in on purpose, all of them faultless to the check of the structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import Any

Json = Any

MOST = 6_000
"""Combinations of answers of one survey, about."""
IDS = ("a", "b", "c")


@dataclass
class Asked:
    """A question that conditions may look at. ``ids``: what can be chosen; ``items``: turns of its loop."""

    code: str
    kind: str
    ids: tuple[str, ...] = ()
    top: int = 0
    items: tuple[str, ...] = ()


@dataclass
class Made:
    """A random survey: its document, what its fields may hold (None: nothing), and what was put into it on
    purpose, as (defect, place)."""

    document: dict[str, Json]
    fields: dict[str, list[Json]] = field(default_factory=dict)
    planted: list[tuple[str, str]] = field(default_factory=list)


def made(seed: int, most: int = MOST) -> Made:
    """The random survey of a seed."""
    return Maker(Random(seed), most).made()


class Maker:
    """Makes one survey."""

    def __init__(self, chance: Random, most: int) -> None:
        self.chance = chance
        self.left = float(most)
        self.asked: list[Asked] = []
        self.quotas = [f"k{n}" for n in range(chance.choice([0, 0, 0, 1, 1, 2]))]
        self.fields: dict[str, list[Json]] = {}
        self.variables: list[dict[str, Json]] = []
        self.rested: dict[str, set[str]] = {}
        self.number = 0
        self.planted: list[tuple[str, str]] = []
        self.left /= 2 ** len(self.quotas)

    def made(self) -> Made:
        """The survey: fields, pages with their questions, quotas."""
        self._fields()
        count = self.chance.randint(1, 5)
        self.ends = [{"code": "end", "title": "e"}, {"code": "out", "kind": "screened_out", "title": "o"}]
        if self.odds(0.3):
            self.ends.append({"code": "vip", "title": "v"})
        pages = self._twins(count) if count > 3 and self.odds(0.25) else []
        pages += [self._page(number, count) for number in range(len(pages), count)]
        document = {
            "format": 1,
            "title": "t",
            "fields": [{"code": code, "type": _type(values)} for code, values in self.fields.items()],
            "variables": self.variables,
            "pages": pages,
            "endings": self.ends,
            "quotas": [self._quota(code) for code in self.quotas],
        }
        return Made(document, self.fields, self.planted)

    def odds(self, p: float) -> bool:
        """True in a share ``p`` of cases."""
        return self.chance.random() < p

    def _fields(self) -> None:
        if self.odds(0.3):
            self.fields["city"] = [None, "x", "y", "elsewhere"]
        if self.odds(0.15):
            self.fields["vip_card"] = [None, True, False]
        if self.odds(0.1):
            self.fields["visits"] = [None, 0, 1, 2, 3]
        self.left /= prod(len(values) for values in self.fields.values())

    def _twins(self, count: int) -> list[dict[str, Json]]:
        """A question and two loops over what is chosen there, of the second one perhaps only some turns."""
        ids = IDS[:2]
        loop = {"over": {"question": "Q1", "pick": "chosen"}}
        bodies: list[tuple[str, tuple[str, ...], dict[str, Json]]] = [
            ("multi_choice", (), {"settings": {"options": _plainly(ids)}}),
            ("yes_no", ids, {}),
            ("yes_no", ids, {}),
        ]
        pages: list[dict[str, Json]] = []
        for number, (kind, items, more) in enumerate(bodies):
            body = {"code": f"Q{number + 1}", "type": kind, "title": "q", **more}
            page: dict[str, Json] = {"code": f"p{number}", "questions": [body]}
            if items:
                page["loop"] = loop
            if number == 2:
                page["show"] = {"question": "Q2", "is": self.odds(0.5)}
            self._rules(body, Asked(body["code"], kind, ids if not items else (), 0, items))
            if number == 2 or self.odds(0.2):
                page["next"] = self._jumps(number, count, items)[-1 if self.odds(0.7) else 0 :]
            pages.append(page)
        self.number = len(bodies)
        self.left /= 300
        return pages

    def _page(self, number: int, count: int) -> dict[str, Json]:
        page: dict[str, Json] = {"code": f"p{number}", "questions": []}
        before = list(self.asked)
        if before and self.odds(0.25):
            page["show"] = self.condition(before)
        items = self._loop(page) if number and self.odds(0.3) else ()
        for _ in range(self.chance.choice([1, 1, 2, 2, 3]) if not items else 1):
            question = self._question(items)
            if question is not None:
                page["questions"].append(question)
        if not page["questions"]:
            page["questions"].append(self._statement())
        if self.odds(0.4) and self.asked:
            page["next"] = self._jumps(number, count, items)
        if self.odds(0.25) and self.asked:
            self._variable()
        return page

    def _loop(self, page: dict[str, Json]) -> tuple[str, ...]:
        """Makes a page a loop over an earlier question, if there is one; its items."""
        if any(each.items for each in self.asked):
            return ()
        over = [each for each in self.asked if each.kind in ("multi_choice", "single_choice", "number")]
        if not over or self.left < 20:
            return ()
        source = self.chance.choice(over)
        most = self.chance.choice([1, 2, 2, 3])
        loop: dict[str, Json] = {"over": {"question": source.code}, "max": most}
        if source.kind == "number":
            page["loop"] = loop
            return tuple(str(n + 1) for n in range(most))
        loop["over"]["pick"] = self.chance.choice(["chosen", "chosen", "not_chosen", "shown"])
        page["loop"] = loop
        return tuple(id for id in source.ids if id != "other")

    def _statement(self) -> dict[str, Json]:
        self.number += 1
        body: dict[str, Json] = {"code": f"S{self.number}", "type": "statement", "title": "s"}
        if self.asked and self.odds(0.3):
            body["show"] = self.condition(self.asked)
        return body

    def _question(self, items: tuple[str, ...]) -> dict[str, Json] | None:
        if self.asked and self.odds(0.08):
            return self._statement()
        turns = max(1, len(items))
        kinds = {
            "single_choice": 4,
            "multi_choice": 8,
            "yes_no": 3,
            "nps": 12,
            "csat": 6,
            "number": 4,
            "matrix_single": 5,
        }
        fitting = [kind for kind, size in kinds.items() if size**turns <= self.left]
        if not fitting and self.asked:
            return None
        kind = self.chance.choice(fitting or ["yes_no"])
        self.left /= kinds[kind] ** turns
        self.number += 1
        code = f"Q{self.number}"
        body: dict[str, Json] = {"code": code, "type": kind, "title": "q"}
        new = self._settings(body, kind)
        new.items = items
        self._rules(body, new)
        return body

    def _settings(self, body: dict[str, Json], kind: str) -> Asked:
        """Gives a question its settings."""
        if kind == "number":
            top = self.chance.randint(1, 3)
            body["settings"] = {"min": 0, "max": top}
            return Asked(body["code"], kind, (), top)
        if kind == "matrix_single":
            body["settings"] = {"rows": self._entries(("r", "s")), "columns": _plainly(("u", "v"))}
            return Asked(body["code"], kind, ("u", "v"))
        if not kind.endswith("choice"):
            return Asked(body["code"], kind, (), {"nps": 10, "csat": 5}.get(kind, 0))
        sources = [each for each in self.asked if each.kind.endswith("choice") and not each.items]
        if sources and self.odds(0.3):
            return self._carried(body, kind, self.chance.choice(sources))
        ids = IDS[: self.chance.choice([2, 3]) if kind == "single_choice" else 2 + self.odds(0.4)]
        body["settings"] = {"options": self._entries(ids)}
        return Asked(body["code"], kind, self._spiced(body["settings"], kind, ids))

    def _spiced(self, settings: dict[str, Json], kind: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Adds “other”, an exclusive option or bounds; all ids."""
        if kind == "single_choice" and len(ids) == 2 and self.odds(0.2):
            settings["other"] = True
            return (*ids, "other")
        if kind == "multi_choice" and self.odds(0.2):
            settings["options"][-1]["exclusive"] = True
        elif kind == "multi_choice" and self.odds(0.2):
            settings["min" if self.odds(0.5) else "max"] = self.chance.choice([1, 2])
        return ids

    def _carried(self, body: dict[str, Json], kind: str, source: Asked) -> Asked:
        """Takes the options of an earlier question over, perhaps with one of its own."""
        body["carry"] = {
            "from": source.code,
            "pick": self.chance.choice(["chosen", "not_chosen", "shown"]),
        }
        own = ("d",) if self.odds(0.3) and len(source.ids) < 3 else ()
        body["settings"] = {"options": _plainly(own)}
        taken = tuple(id for id in source.ids if id != "other")
        return Asked(body["code"], kind, (*taken, *own))

    def _entries(self, ids: tuple[str, ...]) -> list[dict[str, Json]]:
        """Options or rows, in some surveys shown only sometimes."""
        entries = _plainly(ids)
        if self.asked and self.odds(0.2):
            for entry in entries:
                if self.odds(0.6):
                    entry["show"] = self.condition(self.asked, 1)
        return entries

    def _rules(self, body: dict[str, Json], new: Asked) -> None:
        before = list(self.asked)
        if before and self.odds(0.3):
            body["show"] = self.condition(before)
        if before and self.odds(0.2):
            body["required"] = self.condition(before)
        elif self.odds(0.35):
            body["required"] = True
        if before and self.odds(0.12):
            body["enable"] = self.condition(before)
            if self.odds(0.5):
                body["default"] = self._default(body, new)
        self.asked.append(new)
        if self.odds(0.15):
            count = self.chance.choice([1, 1, 2])
            body["validate"] = [self._validation(new) for _ in range(count)]

    def _default(self, body: dict[str, Json], new: Asked) -> Json:
        if new.kind in ("single_choice", "multi_choice"):
            listed = [each["id"] for each in body["settings"]["options"] if "show" not in each]
            id = listed[0] if listed and "min" not in body["settings"] else None
            return id if id is None or new.kind == "single_choice" else [id]
        return {"yes_no": True, "nps": 7, "csat": 3, "number": 1}.get(new.kind)

    def _validation(self, new: Asked) -> dict[str, Json]:
        pool = [new] if self.odds(0.6) else self.asked
        rule = {"when": self.condition(pool, 2), "message": "No."}
        return {**rule, "soft": True} if self.odds(0.2) else rule

    def _jumps(self, number: int, count: int, items: tuple[str, ...]) -> list[dict[str, Json]]:
        ends = [each["code"] for each in self.ends]
        targets = [f"p{later}" for later in range(number + 1, count)] * 2 + ends
        rules = [
            {"when": self.condition(self.asked, 2), "go": self.chance.choice(targets)}
            for _ in range(self.chance.choice([1, 1, 2, 3]))
        ]
        if self.odds(0.6 if items else 0.15):
            rules.append({"go": self.chance.choice(targets)})
        return rules

    def _variable(self) -> None:
        """A calculated number over what has been asked."""
        numbers = [each for each in self.asked if each.top and not each.items]
        looped = [each for each in self.asked if each.top and each.items]
        code = f"V{len(self.variables)}"
        parts: list[Json] = [{"question": each.code} for each in numbers[-2:]]
        if looped:
            parts.append({"question": looped[0].code})
            value: Json = {self.chance.choice(["sum", "count", "max", "mean"]): parts}
        elif len(parts) == 2 and self.odds(0.6):
            value = {
                self.chance.choice(["add", "subtract", "multiply", "divide", "sum", "min", "count"]): parts
            }
        elif parts and self.odds(0.4):
            value = {"add": [parts[0], self.chance.choice([1, 2])]}
        else:
            value = {"if": [self.condition(self.asked, 1), self.chance.choice([1, 2]), 0]}
        self.variables.append({"code": code, "type": "number", "value": value})

    def _quota(self, code: str) -> dict[str, Json]:
        when = (
            self.condition(self.asked, 2, quotas=False) if self.asked else {"field": "channel", "is": "web"}
        )
        go = self.chance.choice([each["code"] for each in self.ends])
        return {"code": code, "when": when, "limit": 1, "then": {"go": go}}

    # Conditions

    def condition(self, asked: list[Asked], depth: int = 2, quotas: bool = True) -> Json:
        """A condition on questions, fields, variables and quotas; now and then one with a defect."""
        if self.odds(0.06) and asked:
            return self._defective(asked)
        how = self.chance.choice(["leaf", "leaf", "leaf", "all", "any", "not"]) if depth else "leaf"
        if how == "leaf":
            return self._leaf(asked, quotas)
        if how == "not":
            return {"not": self.condition(asked, depth - 1, quotas)}
        return {how: [self.condition(asked, depth - 1, quotas) for _ in range(self.chance.randint(1, 3))]}

    def _defective(self, asked: list[Asked]) -> Json:
        """Never true, or always true, whoever comes."""
        one = self.chance.choice(asked)
        leaf = self.comparison(one)
        never = self.chance.choice(
            [
                {"all": [leaf, {"not": leaf}]},
                {"all": [{"question": one.code, "answered": True}, {"question": one.code, "reached": False}]},
            ]
        )
        defect = self.chance.choice([never, {"any": [leaf, {"not": leaf}]}])
        self.planted.append(("never" if defect is never else "always", one.code))
        return defect

    def _leaf(self, asked: list[Asked], quotas: bool) -> Json:
        if self.fields and self.odds(0.2):
            return self._field()
        if quotas and self.quotas and self.odds(0.08):
            return {"quota": self.chance.choice(self.quotas), "full": self.odds(0.7)}
        if self.variables and self.odds(0.25) and asked is self.asked:
            name = self.chance.choice(["at_least", "at_most", "equals", "more", "less"])
            return {"variable": self.chance.choice(self.variables)["code"], name: self.chance.randint(0, 8)}
        if not asked:
            return {"field": "channel", "is": "web"}
        one = self.chance.choice(asked)
        if self.odds(0.25):
            name, wanted = self.chance.choice(["answered", "answered", "shown", "reached"]), self.odds(0.6)
            return {"question": one.code, name: wanted, **self._turn(one)}
        numbers = [each for each in asked if each.top and not each.items and each is not one]
        if one.top and numbers and self.odds(0.1):
            other = {"question": self.chance.choice(numbers).code}
            return {"question": one.code, self.chance.choice(["more", "at_most", "is"]): other}
        return self.comparison(one)

    def _turn(self, one: Asked) -> dict[str, Json]:
        if not one.items or self.odds(0.4):
            return {}
        return {"iteration": self.chance.choice(["any", "every", *one.items])}

    def _field(self) -> Json:
        code = self.chance.choice(sorted(self.fields))
        if self.odds(0.2):
            return {"field": code, "answered": self.odds(0.5)}
        tests = {
            "city": [{"is": "x"}, {"is_not": "x"}, {"in": ["x", "y"]}, {"is": "y"}, {"not_in": ["y"]}],
            "vip_card": [{"is": True}, {"is_not": True}, {"is": False}],
            "visits": [{"at_least": 2}, {"equals": 1}, {"between": [1, 2]}, {"less": 1}],
        }
        return {"field": code, **self.chance.choice(tests[code])}

    def comparison(self, one: Asked) -> dict[str, Json]:
        """One comparison of a question's answer."""
        return {"question": one.code, **self._turn(one), **getattr(self, f"_{one.kind}")(one)}

    def _single_choice(self, one: Asked) -> dict[str, Json]:
        some = list(self.chance.sample(one.ids, self.chance.randint(1, len(one.ids))))
        return self.chance.choice([{"is": some[0]}, {"is_not": some[0]}, {"in": some}, {"not_in": some}])

    def _multi_choice(self, one: Asked) -> dict[str, Json]:
        some = list(self.chance.sample(one.ids, self.chance.randint(1, len(one.ids))))
        count = self.chance.choice([1, 2, {"at_least": 2}, {"at_most": 1}, {"more": 2}])
        names = ["any_of", "all_of", "none_of", "exactly"]
        return self.chance.choice([{self.chance.choice(names): some}, {"count": count}])

    def _matrix_single(self, one: Asked) -> dict[str, Json]:
        row = self.chance.choice(["r", "s", "any", "every"])
        return {"row": row, self.chance.choice(["is", "is_not"]): self.chance.choice(one.ids)}

    def _yes_no(self, one: Asked) -> dict[str, Json]:
        return self.chance.choice([{"is": True}, {"is": False}, {"is": "yes"}, {"is_not": "no"}])

    def _nps(self, one: Asked) -> dict[str, Json]:
        group = self.chance.choice(["promoter", "passive", "detractor"])
        named = [{"is": group}, {"is_not": group}, {"in": [group, 7]}, {"not_in": [group, 0]}]
        return self.chance.choice(named) if self.odds(0.5) else self._number(one)

    def _csat(self, one: Asked) -> dict[str, Json]:
        return {"is": "satisfied"} if self.odds(0.3) else self._number(one)

    def _number(self, one: Asked) -> dict[str, Json]:
        low = self.chance.randint(0, one.top)
        name = self.chance.choice(["equals", "less", "at_most", "more", "at_least", "between", "is_not"])
        return {name: [low, self.chance.randint(low, one.top)] if name == "between" else low}


def _plainly(ids: tuple[str, ...]) -> list[dict[str, Json]]:
    return [{"id": id, "label": id.upper()} for id in ids]


def _type(values: list[Json]) -> str:
    kind = type(values[1])
    return {str: "text", bool: "boolean", int: "number"}[kind]
