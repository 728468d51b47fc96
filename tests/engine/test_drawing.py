"""The drawing is a whole, harmless file, and the lines on it say what the document says."""

from __future__ import annotations

import re
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest

from survey_app import plugins
from survey_app.engine.atlas import atlas
from survey_app.engine.drawing import SHOWN, Heading, svg, wide, wrapped
from survey_app.engine.itinerary import Figures, Line, Part, Teller, brief, dead, figure, noted, share
from survey_app.engine.plan import compile_plan
from survey_app.engine.verify import verify
from tests.engine.surveys import survey

NAME = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "g", "title", "text", "rect", "path"}
HOSTILE = [
    "</text><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "&lt;script&gt; & <a href='javascript:alert(1)'>",
    "\x00\x01\x08\x0b\x1f\ud800\ufffe\uffff‮txt",
    "字" * 3000,
    "x" * 3000,
    "   \n\t ",
]


def parts(document: dict[str, Any], flow: dict[str, Any] | None = None) -> list[Part]:
    return list(Teller(atlas(document), repr, figures=Figures(flow)).parts())


def drawn(
    found: list[Part], title: str = "t", findings: Any = (), detail: Any = "all"
) -> ElementTree.Element:
    file = svg(Heading(title, [title], {"jump": title, "looped": "again"}), found, findings, detail)
    return ElementTree.fromstring(file)


def texts(root: ElementTree.Element) -> str:
    return "".join(str(each.text) for each in root.iter(f"{NAME}text"))


@pytest.mark.parametrize("seed", range(40))
def test_every_line_is_on_the_drawing_and_every_way_an_arc(seed: int) -> None:
    document, _, _ = survey(seed)
    found = parts(document)
    root = drawn(found)
    said = texts(root).replace(" ", "")
    for part in found:
        for line in (part.head, *part.lines):
            assert line.text.replace(" ", "") in said
    told = sorted(
        str(each.find(f"{NAME}title").text)
        for each in root.iter(f"{NAME}path")
        if each.find(f"{NAME}title") is not None
    )
    assert told == sorted(
        line.text for part in found for line in part.lines if line.kind in ("jump", "always", "quota")
    )


@pytest.mark.parametrize("detail", SHOWN)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_does_more_than_be_read(text: str, detail: str) -> None:
    option = {"question": text, "is": text}
    document = {
        "pages": [
            {
                "code": "p1",
                "title": text,
                "show": option,
                "loop": {"over": {"question": text, "pick": text}, "max": text},
                "questions": [{"code": text, "title": text, "show": option}],
                "next": [{"when": option, "go": "end"}, {"go": text}],
            }
        ],
        "endings": [{"code": "end", "title": text, "kind": text}],
        "quotas": [{"code": text, "when": option, "limit": text, "then": {"go": "end"}}],
    }
    finding = {"where": "p1", "level": "error", "code": text, "message": text}
    root = drawn(parts(document), text, [finding], detail)
    assert {each.tag.removeprefix(NAME) for each in root.iter()} <= HARMLESS
    for each in root.iter():
        assert not any(
            name.startswith("on") or "href" in name or name in ("style", "class") for name in each.attrib
        )
        assert not re.search(r"url\(|javascript:|https?:", " ".join(each.attrib.values()))


def test_words_stay_inside_their_box_and_arcs_outside_of_it() -> None:
    document, _, _ = survey(3)
    document["pages"][0]["questions"][0]["title"] = "一个非常长的标题 with English words in it " * 6
    root = drawn(parts(document))
    frames = [each for each in root.iter(f"{NAME}rect") if each.get("width") != "100%"]
    right = max(float(each.attrib["x"]) + float(each.attrib["width"]) for each in frames[1:])
    for each in root.iter(f"{NAME}text"):
        end = float(each.attrib["x"]) + (
            0 if each.get("text-anchor") else wide(each.text or "", float(each.attrib["font-size"]))
        )
        assert end <= right + 1
    for each in root.iter(f"{NAME}path"):
        if each.find(f"{NAME}title") is not None:
            across = [float(x) for x in re.findall(r"[MH](\d+\.?\d*)", each.attrib["d"])]
            assert min(across) >= right - 6


