"""Running the service: all on one machine, or its parts."""

from __future__ import annotations

import gc
import subprocess

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from survey_app import assets, tasks
from survey_app.app import create_app
from survey_app.cli import logs, scene
from survey_app.cli.supervisor import COMMAND, leash, supervise
from survey_app.config import Config
from survey_app.services import demo as demonstration
from survey_app.services import digest, health

THREADS = 1200
"""Blocking threads of the web process, started as needed: a thousand open dashboards and the rest."""

READING = 60
"""Seconds the demo waits at most for its texts to be read before it serves."""

leashed = click.option(
    "--leash", "leash_", is_flag=True, hidden=True, help="End together with the starting process."
)


@click.command()
def serve() -> None:
    """Run everything on this machine: brings the database up to date, starts web and worker."""
    logs.configure()
    config = scene.config()
    _free(config)
    with scene.application(migrate=True).app_context():
        scene.release()
    supervise(config.host, config.port, f"Listening at {config.base_url}")


@click.command()
def demo() -> None:
    """Fill the data folder with a demo organisation, then run everything."""
    logs.configure()
    config = scene.config()
    _free(config)
    click.echo("正在准备演示数据，约需半分钟…… Preparing the demo, about half a minute …")
    with scene.application(migrate=True).app_context():
        seeded = demonstration.seed()
        scene.release()
    click.echo("正在阅读客户原声…… Reading what customers said …")
    _read_in_a_process_of_its_own()
    supervise(config.host, config.port, _welcome(config, seeded))


def _welcome(config: Config, seeded: demonstration.Demo) -> str:
    logins = [f"  {each.login:<14}{each.password:<14}{each.role:<9}{each.name}" for each in seeded.logins]
    kept = f"以上账号密码也保存在 / The passwords are kept in {seeded.kept}"
    stop = "按 Ctrl+C 停止，数据会保留。Ctrl+C stops the demo; its data stays."
    board = f"{seeded.organisation} → {config.base_url}/surveys/{seeded.survey}/dashboard"
    return "\n".join(["", board, "", *logins, "", kept, stop])


def _read_in_a_process_of_its_own() -> None:
    """The words engine needs 400 MB; they go with the process."""
    command = [*COMMAND, "read", f"--seconds={READING}"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def _free(config: Config) -> None:
    if health.taken(config):
        raise click.ClickException(f"Port {config.port} is taken; stop what uses it or set PORT to another.")


@click.command()
@leashed
def web(leash_: bool) -> None:
    """Run the web server alone."""
    logs.configure()
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
        log_level=LogLevels.error,
        log_dictconfig=logs.settings(),
        respawn_failed_workers=True,
        workers_kill_timeout=3,
    )
    server.serve(target_loader=_wsgi, wrap_loader=False)


def _wsgi() -> Flask:
    """The application inside the process that serves; it must not outlive the one that started it."""
    leash()
    app = create_app(Config.load())
    spare_collector()
    return app


def spare_collector() -> None:
    """Tells the garbage collector that what is loaded by now stays, and to look less often: walking it again
    and again costs a sixth of the time of storing an answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@click.command()
@leashed
def worker(leash_: bool) -> None:
    """Run the background worker alone: reads customers' words, hands messages over."""
    logs.configure()
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


COMMANDS = (serve, demo, web, worker, read)
