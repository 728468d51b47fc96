"""A survey as a conversation: one question per message, each reply read by its question's type.

Nothing is stored here. Given the answers so far and a :class:`State`, :func:`begin` and :func:`hear` say
which messages come next, which answers are to be stored and what the state is from then on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from question_types.base import N_, Invalid, Words, shown

from .facts import NOTHING, Json
from .flow import Walk, asked, doubts, missing, order, walk, wording
from .pages import PagePlan, QuestionPlan
from .piping import Lookup, pipe
from .plan import Plan

LONGEST = 500
"""Signs of one message; what carriers take at most."""

ASKING = 380
"""Signs of it that the answering instructions may take; the title is cut rather than these."""

STOP = frozenset(
    [
        *("停", "停止", "停止订阅", "退", "退出", "退订", "取消订阅", "拒收", "不要再发", "别发了"),
        *("t", "td", "r", "回t退订", "回复t", "回复td", "stop", "stopall", "stop all", "unsubscribe"),
        *("cancel", "end", "quit", "revoke", "optout", "opt-out", "opt out", "remove", "arret"),
    ]
)
"""What carriers demand to be taken as a refusal of further messages (Chinese routes: T, TD, R, 退订, 拒收;
North American ones: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT), and plain words for
it. Only a whole message counts."""

SKIP = frozenset(["跳过", "略过", "跳", "下一题", "skip", "next", "pass"])
BACK = frozenset(["上一题", "返回", "上一步", "back", "previous"])
KEEP = frozenset(["确认", "确定", "是", "是的", "对", "保留", "confirm", "yes", "ok", "keep", "y"])
START = frozenset(["开始", "继续", "start", "unstop"])
HELP = frozenset(["帮助", "help", "info", "?", "重复", "再说一遍", "repeat"])

WELCOME = N_("%(title)s\nPlease reply to each message with your answer. Reply “stop” to end at any time.")
AGAIN = N_("Sorry, we did not understand that.")
SUCH_AS = N_("For example, reply “%(example)s”.")
OPTIONAL = N_("You may reply “skip” to leave this one out.")
NEEDED = N_("This question needs an answer.")
LEFT_OUT = N_("Let us leave that one out.")
CONFIRM = N_("Reply “confirm” to keep your answer, or answer again.")
FIRST = N_("This is the first question.")
SO_FAR = N_("Your answer so far: %(answer)s")
ELSEWHERE = N_("Please go on with this survey here, your answers are kept: %(link)s")
STOPPED = N_("Understood, we will not ask any further. Thank you for your time.")


@dataclass(frozen=True)
class State:
    """Where a conversation stands. ``question``: code of the one that waits for a reply; ``again``: it was
    asked a second time; ``doubt``: its answer is stored and waits to be confirmed; ``passed``: codes of what
    was asked or told before, in order."""

    question: str = ""
    again: bool = False
    doubt: bool = False
    passed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """What one message brings. ``changes``: answers to store, None clears; ``page``: code of the page passed
    last, ``""`` if none; ``end``: ``""``, ``ending`` (its code in ``ending``), ``stopped`` or ``handed`` (to
    the web page)."""

    messages: tuple[str, ...]
    state: State
    changes: Mapping[str, Json] = field(default_factory=dict)
    page: str = ""
    end: str = ""
    ending: str = ""


@dataclass(frozen=True)
class Talk:
    """What a conversation depends on besides the replies. ``plan``: in the respondent's language; ``gone``:
    question → options of which no place is left; ``link``: address of the web page; ``translate``: our own
    words (message id → text)."""

    plan: Plan
    fields: Mapping[str, Json] = field(default_factory=dict)
    seed: int = 0
    today: date | None = None
    full: frozenset[str] = NOTHING
    gone: Mapping[str, frozenset[str]] = field(default_factory=dict)
    link: str = ""
    translate: Callable[[str], str] = str

    def walk(self, answers: Mapping[str, Json], upto: str) -> Walk:
        """The path with these answers, as far as the page after ``upto``."""
        return walk(self.plan, answers, self.fields, self.seed, self.full, self.today, upto)

    def words(self, message: str, **params: Json) -> str:
        """Words of ours in the respondent's language."""
        return Words(message, **params).sentence(self.translate)

    def lookup(self, path: Walk) -> Lookup:
        """What piping puts in for a code."""
        return wording(path, self.translate)


