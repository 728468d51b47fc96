"""The best and the worst of several sets of options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any, ClassVar

from wtforms import FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from question_types import _designs, _figures
from question_types._choices import Option, listing
from question_types._reading import one
from question_types._rows import beside, joined, labels, listed
from question_types._scores import estimate
from question_types.base import (
    N_,
    Column,
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Totals,
    Values,
    Words,
)

MOST_SETS = 30
ENDS = ("best", "worst")


class MaxDiff(QuestionType):
    """Set id (``s1``, ``s2`` …) → ``{"best": option id, "worst": option id}``: a mapping rather than a list,
    so that a set is found by its name in conditions, exports and controls (``<code>.s1.best``), as in a table
    of rows and columns. ``id:best`` and ``id:worst`` count the answers that named an option so at least once,
    their amounts how often; the amount of ``id:shown`` is how often it could have been named. The options are
    no ``options``: taking one away for some respondents would change every set."""

    key: ClassVar[str] = "maxdiff"
    label: ClassVar[str] = N_("Best–worst (MaxDiff)")
    family: ClassVar[str] = N_("Order and trade-off")
    hint: ClassVar[str] = N_("The best and the worst of a few options at a time, for what matters most")
    template: ClassVar[str] = "question_types/maxdiff.html"
    files: ClassVar[tuple[str, ...]] = ("maxdiff.js", "maxdiff.css")
    operators: ClassVar[str] = "Q"
    aliases: ClassVar[tuple[str, ...]] = ("qsf:MaxDiff/DL",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "items": [
                    {"id": "price", "label": "价格实惠"},
                    {"id": "fresh", "label": "食材新鲜"},
                    {"id": "fast", "label": "上菜快"},
                    {"id": "kind", "label": "服务热情"},
                    {"id": "clean", "label": "环境干净"},
                ],
                "size": 4,
                "best_label": "最看重",
                "worst_label": "最不看重",
            },
            {
                "s1.best": ["fresh"],
                "s1.worst": ["kind"],
                "s2.best": ["fresh"],
                "s2.worst": ["fast"],
                "s3.best": ["price"],
                "s3.worst": ["fast"],
                "s4.best": ["fresh"],
                "s4.worst": ["fast"],
                "s5.best": ["fresh"],
                "s5.worst": ["fast"],
            },
            {
                "s1": {"best": "fresh", "worst": "kind"},
                "s2": {"best": "fresh", "worst": "fast"},
                "s3": {"best": "price", "worst": "fast"},
                "s4": {"best": "fresh", "worst": "fast"},
                "s5": {"best": "fresh", "worst": "fast"},
            },
            "选餐厅时，您最看重和最不看重什么？",
        ),
        Example(
            {
                "items": [
                    {"id": "battery", "label": "Battery life"},
                    {"id": "camera", "label": "Camera"},
                    {"id": "screen", "label": "Screen"},
                    {"id": "weight", "label": "Weight"},
                    {"id": "price", "label": "Price"},
                    {"id": "repair", "label": "Easy to repair"},
                ],
                "size": 3,
                "times": 2,
                "best_label": "Most important",
                "worst_label": "Least important",
            },
            {
                "s1.best": ["battery"],
                "s1.worst": ["screen"],
                "s2.best": ["price"],
                "s2.worst": ["weight"],
                "s3.best": ["battery"],
                "s3.worst": ["camera"],
                "s4.best": ["camera"],
                "s4.worst": ["weight"],
            },
            {
                "s1": {"best": "battery", "worst": "screen"},
                "s2": {"best": "price", "worst": "weight"},
                "s3": {"best": "battery", "worst": "camera"},
                "s4": {"best": "camera", "worst": "weight"},
            },
            "What matters most and least to you in a phone?",
        ),
    )

    class Settings(Form):
        items = FieldList(FormField(Option), N_("Options"), max_entries=30)
        size = IntegerField(
            N_("Options in a set"),
            [NumberRange(min=3, max=6)],
            default=4,
            description=N_("Four are easy to compare"),
        )
        times = IntegerField(
            N_("How often each option is shown"),
            [NumberRange(min=1, max=6)],
            default=3,
            description=N_("At least; as much more as fills the sets, the same for all options"),
        )
        best_label = StringField(
            N_("Label of the best"), [Length(max=30)], default="", description=N_("Left empty: “Best”")
        )
        worst_label = StringField(
            N_("Label of the worst"), [Length(max=30)], default="", description=N_("Left empty: “Worst”")
        )

    def problems(self, settings: Values) -> list[str]:
        found = listing(settings["items"], N_("Give at least three options."), 3)
        if len(settings["items"]) < settings["size"]:
            found.append(N_("A set shows more options than there are."))
        elif self.count(settings) > MOST_SETS:
            wrong = N_(
                "This makes %(n)s sets; nobody answers more than %(most)s. Show each option less often."
            )
            found.append(Words(wrong, n=self.count(settings), most=MOST_SETS))
        return found

    def count(self, settings: Values) -> int:
        """How many sets there are; 0 where there are too few options for one."""
        every, size = len(settings["items"]), settings["size"]
        return _designs.count(every, size, settings["times"]) if every >= size else 0

    def sets(self, settings: Values) -> dict[str, list[str]]:
        """Set id → ids of the options shown in it; none where :meth:`problems` are in the way."""
        if not 0 < self.count(settings) <= MOST_SETS:
            return {}
        ids = list(self.known(settings))
        shown = _designs.design(len(ids), settings["size"], settings["times"])
        return {f"s{place}": [ids[item] for item in each] for place, each in enumerate(shown, 1)}

    def known(self, settings: Values) -> dict[str, str]:
        """Option id → label."""
        return labels(settings["items"])

    def ends(self, settings: Values) -> dict[str, str]:
        """What best and worst are called."""
        return {
            "best": settings["best_label"] or Words(N_("Best")),
            "worst": settings["worst_label"] or Words(N_("Worst")),
        }

    def parse(self, settings: Values, raw: Raw) -> Json:
        found = {
            set_: {end: id_ for end in ENDS if (id_ := one(raw, f"{set_}.{end}"))}
            for set_ in self.sets(settings)
        }
        return {set_: ends for set_, ends in found.items() if ends} or None

    def refill(self, settings: Values, value: Json) -> Raw:
        return {f"{set_}.{end}": [id_] for set_, ends in value.items() for end, id_ in ends.items()}

    def check(self, settings: Values, value: Json) -> None:
        sets = self.sets(settings)
        if not isinstance(value, dict) or not value or not set(value) <= set(sets):
            raise Invalid("Please choose from the options shown.")
        for set_, ids in sets.items():
            self._check(ids, value.get(set_, {}))

    def _check(self, ids: list[str], ends: Json) -> None:
        if not isinstance(ends, dict) or not set(ends) <= set(ENDS):
            raise Invalid("Please choose from the options shown.")
        if set(ends) != set(ENDS):
            raise Invalid("Please choose the best and the worst in every set.")
        if not all(isinstance(id_, str) and id_ in ids for id_ in ends.values()):
            raise Invalid("Please choose from the options shown.")
        if ends["best"] == ends["worst"]:
            raise Invalid("The best and the worst of a set cannot be the same.")

    def domain(self, settings: Values) -> tuple[Part, ...]:
        return tuple(
            Part(set_, tuple({"best": best, "worst": worst} for best, worst in permutations(ids, 2)))
            for set_, ids in self.sets(settings).items()
        )

    def buckets(self, settings: Values) -> dict[str, str]:
        names = {**self.ends(settings), "shown": Words(N_("Shown"))}
        known = self.known(settings).items()
        return {f"{id_}:{end}": beside(label, name) for id_, label in known for end, name in names.items()}

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found: dict[str, float] = {"": 1}
        for bucket in self._fallen(self.sets(settings), value):
            found[bucket] = found.get(bucket, 0) + 1
        return found

    def _fallen(self, sets: Mapping[str, list[str]], value: Json) -> Iterator[str]:
        """A bucket for every time an option was shown or named."""
        for set_, ends in value.items():
            yield from (f"{id_}:shown" for id_ in sets[set_])
            yield from (f"{id_}:{end}" for end, id_ in ends.items())

    def label_of(self, settings: Values, value: Json) -> str:
        known, names, sets = self.known(settings), self.ends(settings), self.sets(settings)
        return joined(
            [
                (names[end], known[id_])
                for set_, ends in value.items()
                for id_ in sets[set_]
                for end in ENDS
                if ends.get(end) == id_
            ]
        )

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        n = totals.n()
        rows = [self._row(totals, id_, label) for id_, label in self.known(settings).items()]
        ends = [{"bucket": end, "label": label} for end, label in self.ends(settings).items()]
        leading = max(rows, key=lambda row: row["value"] or 0, default=None)
        headline = None
        if leading and n:
            name = beside(leading["label"], ends[0]["label"])
            headline = estimate(name, totals.statistics.share(leading["n"], n), "%")
        return {"n": n, "headline": headline, "columns": ends, "rows": rows}

    def _row(self, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        """``n`` answers named the option best at least once; ``best`` and ``worst`` are how often it was
        named so, of ``shown`` times; ``value`` is the utility (best − worst) ÷ shown, −1…1."""
        n, named = totals.n(), totals.n(f"{id_}:best")
        best, worst, shown = (totals.amount(f"{id_}:{part}") for part in (*ENDS, "shown"))
        return {
            "bucket": f"{id_}:best",
            "label": label,
            "n": named,
            "share": named / n if n else None,
            "best": best,
            "worst": worst,
            "shown": shown,
            "value": (best - worst) / shown if shown else None,
        }

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        shown = [row for row in summary["rows"] if row["shown"]]
        best, worst = (each["label"] for each in summary["columns"])
        return _figures.balance(shown, best, worst) if shown else None

    def columns(self, code: str, settings: Values) -> list[Column]:
        known, names = self.known(settings), self.ends(settings)
        return [
            Column(
                f"{code}.{set_}.{end}",
                beside(names[end], listed([known[id_] for id_ in ids])),
                "choice",
                {id_: known[id_] for id_ in ids},
            )
            for set_, ids in self.sets(settings).items()
            for end in ENDS
        ]

    def cells(self, settings: Values, value: Json) -> list[str | int | float | None]:
        return [(value or {}).get(set_, {}).get(end) for set_ in self.sets(settings) for end in ENDS]
