"""``segstudio demo``: a sample project, predicted and scored. The window, or its screenshots, come after it."""

import argparse
import sys
from contextlib import closing
from itertools import groupby
from pathlib import Path

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.progress import Progress
from segstudio.services.demo import DemoResult, default_folder, run_demo
from segstudio.services.report import to_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help="where the project goes (default: the user's data folder)"
    )
    parser.add_argument("--headless", action="store_true", help="save screenshots and open no window")


def run(args: argparse.Namespace) -> int:
    """Do all that needs no window."""
    return status(perform(args.folder))


def perform(folder: Path | None) -> DemoResult:
    """Run the demo with progress on stderr; print the table and where everything is."""
    folder = (folder or default_folder()).absolute()
    result: DemoResult | None = None
    with closing(run_demo(folder)) as steps:
        for stage, part in groupby(steps, lambda step: step.stage):
            with Progress(f"images {stage}") as progress:
                for step in part:
                    if step.error:
                        progress.say(step.error.sentence())
                    progress.show(step.done, step.total)
                    result = step.result or result
    assert result is not None
    sys.stdout.write(f"{to_text(result.evaluation)}\nSynthetic cells: {folder}\nPredictions: {result.folder}\n")
    return result


def status(result: DemoResult) -> int:
    """Return the exit status: images may have been changed or removed since the project was made."""
    if not result.evaluation.failures:
        return DONE
    return SOME_FAILED if result.evaluation.ids else NOTHING_DONE
