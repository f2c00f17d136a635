"""``segstudio labels``: what the labels of a data set hold, without any prediction."""

import argparse
from pathlib import Path

from segstudio.cli.evaluating import ended, hand_out, take_all
from segstudio.cli.pairs import add_classes, refuse_input
from segstudio.io.files import write_atomically
from segstudio.services.label_report import to_csv, to_json, to_text
from segstudio.services.label_statistics import LabelStatistics, read_statistics
from segstudio.services.pairs import find_labels


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("labels", metavar="LABELS", type=Path, help="a folder of masks, or a project")
    add_classes(parser)
    parser.add_argument("--per-image", action="store_true", help="list the images in the JSON too")
    parser.add_argument("--json", metavar="FILE", help="write what was counted as JSON; - is stdout, not the tables")
    parser.add_argument("--csv", metavar="FILE", type=Path, help="write a row a class as CSV")


def run(args: argparse.Namespace) -> int:
    """Count, print and write; raises ``SegstudioError`` where there are no labels or a file cannot be written."""
    found = find_labels(args.labels, args.classes, args.ignore)
    for out in (args.json, args.csv):
        if out and out != "-":
            refuse_input(Path(out), [args.labels], args.classes, found)
    statistics = LabelStatistics(found.schema)
    take_all(read_statistics(found.pairs, found.schema, args.labels.resolve()), statistics.add, found.notes)
    hand_out(lambda: to_text(statistics), lambda: to_json(statistics, args.per_image), args.json)
    if args.csv:
        write_atomically(args.csv, to_csv(statistics).encode())
    return ended(len(statistics.ids), statistics.failures)
