"""Simulated customers of the demo: who comes when, how it went, what they tick and say.

The same day always brings the same people: everything is drawn from generators seeded by the day. How it
went decides all answers of a person, so that scores, waiting times, reasons and words agree.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from survey_app.services.demo import voices

Answers = dict[str, Any]

ZONE = ZoneInfo("Asia/Shanghai")
SEED = "yunting"
DAYS = 43
"""Days of history: six weeks and today."""

OUTAGE_REGION = "south"
OUTAGE = {20: 1.0, 19: 1.0, 18: 0.9, 17: 0.8, 16: 0.6, 15: 0.35, 14: 0.2, 13: 0.1}
"""Days before the demo began on which the systems of one region failed, and how badly."""

PER_DAY = 50
WEEKDAYS = (1.15, 1.05, 1.0, 1.0, 1.1, 0.75, 0.45)
HOURS = dict(zip(range(8, 23), (2, 9, 12, 9, 4, 5, 10, 10, 8, 5, 3, 3, 3, 2, 1), strict=True))
BUSINESS = {"cash": 34, "card": 22, "loan": 13, "wealth": 18, "company": 10, "other": 3}
SPOKEN = {
    "cash": "存取款",
    "card": "开户",
    "loan": "贷款",
    "wealth": "理财",
    "company": "对公业务",
    "other": "业务",
}
LEVELS = ("very_bad", "bad", "fair", "good", "very_good")
HURTS = {"attitude": "attitude", "speed": "wait", "skill": "skill", "place": "place", "machine": "system"}
"""Row of the matrix → the reason that pulls it down."""


@dataclass(frozen=True)
class Branch:
    """A branch as customers meet it. ``mood``: how much better or worse than usual; ``weak``: what it is
    known for."""

    code: str
    name: str
    region: str
    share: float
    mood: float
    weak: str


BRANCHES = (
    Branch("demo-binjiang", "滨江支行", "east", 1.5, 0.25, "wait"),
    Branch("demo-wutong", "梧桐路支行", "east", 1.2, 0.45, "place"),
    Branch("demo-xinghe", "星河湾支行", "east", 1.0, -0.15, "steps"),
    Branch("demo-hubin", "湖滨支行", "east", 0.8, 0.1, "fee"),
    Branch("demo-mumian", "木棉支行", "south", 1.2, 0.0, "wait"),
    Branch("demo-rongshu", "榕树里支行", "south", 1.0, 0.3, "attitude"),
    Branch("demo-haixin", "海心支行", "south", 0.9, -0.1, "system"),
    Branch("demo-jinli", "锦里支行", "west", 1.0, 0.35, "place"),
    Branch("demo-wangjiang", "望江支行", "west", 0.9, -0.35, "attitude"),
    Branch("demo-jialing", "嘉陵支行", "west", 0.7, 0.1, "skill"),
)
REGIONS = {"east": "华东分行", "south": "华南分行", "west": "西南分行"}


@dataclass(frozen=True)
class Visit:
    """One filling. ``branch`` None: came through the region's web link. ``rest`` None: gave up after
    ``first``, the answers of the first page."""

    id: str
    region: str
    branch: Branch | None
    spot: int
    begun: datetime
    seconds: int
    locale: str
    first: Answers
    rest: Answers | None


@dataclass
class Day:
    """One day's generator and what has been said on it, so that nobody repeats another."""

    day: date
    before: int
    """Days from this one to the day the demo began; negative after it."""
    random: Random = field(init=False)
    said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = Random(f"{SEED}:{self.day}")  # noqa: S311 - a play, no secret

    def chosen(self, weights: dict[str, int]) -> str:
        """A key, as likely as its weight."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def one(self, sentences: Sequence[str]) -> str:
        """A sentence nobody used today, if there is one left."""
        fresh = [each for each in sentences if each not in self.said] or list(sentences)
        sentence = self.random.choice(fresh)
        self.said.add(sentence)
        return sentence

    def severity(self, region: str) -> float:
        """How badly the systems of a region fail today, 0 to 1."""
        return OUTAGE.get(self.before, 0.0) if region == OUTAGE_REGION else 0.0


def visits(day: date, anchor: date) -> Iterator[Visit]:
    """Everybody who answers the branch survey on a day; ``anchor``: the day the demo began."""
    today = Day(day, (anchor - day).days)
    expected = PER_DAY * WEEKDAYS[day.weekday()] * today.random.uniform(0.88, 1.12)
    crowd = [_visit(today) for _ in range(round(expected * (1 + 0.25 * today.severity(OUTAGE_REGION))))]
    return iter(sorted(crowd, key=lambda visit: visit.begun))


def _visit(today: Day) -> Visit:
    random = today.random
    shares = [each.share * (1 + today.severity(each.region)) for each in BRANCHES]
    branch = random.choices(BRANCHES, shares)[0]
    online = random.random() < 0.3
    begun = moment(today, online)
    first, rest, locale = answers(today, branch)
    return Visit(
        id=public_id(random),
        region=branch.region,
        branch=None if online else branch,
        spot=random.choices(range(3), (5, 4, 2))[0],
        begun=begun,
        seconds=round(random.lognormvariate(4.45, 0.45)),
        locale=locale,
        first=first,
        rest=None if random.random() < 0.08 else rest,
    )


def public_id(random: Random) -> str:
    """An id as a phone makes it."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=22))


