"""``segstudio compare``: two models against one truth, or two models or annotators with each other."""

import argparse
import sys
from pathlib import Path

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.pairs import add_classes, evaluated, refuse_input
from segstudio.cli.progress import Progress
from segstudio.core.schema import LabelSchema
from segstudio.io.files import write_atomically
from segstudio.metrics.agreement import agreement
from segstudio.services.contest import STEPS, contest, leads, sides
from segstudio.services.contest_report import Contest, tables, to_csv, to_json, to_text
from segstudio.services.evaluate import Evaluation
from segstudio.services.pairs import FoundPairs, find_ways
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import COUNTS_ONLY, RATERS
from segstudio.services.tables import to_latex, to_markdown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A", type=Path, help="masks of one model or annotator: a folder or a project")
    parser.add_argument("second", metavar="B", type=Path, help="masks of the other")
    parser.add_argument(
        "--truth", metavar="TRUTH", type=Path,
        help="what both are scored against; without it only how much they agree is found",
    )  # fmt: skip
    add_classes(parser)
    parser.add_argument("--no-background", action="store_true", help="leave the background out of the means")
    parser.add_argument("--resize", choices=("nearest",), help="resize masks of another size, else they are failures")
    parser.add_argument("--json", metavar="FILE", help="write what was found as JSON; - is stdout, in place of tables")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write a row for each score as CSV")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write the tables in Markdown")
    parser.add_argument("--latex", metavar="FILE", type=Path, help="write the tables in LaTeX")


def run(args: argparse.Namespace) -> int:
    """Compare, print and write; raises ``SegstudioError`` where nothing can be compared or a file not be written."""
    found = _pairs(args)
    folders = [args.first, args.second, *([args.truth] if args.truth else [])]
    for out in (args.json, args.csv, args.markdown, args.latex):
        if out and out != "-":
            for pairs in found:
                refuse_input(Path(out), folders, args.classes, pairs)
    without = found[0].schema.scored_background if args.no_background else ()
    root = (args.truth or args.first).resolve()
    # The last pairs are of A and B with each other, neither of which is the truth.
    ways = [(pairs, RATERS if pairs is found[-1] else COUNTS_ONLY) for pairs in found]
    scored = [
        evaluated(pairs, Evaluation(pairs.schema, without, way), ScoreCache(root, pairs.schema, way))
        for pairs, way in ways
    ]
    result = _compared(args, found[0].schema, without, scored)
    _write(args, result)
    if not any(side.ids for side in scored):
        return NOTHING_DONE
    return SOME_FAILED if result.failures else DONE


def _pairs(args: argparse.Namespace) -> list[FoundPairs]:
    """Return what A and B are scored on: the truth where there is one, last each other; all of one class table."""
    ways = [] if args.truth is None else [(args.truth, args.first), (args.truth, args.second)]
    found = find_ways([*ways, (args.first, args.second)], args.classes, args.ignore, each_other=True)
    return [pairs.resizing() for pairs in found] if args.resize else found


def _compared(
    args: argparse.Namespace, schema: LabelSchema, without: tuple[int, ...], found: list[Evaluation]
) -> Contest:
    *against_truth, each_other = found
    failures = {i: error for side in reversed(found) for i, error in side.failures.items()}
    result = Contest(str(args.first), str(args.second), schema, agreement(each_other.total), failures=failures)
    if against_truth:
        both = sides(*(side.scores for side in against_truth))
        with Progress("scores") as progress:
            for done, bouts in enumerate(contest(both, schema, without), 1):
                result.bouts += bouts
                progress.show(done, STEPS)
        result.leads = leads(both, "iou", None, without)
    return result


def _write(args: argparse.Namespace, result: Contest) -> None:
    if args.json == "-":
        sys.stdout.write(to_json(result))
    else:
        sys.stdout.write(to_text(result))
    files = [(args.json, to_json(result)), (args.csv, to_csv(result))]
    files += [(args.markdown, to_markdown(tables(result))), (args.latex, to_latex(tables(result)))]
    for path, text in files:
        if path and path != "-":
            write_atomically(Path(path), text.encode())
