"""One choice level by level."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, Form, StringField
from wtforms.validators import Length

from question_types import _charts, _trees
from question_types._reading import folded, one
from question_types._trees import Coded, Tree
from question_types.base import N_, Column, Example, Invalid, Json, Part, QuestionType, Raw, Values, Words

Figure = dict[str, Any]

BRANCHES = (
    _charts.GOOD,
    _charts.BAD,
    _charts.MIDDLE,
    _charts.DARK_GOOD,
    _charts.DARK_BAD,
    _charts.LIGHT_GOOD,
    _charts.LIGHT_BAD,
)
"""Colours of the branches; their names stand in them, so a colour may come twice."""


class Cascader(QuestionType):
    """A list of ids from the top of the author's tree down. Every entry of the tree is a bucket; an answer
    counts in all on its path."""

    key: ClassVar[str] = "cascader"
    label: ClassVar[str] = N_("Cascading choice")
    family: ClassVar[str] = N_("Choice questions")
    hint: ClassVar[str] = N_("One choice level by level, such as region, city, store")
    template: ClassVar[str] = "question_types/cascader.html"
    files: ClassVar[tuple[str, ...]] = ("cascader.js", "cascader.css")
    aliases: ClassVar[tuple[str, ...]] = ("surveyking:Cascader", "tduck:CASCADER")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "nodes": "east 华东\n  sh 上海\n    xuhui 徐汇店\n    jingan 静安店\n"
                "  hz 杭州\n    xihu 西湖店\n"
                "south 华南\n  gz 广州\n    tianhe 天河店\n    yuexiu 越秀店\n  sz 深圳\n    nanshan 南山店",
                "levels": "大区，城市，门店",
            },
            {"l1": ["east"], "l2": ["sh"], "l3": ["jingan"]},
            ["east", "sh", "jingan"],
            "您去的是哪家门店？",
        ),
        Example(
            {
                "nodes": "delivery Delivery\n  late Came late\n  broken Arrived broken\nstaff Staff\n"
                "  rude Unfriendly\n  unaware Could not help\nprice Price",
                "levels": "Subject, Detail",
                "full": False,
            },
            {"l1": ["delivery"]},
            ["delivery"],
            "What is your complaint about?",
        ),
    )

    class Settings(Form):
        nodes = Coded(
            N_("Tree"),
            [Length(max=150_000)],
            default="",
            description=N_(
                "One entry a line, indented below what it belongs to. An id may stand before the label, such"
                " as “north North”; a line without one gets one."
            ),
        )
        levels = StringField(
            N_("Names of the levels"), [Length(max=200)], default="", description=N_("Separated by commas")
        )
        full = BooleanField(N_("Must be chosen down to the last level"), default=True)

    def tree(self, settings: Values) -> Tree:
        """The author's tree."""
        return _trees.tree(settings["nodes"])

    def names(self, settings: Values) -> list[str]:
        """What each level is called; ``""`` where the author did not say."""
        given = [name.strip() for name in re.split(r"[,，、;；]", settings["levels"]) if name.strip()]
        return (given + [""] * _trees.LEVELS)[: self.tree(settings).depth()]

    def problems(self, settings: Values) -> list[str]:
        return list(self.tree(settings).problems)

    def parse(self, settings: Values, raw: Raw) -> Json:
        tree = self.tree(settings)
        given = [one(raw, f"l{level}") for level in range(1, _trees.LEVELS + 1)]
        chosen = [id for id in given if id] or self._told(tree, raw)
        if not chosen:
            return None
        if chosen[-1] not in tree.labels:
            raise Invalid("Please choose from the options shown.")
        way = tree.way(chosen[-1])
        if not set(chosen) <= set(way):
            raise Invalid("These choices do not belong together. Please check the levels.")
        return list(way)

    def _told(self, tree: Tree, raw: Raw) -> list[str]:
        """What stands in an address or a file under the question's own name: ids, or labels."""
        texts = [text.strip() for text in raw.get("", ()) if text.strip()]
        if not texts or all(text in tree.labels for text in texts):
            return texts
        return _meant(tree, "".join(texts)) or texts

    def refill(self, settings: Values, value: Json) -> Raw:
        return {f"l{level}": [id] for level, id in enumerate(value, 1)}

    def check(self, settings: Values, value: Json) -> None:
        tree = self.tree(settings)
        if not isinstance(value, list) or not value or not all(isinstance(id, str) for id in value):
            raise Invalid("Please choose from the options shown.")
        if value[-1] not in tree.labels or list(tree.way(value[-1])) != value:
            raise Invalid("Please choose from the options shown.")
        if settings["full"] and not tree.leaf(value[-1]):
            raise Invalid("Please go on: choose below “%(label)s”, too.", label=tree.labels[value[-1]])

    def domain(self, settings: Values) -> tuple[Part, ...]:
        ways = _trees.ways(self.tree(settings), settings["full"])
        return (Part("", tuple(list(way) for way in ways)),)

    def buckets(self, settings: Values) -> dict[str, str]:
        tree = self.tree(settings)
        return {id: tree.named(tree.way(id)) for id in tree.labels}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        return {"": 1.0} | dict.fromkeys(value, 1.0)

    def label_of(self, settings: Values, value: Json) -> str:
        return self.tree(settings).named(value)

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> Figure | None:
        return treemap(self.tree(settings), summary["rows"]) if summary["n"] else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        tree, found = self.tree(settings), []
        for level, (groups, name) in enumerate(zip(tree.levels(), self.names(settings), strict=True), 1):
            values = {id: tree.labels[id] for _, ids in groups for id in ids}
            label = name or Words(N_("Level %(n)s"), n=level)
            found.append(Column(f"{code}.l{level}", label, "choice", values))
        return found

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        depth = self.tree(settings).depth()
        return ([*(value or [])] + [None] * depth)[:depth]

    def say(self, settings: Values) -> str | None:
        tree = self.tree(settings)
        example = next(_trees.ways(tree, True), ())
        return Words(N_("Reply with your choice, such as: %(example)s"), example=tree.named(example))

    def hear(self, settings: Values, message: str) -> Raw | None:
        tree = self.tree(settings)
        found = _meant(tree, message[:200])
        if len(found) != 1 or (settings["full"] and not tree.leaf(found[0])):
            return None
        return self.refill(settings, list(tree.way(found[0])))


