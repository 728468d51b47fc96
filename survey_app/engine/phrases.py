"""Conditions and rules of a document as sentences, for findings, lists and comparisons of versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from question_types.base import N_, Words, shown

from .calculations import Calculations
from .names import Names, Types, quoted, several
from .schema import ENTRY_LISTS
from .wording import dicts

Json = Any
Tree = Mapping[str, Json]

TAKEN = {
    "chosen": N_("Takes over what was chosen in %(subject)s"),
    "not_chosen": N_("Takes over what was not chosen in %(subject)s"),
    "shown": N_("Takes over what was shown in %(subject)s"),
}
ORDERS = {
    "random": N_("In random order"),
    "random_keep_last": N_("In random order, the last stays last"),
    "reverse_half": N_("In reversed order for half of the respondents"),
}


def phrase(tree: Json, document: Mapping[str, Json], types: Types) -> str:
    """A condition in words of ours (:class:`Words`), to be translated where it is shown: ``Q1 “How likely …”
    is “Detractor” and (Q3 … or …)``. Never raises; what is not finished is an ellipsis."""
    return Calculations(Names(document, types)).said(tree)


def rule_phrase(place: str, document: Mapping[str, Json], types: Types) -> str | None:
    """The whole rule at a place (``Q2.show``, ``Q3.settings.options.1.show``, ``p1.next.0``, ``sh.when``) in
    words of ours; None where there is no rule."""
    wanted = place.removesuffix(".when") if ".next." in place or ".validate." in place else place
    return next((said() for where, _, said in Rulings(document, types).rules() if where == wanted), None)


def rule_list(
    document: Mapping[str, Json], types: Types, translate: Callable[[str], str] = str
) -> list[dict[str, str]]:
    """Every rule of a document in its order: ``where`` (its place), ``kind`` and ``words``. Kinds: show,
    required, enable, validate, default, carry, order, jump, loop, quota, variable."""
    return [
        {"where": where, "kind": kind, "words": _short(str(shown(said(), translate)))}
        for where, kind, said in Rulings(document, types).rules()
    ]


def _short(words: str) -> str:
    """Words as a list can show them; conditions may have two hundred parts."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


LONGEST = 2_000
"""Characters of a rule in a list."""
Ruling = tuple[str, str, Callable[[], str]]
"""The place of a rule, its kind, and what says it in words."""


