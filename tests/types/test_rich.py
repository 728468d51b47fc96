"""Formatted text: nothing hostile is stored, and only plain words are shown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from question_types import rich_text
from question_types.base import Invalid
from tests.types.cases import made

HOSTILE = [
    "<script>alert(1)</script>hello",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>hello",
    "<scr<script>ipt>alert(1)</scr</script>ipt>hello",
    "<script\n>alert(1)</script\n>hello",
    "<script/x>alert(1)</script>hello",
    "hello<script>",
    "<img src=x onerror=alert(1)>hello",
    "<img src=x onerror=alert(1)//hello",
    "<IMG SRC=javascript:alert('x')>hello",
    '<img """><script>alert(1)</script>">hello',
    "<svg onload=alert(1)>hello</svg>x",
    "<svg><script>alert(1)</script></svg>hello",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>hello",
    "<svg><style><img src=x onerror=alert(1)></style></svg>hello",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>hello",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>hello",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>hello",
    "<math href='javascript:alert(1)'>x</math>hello",
    "<iframe src=javascript:alert(1)></iframe>hello",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>hello",
    "<object data=javascript:alert(1)></object>hello",
    "<embed src=javascript:alert(1)>hello",
    "<applet code=x></applet>hello",
    "<base href=//evil.example/>hello",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>hello",
    "<link rel=stylesheet href=//evil.example/x.css>hello",
    "<style>@import '//evil.example/x.css';</style>hello",
    "<style>body{background:url(javascript:alert(1))}</style>hello",
    "<p style='background:url(//evil.example)'>hello</p>",
    "<p style=position:fixed;inset:0>hello</p>",
    "<b onmouseover=alert(1)>hello</b>",
    "<b ONCLICK='alert(1)'>hello</b>",
    "<b/onclick=alert(1)>hello</b>",
    "<b\x0conclick=alert(1)>hello</b>",
    "<b onclick\t=alert(1)>hello</b>",
    "<p id=survey class=primary name=x>hello</p>",
    "<p contenteditable autofocus onfocus=alert(1) tabindex=1>hello</p>",
    "<a href=javascript:alert(1)>hello</a>",
    "<a href=' javascript:alert(1)'>hello</a>",
    "<a href='java\nscript:alert(1)'>hello</a>",
    "<a href='java\tscript:alert(1)'>hello</a>",
    "<a href='jav&#x09;ascript:alert(1)'>hello</a>",
    "<a href='&#106;avascript:alert(1)'>hello</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)'>hello</a>",
    "<a href='JaVaScRiPt:alert(1)'>hello</a>",
    "<a href='\x01javascript:alert(1)'>hello</a>",
    "<a href='vbscript:msgbox(1)'>hello</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>hello</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>hello</a>",
    "<a href='blob:https://evil.example/1'>hello</a>",
    "<a href='file:///etc/passwd'>hello</a>",
    "<a href='mailto:x@evil.example'>hello</a>",
    "<a href='//evil.example'>hello</a>",
    "<a href='/s/logout'>hello</a>",
    "<a href='?action=delete'>hello</a>",
    "<a href='https:evil.example'>hello</a>",
    "<a href='http://evil.example/\"onclick=alert(1)'>hello</a>",
    "<a href='https://x.example' target=_top onclick=alert(1) ping=//evil.example>hello</a>",
    "<a href='https://x.example' download style='x'>hello</a>",
    "<a href='http://a b'>hello</a>",
    "<form action=//evil.example><input name=card><button>hello</button></form>",
    "<textarea></textarea><script>alert(1)</script>hello",
    "</textarea><script>alert(1)</script>hello",
    "<title></title><img src=x onerror=alert(1)>hello",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>hello",
    "<template><script>alert(1)</script></template>hello",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>hello",
    "<plaintext><script>alert(1)</script>hello",
    "<!--><script>alert(1)</script>-->hello",
    "<!-- --!><img src=x onerror=alert(1)> -->hello",
    "<![CDATA[<script>alert(1)</script>]]>hello",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>hello",
    "<!DOCTYPE html><html onload=alert(1)><body onload=alert(1)>hello",
    "<video><source onerror=alert(1)></video>hello",
    "<audio src=x onerror=alert(1)>hello",
    "<details open ontoggle=alert(1)>hello</details>",
    "<marquee onstart=alert(1)>hello</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>hello",
    "<custom-element is=x-evil>hello</custom-element>",
    "<slot name=x>hello</slot>",
    "<table background=javascript:alert(1)><tr><td>hello</table>",
    "<p>hello" + "<b>" * 500 + "deep",
    "<ul><li>hello<li><a href=javascript:alert(1)>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;hello",
    "＜script＞alert(1)＜/script＞hello",
    "\u202e<b onclick=alert(1)>hello</b>",
    "<b>hello</b><img src='//evil.example/pixel.gif' width=1>",
    "<<b>b onclick=alert(1)>hello",
    "<b>hello</b",
    '<p title="<img src=x onerror=alert(1)>">hello</p>',
]