def obstacles(plan: Plan) -> list[str]:
    """Codes of the questions that keep a survey from being answered by messages: text cannot carry their
    type, and they are not optional."""
    return [q.code for q in plan.questions.values() if q.required is not False and not speaks(q)]


def speaks(question: QuestionPlan) -> bool:
    """Whether text can carry the question."""
    return question.say(question.settings) is not None


def tongue(locales: Sequence[str], text: str = "", preferred: str = "") -> str:
    """The language to talk in, of those a survey speaks: the preferred one, else the one ``text`` is written
    in, else the survey's own."""
    wanted = [preferred.replace("-", "_")] if preferred else []
    if re.search(r"[\u3400-\u9fff]", text):
        wanted.append("zh")
    elif re.search(r"[A-Za-z]{2}", text):
        wanted.append("en")
    for each in filter(None, wanted):
        for known in locales:
            if known.replace("-", "_") == each or known[:2].lower() == each[:2].lower():
                return known
    return locales[0]


# What is said


def begin(talk: Talk, answers: Mapping[str, Json], state: State | None = None) -> Turn:
    """The welcome and the first question that is still open."""
    passed = state.passed if state else ()
    turn = _onward(talk, answers, passed, {})
    welcome = cut(talk.words(WELCOME, title=talk.plan.title))
    return replace(turn, messages=(welcome, *turn.messages))


def hear(talk: Talk, answers: Mapping[str, Json], state: State, text: str) -> Turn:
    """What a reply means where the conversation stands."""
    said = plain(text)
    if said in STOP:
        return Turn((talk.words(STOPPED),), state, end="stopped")
    question = talk.plan.questions.get(state.question)
    path = None if question is None else standing(talk, answers, question)
    if question is None or path is None:  # answered elsewhere, or another path now
        return _onward(talk, answers, state.passed, {})
    if said in BACK:
        return _back(talk, state, question, path)
    if said in HELP:
        return _ask(talk, path, question, replace(state, doubt=False))
    if said in KEEP and state.doubt:
        return _onward(talk, answers, (*state.passed, question.code), {})
    if said in SKIP:
        return _skip(talk, answers, state, question, path)
    return _answer(talk, answers, state, question, path, text)


def answers_first(talk: Talk, text: str) -> bool:
    """Whether a text is an answer to the first question of a survey, of those that not any text answers."""
    step = _ahead(talk, {}, ())
    question = step.question
    if question is None or not speaks(question) or question.type.operators == "T":
        return False
    try:
        return understood(talk, step.path, question, text) is not None
    except Invalid:
        return False


def once_more(talk: Talk, answers: Mapping[str, Json], state: State, code: str, sentence: str) -> Turn | None:
    """Asks a question again whose answer could not be stored; None where it is not asked any more."""
    question = talk.plan.questions.get(code)
    path = None if question is None else standing(talk, answers, question)
    if question is None or path is None or not speaks(question):
        return None
    passed = tuple(each for each in state.passed if each != code)
    return _ask(talk, path, question, State(again=state.again, passed=passed), sentence)


def merged(answers: Mapping[str, Json], changes: Mapping[str, Json]) -> dict[str, Json]:
    """Answers with changes; None clears."""
    return {code: value for code, value in {**answers, **changes}.items() if value is not None}


def plain(text: str) -> str:
    """A reply as commands are compared: half-width, lower case, without outer marks and spaces."""
    folded = unicodedata.normalize("NFKC", text[:200]).casefold()
    return folded.strip(" \t\r\n。.!！,，、~～…\"'“”‘’「」") or folded.strip()


