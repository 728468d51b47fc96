"""New codes and ids change no meaning and leave nothing behind; parts go with all that needs them."""

from __future__ import annotations

import copy
import json
import re
import time
from functools import partial
from random import Random
from typing import Any

import pytest

from survey_app import plugins
from survey_app.engine import definition, flow
from survey_app.engine.ids import entry_renamed
from survey_app.engine.phrases import rule_list
from survey_app.engine.plan import compile_plan
from survey_app.engine.renames import Taken, kind_of, parts, removed, renamed, uses
from survey_app.engine.schema import ENTRY_LISTS, entry_ids
from tests.engine import hostile, randoms
from tests.engine.test_enumerator import DAY, of_walk, somebody
from tests.engine.test_phrases import DOCUMENT

TYPES = plugins.types()
FRESH = "Fresh_9"
SEEDS = range(60)


def worded(made: randoms.Made) -> dict[str, Any]:
    """The survey with places in its texts, translations and a main score."""
    document = copy.deepcopy(made.document)
    asked = [(page, question) for page in document["pages"] for question in page["questions"]]
    free = [each["code"] for page, each in asked if "loop" not in page and each["type"] != "statement"]
    told = "".join(f" {{{code}}} {{{code}|无}}" for code in [*free, *made.fields])
    document["endings"][0]["title"] = f"谢谢{told}"
    english = {
        f"{each['code']}.title": f"Hello{told if page is document['pages'][-1] else ''}"
        for page, each in asked
    }
    document["translations"] = {"en": {**english, "end.title": f"Thanks{told}"}}
    if free:
        document["scores"] = {"main": free[0]}
    return document


