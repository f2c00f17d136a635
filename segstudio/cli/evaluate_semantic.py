"""``segstudio evaluate`` of class maps: counts, outlines, groups, and other tools' ways of scoring the same."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from segstudio.cli.evaluating import ended, hand_out
from segstudio.cli.pairs import add_classes, class_id, evaluated, refuse_input
from segstudio.cli.progress import Progress
from segstudio.core.errors import SegstudioError
from segstudio.core.records import SampleRecord, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.io.files import write_atomically
from segstudio.metrics.by_size import SizeCounts
from segstudio.metrics.outlines import NO_OUTLINES, OutlineSettings
from segstudio.services.class_groups import groups_of, merged, merged_ids, subset
from segstudio.services.contact_sheet import FileLabels, contact_sheet
from segstudio.services.conventions import Measured, Row, measure, restated
from segstudio.services.conventions import entries as convention_entries
from segstudio.services.conventions import table as conventions_table
from segstudio.services.evaluate import Evaluation
from segstudio.services.group_report import group_entries, group_tables, groups_by
from segstudio.services.groups import WAYS
from segstudio.services.html_report import Report, to_html
from segstudio.services.pairs import FoundPairs, find_pairs
from segstudio.services.records import read_records
from segstudio.services.report import report_settings, tables, to_text
from segstudio.services.score_cache import ScoreCache
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import Scoring
from segstudio.services.size_scores import read_sizes, size_entries, size_table
from segstudio.services.tables import to_latex, to_markdown

SIZE = "size"

OPTIONS: dict[str, object] = {
    "classes": None, "ignore": [], "no_background": False, "boundary": False, "surface": None, "spacing": None,
    "tolerance": NO_OUTLINES.tolerance, "resize": None, "per_image": False, "csv": None, "html": None, "only": [],
    "merge": [], "merge_groups": False, "by": [], "conventions": False, "markdown": None, "latex": None,
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
        "--tolerance", metavar="T", type=_distance, default=NO_OUTLINES.tolerance,
        help=f"what NSD tolerates, in the unit of the spacing; without it {NO_OUTLINES.tolerance:g}",
    )  # fmt: skip
    parser.add_argument(
        "--resize", choices=("nearest",), help="resize predictions of another size, which are failures without it"
    )
    parser.add_argument("--per-image", action="store_true", help="score each image too")
    parser.add_argument(
        "--only", metavar="ID", type=class_id, action="append", default=[],
        help="score this class as if all others were ignored; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--merge", metavar="NAME=ID,ID", type=_merge, action="append", default=[],
        help="score these classes as one; may be repeated",
    )  # fmt: skip
    parser.add_argument("--merge-groups", action="store_true", help="the same of each group of the class table")
    parser.add_argument(
        "--by", choices=(*WAYS, SIZE), action="append", default=[],
        help="score the images in groups too; share is how much of the image each class takes, size how large areas "
        "of it are; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--conventions", action="store_true",
        help="tell what other tools would report of the same, and why; with --surface distances too",
    )  # fmt: skip
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write the figures as CSV: one row a class and image")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a report of one file to look at in a browser")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write the tables in Markdown")
    parser.add_argument("--latex", metavar="FILE", type=Path, help="write the tables in LaTeX")


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or a file cannot be written."""
    _refuse_together(args)
    found = find_pairs(args.truth, args.prediction, args.classes, args.ignore)
    found = found.resizing() if args.resize else found
    for out in (args.json, args.csv, args.html, args.markdown, args.latex):
        if out and out != "-":
            refuse_input(Path(out), [args.truth, args.prediction], args.classes, found)
    without = found.schema.scored_background if args.no_background else ()
    if args.no_background and not without:
        found.notes.append("No class that is scored is the background, so nothing is left out of the means.")
    scoring = _scoring(args, found)
    cache = ScoreCache(args.truth.resolve(), found.schema, scoring)
    evaluation = evaluated(found, Evaluation(found.schema, without, scoring), cache)
    more = _more(args, found, scoring)
    evaluation = _of_classes(args, evaluation)
    _write(args, found, evaluation, more)
    return ended(len(evaluation.ids), evaluation.failures)


class _More(NamedTuple):
    """What was asked for beside the scores, and is read from the files again."""

    sizes: SizeCounts | None
    conventions: list[Row]


def _more(args: argparse.Namespace, found: FoundPairs, scoring: Scoring) -> _More:
    return _More(
        _sizes(args, found) if SIZE in args.by else None,
        _conventions(args, found, scoring) if args.conventions else [],
    )


