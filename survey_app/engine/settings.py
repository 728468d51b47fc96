"""Settings of any plug-in: JSON validated by its WTForm, and the form described as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    FieldList,
    FloatField,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from question_types.base import N_, Words

Json = Any
Errors = dict[str, list[str]]

MOST_ENTRIES = 1000
LOGIC_KEYS = frozenset({"show"})
"""Keys of list entries that belong to the survey's logic, not to the plug-in; they are kept as they are."""


class Fault(Words):
    """A sentence of WTForms or of ours that keeps its message id when WTForms fills its places."""

    def __mod__(self, params: Any) -> Fault:
        return Fault(self.message, **params)


def fault(message: Any) -> Words:
    """A validator's message, whatever it was made of."""
    return message if isinstance(message, Words) else Words(str(message))


class _Sentences:
    """Stands in for WTForms' translations and keeps its message ids."""

    def gettext(self, message: str) -> Fault:
        return Fault(message)

    def ngettext(self, singular: str, plural: str, n: int) -> Fault:
        return Fault(singular if n == 1 else plural)


_META = {"get_translations": lambda form: _Sentences(), "csrf": False}


class _Data(dict[str, list[str]]):
    """Form data as WTForms reads it."""

    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


class _Entry:
    """One entry of a list whose parts have already been bound."""

    def __init__(self, data: Json) -> None:
        self.data = data
        self.errors: tuple[str, ...] = ()

    def validate(self, form: Form, extra: Any = ()) -> bool:
        return True


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """The JSON type does not fit the field."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def bind(form: type[Form], data: Json) -> tuple[dict[str, Json], Errors]:
    """Complete settings and the errors by path (``options.0.id`` → sentences).

    ``data`` is JSON as it stands in a document: missing keys take the form's defaults, unknown keys and
    JSON types that do not fit are errors. The values are JSON again (numbers, ISO dates, lists of dicts).
    """
    errors: Errors = {}
    if not isinstance(data, Mapping):
        return bind(form, {})[0], {"": [Fault(N_("These settings must be an object."))]}
    values = _bind(form(meta=_META), data, "", errors, frozenset())
    return values, errors


def _bind(
    form: Form, data: Mapping[str, Json], path: str, errors: Errors, kept: frozenset[str]
) -> dict[str, Json]:
    flat = _Data()
    lists: dict[str, list[Json]] = {}
    given: dict[str, Json] = {}
    for name, field in form._fields.items():
        value = _given(field, data, name)
        try:
            if isinstance(field, FieldList):
                lists[name] = _entries(field, value, f"{path}{name}", errors)
            elif isinstance(field, FormField):
                lists[name] = _group(field, value, f"{path}{name}", errors)
            else:
                flat[name] = _flat(field, value)
                given[name] = value
        except _Wrong as wrong:
            errors.setdefault(f"{path}{name}", []).append(Fault(wrong.message))
    _refuse_unknown(form, data, path, errors, kept)
    values = _validated(form, flat, lists, given, path, errors)
    values.update({key: data[key] for key in kept if key in data and key not in values})
    return values


def _validated(
    form: Form, flat: _Data, lists: dict[str, Json], given: dict[str, Json], path: str, errors: Errors
) -> dict[str, Json]:
    """Runs the form's own validators; list entries are bound already and only counted here."""
    form.process(flat)
    plain = {name: field for name, field in form._fields.items() if not isinstance(field, FormField)}
    for name, field in plain.items():
        if isinstance(field, FieldList):
            field.entries = [_Entry(entry) for entry in lists.get(name, [])]
    groups = {name: field for name, field in form._fields.items() if name not in plain}
    for name in groups:
        del form._fields[name]
    form.validate()
    for name, field in plain.items():
        if (found := [each for each in field.errors if each]) and f"{path}{name}" not in errors:
            errors[f"{path}{name}"] = [
                each if isinstance(each, Fault) else Fault(str(each)) for each in found
            ]
    form._fields.update(groups)
    return {
        name: lists.get(name, []) if isinstance(field, FormField | FieldList) else _json(field, given)
        for name, field in form._fields.items()
    }


