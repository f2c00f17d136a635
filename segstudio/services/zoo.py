"""The architectures that can be built, as tables and as JSON; torch is not needed to say what they are."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from segstudio.core.errors import SegstudioError
from segstudio.models.loaders import LOADERS
from segstudio.models.references import Option, Reference
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.entries import CHANNELS, CLASSES, SIDE, Architecture, Variant
from segstudio.services.tables import Table

VERSION = 1
FIGURES = ("parameters", "GMACs", "stride")
CONDITIONS = (
    f"Parameters for {CLASSES} classes and {CHANNELS} channels, GMACs (10^9 multiplications) for {SIDE} x {SIDE} "
    "pixels, both without auxiliary heads; stride is that of the scores before they are enlarged."
)
PUBLISHED = (
    "Published parameters are those of the reference, and ours are the same number wherever there is one; for another "
    "number of classes, which is said, ours are the same at that number too."
)


def overview() -> Table:
    """Return a row a variant of every architecture, as a terminal has room for."""
    rows = [
        [titled(name, variant), str(architecture.year), *figures(variant)]
        for name, architecture in ARCHITECTURES.items()
        for variant in architecture.variants
    ]
    readable = ", ".join(entry.line for entry in LOADERS.values() if entry.load)
    notes = (CONDITIONS, f"Model files that can be loaded: {readable}.")
    return Table("Architectures", ("name", "year", *FIGURES), rows, notes)


def with_papers() -> Table:
    """Return a row a variant of every architecture: paper, checkpoints whose weights fit, parameters as published."""
    rows: list[list[str]] = []
    said = ""
    for name, architecture in ARCHITECTURES.items():
        for variant in architecture.variants:
            paper = architecture.paper if architecture.paper != said else ""
            backbones = architecture.backbones if variant is architecture.variants[0] else ()
            fits = ", ".join(fitting(architecture, variant)) or "-"
            words = [titled(name, variant), paper, ", ".join(backbones), fits]
            ours, *rest = figures(variant)
            rows.append([*words, str(architecture.year), ours, published(variant), *rest])
            said = architecture.paper
    others = [
        f"{shown_name(reference)} ({name}: {shown(reference.options)})"
        for name, architecture in ARCHITECTURES.items()
        for reference in architecture.references
        if nearest(architecture, reference) is None
    ]
    notes = (CONDITIONS, PUBLISHED, *([f"Also fitting: {'; '.join(others)}."] if others else []))
    ours, *rest = FIGURES
    heads = ("name", "paper", "backbones", "checkpoints that fit", "year", ours, "published", *rest)
    return Table("Architectures", heads, rows, notes, words=4)


def in_full(name: str) -> list[Table]:
    """Return the variants of one architecture, and its checkpoints; raises ``SegstudioError`` for another name."""
    architecture = found(name)
    notes = [f"Backbones: {', '.join(architecture.backbones)}."] if architecture.backbones else []
    if architecture.instances:
        notes.insert(0, "It finds objects: a prediction has their numbers beside the classes, and a list with scores.")
    rows = [[titled(name, variant), *figures(variant)] for variant in architecture.variants]
    title = f"{architecture.title}: {architecture.paper}"
    variants = Table(title, ("name", *FIGURES), rows, (*notes, CONDITIONS))
    fits = [[shown_name(reference), shown(reference.options)] for reference in architecture.references]
    checkpoints = Table("Checkpoints whose weights fit", ("checkpoint", "options"), fits, words=2)
    return [variants, checkpoints] if fits else [variants]


def to_json(name: str | None = None) -> str:
    """Return all that is known of one architecture, or of all; raises ``SegstudioError`` for another name."""
    chosen = ARCHITECTURES if name is None else {name: found(name)}
    data = {
        "version": VERSION,
        "figures_for": {"classes": CLASSES, "in_channels": CHANNELS, "height": SIDE, "width": SIDE},
        "architectures": [{"name": key, **_entry(architecture)} for key, architecture in chosen.items()],
        "formats": [key for key, loader in LOADERS.items() if loader.load],
    }
    return json.dumps(data, indent=2) + "\n"


def found(name: str) -> Architecture:
    """Return the architecture of a name; raises ``SegstudioError`` where there is none."""
    if name not in ARCHITECTURES:
        raise SegstudioError(f"There is no architecture '{name}'.", f"There are {', '.join(ARCHITECTURES)}.")
    return ARCHITECTURES[name]


def titled(name: str, variant: Variant) -> str:
    """Return the name of an architecture with the options of a variant."""
    return f"{name} ({shown(variant.options)})" if variant.options else name


def figures(variant: Variant) -> list[str]:
    """Return parameters, multiplications and output stride of a variant."""
    gmacs = "-" if variant.gmacs is None else f"{variant.gmacs:.2f}"
    return [f"{variant.parameters:,}", gmacs, str(variant.output_stride)]


def published(variant: Variant) -> str:
    """Return the parameters of the network that a variant is held to, and its classes where they are others."""
    if variant.published is None:
        return "-"
    parameters, classes = variant.published
    return f"{parameters:,}" if classes == CLASSES else f"{parameters:,} ({classes} classes)"


def shown(options: Mapping[str, Option]) -> str:
    """Return options as people write them: a switch by its name, a name by itself, numbers with what they count."""
    words = []
    for key, value in options.items():
        if value is True:
            words.append(key.replace("_", " "))
        elif isinstance(value, str) and not value[:1].isdecimal():
            words.append(value)
        elif value is not False:
            words.append(f"{key.replace('_', ' ')} {value}")
    return ", ".join(words)


def fitting(architecture: Architecture, variant: Variant) -> list[str]:
    """Return the names of the references of which this variant is the nearest."""
    return [shown_name(each) for each in architecture.references if nearest(architecture, each) is variant]


def nearest(architecture: Architecture, reference: Reference) -> Variant | None:
    """Return the variant all of whose options a reference has, the one with most of them; None where there is none.

    One that names another output stride is another network, though its tensors fit; so is one over a backbone beside
    a variant without.
    """
    possible = [
        each
        for each in architecture.variants
        if each.options.items() <= reference.options.items()
        and reference.options.get("output_stride", each.output_stride) == each.output_stride
        and reference.options.get("backbone") == each.options.get("backbone")
    ]
    return max(possible, key=lambda variant: len(variant.options), default=None)


def shown_name(reference: Reference) -> str:
    """Return the owner and the network of a reference, apart."""
    return reference.name.replace("_", " ", 1)


def _entry(architecture: Architecture) -> dict[str, Any]:
    data = asdict(architecture)
    del data["build"]
    for reference in data["references"]:
        del reference["keys"]
    return data
