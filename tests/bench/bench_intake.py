"""Complete 20-question responses through the JSON door: group commit against one commit per response.

Two servers of the same product, each with its own SQLite file and full durability, differ in that switch
alone. They are loaded in turn, so that whatever else the machine does falls on both. Only the ratio between
the two means something; the absolute figures are this machine's today.

What group commit saves is the disk's time, so the ratio is told for this machine's disk, with how long a
durable write takes there, and for one of common speed, whose commits take :data:`COMMON` longer in both ways.
Virtual machines often acknowledge a write before any disk has it; the goal is for the disk of common speed
and for the most respondents at a time: fewer share a commit with fewer others.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import func, select

from survey_app import plugins
from survey_app.engine.plan import Plan, compile_plan
from survey_app.extensions import db
from survey_app.models import Response
from survey_app.services import cells
from tests import factories
from tests.conftest import build, close
from tests.faults.server import ROOT, Server, free_port, members

TARGET = 3.0
COMMON = 0.002
"""Seconds of a durable write on a cloud provider's ordinary volume."""
UNITS = 16
HELLO = "bare hello"
WAYS = {"group commit": "1", "one commit each": "0"}
OPTIONS = [{"id": id, "label": id.title()} for id in ("first", "second", "third", "fourth", "fifth")]
ROWS = [{"id": id, "label": id.title()} for id in ("staff", "speed", "place")]


def question(number: int, kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "code": f"Q{number}",
        "type": kind,
        "title": f"第 {number} 题",
        "required": True,
        "settings": settings,
    }


def document() -> dict[str, Any]:
    """Twenty questions of the usual kinds on one page, two of them with conditions."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("nps", {}),
        ("csat", {}),
        ("ces", {}),
        *[("star_rating", {})] * 2,
        *[("likert", {})] * 2,
        *[("single_choice", {"options": OPTIONS})] * 5,
        *[("multi_choice", {"options": OPTIONS})] * 3,
        *[("matrix_single", {"rows": ROWS, "columns": OPTIONS})] * 2,
        ("number", {}),
        ("short_text", {}),
        ("long_text", {}),
    ]
    questions = [question(number, kind, **settings) for number, (kind, settings) in enumerate(kinds, 1)]
    questions[18] |= {"required": False, "show": {"question": "Q1", "is": "detractor"}}
    questions[19] |= {"required": False, "show": {"question": "Q8", "in": ["first", "second"]}}
    return {
        "format": 1,
        "title": "满意度调查",
        "locale": "zh_CN",
        "settings": {"timezone": "Asia/Shanghai"},
        "pages": [{"code": "p1", "questions": questions}],
        "endings": [{"code": "thanks", "title": "谢谢"}],
    }


def answers(plan: Plan, chance: random.Random) -> dict[str, Any]:
    """One respondent's answers."""
    found: dict[str, Any] = {}
    for code, question in plan.questions.items():
        key = question.type.key
        if key in ("single_choice",):
            found[code] = chance.choice(OPTIONS)["id"]
        elif key == "multi_choice":
            chosen = set(chance.sample(range(5), 2))
            found[code] = [each["id"] for place, each in enumerate(OPTIONS) if place in chosen]
        elif key == "matrix_single":
            found[code] = {row["id"]: chance.choice(OPTIONS)["id"] for row in ROWS}
        elif key in ("short_text", "long_text"):
            found[code] = chance.choice(["排队时间太长，等了四十分钟才办好。", "服务很好，下次还会再来。"])
        elif key == "number":
            found[code] = chance.randrange(100)
        else:
            found[code] = chance.randrange(1, 6)
    return found


@dataclass
class Round:
    """One load: responses per second of wall time, CPU of the server per response, latencies; times in ms."""

    rate: float
    cpu: float
    p50: float
    p99: float


@dataclass
class Bench:
    """A server and the address its responses go to."""

    server: Server | Hello
    path: str
    bodies: list[str]
    data: Path

    def loaded(self, connections: int, seconds: float) -> Round:
        """Loads the server for some seconds from a process of its own."""
        order = {
            "port": self.server.port,
            "path": self.path,
            "connections": connections,
            "seconds": seconds,
            "bodies": self.bodies,
        }
        before = cpu(self.server)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.loader"],
            input=json.dumps(order).encode(),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            check=True,
        )
        seen = json.loads(done.stdout)
        if seen["others"]:
            raise SystemExit(f"refused: {seen['others']}")
        used = cpu(self.server) - before
        return Round(
            seen["count"] / seconds, used / seen["count"] * 1e3, seen["p50"] * 1e3, seen["p99"] * 1e3
        )