def _meant(tree: Tree, text: str) -> list[str]:
    """Ids a text of a customer can mean, in any width and case."""
    labels = {
        id: re.sub(r"[\s/,，、>·-]+", "", folded(label).casefold()) for id, label in tree.labels.items()
    }
    return _trees.meant(tree, folded(text).casefold(), {id: label for id, label in labels.items() if label})


def treemap(tree: Tree, rows: _charts.Rows) -> Figure:
    """Boxes in boxes: an entry of the tree with answers is as large as its share of them."""
    used = {str(row["bucket"]): row for row in rows if row["n"]}
    colours = [_shade(tree, id) for id in used]
    trace = {
        "type": "treemap",
        "ids": list(used),
        "labels": [_head(tree, id, row) for id, row in used.items()],
        "hovertext": [_charts.wrap(tree.labels[id], 24, 2) for id in used],
        "parents": [tree.parents[id] for id in used],
        "values": [row["n"] for row in used.values()],
        "text": [_charts.percent(row["share"]) for row in used.values()],
        "branchvalues": "total",
        "texttemplate": "%{label}<br>%{text}",
        "hovertemplate": "%{hovertext}<br>%{text} · %{value}<extra></extra>",
        "marker": {"colors": colours, "pad": {"t": 20, "l": 3, "r": 3, "b": 3}, "line": {"width": 1}},
        "textfont": {"color": [_charts.ink(colour) for colour in colours]},
        "pathbar": {"visible": False},
        "root": {"color": "rgba(0,0,0,0)"},
    }
    return _charts.figure([trace], 360)


def _head(tree: Tree, id: str, row: Mapping[str, Any]) -> str:
    """What stands in a box; above other boxes there is room for one line only."""
    if tree.leaf(id):
        return _charts.wrap(tree.labels[id], 16, 2)
    return f"{_charts.wrap(tree.labels[id], 16, 1)} · {_charts.percent(row['share'])}"


def _shade(tree: Tree, id: str) -> str:
    """The colour of the branch, lighter from level to level."""
    way = tree.way(id)
    colour = BRANCHES[tree.below[""].index(way[0]) % len(BRANCHES)]
    white = 1 - 0.72 ** (len(way) - 1)
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)