def standing(talk: Talk, answers: Mapping[str, Json], question: QuestionPlan) -> Walk | None:
    """The path as far as a question's page; None where the question is not asked on it."""
    plan = talk.plan
    number = plan.index[question.page]
    path = talk.walk(answers, plan.pages[number - 1].code if number else "")
    if path.position != question.page:
        return None
    here = any(each.code == question.code for each in asked(path, plan.pages[number]))
    return path if here else None


@dataclass(frozen=True)
class _Step:
    """The next open question with what is told before it; None at an ending."""

    path: Walk
    told: tuple[QuestionPlan, ...]
    question: QuestionPlan | None
    passed: str
    fault: Invalid | None = None


def _ahead(talk: Talk, answers: Mapping[str, Json], passed: Sequence[str]) -> _Step:
    told: list[QuestionPlan] = []
    upto, done = "", frozenset(passed)
    while True:
        path = talk.walk(answers, upto)
        page = talk.plan.page(path.position)
        if path.ending or page is None:
            return _Step(path, tuple(told), None, upto)
        for question in _seen(talk, path, page):
            if not question.collects:
                told += [question] if question.code not in done else []
            elif _open(path, question, done):
                return _Step(path, tuple(told), question, upto)
        faults = missing(talk.plan, path, page.code)
        if faults:
            first = next(each for each in _seen(talk, path, page) if each.code in faults)
            return _Step(path, tuple(told), first, upto, faults[first.code])
        upto = page.code


def _seen(talk: Talk, path: Walk, page: PagePlan) -> Iterator[QuestionPlan]:
    """What the respondent sees of a page, in their order."""
    known = {question.code: question for question in page.questions}
    answerable = {question.code for question in asked(path, page)}
    for code in order(talk.plan, page, talk.seed):
        question = known[code]
        if path.shows(question) and (not question.collects or code in answerable):
            yield question


def _open(path: Walk, question: QuestionPlan, done: frozenset[str]) -> bool:
    if question.code in done or path.facts.answers[question.code].state == "answered":
        return False
    return speaks(question) or question.needs_answer(path.facts)


def _onward(
    talk: Talk,
    answers: Mapping[str, Json],
    passed: Sequence[str],
    changes: Mapping[str, Json],
    lead: str = "",
) -> Turn:
    """The next question, or the ending."""
    step = _ahead(talk, answers, passed)
    told = tuple(filter(None, (_told(talk, step.path, each) for each in step.told)))
    done = (*passed, *(each.code for each in step.told))
    if step.question is None:
        code = step.path.ending or ""
        last = farewell(talk, answers, code)
        said = (*told, *([lead] if lead else []), last)
        return Turn(said, State(passed=done), changes, step.passed, "ending", code)
    if not speaks(step.question):
        turn = hand(talk, State(passed=done), lead)
    else:
        sentence = step.fault.sentence(talk.translate) if step.fault else lead
        done = tuple(code for code in done if code != step.question.code)
        turn = _ask(talk, step.path, step.question, State(passed=done), sentence)
    return replace(turn, messages=(*told, *turn.messages), changes=changes, page=step.passed)


def _ask(talk: Talk, path: Walk, question: QuestionPlan, state: State, lead: str = "") -> Turn:
    said = _question(talk, path, question, lead)
    return Turn((said,), replace(state, question=question.code), page=_before(talk, path))


def _before(talk: Talk, path: Walk) -> str:
    """The last page of a path that is passed."""
    return path.pages[-2] if len(path.pages) > 1 else ""


def _question(talk: Talk, path: Walk, question: QuestionPlan, lead: str) -> str:
    """One question as a message: what it asks, how to answer; cut to fit."""
    lookup = talk.lookup(path)
    tail = [str(shown(question.say(settings_of(talk, path, question)), talk.translate))]
    if not question.needs_answer(path.facts):
        tail.append(talk.words(OPTIONAL))
    asking = cut("\n".join(tail), ASKING)
    texts = [lead, pipe(question.title, lookup), pipe(question.help, lookup)]
    head = cut("\n".join(text for text in texts if text), LONGEST - len(asking) - 1)
    return f"{head}\n{asking}"


