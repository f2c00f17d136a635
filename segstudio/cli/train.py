"""``segstudio train``: a network that learns a project's labels."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from segstudio.cli import DONE, SOME_FAILED, STOPPED
from segstudio.cli.progress import Progress
from segstudio.core.errors import SegstudioError
from segstudio.core.records import Project
from segstudio.io.files import write_atomically
from segstudio.models.references import Option
from segstudio.models.training.plan import LOSSES, MEASURES, OPTIMIZERS, PRECISIONS, Augmentation, Diverged, Epoch, Plan
from segstudio.models.zoo import ARCHITECTURES
from segstudio.services.opening import open_path
from segstudio.services.train import (
    begun,
    check_writable,
    checkpoint_path,
    curve_path,
    described,
    gone_on,
    model_path,
    train,
)
from segstudio.services.training_material import Material, material_of

if TYPE_CHECKING:
    from segstudio.models.training.trainer import Trainer

EPOCHS = 50

SIDE, CROPS = 256, 8
"""Of a crop, and crops at a time."""

IMAGES = 2
"""Whole images at a time, of networks that find objects."""

HARDLY = 0.01
"""Mean IoU by which a network has to be better than calling every pixel the most frequent class."""

FIXED = ("arch", "backbone", "option", "crop", "batch", "loss", "balance", "optimizer", "rate", "turns", "precision")
"""What a checkpoint says itself: options that cannot stand beside ``--resume``."""

OF_PIXELS = ("crop", "loss", "balance")
"""Options that say nothing to a network that finds objects: it learns from whole images, by losses of its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = list(ARCHITECTURES)
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project, or a folder of images and labels")
    parser.add_argument("--arch", choices=names, metavar="NAME", help=f"one of {', '.join(names)} (unet)")
    parser.add_argument("--backbone", metavar="NAME", help="what it is built upon, where that can be chosen")
    parser.add_argument("--option", action="append", type=_option, metavar="NAME=VALUE",
                        help="another option of the architecture, such as width=16")  # fmt: skip
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=_positive, metavar="N", help=f"times through all images (default: {EPOCHS})")
    length.add_argument("--minutes", type=float, metavar="M", help="minutes instead, scoring included")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the model file (default: a new one in the project's models/, or in models/ beside a folder that is none)",
    )
    parser.add_argument("--resume", type=Path, metavar="FILE", help="go on from the checkpoint of a stopped training;"
                        " of its plan, --epochs or --minutes alone can be changed")  # fmt: skip
    parser.add_argument("--crop", type=_positive, metavar="N", help=f"side of what is learnt from ({SIDE})")
    parser.add_argument(
        "--batch",
        type=_positive,
        metavar="N",
        help=f"crops at a time ({CROPS}), or images of networks that find objects ({IMAGES})",
    )
    parser.add_argument("--loss", metavar="NAMES", help=f"a sum of {', '.join(LOSSES)} (ce+dice)")
    parser.add_argument("--balance", action="store_true", default=None, help="weigh classes by how rare they are")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, help="(adamw)")
    parser.add_argument("--rate", type=float, metavar="R", help="learning rate (0.001; of sgd 0.01)")
    parser.add_argument(
        "--turns", action="store_true", default=None, help="turn and mirror any way: the pictures have no up"
    )
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda[:N]|mps", help="where it is trained")
    parser.add_argument("--precision", choices=PRECISIONS, help="(auto: half on CUDA)")
    parser.add_argument("--json", metavar="FILE", help="write how it went, - for stdout")


def run(args: argparse.Namespace) -> int:
    """Train; list what could not be read, and say where the model is. Ctrl+C leaves a checkpoint to go on from."""
    project = open_path(args.project)
    model = args.out or _model(args, project)
    check_writable(model)
    trainer, material = _gone_on(args, project) if args.resume else _begun(args, project)
    try:
        finished = _trained(trainer, material, model)
    except SegstudioError as error:
        _report(args.json, trainer, material, model)
        if not isinstance(error, Diverged):
            _say_how_to_go_on(model)
        raise
    _report(args.json, trainer, material, model)
    if not finished:
        _say_how_to_go_on(model)
        return STOPPED
    return SOME_FAILED if material.failures else DONE


def _begun(args: argparse.Namespace, project: Project) -> "tuple[Trainer, Material]":
    plan = _plan(args)  # what is wrong with it is said before every image is read
    description = described(_arch(args), _options(args), project.schema)
    material = _looked_at(material_of(project, _arch(args)))
    if args.balance:
        plan = replace(plan, class_weights=material.balance())
    return begun(description, plan, args.device, project.schema), material


def _arch(args: argparse.Namespace) -> str:
    return args.arch or "unet"


def _gone_on(args: argparse.Namespace, project: Project) -> "tuple[Trainer, Material]":
    """Go on as planned, or for another length; raises ``SegstudioError`` for other changes of the plan."""
    if given := [f"--{name}" for name in FIXED if getattr(args, name) is not None]:
        raise SegstudioError(
            f"{', '.join(given)} cannot be changed: a checkpoint goes on as it began.",
            "Leave that out beside --resume, or begin a new training.",
        )
    trainer = gone_on(args.resume, args.device, project.schema)
    if args.epochs is not None or args.minutes is not None:
        with _no_plan_is_said():
            trainer.plan = replace(trainer.plan, epochs=args.epochs, minutes=args.minutes)
    return trainer, _looked_at(material_of(project, trainer.description.architecture))


def _looked_at(material: Material) -> Material:
    """Read what is to be learnt from, and say what cannot be read."""
    with Progress() as progress:
        progress.say(material.split.because)
        for looked in material.look():
            if looked.error:
                progress.say(f"{looked.sample.id}: {looked.error.sentence()}")
            progress.show(looked.done, looked.total)
    return material


