"""``segstudio inspect``: what a model file is, told by its header."""

import argparse
import sys
from pathlib import Path

from segstudio.cli import DONE, SOME_FAILED
from segstudio.io.files import write_atomically
from segstudio.models.loaders.inspection import inspect
from segstudio.services.inspection import to_json, to_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a model file")
    parser.add_argument("--json", metavar="FILE", help="write it for programs, - for stdout")


def run(args: argparse.Namespace) -> int:
    """Print what is known of the file; what cannot be loaded is status 1, a file that is not there 2."""
    found = inspect(args.file)
    if args.json not in (None, "-"):
        write_atomically(Path(args.json), to_json(found).encode())
    sys.stdout.write(to_json(found) if args.json == "-" else to_text(found))
    return DONE if found.reason is None else SOME_FAILED
