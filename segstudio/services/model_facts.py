"""What there is to say of a loaded model, as text."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from segstudio.core.errors import listed
from segstudio.models import ModelInfo, Segmenter
from segstudio.models.description import Preprocess
from segstudio.models.loaders import LOADERS
from segstudio.models.references import Option
from segstudio.models.segmenter import Cost
from segstudio.models.training.plan import MEASURES
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.entries import SIDE, Variant
from segstudio.models.zoo.multiples import multiple_of, sides_of
from segstudio.services.normalisations import formula, name_of
from segstudio.services.zoo import shown

Mark = Literal["", "assumed", "corrected"]
"""Who says so: the file, nobody, or a person."""

WEIGHT_BYTES: Final = 4
MOST_NAMES: Final = 60
USUAL_SIZE: Final = (SIDE, SIDE)
"""(height, width) that costs are told for while no image is open."""


class Fact(NamedTuple):
    """``more`` is what there is no room for; ``poor`` says that it warns of the model."""

    name: str
    value: str
    mark: Mark = ""
    more: str = ""
    poor: bool = False


class Measured(NamedTuple):
    """What takes a while to find out: bytes on disk, and what an image costs that has ``size`` (height, width).

    That is before it is brought to the size that the network takes it in, of which the costs are told.
    """

    disk: int
    size: tuple[int, int]
    cost: Cost | None


def measure(model: Segmenter, size: tuple[int, int] | None) -> Measured:
    """Find out what a model costs for an image of ``size``, else of 512 x 512; in a worker."""
    height, width = size or USUAL_SIZE
    return Measured(disk_bytes(model.info.file), (height, width), model.cost(height, width))


def disk_bytes(path: Path) -> int:
    """Return the bytes of a model file, or of all files in its folder; 0 where it is no more there."""
    try:
        files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
        return sum(file.stat().st_size for file in files)
    except OSError:
        return 0


PROGRAMS: Final = ("torchscript", "torch_export", "aot", "onnx")
"""Formats that tell the name of a class in somebody's program, if that, and not which network it is."""
_WEIGHTS_ALONE: Final = ("state_dict", "safetensors", "smp")
_NAMELESS: Final = ("TorchScript", "exported program", "compiled program", "ONNX graph")
"""What stands for the architecture of those that have no name of their own."""

_OWN: Final = ("its own numbers", "by each image's own numbers")


def facts(info: ModelInfo, measured: Measured | None = None) -> list[Fact]:
    """Return what a card says of a model; what is measured comes later."""
    p, names = info.preprocess, [c.name for c in info.classes.scored]
    return [
        _architecture(info),
        Fact("Format", LOADERS[info.format].title, more=info.format),
        *_family(info),
        Fact("Parameters", _parameters(info.parameters, measured)),
        *_costs(info, measured),
        *_stride(info, measured),
        Fact("Classes", f"{len(names)}: {listed(names)}", mark_of(info, "classes"), _in_lines(names)),
        Fact("Input", size_rule(_with_own_sides(info), _grown_to(info)), _size_mark(info)),
        Fact("Normalisation", _normalisation(p), mark_of(info, "preprocess"), numbers(p)),
        Fact("Device", f"{info.device}, {info.precision}"),
        *_memory(info, measured),
        *_training(info.training, len(names)),
        *(Fact("Note", note) for note in info.notes),
    ]


def mark_of(info: ModelInfo, name: str) -> Mark:
    """Return who says what a field of a model is."""
    return "corrected" if name in info.corrected else "assumed" if name in info.assumed else ""


def _size_mark(info: ModelInfo) -> Mark:
    """Return who says what images are brought to: a program of one size does, and weights alone never do."""
    if "size" in info.corrected:
        return "corrected"
    if info.format in PROGRAMS and info.preprocess.size is not None:
        return ""  # such a program takes no other
    mark = mark_of(info, "preprocess")
    return mark if mark != "corrected" else "assumed" if info.format in _WEIGHTS_ALONE else ""


def _normalisation(p: Preprocess) -> str:
    """Return what a normalisation is called, and the order of channels where its name does not tell that."""
    name = name_of(p) or _OWN[bool(p.per_image)]
    return name if p.order in name else f"{name}, {p.order}"


def _grown_to(info: ModelInfo) -> int:
    """Return what a network grows the sides of an image to multiples of by itself."""
    grown = multiple_of(info.architecture, info.options) if info.architecture in ARCHITECTURES else None
    return info.preprocess.divisor if grown is None else grown


def _with_own_sides(info: ModelInfo) -> Preprocess:
    """Return how images are prepared, with what a network that is built here brings them to by itself."""
    p, own = info.preprocess, sides_of(info.architecture, info.options)
    if own is None or info.format in PROGRAMS or p.size is not None or p.shortest or p.longest:
        return p
    return replace(p, shortest=own[0], longest=own[1])


def size_rule(p: Preprocess, grown_to: int = 1) -> str:
    """Return what size images are brought to before they go into a network, and what sides this grows them to."""
    if p.size is not None:
        return f"resized to {p.size[1]} x {p.size[0]}"
    rules = [f"shorter side {p.shortest}" if p.shortest else "", f"longer at most {p.longest}" if p.longest else ""]
    sides = ", ".join(filter(None, rules)) or "any size"
    if p.multiple > 1:
        sides += f", in multiples of {p.multiple}"
    return sides + (f", padded to multiples of {grown_to}" if grown_to > 1 else "")


def numbers(p: Preprocess) -> str:
    """Return what becomes of a pixel, as a formula."""
    return f"{p.order}: {formula(p)}" if p.per_image else formula(p, p.order)


