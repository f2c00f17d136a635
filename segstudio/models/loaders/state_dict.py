"""A plain ``.pth``: what ``torch.save(model.state_dict(), file)`` writes. Only tensors are unpickled."""

import pickle
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segstudio.core.errors import SHOWN, UnreadableFile, listed
from segstudio.core.schema import DEFAULT_COLORS, LabelClass, LabelSchema
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.loaded import Loaded, another_architecture, assemble, shape_text
from segstudio.models.loaders.sniff import pickled

DAMAGE = (
    RuntimeError, EOFError, OSError, ValueError, LookupError, AttributeError, TypeError, AssertionError,
    OverflowError, MemoryError, RecursionError, struct.error,
)  # fmt: skip
"""What a damaged or hostile pickle makes the unpickler raise: it is a machine that runs what the file says."""


def load(path: Path) -> Loaded:
    """Raise ``UnreadableFile`` for anything but the weights of an architecture that is known."""
    weights = _tensors(path)
    return assemble(path, "state_dict", _describe(path, weights), weights)


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        # Only archives can be mapped; files older than torch 1.6 are read.
        content: Any = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        blocked = re.search(r"GLOBAL (\S+)", str(error))
        raise pickled(path, blocked[1] if blocked else "") from error
    except DAMAGE as error:
        raise UnreadableFile(path, "it is damaged or cut short", "Copy or download it again.") from error
    if not isinstance(content, dict) or not content:
        raise UnreadableFile(path, f"it holds a {type(content).__name__} and no weights", "Save model.state_dict().")
    if others := [str(name) for name, value in content.items() if not _is_plain(name, value)]:
        raise UnreadableFile(
            path, f"it holds more than weights ({listed(others)})", "Save model.state_dict() alone; more comes later."
        )
    # A tensor may claim any size over a small storage; only what the file really holds is taken.
    if sum(tensor.nbytes for tensor in content.values()) > path.stat().st_size:
        raise UnreadableFile(path, "its weights claim to be larger than the file", "It was not loaded.")
    return content


def _is_plain(name: object, value: object) -> bool:
    return isinstance(name, str) and isinstance(value, Tensor) and value.layout == torch.strided


def _describe(path: Path, weights: Mapping[str, Tensor]) -> Description:
    """Read the configuration off the shapes; classes and preprocessing are assumed."""
    first, head = weights.get("encoder.0.0.weight"), weights.get("head.weight")
    depth = sum(re.fullmatch(r"up\.\d+\.weight", name) is not None for name in weights)
    if first is None or head is None or first.dim() != 4 or not head.dim() or not depth:
        some = [f"{name} {shape_text(tensor)}" for name, tensor in list(weights.items())[:SHOWN]]
        raise another_architecture(path, f"it begins with {', '.join(some)}")
    config = {"in_channels": first.shape[1], "classes": head.shape[0], "width": first.shape[0], "depth": depth}
    if not 0 < config["classes"] <= 4096:
        raise another_architecture(path, f"it tells {config['classes']} classes apart")
    return Description(
        "unet",
        config,
        _numbered(config["classes"]),
        Preprocess(divisor=1 << min(depth, 16)),
        assumed=("classes", "preprocess"),
    )


def _numbered(count: int) -> LabelSchema:
    """Name classes that nobody named: 0 is background, as in nearly every data set."""
    background = LabelClass(0, "background", (0, 0, 0), background=True)
    colors = (DEFAULT_COLORS[i % len(DEFAULT_COLORS)] for i in range(count - 1))
    return LabelSchema((background, *(LabelClass(i, f"class {i}", c) for i, c in enumerate(colors, start=1))))