def moment(today: Day, online: bool) -> datetime:
    """When somebody answers: at the branch during its hours, online into the evening."""
    open_ = {hour: weight for hour, weight in HOURS.items() if online or 9 <= hour <= 17}
    hour = today.random.choices(list(open_), list(open_.values()))[0]
    seconds = today.random.randrange(3600)
    local = datetime(today.day.year, today.day.month, today.day.day, hour, tzinfo=ZONE)
    return (local + timedelta(seconds=seconds)).astimezone(UTC)


def answers(today: Day, branch: Branch) -> tuple[Answers, Answers, str]:
    """Answers of the first page, of all others, and the person's locale."""
    random, failing = today.random, today.severity(branch.region)
    trend = 0.35 * min(1.0, max(0.0, 1 - today.before / DAYS)) if branch.region == "east" else 0.0
    mood = random.gauss(8.55 + branch.mood + trend - 4.2 * failing, 1.75)
    score = min(10, max(0, round(mood)))
    group = "detractor" if score <= 6 else "passive" if score <= 8 else "promoter"
    business = today.chosen(BUSINESS if today.day.weekday() < 5 else {**BUSINESS, "company": 0})
    minutes = _minutes(random, mood, failing)
    reasons = _reasons(random, branch, failing) if group == "detractor" else []
    person = Person(today, group, business, minutes, branch, failing, reasons)
    locale = "en" if random.random() < 0.03 else "zh_CN"
    return {"Q1": score}, _rest(person, mood, locale), locale


@dataclass(frozen=True)
class Person:
    """What is known about one customer while the answers are drawn."""

    today: Day
    group: str
    business: str
    minutes: int
    branch: Branch
    failing: float
    reasons: list[str]


def _minutes(random: Random, mood: float, failing: float) -> int:
    waited = random.lognormvariate(2.3 + 0.09 * (8.5 - mood), 0.5) * (1 + 1.6 * failing)
    minutes = min(180, round(waited))
    return round(minutes / 5) * 5 if minutes > 12 and random.random() < 0.6 else minutes


LIKELY = {
    "wait": 0.45,
    "attitude": 0.2,
    "skill": 0.18,
    "system": 0.15,
    "steps": 0.22,
    "fee": 0.12,
    "place": 0.1,
}
"""How likely a detractor ticks each reason."""


def _reasons(random: Random, branch: Branch, failing: float) -> list[str]:
    likely = dict(LIKELY)
    likely[branch.weak] += 0.25
    if failing:
        likely |= {"system": 0.3 + 0.6 * failing, "wait": 0.65}
    ticked = [reason for reason, chance in likely.items() if random.random() < chance]
    return ticked or [branch.weak]


