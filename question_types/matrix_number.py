"""A matrix of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from wtforms import BooleanField, FieldList, FormField

from question_types import _charts, _quantity
from question_types._cells import Amount, Head, PlainColumn, Record
from question_types._numbers import above, exact
from question_types._rows import RowSettings, labels
from question_types._scores import estimate
from question_types._tables import Table
from question_types.base import N_, Example, Invalid, Json, Part, Totals, Values, Words

NUMBER = Amount()


class MatrixNumber(Table):
    """Row id → column id → number. The answer's number is the sum of all cells, a row's its own sum."""

    key: ClassVar[str] = "matrix_number"
    label: ClassVar[str] = N_("Matrix of numbers")
    hint: ClassVar[str] = N_("A table of quantities, with sums")
    operators: ClassVar[str] = "RN"
    files: ClassVar[tuple[str, ...]] = ("table.css", "sums.js")
    aliases: ClassVar[tuple[str, ...]] = ("lss::", "surveyjs:matrixdropdown/number", "qsf:Matrix/CS")
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "rows": [{"id": "now", "label": "今年"}, {"id": "next", "label": "明年"}],
                "columns": [
                    {"id": "shop", "label": "到店"},
                    {"id": "app", "label": "外卖"},
                    {"id": "group", "label": "团购"},
                ],
                "unit": "%",
                "row_sum": 100,
            },
            {
                "now.shop": ["５０"],
                "now.app": ["30%"],
                "now.group": ["20"],
                "next.shop": ["40"],
                "next.app": ["40"],
                "next.group": ["20"],
            },
            {"now": {"shop": 50, "app": 30, "group": 20}, "next": {"shop": 40, "app": 40, "group": 20}},
            "您的用餐次数大约怎样分配？",
        ),
        Example(
            {
                "rows": [{"id": "adult", "label": "Adults"}, {"id": "child", "label": "Children"}],
                "columns": [
                    {"id": "sat", "label": "Saturday"},
                    {"id": "sun", "label": "Sunday", "optional": True},
                ],
                "max": 20,
                "min_rows": 1,
                "show_sums": True,
            },
            {"adult.sat": ["2"], "adult.sun": [""], "child.sat": [""]},
            {"adult": {"sat": 2}},
            "How many of you will come on which day?",
        ),
    )

    class Settings(RowSettings):
        columns = FieldList(FormField(PlainColumn), N_("Columns"), max_entries=10)
        min = _quantity.smallest(0)
        max = _quantity.largest()
        decimals = _quantity.decimals()
        unit = _quantity.unit()
        row_sum = _quantity.bound(N_("Each row adds up to"), N_("Empty: any sum"))
        column_sum = _quantity.bound(N_("Each column adds up to"), N_("Empty: any sum"))
        max_sum = _quantity.bound(N_("Largest sum of all cells"), N_("Empty: no limit"))
        show_sums = BooleanField(
            N_("Show the sums"), default=False, description=N_("They follow what is being typed")
        )

    def problems(self, settings: Values) -> list[str]:
        return super().problems(settings) + list(_contradictions(settings))

    def fields(self, settings: Values) -> tuple[Head, ...]:
        limits = {name: settings[name] for name in ("min", "max", "decimals", "unit")}
        return tuple(
            Head(each["id"], each["label"], NUMBER, limits, each["optional"]) for each in settings["columns"]
        )

    def plain(self, number: float) -> str:
        """A number without trailing zeros or exponent."""
        return NUMBER.plain(number)

    def complete(self, settings: Values, value: Mapping[str, Record]) -> None:
        super().complete(settings, value)
        rows, columns = labels(settings["rows"]), labels(settings["columns"])
        for row, record in value.items():
            _proper(rows[row], total(record.values()), settings["row_sum"])
        for column, label in columns.items():
            _proper(label, column_total(value, column), settings["column_sum"])
        most, found = settings["max_sum"], grand(value)
        if above(found, most):
            raise Invalid(
                "The numbers add up to %(sum)s; they may be at most %(most)s.",
                sum=NUMBER.plain(found),
                most=NUMBER.plain(most),
            )

    def domain(self, settings: Values) -> tuple[Part, ...]:
        """Where sums are prescribed, one way of reaching them stands for all."""
        known = super().domain(settings)
        spread = _spread(settings)
        return tuple(
            Part(part.name, (spread[part.name],), open=True, optional=part.optional and not _both(settings))
            if part.name in spread
            else part
            for part in known
        )

    def measure(self, settings: Values, value: Json) -> dict[str, float]:
        found = super().measure(settings, value)
        sums = {row: total(record.values()) for row, record in value.items()}
        whole = grand(value)
        return found | sums | {"": whole, "square": whole * whole}

    def row(self, settings: Values, totals: Totals, id_: str, label: str) -> dict[str, Any]:
        found = super().row(settings, totals, id_, label)
        mean = totals.amount(id_) / found["n"] if found["n"] else None
        return found | {"figure": {"value": mean, "unit": settings["unit"]}}

    def summary(self, settings: Values, totals: Totals) -> dict[str, Any]:
        found = super().summary(settings, totals)
        mean = totals.statistics.mean(found["n"], totals.amount(), totals.amount("square"))
        headline = estimate(Words(N_("Mean sum")), mean)
        return found | {"headline": {**headline, "unit": settings["unit"]}}

    def chart(self, settings: Values, summary: Mapping[str, Any]) -> dict[str, Any] | None:
        """The table of means; a cell is the darker the greater it is within its column."""
        if not summary["n"]:
            return None
        rows = summary["rows"]
        tops = [max(_size(row["cells"][place]) for row in rows) for place in range(len(summary["columns"]))]
        cells = [[_mean(cell, top) for cell, top in zip(row["cells"], tops, strict=True)] for row in rows]
        heads = [head["label"] for head in summary["columns"]]
        return _charts.heat([row["label"] for row in rows], heads, cells)


def _contradictions(settings: Values) -> Iterator[str]:
    """What is wrong with limits and sums."""
    if above(settings["min"], settings["max"]):
        yield N_("The smallest number allowed is greater than the largest.")
    rows, columns = len(settings["rows"]), len(settings["columns"])
    if _both(settings) and settings["row_sum"] * rows != settings["column_sum"] * columns:
        yield N_("The sums of the rows and those of the columns do not fit together.")
    for wanted, cells in ((settings["row_sum"], columns), (settings["column_sum"], rows)):
        low, high = settings["min"], settings["max"]
        if wanted is not None and (above((low or 0) * cells, wanted) or above(wanted, high and high * cells)):
            yield N_("No numbers within the limits add up to the sum that is wanted.")


def _both(settings: Values) -> bool:
    return settings["row_sum"] is not None and settings["column_sum"] is not None


def _proper(label: str, found: float, wanted: float | None) -> None:
    if wanted is not None and round(found - wanted, 6):
        raise Invalid(
            "%(label)s: the numbers add up to %(sum)s; please make it %(wanted)s.",
            label=label,
            sum=NUMBER.plain(found),
            wanted=NUMBER.plain(wanted),
        )


def _spread(settings: Values) -> dict[str, int | float]:
    """Numbers for the cells that make the sums that are wanted, as even as they can be."""
    rows, columns = list(labels(settings["rows"])), list(labels(settings["columns"]))
    across, down, places = settings["row_sum"], settings["column_sum"], settings["decimals"]
    if across is None and down is None:
        return {}
    if across is None:
        shares = _even(down, len(rows), places)
        return {
            f"{row}.{column}": share for row, share in zip(rows, shares, strict=True) for column in columns
        }
    shares = _even(across, len(columns), places)
    turn = 0 if down is None else 1
    return {
        f"{row}.{column}": shares[(place - turn * number) % len(columns)]
        for number, row in enumerate(rows)
        for place, column in enumerate(columns)
    }


def _even(whole: float, parts: int, places: int) -> list[int | float]:
    """``whole`` in so many parts with ``places`` decimals."""
    ends = [exact(whole * part / parts, places) for part in range(1, parts + 1)] if parts else []
    return [exact(end - start, places) for start, end in zip([0, *ends], ends, strict=False)]


def total(numbers: Any) -> int | float:
    """A sum in which decimals do not gather noise."""
    found = round(sum(numbers), 6)
    return int(found) if found == int(found) else found


def column_total(value: Mapping[str, Record], column: str) -> int | float:
    """The sum of one column."""
    return total(record[column] for record in value.values() if column in record)


def grand(value: Mapping[str, Record]) -> int | float:
    """The sum of all cells."""
    return total(cell for record in value.values() for cell in record.values())


def _size(cell: Mapping[str, Any]) -> float:
    return abs(float(cell["figure"]["value"] or 0))


def _mean(cell: Mapping[str, Any], top: float) -> dict[str, Any]:
    value = cell["figure"]["value"]
    return {
        "share": _size(cell) / top if top else 0,
        "n": cell["n"],
        "text": "" if value is None else f"{value:,.2f}",
    }
