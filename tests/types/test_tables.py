"""Tables, tables that grow, sentences with blanks and ranges against their definitions."""

from __future__ import annotations

import random
from itertools import pairwise, product
from statistics import fmean
from typing import Any

import pytest

from question_types.base import Invalid, Json, QuestionType, Values, held, nested
from tests.types.cases import entries, made, totals

ROWS = entries("一月", "二月")
MIXED: list[dict[str, Any]] = [
    {"id": "how", "label": "方式", "kind": "choice", "options": entries("到店", "外卖", "自提")},
    {"id": "tags", "label": "原因", "kind": "several", "options": entries("近", "快"), "optional": True},
    {"id": "n", "label": "次数", "kind": "number", "max": 40},
    {"id": "score", "label": "评分", "kind": "score"},
    {"id": "say", "label": "说明", "optional": True},
]


def cells(dice: random.Random) -> dict[str, Json]:
    """One random row of the mixed columns."""
    found = {
        "how": dice.choice("abc"),
        "tags": dice.choice([None, ["a"], ["a", "b"]]),
        "n": dice.randrange(41),
        "score": dice.randrange(1, 6),
        "say": dice.choice([None, "好"]),
    }
    return {name: cell for name, cell in found.items() if cell is not None}


def answers(n: int = 90) -> list[dict[str, Json]]:
    dice = random.Random(5)
    return [{row: cells(dice) for row in dice.choice(["a", "b", "ab"])} for _ in range(n)]


def mixed() -> tuple[QuestionType, Values]:
    return made("matrix_mixed", rows=ROWS, columns=MIXED, min_rows=1)


# Parts of answers by name


def test_parts_make_an_answer_and_the_answer_gives_its_parts_again() -> None:
    parts = {"a.x": 1, "a.y": None, "b": "z", "c.x": ["p", "q"]}
    assert nested(parts) == {"a": {"x": 1}, "b": "z", "c": {"x": ["p", "q"]}}
    assert held(nested(parts)) == {"a.x": ["1"], "b": ["z"], "c.x": ["p", "q"]}


# Matrices


def test_a_table_is_read_cell_by_cell() -> None:
    kind, values = mixed()
    raw = {"a.how": ["b"], "a.n": ["１２"], "a.score": ["5"], "a.say": [" x  y "], "b.n": [""], "c.n": ["1"]}
    assert kind.parse(values, raw) == {"a": {"how": "b", "n": 12, "score": 5, "say": "x y"}}
    assert kind.parse(values, {"a.n": [" "]}) is None


@pytest.mark.parametrize(
    ("cell", "wrong", "sentence"),
    [
        ("how", "d", "一月 · 方式: Please choose from the options shown."),
        ("tags", [], "一月 · 原因"),
        ("n", 41, "一月 · 次数: Please enter a number from 0 to 40."),
        ("n", True, "一月 · 次数"),
        ("score", 0, "一月 · 评分: Please choose a number from 1 to 5."),
        ("say", "a\nb", "一月 · 说明: Please write your answer on one line."),
        ("say", "好" * 101, "一月 · 说明: Please shorten"),
    ],
)
def test_a_refusal_says_in_which_cell(cell: str, wrong: Json, sentence: str) -> None:
    kind, values = mixed()
    row = {"how": "a", "n": 1, "score": 3}
    kind.check(values, {"a": row})
    with pytest.raises(Invalid, match=sentence.replace("(", r"\(")):
        kind.check(values, {"a": {**row, cell: wrong}})


def test_a_refusal_in_a_cell_is_translated_as_a_whole() -> None:
    kind, values = mixed()
    with pytest.raises(Invalid) as refusal:
        kind.check(values, {"a": {"how": "d", "n": 1, "score": 3}})
    words = {
        "%(place)s: %(fault)s": "%(place)s：%(fault)s",
        "Please choose from the options shown.": "请选择。",
    }
    assert refusal.value.sentence(lambda message: words.get(message, message)) == "一月 · 方式：请选择。"


def test_a_row_is_filled_in_as_a_whole_and_all_rows_unless_fewer_are_asked_for() -> None:
    kind, values = mixed()
    with pytest.raises(Invalid, match="Still open: 二月 · 评分"):
        kind.check(values, {"b": {"how": "a", "n": 1}})
    kind, values = made("matrix_mixed", rows=ROWS, columns=MIXED)
    with pytest.raises(Invalid, match="Still open: 二月"):
        kind.check(values, {"a": {"how": "a", "n": 1, "score": 3}})


