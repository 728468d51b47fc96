"""All tables."""

from pathlib import Path

from survey_app.models.account import Audit, Token, Unit, User
from survey_app.models.cell import Bucket, Cell, Quota, Reservation, Seat
from survey_app.models.code import Code
from survey_app.models.contact import Contact
from survey_app.models.conversation import Conversation, Turn
from survey_app.models.dashboard import Dashboard
from survey_app.models.distribution import ChannelAccount, Delivery, Distribution, Invitation, Place
from survey_app.models.probe import Probe
from survey_app.models.response import Response
from survey_app.models.survey import Question, Stamp, Survey, Version
from survey_app.models.upload import Upload
from survey_app.models.verbatim import Verbatim


def migrations_folder() -> Path:
    """The Alembic folder: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


__all__ = [
    "Audit",
    "Bucket",
    "Cell",
    "ChannelAccount",
    "Code",
    "Contact",
    "Conversation",
    "Dashboard",
    "Delivery",
    "Distribution",
    "Invitation",
    "Place",
    "Probe",
    "Question",
    "Quota",
    "Reservation",
    "Response",
    "Seat",
    "Stamp",
    "Survey",
    "Token",
    "Turn",
    "Unit",
    "Upload",
    "User",
    "Verbatim",
    "Version",
]