def _options(args: argparse.Namespace) -> dict[str, Option]:
    chosen = {} if args.backbone is None else {"backbone": args.backbone}
    return dict(args.option or ()) | chosen


def _model(args: argparse.Namespace, project: Project) -> Path:
    """Return where the model goes: where the checkpoint's was going, else to a new file."""
    if args.resume is None:
        return model_path(project, _arch(args), args.backbone or "")
    name: Path = args.resume
    return name.with_name(name.name.removesuffix(".resume.pt") + ".safetensors")


def _plan(args: argparse.Namespace) -> Plan:
    objects = ARCHITECTURES[_arch(args)].instances
    if objects and (named := [f"--{name}" for name in OF_PIXELS if getattr(args, name) is not None]):
        raise SegstudioError(
            f"{', '.join(named)} cannot be chosen for {_arch(args)}: it learns from whole images, by its own losses.",
            "Leave that out; --option min_size=N is the length that it brings the shorter side of images to.",
        )
    given = {"loss": args.loss, "optimizer": args.optimizer, "precision": args.precision}
    with _no_plan_is_said():
        return Plan(
            crop=None if objects else args.crop or SIDE,
            batch=args.batch or (IMAGES if objects else CROPS),
            epochs=args.epochs if args.minutes is not None else args.epochs or EPOCHS,
            minutes=args.minutes,
            learning_rate=args.rate,
            augmentation=Augmentation(turns=bool(args.turns), scale=2.0, light=0.2),
            **{name: value for name, value in given.items() if value is not None},
        )


@contextmanager
def _no_plan_is_said() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise SegstudioError(f"That is no plan: {error}.") from error


def _trained(trainer: "Trainer", material: Material, model: Path) -> bool:
    """Train to the end, or until somebody presses Ctrl+C: then the step at work is finished, and False returned."""
    steps = train(trainer, material, model)
    unit = "steps" if trainer.plan.minutes is None else "seconds"
    with Progress(unit) as progress, closing(steps), _until_interrupted() as interrupted:
        progress.say(f"{trainer.description.architecture} on {trainer.device_name}, to {model}")
        try:
            for step in steps:
                if step.epoch is not None:
                    progress.say(_line(step.epoch, trainer.measure))
                progress.show(step.done, step.total)
                if interrupted:
                    return False
        except KeyboardInterrupt:  # the second one; the checkpoint is written by now
            return False
    return True


@contextmanager
def _until_interrupted() -> Iterator[list[int]]:
    """Collect the first Ctrl+C instead of stopping at once; the second one stops."""
    signals: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield signals
    finally:
        signal.signal(signal.SIGINT, before)


def _say_how_to_go_on(model: Path) -> None:
    if checkpoint_path(model).is_file():
        sys.stderr.write(f"Stopped; go on with --resume {checkpoint_path(model)}\n")


def _line(epoch: Epoch, measure: str) -> str:
    star = ", the best so far" if epoch.best else ""
    score = f"{MEASURES[measure]} {epoch.score:.3f}"
    return f"epoch {epoch.number}: loss {epoch.loss:.3f}, {score}, {epoch.seconds:.0f} s{star}"


def _report(target: str | None, trainer: "Trainer", material: Material, model: Path) -> None:
    best = trainer.best
    if target is not None:
        text = json.dumps(_summary(trainer, material, model), indent=1, ensure_ascii=False, allow_nan=False)
        if target == "-":
            sys.stdout.write(text + "\n")
        else:
            write_atomically(Path(target), text.encode())
    if target != "-" and best is not None:
        score = f"{MEASURES[trainer.measure]} {best.score:.3f}"
        sys.stdout.write(f"{model}: {score} at epoch {best.number}; {curve_path(model)}\n{_worthless(trainer)}")


def _worthless(trainer: "Trainer") -> str:
    """Return a line on a network that is hardly better than one that learnt nothing, or may be; "" for any other."""
    best, trivial, objects = trainer.best, trainer.trivial, trainer.measure == "pq"
    if best is None or trivial is None:
        return ""
    if trivial + HARDLY >= 1:
        held = "no object" if objects else "one class alone, or none"
        return f"Whether this network is of use cannot be told: the images that it is scored on hold {held}.\n"
    if best.score > trivial + (HARDLY if trivial else 0):
        return ""
    nothing = "it finds no object as it should" if objects else (
        f"calling every pixel the most frequent class scores {trivial:.3f}"
    )  # fmt: skip
    return f"This network is of no use yet: {nothing}. Train longer, or on more images.\n"


def _summary(trainer: "Trainer", material: Material, model: Path) -> dict[str, Any]:
    best = trainer.best
    return {
        "version": 1,
        "model": str(model),
        "architecture": trainer.description.architecture,
        "options": dict(trainer.description.config),
        "learnt": len(material.split.learnt),
        "scored": len(material.split.scored),
        "best": None if best is None else {"epoch": best.number, trainer.measure: best.score},
        "trivial": trainer.trivial,
        "epochs": [
            {"epoch": e.number, "loss": e.loss, trainer.measure: e.score, "seconds": e.seconds} for e in trainer.epochs
        ],
        "failures": [{"id": i, "error": error.sentence()} for i, error in sorted(material.failures.items())],
    }


def _option(text: str) -> tuple[str, Option]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("it is NAME=VALUE")
    if value.casefold() in ("true", "false"):
        return name, value.casefold() == "true"
    return name, int(value) if value.lstrip("-").isdigit() else value


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it is a number from 1")
    return number
