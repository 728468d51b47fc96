"""The commands, as an operator types them: real processes on real data folders."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from survey_app.cli import commands, scene
from survey_app.cli.supervisor import COMMAND, Part
from survey_app.extensions import db
from tests import factories


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of an installation of its own, for this process and for others."""
    ours = {"SURVEY_DATA": str(tmp_path / "data"), "PORT": str(free_port())}
    for name in ("DATABASE_URL", "REDIS_URL", "HOST", "BASE_URL", "SURVEY_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | ours


@pytest.fixture
def run(environ: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one command to its end, in this process: ``input`` on stdin, ``env`` added to the environment."""

    def run(*words: str, input: str = "", env: dict[str, str] | None = None) -> Result:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.StringIO(input))
            status = commands.run(list(words))
        return Result(status, *capfd.readouterr())

    return run


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., Path]:
    """Writes a survey document to a file, changed by a function."""

    def write(change: Callable[[dict[str, Any]], None] = lambda document: None) -> Path:
        found = deepcopy(factories.NPS_DOCUMENT)
        change(found)
        path = tmp_path / "document.json"
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def sentence(result: Result) -> str:
    """The one line a failed command says."""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert result.returncode == 2
    return lines[0]


class TestDocuments:
    def test_a_good_document_ends_with_zero(self, run: Run, document: Callable[..., Path]) -> None:
        result = run("check", str(document()))
        assert (result.returncode, result.stdout.splitlines()[-1][:8]) == (0, "0 errors")

    def test_a_wrong_document_ends_with_one_and_says_where(
        self, run: Run, document: Callable[..., Path]
    ) -> None:
        def lead_nowhere(document: dict[str, Any]) -> None:
            document["pages"][0]["next"] = [{"go": "nowhere"}]

        result = run("check", str(document(lead_nowhere)))
        assert result.returncode == 1
        assert "p1.next.0" in result.stdout

    def test_proofs_are_told_with_who_and_why(self, run: Run, document: Callable[..., Path]) -> None:
        def never(document: dict[str, Any]) -> None:
            both = [{"question": "Q1", "equals": 1}, {"question": "Q1", "equals": 2}]
            last = {"code": "Q99", "type": "nps", "title": "?", "show": {"all": both}}
            document["pages"].append({"code": "p99", "questions": [last]})

        result = run("check", str(document(never)))
        assert result.returncode == 1
        assert "never_shown" not in result.stdout
        assert "Q99 can never be shown" in result.stdout
        assert "Q99.show.all.0: Q1" in result.stdout
        assert "shortest:" in result.stdout
        assert " → " in result.stdout

    def test_findings_can_be_read_by_machines(self, run: Run, document: Callable[..., Path]) -> None:
        def forget_title(document: dict[str, Any]) -> None:
            document["pages"][0]["questions"][0]["type"] = "no_such_type"

        result = run("check", str(document(forget_title)), "--json")
        found = json.loads(result.stdout)
        assert result.returncode == 1
        assert {"level", "code", "where", "message", "witness"} == set(found[0])

    @pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"pages": 3}'])
    def test_what_is_no_document_is_refused_in_a_sentence(
        self, run: Run, tmp_path: Path, content: bytes
    ) -> None:
        path = tmp_path / "x.json"
        path.write_bytes(content)
        assert "is not a survey document" in sentence(run("check", str(path)))

    def test_respondents_walk_the_logic_and_can_be_repeated(
        self, run: Run, document: Callable[..., Path]
    ) -> None:
        path = str(document())
        first, again = (run("simulate", path, "-n", "20", "--seed", "7").stdout for _ in range(2))
        found = [json.loads(line) for line in first.splitlines()]
        assert first == again
        assert len(found) == 20
        for each in found:
            assert each["ending"] == "thanks"
            assert ("Q2" in each["answers"]) <= (each["answers"]["Q1"] <= 6)

    def test_covering_respondents_say_what_each_is_the_first_to_show(
        self, run: Run, document: Callable[..., Path]
    ) -> None:
        result = run("simulate", str(document()), "--covering")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert (result.returncode, result.stderr) == (0, "")
        assert {place for each in found for place in each["first"]} >= {"Q1", "Q2", "Q2.show", "thanks"}
        assert all(set(each) == {"answers", "fields", "full", "path", "ending", "first"} for each in found)

    def test_what_no_respondent_covers_is_said_in_a_sentence(
        self, run: Run, document: Callable[..., Path]
    ) -> None:
        never = {"all": [{"question": "Q1", "at_most": 3}, {"question": "Q1", "at_least": 5}]}
        path = document()
        changed = json.loads(path.read_text())
        changed["pages"][0]["questions"][1]["show"] = never
        path.write_text(json.dumps(changed))
        result = run("simulate", str(path), "--covering")
        assert (result.returncode, len(result.stdout.splitlines())) == (0, 1)
        assert result.stderr == "No respondent was found for Q2, Q2.show.\n"


@scene.in_app
def published() -> str:
    """Code of a live survey in the installation at hand."""
    survey = factories.published(factories.unit("East"))
    db.session.commit()
    return survey.code


class TestTests:
    def test_covering_respondents_are_stored_as_tests_and_cleared(self, run: Run) -> None:
        assert run("db", "upgrade").returncode == 0
        code = published()
        told = run("simulate", code, "--covering", "--store")
        assert told.returncode == 0, told.stderr
        n = int(told.stdout.split()[0])
        assert n > 0
        assert run("export", code, "--format", "jsonl").stdout == ""
        assert len(run("export", code, "--format", "jsonl", "--test").stdout.splitlines()) == n
        assert run("clear-tests", code).stdout == f"{n} test responses deleted.\n"
        assert run("export", code, "--format", "jsonl", "--test").stdout == ""

    def test_only_covering_respondents_of_a_survey_are_stored(self, run: Run) -> None:
        assert "--covering" in sentence(run("simulate", "ABC", "--store"))


class TestPeople:
    @pytest.fixture(autouse=True)
    def tables(self, run: Run) -> None:
        assert run("db", "upgrade").returncode == 0

    def test_the_first_owner_founds_the_organisation(self, run: Run) -> None:
        words = ("user", "create", "--login", "li", "--role", "owner", "--password-stdin")
        result = run(*words, input="a long password\n")
        assert (result.returncode, "Created owner li" in result.stdout) == (0, True)
        assert "taken" in sentence(run(*words, input="a long password\n"))

    def test_a_weak_password_is_refused_in_a_sentence(self, run: Run) -> None:
        words = ("user", "create", "--login", "li", "--role", "owner", "--password-stdin")
        assert "at least 8 characters" in sentence(run(*words, input="short\n"))

    def test_a_token_is_printed_once_and_works(self, run: Run) -> None:
        run(
            "user",
            "create",
            "--login",
            "li",
            "--role",
            "owner",
            "--password-stdin",
            input="a long password\n",
        )
        result = run(
            "token", "create", "--login", "li", "--name", "bi", "--scopes", "surveys.read,responses.export"
        )
        assert (result.returncode, len(result.stdout.strip())) == (0, 32)
        assert "Unknown scope: everything" in sentence(
            run("token", "create", "--login", "li", "--name", "x", "--scopes", "everything")
        )
        assert "no user" in sentence(run("token", "create", "--login", "nobody", "--name", "x"))

    def test_an_unknown_unit_is_refused_in_a_sentence(self, run: Run) -> None:
        words = ("user", "create", "--login", "li", "--role", "viewer", "--unit", "NOPE", "--password-stdin")
        assert "no unit with the code 'NOPE'" in sentence(run(*words, input="a long password\n"))


class TestTrouble:
    def test_without_tables_commands_name_the_remedy(self, run: Run) -> None:
        assert "survey-app db upgrade" in sentence(run("export", "ABC"))

    def test_a_survey_or_a_state_there_is_not_is_named(self, run: Run) -> None:
        assert run("db", "upgrade").returncode == 0
        assert "There is no survey 'ABC'" in sentence(run("export", "ABC"))
        assert "neither a file nor a survey 'ABC'" in sentence(run("simulate", "ABC"))
        assert "'completed'" in sentence(run("export", "ABC", "--state", "done"))

    def test_an_unknown_command_is_wrong_use(self, run: Run) -> None:
        assert "No such command 'fly'" in sentence(run("fly"))

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("PORT", "eighty", "PORT must be a whole number up to 65535, not 'eighty'."),
            ("PORT", "65536", "PORT must be a whole number up to 65535, not '65536'."),
            ("SURVEY_PROXIES", "-1", "SURVEY_PROXIES must be a whole number up to 100, not '-1'."),
            ("BASE_URL", "survey.example.com", "BASE_URL must begin with http:// or https://"),
            ("DATABASE_URL", "mysql://root@db/survey", "DATABASE_URL must begin with postgresql://"),
            ("DATABASE_URL", "postgresql://[", "The database cannot be used"),
            ("SURVEY_LOCALE", "tlh", "SURVEY_LOCALE must be zh_CN or en, not 'tlh'."),
        ],
    )
    def test_a_wrong_setting_is_one_sentence(self, run: Run, name: str, value: str, reason: str) -> None:
        assert reason in sentence(run("web", env={name: value}))

    def test_a_missing_extra_is_named(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        found = sentence(run("db", "upgrade", env={"DATABASE_URL": "postgresql://nobody@127.0.0.1/x"}))
        assert "pip install 'survey-app[postgres]'" in found

    def test_a_damaged_queue_is_replaced(self, run: Run, environ: dict[str, str]) -> None:
        Path(environ["SURVEY_DATA"]).mkdir()
        Path(environ["SURVEY_DATA"], "huey.db").write_bytes(b"no database at all " * 200)
        assert run("db", "upgrade").returncode == 0

    def test_a_full_disk_is_one_sentence(self, environ: dict[str, str]) -> None:
        def no_room() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # enough for the key, not for a database

        words = [*COMMAND, "db", "upgrade"]
        environ["PYTHONDONTWRITEBYTECODE"] = "1"  # Python would leave the first half of a .pyc behind
        done = subprocess.run(
            words, env=environ, preexec_fn=no_room, capture_output=True, text=True, check=False
        )
        assert "disk" in sentence(Result(done.returncode, done.stdout, done.stderr))

    def test_a_data_folder_that_cannot_be_made_is_one_sentence(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        assert "file/data" in sentence(run("doctor", env={"SURVEY_DATA": str(tmp_path / "file" / "data")}))

    def test_a_file_that_is_no_database_is_one_sentence(self, run: Run, environ: dict[str, str]) -> None:
        Path(environ["SURVEY_DATA"]).mkdir()
        Path(environ["SURVEY_DATA"], "survey.db").write_bytes(b"not a database, but long enough" * 100)
        assert "The database cannot be used" in sentence(run("export", "ABC"))

    def test_a_database_server_that_is_away_is_one_sentence(self, run: Run) -> None:
        url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
        assert "The database cannot be used" in sentence(run("db", "upgrade", env={"DATABASE_URL": url}))

    def test_a_taken_port_is_one_sentence(self, run: Run, environ: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", int(environ["PORT"]))):
            assert f"Port {environ['PORT']} is taken" in sentence(run("serve"))

    def test_another_projects_channels_package_is_one_sentence(
        self, environ: dict[str, str], tmp_path: Path
    ) -> None:
        """Django Channels installs a package of this name too."""
        foreign = tmp_path / "site" / "channels"
        foreign.mkdir(parents=True)
        foreign.joinpath("__init__.py").write_text('__version__ = "4.2"\n')
        words = [*COMMAND, "doctor"]
        environ["PYTHONPATH"] = str(foreign.parent)
        done = subprocess.run(words, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
        found = sentence(Result(done.returncode, done.stdout, done.stderr))
        assert "'channels'" in found
        assert "virtual environment of its own" in found

    def test_a_reader_that_goes_away_ends_an_output_quietly(
        self, environ: dict[str, str], document: Callable[..., Path]
    ) -> None:
        words = [*COMMAND, "simulate", str(document()), "-n", "100000"]
        with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            process.stdout.close()
            process.wait(30)
            assert process.stderr
            assert process.stderr.read() == b""


def test_a_part_that_cannot_start_is_given_up_but_one_that_ran_before_is_not(environ: dict[str, str]) -> None:
    part = Part("fly")  # ends with 2, as a part does whose database is away
    for starts, hopeful in ((1, False), (2, True)):
        part.start()
        assert part.process
        part.process.wait(60)
        assert (part.starts, part.tend()) == (starts, hopeful)
    assert part.again_at > time.monotonic()


class TestDoctor:
    def test_a_fresh_installation_misses_its_tables(self, run: Run) -> None:
        result = run("doctor")
        assert result.returncode == 1
        assert "run survey-app db upgrade" in result.stdout

    def test_a_ready_installation_is_well(self, run: Run) -> None:
        run("db", "upgrade")
        result = run("doctor")
        assert result.returncode == 0, result.stdout
        assert "BAD" not in result.stdout
        assert "No worker was seen lately" in result.stdout


class Service:
    """A running ``survey-app serve``."""

    def __init__(self, environ: dict[str, str], *words: str) -> None:
        self.base = f"http://127.0.0.1:{environ['PORT']}"
        self.process = subprocess.Popen(
            [*COMMAND, *words], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def get(self, path: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(self.base + path, timeout=10) as reply:
            return reply.status, reply.read()

    def ready(self, seconds: float = 200) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self.get("/readyz")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.stop() if self.process.poll() is None else self.process.communicate()[0])

    def announced(self) -> str:
        """The line that says where it listens; it may come a moment after the first answer."""
        assert self.process.stdout
        return next(line for line in self.process.stdout if "Listening at" in line)

    def children(self, pid: int | None = None) -> dict[str, int]:
        """Command → pid of the processes below one."""
        found = {}
        for each in Path(f"/proc/{pid or self.process.pid}/task").iterdir():
            for child in each.joinpath("children").read_text().split():
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                found[words[4].decode() if len(words) > 4 else "?"] = int(child)
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(how)
        return self.process.communicate(timeout=30)[0]


@pytest.fixture
def service(environ: dict[str, str]) -> Iterator[Service]:
    """The whole service on one machine, ready to answer."""
    running = Service(environ, "serve")
    running.ready()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.mark.faults
class TestServe:
    def test_it_answers_and_stops_within_five_seconds(self, service: Service) -> None:
        assert service.get("/livez")[0] == 200
        assert f"Listening at {service.base}" in service.announced()
        began = time.monotonic()
        service.stop()
        assert time.monotonic() - began < 5
        assert service.process.returncode == 0
        with pytest.raises(urllib.error.URLError):
            service.get("/livez")

    def test_an_open_stream_does_not_delay_the_stop(self, service: Service) -> None:
        with socket.create_connection(("127.0.0.1", int(service.base.rsplit(":")[-1]))) as slow:
            slow.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")  # never finished
            began = time.monotonic()
            service.stop()
            assert time.monotonic() - began < 5

    @pytest.mark.parametrize("part", ["web", "worker"])
    def test_a_killed_part_is_started_again(self, service: Service, part: str) -> None:
        before = service.children()
        assert set(before) == {"web", "worker"}
        os.kill(before[part], signal.SIGKILL)
        until = time.monotonic() + 20
        while service.children().get(part, before[part]) == before[part] and time.monotonic() < until:
            time.sleep(0.1)
        assert service.children()[part] != before[part]
        service.ready()

    def test_nothing_is_left_behind_when_the_supervisor_is_killed(self, service: Service) -> None:
        left = [*service.children().values(), *service.children(service.children()["web"]).values()]
        assert len(left) == 3
        service.process.kill()
        service.process.communicate()
        until = time.monotonic() + 15
        while time.monotonic() < until and any(alive(pid) for pid in left):
            time.sleep(0.1)
        assert not any(alive(pid) for pid in left)

    def test_the_worker_reads_what_a_customer_said(self, service: Service, run: Run) -> None:
        """Through all parts: web takes the answer, wakes the worker, the dashboard's number follows."""
        run(
            "user",
            "create",
            "--login",
            "li",
            "--role",
            "owner",
            "--password-stdin",
            input="a long password\n",
        )
        token = run("token", "create", "--login", "li", "--name", "t").stdout.strip()
        code, door = publish(service.base, token)
        answers = {"Q1": 1, "Q2": "等了一个小时没人理，太差了", "Q3": "open"}
        body = {
            "id": factories.public_id(),
            "revision": 1,
            "page": "p2",
            "answers": answers,
            "complete": True,
        }
        assert call("POST", f"{door}/answers", body=body)["state"] == "completed"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = call("GET", f"{service.base}/api/v1/verbatims?survey={code}", token)["items"]
            if found and found[0]["sentiment"]:
                break
            time.sleep(0.2)
        assert found[0]["sentiment"] == "negative"


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_the_demo_prints_an_address_and_logins_that_work(environ: dict[str, str]) -> None:
    demo = Service(environ, "demo")
    try:
        demo.ready(600)
        printed = []
        assert demo.process.stdout
        while "Ctrl+C" not in (printed or [""])[-1]:
            printed.append(demo.process.stdout.readline())
        assert any(demo.base in line for line in printed)
        (owner,) = [line.split() for line in printed if " owner " in line]
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = browser.open(f"{demo.base}/login", timeout=20).read().decode()
        secret = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert secret
        form = {"csrf_token": secret[1], "login": owner[0], "password": owner[1]}
        home = browser.open(f"{demo.base}/login", urllib.parse.urlencode(form).encode(), timeout=20)
        assert home.url == f"{demo.base}/surveys"
        assert 'href="/surveys/' in home.read().decode()
    finally:
        demo.stop()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def call(method: str, url: str, token: str = "", body: Any = None) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def publish(base: str, token: str) -> tuple[str, str]:
    """A live survey with a public link: its code and the link."""
    api = f"{base}/api/v1/surveys"
    survey = call("POST", api, token, {"title": "回访", "document": factories.NPS_DOCUMENT})
    call("POST", f"{api}/{survey['code']}/publish", token)
    link = call("POST", f"{api}/{survey['code']}/distributions", token, {"channel": "h5", "settings": {}})
    return survey["code"], link["url"]
