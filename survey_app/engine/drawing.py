"""A survey's map as one SVG file that needs nothing else: on paper, in a mail, without us.

Nothing in it can act: texts are text whatever they hold, there are no links, scripts, styles or pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from .atlas import Span, lanes
from .itinerary import Detail, Line, Part, dead, figure, noted

Json = Any

WIDE = 1122
"""Pixels: A4 across at 96 to the inch."""
EDGE = 36
FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
TEXT, MUTED, ACCENT = "#16262b", "#50625f", "#0f766e"
STRONG, HAIR, SUNKEN = "#7d8f8c", "#d7dfdc", "#eef2f0"
WARN, BAD = "#7d5200", "#ad2f22"

WAYS = {
    "jump": (ACCENT, ""),
    "always": (STRONG, ""),
    "quota": (WARN, "6 3"),
    "skip": (STRONG, "2 3"),
    "dead": (BAD, "3 3"),
}
"""Colour and dashes of a way."""

LEADING = ("jump", "always", "quota", "skip")
SHOWN: dict[Detail, frozenset[str]] = {
    "pages": frozenset[str](),
    "questions": frozenset({"question", "kind", "loop"}),
    "all": frozenset({*LEADING, "question", "kind", "loop", "show", "next", "left"}),
}
"""Which lines are written in each detail."""

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Heading:
    """What stands above a map. ``legend``: kind of way → words."""

    title: str
    lines: Sequence[str]
    legend: Mapping[str, str]


@dataclass
class Box:
    """A part in its place. ``starts``: (line, height at which its way begins)."""

    part: Part
    top: float
    bottom: float = 0.0
    starts: list[tuple[Line, float]] = field(default_factory=list)

    @property
    def arrival(self) -> float:
        """Height at which ways arrive."""
        return self.top + 18


def svg(
    heading: Heading, parts: Sequence[Part], findings: Iterable[Mapping[str, Json]], detail: Detail
) -> bytes:
    """The drawing as a file. ``findings`` as JSON, in the reader's language."""
    return _Sheet(heading, parts, noted(findings, parts), detail).file()


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return _UNFIT.sub("�", text)