class Rulings:
    """All rules of one document."""

    def __init__(self, document: Mapping[str, Json], types: Types) -> None:
        self.document = document
        self.names = Names(document, types)
        self.words = Calculations(self.names)

    def rules(self) -> Iterator[Ruling]:
        """In the order of the document: pages with their questions, quotas, variables."""
        for page in dicts(self.document, "pages"):
            code = str(page.get("code"))
            yield from self._of_page(code, page)
            for question in dicts(page, "questions"):
                yield from self._of_question(str(question.get("code")), question)
            yield from self._jumps(code, page)
        for quota in dicts(self.document, "quotas"):
            yield f"{quota.get('code')}.when", "quota", partial(self._quota, quota)
        for variable in dicts(self.document, "variables"):
            yield f"{variable.get('code')}.value", "variable", partial(self._variable, variable)

    def _of_page(self, code: str, page: Tree) -> Iterator[Ruling]:
        if page.get("show") is not None:
            yield f"{code}.show", "show", partial(self._if, N_("Shown only if %(condition)s"), page["show"])
        if isinstance(page.get("loop"), Mapping):
            yield f"{code}.loop", "loop", partial(self._loop, page["loop"])
        yield from self._order(code, page)

    def _of_question(self, code: str, question: Tree) -> Iterator[Ruling]:
        if question.get("show") is not None:
            said = N_("Shown only if %(condition)s")
            yield f"{code}.show", "show", partial(self._if, said, question["show"])
        if isinstance(question.get("required"), Mapping):
            asked = N_("Required only if %(condition)s")
            yield f"{code}.required", "required", partial(self._if, asked, question["required"])
        if question.get("enable") is not None:
            open_ = N_("Can be answered only if %(condition)s")
            yield f"{code}.enable", "enable", partial(self._if, open_, question["enable"])
        if question.get("default") is not None:
            yield f"{code}.default", "default", partial(self._default, code, question["default"])
        for index, rule in enumerate(dicts(question, "validate")):
            yield f"{code}.validate.{index}", "validate", partial(self._check, rule)
        if isinstance(question.get("carry"), Mapping):
            yield f"{code}.carry", "carry", partial(self._carry, question["carry"])
        yield from self._order(code, question)
        yield from self._entries(code, question.get("settings"))

    def _order(self, code: str, part: Tree) -> Iterator[Ruling]:
        said = ORDERS.get(str(part.get("order")))
        if said:
            yield f"{code}.order", "order", partial(Words, said)

    def _entries(self, code: str, settings: Json) -> Iterator[Ruling]:
        for name in ENTRY_LISTS if isinstance(settings, Mapping) else ():
            listed = settings.get(name)
            for index, entry in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(entry, Mapping) and entry.get("show") is not None:
                    yield (
                        f"{code}.settings.{name}.{index}.show",
                        "show",
                        partial(self._entry, entry),
                    )

    def _jumps(self, code: str, page: Tree) -> Iterator[Ruling]:
        for index, rule in enumerate(dicts(page, "next")):
            yield f"{code}.next.{index}", "jump", partial(self._jump, rule)

    def _if(self, message: str, tree: Json, **params: Any) -> Words:
        return Words(message, condition=self.words.said(tree), **params)

    def _entry(self, entry: Tree) -> Words:
        label = quoted(entry.get("label") or entry.get("id"))
        return self._if(N_("%(entry)s is shown only if %(condition)s"), entry["show"], entry=label)

    def _check(self, rule: Tree) -> Words:
        soft = N_("Asked once whether it is right if %(condition)s: %(text)s")
        said = soft if rule.get("soft") else N_("Refused if %(condition)s: %(text)s")
        return self._if(said, rule.get("when"), text=str(rule.get("message") or "…"))

    def _default(self, code: str, value: Json) -> Words:
        if isinstance(value, Mapping):
            return Words(N_("Begins with %(value)s"), value=self.words.worked_out(value))
        listed = value if isinstance(value, list) else [value]
        labels = [quoted(self.names.value({"question": code}, each)) for each in listed]
        return Words(N_("Begins with %(value)s"), value=several(labels))

    def _carry(self, carry: Tree) -> Words:
        said = TAKEN.get(str(carry.get("pick")), TAKEN["chosen"])
        return Words(said, subject=self.names.question(str(carry.get("from"))))

    def _loop(self, loop: Tree) -> Words:
        over = loop["over"] if isinstance(loop.get("over"), Mapping) else {}
        subject = self.names.question(str(over.get("question")))
        most = loop.get("max") or 50
        if over.get("pick") is None:
            return Words(
                N_("Asked as often as %(subject)s says, at most %(n)s times"), subject=subject, n=most
            )
        said = {
            "chosen": N_("Asked for everything chosen in %(subject)s, at most %(n)s times"),
            "not_chosen": N_("Asked for everything not chosen in %(subject)s, at most %(n)s times"),
            "shown": N_("Asked for everything shown in %(subject)s, at most %(n)s times"),
        }
        return Words(said.get(str(over["pick"]), said["chosen"]), subject=subject, n=most)

    def _jump(self, rule: Tree) -> Words:
        target = self.names.target(rule.get("go"))
        if rule.get("when") is None:
            return Words(N_("Then go to %(target)s"), target=target)
        return self._if(N_("If %(condition)s, go to %(target)s"), rule["when"], target=target)

    def _quota(self, quota: Tree) -> Words:
        then = quota["then"] if isinstance(quota.get("then"), Mapping) else {}
        said = N_("After %(n)s responses with %(condition)s, go to %(target)s")
        target = self.names.target(then.get("go"))
        return self._if(said, quota.get("when"), n=quota.get("limit", "…"), target=target)

    def _variable(self, variable: Tree) -> Words:
        value = self.words.worked_out(variable.get("value"))
        return Words(N_("%(code)s is %(value)s"), code=str(variable.get("code")), value=value)
