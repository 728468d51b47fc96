"""Every channel the loader finds, third parties' included, keeps the contract of ``channels/base.py``."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from channels.base import Artefact, Channel, Message, Recipient, Request
from channels.h5 import snippet
from channels.qrcode import QRCode, short
from channels.sandbox import Sandbox, filled, segments
from survey_app import plugins
from survey_app.engine import settings as forms

LINK = "https://survey.example.cn/s/ABCD2345"
PERSONAL = "https://survey.example.cn/i/Ab3dEf7hIj1kLmN0pQr5tU"

NASTY = [
    Recipient(),
    Recipient("王女士", "+8613812345678", "wang@example.com", "oAbc", {"city": "上海"}),
    Recipient('<script>alert("1")</script>', "=1+1", "a@b\r\nBcc: c@d", "", {}),
    Recipient("{link}{name}{0.__class__}%s", "+8613812345678"),
    Recipient("👩‍👩‍👧‍👦" * 40, "\u202e+86138", "x" * 300),
]

KINDS = {
    "accepted",
    "retry",
    "defer",
    "reject_contact",
    "suppress_contact",
    "config_error",
    "channel_down",
    "unknown",
}

CASES = [(key, index) for key, plugin in plugins.adapters().items() for index in range(len(plugin.examples))]


@pytest.fixture(params=list(plugins.adapters()))
def channel(request: pytest.FixtureRequest) -> Channel:
    return plugins.adapters()[request.param]


def example(key: str, index: int) -> tuple[Channel, dict[str, Any]]:
    plugin = plugins.adapters()[key]
    complete, errors = forms.bind(plugin.Settings, plugin.examples[index])
    assert errors == {}
    return plugin, complete


def read(picture: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def test_the_three_channels_of_the_product_are_found() -> None:
    assert {"h5", "qrcode", "sandbox"} <= set(plugins.adapters())


def test_a_channel_says_what_it_is_and_what_it_can_do(channel: Channel) -> None:
    can = channel.capabilities
    assert channel.key.isidentifier()
    assert channel.label
    assert set(can.links) <= {"public", "personal", "place"}
    assert can.links
    assert can.batch >= 1
    assert can.rate >= 0
    assert channel.needs in ("", "phone", "email", "openid")
    assert channel.examples


def test_a_channel_that_sends_writes_personal_links(channel: Channel) -> None:
    if channel.capabilities.sends:
        assert "personal" in channel.capabilities.links


@pytest.mark.parametrize(("key", "index"), CASES)
def test_an_example_is_complete_valid_and_clean(key: str, index: int) -> None:
    plugin, complete = example(key, index)
    assert plugin.lint(complete) == []
    assert set(complete) == {field["name"] for field in forms.describe(plugin.Settings)}
    json.dumps(complete)


def test_settings_nobody_declared_are_refused(channel: Channel) -> None:
    _, errors = forms.bind(channel.Settings, {**channel.examples[0], "no_such_setting": 1})
    assert set(errors) == {"no_such_setting"}


@pytest.mark.parametrize(("key", "index"), CASES)
@pytest.mark.parametrize("recipient", NASTY)
def test_composing_is_pure_and_carries_the_whole_link(key: str, index: int, recipient: Recipient) -> None:
    plugin, complete = example(key, index)
    before = json.dumps(complete, sort_keys=True)
    message = plugin.compose(complete, recipient, PERSONAL)
    assert message == plugin.compose(complete, recipient, PERSONAL)
    assert json.dumps(complete, sort_keys=True) == before
    assert message.link == PERSONAL
    assert PERSONAL in message.body
    assert message.cost >= 0


@pytest.mark.parametrize(("key", "index"), CASES)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_message_gets_one_outcome_of_a_known_kind(key: str, index: int, count: int) -> None:
    plugin, complete = example(key, index)
    account, _ = forms.bind(plugin.Account, {})
    messages = [
        Message(**{**vars(plugin.compose(complete, NASTY[1], PERSONAL)), "key": f"K{number}"})
        for number in range(count)
    ]
    outcomes = plugin.deliver(account, messages)
    assert len(outcomes) == count
    assert {outcome.kind for outcome in outcomes} <= KINDS
    for message in messages:
        assert plugin.lookup(account, message).kind in KINDS


def test_a_forged_request_changes_nothing(channel: Channel) -> None:
    account, _ = forms.bind(channel.Account, {})
    forged = Request("POST", "/", {}, {"X-Signature": "0"}, b'{"event":"delivered"}')
    with contextlib.suppress(PermissionError):
        assert channel.receive(account, forged) == []


@pytest.mark.parametrize(("key", "index"), CASES)
@pytest.mark.parametrize("link", [LINK, 'https://x.example/s/A?a=1&b="><script>'])
def test_artefacts_are_whole_files_with_safe_names(key: str, index: int, link: str) -> None:
    plugin, complete = example(key, index)
    for file in plugin.artefacts(complete, link):
        assert isinstance(file, Artefact)
        assert file.content
        assert "/" in file.mime
        assert file.name.replace(".", "").replace("-", "").isalnum()
        assert b'"><script>' not in file.content


# the web link


def test_the_embedding_lines_show_the_survey_in_a_frame() -> None:
    lines = snippet(LINK, 480)
    assert f'src="{LINK}?embed=1"' in lines
    assert 'height="480"' in lines


@pytest.mark.parametrize("height", [239, 2001, "640", None, 1.5])
def test_a_frame_no_page_could_hold_is_refused(height: Any) -> None:
    _, errors = forms.bind(plugins.adapters()["h5"].Settings, {"height": height})
    assert (height is None) == (errors == {})


# QR codes


@pytest.mark.parametrize("level", ["M", "Q", "H"])
@pytest.mark.parametrize("logo", [False, True])
@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:8000/s/ABCD2345",
        LINK,
        "https://example.com/Feedback/s/ABCD2345",
        "https://a-rather-long-name.survey.example.com.cn/s/ABCD2345ABCD2345ABCD2345ABCD2345",
    ],
)
def test_a_printed_code_reads_back_as_its_link(level: str, logo: bool, link: str) -> None:
    picture = QRCode().artefacts({"level": level, "logo": logo}, link)[1]
    assert picture.name == "qr.png"
    if (level, logo) != ("M", True):
        assert read(picture.content) == [short(link)]


def test_a_code_with_a_logo_glued_on_still_reads() -> None:
    picture = Image.open(
        io.BytesIO(QRCode().artefacts({"level": "Q", "logo": True}, LINK)[1].content)
    ).convert("RGB")
    side = int(picture.width * 0.19)
    corner = (picture.width - side) // 2
    picture.paste((190, 30, 45), (corner, corner, corner + side, corner + side))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [short(LINK)]


def test_a_logo_needs_a_code_that_can_do_without_its_middle() -> None:
    assert QRCode().lint({"level": "M", "logo": True})
    assert not QRCode().lint({"level": "Q", "logo": True})


def test_only_links_that_mean_the_same_in_capitals_are_written_so() -> None:
    assert short(LINK) == "HTTPS://SURVEY.EXAMPLE.CN/S/ABCD2345"
    for other in (PERSONAL, "https://example.com/Path/s/ABCD", "https://example.com/s/abcd", f"{LINK}?a=b"):
        assert short(other) == other


def test_capitals_save_a_third_of_the_modules() -> None:
    from segno import make

    longer = make(f"https://survey.example.cn/r/{'x' * 61}", error="q", boost_error=False)
    shorter = make(short(LINK), error="q", boost_error=False)
    assert shorter.symbol_size(border=0)[0] * 1.5 < longer.symbol_size(border=0)[0]


# the test channel


def test_places_are_filled_in_one_literal_pass() -> None:
    values = {"name": "{link}", "link": "L"}
    assert filled("{name} {link} {other} {}", values) == "{link} L {other} {}"


def test_an_unknown_name_is_replaced_by_the_words_given_for_it() -> None:
    assert filled("{name|客户}您好", {"name": ""}) == "客户您好"
    assert filled("{name|客户}您好", {"name": "王"}) == "王您好"


@pytest.mark.parametrize(
    ("body", "billed"),
    [
        ("", 1),
        ("好" * 70, 1),
        ("好" * 71, 2),
        ("好" * 134, 2),
        ("好" * 135, 3),
        ("a" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_text_messages_are_billed_by_seventy_then_sixty_seven_signs(body: str, billed: int) -> None:
    assert segments(body) == billed


def test_the_test_channel_sends_the_signature_first_and_counts_it() -> None:
    settings = {"sign": "示例银行", "text": "好" * 60 + "{link}"}
    message = Sandbox().compose(settings, NASTY[1], "L" * 5)
    assert message.body.startswith("【示例银行】好")
    assert len(message.body) == 71
    assert message.cost == 2


@pytest.mark.parametrize("text", ["没有链接", "{link} {名字}", "【某行】请评价 {link}"])
def test_texts_a_carrier_would_refuse_are_found(text: str) -> None:
    assert len(Sandbox().lint({"sign": "", "text": text})) == 1


def test_the_same_message_gets_the_same_number_and_another_one_another() -> None:
    one, two = (Message("王", "x", "l", key=key) for key in ("A", "B"))
    first, second, again = Sandbox().deliver({}, [one, two, one])
    assert first == again == Sandbox().lookup({}, one)
    assert first.provider_id != second.provider_id
