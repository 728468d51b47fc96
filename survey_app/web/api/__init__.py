"""API v1: bearer tokens, JSON, problem documents."""

from survey_app.web.api import distributions, figures, files, people, responses, surveys
from survey_app.web.api.base import api as api_blueprint

__all__ = ["api_blueprint", "distributions", "figures", "files", "people", "responses", "surveys"]
