"""The log: one JSON object a line, or coloured lines on a terminal; to stderr."""

from __future__ import annotations

import logging.config
import sys
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def settings() -> dict[str, Any]:
    """What :func:`logging.config.dictConfig` takes."""
    shown = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([] if sys.stderr.isatty() else [structlog.processors.format_exc_info]),
            shown,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "_granian": {"level": "WARNING"},
            "huey": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
        },
    }


def configure() -> None:
    """Sets the log up in this process."""
    logging.config.dictConfig(settings())
