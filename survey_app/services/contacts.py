"""Contacts: known people. Identifiers are kept encrypted and found again by a keyed hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from question_types.base import N_, Invalid
from survey_app import security
from survey_app.extensions import db
from survey_app.models import Contact, Conversation, Delivery, Invitation, Response, Unit, User
from survey_app.services import accounts, identifiers, sheets
from survey_app.services.errors import Conflict, NotFound, Refused
from survey_app.services.links import config
from survey_app.services.surveys import begin

HEADINGS = {
    "name": "name", "姓名": "name", "客户姓名": "name", "称呼": "name", "full_name": "name",
    "external_id": "external_id", "id": "external_id", "编号": "external_id", "客户号": "external_id",
    "客户编号": "external_id", "会员号": "external_id", "customer_id": "external_id",
    "phone": "phone", "mobile": "phone", "手机": "phone", "手机号": "phone", "手机号码": "phone",
    "电话": "phone", "联系电话": "phone",
    "email": "email", "e-mail": "email", "mail": "email", "邮箱": "email", "电子邮箱": "email",
    "unit": "unit", "机构": "unit", "网点": "unit", "门店": "unit",
}  # fmt: skip

CHUNK = 500
"""Identifiers asked for at once; databases limit the places of a statement."""


@dataclass(frozen=True)
class Person:
    """One person as entered, identifiers normalised (``""`` where unknown)."""

    name: str = ""
    external_id: str = ""
    phone: str = ""
    email: str = ""
    unit: Unit | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Added:
    """What became of the lines: new contacts, known ones that learnt something, known ones left alone."""

    created: int
    updated: int
    unchanged: int


def create(
    actor: User,
    name: str = "",
    external_id: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    unit: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Contact:
    """One new contact. Raises Refused for what cannot be read, Conflict for somebody known already."""
    given = {"name": name, "external_id": external_id or "", "phone": phone or "", "email": email or ""}
    begin()
    home = accounts.unit(actor, unit) if unit else None
    person = _one(given, home, {key: str(value) for key, value in (attributes or {}).items()})
    known = _Known(actor, [person])
    if found := known.match(person):
        shown = {"code": found.code} if known.mine(found) else {}
        raise Conflict(N_("There is such a contact already."), extra=shown)
    contact = known.admit(person)
    db.session.flush()
    accounts.audit(actor, "contact.create", f"contact:{contact.code}")
    _commit()
    return contact


def _one(given: Mapping[str, str], unit: Unit | None, attributes: Mapping[str, str]) -> Person:
    errors = {}
    for name, value in given.items():
        try:
            _normal({name: value})
        except Invalid as error:
            errors[name] = [error]
    if not errors and not any(given[name] for name in ("external_id", "phone", "email")):
        errors["phone"] = [Invalid(NOBODY)]
    if errors:
        raise Refused(N_("The contact is not complete."), errors)
    return Person(unit=unit, attributes=attributes, **_normal(given))


NOBODY = N_("Give a phone number, an e-mail address or a customer number: a name alone is not enough.")


def add(actor: User, text: str) -> Added:
    """Contacts from pasted lines or a table. With a header, columns we do not know become attributes;
    without one, cells are told apart by their shape. People known already are completed, never doubled.
    All or none: raises Refused naming the wrong lines."""
    sheet = sheets.read(text, HEADINGS)
    people, errors = _people(actor, sheet)
    sheets.refuse(errors)
    begin()
    known = _Known(actor, people.values())
    counts: dict[str, Any] = {"created": 0, "updated": 0, "unchanged": 0}
    for number, person in people.items():
        try:
            counts[known.take(person)] += 1
        except Invalid as error:
            errors[number] = error
    if errors:
        db.session.rollback()
        sheets.refuse(errors)
    accounts.audit(actor, "contact.add", **counts)
    _commit()
    return Added(**counts)


def _commit() -> None:
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(N_("Somebody else just added one of these contacts. Please try again.")) from error


def _people(actor: User, sheet: sheets.Sheet) -> tuple[dict[int, Person], dict[int, Invalid | str]]:
    units = sheets.Units(actor, actor.unit)
    people: dict[int, Person] = {}
    errors: dict[int, Invalid | str] = {}
    for number, cells in sheet.lines:
        try:
            people[number] = _person(units, _cells(sheet.header, cells))
        except Invalid as error:
            errors[number] = error
    return people, errors


def _cells(header: list[str] | None, cells: list[str]) -> dict[str, str]:
    if header is None:
        return _shaped(cells)
    if len(cells) > len(header):
        raise Invalid(N_("There are more entries than columns."))
    return dict(zip(header, cells, strict=False))


def _shaped(cells: list[str]) -> dict[str, str]:
    """Without a header: what looks like a number or an address is one; then come name and customer number."""
    found: dict[str, str] = {}
    for cell in filter(None, cells):
        wanted = (_shape(cell), "name", "external_id")
        name = next((name for name in wanted if name and name not in found), "")
        if not name:
            raise Invalid(N_("“%(cell)s” belongs to no column: add a header line."), cell=cell)
        found[name] = cell
    return found


def _shape(cell: str) -> str:
    for name, read in (("phone", identifiers.phone), ("email", identifiers.email)):
        try:
            read(cell)
        except Invalid:
            continue
        return name
    return ""


def _person(units: sheets.Units, cells: Mapping[str, str]) -> Person:
    normal = _normal(cells)
    if not any(normal[name] for name in ("external_id", "phone", "email")):
        raise Invalid(NOBODY)
    unit = units.find(cells["unit"]) if cells.get("unit") else None
    rest = {key: value for key, value in cells.items() if key and value and key not in HEADINGS.values()}
    if any(len(key) > 40 or len(value) > 500 for key, value in rest.items()):
        raise Invalid(N_("A heading may have 40 signs, an entry 500."))
    return Person(unit=unit, attributes=rest, **normal)


def _normal(cells: Mapping[str, str]) -> dict[str, str]:
    name, number = cells.get("name", "").strip(), cells.get("external_id", "").strip()
    if max(len(name), len(number)) > 120:
        raise Invalid(N_("Names and customer numbers may have 120 signs."))
    phone, email = cells.get("phone", "").strip(), cells.get("email", "").strip()
    return {
        "name": name,
        "external_id": number,
        "phone": identifiers.phone(phone) if phone else "",
        "email": identifiers.email(email) if email else "",
    }


class _Known:
    """The contacts some people may already be, and where new ones go."""

    def __init__(self, actor: User, people: Iterable[Person]) -> None:
        self.actor, self.root = actor, accounts.root_id(actor.unit)
        self.reach = accounts.unit_ids(actor)
        self.by: dict[str, dict[str, Contact]] = {"external_id": {}, "phone_hash": {}, "email_hash": {}}
        people = list(people)
        for name, keys in (
            ("external_id", [p.external_id for p in people]),
            ("phone_hash", [hashed(self.root, "phone", p.phone) for p in people]),
            ("email_hash", [hashed(self.root, "email", p.email) for p in people]),
        ):
            self._load(name, sorted({key for key in keys if key}))

    def _load(self, name: str, keys: Sequence[str]) -> None:
        column = getattr(Contact, name)
        for start in range(0, len(keys), CHUNK):
            mine = (Contact.root_id == self.root) & column.in_(keys[start : start + CHUNK])
            for contact in db.session.scalars(select(Contact).where(mine).order_by(Contact.id)):
                self._remember(contact)

    def _remember(self, contact: Contact) -> None:
        for name, known in self.by.items():
            if key := getattr(contact, name):
                known.setdefault(key, contact)

    def match(self, person: Person) -> Contact | None:
        """Who this is. A customer number decides alone; without one the phone does, then the address."""
        phone = self.by["phone_hash"].get(hashed(self.root, "phone", person.phone) or "")
        email = self.by["email_hash"].get(hashed(self.root, "email", person.email) or "")
        if not person.external_id:
            return phone or email
        nameless = next((c for c in (phone, email) if c and c.external_id is None), None)
        return self.by["external_id"].get(person.external_id) or nameless

    def mine(self, contact: Contact) -> bool:
        """Whether the actor may see this contact."""
        return contact.unit_id in self.reach

    def take(self, person: Person) -> str:
        """Adds or completes a person: ``created``, ``updated`` or ``unchanged``. Raises Invalid."""
        contact = self.match(person)
        if contact is None:
            self.admit(person)
            return "created"
        if not self.mine(contact):
            raise Invalid(N_("This person is a contact of another unit already."))
        return "updated" if self._complete(contact, person) else "unchanged"

    def admit(self, person: Person) -> Contact:
        """A new row."""
        home = person.unit or self.actor.unit
        contact = Contact(root_id=self.root, unit_id=home.id, attributes={})
        self._complete(contact, person)
        db.session.add(contact)
        return contact

    def _complete(self, contact: Contact, person: Person) -> bool:
        values = {
            "name": person.name,
            "external_id": person.external_id,
            "unit_id": person.unit.id if person.unit else 0,
            "attributes": {**(contact.attributes or {}), **person.attributes},
        }
        for kind in ("phone", "email"):
            if value := getattr(person, kind):
                mark = hashed(self.root, kind, value)
                if mark != getattr(contact, f"{kind}_hash"):
                    values |= {kind: security.encrypt(config().secret_key, value), f"{kind}_hash": mark}
        changed = {key: value for key, value in values.items() if value and value != getattr(contact, key)}
        for key, value in changed.items():
            setattr(contact, key, value)
        self._remember(contact)
        return bool(changed)


def hashed(root: int, kind: str, value: str) -> str | None:
    """Keyed hash of a normalised identifier; each organisation has keys of its own."""
    return security.keyed_hash(config().secret_key, f"{kind}:{root}", value) if value else None


def page(actor: User, search: str = "", after: str = "", limit: int = 50) -> tuple[list[Contact], str]:
    """Contacts of the actor's subtree, newest first, and the code to go on after (``""`` at the end).
    ``search``: part of a name, or exactly a phone number, an address or a customer number."""
    query = select(Contact).where(accounts.within(actor, Contact))
    if search.strip():
        query = query.where(_matching(actor, search.strip()))
    if after:
        query = query.where(Contact.id < get(actor, after).id)
    found = list(db.session.scalars(query.order_by(Contact.id.desc()).limit(limit + 1)))
    return found[:limit], found[limit - 1].code if len(found) > limit else ""


def _matching(actor: User, search: str) -> ColumnElement[bool]:
    root, kind = accounts.root_id(actor.unit), _shape(search)
    if kind:
        normal = getattr(identifiers, kind)(search)
        return getattr(Contact, f"{kind}_hash") == hashed(root, kind, normal)  # type: ignore[no-any-return]
    return or_(Contact.name.contains(search, autoescape=True), Contact.external_id == search)


def get(actor: User, code: str) -> Contact:
    """One contact of the actor's subtree. Raises NotFound."""
    found = db.session.scalar(select(Contact).where(Contact.code == code, accounts.within(actor, Contact)))
    if found is None:
        raise NotFound(N_("There is no such contact."))
    return found


