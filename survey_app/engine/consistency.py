"""The check of everything that refers to something: rules, jumps, texts, variables, quotas, translations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from question_types.base import N_, Invalid, QuestionType, Words

from . import piping, redirects
from .dependencies import closure, references, used_variables
from .draft import Draft, Part
from .finding import Finding, error, warning
from .judge import short
from .loops import entries_with_conditions
from .rules import check_condition, check_expression
from .schema import BUILT_IN_FIELDS, Item, entry_ids
from .settings import text_names
from .shapes import MOST_STRANGE, locale
from .wording import translatable

Json = Any

MOST_RULES = 2_000
MOST_TURNS = 1_000
ANSWER_KEYS = ("required", "validate", "default", "carry", "enable")


def logic_findings(draft: Draft, types: Mapping[str, QuestionType]) -> list[Finding]:
    """Findings about everything that refers to something else in the document."""
    look = _Look(draft)
    for page in draft.pages:
        look.page(page)
    for quota in draft.quotas:
        look.quota(quota)
    look.variables()
    look.endings()
    look.whole()
    return look.found


class _Look:
    """One look through the parts of a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.schema = draft.schema
        self.found: list[Finding] = []
        self.rules = 0
        self.rests: dict[str, list[Item]] = {}
        self.formulas = {part.code: part.body["value"] for part in draft.variables if "value" in part.body}
        self.pages = {part.code: number for number, part in reversed(list(enumerate(draft.pages)))}
        self.targets = {part.code for part in draft.endings}
        self.texts = {*self.schema.fields, *BUILT_IN_FIELDS, *self.schema.variables}

    def error(self, code: str, where: str, message: str, /, **params: Any) -> None:
        self.found.append(error(code, where, message, **params))

    def warn(self, code: str, where: str, message: str, /, **params: Any) -> None:
        self.found.append(warning(code, where, message, **params))

    def page(self, page: Part) -> None:
        """A page's own rules, then its questions."""
        self._title(page, page.first - 1)
        if "show" in page.body:
            self._condition(page.body["show"], f"{page.where}.show", page.first - 1, page.loop)
        for question in page.questions:
            self._question(question, page)
        last = page.first + sum(1 for each in page.questions if each.kind.collects) - 1
        self._jumps(page, last)
        if page.body.get("order", "fixed") != "fixed":
            self._shuffled(page)

    def _question(self, question: Part, page: Part) -> None:
        before = question.position - 1
        self._title(question, before, page)
        body, where = question.body, question.where
        for name in ("show", "enable", "required"):
            if name in body and not (name == "required" and isinstance(body[name], bool)):
                self._condition(body[name], f"{where}.{name}", before, page.loop)
        for name, id, tree in entries_with_conditions(body.get("settings") or {}):
            self._condition(tree, f"{where}.settings.{name}.{_place(body, name, id)}.show", before, page.loop)
        if body.get("default") is not None:
            self._default(question, page)
        for place, rule in question.rules:
            if "when" in rule:
                self._condition(rule["when"], f"{place}.when", question.position, page.loop)
            if not str(rule.get("message", "-")).strip():
                message = N_("Write what the customer reads when this rule refuses the answer.")
                self.error("message", f"{place}.message", message)
            self._text(rule.get("message", ""), f"{place}.message", question.position, page)
        if question.kind.collects:
            self._formula(question, page)
        else:
            self._display(question)

    def _formula(self, question: Part, page: Part) -> None:
        """What an answer is worked out from, where nobody gives it."""
        tree = question.kind.formula(question.values) if question.kind.key and question.values else None
        if tree is not None:
            where, upto = f"{question.where}.settings", question.position - 1
            self._count(where)
            self.found += check_expression(tree, self.schema, where, upto, page.loop)
            self._through_variables(tree, where, upto)
            self._display(question)

    def _display(self, question: Part) -> None:
        for name in ANSWER_KEYS:
            if question.body.get(name):
                message = N_("This part of a page takes no answer; remove “%(key)s”.")
                self.warn("display", f"{question.where}.{name}", message, key=name)

    def _default(self, question: Part, page: Part) -> None:
        default, where = question.body["default"], f"{question.where}.default"
        if isinstance(default, Mapping):
            self._count(where)
            upto = question.position - 1
            self.found += check_expression(default, self.schema, where, upto, page.loop)
            self._through_variables(default, where, upto)
            return
        try:
            if question.kind.key:
                question.kind.check(question.values, default)
        except Invalid as refusal:
            message = N_("The default is not an allowed answer: %(reason)s")
            self.error("default", where, message, reason=Words(refusal.message, **refusal.params))
        except Exception:  # somebody else's question type, met with broken settings
            self.error("default", where, N_("The default is not an allowed answer. Change or remove it."))

    def _count(self, where: str) -> bool:
        self.rules += 1
        if self.rules == MOST_RULES + 1:
            message = N_("The survey has more than %(most)s rules. Split it.")
            self.error("too_many_rules", where, message, most=MOST_RULES)
        return self.rules <= MOST_RULES

    def _condition(self, tree: Json, where: str, upto: int | None, loop: tuple[str, ...] = ()) -> None:
        if self._count(where):
            self.found += check_condition(tree, self.schema, where, upto, loop)
            self._through_variables(tree, where, upto)

    def _through_variables(self, tree: Json, where: str, upto: int | None) -> None:
        """A variable may rest on questions that come later."""
        if upto is None or not self.formulas:
            return
        for name in used_variables(tree):
            for item in self._behind(name):
                if item.position > upto:
                    message = N_("The variable %(name)s rests on question %(code)s, which comes later.")
                    self.error("later_question", where, message, name=name, code=item.code)
                    return

    def _behind(self, name: str) -> list[Item]:
        """Questions that a variable rests on, worked out once."""
        if name not in self.rests:
            trees = [self.formulas[code] for code in closure({name}, self.formulas)]
            known = self.schema.questions
            self.rests[name] = [known[code] for code in references(trees) if code in known]
        return self.rests[name]

    def _jumps(self, page: Part, last: int) -> None:
        """Jumps lead forward, to a page or an ending."""
        number = self.pages[page.code]
        for index, (where, rule) in enumerate(page.rules):
            if "when" in rule:
                self._condition(rule["when"], f"{where}.when", last, page.loop)
            elif index < len(page.rules) - 1:
                message = N_("This rule always holds, so the rules below it are never used. Move it down.")
                self.warn("shadowed", where, message)
            go = rule.get("go")
            if go is None or go in self.targets:
                continue
            if go not in self.pages:
                message = N_("There is no page or ending “%(code)s”. Choose where to go.")
                self.error("jump_unknown", f"{where}.go", message, code=short(go))
            elif self.pages[go] <= number:
                message = N_("A jump leads forward only; page “%(code)s” comes earlier. Choose a later page.")
                self.error("jump_backward", f"{where}.go", message, code=short(go))

    def _shuffled(self, page: Part) -> None:
        codes = {question.code for question in page.questions}
        for question in page.questions:
            if seen := (references(question.body.get("show")) & codes):
                message = N_(
                    "This page is shuffled, so this question may come before %(code)s, which it depends on."
                )
                self.warn("shuffled", f"{question.where}.show", message, code=min(seen))

    def _title(self, part: Part, upto: int, page: Part | None = None) -> None:
        for name in ("title", "help"):
            self._text(part.body.get(name, ""), f"{part.where}.{name}", upto, page or part)
        if page is not None and part.kind.collects and not part.body.get("title", "").strip():
            self.warn("title", f"{part.where}.title", N_("The question has no title. Write one."))

    def _text(self, text: str, where: str, upto: int | None, page: Part | None = None) -> None:
        """Places in a text stand for earlier answers, fields and variables."""
        loop = page.loop if page else ()
        for code in piping.codes(text):
            item = self.schema.questions.get(code)
            if item is None:
                if code not in self.texts and not (code == "item" and loop):
                    message = N_(
                        "“{%(code)s}” stands for nothing. Use the code of an earlier question or a field."
                    )
                    self.error("pipe_unknown", where, message, code=short(code))
            elif upto is not None and item.position > upto:
                message = N_("“{%(code)s}” stands for an answer that comes later. Use an earlier question.")
                self.error("pipe_later", where, message, code=code)
            elif item.loop and not (loop and set(loop) <= set(item.loop)):
                message = N_("%(code)s is asked several times. Say which iteration is meant.")
                self.error("iteration", where, message, code=code)

    def quota(self, quota: Part) -> None:
        """A quota's condition and where it sends those who are too many."""
        if "when" in quota.body:
            self._condition(quota.body["when"], f"{quota.where}.when", None)
        go = quota.body.get("then", {}).get("go") if isinstance(quota.body.get("then"), Mapping) else None
        if "then" in quota.body and (not isinstance(go, str) or go not in self.targets):
            message = N_("A full quota leads to an ending. Choose one.")
            self.error("jump_unknown", f"{quota.where}.then.go", message)

    def variables(self) -> None:
        """Formulas, and cycles among them."""
        for part in self.draft.variables:
            if "value" in part.body and self._count(part.where):
                self.found += check_expression(part.body["value"], self.schema, f"{part.where}.value")
        for cycle in cycles(self.formulas):
            message = N_("The variables %(cycle)s need each other. Break the circle.")
            circle = " → ".join((*cycle, cycle[0]))
            self.found.append(
                Finding("error", "cycle", f"{cycle[0]}.value", message, {"cycle": circle}, cycle)
            )

    def endings(self) -> None:
        """Texts of endings."""
        for part in self.draft.endings:
            for name in ("title", "text", "url"):
                self._text(part.body.get(name, ""), f"{part.where}.{name}", None)
            if "url" in part.body:
                self._leads(part.body["url"], f"{part.where}.url")

    def _leads(self, address: str, where: str) -> None:
        """An ending leads only to sites that the survey names."""
        if not address or redirects.allowed(address, self.draft.settings.get("redirect_hosts") or ()):
            return
        host = redirects.host_of(address)
        if host:
            message = N_("The survey may not lead to %(host)s yet. Add this site in the survey settings.")
            self.error("redirect", where, message, host=host)
        else:
            message = N_(
                "The address must begin with the site it leads to; answers may stand only behind it."
            )
            self.error("redirect", where, message)

    def whole(self) -> None:
        """What concerns the survey as a whole."""
        whole = self.draft.whole
        if "title" in whole and not whole["title"].strip():
            self.error("title", "title", N_("The survey has no title. Write one."))
        if whole.get("pages") and not any(each.collects for each in self._kinds()):
            self.error("missing", "pages", N_("The survey has no question yet. Add one."))
        main = (whole.get("scores") or {}).get("main")
        for key in whole.get("scores") or {}:
            if key != "main":
                message = N_("“%(key)s” is not known here. Remove it.")
                self.error("unknown_key", f"scores.{short(key)}", message, key=short(key))
        if main is not None and (not isinstance(main, str) or main not in self.schema.questions):
            message = N_("The main score is of question “%(code)s”, which does not exist. Choose another.")
            self.error("unknown_question", "scores.main", message, code=short(main))
        self._turns()
        self._translations(whole.get("translations") or {})

    def _kinds(self) -> Iterator[QuestionType]:
        return (each.kind for page in self.draft.pages for each in page.questions)

    def _turns(self) -> None:
        turns = sum(len(page.questions) * max(1, len(page.loop)) for page in self.draft.pages)
        if turns > MOST_TURNS:
            message = N_(
                "With its loops the survey has %(n)s questions, at most %(most)s. Shorten the loops."
            )
            self.error("too_large", "pages", message, n=turns, most=MOST_TURNS)

    def _translations(self, translations: Mapping[str, Json]) -> None:
        known = set(translatable(self.draft.whole)) | self._setting_words() if translations else set()
        for name, words in translations.items():
            where = f"translations.{short(name)}"
            if wrong := locale(name):
                self.error("shape", where, wrong)
            elif not isinstance(words, Mapping):
                self.error("shape", where, N_("This must be an object."))
            else:
                self._translated(words, where, known)

    def _translated(self, words: Mapping[str, Json], where: str, known: set[str]) -> None:
        strange = 0
        strangers = {each.code for page in self.draft.pages for each in page.questions if not each.kind.key}
        for key, text in words.items():
            if strange > MOST_STRANGE:
                return
            if not isinstance(text, str):
                strange += 1
                self.error("shape", f"{where}.{short(key)}", N_("This must be a text."))
            elif key not in known and key.partition(".")[0] not in strangers:
                strange += 1
                message = N_("There is no text “%(key)s” to translate. Remove the translation.")
                self.warn("translation", f"{where}.{short(key)}", message, key=short(key))
            else:
                self._translated_places(text, f"{where}.{key}", self._blanks(key.partition(".")[0]))

    def _blanks(self, code: str) -> set[str]:
        """Places that a question fills itself: the blanks in its sentence."""
        asked = self.schema.questions.get(code)
        return set(entry_ids(asked.settings, "rows")) if asked else set()

    def _translated_places(self, text: str, where: str, blanks: set[str]) -> None:
        for code in piping.codes(text):
            if code not in self.texts and code not in self.schema.questions and code not in {"item", *blanks}:
                message = N_(
                    "“{%(code)s}” stands for nothing. Use the code of an earlier question or a field."
                )
                self.warn("pipe_unknown", where, message, code=short(code))

    def _setting_words(self) -> set[str]:
        """Texts among the settings, also those that are left at their defaults."""
        return {
            f"{each.code}.{name}"
            for page in self.draft.pages
            for each in page.questions
            if each.kind.key
            for name in text_names(each.kind.Settings)
        }


def _place(body: Mapping[str, Json], name: str, id: str) -> int:
    """Index of an entry in the document."""
    entries = body["settings"][name]
    return next(
        (i for i, each in enumerate(entries) if isinstance(each, Mapping) and each.get("id") == id), 0
    )


def cycles(formulas: Mapping[str, Json]) -> list[list[str]]:
    """Circles among variables, each as the codes along it; one per circle found."""
    needs = {code: sorted(used_variables(tree) & formulas.keys()) for code, tree in formulas.items()}
    done: set[str] = set()
    found: list[list[str]] = []
    for start in formulas:
        path: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            code, depth = waiting.pop()
            del path[depth:]
            if code in path:
                found.append(path[path.index(code) :])
                continue
            if code in done:
                continue
            path.append(code)
            done.add(code)
            waiting += [(each, len(path)) for each in reversed(needs[code])]
    return found
