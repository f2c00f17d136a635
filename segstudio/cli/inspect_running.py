"""What ``segstudio inspect`` tells by running a model: whether it is still the same, and how it wants its pictures."""

import argparse
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from segstudio.cli.progress import Progress
from segstudio.models import Segmenter, load_model
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.corrections import said_of
from segstudio.services.normalisation_check import NormalisationStep, check_normalisation
from segstudio.services.opening import open_images
from segstudio.services.tables import aligned
from segstudio.services.verifying import store_check, verify


class Tried(NamedTuple):
    """What came of it: lines for people, entries for programs, and whether all was as it should be."""

    lines: list[str]
    data: dict[str, Any]
    well: bool = True


def tried(args: argparse.Namespace, trusted: Collection[str]) -> Tried:
    """Load the model, which may run where its SHA-256 is ``trusted``, and do what is asked for.

    Raises ``SegstudioError``.
    """
    model = load_model(args.file, args.device, trusted=trusted)
    parts: list[Tried] = []
    if args.store_check:
        parts.append(_stored(model))
    if args.verify:
        parts.append(_verified(model))
    if args.normalisation:
        parts.append(_ranked(model, args.normalisation))
    lines = [line for part in parts for line in ("", *part.lines)]
    data = {key: value for part in parts for key, value in part.data.items()}
    return Tried(lines, data, all(part.well for part in parts))


def _stored(model: Segmenter) -> Tried:
    where = store_check(model)
    return Tried([f"Check written: {where}"], {"check": str(where)})


def _verified(model: Segmenter) -> Tried:
    found = verify(model)
    return Tried([f"Verify: {found.sentence()}"], {"verify": found.to_json()}, found.within)


def _ranked(model: Segmenter, project: Path) -> Tried:
    last: NormalisationStep | None = None
    with Progress("predictions") as progress, closing(check_normalisation(model, open_images(project))) as steps:
        for last in steps:
            progress.show(last.done, last.total)
    assert last is not None  # it raises where there is nothing to do
    rows = [("normalisation", "mean IoU", "gain")]
    for way, score, gain in last.ranked:
        rows.append((f"{way.name}{' (in use)' if way.in_use else ''}", f"{score:.4f}", f"{gain:+.4f}"))
    lines = [f"Normalisation: {last.sentence('{:.4f}'.format)}", *aligned(rows).splitlines(), *last.failures]
    if last.how == "order":
        lines.append("No class of the model is known by name: its outputs were taken by their order.")
    if last.best is not None:
        said = {"preprocess": said_of(model.info.preprocess, last.best.way.preprocess)}
        lines += [f"To use it, write into {sidecar_of(model.info.file)}:", "", *tomlkit.dumps(said).splitlines()]
    return Tried(lines, {"normalisation": last.to_json()})