def _told(talk: Talk, path: Walk, question: QuestionPlan) -> str:
    """A display item's words; ``""`` where it has none (a picture)."""
    lookup = talk.lookup(path)
    own = question.say(settings_of(talk, path, question)) or question.settings.get("text") or ""
    texts = [pipe(question.title, lookup), pipe(question.help, lookup)]
    texts.append(pipe(str(shown(own, talk.translate)), lookup))
    return cut("\n".join(text for text in texts if text))


def farewell(talk: Talk, answers: Mapping[str, Json], ending: str) -> str:
    """The texts of an ending as the last message."""
    about = talk.plan.endings.get(ending) or next(iter(talk.plan.endings.values()))
    lookup = talk.lookup(talk.walk(answers, talk.plan.pages[-1].code if talk.plan.pages else ""))
    texts = [pipe(about.get("title") or "", lookup), pipe(about.get("text") or "", lookup)]
    texts.append(about.get("url") or "")
    return cut("\n".join(text for text in texts if text))


def cut(text: str, most: int = LONGEST) -> str:
    """``text`` of at most ``most`` signs."""
    return text if len(text) <= most else f"{text[: max(0, most - 1)]}…"


def settings_of(talk: Talk, path: Walk, question: QuestionPlan) -> dict[str, Json]:
    """A question's settings as this respondent meets them: what is hidden left out, in their order, labels
    with their places filled."""
    hidden, lookup = path.hidden.get(question.code, NOTHING), talk.lookup(path)
    found = dict(question.visible(hidden | talk.gone.get(question.code, NOTHING)))
    name = "options" if "options" in found else "rows"
    if found.get(name) and question.order != "fixed":
        place = {id: number for number, id in enumerate(order(talk.plan, question, talk.seed))}
        found[name] = sorted(found[name], key=lambda entry: place.get(entry["id"], 0))
    for name in ("options", "rows", "columns"):
        if found.get(name):
            found[name] = [{**entry, "label": pipe(entry["label"], lookup)} for entry in found[name]]
    return found


# What is understood


def understood(talk: Talk, path: Walk, question: QuestionPlan, text: str) -> Json:
    """The answer a reply gives; None where it cannot be understood. Raises Invalid where it is understood
    and not allowed."""
    value = question.hear(settings_of(talk, path, question), text)
    if value is not None:
        question.check(value, path.hidden.get(question.code, NOTHING))
    return value


def _answer(
    talk: Talk, answers: Mapping[str, Json], state: State, question: QuestionPlan, path: Walk, text: str
) -> Turn:
    try:
        value = understood(talk, path, question, text)
    except Invalid as refusal:
        return _refuse(talk, answers, state, question, path, refusal.sentence(talk.translate))
    if value is None:
        return _refuse(talk, answers, state, question, path, talk.words(AGAIN))
    kept = state.doubt and answers.get(question.code) == value
    return _settle(talk, {**answers, question.code: value}, state, question, {question.code: value}, kept)


def _settle(
    talk: Talk,
    answers: Mapping[str, Json],
    state: State,
    question: QuestionPlan,
    changes: Mapping[str, Json],
    kept: bool = False,
) -> Turn:
    """Goes on with an answer (or without one) unless a rule of the survey has something against it."""
    path = standing(talk, answers, question)
    if path is None:
        return _onward(talk, answers, (*state.passed, question.code), changes)
    page = question.page
    fault = missing(talk.plan, path, page).get(question.code)
    if fault is not None:
        before = {code: value for code, value in answers.items() if code not in changes}
        return _refuse(talk, before, state, question, path, fault.sentence(talk.translate))
    doubt = None if kept or answers.get(question.code) is None else doubts(talk.plan, path, page)
    if doubt and question.code in doubt:
        sentence = f"{doubt[question.code].sentence(talk.translate)}\n{talk.words(CONFIRM)}"
        waiting = State(question.code, state.again, True, state.passed)
        return Turn((cut(sentence),), waiting, changes, _before(talk, path))
    return _onward(talk, answers, (*state.passed, question.code), changes)


