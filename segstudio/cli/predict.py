"""``segstudio predict``: masks for a folder of images."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from segstudio.cli import DONE, NOTHING_DONE, SOME_FAILED
from segstudio.cli.progress import Progress
from segstudio.cli.trusting import add_trust, trusted_by
from segstudio.core.records import Keep
from segstudio.core.wording import counted
from segstudio.io.files import write_atomically
from segstudio.models import load_model
from segstudio.services.adopting import has_classes, offered_classes
from segstudio.services.class_mapping import map_classes, names_classes
from segstudio.services.mapping_file import mapping_of
from segstudio.services.opening import open_images
from segstudio.services.predict import predict_folder, run_folder
from segstudio.services.run_record import FILE, read_run

_TAKEN_OVER: Final = "These images have no classes of their own: those of the model are written, by its ids."
_ASSUMED: Final = "The file does not name its classes: the usual names for so many are assumed."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model file")
    parser.add_argument("images", type=Path, metavar="IMAGES", help="a project, a folder of images, or an image")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the masks go (default: a new run)")
    add_trust(parser)
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda[:N]|mps", help="where the model runs")
    parser.add_argument("--batch", type=_positive, default=1, metavar="N", help="images at a time (default: 1)")
    parser.add_argument("--confidence", action="store_true", help="keep how sure the model was beside each mask")
    parser.add_argument(
        "--probabilities", action="store_true", help="keep the probability of every class beside each mask"
    )
    parser.add_argument(
        "--map", default="name", metavar="name|order|FILE.toml",
        help="which class of the project each output of the model is written as (default: the one of its name)",
    )  # fmt: skip
    parser.add_argument("--json", metavar="FILE", help="write how it went, - for stdout")


def run(args: argparse.Namespace) -> int:
    """Predict, list what failed, and say where the masks are."""
    project = open_images(args.images)
    segmenter = load_model(args.model, args.device, trusted=trusted_by(args, args.model))
    folder: Path = args.out or run_folder(project, args.model, args.images)
    keep = Keep(args.confidence, args.probabilities)
    chosen = has_classes(project)
    schema = project.schema if chosen else offered_classes(segmenter.info)
    mapping = mapping_of(args.map, segmenter.info, schema)
    steps = predict_folder(project.samples, segmenter, schema, folder, args.batch, keep, mapping)
    with Progress() as progress, closing(steps):
        progress.say(f"{segmenter.info.architecture} on {segmenter.info.device}")
        by_ids = not chosen and mapping.how != "hand"
        if "classes" in segmenter.info.assumed and names_classes(segmenter.info):
            progress.say(_ASSUMED)
        progress.say(_TAKEN_OVER if by_ids else map_classes(segmenter.info, schema, mapping).sentence())
        for step in steps:
            if step.error:
                progress.say(f"{step.sample.id}: {step.error.sentence()}")
            progress.show(step.done, step.total)
    record = read_run(folder)
    _report(args.json, folder, record["done"], len(record["failed"]), record["images_per_second"])
    if not record["failed"]:
        return DONE
    return SOME_FAILED if record["done"] else NOTHING_DONE


def _report(json: str | None, folder: Path, done: int, failed: int, rate: float) -> None:
    """Print where the masks are, or the record where stdout is to be read by a program."""
    text = (folder / FILE).read_text(encoding="utf-8")
    if json == "-":
        sys.stdout.write(text + "\n")
        return
    if json is not None:
        write_atomically(Path(json), text.encode())
    missed = f", {failed} failed" if failed else ""
    sys.stdout.write(f"{counted(done, 'mask')} in {folder} ({rate:.1f} images per second{missed})\n")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it is a number from 1")
    return number
