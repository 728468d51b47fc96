"""Distributions: one delivery of one survey by one channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from channels.base import Channel
from question_types.base import N_
from survey_app import security
from survey_app.engine import settings as forms
from survey_app.extensions import db
from survey_app.models import ChannelAccount, Distribution, Invitation, Place, Response, Survey, Unit, User
from survey_app.services import accounts, invitations
from survey_app.services.errors import NotFound, Refused
from survey_app.services.links import adapter, config
from survey_app.services.links import link as link
from survey_app.services.scans import scanned as scanned
from survey_app.services.surveys import begin

LONGEST_NAME = 120


def create(
    actor: User,
    survey_code: str,
    channel: str,
    settings: Mapping[str, Any] | None = None,
    name: str = "",
    account: str | None = None,
    audience: Mapping[str, Any] | None = None,
    unit: str | None = None,
) -> Distribution:
    """A new open distribution of a published survey.

    ``account``: code of the channel account, where the channel needs one. ``audience``: ``{}``,
    ``{"contacts": [codes]}`` or ``{"all": true}``; invited at once. Raises NotFound, Refused.
    """
    survey = accounts.survey(actor, survey_code)
    if survey.live_version_id is None:
        raise Refused(N_("Publish the survey first: people can only answer a published survey."))
    plugin = adapter(channel)
    begin()
    created = Distribution(
        survey=survey,
        unit=_unit(actor, survey, unit),
        channel=channel,
        account_id=_account_id(actor, plugin, account),
        name=name.strip(),
        settings=checked(plugin, settings or {}),
        audience=invitations.read_audience(audience or {}),
    )
    invited = invitations.chosen(actor, created.audience)
    db.session.add(created)
    db.session.flush()
    accounts.audit(actor, "distribution.create", f"distribution:{created.code}", channel=channel)
    db.session.commit()
    if invited:
        invitations.queue(actor, created, invited)
    return created


def _unit(actor: User, survey: Survey, code: str | None) -> Unit:
    """The unit that owns it: the one named, else the survey's where the actor may act, else the actor's."""
    if code:
        return accounts.unit(actor, code)
    return survey.unit if survey.unit.path.startswith(actor.unit.path) else actor.unit


def checked(plugin: Channel, given: Mapping[str, Any]) -> dict[str, Any]:
    """Complete settings of a channel. Raises Refused with errors at ``settings.<field>``."""
    complete, errors = forms.bind(plugin.Settings, given)
    if not errors and (problems := plugin.lint(complete)):
        errors = {"": problems}
    if errors:
        shown = {f"settings.{path}".rstrip("."): told for path, told in errors.items()}
        raise Refused(N_("Some settings of the channel are not right."), shown)
    return complete


def needs_account(plugin: Channel) -> bool:
    """Whether the channel works with credentials."""
    return any(True for _ in plugin.Account())


def accounts_of(actor: User, channel: str) -> Sequence[ChannelAccount]:
    """Accounts of the actor's organisation for a channel."""
    mine = ChannelAccount.root_id == accounts.root_id(actor.unit)
    return db.session.scalars(
        select(ChannelAccount).where(mine, ChannelAccount.channel == channel).order_by(ChannelAccount.name)
    ).all()


def create_account(actor: User, channel: str, name: str, given: Mapping[str, Any]) -> ChannelAccount:
    """Credentials of a channel, kept encrypted; they are never shown again. Raises Refused."""
    complete, errors = forms.bind(adapter(channel).Account, given)
    if errors:
        shown = {f"account.{path}": told for path, told in errors.items()}
        raise Refused(N_("The account is not complete."), shown)
    begin()
    sealed = security.encrypt(config().secret_key, complete)
    root = accounts.root_id(actor.unit)
    created = ChannelAccount(root_id=root, channel=channel, name=name.strip() or channel, settings=sealed)
    db.session.add(created)
    db.session.flush()
    accounts.audit(actor, "account.create", f"account:{created.code}", channel=channel)
    db.session.commit()
    return created


def _account_id(actor: User, plugin: Channel, code: str | None) -> int | None:
    if not needs_account(plugin):
        return None
    found = next((each for each in accounts_of(actor, plugin.key) if each.code == code), None)
    if found is None:
        raise Refused(
            N_("This channel needs an account."), {"account": N_("Choose an account of this channel.")}
        )
    return found.id


def listing(actor: User, survey_code: str) -> Sequence[Distribution]:
    """The survey's distributions in the actor's subtree, newest first."""
    survey = accounts.survey(actor, survey_code)
    mine = accounts.within(actor, Distribution)
    return db.session.scalars(
        select(Distribution).where(Distribution.survey_id == survey.id, mine).order_by(Distribution.id.desc())
    ).all()


def get(actor: User, code: str) -> Distribution:
    """One distribution of the actor's subtree. Raises NotFound."""
    mine = accounts.within(actor, Distribution)
    found = db.session.scalar(
        select(Distribution).join(Survey).where(Distribution.code == code, mine, Survey.deleted_at.is_(None))
    )
    if found is None:
        raise NotFound(N_("There is no such distribution."))
    return found


def figures(distributions: Sequence[Distribution]) -> dict[int, dict[str, int]]:
    """Per distribution id: how many ``responses``, ``places``, ``scans`` and ``invitations`` it has."""
    found: dict[int, dict[str, int]] = {
        each.id: {"responses": 0, "places": 0, "scans": 0, "invitations": 0} for each in distributions
    }
    for name, column, amount in (
        ("responses", Response.distribution_id, func.count()),
        ("places", Place.distribution_id, func.count()),
        ("scans", Place.distribution_id, func.sum(Place.scans)),
        ("invitations", Invitation.distribution_id, func.count()),
    ):
        counted = select(column, amount).where(column.in_(found)).group_by(column)
        if name == "responses":
            counted = counted.where(Response.test.is_(False))
        for key, number in db.session.execute(counted):
            found[key or 0][name] = int(number)
    return found


def close(actor: User, code: str) -> Distribution:
    """Takes no more answers; links say so, messages still waiting stay where they are."""
    return _change(actor, code, "close", status="closed")


def reopen(actor: User, code: str) -> Distribution:
    """Takes answers again."""
    return _change(actor, code, "reopen", status="open")


def rename(actor: User, code: str, name: str) -> Distribution:
    """Another name, for the console only."""
    if len(name) > LONGEST_NAME:
        raise Refused(N_("The name is too long."), {"name": N_("Use at most 120 characters.")})
    return _change(actor, code, "rename", name=name.strip())


def configure(actor: User, code: str, settings: Mapping[str, Any]) -> Distribution:
    """Other settings; messages not yet handed over follow them. Raises Refused."""
    plugin = adapter(get(actor, code).channel)
    return _change(actor, code, "configure", settings=checked(plugin, settings))


def _change(actor: User, code: str, verb: str, **values: Any) -> Distribution:
    begin()
    found = get(actor, code)
    for name, value in values.items():
        setattr(found, name, value)
    accounts.audit(actor, f"distribution.{verb}", f"distribution:{code}")
    db.session.commit()
    return found
