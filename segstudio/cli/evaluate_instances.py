"""``segstudio evaluate --task instances``: COCO's figures, of its files or of label maps."""

import argparse
import sys
from collections.abc import Iterator

from segstudio.cli.evaluate_panoptic import refuse_own_input
from segstudio.cli.evaluating import ended, hand_out_tables, outputs, take_all
from segstudio.cli.pairs import refuse_input
from segstudio.core.errors import SegstudioError
from segstudio.core.wording import counted
from segstudio.io.coco_instances import read_results
from segstudio.services.instance_evaluation import MOST_OBJECTS, InstanceEvaluation, MapEvaluation, evaluate_files
from segstudio.services.instance_report import heading, instances_json, instances_tables
from segstudio.services.instance_scores import score_objects
from segstudio.services.object_maps import RESULTS, RunResults, by_image, run_results
from segstudio.services.pairs import FoundPairs, find_pairs, find_truth


def run(args: argparse.Namespace) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or written."""
    evaluation = _of_files(args) if args.truth.is_file() else _of_maps(args)
    for note in _notes(evaluation):
        sys.stderr.write(f"Note: {note}\n")
    hand_out_tables(args, heading(evaluation), instances_tables(evaluation), instances_json(evaluation))
    return ended(len(evaluation.images), evaluation.failures)


def _of_files(args: argparse.Namespace) -> InstanceEvaluation:
    refuse_own_input(args)
    if not args.prediction.is_file():
        raise SegstudioError(
            f"{args.prediction} is no file, and the truth is a JSON file.", "Name a JSON file of COCO results."
        )
    return evaluate_files(args.truth, args.prediction)


def _of_maps(args: argparse.Namespace) -> MapEvaluation:
    if args.prediction.is_file():
        found = find_truth(args.truth, args.classes, args.ignore)
        results = by_image(read_results(args.prediction), _samples(found), complete=True)
    else:
        found = find_pairs(args.truth, args.prediction, args.classes, args.ignore, objects=True)
        results = _results(found)
    for out in outputs(args):
        refuse_input(out, [args.truth, args.prediction], args.classes, found)
    evaluation = MapEvaluation(found.schema, results)
    take_all(score_objects(found.pairs, found.schema, results), evaluation.add, found.notes)
    return evaluation


def _results(found: FoundPairs) -> RunResults:
    """Return what stands in the ``instances.json`` in the folder of the predictions, where there is one, and say so."""
    if found.folder is None or not (found.folder / RESULTS).is_file():
        return RunResults()
    results = run_results(found.folder, _samples(found))
    found.notes.append(f"How sure the prediction is of its objects is read from {found.folder / RESULTS}.")
    return results


def _samples(found: FoundPairs) -> set[str]:
    """Return the ids of all samples that results may be of, be they scored or not."""
    return {pair.id for pair in found.pairs} | found.photos.keys()


def _notes(evaluation: InstanceEvaluation) -> Iterator[str]:
    if evaluation.left_out:
        yield f"{counted(evaluation.left_out, 'result')} of images or classes that the truth does not have left out."
    if crowded := evaluation.crowded():
        yield f"{counted(crowded, 'image')} with over {MOST_OBJECTS} predicted objects of a class: the surest count."
    if isinstance(evaluation, MapEvaluation):
        for side, images in zip(("truth", "prediction"), evaluation.unnumbered, strict=True):
            if images:
                yield f"The {side} of {counted(images, 'image')} tells no objects apart: each connected area is one."
        if evaluation.unsure:
            yield f"{counted(evaluation.unsure, 'predicted object')} without a score: they count as wholly sure."
