"""Reading what people type, words of ours, and the look of charts."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_types import _charts
from question_types._reading import clean, dirty, folded, numeral, one
from question_types.base import Invalid, Words, shown, translated

QUICK = settings(max_examples=300, derandomize=True, deadline=None, database=None)
DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A Chinese numeral below 10,000, by the rules of the language."""
    text, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + sign
            gap = False
        else:
            gap = True
    return text or "零"


@pytest.mark.parametrize(
    "number", [0, 7, 10, 11, 20, 25, 99, 100, 101, 110, 111, 999, 1000, 1001, 1010, 1234, 9999]
)
def test_chinese_numerals_are_read(number: int) -> None:
    assert numeral(chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("十二", 12), ("两百", 200), ("壹拾贰", 12), ("〇", 0), ("二十", 20)]
)
def test_spoken_numerals_are_read(text: str, number: int) -> None:
    assert numeral(text) == number


@pytest.mark.parametrize(
    "text", ["", "一二", "十十十十十", "百一十千一百十", "九五", "12345", "a", "一点五", "零零", "二二十"]
)
def test_what_is_no_numeral_is_not_guessed_at(text: str) -> None:
    assert numeral(text) is None


@QUICK
@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    folded(text)
    numeral(text)
    assert not dirty(clean(text))
    assert clean(clean(text)) == clean(text)


def test_one_answer_means_one() -> None:
    assert one({"": ["", " a ", "a"]}) == "a"
    assert one({}) == ""
    with pytest.raises(Invalid):
        one({"": ["a", "b"]})


def test_words_of_ours_translate_with_what_is_in_them() -> None:
    inner = Words("Other")
    words = Words("%(label)s (%(text)s)", label=inner, text="100% Other")
    chinese_words = {"Other": "其他", "%(label)s (%(text)s)": "%(label)s（%(text)s）"}
    assert words == "Other (100% Other)"
    assert shown(words, chinese_words.__getitem__) == "其他（100% Other）"
    assert shown("Other", chinese_words.__getitem__) == "Other"
    assert json.dumps(words) == '"Other (100% Other)"'


def test_words_survive_copies() -> None:
    words = Words("From %(low)s", low=1)
    assert copy.deepcopy(words).sentence(lambda message: "从 %(low)s 起") == "从 1 起"


def test_a_translated_summary_is_plain() -> None:
    summary = {"rows": [{"label": Words("Mean"), "n": 1}], "headline": None, "pair": ("a", Words("Mean"))}
    assert translated(summary, str.upper) == {
        "rows": [{"label": "MEAN", "n": 1}],
        "headline": None,
        "pair": ["a", "MEAN"],
    }


@pytest.mark.parametrize(
    ("label", "wrapped"),
    [
        ("短", "短"),
        ("这是一个非常长的选项文字需要换行显示", "这是一个非常长的选项<br>文字需要换行显示"),
        ("Neither satisfied nor dissatisfied", "Neither satisfied<br>nor dissatisfied"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("字" * 100, "<br>".join(["字" * 10] * 2 + ["字" * 10 + "…"])),
        ("您在办理业务的过程中，等候时间", "您在办理业务的过程中，<br>等候时间"),
        ("", ""),
    ],
)
def test_long_labels_wrap_and_never_become_markup(label: str, wrapped: str) -> None:
    assert _charts.wrap(label) == wrapped


@QUICK
@given(st.text(max_size=300), st.integers(4, 40))
def test_no_line_of_a_label_is_much_too_wide(label: str, width: int) -> None:
    for line in _charts._rows(" ".join(label.split()), width):
        assert _charts.wide(line.strip()) <= max(width, 17)


@pytest.mark.parametrize(
    "colour", [_charts.GOOD, _charts.MIDDLE, _charts.BAD, *_charts.ramp(5), *_charts.ramp(10)]
)
def test_texts_in_bars_can_be_read(colour: str) -> None:
    bright, dark = sorted((_charts.brightness(colour), _charts.brightness(_charts.ink(colour))), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("ground", ["#ffffff", "#16181d"])
@pytest.mark.parametrize("colour", [_charts.GOOD, _charts.MIDDLE, _charts.BAD])
def test_bars_stand_out_on_light_and_dark_grounds(colour: str, ground: str) -> None:
    bright, dark = sorted((_charts.brightness(colour), _charts.brightness(ground)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("count", range(2, 12))
def test_a_scale_has_a_colour_for_every_step_and_grey_only_in_the_middle(count: int) -> None:
    colours = _charts.ramp(count)
    assert len(set(colours)) == len(colours) == count
    assert (_charts.MIDDLE in colours) == bool(count % 2)


def test_a_diverging_bar_has_its_halves_on_both_sides_of_the_centre() -> None:
    rows = [{"label": str(i), "n": n, "share": n / 10} for i, n in enumerate((1, 2, 4, 2, 1))]
    figure = _charts.diverging(rows)
    starts = [trace["base"][0] for trace in figure["data"]]
    ends = [start + trace["x"][0] for start, trace in zip(starts, figure["data"], strict=True)]
    assert starts == pytest.approx([-0.5, -0.4, -0.2, 0.2, 0.4])
    assert ends[-1] == pytest.approx(0.5)
