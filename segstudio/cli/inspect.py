"""``segstudio inspect``: what a model file is, told by its header, and by running it where that is asked for."""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.cli import DONE, SOME_FAILED
from segstudio.cli.trusting import add_trust, trusted_by, with_change
from segstudio.io.files import write_atomically
from segstudio.models.loaders.inspection import inspect
from segstudio.services.inspection import to_json, to_text

if TYPE_CHECKING:
    from segstudio.cli.inspect_running import Tried


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a model file")
    parser.add_argument("--json", metavar="FILE", help="write it for programs, - for stdout")
    add_trust(parser)
    parser.add_argument("--verify", action="store_true", help="replay the check that the file, or one beside it, holds")
    parser.add_argument(
        "--store-check", action="store_true", help="write a check beside the file, to verify it on other machines"
    )
    parser.add_argument(
        "--normalisation",
        type=Path,
        metavar="PROJECT",
        help="predict a few labelled images with the usual normalisations, and rank these",
    )
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda[:N]|mps", help="where the model runs")


def run(args: argparse.Namespace) -> int:
    """Print what is known of the file, and what running it tells where that is asked for.

    What cannot be loaded, or is not verified, is status 1, a file that is not there 2. A program that nobody trusted
    yet is 0, unless it was to be run.
    """
    trusted = trusted_by(args, args.file)
    found = with_change(inspect(args.file, trusted))
    wanted = bool(args.verify or args.store_check or args.normalisation)
    lines, data, well = _tried(args, trusted) if wanted and found.reason is None else ([], {}, True)
    text = to_json(found, data)
    if args.json not in (None, "-"):
        write_atomically(Path(args.json), text.encode())
    sys.stdout.write(text if args.json == "-" else "\n".join((to_text(found).rstrip("\n"), *lines)) + "\n")
    refused = found.needs_trust and wanted
    return DONE if found.loadable and well and not refused else SOME_FAILED


def _tried(args: argparse.Namespace, trusted: Collection[str]) -> "Tried":
    from segstudio.cli.inspect_running import tried  # brings in all of predicting, for which a header is not to wait

    return tried(args, trusted)
