"""Signing in and out, and what a user sets for himself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, refresh
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from survey_app.extensions import limiter
from survey_app.security import PUBLIC, SIGNED_IN, check_password, needs
from survey_app.services import accounts
from survey_app.web.guard import actor

blueprint = Blueprint("account", __name__)

YEAR = 365 * 24 * 3600


class SignIn(FlaskForm):
    """Login and password."""

    login = StringField(
        lazy_gettext("Login"),
        [InputRequired(lazy_gettext("Enter your login.")), Length(max=120)],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class NewPassword(FlaskForm):
    """The old password and the new one twice."""

    old = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [
            InputRequired(lazy_gettext("Enter a new password.")),
            Length(8, 1000, lazy_gettext("Use at least 8 characters.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("New password once more"),
        [EqualTo("new", lazy_gettext("The two new passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class Profile(FlaskForm):
    """Name and language."""

    name = StringField(lazy_gettext("Name"), [Length(max=120)], render_kw={"autocomplete": "name"})
    locale = SelectField(
        lazy_gettext("Language"),
        [Optional()],
        choices=[
            SelectChoice("", lazy_gettext("Follow the browser")),
            SelectChoice("zh_CN", "中文"),
            SelectChoice("en", "English"),
        ],
    )


@blueprint.get("/")
@needs(PUBLIC)
def home() -> Response:
    """The first page: the surveys, or the door."""
    return redirect(url_for("surveys.index" if current_user.is_authenticated else "account.login"))


@blueprint.route("/login", methods=["GET", "POST"])
@needs(PUBLIC)
@limiter.limit("20 per minute", methods=["POST"])
def login() -> Response | str | tuple[str, int]:
    """Signs in and goes on to where the visitor wanted to."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_onward())
    form = SignIn()
    if not form.validate_on_submit():
        return render_template("account/login.html", form=form), 422 if form.errors else 200
    user = accounts.authenticate(form.login.data, form.password.data)
    if user is None:
        form.password.errors = [_("Login or password is wrong. Please try again.")]
        return render_template("account/login.html", form=form), 422
    session.clear()
    login_user(user)
    return redirect(_onward())


def _onward() -> str:
    """The address asked for, if it is one of ours."""
    return _own(request.values.get("next", "")) or url_for("surveys.index")


def _own(address: str) -> str:
    """The address if it leads to this site, else nothing: no open redirects."""
    parts = urlsplit(address.replace("\\", "/"))
    local = (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not parts.netloc
        and not parts.scheme
    )
    return address.rstrip("?") if local and address.isprintable() else ""


@blueprint.post("/logout")
@needs(PUBLIC)
def logout() -> Response:
    """Signs out on this device."""
    logout_user()
    session.clear()
    return redirect(url_for("account.login"))


@blueprint.post("/language")
@needs(PUBLIC)
def language() -> Response:
    """Chooses the console's language, for this browser and for the account."""
    chosen = request.form.get("locale", "")
    reply = redirect(_own(request.form.get("next", "")) or url_for("account.home"))
    if chosen in accounts.LOCALES and chosen:
        reply.set_cookie(
            "lang", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
        if current_user.is_authenticated:
            accounts.change_profile(current_user, locale=chosen)
    return reply


@blueprint.route("/account", methods=["GET", "POST"])
@needs(SIGNED_IN)
def profile() -> Response | str | tuple[str, int]:
    """Name and language; the password has its own form below."""
    form = Profile(obj=actor())
    if form.validate_on_submit():
        accounts.change_profile(actor(), name=form.name.data.strip(), locale=form.locale.data)
        refresh()
        flash(_("Saved."), "success")
        return redirect(url_for("account.profile"))
    return _account(form, NewPassword(formdata=None))


@blueprint.post("/account/password")
@needs(SIGNED_IN)
@limiter.limit("10 per minute")
def password() -> Response | str | tuple[str, int]:
    """Changes the password; all other sessions of the user end."""
    form = NewPassword()
    if form.validate_on_submit() and not check_password(actor().password, form.old.data):
        form.old.errors = [_("This is not your present password.")]
    if form.errors or form.old.errors:
        return _account(Profile(formdata=None, obj=actor()), form)
    accounts.change_password(actor(), form.new.data)
    login_user(actor())
    flash(_("Your password is changed. Other devices must sign in again."), "success")
    return redirect(url_for("account.profile"))


def _account(profile: Profile, password: NewPassword) -> tuple[str, int]:
    wrong = profile.errors or password.errors or password.old.errors
    return render_template("account/profile.html", profile=profile, password=password), 422 if wrong else 200
