"""``segstudio evaluate`` of class maps: counts, outlines, groups, and other tools' ways of scoring the same."""

import argparse
import math
import sys
from pathlib import Path

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.pairs import add_classes, evaluated, refuse_input
from segstudio.core.records import Spacing
from segstudio.io.files import write_atomically
from segstudio.metrics.outlines import OutlineSettings
from segstudio.services.evaluate import Evaluation
from segstudio.services.html_report import to_html
from segstudio.services.pairs import FoundPairs, find_pairs
from segstudio.services.report import to_text
from segstudio.services.score_cache import ScoreCache
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import Scoring

OPTIONS: dict[str, object] = {
    "classes": None, "ignore": [], "no_background": False, "boundary": False, "surface": None, "spacing": None,
    "tolerance": 1.0, "resize": None, "per_image": False, "csv": None, "html": None,
}  # fmt: skip
"""The options that other tasks have no use for, and what they are when nobody gives them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_classes(parser)
    parser.add_argument("--no-background", action="store_true", help="leave the background out of the means")
    parser.add_argument("--boundary", action="store_true", help="measure boundary IoU and boundary F1")
    parser.add_argument(
        "--surface", nargs="?", choices=("edges", "lattice"), const="edges",
        help="measure HD, HD95, ASSD and NSD; edges as MONAI has them (the default), lattice as DeepMind has them",
    )  # fmt: skip
    parser.add_argument(
        "--spacing", metavar="Y,X", type=_spacing,
        help="the height and width of a pixel; without it the project's, else 1,1",
    )  # fmt: skip
    parser.add_argument(
        "--tolerance", metavar="T", type=_distance, default=1.0,
        help="what NSD tolerates, in the unit of the spacing; without it 1",
    )  # fmt: skip
    parser.add_argument(
        "--resize", choices=("nearest",), help="resize predictions of another size, which are failures without it"
    )
    parser.add_argument("--per-image", action="store_true", help="score each image too")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write the figures as CSV: one row a class and image")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a report of one file to look at in a browser")


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or a file cannot be written."""
    found = find_pairs(args.truth, args.prediction, args.classes, args.ignore)
    for out in (args.json, args.csv, args.html):
        if out and out != "-":
            refuse_input(Path(out), [args.truth, args.prediction], args.classes, found)
    without = found.schema.scored_background if args.no_background else ()
    if args.no_background and not without:
        found.notes.append("No class that is scored is the background, so nothing is left out of the means.")
    cache = ScoreCache(args.truth.resolve(), found.schema, _scoring(args, found))
    evaluation = evaluated(found, Evaluation(found.schema, without, _scoring(args, found)), cache)
    if args.json == "-":
        sys.stdout.write(to_json(evaluation, args.per_image))
    else:
        sys.stdout.write(to_text(evaluation, args.per_image))
        if args.json:
            write_atomically(Path(args.json), to_json(evaluation, args.per_image).encode())
    if args.csv:
        write_atomically(args.csv, to_csv(evaluation, args.per_image).encode())
    if args.html:
        report = to_html(evaluation, found.pairs, f"{args.truth} / {args.prediction}", found.unit, args.per_image)
        write_atomically(args.html, report.encode())
    if not evaluation.ids:
        return NOTHING_DONE
    return SOME_FAILED if evaluation.failures else DONE


def _scoring(args: argparse.Namespace, found: FoundPairs) -> Scoring:
    spacing = args.spacing or found.spacing or (1.0, 1.0)
    outlines = OutlineSettings(args.boundary, args.surface, spacing, args.tolerance)
    return Scoring(outlines, resize=args.resize is not None)


def _spacing(text: str) -> Spacing:
    try:
        height, width = (float(part) for part in text.split(","))
    except ValueError:
        height = width = math.nan
    if not (0 < height < math.inf and 0 < width < math.inf):
        raise argparse.ArgumentTypeError(f"{text} is no size of a pixel: that is two numbers above 0, as in 0.5,0.5")
    return height, width


def _distance(text: str) -> float:
    try:
        distance = float(text)
    except ValueError:
        distance = math.nan
    if not 0 <= distance < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no distance: that is a number from 0 on")
    return distance
