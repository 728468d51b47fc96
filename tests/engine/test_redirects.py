"""An ending leads to sites the survey names, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.engine import definition, redirects
from survey_app.plugins import types

HOSTS = ["shop.example.com", "localhost:8080"]


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example.com",
        "https://SHOP.example.com/thanks?score={Q1}#top",
        "http://localhost:8080/?a={Q1|0}",
    ],
)
def test_a_named_site_is_led_to(address: str) -> None:
    assert redirects.allowed(address, HOSTS) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//shop.example.com/",
        "javascript:alert(1)//shop.example.com",
        "https://evil.example/",
        "https://evil.example/shop.example.com",
        "https://shop.example.com.evil.example/",
        "https://shop.example.com@evil.example/",
        "https://evil.example\\@shop.example.com/",
        "https://shop.example.com\\.evil.example/",
        "https://shop.example.com:8443/",
        "https://{Q1}/",
        "https://{Q1}.example.com/",
        "https://shop.example.com{Q1}/",
        "https://shop.example.com/\n",
    ],
)
def test_no_other_address_is(address: str) -> None:
    assert redirects.allowed(address, HOSTS) == ""
    assert redirects.allowed(address, [""]) == ""


def test_answers_stay_words_in_an_address() -> None:
    said = {"Q1": "a/b?c=d&e#f {Q2} 好", "Q2": "x"}
    filled = redirects.filled("https://a.example/{Q1}?q={Q2}&r={Q3|none}&s={Q4}", said.get)
    assert filled == "https://a.example/a%2Fb%3Fc%3Dd%26e%23f%20%7BQ2%7D%20%E5%A5%BD?q=x&r=none&s="


def check(url: str, **settings: Any) -> list[tuple[str, str]]:
    document = definition.blank("Example")
    document["pages"][0]["questions"] = [{"code": "Q1", "type": "nps", "title": "x", "settings": {}}]
    document["endings"][0]["url"] = url
    document["settings"] |= settings
    return [(each.code, each.where) for each in definition.check(document, types())]


def test_a_site_that_is_not_named_is_found_before_publishing() -> None:
    assert check("https://a.example/?s={Q1}", redirect_hosts=["a.example"]) == []
    assert check("https://a.example/") == [("redirect", "thanks.url")]
    assert check("https://{Q1}.example/", redirect_hosts=["a.example"]) == [("redirect", "thanks.url")]
    assert check("https://a.example/?s={Q9}", redirect_hosts=["a.example"])[0][1] == "thanks.url"


@pytest.mark.parametrize("hosts", ["a.example", [1], ["https://a.example"], ["a.example/x"], ["a"] * 21])
def test_sites_are_named_without_anything_around_them(hosts: Any) -> None:
    assert check("https://a.example/", redirect_hosts=hosts)[0] == ("shape", "settings.redirect_hosts")


@pytest.mark.parametrize(
    ("name", "value"),
    [("accent", "red"), ("background", "#fff"), ("logo", "https://a.example/x.webp"), ("picture", 3)],
)
def test_a_theme_has_colours_and_uploaded_pictures_only(name: str, value: Any) -> None:
    document = definition.blank("Example")
    document["settings"]["theme"] = {name: value}
    assert ("shape", f"settings.theme.{name}") in [
        (each.code, each.where) for each in definition.check(document, types())
    ]