def test_conditions_name_cells_and_know_what_is_in_them() -> None:
    kind, values = mixed()
    assert list(kind.rows(values))[:2] == ["a.how", "a.tags"]
    assert kind.rows(values)["b.n"] == "二月 · 次数"
    letters = {column["id"]: kind.operators_of(values, f"a.{column['id']}") for column in MIXED}
    assert letters == {"how": "Q", "tags": "M", "n": "N", "score": "NQ", "say": "T"}
    assert kind.operators_of(values, "any") == ""
    numbers = made("matrix_mixed", rows=ROWS, columns=MIXED[2:4])
    assert numbers[0].operators_of(numbers[1], "every") == "N"


def test_each_column_is_told_row_by_row() -> None:
    kind, values = mixed()
    given = answers()
    summary = kind.summary(values, totals(kind, values, given))
    for row in summary["rows"]:
        here = [answer[row["bucket"]] for answer in given if row["bucket"] in answer]
        assert row["n"] == len(here)
        how, tags, n, score, say = row["cells"]
        assert [cell["n"] for cell in how["cells"]] == [sum(c["how"] == i for c in here) for i in "abc"]
        assert [cell["n"] for cell in tags["cells"]] == [
            sum(i in c.get("tags", ()) for c in here) for i in "ab"
        ]
        assert tags["cells"][0]["share"] == pytest.approx(1.0)
        assert n["figure"]["value"] == pytest.approx(fmean(c["n"] for c in here))
        assert score["figure"]["value"] == pytest.approx(fmean(c["score"] for c in here))
        assert say["n"] == sum("say" in c for c in here)


def test_the_chart_has_a_panel_for_each_column() -> None:
    kind, values = mixed()
    figure = kind.chart(values, kind.summary(values, totals(kind, values, answers())))
    assert figure is not None
    titles = [each["text"] for each in figure["layout"]["annotations"]]
    assert titles == [f"<b>{column['label']}</b>" for column in MIXED]
    spans = [figure["layout"][f"yaxis{n}"]["domain"] for n in ("", "2", "3", "4", "5")]
    assert all(low < high for low, high in spans)
    assert all(above[0] >= below[1] for above, below in pairwise(spans))
    assert {trace["yaxis"] for trace in figure["data"]} == {"y", "y2", "y3", "y4", "y5"}


def test_an_export_has_a_column_for_each_cell_and_each_of_several_choices() -> None:
    kind, values = mixed()
    names = [column.name for column in kind.columns("Q1", values)]
    assert names[:7] == [
        "Q1.a.how",
        "Q1.a.tags.a",
        "Q1.a.tags.b",
        "Q1.a.n",
        "Q1.a.score",
        "Q1.a.say",
        "Q1.b.how",
    ]
    row = {"how": "c", "tags": ["b"], "n": 3, "score": 4}
    assert kind.cells(values, {"a": row}) == ["c", 0, 1, 3, 4, None, None, None, None, None, None, None]


def test_columns_without_options_and_with_contradictions_are_problems() -> None:
    columns = [
        {"id": "a", "label": "A", "kind": "choice"},
        {"id": "b", "label": "B", "kind": "number", "min": 5, "max": 1},
    ]
    kind, values = made("matrix_mixed", rows=ROWS, columns=columns)
    assert kind.problems(values) == [
        "A: Give at least two options.",
        "B: The smallest number allowed is greater than the largest.",
    ]
    assert kind.problems(made("matrix_mixed", rows=ROWS)[1]) == ["Give at least one column."]


def test_texts_of_a_table_are_the_customers_words() -> None:
    kind, values = made("matrix_text", rows=ROWS, columns=entries("好", "坏"))
    value = {"a": {"a": "快", "b": "贵"}, "b": {"a": "近", "b": "吵"}}
    assert kind.text(values, value) == "快\n贵\n近\n吵"
    assert kind.label_of(values, value) == "一月 · 好: 快; 一月 · 坏: 贵; 二月 · 好: 近; 二月 · 坏: 吵"


# Numbers and their sums


def numbers(**more: Any) -> tuple[QuestionType, Values]:
    return made("matrix_number", rows=ROWS, columns=entries("甲", "乙", "丙"), **more)


def test_sums_of_rows_columns_and_all_cells_are_rules() -> None:
    kind, values = numbers(row_sum=10)
    kind.check(values, {"a": {"a": 5, "b": 5, "c": 0}, "b": {"a": 10, "b": 0, "c": 0}})
    with pytest.raises(Invalid, match="二月: the numbers add up to 9; please make it 10"):
        kind.check(values, {"a": {"a": 5, "b": 5, "c": 0}, "b": {"a": 9, "b": 0, "c": 0}})
    kind, values = numbers(column_sum=4)
    with pytest.raises(Invalid, match="丙: the numbers add up to 3"):
        kind.check(values, {"a": {"a": 1, "b": 2, "c": 3}, "b": {"a": 3, "b": 2, "c": 0}})
    kind, values = numbers(max_sum=5)
    with pytest.raises(Invalid, match="add up to 6; they may be at most 5"):
        kind.check(values, {row: {"a": 1, "b": 1, "c": 1} for row in "ab"})


