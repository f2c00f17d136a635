"""``segstudio export``: a model file as another kind of file, checked."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from segstudio.cli import DONE, SOME_FAILED
from segstudio.cli.trusting import add_trust, trusted_by
from segstudio.models.export import EXPORTERS
from segstudio.services.exporting import Exported, ExportJob, export


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model file or folder")
    kinds = " ".join(f"{name}: {kind.line}. {kind.more}" for name, kind in EXPORTERS.items())
    parser.add_argument("--to", required=True, choices=list(EXPORTERS), help=kinds)
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")
    parser.add_argument("--size", type=_size, metavar="HxW", help="images are brought to this size (default: any)")
    add_trust(parser)
    parser.add_argument("--half", action="store_true", help="store numbers in two bytes each: half the file, 3 digits")


def run(args: argparse.Namespace) -> int:
    """Export, and say how near the file is to the model; status 1 where it is not the same network."""
    job = ExportJob(args.model, args.to, args.out, args.size, args.half)
    said = ""
    with closing(export(job, trusted_by(args, args.model))) as steps:
        for step in steps:
            if isinstance(step, Exported):
                sys.stdout.write(step.sentence() + "\n")
                return DONE if step.faithful else SOME_FAILED
            if step.what != said:
                said = step.what
                sys.stderr.write(f"{said}\n")
    raise AssertionError("an export ends with what it has written")


def _size(text: str) -> tuple[int, int]:
    height, _, width = text.partition("x")
    if not (height.isdecimal() and width.isdecimal() and int(height) and int(width)):
        raise argparse.ArgumentTypeError("it is height and width, such as 512x1024")
    return int(height), int(width)