def _write(args: argparse.Namespace, found: FoundPairs, evaluation: Evaluation, asked: _More) -> None:
    grouped = groups_by(evaluation, [way for way in args.by if way != SIZE], _records(args.by, found))
    more, entries = group_tables(evaluation, grouped), dict[str, Any]()
    if grouped:
        entries["groups"] = group_entries(evaluation, grouped)
    if asked.sizes is not None:
        more.append(size_table(asked.sizes, found.schema))
        entries["sizes"] = size_entries(asked.sizes, found.schema)
    if asked.conventions:
        more.append(conventions_table(asked.conventions))
        entries["conventions"] = convention_entries(asked.conventions)
    hand_out(
        lambda: to_text(evaluation, args.per_image, more),
        lambda: to_json(evaluation, args.per_image, entries),
        args.json,
    )
    if args.csv:
        write_atomically(args.csv, to_csv(evaluation, args.per_image).encode())
    for path, laid_out in ((args.markdown, to_markdown), (args.latex, to_latex)):
        if path:
            write_atomically(path, laid_out(tables(evaluation, args.per_image, more)).encode())
    if args.html:
        title = f"{args.truth} / {args.prediction}"
        files = FileLabels(found.schema, merged_ids(found.schema, _groups(args, found.schema)))
        sheet = list(contact_sheet(evaluation, found.pairs, found.photos, files))
        settings = report_settings(evaluation, {"truth": str(args.truth), "prediction": str(args.prediction)})
        report = Report(title, evaluation, settings, sheet, more, found.unit, args.per_image)
        write_atomically(args.html, to_html(report).encode())


def _refuse_together(args: argparse.Namespace) -> None:
    """Raise ``SegstudioError`` for what cannot be had of counts, which is all that classes are put together from."""
    if (args.only or args.merge or args.merge_groups) and (args.boundary or args.surface or SIZE in args.by):
        raise SegstudioError(
            "--only and --merge are of counts, and outlines or sizes cannot be put together from those.",
            "Leave out --boundary, --surface and --by size, or leave classes out with --ignore, which measures anew.",
        )


def _of_classes(args: argparse.Namespace, evaluation: Evaluation) -> Evaluation:
    if groups := _groups(args, evaluation.schema):
        evaluation = merged(evaluation, groups)
    return subset(evaluation, args.only) if args.only else evaluation


def _groups(args: argparse.Namespace, schema: LabelSchema) -> dict[str, tuple[int, ...]]:
    """Return the classes that are scored as one, by the name they have then."""
    return dict(args.merge) | (groups_of(schema) if args.merge_groups else {})


def _records(ways: Sequence[str], found: FoundPairs) -> dict[str, SampleRecord]:
    """Return the records that tags and states are in; raises ``SegstudioError`` where there is no project with any."""
    asked = [way for way in ways if way in ("tag", "state")]
    if not asked:
        return {}
    if found.project is None:
        raise SegstudioError(f"--by {asked[0]} needs a project, whose records say that.", "Name it as TRUTH.")
    records: dict[str, SampleRecord] = {}
    for batch in read_records(found.project):
        records |= batch.records
        for fault in batch.faults:
            sys.stderr.write(f"{fault.sentence()}\n")
    return records


def _sizes(args: argparse.Namespace, found: FoundPairs) -> SizeCounts | None:
    total: SizeCounts | None = None
    with Progress("images by size") as progress:
        for step in read_sizes(found.pairs, found.schema, args.truth.resolve()):
            if step.found is not None:
                total = step.found if total is None else total + step.found
            progress.show(step.done, step.total)
    return total


def _conventions(args: argparse.Namespace, found: FoundPairs, scoring: Scoring) -> list[Row]:
    rows: list[Row] = []
    with Progress("measurements") as progress:
        for step in measure(found.pairs, found.schema, scoring, args.truth.resolve()):
            if isinstance(step, Measured):
                rows = restated(step)
            else:
                progress.show(step.done, step.total)
    return rows


def _scoring(args: argparse.Namespace, found: FoundPairs) -> Scoring:
    spacing = args.spacing or found.spacing or (1.0, 1.0)
    return Scoring(OutlineSettings(args.boundary, args.surface, spacing, args.tolerance))


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


def _merge(text: str) -> tuple[str, tuple[int, ...]]:
    name, _, ids = text.rpartition("=")
    if not name.strip() or "," not in ids:
        raise argparse.ArgumentTypeError(f"{text} names no classes to put together: as in vehicle=3,7")
    return name.strip(), tuple(class_id(part.strip()) for part in ids.split(","))
