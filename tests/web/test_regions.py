"""What lies below a province, fetched by the page's script."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from question_types import _regions


def test_a_province_is_told_to_everybody_and_kept_for_ever(client: FlaskClient) -> None:
    reply = client.get(f"/regions/{_regions.regions().version}/440000.json")
    assert reply.status_code == 200
    assert "immutable" in reply.headers["Cache-Control"]
    assert "public" in reply.headers["Cache-Control"]
    assert not reply.headers.get("Set-Cookie")
    (city,) = [each for each in reply.json["below"] if each["code"] == "440300"]  # type: ignore[index]
    assert city["name"] == "深圳市"
    assert {"code": "440305", "name": "南山区"} in city["below"]


def test_every_province_is_small_enough_for_a_phone(client: FlaskClient) -> None:
    for code in _regions.provinces():
        reply = client.get(f"/regions/{_regions.regions().version}/{code}.json")
        assert reply.json["code"] == code  # type: ignore[index]
        assert len(reply.data) < 16_000


@pytest.mark.parametrize("path", ["old/440000", "{version}/440300", "{version}/999999", "{version}/x"])
def test_what_we_do_not_have_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/regions/{path.format(version=_regions.regions().version)}.json").status_code == 404