def size_text(count: float) -> str:
    """Return bytes as people say them."""
    if count < 1e5:
        return f"{count / 1e3:.1f} kB"
    return (
        f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count < 1e8 else f"{count / 1e6:.0f} MB"
    )


def output_stride(info: ModelInfo, cost: Cost | None) -> int | None:
    """Return the stride of the scores before they are enlarged: an option, what the zoo says, or what was counted."""
    if isinstance(said := info.options.get("output_stride"), int):
        return said
    variant = nearest_variant(info.architecture, info.options)
    if variant is not None:
        return variant.output_stride
    # A program enlarges its scores itself; what its network did before that cannot be seen.
    return cost.stride if cost is not None and cost.stride > 1 else None


def nearest_variant(architecture: str, options: Mapping[str, Option]) -> Variant | None:
    """Return the variant of the zoo all of whose options a network has, the one with most of them."""
    entry = ARCHITECTURES.get(architecture)
    fitting = [v for v in entry.variants if v.options.items() <= options.items()] if entry is not None else []
    return max(fitting, key=lambda variant: len(variant.options), default=None)


def title_of(format: str | None, architecture: str, file: Path) -> str:
    """Return what stands for an architecture where that is a name in somebody's program: the file's; else ""."""
    return file.stem if format in PROGRAMS and architecture not in ARCHITECTURES else ""


def own_name(architecture: str) -> str:
    """Return what a program calls itself, "" where it has no name."""
    return "" if architecture in _NAMELESS else architecture


def _in_lines(names: Sequence[str]) -> str:
    """Return names as a tool tip has room for them."""
    more = f", and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return textwrap.fill(", ".join(names[:MOST_NAMES]) + more, 80)


def _architecture(info: ModelInfo) -> Fact:
    if name := title_of(info.format, info.architecture, info.file):
        known = own_name(info.architecture)
        more = f"The program calls itself {known}" if known else "The file does not tell which network it is"
        return Fact("Architecture", f"{name} (the name of its file)", more=more)
    open_ones = {choice.option for choice in (*info.choices, *info.settled)}
    built_with = {key: value for key, value in info.options.items() if key not in open_ones}
    entry = ARCHITECTURES.get(info.architecture)
    # Names of classes are long words; between the words they are made of, a line may be broken.
    title = entry.title if entry is not None else re.sub(r"(?<=[a-z])(?=[A-Z])", "\u200b", info.architecture)
    more = f"{info.architecture}: {entry.paper}" if entry is not None else ""
    return Fact("Architecture", ", ".join(filter(None, (title, shown(built_with)))), more=more)


def _family(info: ModelInfo) -> list[Fact]:
    """Tell whose weights these are, where the format does not say that; of an ONNX model, what wrote it."""
    if info.format == "segstudio" or info.family in LOADERS[info.format].title:
        return []
    return [Fact("Written by" if own_name(info.architecture) != info.architecture else "Family", info.family)]


def _parameters(count: int, measured: Measured | None) -> str:
    said = f"{count / 1e6:.2f} M" if count >= 1e5 else f"{count / 1e3:.1f} k" if count >= 1e3 else f"{count}"
    said = said if count else "not told"
    return f"{said}, {size_text(measured.disk)} on disk" if measured is not None and measured.disk else said


def _costs(info: ModelInfo, measured: Measured | None) -> list[Fact]:
    if measured is None:
        return [Fact("GMACs", "being counted")]
    (height, width), cost = info.preprocess.target(*measured.size), measured.cost
    if cost is None:
        return [Fact("GMACs", "depends on how many objects it finds" if info.instances else "not known of a program")]
    return [
        Fact("GMACs", f"{cost.gmacs:.2f} for {width} x {height}", more="10^9 multiplications, and as many additions")
    ]


def _stride(info: ModelInfo, measured: Measured | None) -> list[Fact]:
    if any(choice.option == "output_stride" for choice in (*info.choices, *info.settled)):
        return []  # it is chosen, and not only told
    stride = output_stride(info, measured.cost if measured is not None else None)
    mark, more = mark_of(info, "output_stride"), "Scores are enlarged by as much"
    return [Fact("Output stride", str(stride), mark, more)] if stride is not None else []


def _memory(info: ModelInfo, measured: Measured | None) -> list[Fact]:
    """Tell it in one line, before it is known and after: what lies below stays where it is."""
    weights = info.parameters * WEIGHT_BYTES
    if measured is None or measured.cost is None:
        told = f"{size_text(weights)} of weights" if weights else "not told"
        return [Fact("Memory", told, more="What an image takes comes on top" if weights else "")]
    (height, width), activations = info.preprocess.target(*measured.size), measured.cost.activations
    more = (
        f"An estimate: {size_text(weights)} of weights, and {size_text(activations)} that lie in memory at once\n"
        f"for one image of {width} x {height}. What libraries take for their own work comes on top."
    )
    return [Fact("Memory", f"about {size_text(weights + activations)} for {width} x {height}", more=more)]


def _training(record: Mapping[str, Any], classes: int) -> list[Fact]:
    """Tell what it was trained to; poor is what one class everywhere could score as well, 1 / ``classes``."""
    if not record:
        return []
    name, score = next(((name, record[key]) for key, name in MEASURES.items() if key in record), ("", None))
    rest = "\n".join(f"{key.replace('_', ' ')}: {value}" for key, value in record.items())
    known = (
        f"{name} {100 * score:.1f} % on unseen images"
        if isinstance(score, float)
        else f"{len(record)} {'entry' if len(record) == 1 else 'entries'}"
    )
    if not isinstance(score, float):
        return [Fact("Training", known, more=rest)]
    poor = score <= 1 / max(classes, 1)
    rest += "\nNo better than one class everywhere could be: what it predicts is worth little" if poor else ""
    return [Fact("Trained to", known, more=rest, poor=poor)]
