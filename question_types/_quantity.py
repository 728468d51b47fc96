"""The settings of quantities: how small, how large, how exact, in which unit."""

from __future__ import annotations

from wtforms import FloatField, IntegerField, StringField
from wtforms.validators import Length, NumberRange
from wtforms.validators import Optional as Empty

from question_types._numbers import LARGEST
from question_types.base import N_


def bound(label: str, hint: str, default: float | None = None) -> FloatField:
    """The setting of a number that may be left empty."""
    limits = [Empty(), NumberRange(-LARGEST, LARGEST)]
    return FloatField(label, limits, default=default, description=hint)


def smallest(default: float | None = None, hint: str = N_("Empty: no limit")) -> FloatField:
    """The setting ``min``."""
    return bound(N_("Smallest allowed"), hint, default)


def largest(hint: str = N_("Empty: no limit")) -> FloatField:
    """The setting ``max``."""
    return bound(N_("Largest allowed"), hint)


def decimals(hint: str = N_("0 for whole numbers")) -> IntegerField:
    """The setting ``decimals``."""
    return IntegerField(N_("Decimal places"), [NumberRange(min=0, max=6)], default=0, description=hint)


def unit(hint: str = N_("Shown behind the field")) -> StringField:
    """The setting ``unit``."""
    return StringField(N_("Unit of measure"), [Length(max=20)], default="", description=hint)
