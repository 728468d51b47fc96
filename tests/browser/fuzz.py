"""Random surveys and answers through both interpreters of the rules: the server's and the phone's.

``python -m tests.browser.fuzz 200000`` compares so many pairs of a document and answers, each in Chromium's
real page script, and ends with status 1 where the two disagree. Disagreements are printed with the seed of
their document: ``python -m tests.browser.fuzz 100 --seed 7`` begins there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import Browser, Page, Route, sync_playwright

from question_types.base import Invalid, Raw
from survey_app import assets, plugins
from survey_app.engine import flow
from survey_app.engine.browser import said
from survey_app.engine.conditions import Condition, compile_condition, operator_of
from survey_app.engine.flow import Walk
from survey_app.engine.operators import OPERATORS, STATES
from survey_app.engine.plan import Plan
from survey_app.services.doors import Door
from survey_app.services.posts import seed_of
from survey_app.web import respond, script
from survey_app.web.steps import Step
from tests import browsers
from tests.browser import documents
from tests.conftest import build, close

Json = Any

TODAY = date(2026, 3, 10)
ID = "Fuzz0000000000000000AB"
SITE = "http://survey.test/"
PER_PAGE = 250
"""Answer sets of one document."""
ROUNDS = 4
"""Saves after which the page has heard all it asks."""
COMPARISONS = frozenset({*OPERATORS, *STATES})

INNER = """walk, fill, read, label, fields, entries, door, unheard, text,
tell: (told) => { mine.told = told; },"""
"""What the page's script is made to show of itself, beside what it shows anyway."""

COMPARE = """(given) => {
  const [sets, last] = JSON.parse(given);
  const { walk, fill, read, label, fields, entries, door, plan, holds, unheard, text, tell } = survey.logic;
  const codes = Object.keys(plan.questions);
  const asked = codes.filter((code) => plan.questions[code].ops !== undefined);
  const say = (value) => (value === undefined ? null : value);
  const hidden = (code, id) => {
    const rows = Array.from(fields[code].querySelectorAll('[data-row]'))
      .filter((each) => each.dataset.row.split('.').includes(id));
    const listed = entries(code).filter((each) => each.value === id);
    return rows.concat(listed).every((each) => each.hidden);
  };
  const unread = (code) => {
    door.preview = false;
    const open = unheard([code]);
    door.preview = true;
    return open;
  };
  return JSON.stringify(sets.map(([given, raw, piped, told]) => {
    door.fields = given;
    tell(told);
    asked.forEach((code) => fill(code, raw[code] || {}));
    const path = walk(), facts = path.facts, seen = [].concat(...path.screens.map((each) => each.codes));
    const found = {
      asks: {},
      truths: last.map((each) => (holds(each, facts) ? 1 : 0)).join(''),
      pages: path.screens.map((each) => each.page), ending: path.ending, seen: seen.slice().sort(),
      states: {}, hidden: {}, shut: [], needed: [], broken: {}, said: {}, values: {},
    };
    asked.filter(unread).forEach((code) => { found.asks[code] = [text(read(code)), read(code)]; });
    asked.forEach((code) => {
      const about = plan.questions[code], state = found.states[code] = facts.states[code] || 'not_reached';
      if (state === 'not_reached' || state === 'not_shown') return;
      if (fields[code].disabled) found.shut.push(code);
      const gone = Object.keys(about.options || {}).filter((id) => hidden(code, id));
      if (gone.length) found.hidden[code] = gone.sort();
      const required = about.required;
      if (required && (required === true || holds(required, facts))) found.needed.push(code);
      const broken = (about.validate || []).map((rule) => holds(rule.when, facts));
      if (broken.includes(true)) found.broken[code] = broken;
    });
    piped.forEach((code) => { found.said[code] = say(label(code, facts)); });
    Object.keys(plan.variables).forEach((code) => { found.values[code] = say(facts.variable(code)); });
    return found;
  }));
}"""

PROVED = """(given) => {
  const { fill, read } = survey.logic;
  return JSON.stringify(JSON.parse(given).map(([code, raws]) => raws.map((raw) => {
    fill(code, raw);
    return read(code);
  })));
}"""
"""What the controls of a question hold after each filling."""


