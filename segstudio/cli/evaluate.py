"""``segstudio evaluate``: score the masks of one folder against those of another."""

import argparse
from pathlib import Path

from segstudio.cli import evaluate_panoptic, evaluate_semantic
from segstudio.core.errors import SegstudioError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("truth", metavar="TRUTH", type=Path, help="a folder of masks, a project, or a panoptic JSON")
    parser.add_argument("prediction", metavar="PREDICTION", type=Path, help="the same of the prediction")
    parser.add_argument(
        "--task", choices=("semantic", "panoptic"), default="semantic", help="what is scored: classes, or segments"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON; - is stdout, in place of the table")
    evaluate_semantic.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or a file cannot be written."""
    if args.task == "panoptic":
        return _panoptic(args)
    return evaluate_semantic.run(args)


def _panoptic(args: argparse.Namespace) -> int:
    given = [name for name, default in evaluate_semantic.OPTIONS.items() if getattr(args, name) != default]
    if given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise SegstudioError(f"--task panoptic does not go with {options}.", "Leave that out.")
    return evaluate_panoptic.run(args.truth, args.prediction, args.json)