@pytest.mark.parametrize("seed", range(30))
def test_a_text_is_broken_into_lines_that_fit_and_lose_nothing(seed: int) -> None:
    chance = Random(seed)
    words = ["满意", "推荐我们", "a", "recommend", "——", "x" * 90, "（", "9.5", "é"]
    text = " ".join(chance.choice(words) + chance.choice(words) for _ in range(chance.randint(1, 30)))
    rows = wrapped(text, 12.5, 300)
    assert all(wide(row, 12.5) <= 300 for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_few_respondents_have_no_share() -> None:
    assert share(3, 9) is None
    assert share(3, 10) == 0.3
    assert [figure(3, None), figure(12, 0.345), figure(0, 0.0), figure(None, None)] == [
        "3",
        "35% · 12",
        "0% · 0",
        "",
    ]


def test_titles_are_short_and_on_one_line() -> None:
    assert brief("a\n  b\tc") == "a b c"
    assert brief("很" * 30, 5) == "很" * 5 + "…"
    assert brief(None) == ""


FLOW = {
    "version": 2,
    "n": 40,
    "of": 40,
    "pages": {"p1": {"reached": 40, "left": 4}, "p2": {"reached": 6, "left": 0}},
    "endings": {"end": 36},
    "arcs": [
        {"source": "", "by": "", "target": "p1", "n": 40},
        {"source": "p1", "by": "", "target": "p2", "n": 6},
        {"source": "p1", "by": "", "target": "end", "n": 10},
        {
            "source": "p1",
            "by": "p1.next.0",
            "target": "end",
            "n": 20,
            "rule": {"when": {"question": "Q1", "is": 1}, "go": "end"},
        },
        {"source": "p2", "by": "", "target": "end", "n": 6},
    ],
}
DOCUMENT: dict[str, Any] = {
    "pages": [
        {
            "code": "p1",
            "questions": [{"code": "Q1"}],
            "next": [
                {"when": {"question": "Q1", "is": 2}, "go": "end"},
                {"when": {"question": "Q1", "is": 1}, "go": "end"},
            ],
        },
        {"code": "p2"},
    ],
    "endings": [{"code": "end"}],
}


def test_figures_belong_to_the_rule_that_says_the_same_wherever_it_stands_now() -> None:
    page = parts(DOCUMENT, FLOW)[1]
    found = {(line.kind, line.where): line.figure for line in page.lines if line.kind != "question"}
    assert found == {
        ("jump", "p1.next.0"): "0% · 0",
        ("jump", "p1.next.1"): "50% · 20",
        ("next", ""): "15% · 6",
        ("skip", ""): "25% · 10",
        ("left", ""): "10% · 4",
    }
    assert page.head.figure == "100% · 40"
    assert parts(DOCUMENT, FLOW)[2].lines[0].figure == "6", "too few for a share"


def finding(where: str, code: str = "never_shown", level: str = "error") -> dict[str, str]:
    return {"where": where, "code": code, "level": level, "message": "m"}


def test_a_finding_stands_at_the_nearest_line() -> None:
    found = [
        finding(where)
        for where in (
            "p1",
            "p1.next.0.when",
            "Q1.settings.options.0.show",
            "p1.next.7",
            "settings",
            "end.title",
        )
    ]
    found.append(finding("p2", level="info"))
    placed = noted(found, parts(DOCUMENT))
    assert {place: [each["where"] for each in here] for place, here in placed.items()} == {
        "p1": ["p1", "p1.next.7"],
        "p1.next.0": ["p1.next.0.when"],
        "Q1": ["Q1.settings.options.0.show"],
        "end": ["end.title"],
    }


def test_a_part_is_dead_by_its_own_findings_alone() -> None:
    assert dead([finding("Q1")], "Q1")
    assert dead([finding("p1.next.0.when", "contradiction")], "p1.next.0")
    assert not dead([finding("Q1.settings.options.0.show")], "Q1")
    assert not dead([finding("Q1", "wording")], "Q1")


def test_what_the_check_says_is_on_paper_too() -> None:
    root = drawn(parts(DOCUMENT), findings=[finding("p1.next.0.when", "shadowed")])
    assert "! m" in texts(root)
    assert [
        each.get("stroke-dasharray")
        for each in root.iter(f"{NAME}path")
        if each.find(f"{NAME}title") is not None
    ] == ["3 3", None]


def test_a_line_without_figures_has_none() -> None:
    assert Line("jump", "x").figure == ""


NEVER = {"all": [{"question": "Q1", "at_least": 9}, {"question": "Q1", "at_most": 3}]}
DOOMED: dict[str, Any] = {
    "format": 1,
    "title": "t",
    "pages": [
        {
            "code": "p1",
            "questions": [{"code": "Q1", "type": "nps", "title": "q", "required": True}],
            "next": [
                {"when": {"question": "Q1", "at_most": 5}, "go": "out"},
                {"when": {"question": "Q1", "at_most": 1}, "go": "p3"},
                {"when": NEVER, "go": "p3"},
            ],
        },
        {"code": "p2", "show": NEVER, "questions": [{"code": "Q2", "type": "long_text", "title": "q"}]},
        {"code": "p3", "questions": [{"code": "Q3", "type": "long_text", "title": "q", "show": NEVER}]},
        {"code": "p4", "questions": [{"code": "Q4", "type": "long_text", "title": "q"}]},
    ],
    "endings": [
        {"code": "end", "title": "e"},
        {"code": "out", "kind": "screened_out", "title": "o"},
        {"code": "lost", "title": "l"},
    ],
    "quotas": [{"code": "k", "when": NEVER, "limit": 3, "then": {"go": "out"}}],
}


def test_whatever_is_proved_to_be_without_effect_is_marked_where_it_stands() -> None:
    proofs = [each.as_dict() for each in verify(compile_plan(DOOMED, plugins.types()))]
    found = parts(DOOMED)
    placed = noted(proofs, found)
    told = [each for here in placed.values() for each in here]
    assert [each for each in proofs if each["level"] != "info" and each not in told] == []
    lines = [line for part in found for line in (part.head, *part.lines)]
    marked = {line.where for line in lines if line.where and dead(placed.get(line.where, ()), line.where)}
    assert marked >= {"p1.next.1", "p1.next.2", "p2", "lost", "k.when"}
    assert marked & {"Q3", "Q3.show"}
    assert not marked & {"p1", "Q1", "p1.next.0", "p3", "p4", "Q4", "end", "out"}