@dataclass
class Tally:
    """What was compared, and what came of it."""

    pairs: int = 0
    documents: int = 0
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    unfilled: Counter[str] = field(default_factory=Counter)
    """Question types whose controls do not hold what they are given."""
    filled: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Survey:
    """One document on its way through both interpreters."""

    seed: int
    plan: Plan
    full: frozenset[str]
    pools: Mapping[str, list[tuple[Raw, Json]]]
    leaves: list[Json]
    """Every comparison of the document."""


class Bench:
    """An application that draws pages and a browser that runs their script."""

    def __init__(self, app: Flask, browser: Browser) -> None:
        self.app = app
        self.types = plugins.types()
        self.html = ""
        self.troubles: list[str] = []
        self.context = browser.new_context(locale="zh-CN")
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self._serve)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _serve(self, route: Route) -> None:
        if route.request.url == SITE:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")

    def draw(self, plan: Plan, full: frozenset[str]) -> str:
        """The respondent's page, its scripts within it."""
        with self.app.test_request_context("/"):
            step = Step(door_of(plan), ID, plan, 0, plan.locale)
            step.__dict__.update(full=full, taken={}, past={})
            step.page = step.walk("").position
            html = respond.drawn(step, "/s/FUZZ", preview=True, today=TODAY.isoformat(), page=None)
            return inlined(html.get_data(as_text=True))

    def open(self, survey: Survey) -> None:
        """Loads the page of a survey."""
        self.html = self.draw(survey.plan, survey.full)
        self.page.goto(SITE, wait_until="domcontentloaded")
        self.page.wait_for_function("() => window.survey && survey.id()")

    def asked(self, program: str, given: Json) -> Json:
        """What a program on the page makes of JSON; as one text each way, which is quick."""
        return json.loads(self.page.evaluate(program, json.dumps(given)))


def inlined(html: str) -> str:
    """A page with its scripts in it, after everything else, and without style sheets."""
    names = re.findall(r'<script src="/static/[0-9a-z]+/([^"]+)" defer></script>', html)
    bare = re.sub(r"<script src=[^>]*></script>|<link [^>]*>", "", html)
    scripts = [
        (assets.STATIC / name).read_text("utf-8") if (assets.STATIC / name).exists() else brought(name)
        for name in names
    ]
    scripts[0] = scripts[0].replace("logic: {", f"logic: {{ {INNER}")
    return bare.replace("</body>", "".join(f"<script>{each}</script>" for each in scripts) + "</body>")


def brought(name: str) -> str:
    """A script that comes with a question type."""
    return (Path(assets.__file__).parent.parent / "question_types" / "static" / Path(name).name).read_text(
        "utf-8"
    )


def door_of(plan: Plan) -> Door:
    """A door that leads nowhere."""
    return Door("FUZZ", 0, "FUZZ", "t", 0, plan, 0, None, None, None, 0, "link", "u1", None)


def drawn(seed: int, types: Mapping[str, Any]) -> Survey:
    """The document of a seed, and what may be answered to each of its questions."""
    chance = Random(seed)
    _, plan = documents.document(seed, types)
    pools = {
        code: documents.answers(each, chance) for code, each in plan.questions.items() if each.formula is None
    }
    full = frozenset(q.code for q in plan.quotas if q.code == "full")
    return Survey(seed, plan, full, pools, list(leaves(plan.unrolled)))


def leaves(tree: Json) -> Iterator[Json]:
    """All comparisons in a document without loops."""
    if isinstance(tree, dict) and documents.KINDS & tree.keys() and operator_of(tree) in COMPARISONS:
        yield tree
    parts = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for part in parts:
        yield from leaves(part)


def truths(tests: list[Condition], path: Walk) -> str:
    """Which comparisons hold at the end of the path, a digit for each."""
    return "".join("1" if test(path.facts) else "0" for test in tests)


