"""Model files that are programs: whether one is run is said on the command line, or was said before."""

import argparse
from dataclasses import replace
from pathlib import Path

from segstudio.core.digest import digest_of
from segstudio.core.errors import UntrustedFile
from segstudio.models.loaders import LOADERS
from segstudio.models.loaders.inspection import Inspection
from segstudio.services.trust import CHANGED, changed_since, trusted, trusted_once


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", action="store_true", help="run a model file that is a program, this once: it can do what you can do"
    )


def trusted_by(args: argparse.Namespace, model: Path) -> frozenset[str]:
    """Return the SHA-256 of files that may run; of the ``model`` too where that was said."""
    return trusted_once(model) if args.trust else trusted()


def refusal(error: UntrustedFile) -> str:
    """Return why a program was not run, and whether another one was trusted in its place."""
    changed = f"{CHANGED} " if changed_since(error.path, error.digest) else ""
    return f"{error} {changed}{error.hint}"


def with_change(found: Inspection) -> Inspection:
    """Add to why a program is not loadable that another one was trusted in its place, where that is so."""
    program = found.format is not None and LOADERS[found.format].program
    if not (found.reason and program and found.file.is_file()):
        return found
    changed = changed_since(found.file, found.digest or digest_of(found.file))
    return replace(found, reason=f"{CHANGED} {found.reason}") if changed else found
