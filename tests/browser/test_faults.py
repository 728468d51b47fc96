"""A hundred respondents on bad phones and in bad networks: every response is stored once and complete.

Each respondent has dice of their own, so a run can be repeated. They answer through real controls and meet
lost networks, replies that never come, reloads, closed and second windows, stores that are full or missing,
and a change of language. Nothing waits for a clock; the driver looks at the page and does the next thing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from sqlalchemy import select

from survey_app.models import Response, Survey
from survey_app.services import cells
from tests import factories

SESSIONS = 100
PER_PROFILE = 10
"""Respondents that share a browser profile, each with a link of their own."""

AHEAD = 60
"""Steps after which a respondent is stuck."""

PICKS = ("open", "card", "loan")
CHOICES = [{"id": id, "label": label} for id, label in zip(PICKS, ("开户", "办卡", "贷款"), strict=True)]
ROWS = [{"id": "staff", "label": "服务人员"}, {"id": "speed", "label": "办理速度"}]
COLUMNS = [{"id": "bad", "label": "不满意"}, {"id": "good", "label": "满意"}]

LOW = {"question": "Q1", "at_most": 6}


def asked(code: str, type: str, title: str, show: Any = None, **settings: Any) -> dict[str, Any]:
    """A required question."""
    question = {"code": code, "type": type, "title": title, "required": True, "settings": settings}
    return {**question, "show": show} if show else question


SURVEY: dict[str, Any] = {
    "format": 1,
    "title": "门店体验回访",
    "locale": "zh_CN",
    "settings": {"timezone": "Asia/Shanghai"},
    "pages": [
        {
            "code": "p1",
            "questions": [
                asked("Q1", "nps", "您会推荐我们吗？"),
                asked("Q2", "long_text", "您给了 {Q1} 分，为什么？", LOW, max_length=500),
                asked("Q3", "single_choice", "您办理了哪项业务？", options=CHOICES, order="random"),
            ],
        },
        {
            "code": "p2",
            "questions": [
                asked("Q4", "multi_choice", "哪些方面让您满意？", options=CHOICES),
                asked("Q5", "matrix_single", "请评价各个环节", rows=ROWS, columns=COLUMNS),
                asked("Q6", "number", "等了几分钟？", min=0, max=180),
            ],
        },
        {
            "code": "p3",
            "questions": [
                asked("Q7", "star_rating", "打几颗星？"),
                asked("Q8", "short_text", "怎么称呼您？"),
            ],
        },
    ],
    "endings": [{"code": "thanks", "title": "谢谢您的反馈", "text": "您给了 {Q1} 分。"}],
    "translations": {"en": {"title": "Your visit", "Q1.title": "Would you recommend us?"}},
}

FULL = "throw new DOMException('full', 'QuotaExceededError')"
REFUSED = "{ get() { throw new DOMException('no', 'SecurityError') } }"

STORES = {
    "sound": "",
    "full": f"Storage.prototype.setItem = () => {{ {FULL} }};",
    "base full": f"IDBObjectStore.prototype.put = () => {{ {FULL} }};",
    "no base": f"Object.defineProperty(window, 'indexedDB', {REFUSED});",
    "quick refused": f"Object.defineProperty(window, 'localStorage', {REFUSED});",
}
STORES["private"] = STORES["no base"] + STORES["quick refused"]
"""What may be wrong with a phone's stores: the script that breaks them."""

FORGETFUL = "private"
"""Nothing outlives the page there, so it is not left."""

LEAVING = ("reload", "reopen", "second", "language")
"""What needs a store that outlives the page."""

RETRY = "() => document.querySelectorAll('.panel button').forEach((button) => button.click())"

LOOK = """() => {
  if (document.querySelector('.sheet > .ending:not(.panel)')) return 'ended';
  if (document.querySelector('.panel[data-kind="waiting"]')) return 'waiting';
  if (document.querySelector('.panel')) return '';
  const on = Array.from(document.querySelectorAll('.q.on')).filter((q) => !q.hidden && q.offsetParent);
  return on.length ? on.map((q) => q.dataset.code).join(' ') : '';
}"""
"""Where the page is: codes on the screen, ``waiting``, ``ended``, or ``""`` between two of them."""

ANSWER = """(given) => given.forEach(([name, values]) => {
  const controls = Array.from(document.querySelectorAll('[name="' + name + '"]'));
  controls.forEach((control) => {
    if (control.type === 'radio' || control.type === 'checkbox') {
      if (control.checked !== values.includes(control.value)) control.click();
    } else {
      control.value = values[0];
      control.dispatchEvent(new Event('input', { bubbles: true }));
      control.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
})"""
"""Answers through the controls, as a thumb would."""


