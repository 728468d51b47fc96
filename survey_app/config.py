"""Configuration from the environment, read once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Config:
    """Everything an installation can set. ``data`` is the folder of all state."""

    data: Path
    database_url: str
    redis_url: str
    host: str
    port: int
    base_url: str
    secret_key: str
    proxies: int
    locale: str

    @property
    def sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Reads ``SURVEY_*`` and the customary names; makes the data folder and the secret key.

        Raises ValueError with one sentence when a variable cannot be used.
        """
        data = Path(environ.get("SURVEY_DATA") or "data").resolve()
        data.mkdir(parents=True, exist_ok=True)
        host, port = environ.get("HOST") or "127.0.0.1", _number(environ, "PORT", 8000, most=65535)
        return cls(
            data=data,
            database_url=_database(environ.get("DATABASE_URL") or f"sqlite:///{data / 'survey.db'}"),
            redis_url=environ.get("REDIS_URL") or "",
            host=host,
            port=port,
            base_url=_base(environ.get("BASE_URL") or f"http://{host}:{port}"),
            secret_key=environ.get("SURVEY_SECRET_KEY") or _kept_secret(data / "secret.key"),
            proxies=_number(environ, "SURVEY_PROXIES", 0),
            locale=_locale(environ.get("SURVEY_LOCALE") or "zh_CN"),
        )


def _number(environ: Mapping[str, str], name: str, default: int, most: int = 100) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"{name} must be a whole number up to {most}, not {text!r}.")
    return int(text)


def _database(url: str) -> str:
    """SQLAlchemy's own spelling: drivers chosen by us, so that ``postgres://`` of hosting panels works."""
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return url


def _base(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"BASE_URL must begin with http:// or https://, not {url!r}.")
    return url.rstrip("/")


def _locale(name: str) -> str:
    if name not in ("zh_CN", "en"):
        raise ValueError(f"SURVEY_LOCALE must be zh_CN or en, not {name!r}.")
    return name


def _kept_secret(path: Path) -> str:
    """The key made on first start; kept beside the data, readable by its owner alone."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
