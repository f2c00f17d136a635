"""``segstudio evaluate --task panoptic``: score one panoptic JSON against another."""

import sys
from contextlib import closing
from pathlib import Path

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.progress import Progress
from segstudio.core.errors import SegstudioError
from segstudio.io.files import write_atomically
from segstudio.io.matching import counted
from segstudio.services.panoptic import PanopticEvaluation, evaluate_panoptic, panoptic_json, read_panoptic_pair
from segstudio.services.tables import aligned, figure


def run(truth: Path, prediction: Path, json: str | None) -> int:
    """Score, print and write; raises ``SegstudioError`` where nothing can be compared or written."""
    if json and json != "-" and Path(json).resolve() in (truth.resolve(), prediction.resolve()):
        raise SegstudioError(f"{json} is one of the files that are compared.", "Name a new file.")
    sets = read_panoptic_pair(truth, prediction)
    evaluation = PanopticEvaluation(tuple(sets[0].categories.values()))
    with Progress() as progress, closing(evaluate_panoptic(*sets)) as steps:
        if surplus := len(sets[1].images.keys() - sets[0].images.keys()):
            progress.say(f"Note: {counted(surplus, 'prediction')} without a truth left out.")
        for step in steps:
            evaluation.add(step)
            if step.error is not None:
                progress.say(f"{step.id}: {step.error.sentence()}")
            progress.show(step.done, step.total)
    if evaluation.stale:
        sys.stderr.write(
            f"Note: {evaluation.stale} areas in {truth} are not those of the pixels, which are believed.\n"
        )
    sys.stdout.write(panoptic_json(evaluation) if json == "-" else _text(evaluation))
    if json and json != "-":
        write_atomically(Path(json), panoptic_json(evaluation).encode())
    if not evaluation.images:
        return NOTHING_DONE
    return SOME_FAILED if evaluation.failures else DONE


def _text(evaluation: PanopticEvaluation) -> str:
    rows = [["class", "PQ", "SQ", "RQ", "TP", "FP", "FN"]]
    for c in evaluation.categories:
        found = evaluation.of(c.id)
        if found.tp or found.fp or found.fn:
            values = (figure(value) for value in (found.pq, found.sq, found.rq))
            rows.append([c.name, *values, str(found.tp), str(found.fp), str(found.fn)])
    for title, thing in (("all", None), ("things", True), ("stuff", False)):
        rows.append([title, *map(figure, evaluation.means(thing).values()), "", "", ""])
    return aligned(rows) + "\n"
