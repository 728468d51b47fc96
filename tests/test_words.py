"""What is read in customers' words. The texts are ours, written for these tests."""

import subprocess
import sys

import pytest

from survey_app import words
from survey_app.words import glyphs, lexicon, plain
from survey_app.words.base import label_of


@pytest.fixture(scope="module")
def read():
    """Label of one text."""
    engine = words.engine("snownlp")
    return lambda text: engine.read([text])[0].label


PRAISE = [
    "满意", "很好", "好", "挺方便的", "特别满意", "没毛病", "不错！", "服务真的没得挑", "从没有不满意过",
    "贷款办理速度快，客户经理很专业", "環境乾淨，服務員熱情", "非常棒👍👍", "👍", "666", "下次还会来",
    "Great service, very friendly", "no problems so far, good",
]  # fmt: skip
BLAME = [
    "不满意", "太差了", "差", "服务态度很差", "服務態度很差", "不是很满意", "等了一个小时没人理",
    "APP老是闪退",
    "排队时间太长，柜员态度也不好", "价格贵", "再也不来了", "😡", "The staff was not helpful at all",
    "It isn't that good", "客服打不通",
]  # fmt: skip
MIDDLING = [
    "一般",
    "还行吧",
    "建议增加充电桩",
    "希望服务更热情一点",
    "not bad",
    "could you add more seats",
    "😐",
]
NOTHING = [
    "",
    "   ",
    "无",
    "没有",
    "没有意见",
    "暂无",
    "没什么建议",
    "。。。",
    "!!!",
    "No comment",
    "n/a",
    "123",
    "沒有意見",
]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        *(("positive", text) for text in PRAISE),
        *(("negative", text) for text in BLAME),
        *(("neutral", text) for text in MIDDLING),
        *(("none", text) for text in NOTHING),
    ],
)
def test_plain_answers_are_read_as_people_read_them(read, label, text):
    assert read(text) == label


def test_traditional_characters_read_like_simplified_ones():
    texts = ["服務態度很差，等了很久", "這家飯店環境優雅，員工親切", "網絡經常斷開"]
    engine = words.engine()
    assert engine.read(texts) == engine.read([plain.simplified(text) for text in texts])


def test_a_batch_is_read_in_order_and_names_its_model():
    found = words.engine().read(["很好", "", "太差了"])
    assert [one.label for one in found] == ["positive", "none", "negative"]
    assert {one.model for one in found} == {"snownlp-0.12.3+1"}
    assert found[0].reasons == (("很好", 1.0),)
    assert found[1].probability is None
    assert 0 <= found[2].probability <= 0.25


def test_any_string_can_be_read():
    awkward = [
        "\x00",
        "\ud83d",
        "a" * 50_000,
        "没有" * 900 + "x差评",
        "不" * 2000 + "满意",
        "\u200b",
        "𠮷野家",
        "🏳️‍🌈",
    ]
    found = words.engine().read(awkward)
    assert [one.label in ("positive", "neutral", "negative", "none") for one in found] == [True] * len(
        awkward
    )


def test_the_band_between_a_quarter_and_three_quarters_is_neutral():
    assert [label_of(p) for p in (0, 0.25, 0.26, 0.74, 0.75, 1)] == [
        "negative", "negative", "neutral", "neutral", "positive", "positive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("不但便宜还好吃", [1, 1]),
        ("没有不满意", [1]),
        ("不必绕路很方便", [1]),
        ("慢慢来，不急", []),
        ("希望更干净", []),
        ("希望别再这么慢", []),
        ("建议取消乱收费", [-1]),
        ("方便面", []),
        ("办得顺不顺利", []),
        ("及时提醒，避免了被骗", [1, 1]),
        ("never slow", [1]),
        ("goodness badge", []),
    ],
)
def test_denials_wishes_and_look_alikes_are_told_apart(text, weights):
    assert [hit.weight for hit in lexicon.hits(text)] == weights


def test_emoji_are_counted_by_feeling():
    assert glyphs.feeling("好👍👍😡🤷") == (2, 1, 1)


def test_the_application_starts_without_the_heavy_engine():
    """Only a worker that reads texts pays for it."""
    code = "import sys, survey_app.app, survey_app.tasks; print('snownlp' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"False\n"
