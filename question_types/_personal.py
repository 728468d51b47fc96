"""The family of personal data: one line each, kept out of the customer's words and of charts."""

from __future__ import annotations

from typing import ClassVar

from wtforms import Form, StringField
from wtforms.validators import Length

from question_types._reading import clean, one
from question_types.base import N_, Invalid, Json, Part, QuestionType, Raw, Values, Words


class PersonalSettings(Form):
    """What all personal data have in common."""

    placeholder = StringField(
        N_("Hint in the empty field"),
        [Length(max=100)],
        default="",
        description=N_("Disappears on typing"),
    )


class Personal(QuestionType):
    """A string in one canonical form. ``control``, ``keyboard`` and ``autofill`` are the ``type``,
    ``inputmode`` and ``autocomplete`` of its field; ``longest`` is what it takes at most."""

    family: ClassVar[str] = N_("Personal data")
    template: ClassVar[str] = "question_types/line.html"
    operators: ClassVar[str] = "T"
    control: ClassVar[str] = "text"
    keyboard: ClassVar[str] = "text"
    autofill: ClassVar[str] = "off"
    longest: ClassVar[int] = 100
    specimens: ClassVar[tuple[str, ...]] = ()

    class Settings(PersonalSettings):
        pass

    def canonical(self, settings: Values, text: str) -> str:
        """``text`` as it is stored, if it can be understood; else unchanged."""
        return text

    def known(self, settings: Values, text: str) -> bool:
        """Whether ``text`` is an allowed answer in its stored form."""
        raise NotImplementedError

    def refused(self, settings: Values) -> Invalid:
        """What a customer is told who wrote something else."""
        raise NotImplementedError

    def asked(self, settings: Values) -> str:
        """What a customer is asked to reply with."""
        raise NotImplementedError

    def parse(self, settings: Values, raw: Raw) -> Json:
        text = " ".join(clean(one(raw)[:1000]).split())
        return self.canonical(settings, text) if text else None

    def check(self, settings: Values, value: Json) -> None:
        if not isinstance(value, str) or len(value) > self.longest or not self.known(settings, value):
            raise self.refused(settings)

    def domain(self, settings: Values) -> tuple[Part, ...]:
        allowed = [each for each in self.specimens if self.known(settings, each)]
        return (Part("", tuple(allowed), open=True),)

    def say(self, settings: Values) -> str | None:
        return Words(self.asked(settings))

    def hear(self, settings: Values, message: str) -> Raw | None:
        text = self.parse(settings, {"": [message[:1000]]})
        return {"": [text]} if text and len(text) <= self.longest and self.known(settings, text) else None
