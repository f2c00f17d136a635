"""``segstudio evaluate --task panoptic``: one panoptic JSON against another, or label maps against label maps."""

import argparse
import sys

from segstudio.cli.evaluating import ended, hand_out_tables, outputs, take_all
from segstudio.cli.pairs import refuse_input
from segstudio.core.errors import SegstudioError
from segstudio.core.wording import counted
from segstudio.services.pairs import find_pairs
from segstudio.services.panoptic import (
    PanopticEvaluation,
    categories_of,
    evaluate_panoptic,
    evaluate_panoptic_maps,
    panoptic_json,
    read_panoptic_pair,
)
from segstudio.services.tables import Table, figure


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or written."""
    evaluation = _of_files(args) if args.truth.is_file() else _of_maps(args)
    hand_out_tables(args, counted(evaluation.images, "image"), _tables(evaluation), panoptic_json(evaluation))
    return ended(evaluation.images, evaluation.failures)


def refuse_own_input(args: argparse.Namespace) -> None:
    """Raise ``SegstudioError`` for what does not go with two JSON files, or would be written over one of them."""
    if args.classes is not None or args.ignore:
        option = "--classes" if args.classes is not None else "--ignore"
        raise SegstudioError(
            f"A JSON file does not go with {option}: it says itself which classes there are.", "Leave that out."
        )
    for out in outputs(args):
        if out.resolve() in (args.truth.resolve(), args.prediction.resolve()):
            raise SegstudioError(f"{out} is one of the files that are compared.", "Name a new file.")


def _of_files(args: argparse.Namespace) -> PanopticEvaluation:
    refuse_own_input(args)
    truth, prediction = read_panoptic_pair(args.truth, args.prediction)
    evaluation = PanopticEvaluation(tuple(truth.categories.values()))
    surplus = len(prediction.images.keys() - truth.images.keys())
    notes = [f"{counted(surplus, 'prediction')} without a truth left out."] if surplus else []
    take_all(evaluate_panoptic(truth, prediction), evaluation.add, notes)
    if evaluation.stale:
        what = f"{evaluation.stale} areas in {args.truth} are not those of the pixels, which are believed"
        sys.stderr.write(f"Note: {what}.\n")
    return evaluation


def _of_maps(args: argparse.Namespace) -> PanopticEvaluation:
    found = find_pairs(args.truth, args.prediction, args.classes, args.ignore, objects=True)
    for out in outputs(args):
        refuse_input(out, [args.truth, args.prediction], args.classes, found)
    instances = found.project is not None and found.project.task == "instances"
    schema = found.schema.telling_apart() if instances else found.schema
    evaluation = PanopticEvaluation(categories_of(schema))
    take_all(evaluate_panoptic_maps(found.pairs, schema), evaluation.add, found.notes)
    return evaluation


def _tables(evaluation: PanopticEvaluation) -> list[Table]:
    rows = []
    for c in evaluation.categories:
        found = evaluation.of(c.id)
        if found.tp or found.fp or found.fn:
            values = (figure(value) for value in (found.pq, found.sq, found.rq))
            rows.append([c.name, *values, str(found.tp), str(found.fp), str(found.fn)])
    for title, thing in (("all", None), ("things", True), ("stuff", False)):
        rows.append([title, *map(figure, evaluation.means(thing).values()), "", "", ""])
    return [Table("Panoptic quality", ["class", "PQ", "SQ", "RQ", "TP", "FP", "FN"], rows)]
