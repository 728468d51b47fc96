"""Running the service: all on one machine, or its parts."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from survey_app import assets, tasks
from survey_app.app import create_app
from survey_app.cli import scene
from survey_app.cli.supervisor import Supervisor, answers, leash
from survey_app.config import Config
from survey_app.services import digest, health

THREADS = 1200
"""Blocking threads of the web process, started as needed: a thousand open dashboards and the rest."""

leashed = click.option(
    "--leash", "leash_", is_flag=True, hidden=True, help="End together with the starting process."
)


@click.command()
def serve() -> None:
    """Run everything on this machine: brings the database up to date, starts web and worker."""
    scene.configure_log()
    config = scene.config()
    _free(config)
    with scene.application(migrate=True).app_context():
        scene.release()
    sys.exit(_supervise(config, lambda: click.echo(f"Listening at {config.base_url}")))


def _free(config: Config) -> None:
    if health.taken(config):
        raise click.ClickException(f"Port {config.port} is taken; stop what uses it or set PORT to another.")


def _supervise(config: Config, announce: Callable[[], None]) -> int:
    def ready() -> bool:
        if not answers(config.host, config.port):
            return False
        announce()
        return True

    return Supervisor(["web", "worker"]).run(ready)


@click.command()
@leashed
def web(leash_: bool) -> None:
    """Run the web server alone."""
    scene.configure_log()
    config = scene.config()
    if leash_:
        leash()
    else:
        _free(config)
    assets.build(config)
    with scene.application().app_context():
        scene.release()
    server = Server(
        "survey_app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=2048,
        backpressure=THREADS + 200,
        websockets=False,
        log_dictconfig=scene.logging_settings(),
        respawn_failed_workers=True,
        workers_kill_timeout=3,
    )
    server.serve(target_loader=_wsgi, wrap_loader=False)


def _wsgi() -> Flask:
    """The application inside the process that serves; it must not outlive the one that started it."""
    leash()
    return create_app(Config.load())


@click.command()
@leashed
def worker(leash_: bool) -> None:
    """Run the background worker alone: reads customers' words, hands messages over."""
    scene.configure_log()
    if leash_:
        leash()
    tasks.work(scene.application())


@click.command(hidden=True)
@click.option("--seconds", type=float, default=0, help="Stop after so many seconds; 0: when all is read.")
@scene.in_app
def read(seconds: float) -> None:
    """Read the customers' words that wait, then end."""
    count = digest.drain(seconds=seconds)
    click.echo(f"{count} texts read")


COMMANDS = (serve, web, worker, read)