def cpu(server: Server | Hello) -> float:
    """Seconds of processor time all processes of a server have used."""
    ticks = 0
    for pid in members(server.group):
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(facts[11]) + int(facts[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Hello:
    """A bare Flask application on the same kind of server."""

    def __init__(self) -> None:
        self.port = free_port()
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        command = [
            sys.executable,
            "-m",
            "granian",
            *options,
            "--log-level",
            "error",
            "--blocking-threads",
            "64",
        ]
        self._process = subprocess.Popen(
            [*command, "tests.bench.hello:app"], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
        )
        self.group = self._process.pid
        while not answers_at(self.port):
            time.sleep(0.05)

    def close(self) -> None:
        """Ends it."""
        os.killpg(self.group, signal.SIGTERM)
        self._process.wait(30)


def answers_at(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def sync(folder: Path, times: int = 200) -> float:
    """Seconds that a durable write of one page takes in a folder, median."""
    seen = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            seen.append(time.perf_counter() - began)
    return statistics.median(seen)


@contextmanager
def benches(folder: Path, slower: float) -> Iterator[dict[str, Bench]]:
    """One running server per way of committing, with commits that take so many seconds longer."""
    made: dict[str, Bench] = {}
    os.environ["COMMIT_TAKES"] = str(slower)
    try:
        for way, switch in WAYS.items():
            data = folder / switch
            path, bodies = prepared(data)
            os.environ["SURVEY_GROUP_COMMIT"] = switch
            server = Server(data, f"sqlite:///{data / 'survey.db'}")
            made[way] = Bench(server, path, bodies, data)
            server.start()
        made[HELLO] = Bench(Hello(), "/hello", ["{}@ID@"], folder)
        yield made
    finally:
        for bench in made.values():
            bench.server.close()


def prepared(data: Path) -> tuple[str, list[str]]:
    """Makes a database with the survey; the address for answers, and bodies to send there."""
    app = build(data, "")
    with app.app_context():
        db.create_all()
        flask_migrate.stamp()
        survey = factories.published(factories.unit("总部"), document())
        plan = compile_plan(document(), plugins.types())
        cells.register(db.session.connection(), survey.id, plan.buckets)
        path = f"/s/{factories.distribution(survey).code}/answers"
        db.session.commit()
    close(app)
    chance = random.Random(1)
    bodies = [
        json.dumps(
            {"id": "@ID@", "revision": 1, "page": "p1", "answers": answers(plan, chance), "complete": True},
            ensure_ascii=False,
        )
        for _ in range(50)
    ]
    return path, bodies


def stored(data: Path) -> tuple[int, int]:
    """Responses in a database, and completed ones by its cells."""
    app = build(data, "")
    with app.app_context():
        rows = db.session.scalar(select(func.count()).select_from(Response)) or 0
        counted = cells.load(1).totals().n("", "completed")
    close(app)
    return rows, counted


def main() -> int:
    """Runs the rounds and prints medians and ratios; 1 where a goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=3.0)
    arguments.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    chosen = arguments.parse_args()
    missed = 0
    for slower in (0.0, COMMON):
        with tempfile.TemporaryDirectory() as folder:
            takes = sync(Path(folder)) + slower
            print(
                f"a durable write takes {takes * 1e3:.1f} ms{' (made slower)' if slower else ''}", flush=True
            )
            with benches(Path(folder), slower) as made:
                missed += compared(made, chosen, TARGET if slower else 0.0)
    return int(missed > 0)


def compared(made: dict[str, Bench], chosen: argparse.Namespace, target: float) -> int:
    """Loads the servers in turn; how many goals were missed."""
    missed = 0
    for bench in made.values():
        bench.loaded(16, 1.0)
    for connections in chosen.connections:
        rounds: dict[str, list[Round]] = {way: [] for way in made}
        for _ in range(chosen.rounds):
            for way, bench in made.items():
                rounds[way].append(bench.loaded(connections, chosen.seconds))
        missed += report(connections, rounds, target if connections == max(chosen.connections) else 0.0)
    for way in WAYS:
        rows, counted = stored(made[way].data)
        assert rows == counted, (rows, counted)
    return missed


def report(connections: int, rounds: dict[str, list[Round]], target: float) -> bool:
    """One line per way, and ratios round by round; whether a goal was missed."""
    for way, seen in rounds.items():
        rate, used, p50, p99 = (
            statistics.median(getattr(each, name) for each in seen) for name in ("rate", "cpu", "p50", "p99")
        )
        print(
            f"{connections:3} respondents, {way:15}: {rate:6.0f} responses/s, {used:5.2f} ms CPU each, "
            f"p50 {p50:6.1f} ms, p99 {p99:7.1f} ms"
        )
    group, single, hello = rounds.values()
    ratios = [one.rate / other.rate for one, other in zip(group, single, strict=True)]
    print(
        f"{connections:3} respondents: group commit takes {statistics.median(ratios):.2f} times as many "
        f"(rounds {min(ratios):.2f}–{max(ratios):.2f}{f'; goal {target:.0f}' if target else ''})"
    )
    units = [one.cpu / other.cpu for one, other in zip(group, hello, strict=True)]
    print(
        f"{connections:3} respondents: a response costs {statistics.median(units):.1f} bare hellos of CPU "
        f"(goal {UNITS})",
        flush=True,
    )
    return statistics.median(ratios) < target or statistics.median(units) > UNITS


if __name__ == "__main__":
    sys.exit(main())