ALLOWED = {
    **dict.fromkeys(rich_text.TAGS, frozenset()),
    "a": frozenset({"href", "rel"}),
}


class Strict(HTMLParser):
    """Refuses every tag and attribute that is not on the list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= ALLOWED[tag]
        for name, value in attrs:
            assert name != "href" or re.match(r"https?://[^\s\"'<>]+\Z", value or "")

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def test_there_are_enough_attacks() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("html", HOSTILE)
def test_of_hostile_markup_only_harmless_text_is_left(html: str) -> None:
    kind, values = made("rich_text")
    clean = rich_text.sanitised(html)
    assert rich_text.sanitised(clean) == clean
    Strict().feed(clean)
    value = kind.parse(values, {"": [rich_text.words(clean)], "html": [html]})
    if value is not None:
        kind.check(values, value)
        Strict().feed(value)
        assert kind.label_of(values, value) == kind.text(values, value) == rich_text.words(value)


@pytest.mark.parametrize("html", [each for each in HOSTILE if rich_text.sanitised(each) != each])
def test_hostile_markup_is_refused_where_it_comes_as_a_value(html: str) -> None:
    kind, values = made("rich_text")
    with pytest.raises(Invalid):
        kind.check(values, html)


@pytest.mark.parametrize("html", HOSTILE)
def test_without_the_editor_markup_is_text(html: str) -> None:
    kind, values = made("rich_text", max_length=5000)
    value = kind.parse(values, {"": [html]})
    kind.check(values, value)
    assert not re.search(r"<(?!br>)", value)


def test_formatting_is_kept_and_read_as_words() -> None:
    kind, values = made("rich_text")
    html = '<p>See <a href="https://x.example/a?b=1&amp;c=2">this</a></p><ol><li><em>one</em></li><li>two</li></ol>'
    value = kind.parse(values, {"": ["See this\none\ntwo"], "html": [html]})
    assert '<a href="https://x.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">this</a>' in value
    assert kind.text(values, value).split() == ["See", "this", "one", "two"]
    assert kind.parse(values, kind.refill(values, value)) == value


def test_who_edits_the_words_without_the_editor_means_them() -> None:
    kind, values = made("rich_text")
    raw = {"": ["good\nand more"], "html": ["<b>good</b>"]}
    assert kind.parse(values, raw) == "good<br>and more"
    assert kind.parse(values, {"": [""], "html": ["<b>good</b>"]}) is None
    assert kind.parse(values, {"": [" "], "html": ["<p><br></p>"]}) is None


def test_text_and_markup_both_have_a_limit() -> None:
    kind, values = made("rich_text", max_length=10)
    with pytest.raises(Invalid, match="shorten your answer to 10"):
        kind.check(values, "<b>" + "好" * 11 + "</b>")
    kind.check(values, "<b>" + "好" * 10 + "</b>")
    with pytest.raises(Invalid, match="less formatting"):
        kind.parse(values, {"": ["x"], "html": ["<b>x</b>" * 5000]})
    with pytest.raises(Invalid, match="less formatting"):
        kind.check(values, "<b></b>" * 3000 + "x")


def test_markup_alone_is_no_answer() -> None:
    kind, values = made("rich_text")
    for value in ("<b></b>", "<p><br></p>", "&nbsp;", "<ul><li></li></ul>"):
        with pytest.raises(Invalid):
            kind.check(values, value)


def test_an_export_has_the_words_and_the_formatting() -> None:
    kind, values = made("rich_text")
    assert [column.name for column in kind.columns("Q1", values)] == ["Q1", "Q1.html"]
    assert kind.cells(values, "<b>a</b><br>b") == ["a\nb", "<b>a</b><br>b"]
