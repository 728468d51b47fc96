"""Contacts and units."""

from __future__ import annotations

from typing import Any

from survey_app.models import Contact, Unit
from survey_app.security import needs
from survey_app.services import accounts, contacts
from survey_app.web.api.base import PEOPLE, api, listed, moment, sliced
from survey_app.web.api.schemas import ContactBody, Page, UnitBody
from survey_app.web.guard import actor


def contact(found: Contact) -> dict[str, Any]:
    """A contact, identifiers masked."""
    return {
        "code": found.code,
        "name": found.name,
        "external_id": found.external_id,
        **contacts.masked(found),
        "attributes": found.attributes,
        "created_at": moment(found.created_at),
    }


def unit(found: Unit) -> dict[str, Any]:
    """A unit; ``path`` names its ancestors by row of the tree, root first."""
    return {"code": found.code, "name": found.name, "depth": found.path.count("/") - 2}


@api.get("/contacts", tags=[PEOPLE])
@needs("contacts.read")
def list_contacts(query: Page) -> dict[str, Any]:
    """Contacts of the caller's units, newest first."""
    found, following = contacts.page(actor(), after=query.after, limit=query.limit)
    return listed(found, contact, following)


@api.post("/contacts", tags=[PEOPLE])
@needs("contacts.write")
def create_contact(body: ContactBody) -> tuple[dict[str, Any], int]:
    """A new contact; 409 for somebody known already."""
    return contact(contacts.create(actor(), **body.model_dump())), 201


@api.get("/units", tags=[PEOPLE])
@needs("units.read")
def list_units(query: Page) -> dict[str, Any]:
    """The caller's unit and all below it, parents first."""
    page, following = sliced(accounts.units(actor()), query.after, query.limit, lambda each: each.code)
    return listed(page, unit, following)


@api.post("/units", tags=[PEOPLE])
@needs("units.write")
def create_unit(body: UnitBody) -> tuple[dict[str, Any], int]:
    """A unit below another."""
    parent = accounts.unit(actor(), body.parent)
    return unit(accounts.create_unit(body.name, parent, body.code)), 201
