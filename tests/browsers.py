"""Which Chromium the tests drive, and how."""

from __future__ import annotations

import shutil

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The one without a desktop's windows first: a visit costs a fifth of the processor time there."""

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def program() -> str | None:
    """Path of the first Chromium there is; None without one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
