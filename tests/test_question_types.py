"""Every question type the loader finds, third parties' included, keeps the contract of
``question_types/base.py``."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from html.parser import HTMLParser
from itertools import islice, product

import jinja2
import plotly.graph_objects
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_types.base import (
    Example,
    Invalid,
    Json,
    Part,
    QuestionType,
    Raw,
    Values,
    Words,
    nested,
    translated,
)
from survey_app import plugins
from survey_app.engine import settings as forms
from survey_app.engine import statistics

TYPES = plugins.types()
CASES = [(key, index) for key, kind in TYPES.items() for index in range(len(kind.examples))]
RAWS = 2000
"""Random and hostile inputs every type is fed, shared out over its examples."""
ANSWERED = [(key, index) for key, index in CASES if TYPES[key].collects]

HOSTILE_STRINGS = [
    "",
    " ",
    "\u3000",
    "\x00",
    "\ud800",
    "a\u0300" * 50,
    "９",
    "9️⃣",
    "🔟",
    "九",
    "十二",
    "-1",
    "+5",
    "1e400",
    "NaN",
    "inf",
    "0x10",
    "9.0",
    "1_000",
    "٣",
    "½",
    "9" * 400,
    "other",
    "__class__",
    "constructor",
    "<script>alert(1)</script>",
    "'; DROP TABLE responses; --",
    "%(low)s %s {0}",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "2025-02-30",
    "0000-00-00",
    "99999-01-01",
    "2025-03-08T00:00",
    "ﷺ" * 300,
    "好" * 20_000,
]
HOSTILE_VALUES: list[Json] = [
    True,
    False,
    0,
    1,
    -1,
    10,
    11,
    9.0,
    0.1,
    2**53,
    10**400,
    float("nan"),
    float("inf"),
    *HOSTILE_STRINGS,
    [],
    [[]],
    [None],
    [1],
    ["a", "a"],
    [{}],
    ["other"] * 600,
    {},
    {"v": None},
    {"v": [], "other": {}},
    {"v": "other"},
    {"v": "other", "other": None},
    {"v": "other", "other": []},
    {"v": "other", "other": {"other": ""}},
    {"v": "other", "other": {"other": 5}},
    {"v": ["other"], "other": {"other": "x" * 5000}},
    {"v": {"v": {"v": 1}}},
    {"": ""},
    {"row": "column"},
    {"a": None, "b": {"c": [1, {"d": 2}]}},
]


class Counts:
    """Totals of some values, by brute force."""

    statistics = statistics

    def __init__(self, kind: QuestionType, values: Values, answers: list[Json]) -> None:
        self.counts: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()
        for answer in answers:
            for bucket, amount in kind.measure(values, answer).items():
                self.counts[bucket] += 1
                self.amounts[bucket] += amount  # type: ignore[assignment]

    def n(self, bucket: str = "") -> int:
        return self.counts[bucket]

    def amount(self, bucket: str = "") -> float:
        return self.amounts[bucket]


def case(key: str, index: int) -> tuple[QuestionType, Values, Example]:
    kind = TYPES[key]
    example = kind.examples[index]
    values, errors = forms.bind(kind.Settings, example.settings)
    assert errors == {}
    return kind, values, example


def answers_of(parts: tuple[Part, ...]) -> Iterator[Json]:
    """Answers put together from the classes of ``parts``, all of them where they are few."""
    for choice in islice(product(*(list(_choices(part)) for part in parts)), 300):
        if parts[0].name == "":
            yield choice[0]
        else:
            yield nested({part.name: value for part, value in zip(parts, choice, strict=True)})


def _choices(part: Part) -> Iterator[Json]:
    if part.many:
        yield from ([value] for value in part.alone)
        yield from (list(part.values[:size]) for size in range(part.low, part.high + 1))
    else:
        yield from part.values
        if part.optional:
            yield None


def sane(kind: QuestionType, values: Values) -> list[Json]:
    """The answers of the domain that the type allows."""
    found = []
    for answer in answers_of(kind.domain(values)):
        with suppress(Invalid):
            kind.check(values, answer)
            found.append(answer)
    return found


def allowed_buckets(kind: QuestionType, values: Values) -> set[str]:
    return {"", "square", *kind.buckets(values)}


def prove_measured(kind: QuestionType, values: Values, value: Json) -> None:
    """All that must hold of any answer that passed ``check``."""
    assert json.loads(json.dumps(value)) == value
    measure = kind.measure(values, value)
    assert measure.get("") is not None
    assert set(measure) <= allowed_buckets(kind, values)
    assert all(isinstance(amount, int | float) and amount == amount for amount in measure.values())
    assert isinstance(kind.text(values, value), str)
    assert kind.label_of(values, value) != ""
    cells = kind.cells(values, value)
    assert len(cells) == len(kind.columns("Q1", values))
    assert all(cell is None or isinstance(cell, str | int | float) for cell in cells)


# What the class itself promises


@pytest.mark.parametrize("key", list(TYPES))
def test_a_type_introduces_itself(key: str) -> None:
    kind = TYPES[key]
    assert kind.key == key
    assert key.isidentifier()
    assert kind.label
    assert kind.family
    assert kind.hint
    assert kind.template.endswith(".html")
    assert set(kind.operators) <= set("QMNTDRK")
    assert len(kind.examples) >= 2
    assert all(example.title for example in kind.examples)


def test_no_two_types_claim_one_foreign_name() -> None:
    names = Counter(alias for kind in TYPES.values() for alias in kind.aliases)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("key", list(TYPES))
def test_the_settings_can_be_drawn_as_a_panel(key: str) -> None:
    fields = forms.describe(TYPES[key].Settings)
    for field in fields + [part for each in fields for part in each.get("fields", [])]:
        assert field["label"]
        assert field["kind"] != "choice" or field["default"] in [value for value, _ in field["choices"]]


@pytest.mark.parametrize(("key", "index"), CASES)
def test_examples_are_sound(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    assert kind.problems(values) == []
    assert json.loads(json.dumps(values)) == values
    value = kind.parse(values, example.raw)
    assert value == example.value
    if kind.collects:
        kind.check(values, value)
        prove_measured(kind, values, value)


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_what_the_controls_hold_gives_the_answer_again(
    templates: jinja2.Environment, key: str, index: int
) -> None:
    kind, values, example = case(key, index)
    for value in [example.value, *sane(kind, values)[:20]]:
        held = kind.refill(values, value)
        assert kind.parse(values, held) == value
        page = Controls(draw(templates, kind, values, held))
        assert {f"Q1.{name}" if name else "Q1" for name in held} <= page.names


# Bad input


@pytest.mark.parametrize(("key", "index"), CASES)
def test_nothing_that_a_form_can_send_breaks_a_type(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    dice = random.Random(key)
    held = kind.refill(values, example.value) if kind.collects else {}
    names = [*dict.fromkeys(["", "other", "__proto__", *_ids(values, "rows"), *held])]
    words = [*HOSTILE_STRINGS, *_ids(values, "options", "columns"), "3", "２", "2025-01-05", "yes"]
    words += [text for texts in held.values() for text in texts]
    for _ in range(-(-RAWS // len(kind.examples))):
        raw = {
            name: dice.choices(words, k=dice.randrange(4))
            for name in dice.sample(names, k=1 + dice.randrange(min(len(names), 4)))
        }
        _feed(kind, values, raw)


@pytest.mark.parametrize(("key", "index"), CASES)
def test_no_random_text_breaks_a_type(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    names = st.sampled_from(["", "other", *_ids(values, "rows")])
    raws = st.dictionaries(names, st.lists(st.text(), max_size=3), max_size=3)

    @settings(
        max_examples=150,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(raws)
    def feed(raw: Raw) -> None:
        _feed(kind, values, raw)

    feed()


def _feed(kind: QuestionType, values: Values, raw: Raw) -> None:
    with suppress(Invalid):
        value = kind.parse(values, raw)
        if value is not None:
            kind.check(values, value)
            prove_measured(kind, values, value)


def _ids(values: Values, *names: str) -> list[str]:
    return [entry["id"] for name in names for entry in values.get(name) or ()]


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_no_json_value_breaks_a_check(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    for value in [*HOSTILE_VALUES, *_mutants(example.value)]:
        with suppress(Invalid):
            kind.check(values, value)
            prove_measured(kind, values, value)


def _mutants(value: Json) -> Iterator[Json]:
    yield from (
        [value],
        {"v": value},
        {"v": value, "other": {"other": "x"}},
        {"v": value, "other": {"a": "x"}},
        str(value),
    )
    if isinstance(value, dict):
        yield from ({**value, "more": 1}, {k: [v] for k, v in value.items()}, dict.fromkeys(value))
    if isinstance(value, list):
        yield from ([*value, *value], [*value, None], tuple(value))


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_true_is_not_a_number_and_a_number_is_not_a_text(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    other = {bool: 1, int: True, float: "1.5", str: 3, list: "a", dict: []}[type(example.value)]
    with pytest.raises(Invalid):
        kind.check(values, other)


@pytest.mark.parametrize(("key", "index"), CASES)
def test_a_refusal_is_a_sentence_with_all_its_places_filled(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    refusals = []
    for value in HOSTILE_VALUES:
        try:
            kind.check(values, value)
        except Invalid as error:
            refusals.append(error)
    assert refusals
    for error in refusals:
        assert error.sentence().endswith((".", "?")) or "%(" in error.message
        assert "%(" not in error.sentence()


@pytest.mark.parametrize(("key", "index"), CASES)
def test_problems_survive_empty_settings(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    bare, _ = forms.bind(kind.Settings, {})
    for settings_ in (
        bare,
        {**values, **{name: [] for name in ("options", "rows", "columns") if name in values}},
    ):
        assert all(isinstance(problem, str) and problem for problem in kind.problems(settings_))


# What an answer means


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_the_domain_covers_the_examples_and_is_allowed(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    parts = kind.domain(values)
    assert parts
    for part in parts:
        _prove_covered(part, _part_of(example.value, part.name))
    possible = list(answers_of(parts))
    if len(parts) == 1:
        for answer in possible:
            kind.check(values, answer)
    for answer in sane(kind, values):
        prove_measured(kind, values, answer)


def _bare(value: Json) -> Json:
    """A value without the text beside it."""
    return value["v"] if isinstance(value, dict) and "v" in value else value


def _part_of(value: Json, name: str) -> Json:
    """The part of an answer with a name; the whole answer where it has none or leaves it out."""
    found = value
    for step in name.split(".") if name else ():
        found = found.get(step) if isinstance(found, dict) else None
    return value if found is None else found


def _prove_covered(part: Part, value: Json) -> None:
    plain = _bare(value)
    if part.name and isinstance(plain, dict) and plain not in part.values:
        assert part.optional
    elif part.many:
        assert set(plain) <= {*part.values, *part.alone}
    elif part.open:
        assert type(plain) in {type(each) for each in part.values} | {float}
    else:
        assert plain in [_bare(each) for each in part.values]


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_rows_have_labels_and_operators(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    for row, label in kind.rows(values).items():
        assert label
        assert set(kind.operators_of(values, row)) <= set(kind.operators) - {"R"}
    for every in ("any", "every"):
        letters = kind.operators_of(values, every)
        assert all(set(letters) <= set(kind.operators_of(values, row)) for row in kind.rows(values))


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_something_in_the_domain_can_be_answered(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    assert sane(kind, values)


@pytest.mark.parametrize(("key", "index"), CASES)
def test_buckets_have_names_and_labels(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    for bucket, label in kind.buckets(values).items():
        assert bucket.strip() == bucket != ""
        assert " " not in bucket
        assert isinstance(label, str)
        assert label


@pytest.mark.parametrize(("key", "index"), CASES)
def test_an_unanswered_question_exports_empty_cells(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    columns = kind.columns("Q1", values)
    assert kind.cells(values, None) == [None] * len(columns)
    assert len({column.name for column in columns}) == len(columns)
    assert all(column.name.startswith("Q1") and column.label for column in columns)


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_coded_cells_have_value_labels(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    columns = kind.columns("Q1", values)
    for answer in sane(kind, values):
        for column, cell in zip(columns, kind.cells(values, answer), strict=True):
            assert column.kind != "choice" or cell is None or str(cell) in column.values


# Figures and charts


def some_answers(kind: QuestionType, values: Values, example: Example, n: int = 60) -> list[Json]:
    dice = random.Random(7)
    possible = [example.value, *sane(kind, values)]
    return [dice.choice(possible) for _ in range(n)]


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_a_summary_of_totals_equals_the_count_of_the_answers(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    answers = some_answers(kind, values, example)
    summary = kind.summary(values, Counts(kind, values, answers))
    assert summary["n"] == len(answers)
    for row in [*summary["rows"], *summary.get("groups", [])]:
        counted = sum(row["bucket"] in kind.measure(values, answer) for answer in answers)
        assert row["n"] == counted
        assert row["share"] == pytest.approx(counted / len(answers))
        assert row["label"]
    for entry in filter(None, [summary["headline"], *summary.get("figures", [])]):
        assert {"label", "value", "low", "high", "unit", "n", "enough"} <= set(entry)
        assert entry["low"] is None or entry["low"] - 1e-9 <= entry["value"] <= entry["high"] + 1e-9
    json.dumps(summary, allow_nan=False)


@pytest.mark.parametrize(("key", "index"), ANSWERED)
@pytest.mark.parametrize("n", [0, 1, 60])
def test_a_chart_is_plain_json_that_plotly_draws(key: str, index: int, n: int) -> None:
    kind, values, example = case(key, index)
    totals = Counts(kind, values, some_answers(kind, values, example, n))
    figure = kind.chart(values, kind.summary(values, totals))
    if figure is None:
        return
    assert n > 0
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    plotly.graph_objects.Figure(figure)
    layout = figure["layout"]
    assert "font" not in layout
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_a_chart_says_only_what_its_summary_says(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    summary = kind.summary(values, Counts(kind, values, some_answers(kind, values, example)))
    foreign = translated(summary, lambda message: "译" * 3)
    figure = kind.chart(values, foreign)
    ours = [label for label in _words(summary) if len(label) > 2]
    if figure is not None:
        assert not [label for label in ours if f'"{label}"' in json.dumps(figure, ensure_ascii=False)]
    assert not [word for word in _strings(foreign) if isinstance(word, Words)]


def _words(tree: Json) -> list[str]:
    return [word for word in _strings(tree) if isinstance(word, Words)]


def _strings(tree: Json) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for each in tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ():
        yield from _strings(each)


# Plain-text conversations


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_a_type_that_speaks_understands_its_own_words(key: str, index: int) -> None:
    kind, values, example = case(key, index)
    instructions = kind.say(values)
    if instructions is None:
        return
    assert instructions.strip()
    said = example.value if kind.sealed else kind.label_of(values, example.value)
    raw = kind.hear(values, said)
    assert raw is not None
    assert kind.parse(values, raw) == example.value


@pytest.mark.parametrize(("key", "index"), CASES)
def test_no_reply_breaks_a_type(key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    for message in [
        *HOSTILE_STRINGS,
        "9分",
        "九分，很好",
        "1,3",
        "A",
        "其他：无",
        "其他（",
        "，，",
        "((((",
        "我给",
    ]:
        raw = kind.hear(values, message)
        if raw is not None:
            _feed(kind, values, raw)


# Controls on the page


class Controls(HTMLParser):
    """Reads a form as a browser would send it, and what it says about itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.names: set[str] = set()
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self.tags.append((tag, about))
        name = about.get("name") or ""
        self.names |= {name} if name else set()
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
        elif tag == "option" and "selected" in about:
            self.sent.setdefault(self._select, []).append(about["value"] or "")
        elif about.get("type") == "file":
            pass  # sends files, no text
        elif tag == "input" and (about["type"] not in ("radio", "checkbox") or "checked" in about):
            self.sent.setdefault(name, []).append(about["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] = [data.removeprefix("\n")]


@pytest.fixture(scope="session")
def templates() -> jinja2.Environment:
    folders = [jinja2.PackageLoader(name) for name in sorted(set(TYPES.packages.values()))]
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(str, lambda one, many, n: one, newstyle=True)  # type: ignore[attr-defined]
    return environment


def draw(
    templates: jinja2.Environment, kind: QuestionType, values: Values, raw: Raw, taken: Collection[str] = ()
) -> str:
    def buckets(value: str, part: str = "") -> str:
        parsed = kind.parse(values, {part: [value]})
        return " ".join(bucket for bucket in kind.measure(values, parsed) if bucket)

    question = {
        "code": "Q1",
        "name": "Q1",
        "type": kind,
        "settings": values,
        "raw": raw,
        "required": True,
        "options": values.get("options") or [],
        "rows": values.get("rows") or [],
        "columns": values.get("columns") or [],
        "buckets": buckets,
        "taken": taken,
        "label_id": "Q1-label",
        "error_id": "Q1-error",
    }
    return templates.get_template(kind.template).render(q=question)


@pytest.mark.parametrize(("key", "index"), CASES)
@pytest.mark.parametrize("filled", [False, True])
def test_the_controls_send_back_what_was_filled_in(
    templates: jinja2.Environment, key: str, index: int, filled: bool
) -> None:
    kind, values, example = case(key, index)
    stored = _unfolded(kind, values, example) if filled else {}
    page = Controls(draw(templates, kind, values, stored))
    assert all(name == "Q1" or name.startswith("Q1.") for name in page.names)
    assert bool(page.names) == kind.collects
    raw = {name.removeprefix("Q1").removeprefix("."): sent for name, sent in page.sent.items()}
    assert kind.parse(values, raw) == (example.value if filled else None)


def _unfolded(kind: QuestionType, values: Values, example: Example) -> Raw:
    """The example's input as native controls would hold it (no full-width digits in a date box)."""
    if isinstance(example.value, str | int | float) and not isinstance(example.value, bool):
        return {**example.raw, **kind.refill(values, example.value)}
    return example.raw


@pytest.mark.parametrize(("key", "index"), CASES)
def test_every_control_has_a_name_people_can_hear(
    templates: jinja2.Environment, key: str, index: int
) -> None:
    kind, values, _ = case(key, index)
    html = draw(templates, kind, values, {})
    page = Controls(html)
    for tag, about in page.tags:
        assert "style" not in about
        assert not [name for name in about if name.startswith("on")]
        if tag in ("select", "textarea") or (
            tag == "input" and about["type"] not in ("radio", "checkbox", "hidden")
        ):
            assert about.get("aria-labelledby") or about.get("aria-label")
    assert "<script" not in html
    labels = sum(tag == "label" for tag, _ in page.tags)
    assert labels == sum(
        tag == "input" and about["type"] in ("radio", "checkbox") for tag, about in page.tags
    )


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_choices_carry_their_buckets(templates: jinja2.Environment, key: str, index: int) -> None:
    kind, values, _ = case(key, index)
    known = set(kind.buckets(values))
    for tag, about in Controls(draw(templates, kind, values, {})).tags:
        pickable = about.get("value") if tag == "option" else about.get("type") in ("radio", "checkbox")
        if pickable:
            carried = (about["data-buckets"] or "").split()
            assert carried
            assert set(carried) <= known


@pytest.mark.parametrize(("key", "index"), ANSWERED)
def test_what_has_run_out_stays_in_sight_and_cannot_be_chosen(
    templates: jinja2.Environment, key: str, index: int
) -> None:
    kind, values, _ = case(key, index)
    options = values.get("options") or []
    limited = values | {"options": [{**each, "limit": 1, "capacity": 1} for each in options]}
    assert all(limit >= 0 for limit in kind.capacity(values).values())
    if not options or options[0]["id"] not in kind.capacity(limited):
        return
    full = options[0]["id"]
    html = draw(templates, kind, values, {"": [full]}, taken=[full])
    found = [about for _, about in Controls(html).tags if about.get("value") == full]
    assert "disabled" in found[0]
    assert not {"checked", "selected"} & found[0].keys()
    assert kind.full[0] in html


@pytest.mark.parametrize(("key", "index"), CASES)
def test_words_of_authors_and_customers_are_shown_as_they_are(
    templates: jinja2.Environment, key: str, index: int
) -> None:
    kind, values, _ = case(key, index)
    evil = '<b onclick="x">50% & "quoted"</b>'
    worded = {name: evil if value == "" else value for name, value in values.items()} | {
        name: [{**entry, "label": evil} for entry in values[name]]
        for name in ("options", "rows", "columns")
        if name in values
    }
    html = draw(templates, kind, worded, {"": [evil], "other": [evil]})
    assert "<b " not in html
    assert not [tag for tag, about in Controls(html).tags if tag == "b" or "onclick" in about]
