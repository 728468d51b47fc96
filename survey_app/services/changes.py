"""What differs between two survey documents, question by question, in words a manager understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from survey_app.engine import definition

Doc = Mapping[str, Any]

PARTS = {
    "title": ("title",),
    "help": ("help",),
    "type": ("type",),
    "options": ("settings", "options"),
    "rows": ("settings", "rows"),
    "columns": ("settings", "columns"),
    "required": ("required",),
    "logic": ("show", "validate", "enable", "default", "carry", "order"),
}


@dataclass(frozen=True)
class Change:
    """One difference. ``kind``: added, removed, changed or moved; ``what``: question, page, ending, flow,
    quotas, settings, wording or translations; ``parts`` names what of a question changed."""

    kind: str
    what: str
    code: str = ""
    title: str = ""
    parts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "parts": list(self.parts)}


def between(old: Doc, new: Doc) -> list[Change]:
    """All differences from ``old`` to ``new``, questions first, in the order of the new document."""
    return [
        *_questions(old, new),
        *_pages(old, new),
        *_listed(old, new, "endings", "ending"),
        *_rest(old, new),
    ]


def _index(document: Doc) -> dict[str, dict[str, Any]]:
    return {str(question.get("code")): question for _, question in definition.questions(dict(document))}


def _questions(old: Doc, new: Doc) -> Iterator[Change]:
    before, after = _index(old), _index(new)
    moved = _moved(list(before), list(after))
    for code, question in after.items():
        title = str(question.get("title", ""))
        if code not in before:
            yield Change("added", "question", code, title)
        elif before[code] != question:
            yield Change("changed", "question", code, title, _parts(before[code], question))
        elif code in moved:
            yield Change("moved", "question", code, title)
    for code in before.keys() - after.keys():
        yield Change("removed", "question", code, str(before[code].get("title", "")))


def _parts(old: Doc, new: Doc) -> tuple[str, ...]:
    found = [name for name, path in PARTS.items() if _differs(old, new, name, path)]
    settings = [_without_lists(_settings(question)) for question in (old, new)]
    return tuple(found + (["settings"] if settings[0] != settings[1] else []))


def _differs(old: Doc, new: Doc, name: str, path: tuple[str, ...]) -> bool:
    if path[0] == "settings":
        return bool(_settings(old).get(name) != _settings(new).get(name))
    return any(old.get(key) != new.get(key) for key in path)


def _settings(question: Doc) -> Doc:
    """A question's settings; a draft may hold anything there."""
    found = question.get("settings")
    return found if isinstance(found, dict) else {}


def _without_lists(settings: Doc) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in ("options", "rows", "columns")}


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Codes in both whose neighbour in front is another one now."""
    kept = [code for code in after if code in before]
    front = dict(zip(kept, ["", *kept], strict=False))
    same = [code for code in before if code in front]
    return {code for code, previous in zip(same, ["", *same], strict=False) if front[code] != previous}


def _pages(old: Doc, new: Doc) -> Iterator[Change]:
    """Pages that came, went or changed in title, and jumps that changed."""
    yield from _listed(_bare(old), _bare(new), "pages", "page")
    flow = [
        [(page.get("code"), page.get("next"), page.get("show"), page.get("loop")) for page in each["pages"]]
        for each in (old, new)
    ]
    if flow[0] != flow[1]:
        yield Change("changed", "flow")


def _bare(document: Doc) -> dict[str, Any]:
    keep = ("code", "title", "section")
    return {"pages": [{key: page[key] for key in keep if key in page} for page in document.get("pages", [])]}


def _listed(old: Doc, new: Doc, name: str, what: str) -> Iterator[Change]:
    before = {each.get("code"): each for each in old.get(name) or []}
    after = {each.get("code"): each for each in new.get(name) or []}
    for code, each in after.items():
        if before.get(code) != each:
            yield Change(
                "changed" if code in before else "added", what, str(code), str(each.get("title", ""))
            )
    for code in before.keys() - after.keys():
        yield Change("removed", what, str(code), str(before[code].get("title", "")))


def _rest(old: Doc, new: Doc) -> Iterator[Change]:
    for name, what in (
        ("quotas", "quotas"),
        ("settings", "settings"),
        ("fields", "fields"),
        ("variables", "variables"),
        ("translations", "translations"),
        ("title", "wording"),
        ("scores", "scores"),
    ):
        if (old.get(name) or None) != (new.get(name) or None):
            yield Change("changed", what)
