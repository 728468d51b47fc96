"""Starts real servers fast enough to kill many: run as a module, it imports the product once and forks.

``start`` on standard input forks a server (``survey-app web``) as leader of a process group of its own and
prints its process id; the end of the input ends everything. ``COMMIT_TAKES``: seconds that every commit
takes longer, as if the disk were slower than this machine's.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import pkgutil
import signal
import sys
import time
import traceback

from sqlalchemy import Engine, event

from survey_app import plugins, web
from survey_app.cli.commands import group


def main() -> None:
    """Serves orders until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    plugins.template_packages()
    for module in pkgutil.iter_modules(web.__path__, f"{web.__name__}."):
        importlib.import_module(module.name)
    if takes := float(os.environ.get("COMMIT_TAKES", 0)):
        event.listen(Engine, "commit", lambda connection: time.sleep(takes))
    print("ready", flush=True)
    for order in sys.stdin:
        if order.strip() == "start":
            print(start(), flush=True)
        while reap():
            pass


def start() -> int:
    """Forks a server; its process id."""
    child = os.fork()
    if child == 0:
        os.setsid()
        faulthandler.register(signal.SIGUSR1)  # a server that hangs can be asked where
        sys.stdin.close()
        sys.stdout = sys.stderr
        try:
            group.main(["web"], standalone_mode=False)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return child


def reap() -> bool:
    """Buries one dead child; whether there was one."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    main()