def wide(text: str, size: float) -> float:
    """About how many pixels a text takes."""
    return sum(1.0 if east_asian_width(each) in "WFA" else 0.56 for each in text) * size


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text in lines that fit; broken between words where there are any, else anywhere."""
    if wide(text, size) <= room:
        return [text]
    rows, row, taken = [], "", 0.0
    for piece in _pieces(text, max(1, int(room / size))):
        needed = wide(piece, size)
        if row and taken + needed > room:
            rows.append(row)
            row, piece = "", piece.lstrip()
            taken, needed = 0.0, wide(piece, size)
        row, taken = row + piece, taken + needed
    return [*rows, row] if row.strip() or not rows else rows


def _pieces(text: str, most: int) -> Iterator[str]:
    """What a text may be broken into: words with the blanks before them, single characters without blanks;
    none longer than ``most`` characters."""
    for piece in re.findall(r"\s*[\x21-\u02ff]+|\s*.|\s+", text, re.S):
        yield from (piece[at : at + most] for at in range(0, len(piece), most))


class _Sheet:
    """One drawing while it is made, from top to bottom."""

    def __init__(
        self,
        heading: Heading,
        parts: Sequence[Part],
        notes: Mapping[str, list[Mapping[str, Json]]],
        detail: Detail,
    ) -> None:
        self.heading, self.parts, self.notes, self.detail = heading, parts, notes, detail
        self.root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONTS})
        SubElement(self.root, "title").text = clean(heading.title)
        self.y = float(EDGE)
        self.boxes: list[Box] = []
        rails = [Span(n, _index(parts, line.to), _rail(line)) for n, line in _leading(parts)]
        self.step = min(13.0, 340 / max(1, max(lanes(rails), default=0) + 1))
        self.right = WIDE - EDGE - 30 - self.step * (max(lanes(rails), default=-1) + 1)

    def file(self) -> bytes:
        ground = SubElement(self.root, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
        self._above()
        for part in self.parts:
            self._box(part)
        self._spines()
        self._arcs()
        high = round(self.y + EDGE)
        ground.set("height", str(high))
        millimetres = {"width": "297mm", "height": f"{high * 297 / WIDE:.1f}mm"}
        self.root.attrib |= {"viewBox": f"0 0 {WIDE} {high}", "role": "img", **millimetres}
        found: bytes = tostring(self.root, encoding="utf-8", xml_declaration=True)
        return found

    def _above(self) -> None:
        for row in wrapped(self.heading.title, 22, WIDE - 2 * EDGE):
            self._text(row, EDGE, 28, 22, weight="700")
        for line in self.heading.lines:
            self._text(line, EDGE, 19, 12.5, MUTED)
        x = float(EDGE)
        self.y += 8
        for kind, words in self.heading.legend.items():
            if x + 44 + wide(words, 12) > WIDE - EDGE:
                x, self.y = float(EDGE), self.y + 18
            self._sample(kind, x)
            self._words(words, x + 34, self.y + 4, 12, MUTED)
            x += 34 + wide(words, 12) + 24
        self.y += 26

    def _sample(self, kind: str, x: float) -> None:
        if kind in WAYS:
            self._path(f"M{x} {self.y}H{x + 28}", *WAYS[kind], 2)
        else:
            self._stack(x + 2, self.y - 7, 22, 12)

    def _text(
        self, text: str, x: float, high: float, size: float, colour: str = TEXT, weight: str = "400"
    ) -> None:
        self.y += high
        self._words(text, x, self.y - high * 0.3, size, colour, weight)

    def _words(
        self, text: str, x: float, y: float, size: float, colour: str, weight: str = "400", end: bool = False
    ) -> None:
        place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": str(size), "fill": colour}
        if weight != "400":
            place["font-weight"] = weight
        if end:
            place["text-anchor"] = "end"
        SubElement(self.root, "text", place).text = clean(text)

    def _path(self, d: str, colour: str, dashes: str, thick: float, told: str = "") -> None:
        look = {"d": d, "fill": "none", "stroke": colour, "stroke-width": f"{thick:.1f}"}
        if dashes:
            look["stroke-dasharray"] = dashes
        made = SubElement(self.root, "path", look)
        if told:
            SubElement(made, "title").text = clean(told)

    def _stack(self, x: float, y: float, w: float, h: float, fill: str = "#ffffff") -> None:
        for shift in (5, 0):
            self._rect(x + shift, y + shift, w, h, fill, ACCENT)

    def _rect(self, x: float, y: float, w: float, h: float, fill: str, line: str) -> None:
        sides = {"x": x, "y": y, "width": w, "height": h, "rx": min(9, h / 3)}
        look = {name: f"{value:.1f}" for name, value in sides.items()}
        SubElement(self.root, "rect", {**look, "fill": fill, "stroke": line})

    def _box(self, part: Part) -> None:
        box = Box(part, self.y)
        self.boxes.append(box)
        frame = len(self.root)
        group = SubElement(self.root, "g", {"id": f"part-{len(self.boxes)}"})
        self.y += 6
        self._head(part.head)
        for line in part.lines:
            if line.kind in SHOWN[self.detail]:
                self._line(line, box)
            elif line.kind in LEADING:
                box.starts.append((line, box.top + 22))
        self.y += 8
        box.bottom = self.y
        self._frame(box, frame, group)
        self.y += 26

    def _frame(self, box: Box, at: int, group: Element) -> None:
        """The frame goes behind the words that stand already."""
        words = self.root[at + 1 :]
        del self.root[at + 1 :]
        fill = "#ffffff" if box.part.kind == "page" else SUNKEN
        w, h = self.right - EDGE, box.bottom - box.top
        if box.part.looped:
            self._stack(EDGE, box.top, w, h, fill)
        else:
            self._rect(EDGE, box.top, w, h, fill, HAIR)
        group.extend([*self.root[at + 1 :], *words])
        del self.root[at + 1 :]

    def _head(self, line: Line) -> None:
        self._row(line, EDGE + 14, 22, 14, TEXT, "700")
        self._notes(line, EDGE + 14)

    def _line(self, line: Line, box: Box) -> None:
        inner = EDGE + 14 + self._indent(line, box)
        colour = {"show": ACCENT, "loop": ACCENT, "kind": MUTED, "left": MUTED, "next": MUTED, "skip": MUTED}
        if line.kind in LEADING:
            box.starts.append((line, self.y + 9))
        self._row(line, inner, 18, 12.5, colour.get(line.kind, TEXT))
        self._notes(line, inner + 12)

    def _indent(self, line: Line, box: Box) -> int:
        """Questions stand inside their page, conditions inside their question."""
        if line.kind == "question":
            return 12
        return 34 if line.kind == "show" and line.where != f"{box.part.code}.show" else 0

    def _row(self, line: Line, x: float, high: float, size: float, colour: str, weight: str = "400") -> None:
        """A line in as many rows as it needs, its figure at the right end of the first."""
        gone = dead(self.notes.get(line.where, ()), line.where)
        said = line.figure
        room = self.right - 14 - x - (wide(said, size) + 16 if said else 0)
        if said:
            y = self.y + high * 0.7
            self._words(said, self.right - 12, y, size, ACCENT, "600", end=True)
        for row in wrapped(line.text, size, room):
            self._text(row, x, high, size, BAD if gone else colour, weight)

    def _notes(self, line: Line, x: float) -> None:
        """What the check says about this place, on paper too."""
        if self.detail == "pages":
            return
        for each in self.notes.get(line.where, ()):
            colour = BAD if each["level"] == "error" else WARN
            for row in wrapped(f"! {each['message']}", 11.5, self.right - 14 - x):
                self._text(row, x, 16, 11.5, colour)

    def _spines(self) -> None:
        """From every part to what follows it in order."""
        for box, below in pairwise(self.boxes):
            if box.part.kind != "ending" and (
                box.part.follows == below.part.code or box.part.kind == "start"
            ):
                line = next((each for each in box.part.lines if each.kind == "next"), None)
                thick = 2 + 4 * (line.share or 0 if line else 0)
                self._path(f"M{EDGE + 24} {box.bottom:.1f}V{below.top:.1f}", STRONG, "", thick)
                if line is not None and line.n is not None:
                    said = figure(line.n, line.share)
                    self._words(said, EDGE + 32, (box.bottom + below.top) / 2 + 4, 11.5, MUTED)

    def _arcs(self) -> None:
        arrivals = {box.part.code: box.arrival for box in self.boxes}
        ways = [(line, y) for box in self.boxes for line, y in box.starts if line.to in arrivals]
        spans = [_span(y, arrivals[line.to], _rail(line)) for line, y in ways]
        for (line, y), lane in zip(ways, lanes(spans), strict=True):
            self._arc(line, y, arrivals[line.to], lane)

    def _arc(self, line: Line, y: float, to: float, lane: int) -> None:
        out = self.right + 22 + lane * self.step
        gone = dead(self.notes.get(line.where, ()), line.where)
        colour, dashes = WAYS["dead" if gone else line.kind]
        thick = 1.4 + 4 * (line.share or 0)
        bend = min(9.0, abs(to - y) / 2)
        down = 1 if to > y else -1
        d = (
            f"M{self.right:.1f} {y:.1f}H{out - bend:.1f}Q{out:.1f} {y:.1f} {out:.1f} {y + down * bend:.1f}"
            f"V{to - down * bend:.1f}Q{out:.1f} {to:.1f} {out - bend:.1f} {to:.1f}H{self.right + 8:.1f}"
        )
        self._path(d, colour, dashes, thick, f"{line.text} {line.figure}".strip())
        tip = f"M{self.right + 1:.1f} {to:.1f}l9 -5v10z"
        SubElement(self.root, "path", {"d": tip, "fill": colour})


def _rail(line: Line) -> str:
    return f"{line.kind if line.kind == 'quota' else ''} {line.to}"


def _span(y: float, to: float, rail: str) -> Span:
    return Span(min(y, to), max(y, to), rail)


def _leading(parts: Sequence[Part]) -> Iterator[tuple[int, Line]]:
    for n, part in enumerate(parts):
        yield from ((n, line) for line in part.lines if line.kind in LEADING)


def _index(parts: Sequence[Part], code: str) -> int:
    return next((n for n, part in enumerate(parts) if part.code == code), 0)
