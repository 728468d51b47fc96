"""Every JSON body is read by the one strict boundary, also those that libraries ask for."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request, abort

from survey_app.engine import strict


class StrictRequest(Request):
    """A request whose JSON is an object within our limits, or an error with a sentence."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body as a dictionary. Raises BadJson (400); 415 where the body is not declared as JSON."""
        if not (force or self.is_json):
            abort(415)
        body = strict.loads(self.get_data(cache=cache))
        if not isinstance(body, dict):
            raise strict.BadJson("Send a JSON object.")
        return body


def init_app(app: Flask) -> None:
    """Makes the application read bodies this way."""
    app.request_class = StrictRequest
