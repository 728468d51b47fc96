"""Places: printed codes of a distribution, what is known about each, and their files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from channels.base import Artefact
from question_types.base import N_, Invalid
from survey_app import plugins
from survey_app.extensions import db
from survey_app.models import Distribution, Place, Survey, Unit, User, Version
from survey_app.models.base import now
from survey_app.services import accounts, distributions, sheets
from survey_app.services.errors import NotFound, Refused
from survey_app.services.links import adapter, link
from survey_app.services.surveys import begin

HEADINGS = {
    "name": "name", "place": "name", "点位": "name", "名称": "name", "点位名称": "name",
    "unit": "unit", "机构": "unit", "门店": "unit", "网点": "unit", "机构编码": "unit",
}  # fmt: skip

LONGEST_NAME = 120
LONGEST_VALUE = 200


PAGE = 100
"""Places shown, printed and packed at once."""


def page(distribution: Distribution, after: str = "", limit: int = PAGE) -> tuple[list[Place], str]:
    """Places, oldest first, and the code to go on after (``""`` at the end)."""
    mine = Place.distribution_id == distribution.id
    query = select(Place).where(mine).order_by(Place.id).limit(limit + 1)
    last = db.session.scalar(select(Place.id).where(mine, Place.code == after)) if after else None
    if last:
        query = query.where(Place.id > last)
    found = list(db.session.scalars(query))
    return found[:limit], found[limit - 1].code if len(found) > limit else ""


def in_use(distribution: Distribution, after: str = "") -> list[Place]:
    """The places of a page that are not out of use."""
    return [place for place in page(distribution, after)[0] if place.revoked_at is None]


def get(actor: User, code: str) -> Place:
    """One place of a distribution the actor may see. Raises NotFound."""
    found = db.session.scalar(select(Place).where(Place.code == code))
    if found is None:
        raise NotFound(N_("There is no such place."))
    distributions.get(actor, found.distribution.code)
    return found


def siblings(actor: User) -> Sequence[Distribution]:
    """Distributions of the actor's subtree a printed code may be pointed at, newest first."""
    printing = [key for key, plugin in plugins.adapters().items() if "place" in plugin.capabilities.links]
    mine = accounts.within(actor, Distribution) & Distribution.channel.in_(printing)
    living = select(Distribution).join(Survey).where(mine, Survey.deleted_at.is_(None))
    return db.session.scalars(living.order_by(Distribution.id.desc())).all()


def fields(distribution: Distribution) -> list[str]:
    """Codes of the fields of the published survey, which a place can fill."""
    version = db.session.get(Version, distribution.survey.live_version_id)
    return [field["code"] for field in version.document.get("fields", [])] if version else []


def add(actor: User, distribution: Distribution, text: str) -> list[Place]:
    """Places from lines: ``name``, ``name,unit`` or a table with a header whose further columns are fields
    of the survey. All or none. Raises Refused naming the wrong lines."""
    _printable(distribution)
    sheet = sheets.read(text, HEADINGS)
    known, units = fields(distribution), sheets.Units(actor, distribution.unit)
    header = sheet.header or ["name", "unit"]
    begin()
    made, errors = [], {}
    for number, cells in sheet.lines:
        try:
            made.append(_place(distribution, units, known, header, cells))
        except Invalid as error:
            errors[number] = error
    sheets.refuse(errors)
    db.session.add_all(made)
    accounts.audit(actor, "place.add", f"distribution:{distribution.code}", count=len(made))
    db.session.commit()
    return made


def _printable(distribution: Distribution) -> None:
    if "place" not in adapter(distribution.channel).capabilities.links:
        raise Refused(N_("This channel has no places."))


def _place(
    distribution: Distribution,
    units: sheets.Units,
    known: Sequence[str],
    header: list[str],
    cells: list[str],
) -> Place:
    if len(cells) > len(header):
        raise Invalid(N_("There are more entries than columns."))
    values = dict(zip(header, cells, strict=False))
    name, unit = values.pop("name", ""), units.find(values.pop("unit", ""))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(N_("Give the place a name of at most 120 characters."))
    return Place(distribution=distribution, unit=unit, name=name, context=context(known, values))


def context(known: Sequence[str], values: Mapping[str, str]) -> dict[str, str]:
    """What is known about a place: only fields the survey declares, empty ones left out. Raises Invalid."""
    for name, value in values.items():
        if name not in known:
            raise Invalid(N_("The survey has no field “%(field)s”."), field=name)
        if len(value) > LONGEST_VALUE:
            raise Invalid(N_("“%(field)s” is longer than 200 characters."), field=name)
    return {name: value for name, value in values.items() if value}


def change(actor: User, code: str, **given: str) -> Place:
    """Points a printed code elsewhere: another ``name``, ``unit`` (code or name) or ``distribution`` (code)
    with places. Answers given so far keep what they were given under. Raises Refused, NotFound."""
    begin()
    place = get(actor, code)
    if given.get("distribution"):
        target = distributions.get(actor, given["distribution"])
        _printable(target)
        place.distribution = target
    try:
        place.unit = sheets.Units(actor, place.unit).find(given.get("unit", ""))
    except Invalid as error:
        raise Refused(N_("The place was not changed."), {"unit": [error]}) from error
    place.name = given.get("name", "").strip()[:LONGEST_NAME] or place.name
    accounts.audit(actor, "place.change", f"place:{code}", **given)
    db.session.commit()
    return place


def revoke(actor: User, code: str) -> Place:
    """Takes a printed code out of use; its page says so."""
    return _set_revoked(actor, code, "revoke", now())


def restore(actor: User, code: str) -> Place:
    """Puts a revoked code back in use."""
    return _set_revoked(actor, code, "restore", None)


def _set_revoked(actor: User, code: str, verb: str, at: Any) -> Place:
    begin()
    place = get(actor, code)
    place.revoked_at = at
    accounts.audit(actor, f"place.{verb}", f"place:{code}")
    db.session.commit()
    return place


def organisation(distribution: Distribution) -> str:
    """The name of the organisation, as it stands on posters."""
    root = db.session.get_one(Unit, accounts.root_id(distribution.unit))
    return root.name


def files(thing: Distribution | Place) -> list[Artefact]:
    """The files the channel makes of a link."""
    owner = thing if isinstance(thing, Distribution) else thing.distribution
    return adapter(owner.channel).artefacts(owner.settings, link(thing))


def archive(distribution: Distribution, after: str = "") -> bytes:
    """A ZIP with the files of the places of a page that are in use, and a table of their addresses."""
    out = io.BytesIO()
    current = in_use(distribution, after)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, place in enumerate(current, 1):
            for file in files(place):
                ending = file.name.rpartition(".")[2]
                packed.writestr(f"{number:03d}-{safe(place.name)}.{ending}", file.content)
        packed.writestr("places.csv", "\ufeff" + _table(current))
    return out.getvalue()


def safe(name: str) -> str:
    """A name every file system takes: letters and digits of any script, no path, not too long."""
    return re.sub(r"[^\w-]+", "_", name).strip("_.")[:40] or "place"


def _table(current: Sequence[Place]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "unit", "code", "link"])
    for place in current:
        names = [sheets.literal(place.name), sheets.literal(place.unit.name)]
        writer.writerow([*names, place.code, link(place)])
    return out.getvalue()
