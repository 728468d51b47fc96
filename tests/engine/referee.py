"""Holds what the verifier says of a small survey against what happens to all its respondents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from survey_app.engine import definition
from survey_app.engine.finding import Finding
from survey_app.engine.plan import compile_plan
from survey_app.engine.verify import verify
from survey_app.plugins import types
from tests.engine.enumerator import Survey, branched, census, one
from tests.engine.randoms import Made

Json = Any

DAY = date(2026, 3, 10)
ONCE_OR_NEVER = ("show", "enable", "required")


class Referee:
    """One survey, what was found in it, and what is so."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self.document = made.document
        self.survey = Survey(made.document)
        self.seen = census(made.document, made.fields)
        self.found = verify(compile_plan(made.document, types()), DAY)
        self.warned = {each.where for each in definition.check(made.document, types())}
        self.home = {
            body["code"]: page["code"] for page in self.document["pages"] for body in page["questions"]
        }
        self.conditions = dict(conditions(self.document))

    def so(self, place: str, what: str) -> bool:
        """Whether something happens to anybody."""
        return (place, what) in self.seen.seen

    def told(self, code: str, *places: str) -> bool:
        """Whether a finding was made at one of some places."""
        return any(each.code == code and each.where in places for each in self.found)

    def quarrels(self) -> Iterator[str]:
        """Everything the two do not agree on."""
        for finding in self.found:
            if not getattr(self, f"_{finding.code}")(finding):
                yield f"wrong {finding.code} at {finding.where}"
            yield from self._witness(finding)
        yield from self._missed_places()
        yield from self._missed_conditions()
        yield from self._missed_jumps()
        yield from self._missed_questions()
        yield from self._missed_quotas()

    # Whether what is said is so

    def _never_shown(self, finding: Finding) -> bool:
        what = "shown" if finding.where in self.home else "visited"
        return not self.so(finding.where, what)

    def _no_ending(self, finding: Finding) -> bool:
        return not any(self.so(each["code"], "ended") for each in self.document["endings"])

    def _ending_unreached(self, finding: Finding) -> bool:
        return not self.so(finding.where, "ended")

    def _dead_end(self, finding: Finding) -> bool:
        return self.home.get(finding.where, finding.where) in self.seen.stuck

    def _never_answered(self, finding: Finding) -> bool:
        root = self._root(finding.where)
        return not self.so(root, f"knows {finding.params['code']}")

    def _contradiction(self, finding: Finding) -> bool:
        return not self.so(finding.where, "true") and not self.so(finding.where, "would")

    def _always(self, finding: Finding) -> bool:
        return not self.so(finding.where, "false")

    def _unsatisfiable(self, finding: Finding) -> bool:
        code = finding.params["code"]
        return self.so(code, "asked") and not self.so(code, "accepted")

    def _emptied(self, finding: Finding) -> bool:
        return self.so(finding.params["code"], "emptied")

    def _shadowed(self, finding: Finding) -> bool:
        always = f"{finding.where}.when" not in self.conditions
        return (always or self.so(f"{finding.where}.when", "would")) and not self.so(finding.where, "taken")

    def _quota_impossible(self, finding: Finding) -> bool:
        return not self.so(finding.where.partition(".")[0], "counted")

    def _quota_decided(self, finding: Finding) -> bool:
        return not self.so(finding.where, f"without {finding.params['other']}")

    def _paths(self, finding: Finding) -> bool:
        return any(self.so(each["code"], "ended") for each in self.document["endings"])

    def _undecided(self, finding: Finding) -> bool:
        """Nothing is undecidable in a small survey."""
        return False

    def _root(self, place: str) -> str:
        """The whole condition that a part belongs to."""
        return next(each for each in self.conditions if place == each or place.startswith(f"{each}."))

    # Whether an example is one

    def _witness(self, finding: Finding) -> Iterator[str]:
        told = finding.witness
        if isinstance(told, dict) and "conflict" in told:
            yield from self._conflict(finding, told["conflict"])
        elif isinstance(told, dict) and "shortest" in told:
            for name in ("shortest", "longest"):
                yield from self._respondent(finding, told[name])
        elif isinstance(told, dict):
            yield from self._respondent(finding, told)

    def _respondent(self, finding: Finding, told: dict[str, Json]) -> Iterator[str]:
        """An example walks as it says, by the second reading."""
        run = one(self.document, told["answers"], told["fields"], frozenset(told["full"]))
        if (list(run.moment.path), run.ending) != (told["path"], told["ending"]):
            yield f"the example of {finding.code} at {finding.where} goes another way"
        elif finding.code == "dead_end":
            place = self.home.get(finding.where, finding.where)
            if run.ending is not None or run.moment.path[-1].partition("@")[0] != place:
                yield f"the example of dead_end at {finding.where} does not stand there"
        elif finding.code == "paths" and run.ending is None:
            yield "an example of paths comes to no ending"

    def _conflict(self, finding: Finding, told: list[dict[str, Json]]) -> Iterator[str]:
        """What collides stands in the document where it is said to stand."""
        trees = dict(self.conditions)
        trees |= {f"{page['code']}.loop": page["loop"] for page in self.document["pages"] if "loop" in page}
        trees |= {
            each.place: each.tree
            for place, tree in self.conditions.items()
            for each in flattened(branched(place, tree))
        }
        for each in told:
            known = trees.get(each["where"], trees.get(f"{each['where']}.when"))
            if each["where"] not in self._bare() and known != each["when"]:
                yield f"the conflict of {finding.where} names {each['where']}, which is another"

    def _bare(self) -> set[str]:
        """Places without a condition that may exclude something: carried options, jumps that always lead."""
        found = {f"{body['code']}.carry" for page in self.document["pages"] for body in page["questions"]}
        for page in self.document["pages"]:
            rules = enumerate(page.get("next") or ())
            found |= {f"{page['code']}.next.{index}" for index, rule in rules if "when" not in rule}
        return found

    # Whether everything that is so is said

    def _missed_places(self) -> Iterator[str]:
        for code, page in self.home.items():
            if not self.so(code, "shown") and not self.told("never_shown", code, page):
                yield f"missed: {code} is never shown"
        endings = [each["code"] for each in self.document["endings"]]
        none = not any(self.so(each, "ended") for each in endings)
        if none != any(each.code == "no_ending" for each in self.found):
            yield "missed: no ending is reached"
        for code in [] if none else endings:
            if not self.so(code, "ended") and not self.told("ending_unreached", code):
                yield f"missed: ending {code} is never reached"
        for page in [] if none else self.seen.stuck:
            inside = [code for code, home in self.home.items() if home == page]
            if not self.told("dead_end", page, *inside):
                yield f"missed: nobody gets past {page} with some answers"

    def _missed_conditions(self) -> Iterator[str]:
        for place, tree in self.conditions.items():
            held, failed = self.so(place, "true"), self.so(place, "false")
            if ".next." in place:
                held, failed = held or self.so(place, "would"), failed or self.so(place, "would not")
            if self._spoken_of(place) or place in self._turning():
                continue
            if not held and failed:
                yield f"missed: {place} never holds"
            if held and not failed and self._telling(place):
                yield f"missed: {place} always holds"
            if held and failed:
                yield from self._missed_parts(place, tree)

    def _turning(self) -> set[str]:
        """Conditions of loop pages, which are looked at in a turn only, or without one as well."""
        return {f"{page['code']}.show" for page in self.document["pages"] if "loop" in page}

    def _telling(self, place: str) -> bool:
        """Whether a condition that always holds is worth a word; checks and quotas have their own."""
        return ".next." in place or not place.endswith(".when")

    def _missed_parts(self, place: str, tree: Json) -> Iterator[str]:
        """Alternatives that never hold."""
        for branch in flattened(branched(place, tree)):
            if ".not." in f"{branch.place}."[len(place) :]:
                continue
            for part in branch.parts if branch.how == "any" and len(branch.parts) > 1 else ():
                if not self.so(part.place, "true") and not self.so(part.place, "would"):
                    yield f"missed: the part {part.place} never holds"

    def _spoken_of(self, place: str) -> bool:
        """Whether something is said of a condition, a part of it or what it belongs to: whoever mends that
        will see the rest."""
        thing = place.partition(".")[0]
        if self.told("never_shown", thing, self.home.get(thing, thing)):
            return True
        if self.told("shadowed", place.removesuffix(".when")):
            return True
        causes = [
            cause["where"]
            for each in self.found
            if isinstance(each.witness, dict)
            for cause in each.witness.get("conflict", ())
        ]
        places = [*causes, *self.warned, *(each.where for each in self.found)]
        return any(each == place or each.startswith(f"{place}.") for each in places)

    def _missed_jumps(self) -> Iterator[str]:
        for page in self.document["pages"]:
            for index, rule in enumerate(page.get("next") or ()):
                place = f"{page['code']}.next.{index}"
                would = "when" in rule and self.so(f"{place}.when", "would")
                if would and not self.so(place, "taken") and not self._spoken_of(f"{place}.when"):
                    yield f"missed: {place} is never taken"

    def _missed_questions(self) -> Iterator[str]:
        for page in self.document["pages"]:
            for body in page["questions"]:
                code = body["code"]
                if self.so(code, "asked") and not self.so(code, "accepted") and not self._refusing(code):
                    yield f"missed: no answer to {code} is accepted"
                worth = bool(body.get("carry") or body.get("required"))
                if worth and self.so(code, "emptied") and self.so(code, "shown"):
                    places = (f"{code}.carry", f"{code}.settings")
                    if not self.told("emptied", *places) and not self._spoken_of(code):
                        yield f"missed: {code} is emptied"

    def _refusing(self, code: str) -> bool:
        """Whether it is said of a question that its answers are refused."""
        return (
            any(each.code == "unsatisfiable" and each.params["code"] == code for each in self.found)
            or self.told("dead_end", code)
            or self.told("no_ending", code)
        )

    def _missed_quotas(self) -> Iterator[str]:
        codes = [each["code"] for each in self.document["quotas"]]
        after = {each["code"]: page for each, page in self.survey.quotas}
        if any(each.code == "no_ending" for each in self.found):
            return
        for code in codes:
            if not self.so(f"{code}.when", "true") and not self._spoken_of(f"{code}.when"):
                yield f"missed: nobody counts towards {code}"
            for other in codes[: codes.index(code)]:
                within = self.so(code, "counted") and not self.so(code, f"without {other}")
                told = self.told("quota_decided", code) or self._spoken_of(f"{code}.when")
                if within and after[other] <= after[code] and not told:
                    yield f"missed: {code} is decided by {other}"


def flattened(branch: Any) -> Iterator[Any]:
    """A part of a condition and everything below it."""
    yield branch
    for each in branch.parts:
        yield from flattened(each)


def conditions(document: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    """Every condition of a document by its place."""
    for page in document["pages"]:
        if "show" in page:
            yield f"{page['code']}.show", page["show"]
        for index, rule in enumerate(page.get("next") or ()):
            if "when" in rule:
                yield f"{page['code']}.next.{index}.when", rule["when"]
        for body in page["questions"]:
            yield from _of_question(body)
    for quota in document["quotas"]:
        yield f"{quota['code']}.when", quota["when"]


def _of_question(body: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    code = body["code"]
    for name in ONCE_OR_NEVER:
        if isinstance(body.get(name), dict):
            yield f"{code}.{name}", body[name]
    for index, rule in enumerate(body.get("validate") or ()):
        yield f"{code}.validate.{index}.when", rule["when"]
    for name in ("options", "rows", "columns"):
        for index, entry in enumerate((body.get("settings") or {}).get(name) or ()):
            if "show" in entry:
                yield f"{code}.settings.{name}.{index}.show", entry["show"]
