"""Feedback surveys and NPS: design, send, answer, read."""

__version__ = "0.1.0"
