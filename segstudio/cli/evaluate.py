"""``segstudio evaluate``: score predictions against the truth."""

import argparse
from pathlib import Path

from segstudio.cli import evaluate_instances, evaluate_panoptic, evaluate_semantic
from segstudio.core.errors import SegstudioError

TASKS = {
    "semantic": evaluate_semantic.run,
    "instances": evaluate_instances.run,
    "panoptic": evaluate_panoptic.run,
}
SHARED = ("classes", "ignore", "html", "markdown", "latex")
"""Options of class maps that objects and segments have too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "truth", metavar="TRUTH", type=Path, help="a folder of masks, a project, or a JSON file of COCO's"
    )
    parser.add_argument("prediction", metavar="PREDICTION", type=Path, help="the same of the prediction")
    parser.add_argument(
        "--task", choices=tuple(TASKS), default="semantic", help="what is scored: classes, objects, or segments"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON; - is stdout, in place of the table")
    evaluate_semantic.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or a file cannot be written."""
    if args.task != "semantic":
        _refuse_options(args)
    return TASKS[args.task](args)


def _refuse_options(args: argparse.Namespace) -> None:
    options = {name: default for name, default in evaluate_semantic.OPTIONS.items() if name not in SHARED}
    if given := [name for name, default in options.items() if getattr(args, name) != default]:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise SegstudioError(f"--task {args.task} does not go with {named}.", "Leave that out.")