def _rest(person: Person, mood: float, locale: str) -> Answers:
    random = person.today.random
    given: Answers = {
        "Q7": person.business if person.business != "other" else _other(random),
        "Q8": person.minutes,
        "Q9": {row: _level(random, mood, reason in person.reasons) for row, reason in HURTS.items()},
        "Q10": min(7, max(1, round(0.9 + mood * 0.62 - 0.01 * person.minutes + random.gauss(0, 0.8)))),
        "Q11": min(5, max(1, round(0.55 + mood * 0.45 + random.gauss(0, 0.45)))),
    }
    if random.random() < 0.8:
        visited = person.today.day - timedelta(days=random.choices((0, 1, 2, 5), (80, 12, 5, 3))[0])
        given["Q12"] = visited.isoformat()
    if person.group == "detractor":
        given["Q2"] = person.reasons
        if random.random() < 0.45:
            given["Q13"] = True
    elif person.group == "promoter" and random.random() < 0.8:
        given["Q5"] = _likes(random)
    text = words(person, given.get("Q5", []), locale)
    if text:
        given[{"detractor": "Q3", "passive": "Q4", "promoter": "Q6"}[person.group]] = text
    return given


def _other(random: Random) -> Answers:
    return {"v": "other", "other": {"other": random.choice(voices.OTHER_BUSINESS)}}


def _level(random: Random, mood: float, hurt: bool) -> str:
    level = round(0.7 + mood * 0.42 - 1.4 * hurt + random.gauss(0, 0.65))
    return LEVELS[min(5, max(1, level)) - 1]


def _likes(random: Random) -> list[str]:
    known = {"attitude": 5, "quick": 5, "skill": 3, "place": 2, "digital": 3}
    ticked = set(random.choices(list(known), list(known.values()), k=random.choice((1, 1, 2, 2, 3))))
    return [each for each in known if each in ticked]


TALKS = {"detractor": 0.8, "passive": 0.42, "promoter": 0.48}


def words(person: Person, likes: list[str], locale: str) -> str:
    """What the person writes, or nothing."""
    today = person.today
    chance = TALKS[person.group] + (0.12 if person.failing else 0)
    if today.random.random() >= chance:
        return ""
    text = _filled(person, today.one(_sentences(person, likes, locale)))
    if locale == "zh_CN" and today.random.random() < 0.22:
        text = _joined(text, today.random.choice(voices.FOLLOW_UP[person.group]))
    return text


def _sentences(person: Person, likes: list[str], locale: str) -> Sequence[str]:
    random, group = person.today.random, person.group
    if locale == "en":
        return voices.ENGLISH[group]
    if random.random() < 0.03:
        return voices.TRADITIONAL[group]
    if group == "detractor":
        if person.failing and random.random() < 0.35 + 0.5 * person.failing:
            return voices.OUTAGE
        return voices.SARCASM if random.random() < 0.07 else voices.ANGRY[random.choice(person.reasons)]
    if group == "passive":
        return voices.LUKEWARM
    return voices.SHORT_HAPPY if random.random() < 0.2 else voices.HAPPY[random.choice(likes or ["attitude"])]


def _filled(person: Person, sentence: str) -> str:
    return sentence.format(
        minutes=max(person.minutes, 2), business=SPOKEN[person.business], branch=person.branch.name
    )


def _joined(text: str, more: str) -> str:
    return f"{text}{'' if text[-1] in '！。？，' else '，'}{more}"


def callers(day: date) -> Iterator[Visit]:
    """Everybody who answers the mobile banking survey on a day."""
    today = Day(day, 0)
    today.random.seed(f"{SEED}:mobile:{day}")
    crowd = [_caller(today) for _ in range(round(9 * WEEKDAYS[day.weekday()]))]
    return iter(sorted(crowd, key=lambda visit: visit.begun))


def _caller(today: Day) -> Visit:
    random = today.random
    mood = random.gauss(3.9, 0.95)
    satisfied = min(5, max(1, round(mood)))
    group = "low" if satisfied <= 2 else "middle" if satisfied == 3 else "high"
    rest: Answers = {
        "Q2": today.chosen({"transfer": 45, "bill": 25, "wealth": 20, "loan": 10}),
        "Q3": min(7, max(1, round(mood * 1.3 + random.gauss(0.3, 0.7)))),
    }
    if random.random() < {"low": 0.85, "middle": 0.5, "high": 0.35}[group]:
        rest["Q4"] = today.one(voices.MOBILE[group])
    return Visit(
        id=public_id(random),
        region="",
        branch=None,
        spot=0,
        begun=moment(today, online=True),
        seconds=round(random.lognormvariate(3.6, 0.4)),
        locale="zh_CN",
        first={"Q1": satisfied},
        rest=None if random.random() < 0.06 else rest,
    )