def proved(bench: Bench, survey: Survey, tally: Tally) -> dict[str, list[tuple[Raw, Json]]]:
    """The answers that the page's controls can hold."""
    asked = [[code, [raw for raw, _ in pool]] for code, pool in survey.pools.items() if pool]
    held = dict(zip([code for code, _ in asked], bench.asked(PROVED, asked), strict=True))
    found: dict[str, list[tuple[Raw, Json]]] = {}
    for code, pool in survey.pools.items():
        question = survey.plan.questions[code]
        kept = []
        for _, now in zip(pool, held.get(code, []), strict=True):
            value = documents.taken(question, now)
            if value is not None:
                kept.append((now, value))
        (tally.filled if kept else tally.unfilled)[question.type.key] += 1
        found[code] = kept
    return found


def sets(
    survey: Survey, pools: Mapping[str, list[tuple[Raw, Json]]], n: int
) -> Iterator[tuple[dict[str, Json], dict[str, Raw], dict[str, Json]]]:
    """``n`` times: fields, raw answers, values."""
    chance = Random(survey.seed)
    kinds = {code: each.get("type", "text") for code, each in survey.plan.fields.items()}
    for _ in range(n):
        fields = {code: chance.choice(documents.FIELDS[kind]) for code, kind in kinds.items()}
        share = chance.choice((0.6, 0.85, 1))
        picked = {
            code: chance.choice(pool) for code, pool in pools.items() if pool and chance.random() < share
        }
        yield (
            fields,
            {c: raw for c, (raw, _) in picked.items()},
            {c: value for c, (_, value) in picked.items()},
        )


def expected(path: Walk, piped: list[str]) -> dict[str, Json]:
    """What the page must come to, by the server's walk."""
    plan, facts = path.plan, path.facts
    visited = [plan.pages[plan.index[code]] for code in path.pages]
    asked = [q for code, q in plan.questions.items() if path.states[code] in ("answered", "skipped")]
    wording = flow.wording(path, gettext)
    broken = {q.code: [rule.when(facts) for rule in q.validate] for q in asked if q.validate}
    return {
        "pages": path.pages,
        "ending": path.ending,
        "seen": sorted(
            q.code for page in visited for q in page.questions if path.shows(q) and not q.type.unseen
        ),
        "states": path.states,
        "hidden": {q.code: sorted(path.hidden[q.code]) for q in asked if q.code in path.hidden},
        "shut": [q.code for q in asked if q.code in path.disabled],
        "needed": [q.code for q in asked if q.needs_answer(facts)],
        "broken": {code: each for code, each in broken.items() if True in each},
        "values": {code: facts.variables[code] for code in plan.variables},
        "said": {code: wording(code) for code in piped},
    }


def compare(bench: Bench, seed: int, n: int, tally: Tally) -> None:
    """Walks ``n`` sets of answers to one document in both."""
    survey = drawn(seed, bench.types)
    bench.open(survey)
    pools = proved(bench, survey, tally)
    plan = survey.plan
    piped = sorted(set(script._piped(plan)))
    given = list(sets(survey, pools, n))
    with bench.app.test_request_context("/"), force_locale("zh_CN"):
        walks = [walked(survey, fields, values) for fields, _, values in given]
        tests = [compile_condition(each, plan.schema) for each in survey.leaves]
        there = [{"truths": truths(tests, path), **expected(path, piped)} for path in walks]
        here = heard(
            bench,
            survey,
            [[known(path), raw, piped, {}] for path, (_, raw, _) in zip(walks, given, strict=True)],
        )
    for (fields, raw, values), phone, server in zip(given, here, there, strict=True):
        tally.pairs += 1
        if phone != server:
            note(tally, survey, phone, server, {"fields": fields, "raw": raw, "values": values})
    tally.documents += 1
    tally.faults += [f"seed {seed}: {each}" for each in bench.troubles]
    bench.troubles.clear()


def heard(bench: Bench, survey: Survey, told: list[Json]) -> list[Json]:
    """What the page comes to once the server has told it what it asks."""
    found: list[Json] = [None] * len(told)
    waiting = list(range(len(told)))
    for _ in range(ROUNDS):
        seen = bench.asked(COMPARE, [[told[at] for at in waiting], said(survey.leaves)])
        asks = [phone.pop("asks") for phone in seen]
        for at, phone, more in zip(waiting, seen, asks, strict=True):
            found[at] = phone
            for code, (text, raw) in more.items():
                told[at][3].update(
                    {each: {"of": text, "is": part} for each, part in taken(survey, code, raw).items()}
                )
        waiting = [at for at, more in zip(waiting, asks, strict=True) if more]
        if not waiting:
            break
    return found


