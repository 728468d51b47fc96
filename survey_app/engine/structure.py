"""The check of a document: every structural fault with its place and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from question_types.base import N_, QuestionType, Words

from . import loops, shapes
from .consistency import logic_findings
from .draft import UNKNOWN, Draft, Part
from .finding import Finding, error, warning
from .judge import ALL_TURNS, short
from .schema import ENTRY_LISTS, Item, Patterns, Schema
from .settings import bind
from .shapes import Json, fitting

Types = Mapping[str, QuestionType]

DEEPEST = 64
MOST_NODES = 100_000
MOST_QUESTIONS = 500
MOST_ENTRIES = 5_000
"""Options, rows and columns of all questions together."""
MOST_FINDINGS = 200
MOST_CARRIED = 32
"""Questions that take over options from one another; each adds a condition to the conditions before it."""
RESERVED = frozenset({"words", "item"})

_ORDER = {"error": 0, "warning": 1, "info": 2}


def too_deep(value: Json) -> bool:
    """Whether a JSON value has more than 64 levels or 100,000 parts. Does not recurse."""
    level: list[Json] = [value]
    seen = 1
    for _ in range(DEEPEST):
        below: list[Json] = []
        for each in level:
            parts = each.values() if isinstance(each, dict) else each
            seen += len(parts)
            below += [part for part in parts if isinstance(part, dict | list)] if parts else []
            if seen > MOST_NODES:
                return True
        if not below:
            return False
        level = below
    return True


def check(document: Json, types: Types) -> list[Finding]:
    """All findings of a document, errors first, each in the order of the document; empty for a faultless
    one. Never raises, whatever JSON it is given; at most 200 findings."""
    if not isinstance(document, dict):
        return [error("shape", "", N_("This is not a survey document."))]
    if too_deep(document):
        return [error("too_large", "", N_("The document is nested too deeply or has too many parts."))]
    inspection = Inspection(types)
    found = sorted(inspection.findings(document), key=lambda each: _ORDER[each.level])
    if len(found) > MOST_FINDINGS:
        message = N_("There are %(n)s more findings. Mend the first ones and check again.")
        more = Finding("info", "more", "", message, {"n": len(found) - MOST_FINDINGS})
        found = [*found[:MOST_FINDINGS], more]
    return found


@dataclass
class Inspection:
    """One look through a document."""

    types: Types
    found: list[Finding] = field(default_factory=list)
    draft: Draft = field(default_factory=Draft)

    def findings(self, document: dict[str, Json]) -> list[Finding]:
        """Shape first, then codes, settings, and what refers to what."""
        whole = fitting(document, shapes.DOCUMENT, "", self.found)
        self.draft.whole = whole
        self._settings(whole.get("settings") or {})
        for name, known in (("fields", shapes.FIELD), ("variables", shapes.VARIABLE)):
            setattr(self.draft, name, self._parts(whole, name, known))
        self._pages(whole)
        self._endings(whole)
        self.draft.quotas = self._parts(whole, "quotas", shapes.QUOTA)
        self._codes()
        if self._small_enough():
            self._schema()
            self.found += logic_findings(self.draft, self.types)
        return self.found

    def _settings(self, settings: Mapping[str, Json]) -> None:
        kept = fitting(settings, shapes.SETTINGS, "settings", self.found)
        if "limits" in kept:
            fitting(kept["limits"], shapes.LIMITS, "settings.limits", self.found)
        if "quality" in kept:
            fitting(kept["quality"], shapes.QUALITY, "settings.quality", self.found)
        if "theme" in kept:
            fitting(kept["theme"], shapes.THEME, "settings.theme", self.found)
        if (kept.get("opens") or "") > (kept.get("closes") or "~"):
            message = N_("The survey would close before it opens. Change one of the two times.")
            self.found.append(error("period", "settings.closes", message))
        self.draft.settings = kept

    def _parts(
        self, parent: Mapping[str, Json], name: str, known: shapes.Shape, inside: str = ""
    ) -> list[Part]:
        """The well-shaped parts of a list. A part without a usable code is left out, its fault noted."""
        parts = []
        for index, each in enumerate(parent.get(name) or ()):
            place = f"{inside}.{name}.{index}" if inside else f"{name}.{index}"
            if not isinstance(each, Mapping):
                self.found.append(error("shape", place, N_("This must be an object.")))
                continue
            own = each.get("code")
            where = own if isinstance(own, str) and shapes.CODE.match(own) else place
            kept = fitting(each, known, where, self.found)
            if "code" in kept:
                parts.append(Part(kept["code"], where, kept))
        return parts

    def _pages(self, whole: Mapping[str, Json]) -> None:
        self.draft.pages = self._parts(whole, "pages", shapes.PAGE)
        for page in self.draft.pages:
            page.questions = self._parts(page.body, "questions", shapes.QUESTION, page.where)
            page.rules = self._listed(page, "next", shapes.RULE)
            for question in page.questions:
                question.rules = self._listed(question, "validate", shapes.CHECK)
        if not self.draft.pages and isinstance(whole.get("pages"), list):
            self.found.append(error("missing", "pages", N_("The survey has no page. Add one.")))

    def _listed(self, part: Part, name: str, known: shapes.Shape) -> list[tuple[str, dict[str, Json]]]:
        """(place, rule) for the well-shaped rules of a page or a question."""
        rules = []
        for index, each in enumerate(part.body.get(name) or ()):
            where = f"{part.where}.{name}.{index}"
            if isinstance(each, Mapping):
                rules.append((where, fitting(each, known, where, self.found)))
            else:
                self.found.append(error("shape", where, N_("This must be an object.")))
        return rules

    def _endings(self, whole: Mapping[str, Json]) -> None:
        self.draft.endings = self._parts(whole, "endings", shapes.ENDING)
        if not self.draft.endings and isinstance(whole.get("endings"), list):
            message = N_("The survey has no ending. Add one, for example with a thank-you.")
            self.found.append(error("missing", "endings", message))
        elif self.draft.endings and self.draft.endings[0].body.get("kind", "completed") != "completed":
            message = N_(
                "The first ending is where everybody arrives who is not sent elsewhere; let it complete."
            )
            self.found.append(warning("ending", self.draft.endings[0].where, message))

    def _codes(self) -> None:
        """Codes are unique in the whole document."""
        seen: dict[str, str] = {}
        for part in self.draft.everything():
            if part.code in seen:
                message = N_("The code “%(code)s” is used twice. Give one of the two another code.")
                self.found.append(error("duplicate_code", part.where, message, code=part.code))
            elif part.code in RESERVED and part.body.get("type") is not None:
                message = N_("The code “%(code)s” is reserved. Choose another one.")
                self.found.append(error("bad_code", part.where, message, code=part.code))
            seen[part.code] = part.where

    def _small_enough(self) -> bool:
        questions = sum(len(page.questions) for page in self.draft.pages)
        entries = sum(
            len(value)
            for page in self.draft.pages
            for question in page.questions
            for value in (question.body.get("settings") or {}).values()
            if isinstance(value, list)
        )
        for n, most in ((questions, MOST_QUESTIONS), (entries, MOST_ENTRIES)):
            if n > most:
                message = N_(
                    "The survey is too large: %(n)s questions or options, at most %(most)s. Split it."
                )
                self.found.append(error("too_large", "pages", message, n=n, most=most))
                return False
        return True

    def _schema(self) -> None:
        """Binds all settings and notes what can be referred to."""
        draft = self.draft
        draft.schema = Schema(
            fields={part.code: part.body.get("type", "text") for part in draft.fields},
            variables={part.code: part.body.get("type", "number") for part in draft.variables},
            quotas=frozenset(part.code for part in draft.quotas),
            zone=ZoneInfo(draft.settings.get("timezone", "Asia/Shanghai")),
            patterns=Patterns(),
        )
        for number, page in enumerate(draft.pages):
            page.first = len(draft.schema.questions)
            page.loop = self._loop(page)
            for question in page.questions:
                self._question(question, page, number)

    def _question(self, question: Part, page: Part, number: int) -> None:
        kind = self.types.get(question.body.get("type", ""))
        if kind is None and "type" in question.body:
            message = N_("There is no question type “%(type)s”. Choose another type or install it.")
            where = f"{question.where}.type"
            self.found.append(error("unknown_type", where, message, type=short(question.body["type"])))
        question.kind = kind or UNKNOWN
        question.position = len(self.draft.schema.questions)
        question.looped = bool(page.loop) or "loop" in page.body
        question.values = {} if kind is None else self._values(question, kind)
        self.draft.known.setdefault(question.code, question)
        if question.kind.collects:
            item = Item(question.code, question.kind, question.values, question.position, number, page.loop)
            self.draft.schema.questions.setdefault(question.code, item)

    def _values(self, question: Part, kind: QuestionType) -> dict[str, Json]:
        """Complete settings, carried entries included; findings for what is wrong with them."""
        values, errors = bind(kind.Settings, question.body.get("settings") or {})
        for path, sentences in errors.items():
            where = f"{question.where}.settings.{path}" if path else f"{question.where}.settings"
            self._say(where, sentences)
        if "carry" in question.body:
            values = self._carried(question, kind, values)
        self._entries(question, values, errors)
        if not errors:
            self._say(f"{question.where}.settings", self._problems(kind, values))
        return values

    def _say(self, where: str, sentences: list[str]) -> None:
        for sentence in sentences:
            if isinstance(sentence, Words):
                self.found.append(Finding("error", "settings", where, sentence.message, sentence.params))
            else:
                self.found.append(error("settings", where, sentence))

    def _problems(self, kind: QuestionType, values: Mapping[str, Json]) -> list[str]:
        try:
            return list(kind.problems(values))
        except Exception as fault:  # somebody else's question type
            message = N_("The question type failed on these settings (%(reason)s). Change them.")
            return [Words(message, reason=f"{type(fault).__name__}: {fault}"[:100])]

    def _carried(self, question: Part, kind: QuestionType, values: dict[str, Json]) -> dict[str, Json]:
        where = f"{question.where}.carry"
        carry = fitting(question.body["carry"], shapes.CARRY, where, self.found)
        if not {"from", "pick"} <= carry.keys():
            return values
        source = self.draft.question(carry["from"])
        if source is None or not source.kind.collects:
            message = N_("Options can be carried only from an earlier question; “%(code)s” is none.")
            self.found.append(error("carry", where, message, code=carry["from"]))
        elif not loops.entries(source.values):
            message = N_("Question %(code)s has no options that could be carried. Choose another one.")
            self.found.append(error("carry", where, message, code=carry["from"]))
        elif not hasattr(kind.Settings, loops.settings_list(kind)):
            message = N_("This question type cannot take over options. Remove “carry”.")
            self.found.append(error("carry", where, message))
        elif source.carried >= MOST_CARRIED:
            message = N_(
                "Options are carried on more than %(most)s times in a row. "
                "Carry them from an earlier question."
            )
            self.found.append(error("carry", where, message, most=MOST_CARRIED))
        else:
            question.carried = source.carried + 1
            name = loops.settings_list(kind)
            taken = loops.taken_over(source.code, source.kind, source.values, carry["pick"])
            merged = {**values, name: loops.joined(taken, values.get(name) or [])}
            return bind(kind.Settings, merged)[0]
        return values

    def _entries(self, question: Part, values: Mapping[str, Json], errors: Mapping[str, Json]) -> None:
        """Ids of options, rows and columns: codes, unique in their question."""
        seen: set[tuple[str, str]] = set()
        for name, index, id in _ids(values):
            where = f"{question.where}.settings.{name}.{index}.id"
            if f"{name}.{index}.id" not in errors and (wrong := shapes.code(id)):
                self.found.append(error("bad_code", where, wrong))
            elif name == "rows" and id in ALL_TURNS:
                message = N_("The code “%(code)s” is reserved. Choose another one.")
                self.found.append(error("bad_code", where, message, code=id))
            elif (name, id) not in seen and any((other, id) in seen for other in ENTRY_LISTS):
                message = N_("The code “%(code)s” is used twice. Give one of the two another code.")
                self.found.append(error("duplicate_code", where, message, code=id))
            seen.add((name, id))

    def _loop(self, page: Part) -> tuple[str, ...]:
        """Items of a page's loop; empty if there is none or it is wrong."""
        if "loop" not in page.body:
            return ()
        where = f"{page.where}.loop"
        loop = fitting(page.body["loop"], shapes.LOOP, where, self.found)
        over = (
            fitting(loop.get("over") or {}, shapes.OVER, f"{where}.over", self.found)
            if "over" in loop
            else {}
        )
        source = self.draft.question(over.get("question", ""))
        if "question" not in over:
            return ()
        if source is None or not source.kind.collects or source.looped:
            message = N_("A loop runs over an earlier question outside loops; “%(code)s” is none.")
            self.found.append(error("loop", where, message, code=over["question"]))
            return ()
        if "pick" not in over and "N" not in source.kind.operators:
            message = N_("Say which options of %(code)s the loop runs over: chosen, not_chosen or shown.")
            self.found.append(error("loop", where, message, code=source.code))
            return ()
        if "pick" in over and not loops.entries(source.values):
            message = N_("Question %(code)s has no options to run over. Remove “pick” or choose another one.")
            self.found.append(error("loop", where, message, code=source.code))
            return ()
        return loops.turns(
            over, loop.get("max", loops.MOST_TURNS), source.code, source.kind, source.values
        ).items


def _ids(values: Mapping[str, Json]) -> Iterator[tuple[str, int, str]]:
    for name in ENTRY_LISTS:
        for index, entry in enumerate(values.get(name) or ()):
            if isinstance(entry, Mapping) and isinstance(entry.get("id"), str) and entry["id"]:
                yield name, index, entry["id"]