def _given(field: Field, data: Mapping[str, Json], name: str) -> Json:
    """What stands in the document, or the form's default. ``null`` counts only where empty is allowed."""
    value = data.get(name)
    if value is not None:
        return value
    if name in data and any(isinstance(each, Optional) for each in field.validators):
        return None
    default = field.default() if callable(field.default) else field.default
    if isinstance(field, FieldList):
        return list(default or ())
    return default.isoformat() if isinstance(default, date) else default


def _entries(field: FieldList, value: Json, path: str, errors: Errors) -> list[Json]:
    if not isinstance(value, list | tuple):
        raise _Wrong(N_("This must be a list."))
    if len(value) > MOST_ENTRIES:
        raise _Wrong(N_("This list is too long; a list may have 1000 entries."))
    part = field.unbound_field.bind(form=None, name="entry", _meta=Form.Meta(), translations=_Sentences())
    if isinstance(part, FormField):
        form = part.form_class(meta=_META)
        return [_entry(form, each, f"{path}.{index}", errors) for index, each in enumerate(value)]
    return [_single(part, each, f"{path}.{index}", errors) for index, each in enumerate(value)]


def _entry(form: Form, value: Json, path: str, errors: Errors) -> Json:
    if not isinstance(value, Mapping):
        errors.setdefault(path, []).append(Fault(N_("This must be an object.")))
        return _bind(form, {}, f"{path}.", {}, LOGIC_KEYS)
    return _bind(form, value, f"{path}.", errors, LOGIC_KEYS)


def _single(field: Field, value: Json, path: str, errors: Errors) -> Json:
    try:
        field.process(_Data({field.name: _flat(field, value)}))
    except _Wrong as wrong:
        errors.setdefault(path, []).append(Fault(wrong.message))
        return value
    if not field.validate(Form()):
        errors[path] = [fault(each) for each in field.errors]
    return _json(field, {field.short_name: value})


def _group(field: FormField, value: Json, path: str, errors: Errors) -> Json:
    if value is not None and not isinstance(value, Mapping):
        raise _Wrong(N_("This must be an object."))
    return _bind(field.form_class(meta=_META), value or {}, f"{path}.", errors, frozenset())


def _refuse_unknown(
    form: Form, data: Mapping[str, Json], path: str, errors: Errors, kept: frozenset[str]
) -> None:
    for key in data:
        if key not in form._fields and key not in kept:
            errors[f"{path}{key}"] = [Fault(N_("There is no such setting here; remove it."))]


def _flat(field: Field, value: Json) -> list[str]:
    """A JSON value as form controls would send it; refuses JSON types that do not fit the field."""
    if value is None:
        return [""] if any(isinstance(each, Optional) for each in field.validators) else []
    if isinstance(field, BooleanField):
        if not isinstance(value, bool):
            raise _Wrong(N_("This must be true or false."))
        return ["y"] if value else []
    if isinstance(field, IntegerField):
        if isinstance(value, bool) or not isinstance(value, int):
            raise _Wrong(N_("This must be a whole number."))
        return [str(value)]
    if isinstance(field, DecimalField | FloatField):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Wrong(N_("This must be a number."))
        return [repr(value)]
    if isinstance(field, SelectMultipleField):
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
            raise _Wrong(N_("This must be a list of texts."))
        return list(value)
    return [_word(field, value)]


def _word(field: Field, value: Json) -> str:
    if isinstance(field, SelectField) and field.coerce is int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _Wrong(N_("This must be a whole number."))
        return str(value)
    if not isinstance(value, str):
        raise _Wrong(N_("This must be a text."))
    return value