def taken(survey: Survey, code: str, raw: Raw) -> dict[str, Json]:
    """What the server tells of an answer; nothing of one that it refuses, such as a comment on an option that
    has gone out of sight meanwhile."""
    try:
        return script.told(survey.plan, {code: raw})
    except Invalid:
        return {}


def known(path: Walk) -> dict[str, Json]:
    """The fields as the page is told them."""
    return {c: v for c, v in path.facts.fields.items() if c in script.fields(path.plan)}


def walked(survey: Survey, fields: Mapping[str, Json], values: Mapping[str, Json]) -> Walk:
    """The server's walk to the end, whatever is missing."""
    own = {"channel": "link", "locale": "zh_CN", "unit": "u1"}
    return flow.walk(
        survey.plan,
        values,
        {**fields, **own},
        seed_of(ID),
        survey.full,
        TODAY,
        upto=survey.plan.pages[-1].code,
    )


def note(tally: Tally, survey: Survey, phone: Json, server: Json, given: Json) -> None:
    """Writes a disagreement down, the first thing in which the two differ."""
    plan = survey.plan
    for key in server:
        mine, other = phone[key], server[key]
        if mine == other:
            continue
        where = key
        if key == "truths":
            at = next(i for i, (a, b) in enumerate(zip(mine, other, strict=True)) if a != b)
            leaf = survey.leaves[at]
            kind = plan.questions[leaf["question"]].type.key if "question" in leaf else "field"
            where, mine, other = (
                f"{operator_of(leaf)} {kind} {'row' if 'row' in leaf else ''}",
                leaf,
                other[at],
            )
            if "question" in leaf:
                mine = [leaf, given["raw"].get(leaf["question"]), given["values"].get(leaf["question"])]
        elif isinstance(other, dict):
            code = next(c for c in {**other, **mine} if mine.get(c) != other.get(c))
            kind = (
                plan.questions[code].type.key
                if code in plan.questions
                else "variable"
                if code in plan.variables
                else "field"
            )
            where, mine, other = f"{key}.{kind}", [code, mine.get(code)], [code, other.get(code)]
        tally.kinds[where] += 1
        if tally.kinds[where] <= 1:
            text = json.dumps({"phone": mine, "server": other, **given}, ensure_ascii=False, default=str)
            tally.faults.append(f"seed {survey.seed}: {where}: {text}")
        return


@contextmanager
def opened(browser: Browser) -> Iterator[Bench]:
    """A bench in a browser."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(Path(folder), f"sqlite:///{folder}/survey.db")
        bench = Bench(app, browser)
        try:
            yield bench
        finally:
            bench.context.close()
            close(app)


def run(n: int, start: int = 0, seconds: float = 0, browser: Browser | None = None) -> Tally:
    """Compares ``n`` pairs from seed ``start`` on, or as many as fit in ``seconds``."""
    if browser is not None:
        with opened(browser) as bench:
            return _rounds(bench, n, start, seconds)
    with sync_playwright() as playwright:
        own = playwright.chromium.launch(executable_path=browsers.program(), args=list(browsers.QUIET))
        return run(n, start, seconds, own)


def _rounds(bench: Bench, n: int, start: int, seconds: float) -> Tally:
    tally = Tally()
    begun = time.monotonic()
    seed = start
    while tally.pairs < n and not (seconds and time.monotonic() - begun > seconds):
        compare(bench, seed, min(PER_PAGE, n - tally.pairs), tally)
        seed += 1
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=int, nargs="?", default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    begun = time.monotonic()
    tally = run(asked.pairs, asked.seed)
    for each in tally.faults:
        print(each[:1800])
    print(f"{tally.pairs} pairs of {tally.documents} documents in {time.monotonic() - begun:.0f} s")
    print(f"disagreements: {sum(tally.kinds.values())} {dict(tally.kinds)}")
    never = sorted(set(tally.unfilled) - set(tally.filled))
    print(f"types answered: {len(tally.filled)}; never filled by controls: {never}")
    return int(bool(tally.faults))


if __name__ == "__main__":
    sys.exit(main())
