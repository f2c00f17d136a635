"""``segstudio inspect``: what a model file is, told by its header, and by running it where that is asked for."""

import argparse
import sys
from pathlib import Path

from segstudio.cli import DONE, SOME_FAILED, inspect_running
from segstudio.cli.trusting import add_trust, trusted_by, with_change
from segstudio.io.files import write_atomically
from segstudio.models.loaders.inspection import inspect
from segstudio.services.inspection import to_json, to_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a model file")
    parser.add_argument("--json", metavar="FILE", help="write it for programs, - for stdout")
    add_trust(parser)
    inspect_running.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is known of the file, and what running it tells where that is asked for.

    What cannot be loaded, or is not verified, is status 1, a file that is not there 2. A program that nobody trusted
    yet is 0, unless it was to be run.
    """
    trusted = trusted_by(args, args.file)
    found = with_change(inspect(args.file, trusted))
    running = found.reason is None and inspect_running.wants_running(args)
    tried = inspect_running.tried(args, trusted) if running else inspect_running.Tried([], {})
    text = to_json(found, tried.data)
    if args.json not in (None, "-"):
        write_atomically(Path(args.json), text.encode())
    sys.stdout.write(text if args.json == "-" else "\n".join((to_text(found).rstrip("\n"), *tried.lines)) + "\n")
    refused = found.needs_trust and inspect_running.wants_running(args)
    return DONE if found.loadable and tried.well and not refused else SOME_FAILED