def _json(field: Field, given: Mapping[str, Json]) -> Json:
    """The field's value as JSON; numbers keep the kind (whole or decimal) they were given in."""
    value = field.data
    if isinstance(field, DecimalField | FloatField):
        return given.get(field.short_name) if value is not None else None
    if value is None and isinstance(field, StringField):
        return ""
    return value.isoformat() if isinstance(value, date) else value


def describe(form: type[Form], translate: Callable[[str], str] = str) -> list[dict[str, Json]]:
    """What an editor needs to draw the form: name, label, kind, help, default, required, and where they
    apply choices (``[value, label]`` pairs), min, max, fields (of a list or group).

    Kinds: text, longtext, integer, decimal, boolean, choice, choices, date, list, group, and what a field
    class calls itself in its ``kind``, such as picture. ``source``: what the editor can fill a list from.
    """
    return [_described(field, translate) for field in form(meta=_META)]


def _described(field: Field, translate: Callable[[str], str]) -> dict[str, Json]:
    about: dict[str, Json] = {
        "name": field.short_name,
        "label": translate(str(field.label.text)),
        "kind": _kind(field),
        "help": translate(str(field.description)) if field.description else "",
        "default": _given(field, {}, field.short_name),
        "required": bool(getattr(field.flags, "required", False)),
    }
    if source := getattr(field, "source", ""):
        about["source"] = source
    if isinstance(field, SelectField):
        about["choices"] = [[each.value, translate(str(each.label))] for each in field.iter_choices()]
    for validator in field.validators:
        about.update(_limits(validator))
    about.update(_parts(field, translate))
    return about


def _parts(field: Field, translate: Callable[[str], str]) -> dict[str, Json]:
    if isinstance(field, FormField):
        return {"fields": describe(field.form_class, translate)}
    if not isinstance(field, FieldList):
        return {}
    part = field.unbound_field.bind(form=None, name="", _meta=Form.Meta(), translations=_Sentences())
    limits = {"min": field.min_entries or None, "max": field.max_entries}
    fields = (
        describe(part.form_class, translate) if isinstance(part, FormField) else [_described(part, translate)]
    )
    return {"fields": fields} | {name: limit for name, limit in limits.items() if limit}


def _limits(validator: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(validator, NumberRange | Length):
        for name in ("min", "max"):
            limit = getattr(validator, name)
            if limit is not None and limit != -1:
                yield name, limit if isinstance(limit, int) else float(limit)


_KINDS: tuple[tuple[type[Field], str], ...] = (
    (FieldList, "list"),
    (FormField, "group"),
    (BooleanField, "boolean"),
    (SelectMultipleField, "choices"),
    (SelectField, "choice"),
    (IntegerField, "integer"),
    (DecimalField, "decimal"),
    (FloatField, "decimal"),
    (DateField, "date"),
    (TextAreaField, "longtext"),
)


def _kind(field: Field) -> str:
    own = getattr(field, "kind", "")
    return own or next((kind for known, kind in _KINDS if isinstance(field, known)), "text")


@cache
def text_names(form: type[Form]) -> frozenset[str]:
    """Names of the form's fields that hold words."""
    fields = (field for field in form(meta=_META) if isinstance(field, StringField))
    return frozenset(field.short_name for field in fields if not hasattr(field, "kind"))


WTFORMS_SENTENCES = (
    N_("This field is required."),
    N_("Not a valid choice."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("Not a valid float value."),
    N_("Not a valid date value."),
    N_("Not a valid choice: could not coerce."),
    N_("Invalid input."),
    N_("Invalid URL."),
    N_("Invalid email address."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Field must be at least %(min)d character long."),
    N_("Field must be at least %(min)d characters long."),
    N_("Field cannot be longer than %(max)d character."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be exactly %(max)d character long."),
    N_("Field must be exactly %(max)d characters long."),
    N_("Field must be between %(min)d and %(max)d characters long."),
)
"""What WTForms' own validators say, listed so that the catalogue has them."""
