"""Cards sorted into groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import FieldList, FormField, IntegerField
from wtforms.validators import NumberRange
from wtforms.validators import Optional as Empty

from question_types import _charts
from question_types._choices import Option
from question_types._rows import TableSettings
from question_types._scores import estimate
from question_types.base import N_, Estimate, Example, Totals, Values, Words
from question_types.matrix_single import MatrixSingle

FEW = 6
"""Up to so many groups stand side by side; more of them make a list to open."""


class CardSort(MatrixSingle):
    """Card id → group id; stored, counted and asked about like a matrix with one choice per row."""

    key: ClassVar[str] = "card_sort"
    label: ClassVar[str] = N_("Card sorting")
    family: ClassVar[str] = N_("Order and trade-off")
    hint: ClassVar[str] = N_("Every card is put in the group where it belongs")
    template: ClassVar[str] = "question_types/cards.html"
    files: ClassVar[tuple[str, ...]] = ("cards.js", "cards.css")
    few: ClassVar[int] = FEW
    aliases: ClassVar[tuple[str, ...]] = ("qsf:PGR/DragAndDrop",)
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [
                    {"id": "transfer", "label": "转账"},
                    {"id": "bill", "label": "生活缴费"},
                    {"id": "fund", "label": "基金"},
                    {"id": "deposit", "label": "定期存款"},
                    {"id": "limit", "label": "调整限额"},
                ],
                "columns": [
                    {"id": "daily", "label": "日常"},
                    {"id": "wealth", "label": "理财"},
                    {"id": "safety", "label": "安全"},
                ],
                "order": "random",
            },
            {
                "transfer": ["daily"],
                "bill": ["daily"],
                "fund": ["wealth"],
                "deposit": ["wealth"],
                "limit": ["safety"],
            },
            {"transfer": "daily", "bill": "daily", "fund": "wealth", "deposit": "wealth", "limit": "safety"},
            "您会在手机银行的哪个栏目里找这些功能？",
        ),
        Example(
            {
                "rows": [
                    {"id": "honey", "label": "Honey"},
                    {"id": "oats", "label": "Oat drink"},
                    {"id": "soap", "label": "Hand soap"},
                ],
                "columns": [
                    {"id": "breakfast", "label": "Breakfast"},
                    {"id": "drinks", "label": "Drinks"},
                    {"id": "home", "label": "Household"},
                    {"id": "unsure", "label": "Not sure"},
                ],
                "min_rows": 2,
            },
            {"honey": ["breakfast"], "oats": [""], "soap": ["home"]},
            {"honey": "breakfast", "soap": "home"},
            "Under which heading would you look for these in our shop?",
        ),
    )

    class Settings(TableSettings):
        rows = FieldList(FormField(Option), N_("Cards"), max_entries=100)
        columns = FieldList(FormField(Option), N_("Groups"), max_entries=20)
        min_rows = IntegerField(
            N_("Cards to sort"),
            [Empty(), NumberRange(min=1, max=100)],
            description=N_("At least so many; empty: all"),
        )

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        """The headline is how many of all cards lie where most people put that card."""
        found = super().summary(settings, totals)
        sorted_ = sum(row["n"] for row in found["rows"])
        if sorted_:
            together = sum(max(cell["n"] for cell in row["cells"]) for row in found["rows"])
            enough = totals.statistics.share(together, found["n"]).enough
            agreed = Estimate(together / sorted_, None, None, found["n"], enough)
            found["headline"] = estimate(Words(N_("Cards in their most common group")), agreed, "%")
        return found

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """Cards of one group stand together, those people agree on first."""
        if not summary["n"]:
            return None
        return _charts.table({**summary, "rows": sorted(summary["rows"], key=_leading)})


def _leading(row: Mapping[str, Any]) -> tuple[int, float]:
    """The place of a card's most common group, and how far people agree on it."""
    shares = [cell["share"] or 0 for cell in row["cells"]]
    return shares.index(max(shares)), -max(shares)