def test_decimals_add_up_without_noise() -> None:
    kind, values = numbers(row_sum=1, decimals=1)
    kind.check(values, {row: {"a": 0.1, "b": 0.2, "c": 0.7} for row in "ab"})
    assert kind.measure(values, {"a": {"a": 0.1, "b": 0.2, "c": 0.7}})[""] == 1


@pytest.mark.parametrize("sums", [{"row_sum": 10}, {"column_sum": 7}, {"row_sum": 9, "column_sum": 6}])
def test_the_domain_reaches_the_sums_that_are_wanted(sums: dict[str, int]) -> None:
    kind, values = numbers(**sums)
    assert kind.problems(values) == []
    kind.check(values, nested({part.name: part.values[0] for part in kind.domain(values)}))


def test_sums_that_cannot_be_reached_are_problems() -> None:
    assert numbers(row_sum=10, column_sum=4)[0].problems(numbers(row_sum=10, column_sum=4)[1])
    assert numbers(row_sum=10, max=3)[0].problems(numbers(row_sum=10, max=3)[1])
    assert numbers(min=5, row_sum=10)[0].problems(numbers(min=5, row_sum=10)[1])


def test_the_table_of_means_is_the_mean_of_each_cell() -> None:
    kind, values = numbers(min_rows=1)
    dice = random.Random(3)
    given = [{r: {c: dice.randrange(9) for c in "abc"} for r in dice.choice(["a", "ab"])} for _ in range(50)]
    summary = kind.summary(values, totals(kind, values, given))
    figure = kind.chart(values, summary)
    assert figure is not None
    for (y, row), (x, column) in product(enumerate("ab"), enumerate("abc")):
        mean = fmean(answer[row][column] for answer in given if row in answer)
        assert summary["rows"][y]["cells"][x]["figure"]["value"] == pytest.approx(mean)
        assert figure["data"][0]["text"][y][x] == f"{mean:,.2f}"
    sums = [sum(sum(row.values()) for row in answer.values()) for answer in given]
    assert summary["headline"]["value"] == pytest.approx(fmean(sums))
    row = [sum(answer["b"].values()) for answer in given if "b" in answer]
    assert summary["rows"][1]["figure"]["value"] == pytest.approx(fmean(row))


# A table that grows


COLUMNS: list[dict[str, Any]] = [
    {"id": "name", "label": "姓名", "unique": True},
    {"id": "kind", "label": "关系", "kind": "choice", "options": entries("配偶", "子女"), "optional": True},
    {"id": "age", "label": "年龄", "kind": "number", "max": 120, "optional": True},
]


def growing(**more: Any) -> tuple[QuestionType, Values]:
    return made("table_dynamic", columns=COLUMNS, **more)


def test_rows_without_content_are_no_rows() -> None:
    kind, values = growing()
    raw = {"2.name": ["李芳"], "3.name": [" "], "5.name": ["王明"], "5.age": ["８"], "6.name": ["x"]}
    value = kind.parse(values, raw)
    assert value == [{"name": "李芳"}, {"name": "王明", "age": 8}]
    assert kind.refill(values, value) == {"1.name": ["李芳"], "2.name": ["王明"], "2.age": ["8"]}


def test_there_are_as_many_rows_as_allowed() -> None:
    kind, values = growing(min_rows=2, max_rows=3)
    three: list[Json] = [{"name": name} for name in "abc"]
    kind.check(values, three)
    with pytest.raises(Invalid, match="at least 2 rows"):
        kind.check(values, three[:1])
    with pytest.raises(Invalid, match="at most 3 rows"):
        kind.check(values, [*three, {"name": "d"}])
    assert growing(min_rows=3, max_rows=2)[0].problems(growing(min_rows=3, max_rows=2)[1])


def test_a_key_is_different_in_every_row() -> None:
    kind, values = growing()
    with pytest.raises(Invalid, match="“姓名” must be different in every row"):
        kind.check(values, [{"name": "a"}, {"name": "a"}])
    kind.check(values, [{"name": "a", "kind": "a"}, {"name": "b", "kind": "a"}])


def test_a_refusal_says_in_which_row() -> None:
    kind, values = growing(row_label="家人")
    with pytest.raises(Invalid, match="家人 2 · 年龄: Please enter a number"):
        kind.check(values, [{"name": "a"}, {"name": "b", "age": 121}])
    with pytest.raises(Invalid, match="Still open: 家人 1 · 姓名"):
        kind.check(values, [{"age": 1}])


