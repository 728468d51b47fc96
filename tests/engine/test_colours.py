"""Whatever colours an author picks, texts can be read and controls can be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.engine import colours
from survey_app.engine.colours import BLACK, CONTROL, DARK, LIGHT, TEXT, WHITE, Scheme, contrast

SHADES = st.tuples(*[st.integers(0, 255)] * 3)
EDGES = {LIGHT: (127, 141, 138), DARK: (116, 130, 127)}
"""The colour of the page's own borders."""

HAIR = {LIGHT: (224, 231, 229), DARK: (43, 55, 53)}
"""The colour behind the progress bar."""


def test_contrast_is_the_one_of_the_guideline() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert contrast(colours.read("#777777"), WHITE) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@given(accent=SHADES, ground=SHADES)
def test_any_two_colours_make_a_page_that_can_be_read(
    scheme: Scheme, accent: colours.Colour, ground: colours.Colour
) -> None:
    found = colours.palette(accent, ground, scheme)
    texts = [
        (found.accent, scheme.paper),
        (found.on_accent, found.accent),
        (found.accent, found.tint),
        (scheme.ink, found.tint),
        (scheme.soft, found.tint),
        (found.head, found.ground),
    ]
    assert [pair for pair in texts if contrast(*pair) < TEXT] == []
    controls = [(found.accent, HAIR[scheme]), (EDGES[scheme], scheme.paper)]
    assert [pair for pair in controls if contrast(*pair) < CONTROL] == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@given(ground=SHADES)
def test_in_the_dark_nothing_glares(scheme: Scheme, ground: colours.Colour) -> None:
    found = colours.palette(ground, ground, scheme).ground
    assert found == ground if scheme is LIGHT else colours.luminance(found) < 0.04


@given(accent=SHADES)
def test_a_colour_that_can_be_read_stays_as_it_is(accent: colours.Colour) -> None:
    found = colours.palette(accent, accent, LIGHT)
    again = colours.palette(found.accent, accent, LIGHT)
    assert again.accent == found.accent


def test_a_sheet_says_only_what_was_asked_for() -> None:
    assert colours.stylesheet("", "", "") == ""
    assert "--ground" not in colours.stylesheet("#0f766e", "", "")
    assert "--accent" not in colours.stylesheet("", "#0f766e", "")
    assert "/media/x.webp" in colours.stylesheet("", "", "/media/x.webp")
