"""What the parts of a document are called in sentences: questions, rows, rounds of loops, values, targets.

Labels are taken from the document, else from the question type; codes and ids stand where neither has words.
The designer's ``subjects.js`` and ``sentence.js`` call everything by the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from question_types.base import N_, Joined, QuestionType, Words

from .expressions import written
from .judge import ALL_TURNS, KEYS
from .settings import bind
from .wording import dicts, questions

Json = Any
Tree = Mapping[str, Json]
Types = Mapping[str, QuestionType]

LONGEST = 20
"""Characters of a title in a sentence."""
QUOTED = N_("“%(text)s”")
BESIDE = N_("%(row)s: %(cell)s")
"""How question types name a bucket of a row."""

BUILT_IN = {
    "channel": N_("Channel"),
    "locale": N_("Language"),
    "device": N_("Device"),
    "unit": N_("Unit"),
    "place": N_("Printed code"),
}
"""Fields every response has."""
ROWS = {"any": N_("any row of %(subject)s"), "every": N_("every row of %(subject)s")}
ROUNDS = {"any": N_("%(subject)s in any round"), "every": N_("%(subject)s in every round")}


def several(parts: list[Any], between: str = N_(", ")) -> str:
    """Parts as a list in words; a single one as it is."""
    return parts[0] if len(parts) == 1 else Joined(between, parts)


def brief(text: Json, length: int = LONGEST) -> str:
    """A title short enough for a sentence."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= length else f"{line[:length]}…"


def quoted(text: Json) -> Words:
    """Somebody else's words."""
    return Words(QUOTED, text=text)


def day_words(day: Json) -> Json:
    """A day of the calendar, or one counted from the day of answering."""
    if not isinstance(day, Mapping):
        return written(day) or ""
    days = day.get("today")
    if not isinstance(days, int) or days == 0:
        return Words(N_("today"))
    return Words(N_("%(n)s days ago"), n=-days) if days < 0 else Words(N_("in %(n)s days"), n=days)


def row_labels(kind: QuestionType, values: Mapping[str, Json]) -> dict[str, dict[str, Any]]:
    """What an answer in each row can be, in words: row → value or bucket → label without the row's."""
    buckets = kind.buckets(values)
    found: dict[str, dict[str, Any]] = {row: {} for row in kind.rows(values)}
    for key, label in buckets.items():
        row, _, value = key.partition(":")
        if value and row in found:
            found[row][value] = _inner(label)
    return found


def _inner(label: Any) -> Any:
    """The label of a cell's bucket without that of its row."""
    return label.params["cell"] if isinstance(label, Words) and label.message == BESIDE else label


Facts = tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]]]


def _facts(asked: Tree, types: Types) -> Facts:
    kind = types.get(str(asked.get("type")))
    if kind is None:
        return {}, {}, {}
    values, errors = bind(kind.Settings, asked.get("settings") or {})
    try:
        rows = dict(kind.rows(values)) if "R" in kind.operators and not errors else {}
        return rows, {} if errors else dict(kind.buckets(values)), row_labels(kind, values) if rows else {}
    except Exception:  # a third party's type on settings it did not foresee
        return {}, {}, {}