def test_rows_and_columns_of_a_growing_table_are_counted() -> None:
    kind, values = growing()
    dice = random.Random(9)
    given = []
    for _ in range(60):
        rows: list[dict[str, Json]] = [{"name": str(n)} for n in range(dice.randrange(1, 6))]
        for row in rows:
            row |= dice.choice([{}, {"kind": dice.choice("ab")}, {"age": dice.randrange(121)}])
        given.append(rows)
    summary = kind.summary(values, totals(kind, values, given))
    assert summary["headline"]["value"] == pytest.approx(fmean(map(len, given)))
    assert [row["n"] for row in summary["rows"]] == [sum(len(a) == n for a in given) for n in range(1, 6)]
    flat = [row for answer in given for row in answer]
    name, relation, age = summary["parts"]
    assert name["n"] == len(flat)
    assert [cell["n"] for cell in relation["cells"]] == [sum(r.get("kind") == i for r in flat) for i in "ab"]
    ages = [row["age"] for row in flat if "age" in row]
    assert age["n"] == len(ages)
    assert age["figure"]["value"] == pytest.approx(fmean(ages))
    assert sum(cell["n"] for cell in age["cells"]) == len(ages)
    assert kind.chart(values, summary) is not None


def test_a_growing_table_exports_all_its_places() -> None:
    kind, values = growing(max_rows=2)
    assert [c.name for c in kind.columns("Q1", values)][:4] == [
        "Q1.1.name",
        "Q1.1.kind",
        "Q1.1.age",
        "Q1.2.name",
    ]
    assert kind.cells(values, [{"name": "a", "age": 3}]) == ["a", None, 3, None, None, None]


# A sentence with blanks


def test_a_sentence_is_cut_at_its_blanks() -> None:
    rows = [{"id": "city", "label": "城市"}, {"id": "years", "label": "年数", "kind": "number"}]
    kind, values = made("inline_blank", sentence="我在 {city} 住了 {years} 年 {Q1}", rows=rows)
    pieces = [each if isinstance(each, str) else each.id for each in kind.pieces(values)]  # type: ignore[attr-defined]
    assert pieces == ["我在 ", "city", " 住了 ", "years", " 年 ", "{Q1}", ""]
    assert kind.problems(values) == []
    assert kind.operators_of(values, "years") == "N"
    assert kind.label_of(values, {"city": "成都", "years": 3}) == "城市: 成都; 年数: 3"


def test_every_blank_stands_in_the_sentence_once() -> None:
    rows = [
        {"id": "a", "label": "A"},
        {"id": "b", "label": "B", "kind": "several", "options": entries("1", "2")},
    ]
    kind, values = made("inline_blank", sentence="{a} and {a}", rows=rows)
    assert kind.problems(values) == [
        "“B”: a blank takes one choice only.",
        "Put {b} into the sentence.",
        "{a} stands in the sentence twice.",
    ]


# A range


def ranged(**more: Any) -> tuple[QuestionType, Values]:
    return made("range_slider", **{"min": 0, "max": 100, "step": 10, **more})


@pytest.mark.parametrize(
    "value", [[20], [20, 30, 40], [30, 20], [5, 20], [0, 110], [True, 20], ["0", "10"], {}]
)
def test_a_range_has_two_ends_on_the_track_in_order(value: Json) -> None:
    kind, values = ranged()
    kind.check(values, [20, 20])
    with pytest.raises(Invalid):
        kind.check(values, value)


def test_the_ends_keep_their_distance() -> None:
    kind, values = ranged(min_gap=20)
    kind.check(values, [20, 40])
    with pytest.raises(Invalid, match="at least 20 apart"):
        kind.check(values, [20, 30])
    with pytest.raises(Invalid, match="both ends"):
        kind.parse(values, {"low": ["20"]})
    assert ranged(min_gap=200)[0].problems(ranged(min_gap=200)[1])


@pytest.mark.parametrize("reply", ["20-50", "20 到 50", "２０至５０", "20~50", "20 to 50。"])
def test_a_range_is_heard_in_a_reply(reply: str) -> None:
    kind, values = ranged()
    raw = kind.hear(values, reply)
    assert raw is not None
    assert kind.parse(values, raw) == [20, 50]
    assert kind.hear(values, "20") is None


def test_each_bin_counts_the_ranges_that_touch_it() -> None:
    kind, values = ranged()
    dice = random.Random(2)
    given = [sorted(dice.choices(range(0, 101, 10), k=2)) for _ in range(70)]
    summary = kind.summary(values, totals(kind, values, given))
    for row in summary["rows"]:
        assert row["n"] == sum(low <= int(row["bucket"]) <= high for low, high in given)
    assert summary["headline"]["value"] == pytest.approx(fmean(high - low for low, high in given))
    means = [figure["value"] for figure in summary["figures"]]
    assert means == pytest.approx([fmean(low for low, _ in given), fmean(high for _, high in given)])
