"""The smallest Flask application: the unit in which other costs are told."""

from __future__ import annotations

from flask import Flask

app = Flask("hello")


@app.post("/hello")
def hello() -> str:
    """Says hello."""
    return "hello"