def _refuse(
    talk: Talk,
    answers: Mapping[str, Json],
    state: State,
    question: QuestionPlan,
    path: Walk,
    sentence: str,
) -> Turn:
    """Asks once more with an example; after that an optional question is left out and any other goes to the
    web page."""
    if not state.again:
        example = _example(talk, path, question)
        lead = f"{sentence}\n{talk.words(SUCH_AS, example=example)}" if example else sentence
        return _ask(talk, path, question, State(again=True, passed=state.passed), lead)
    if _free(talk, answers, question):
        return _onward(talk, answers, (*state.passed, question.code), {}, talk.words(LEFT_OUT))
    return hand(talk, state)


def _free(talk: Talk, answers: Mapping[str, Json], question: QuestionPlan) -> bool:
    """Whether the survey can go on with what it has of a question."""
    path = standing(talk, answers, question)
    return path is not None and question.code not in missing(talk.plan, path, question.page)


def hand(talk: Talk, state: State, lead: str = "") -> Turn:
    """Sends the respondent to the web page, where the same response goes on."""
    where = talk.words(ELSEWHERE, link=talk.link)
    said = f"{cut(lead, LONGEST - len(where) - 1)}\n{where}" if lead else where
    return Turn((said,), replace(state, question="", again=False, doubt=False), end="handed")


def _skip(talk: Talk, answers: Mapping[str, Json], state: State, question: QuestionPlan, path: Walk) -> Turn:
    if question.needs_answer(path.facts):
        return _refuse(talk, answers, state, question, path, talk.words(NEEDED))
    rest = {code: value for code, value in answers.items() if code != question.code}
    changes = {question.code: None} if question.code in answers else {}
    return _settle(talk, rest, state, question, changes)


def _back(talk: Talk, state: State, question: QuestionPlan, path: Walk) -> Turn:
    """Asks the question before on the path again, wherever it was answered."""
    pages = [talk.plan.pages[talk.plan.index[code]] for code in path.pages]
    way = [each for page in pages for each in _seen(talk, path, page) if each.collects and speaks(each)]
    at = next(i for i, each in enumerate(way) if each.code == question.code)
    if not at:
        return _ask(talk, path, question, replace(state, doubt=False), talk.words(FIRST))
    before = way[at - 1]
    given = path.facts.answers[before.code].value
    words = "" if given is None else str(shown(before.label(given), talk.translate))
    lead = talk.words(SO_FAR, answer=cut(words, 100)) if words else ""
    left = tuple(code for code in state.passed if code != before.code)
    return _ask(talk, path, before, State(passed=left), lead)


def _example(talk: Talk, path: Walk, question: QuestionPlan) -> str:
    """A reply that would be understood; ``""`` where the type names none."""
    settings = settings_of(talk, path, question)
    for part in question.type.domain(settings)[:1]:
        middle = len(part.values) // 2
        for value in (*part.values[middle:], *part.values[:middle])[:20]:
            one = [value] if part.many else value
            reply = _reply(talk, path, question, settings, {part.name: one} if part.name else one)
            if reply:
                return reply
    return ""


def _reply(talk: Talk, path: Walk, question: QuestionPlan, settings: Json, value: Json) -> str:
    try:
        label = str(shown(question.type.label_of(settings, value), talk.translate))
        fits = len(label) <= 40 and plain(label) not in STOP
        return label if fits and understood(talk, path, question, label) == value else ""
    except (Invalid, TypeError, ValueError, KeyError, AttributeError):
        return ""
