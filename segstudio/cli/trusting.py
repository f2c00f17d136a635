"""Model files that are programs: whether one is run is said on the command line, or was said before."""

import argparse
from pathlib import Path

from segstudio.services.trust import trusted, trusted_once


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", action="store_true", help="run a model file that is a program, this once: it can do what you can do"
    )


def trusted_by(args: argparse.Namespace, model: Path) -> frozenset[str]:
    """Return the SHA-256 of files that may run; of the ``model`` too where that was said."""
    return trusted_once(model) if args.trust else trusted()
