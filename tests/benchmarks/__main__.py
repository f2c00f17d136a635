"""Measure the program: ``python -m tests.benchmarks [NAME...]`` prints a table of times in milliseconds."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.report import Row, machine, table

# In this order: the last ones load torch, which the others are to be measured without.
NAMES = (
    "start",
    "brush",
    "view",
    "instances",
    "memory",
    "fill",
    "opening",
    "stepping",
    "evaluate",
    "heartbeat",
    "pixels",
    "outlines",
    "objects",
    "live",
    "peers",
    "checkpoints",
    "zoo",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all of them where none is named")
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows: list[Row] = []
    with TemporaryDirectory(prefix="segstudio-benchmarks-") as made:
        # Nobody's own settings, and nothing left behind in them.
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(made) / kind.lower())
        for name in (name for name in NAMES if name in names):
            measure: Callable[[Path], Iterator[Row]] = import_module(f"tests.benchmarks.{name}").measure
            for row in measure(Path(made) / name):
                sys.stderr.write(f"{'  '.join(row.cells())}\n")
                rows.append(row)
    print(machine(), table(rows), sep="\n")
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