def mapped(value: Any, name: Any) -> Any:
    """A JSON-like value with every text renamed."""
    if isinstance(value, str):
        return name(value)
    if isinstance(value, dict):
        return {mapped(key, name): mapped(each, name) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return frozenset(mapped(each, name) for each in value)
    return type(value)(mapped(each, name) for each in value) if isinstance(value, list | tuple) else value


def same_walks(made: randoms.Made, before: Any, after: Any, name: Any, chance: Random) -> None:
    """Whoever comes meets the same in both surveys, up to the new name."""
    plans = compile_plan(before, TYPES), compile_plan(after, TYPES)
    for _ in range(4):
        answers, fields, full = somebody(made, chance)
        old = of_walk(flow.walk(plans[0], answers, fields, full=full, today=DAY))
        new = of_walk(flow.walk(plans[1], *(mapped(each, name) for each in (answers, fields)), full=mapped(full, name), today=DAY))  # fmt: skip  # noqa: E501
        assert mapped(old, name) == new


def faults(document: Any) -> list[tuple[str, str]]:
    return sorted((each.level, each.code) for each in definition.check(document, TYPES))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_code_changes_no_meaning_and_leaves_nothing_behind(seed: int) -> None:
    made, chance = randoms.made(seed), Random(seed)
    document = worded(made)
    before = copy.deepcopy(document)
    for old in [part["code"] for _, part in parts(document)]:
        result = renamed(document, old, FRESH)
        assert document == before
        assert faults(result) == faults(document)
        assert not re.search(rf'"{old}["@.]|\{{{old}[|}}@]', json.dumps(result))
        assert renamed(result, FRESH, old) == document
        same_walks(made, document, result, partial(called, old), chance)


def called(old: str, text: str) -> str:
    """A code as the renamed survey has it."""
    bare, at, item = text.partition("@")
    return f"{FRESH}{at}{item}" if bare == old else text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_id_changes_no_meaning_and_leaves_nothing_behind(seed: int) -> None:
    made, chance = randoms.made(seed), Random(seed)
    document = worded(made)
    offered = [
        (question["code"], name, id)
        for page in document["pages"]
        for question in page["questions"]
        for name in ENTRY_LISTS
        for id in entry_ids(question.get("settings") or {}, name)
    ]
    for code, _, old in offered:
        same_with_a_new_id(made, document, code, old, chance)


def same_with_a_new_id(
    made: randoms.Made, document: dict[str, Any], code: str, old: str, chance: Random
) -> None:
    """Whoever comes meets the same, whatever the option is called."""
    result = entry_renamed(document, TYPES, code, old, "fresh")
    assert faults(result) == faults(document)
    own = {code}
    for page in document["pages"]:
        own |= {each["code"] for each in page["questions"] if each.get("carry", {}).get("from") in own}
    loops = {
        page["code"]
        for page in document["pages"]
        if page.get("loop", {}).get("over", {}).get("question") in own
    }

    def turned(text: str) -> str:
        bare, at, item = text.partition("@")
        home = next((page["code"] for page in document["pages"] if bare in [page["code"], *(q["code"] for q in page["questions"])]), "")  # fmt: skip  # noqa: E501
        return f"{bare}@fresh" if at and item == old and home in loops else text

    plans = compile_plan(document, TYPES), compile_plan(result, TYPES)
    for _ in range(4):
        answers, fields, full = somebody(made, chance)
        given = {turned(key): mapped(value, lambda text: "fresh" if text == old else text) if key.partition("@")[0] in own else value for key, value in answers.items()}  # fmt: skip  # noqa: E501
        met = of_walk(flow.walk(plans[0], answers, fields, full=full, today=DAY))
        now = of_walk(flow.walk(plans[1], given, fields, full=full, today=DAY))
        assert tuple(turned(each) for each in met["path"]) == now["path"]
        assert (met["ending"], met["quota"]) == (now["ending"], now["quota"])
        assert {turned(each): state for each, state in met["states"].items()} == now["states"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_taken_out_takes_along_what_needs_it(seed: int) -> None:
    made = randoms.made(seed)
    document = worded(made)
    code = Random(seed).choice([part["code"] for _, part in parts(document)])
    result = removed(document, code)
    assert kind_of(result, code) == ""
    assert code not in uses(result)
    dangling = {"unknown_question", "unknown_field", "unknown_variable", "unknown_quota", "jump_unknown", "pipe_unknown", "translation"}  # fmt: skip  # noqa: E501
    assert not dangling & {code for _, code in faults(result)}


def test_uses_name_every_place_once() -> None:
    found = uses(DOCUMENT)
    assert found["Q1"] == [
        {"where": "p3.show", "how": "show"},
        {"where": "Q6.show", "how": "show"},
        {"where": "Q6.required", "how": "required"},
        {"where": "total.value", "how": "variable"},
        {"where": "level.value", "how": "variable"},
    ]
    assert {each["how"] for each in found["Q2"]} == {"jump", "loop", "carry"}
    assert found["city"] == [{"where": "Q6.enable", "how": "enable"}, {"where": "sh.when", "how": "quota"}]
    assert found["sh"] == [{"where": "Q8.settings.options.0.show", "how": "entry"}]
    assert {"where": "p1.next.1", "how": "jump"} in found["thanks"]


def test_texts_fall_back_on_what_was_to_be_said_without_an_answer() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["endings"][0]["title"] = "谢谢 {Q1|您} {Q2|某项}"
    assert removed(document, "Q1")["endings"][0]["title"] == "谢谢 您 {Q2|某项}"


def test_a_sentence_with_blanks_keeps_the_names_of_its_blanks() -> None:
    blank = {"code": "Q1", "type": "inline_blank", "title": "在 {city} 来自 {who}", "settings": {"text": "{city} {who}", "rows": [{"id": "city"}]}}  # fmt: skip  # noqa: E501
    document = {"title": "t", "fields": [{"code": "city"}, {"code": "who"}], "pages": [{"code": "p1", "questions": [blank]}], "endings": []}  # fmt: skip  # noqa: E501
    question = renamed(renamed(document, "city", "town"), "who", "name")["pages"][0]["questions"][0]
    assert question["settings"]["text"] == "{city} {name}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Q1", "1x", "begins with a letter"),
        ("Q1", "item", "reserved"),
        ("Q1", "channel", "reserved"),
        ("Q1", "Q2", "used already"),
        ("Q1", "thanks", "used already"),
        ("Q1", "Gone", "published for something else"),
        ("Q2", "Q20", "stays"),
        ("Nobody", "Q20", "no part"),
    ],
)
def test_codes_that_cannot_be_given_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(Taken, match=said):
        renamed(DOCUMENT, old, new, {"Gone": "page", "Q2": "question"})


@pytest.mark.parametrize("name", [*hostile.REFUSED, *hostile.HEAVY])
def test_hostile_documents_are_read_or_refused(name: str) -> None:
    made: Any = hostile.HEAVY[name]() if name in hostile.HEAVY else hostile.REFUSED[name][0]()
    try:
        document = definition.load(made)
    except definition.Unreadable:
        return
    started = time.process_time()
    assert all(isinstance(each["words"], str) for each in rule_list(document, TYPES))
    assert isinstance(uses(document), dict)
    assert time.process_time() - started < 3


def test_odd_parts_are_passed_over() -> None:
    odd: dict[str, Any] = {
        "pages": [7, {"next": 3, "questions": [None, {"code": 5, "settings": [], "carry": 1}]}]
    }
    odd |= {
        "translations": [],
        "quotas": [{"then": 3}],
        "variables": "x",
        "scores": [],
        "endings": None,
        "fields": {},
    }
    assert uses(odd) == {}
    assert [each["where"] for each in rule_list(odd, TYPES)] == ["None.when"]
