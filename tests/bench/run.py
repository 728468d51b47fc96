"""Runs every benchmark of this folder one after the other: ``make bench``, or with names only some of them.

Each is a program of its own (``bench_<name>.py``) that prints what it measured and ends with 1 where a goal
is missed. Figures of one machine on one day; compare ratios.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    """Runs the wanted benchmarks, all without a name; 1 if one of them missed its goal."""
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(names())}.", file=sys.stderr)
        return 2
    statuses = []
    for name in wanted or names():
        print(f"\n== {name}", flush=True)
        statuses.append(
            subprocess.run([sys.executable, "-m", f"tests.bench.bench_{name}"], check=False).returncode
        )
    return int(any(statuses))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