class Names:
    """The names of one document."""

    def __init__(self, document: Mapping[str, Json], types: Types) -> None:
        self.document = document
        self.types = types
        self.asked = {str(each.get("code")): each for _, each in questions(document)}
        self._known: dict[str, Facts] = {}

    @cached_property
    def targets(self) -> dict[str, Any]:
        """Pages and endings as jumps name them."""
        found: dict[str, Any] = {}
        for ending in dicts(self.document, "endings"):
            title = brief(ending.get("title") or ending.get("code"))
            found[str(ending.get("code"))] = Words(N_("Ending: %(title)s"), title=title)
        for number, page in enumerate(dicts(self.document, "pages"), 1):
            found[str(page.get("code"))] = self._page(number, page)
        return found

    def _page(self, number: int, page: Tree) -> Words:
        plain = Words(N_("Page %(n)s"), n=number)
        title = brief(page.get("title"))
        return Words(N_("%(code)s “%(title)s”"), code=plain, title=title) if title else plain

    def target(self, code: Json) -> Any:
        """A page or an ending in words."""
        return self.targets.get(str(code), str(code or "?"))

    def question(self, code: str) -> Any:
        """A question: its code and the beginning of its title."""
        bare, _, item = code.partition("@")
        title = brief(self.asked.get(bare, {}).get("title"))
        base = Words(N_("%(code)s “%(title)s”"), code=bare, title=title) if title else bare
        return self._round(base, bare, item) if item else base

    def subject(self, tree: Tree) -> Any:
        """What a comparison or a reference is about."""
        kind = next((each for each in KEYS if each in tree), "")
        code = str(tree.get(kind, "?"))
        if kind == "field" and code in BUILT_IN and code not in self._declared:
            return Words(BUILT_IN[code])
        if kind != "question":
            return code
        base = self.question(code)
        if "row" in tree:
            base = self._row(base, code, str(tree["row"]))
        return self._round(base, code, str(tree["iteration"])) if "iteration" in tree else base

    @cached_property
    def _declared(self) -> set[str]:
        return {str(field.get("code")) for field in dicts(self.document, "fields")}

    def _row(self, base: Any, code: str, row: str) -> Words:
        if row in ROWS:
            return Words(ROWS[row], subject=base)
        return Words(N_("%(subject)s · %(row)s"), subject=base, row=self.row(code, row))

    def row(self, code: str, row: str) -> Any:
        """The label of a row or a cell."""
        return self.own(code, "rows").get(row) or self._facts(code)[0].get(row) or row

    def _round(self, base: Any, code: str, item: str) -> Words:
        if item in ROUNDS:
            return Words(ROUNDS[item], subject=base)
        return Words(N_("%(subject)s in the round of “%(item)s”"), subject=base, item=self.item(code, item))

    def item(self, code: str, item: str) -> Any:
        """The label of a turn of the loop that a question is in."""
        over = next(
            (page.get("loop") for page, each in questions(self.document) if each.get("code") == code), 0
        )
        source = over.get("over") if isinstance(over, Mapping) else None
        asked = str(source.get("question")) if isinstance(source, Mapping) else ""
        return self.own(asked, "options").get(item) or self.own(asked, "rows").get(item) or item

    def own(self, code: str, name: str) -> dict[str, str]:
        """Labels of a list in a question's settings as they stand in the document."""
        settings = self.asked.get(code.partition("@")[0], {}).get("settings")
        return {
            str(entry.get("id")): str(entry["label"]) for entry in dicts(settings, name) if entry.get("label")
        }

    def value(self, tree: Tree, value: Json) -> Any:
        """The label of a value or bucket that a comparison names; the value itself where it has none."""
        if isinstance(value, bool):
            return Words(N_("yes")) if value else Words(N_("no"))
        key = written(value) or ""
        return self._labels(str(tree.get("question", "")), tree.get("row")).get(key) or key

    def _labels(self, code: str, row: Json) -> dict[str, Any]:
        rows, buckets, cells = self._facts(code)
        if row is None:
            return {**buckets, **self.own(code, "options")}
        seen = [cells[each] for each in rows if row in (each, *ALL_TURNS) and each in cells]
        return {
            **{key: label for one in reversed(seen) for key, label in one.items()},
            **self.own(code, "columns"),
        }

    def _facts(self, code: str) -> Facts:
        """Labels of a question's rows, of its buckets, and of the buckets in each row."""
        bare = code.partition("@")[0]
        if bare not in self._known:
            self._known[bare] = _facts(self.asked.get(bare, {}), self.types)
        return self._known[bare]

    def buckets(self, code: str) -> dict[str, Any]:
        """Buckets of a question with their labels."""
        return self._facts(code)[1]

    def letters(self, tree: Tree) -> str:
        """Operator letters of a comparison's question as a whole."""
        asked = self.asked.get(str(tree.get("question", "")).partition("@")[0], {})
        kind = self.types.get(str(asked.get("type")))
        return kind.operators if kind else ""
