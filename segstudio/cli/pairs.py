"""What the commands that score pairs of masks share: which classes, how far they are, and what they may write to."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from segstudio.cli.evaluating import take_all
from segstudio.core.errors import UnwritableFile, listed
from segstudio.core.schema import MAX_ID
from segstudio.core.wording import counted
from segstudio.services.evaluate import Evaluation, evaluate
from segstudio.services.pairs import FoundPairs
from segstudio.services.score_cache import ScoreCache


def add_classes(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which classes there are."""
    parser.add_argument(
        "--classes", metavar="FILE", type=Path, help="the classes: segstudio.toml, CSV, or a name a line"
    )
    parser.add_argument(
        "--ignore", metavar="ID", type=class_id, action="append", default=[],
        help="do not score pixels whose truth has this value; may be repeated",
    )  # fmt: skip


def refuse_input(out: Path, folders: Sequence[Path], classes: Path | None, found: FoundPairs) -> None:
    """Keep the figures from being written over what they are made from; raises ``UnwritableFile``."""
    masks = (mask.path for pair in found.pairs for mask in (pair.truth, pair.prediction) if mask is not None)
    inputs = {path.resolve() for path in (*masks, *([classes] if classes else []))}
    inside = any(out.resolve().is_relative_to(folder.resolve()) for folder in folders)
    if out.resolve() in inputs or (inside and out.exists()):
        raise UnwritableFile(out, "it is one of the files that are compared, or lies among them", "Name a new file.")


def evaluated(found: FoundPairs, evaluation: Evaluation, cache: ScoreCache) -> Evaluation:
    """Score pairs into an evaluation, telling on stderr how far it is and what was assumed, resized or failed."""
    steps = evaluate(found.pairs, found.schema, evaluation.scoring, cache)
    take_all(steps, evaluation.add, found.notes)
    if evaluation.resized:
        resized = counted(len(evaluation.resized), "prediction")
        sys.stderr.write(f"{resized} resized to the size of the truth: {listed(sorted(evaluation.resized))}.\n")
    return evaluation


def class_id(text: str) -> int:
    """Return the class id that an option names; raises ``argparse.ArgumentTypeError``."""
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise argparse.ArgumentTypeError(f"{text} is no class id: those are whole numbers from 0 to {MAX_ID}")
    return int(text)
