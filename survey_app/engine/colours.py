"""Colours of a theme, moved just as far as is needed to read texts and to see controls.

A colour is three numbers 0…255. Contrast is that of WCAG 2.2, 1…21: 4.5 is asked of texts, 3 of controls.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Colour = tuple[int, int, int]

TEXT = 4.5
CONTROL = 3.0

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

STEPS = 64
"""Shades looked at between a colour and black or white."""


@dataclass(frozen=True)
class Scheme:
    """What the page has of its own in light or in dark: its paper, its texts (the quieter one included), and
    where colours move that cannot be read on it. ``ground``: how a colour behind everything must stand out
    from the texts."""

    paper: Colour
    ink: Colour
    soft: Colour
    extreme: Colour
    ground: float


LIGHT = Scheme(WHITE, (19, 33, 31), (83, 98, 95), BLACK, 1.0)
DARK = Scheme((21, 29, 28), (233, 240, 238), (167, 181, 178), WHITE, 11.0)


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme: ``accent`` for buttons, marks and links, ``on_accent`` for words on it,
    ``tint`` behind what is chosen; ``ground`` behind the sheet and ``head`` for words on it."""

    accent: Colour
    on_accent: Colour
    tint: Colour
    ground: Colour
    head: Colour


def read(text: str) -> Colour:
    """``#rrggbb`` as a colour."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def written(colour: Colour) -> str:
    """A colour as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0…1."""
    shares = (part / 255 for part in colour)
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1…21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` with a share (0…1) of ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def shades(colour: Colour, towards: Colour) -> Iterable[Colour]:
    """A colour and its shades on the way to another one, that one last."""
    return (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))


def palette(accent: Colour, ground: Colour, scheme: Scheme) -> Palette:
    """The colours of a theme in one scheme, each as near to what was wished as can be read."""
    found, tint = _accent(accent, scheme)
    behind = _ground(ground, scheme)
    return Palette(found, legible(found), tint, behind, legible(behind, scheme.ink, scheme.paper))


def legible(on: Colour, *wished: Colour) -> Colour:
    """The first of the wished colours, of white and of black that can be read on a colour; one of the last
    two always can."""
    return next(each for each in (*wished, WHITE, BLACK) if contrast(each, on) >= TEXT)


def _accent(wished: Colour, scheme: Scheme) -> tuple[Colour, Colour]:
    """An accent that can be read on paper and on its own tint, on which texts can be read too; the tint."""
    for accent in shades(wished, scheme.extreme):
        tint = mixed(scheme.paper, accent, 0.1)
        texts = (accent, scheme.ink, scheme.soft)
        if contrast(accent, scheme.paper) >= TEXT and all(contrast(each, tint) >= TEXT for each in texts):
            return accent, tint
    return scheme.ink, scheme.paper


def _ground(wished: Colour, scheme: Scheme) -> Colour:
    """The colour behind the sheet; in the dark it is dark."""
    away = BLACK if scheme.extreme == WHITE else WHITE
    return next(
        (each for each in shades(wished, away) if contrast(each, scheme.ink) >= scheme.ground), scheme.paper
    )


def stylesheet(accent: str, ground: str, picture: str) -> str:
    """The rules of a theme, to stand after the page's own. ``accent``, ``ground``: ``#rrggbb``, ``""`` for
    the page's own colours; ``picture``: the address of a picture behind the sheet, ``""`` for none."""
    light, dark = (_rules(accent, ground, scheme) for scheme in (LIGHT, DARK))
    rules = [light, f"@media (prefers-color-scheme: dark) {{\n{dark}}}\n"] if light else []
    if picture:
        cover = f'url("{picture}") center / cover fixed no-repeat'
        shade = f"linear-gradient({written(DARK.paper)}b3, {written(DARK.paper)}b3)"
        dim = f"{shade}, {cover}"
        rules.append(f"@media (min-width: 720px) {{\nbody {{ background: {cover}; }}\n}}\n")
        rules.append(
            "@media (min-width: 720px) and (prefers-color-scheme: dark) {\n"
            f"body {{ background: {dim}; }}\n}}\n"
        )
    return "".join(rules)


def _rules(accent: str, ground: str, scheme: Scheme) -> str:
    made = palette(read(accent or "#000000"), read(ground or "#000000"), scheme)
    named = {"accent": made.accent, "on-accent": made.on_accent, "tint": made.tint} if accent else {}
    named |= {"ground": made.ground} if ground else {}
    if not named:
        return ""
    properties = " ".join(f"--{name}: {written(colour)};" for name, colour in named.items())
    head = written(made.head)
    words = ".head h1, .langs button, .langs span, .langs button:hover"
    own = (
        f"{words} {{ color: {head}; }}\n.top :focus-visible {{ outline-color: {head}; }}\n" if ground else ""
    )
    return f":root {{ {properties} }}\n{own}"