def reveal(contact: Contact, kind: str) -> str:
    """The phone number or mail address in clear; ``""`` where unknown."""
    sealed = getattr(contact, kind)
    return str(security.decrypt(config().secret_key, sealed)) if sealed else ""


def masked(contact: Contact) -> dict[str, str]:
    """``phone`` and ``email`` as they may be shown to everybody who may see the contact."""
    try:
        phone, email = reveal(contact, "phone"), reveal(contact, "email")
    except InvalidToken:  # the key of the installation is another than then
        return {"phone": "••••", "email": "••••"}
    return {
        "phone": identifiers.masked_phone(phone) if phone else "",
        "email": identifiers.masked_email(email) if email else "",
    }


def forget(actor: User, code: str) -> None:
    """Deletes a contact with its invitations and messages; answers stay, without the person."""
    begin()
    contact = get(actor, code)
    theirs = select(Invitation.id).where(Invitation.contact_id == contact.id)
    db.session.execute(delete(Delivery).where(Delivery.invitation_id.in_(theirs)))
    db.session.execute(
        update(Response).where(Response.contact_id == contact.id).values(contact_id=None, invitation_id=None)
    )
    db.session.execute(update(Response).where(Response.invitation_id.in_(theirs)).values(invitation_id=None))
    spoken = or_(Conversation.contact_id == contact.id, Conversation.invitation_id.in_(theirs))
    nobody = {"contact_id": None, "invitation_id": None}
    db.session.execute(update(Conversation).where(spoken).values(nobody))
    db.session.execute(delete(Invitation).where(Invitation.contact_id == contact.id))
    db.session.delete(contact)
    accounts.audit(actor, "contact.forget", f"contact:{code}")
    db.session.commit()
