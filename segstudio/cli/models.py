"""``segstudio models``: the architectures that can be built, and the checkpoints that fit them."""

import argparse
import sys
from pathlib import Path

from segstudio.cli import DONE
from segstudio.io.files import write_atomically
from segstudio.services.tables import laid_out
from segstudio.services.zoo import in_full, overview, to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("architecture", nargs="?", metavar="ARCHITECTURE", help="say all that is known of this one")
    parser.add_argument("--json", metavar="FILE", help="write it for programs, - for stdout")


def run(args: argparse.Namespace) -> int:
    """Print the tables, or the JSON where stdout is to be read by a program."""
    tables = [overview()] if args.architecture is None else in_full(args.architecture)
    if args.json == "-":
        sys.stdout.write(to_json(args.architecture))
        return DONE
    if args.json is not None:
        write_atomically(Path(args.json), to_json(args.architecture).encode())
    sys.stdout.write("\n\n".join(f"{table.title}\n{laid_out(table)}" for table in tables) + "\n")
    return DONE
