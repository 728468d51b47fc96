"""What differs between two documents: which part, in which words, with which consequence."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from survey_app import plugins
from survey_app.engine.changes import between
from survey_app.engine.differences import Change
from tests.engine import surveys
from tests.engine.edits import edited
from tests.engine.stubs import TYPES
from tests.factories import NPS_DOCUMENT

Json = Any
Document = dict[str, Any]
Told = tuple[str, str, str]


def document() -> Document:
    """The NPS survey with a quota, a variable, English texts and an ending for those we call back."""
    made = copy.deepcopy(NPS_DOCUMENT)
    made["endings"].append({"code": "callback", "title": "我们会联系您"})
    made["pages"][0]["next"] = [{"when": {"question": "Q1", "at_most": 3}, "go": "callback"}]
    made["quotas"] = [
        {"code": "sh", "when": {"question": "Q1", "is": "promoter"}, "limit": 200, "then": {"go": "callback"}}
    ]
    made["variables"] = [{"code": "twice", "value": {"multiply": [{"question": "Q1"}, 2]}}]
    made["translations"] = {"en": {"Q1.title": "How likely?", "Q3.options.open.label": "Open an account"}}
    return made


def question(made: Document, code: str) -> Document:
    return next(each for page in made["pages"] for each in page["questions"] if each["code"] == code)


def found(edit: Callable[[Document], Any]) -> list[Change]:
    new = document()
    edit(new)
    return between(document(), new, plugins.types())


def details(edit: Callable[[Document], Any]) -> list[Told]:
    """(place, sentence, consequence) of everything that an edit changes."""
    return [
        (each.place, str(each.words), each.consequence) for change in found(edit) for each in change.details
    ]


def put(code: str, **values: Json) -> Callable[[Document], None]:
    return lambda made: question(made, code).update(values)


def options(made: Document) -> list[Document]:
    listed: list[Document] = question(made, "Q3")["settings"]["options"]
    return listed


def setting(code: str, **values: Json) -> Callable[[Document], None]:
    return lambda made: question(made, code)["settings"].update(values)


EDITS: list[tuple[str, Callable[[Document], Any], Told]] = [
    ("title", put("Q1", title="您会推荐吗？"), ("Q1.title", "“您会推荐吗？”", "harmless")),
    ("help", put("Q1", help="0 到 10"), ("Q1.help", "Help: “0 到 10”", "harmless")),
    (
        "type",
        put("Q1", type="csat"),
        ("Q1.type", "Net Promoter Score → Customer satisfaction (CSAT)", "comparability"),
    ),
    ("required", put("Q1", required=False), ("Q1.required", "Answer: required → optional", "paths")),
    (
        "required if",
        put("Q2", required={"question": "Q1", "at_most": 3}),
        ("Q2.required", "optional → required if Q1 “您有多大可能向朋友推荐我们？” is at most 3", "paths"),
    ),
    ("show gone", lambda made: question(made, "Q2").pop("show"), ("Q2.show", "Shown if: Q1", "paths")),
    ("show", put("Q2", show={"question": "Q1", "at_most": 6}), ("Q2.show", "is “Detractors” → Q1", "paths")),
    (
        "check",
        put("Q2", validate=[{"when": {"question": "Q2", "contains": "x"}, "message": "不要写 x"}]),
        ("Q2.validate.0", "Check: refused if Q2", "paths"),
    ),
    ("default", put("Q3", default="loan"), ("Q3.default", "Begins with: “loan”", "comparability")),
    ("order", setting("Q3", order="random"), ("Q3.settings.order", "As written → Random", "harmless")),
    (
        "option new",
        lambda made: options(made).append({"id": "ask", "label": "咨询"}),
        ("Q3.settings.options.ask", "Option “咨询”", "comparability"),
    ),
    (
        "option gone",
        lambda made: options(made).pop(),
        ("Q3.settings.options.loan", "Option “贷款”", "comparability"),
    ),
    (
        "option reworded",
        lambda made: options(made)[1].update(label="个人贷款"),
        ("Q3.settings.options.loan", "Option reworded: “贷款” → “个人贷款”", "harmless"),
    ),
    (
        "option re-used",
        lambda made: options(made)[1].update(label="投诉"),
        (
            "Q3.settings.options.loan",
            "The id stays: answers from before count as the new one",
            "comparability",
        ),
    ),
    (
        "options moved",
        lambda made: options(made).reverse(),
        ("Q3.settings.options", "Option moved", "harmless"),
    ),
    (
        "option rule",
        lambda made: options(made)[1].update(show={"field": "city", "is": "上海"}),
        ("Q3.settings.options.loan.show", "Option “贷款” is shown if: ", "paths"),
    ),
    ("other", setting("Q3", other=True), ("Q3.settings.other", "no → yes", "comparability")),
    ("length", setting("Q2", max_length=300), ("Q2.settings.max_length", "500 → 300", "harmless")),
    ("end label", setting("Q1", low_label="不会"), ("Q1.settings.low_label", "“不会”", "harmless")),
    (
        "page title",
        lambda made: made["pages"][1].update(title="业务"),
        ("p2.title", "Title: “业务”", "harmless"),
    ),
    (
        "page rule",
        lambda made: made["pages"][1].update(show={"question": "Q1", "at_most": 6}),
        ("p2.show", "Shown if: Q1", "paths"),
    ),
    (
        "loop",
        lambda made: made["pages"][1].update(loop={"over": {"question": "Q1"}, "max": 3}),
        ("p2.loop", "as often as Q1 “您有多大可能向朋友推荐我们？” says, at most 3 times", "paths"),
    ),
    (
        "jump",
        lambda made: made["pages"][0]["next"][0].update(go="thanks"),
        ("p1.next.0", "to Ending: 我们会联系您 → if Q1", "paths"),
    ),
    ("jump gone", lambda made: made["pages"][0].pop("next"), ("p1.next.0", "Jump: if Q1", "paths")),
    ("ending", lambda made: made["endings"][0].update(title="再见"), ("thanks.title", "“再见”", "harmless")),
    (
        "ending kind",
        lambda made: made["endings"][1].update(kind="screened_out"),
        ("callback.kind", "Counts as: completed → screened out", "comparability"),
    ),
    ("limit", lambda made: made["quotas"][0].update(limit=150), ("sh.limit", "Limit: 200 → 150", "people")),
    (
        "quota rule",
        lambda made: made["quotas"][0].update(when={"question": "Q1", "is": "passive"}),
        ("sh.when", "“Promoters” → Q1", "people"),
    ),
    (
        "quota target",
        lambda made: made["quotas"][0].update(then={"go": "thanks"}),
        ("sh.then", "Ending: 我们会联系您 → Ending: 谢谢您的反馈", "paths"),
    ),
    (
        "field",
        lambda made: made["fields"][0].update(type="number"),
        ("city.type", "text → number", "comparability"),
    ),
    (
        "variable",
        lambda made: made["variables"][0].update(value={"add": [{"question": "Q1"}, 1]}),
        ("twice.value", "Worked out as: ", "comparability"),
    ),
    (
        "closes",
        lambda made: made["settings"].update(closes="2026-12-31"),
        ("settings.closes", "Closes: “2026-12-31”", "people"),
    ),
    (
        "progress",
        lambda made: made["settings"].update(progress=False),
        ("settings.progress", "yes → no", "harmless"),
    ),
    (
        "zone",
        lambda made: made["settings"].update(timezone="Asia/Tokyo"),
        ("settings.timezone", "Asia/Shanghai", "comparability"),
    ),
    (
        "score",
        lambda made: made.update(scores={"main": "Q1"}),
        ("scores.main", "Main score: Q1", "comparability"),
    ),
    ("survey", lambda made: made.update(title="回访"), ("title", "“门店体验回访” → “回访”", "harmless")),
    (
        "language",
        lambda made: made["translations"].pop("en"),
        ("translations.en", "no longer speaks", "people"),
    ),
]


@pytest.mark.parametrize(("edit", "told"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_each_kind_of_edit_is_told_with_its_consequence(edit: Callable[[Document], Any], told: Told) -> None:
    place, words, consequence = told
    all_of_it = details(edit)
    assert [each[2] for each in all_of_it if each[0] == place and words in each[1]] == [consequence], (
        all_of_it
    )


@pytest.mark.parametrize("edit", [each[1] for each in EDITS], ids=[each[0] for each in EDITS])
def test_an_edit_undone_is_the_opposite(edit: Callable[[Document], Any]) -> None:
    new = document()
    edit(new)
    there, back = (between(*pair, plugins.types()) for pair in ((document(), new), (new, document())))
    assert {(each.what, each.code) for each in there} == {(each.what, each.code) for each in back}
    opposite = {"added": "removed", "removed": "added"}
    kinds = {(each.place, opposite.get(each.kind, each.kind)) for change in there for each in change.details}
    assert kinds >= {
        (each.place, each.kind)
        for change in back
        for each in change.details
        if each.kind != "moved" and change.what != "translations"
    }


def test_a_new_question_says_what_it_is_and_for_whom() -> None:
    asked = {"code": "Q4", "type": "short_text", "title": "姓名", "settings": {}}
    asked["show"] = {"question": "Q1", "is": "detractor"}
    change = found(lambda made: made["pages"][1]["questions"].append(asked))[0]
    assert (change.kind, change.what, change.code, change.name) == ("added", "question", "Q4", "姓名")
    assert [str(each.words)[:12] for each in change.details] == ["Short text", "Shown if: Q1"]


def test_what_is_gone_is_named_with_its_old_title() -> None:
    change = found(lambda made: made["pages"][1]["questions"].pop())[0]
    assert (change.kind, change.code, change.name) == ("removed", "Q3", "您办理了哪项业务？")


def test_a_question_on_another_page_has_moved() -> None:
    def edit(made: Document) -> None:
        made["pages"][1]["questions"].insert(0, made["pages"][0]["questions"].pop())

    (change,) = found(edit)
    assert (change.kind, change.code) == ("moved", "Q2")
    assert str(change.details[0].words) == "Place: Page 1 → Page 2"
    assert change.consequence == "harmless"  # everybody meets the same in the same order


def test_a_question_further_up_changes_paths() -> None:
    (change,) = found(lambda made: made["pages"][0]["questions"].reverse())
    assert (change.kind, change.consequence) == ("moved", "paths")


def test_a_reworded_text_asks_for_its_translation() -> None:
    told = details(lambda made: question(made, "Q1").update(title="您会推荐吗？"))
    stale = "1 texts were reworded, their translation was not: “您会推荐吗？”"
    assert ("translations.en", stale, "harmless") in told


def test_texts_without_a_translation_are_counted_when_they_become_more() -> None:
    told = details(lambda made: question(made, "Q3").update(help="单选"))
    assert [words for place, words, _ in told if place == "translations.en"] == [
        "7 of 9 texts are not translated: “门店体验回访”, “您给了 {Q1} 分，最不满意的是什么？”, "
        "“您办理了哪项业务？”, “单选”, “贷款”, …"
    ]


def test_a_default_written_out_is_no_change() -> None:
    assert found(setting("Q3", order="fixed", other=False)) == []
    assert found(lambda made: made["settings"].update(back=True, opens=None)) == []


def test_jumps_that_change_places_are_one_thing_each() -> None:
    rules = [{"when": {"question": "Q1", "equals": n}, "go": "callback"} for n in (1, 2)]
    old, new = document(), document()
    old["pages"][0]["next"], new["pages"][0]["next"] = rules, rules[::-1]
    (change,) = between(old, new, plugins.types())
    assert {each.kind for each in change.details} == {"moved"}


@pytest.mark.parametrize("seed", range(40))
def test_a_document_does_not_differ_from_itself(seed: int) -> None:
    made = surveys.survey(seed)[0]
    assert between(made, copy.deepcopy(made), TYPES) == []


def test_what_a_random_edit_touched_is_named() -> None:
    for seed in range(300):
        old = surveys.survey(seed)[0]
        new, code = edited(old, Random(seed))
        if new != old:
            assert code in {change.code for change in between(old, new, TYPES)}, seed


BROKEN: list[Json] = [None, 3, "x", [], [1], {}, {"a": 1}, True]


@pytest.mark.parametrize("rubbish", BROKEN, ids=repr)
@pytest.mark.parametrize(
    "place",
    ["title", "type", "settings", "show", "required", "validate", "carry", "default", "options", "order"],
)
def test_a_half_written_draft_never_raises(place: str, rubbish: Json) -> None:
    new = document()
    asked = question(new, "Q3")
    if place == "options":
        asked["settings"]["options"] = rubbish
    else:
        asked[place] = rubbish
    for pair in ((document(), new), (new, document())):
        for change in between(*pair, plugins.types()):
            change.as_dict()


@pytest.mark.parametrize("rubbish", BROKEN, ids=repr)
@pytest.mark.parametrize(
    "place", ["settings", "scores", "translations", "fields", "variables", "quotas", "next", "loop"]
)
def test_a_half_written_survey_never_raises(place: str, rubbish: Json) -> None:
    new = document()
    (new["pages"][0] if place in ("next", "loop") else new)[place] = rubbish
    for pair in ((document(), new), (new, document())):
        for change in between(*pair, plugins.types()):
            change.as_dict()