@dataclass
class Respondent:
    """One respondent, what they answer and what happens to them."""

    number: int
    link: str
    phone: BrowserContext
    faults: Counter[str]
    dice: random.Random = field(init=False)
    store: str = field(init=False)
    page: Page = field(init=False)
    offline: bool = False
    lost: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"respondent {self.number}")
        self.store = self.dice.choice([*STORES, "sound"])
        self.faults[self.store] += 1

    def answers(self) -> dict[str, Any]:
        """What shall be stored."""
        dice = random.Random(f"answers {self.number}")
        score = dice.randrange(11)
        given: dict[str, Any] = {"Q1": score}
        if score <= 6:
            given["Q2"] = f"排队太久，第 {self.number} 位"
        return given | {
            "Q3": dice.choice(PICKS),
            "Q4": [each for each in PICKS if dice.random() < 0.5] or ["loan"],
            "Q5": {"staff": dice.choice(["bad", "good"]), "speed": dice.choice(["bad", "good"])},
            "Q6": dice.randrange(181),
            "Q7": dice.randint(1, 5),
            "Q8": f"顾客{self.number}",
        }

    def come(self) -> None:
        """Opens the link in a new window."""
        self.page = self.phone.new_page()
        self.page.add_init_script(STORES[self.store])
        self.page.route("**/answers", self.carry)
        self.page.goto(self.link, wait_until="commit")
        self.settled()

    def carry(self, route: Route) -> None:
        """The way of one save: there and back, there only, or not even there."""
        if not self.lost:
            route.continue_()
            return
        self.lost -= 1
        if self.dice.random() < 0.7:
            self.faults["reply lost"] += 1
            route.fetch()
        else:
            self.faults["request lost"] += 1
        route.abort()

    def settled(self) -> str:
        """Where the page is, once it is anywhere."""
        return str(self.page.wait_for_function(LOOK).json_value())

    def answer(self) -> None:
        """From the first screen to the ending."""
        self.come()
        for _ in range(AHEAD):
            at = self.settled()
            if at == "ended":
                break
            if at == "waiting":
                self.back()
                self.page.evaluate(RETRY)
                self.page.wait_for_function(f"() => ({LOOK})() !== 'waiting' || {self.lost} > 0")
                continue
            self.fill(at)
            if self.dice.random() < 0.3 and self.suffer():
                continue
            self.page.evaluate("() => document.querySelector('.primary').click()")
        else:
            raise AssertionError(f"respondent {self.number} ({self.store}) is stuck at {at}")
        self.back()
        for window in self.phone.pages:
            window.close()

    def fill(self, at: str) -> None:
        """Answers what is on the screen."""
        wanted = self.answers()
        self.page.evaluate(ANSWER, [pair for code in at.split() for pair in sent(code, wanted[code])])

    def back(self) -> None:
        """The network is there again."""
        if self.offline:
            self.offline = False
            self.phone.set_offline(False)

    def suffer(self) -> bool:
        """Something happens; True where the screen may be another one afterwards."""
        happening = self.dice.choice([*LEAVING, "offline", "losses", "hidden"])
        if happening in LEAVING and self.store == FORGETFUL:
            happening = "losses"
        self.faults[happening] += 1
        return bool(getattr(self, f"_{happening}")())

    def _offline(self) -> None:
        self.offline = not self.offline
        self.phone.set_offline(self.offline)

    def _losses(self) -> None:
        self.lost = self.dice.randint(1, 2)

    def _reload(self) -> bool:
        self.back()
        self.page.reload(wait_until="commit")
        return True

    def _reopen(self) -> bool:
        self.back()
        self.page.close(run_before_unload=False)
        self.come()
        return True

    def _second(self) -> bool:
        """Goes on in a second window; the first one stays open behind it."""
        self.back()
        self.come()
        return True

    def _language(self) -> bool:
        self.back()
        with self.page.expect_navigation(wait_until="commit"):
            self.page.evaluate("() => document.querySelector('.langs button').click()")
        return True

    def _hidden(self) -> None:
        """The phone shows something else for a moment."""
        self.page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")


def sent(code: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """Names of controls and what stands in them."""
    if isinstance(value, dict):
        yield from ((f"{code}.{row}", [cell]) for row, cell in value.items())
    else:
        yield code, [str(each) for each in (value if isinstance(value, list) else [value])]


@pytest.fixture
def surveys(cast: SimpleNamespace, db: Any) -> list[Survey]:
    """The survey with one question to a screen, and with whole pages."""
    settings = SURVEY["settings"]
    made = [
        factories.published(cast.east, {**SURVEY, "settings": {**settings, "one_per_screen": one}})
        for one in (True, False)
    ]
    db.session.commit()
    return made


@pytest.fixture
def links(surveys: list[Survey], db: Any) -> list[str]:
    """A link for each respondent of one profile, of the two surveys by turns."""
    found = [f"/s/{factories.distribution(surveys[number % 2]).code}" for number in range(PER_PROFILE)]
    db.session.commit()
    return found


@pytest.mark.timeout(900)
def test_a_hundred_respondents_with_faults_leave_a_hundred_whole_responses(
    surveys: list[Survey],
    links: list[str],
    window: Callable[..., BrowserContext],
    db: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults: Counter[str] = Counter()
    expected = {}
    for start in range(0, SESSIONS, PER_PROFILE):
        phone = window()
        for number, link in enumerate(links, start):
            respondent = Respondent(number, link, phone, faults)
            respondent.answer()
            expected[f"顾客{number}"] = respondent.answers()
        phone.close()
    db.session.rollback()
    rows = db.session.scalars(select(Response)).all()
    assert len(rows) == SESSIONS
    assert {row.state for row in rows} == {"completed"}
    assert {row.answers["Q8"]: row.answers for row in rows} == expected
    for survey in surveys:
        prove_counted(survey, [row for row in rows if row.survey_id == survey.id])
    assert all(faults[name] for name in (*LEAVING, *STORES, "offline", "reply lost", "request lost"))
    with capsys.disabled():
        print(f"\n{SESSIONS} respondents met {dict(faults)}")


def prove_counted(survey: Survey, rows: list[Response]) -> None:
    """The counts on the dashboards are those of the responses."""
    totals = cells.load(survey.id).totals()
    assert totals.n("", "completed") == len(rows)
    for code in ("Q1", "Q6", "Q7"):
        assert totals.n(code) == len(rows)
        assert totals.amount(code) == sum(row.answers[code] for row in rows)
    for option in PICKS:
        assert totals.n("Q3", option) == sum(row.answers["Q3"] == option for row in rows)
        assert totals.n("Q4", option) == sum(option in row.answers["Q4"] for row in rows)
