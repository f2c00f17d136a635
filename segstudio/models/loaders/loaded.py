"""What every loader returns, and how weights come into a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import torch
from torch import Tensor, nn

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.description import Description
from segstudio.models.loaders.stored import Stored, StoredTensor, packed, shape_text
from segstudio.models.zoo import ARCHITECTURES, build_network

PIECE: Final = 1 << 22
"""Bytes of a file that are read at a time."""


@dataclass(frozen=True, slots=True)
class Loaded:
    format: str
    network: nn.Module
    description: Description


@dataclass(frozen=True, slots=True)
class Fit:
    """How stored weights fit a network: names it lacks, names it has not, and what differs in shape, in words."""

    missing: list[str]
    unexpected: list[str]
    differing: list[str]

    def misfits(self) -> list[str]:
        return [
            *self.differing,
            *(f"{name} (missing)" for name in self.missing),
            *(f"{name} (unknown)" for name in self.unexpected),
        ]


def build(description: Description) -> nn.Module:
    """Build a network with random weights; raises ``ValueError`` or ``TypeError`` for what cannot be built or run."""
    check_runnable(description)
    return built(description)


def check_runnable(description: Description) -> None:
    """Raise ``ValueError`` for a network that pictures cannot be given to, or whose answers are no label maps."""
    channels, scored = description.config.get("classes"), len(description.classes.scored)
    if channels != scored and (channels, scored) != (1, 2):
        raise ValueError(f"the network tells {channels} classes apart, and {scored} are named")
    if (taken := description.config.get("in_channels")) != (have := description.preprocess.channels):
        prepared = "pictures have three" if have == 3 else "a gray picture has one"
        raise ValueError(f"it takes {taken} channels, and {prepared}")
    if (entry := ARCHITECTURES.get(description.architecture)) is not None and entry.instances:
        raise ValueError(f"{entry.title} finds objects, and such networks are run in a later version")


def built(description: Description) -> nn.Module:
    """Build a network whether it can be run here or not; raises ``ValueError`` or ``TypeError`` where it cannot."""
    options: dict[str, Any] = dict(description.config)
    return build_network(description.architecture, **options)


def fit(network: nn.Module, stored: Stored) -> Fit:
    """Compare stored weights with those of a network; counts of batches, which old files have not, may be missing."""
    expected = network.state_dict()
    return Fit(
        [name for name in expected if name not in stored and not _is_count(name)],
        [name for name in stored if name not in expected],
        [
            f"{name} ({shape_text(stored[name].shape)}, not {shape_text(tensor.shape)})"
            for name, tensor in expected.items()
            if name in stored and stored[name].shape != tuple(tensor.shape)
        ],
    )


def assemble(path: Path, format: str, description: Description, stored: Stored) -> Loaded:
    """Build the network without memory of its own and give it the weights of the file, as float32.

    Each tensor is read into memory of its own, so that there is never more than one copy of the weights, and no
    network is left hanging on a mapped file that somebody may cut short.

    Raises ``UnreadableFile`` naming the first few tensors that do not fit.
    """
    try:
        with torch.device("meta"):
            network = build(description)
    except (TypeError, ValueError) as error:
        raise UnreadableFile(path, f"no network can be built from it: {error}") from error
    if misfits := fit(network, stored).misfits():
        raise another_architecture(path, f"{description.architecture} lacks or differs in {listed(misfits)}")
    try:
        with path.open("rb") as file:
            network.load_state_dict(_read(file, network.state_dict(), stored), assign=True)
    except (OSError, EOFError) as error:
        raise UnreadableFile(path, "it ends within its weights", "Copy or download it again.") from error
    return Loaded(format, network, description)


def another_architecture(path: Path, detail: str) -> UnreadableFile:
    known = ", ".join(ARCHITECTURES)
    return UnreadableFile(
        path,
        f"its weights are of another architecture ({detail})",
        f"Known here: {known}. Others come with a later version.",
    )


def _read(file: BinaryIO, expected: Mapping[str, Tensor], stored: Stored) -> dict[str, Tensor]:
    """Read the weights from the first byte to the last, whatever their order is."""
    names = sorted((name for name in expected if name in stored), key=lambda name: stored[name].position)
    counts = {name: torch.zeros((), dtype=torch.int64) for name in expected if name not in stored}
    return {**{name: _tensor(file, stored[name]) for name in names}, **counts}


def _tensor(file: BinaryIO, stored: StoredTensor) -> Tensor:
    """Read a tensor, as float32 where its numbers are real, some rows at a time: a copy never takes more than those.

    Kernels of convolutions are laid out as they are computed with, which later would take a second copy.
    """
    kind = getattr(torch, stored.dtype)
    if stored.strides != packed(stored.shape) or not stored.shape:
        numbers = _numbers(file, stored.position, stored.extent, kind)
        return _real(numbers.as_strided(stored.shape, stored.strides).contiguous())
    layout = torch.channels_last if len(stored.shape) == 4 else torch.contiguous_format
    found = torch.empty(stored.shape, dtype=_real(torch.empty(0, dtype=kind)).dtype, memory_format=layout)
    if not stored.count:
        return found
    row = stored.count // stored.shape[0]
    step = max(PIECE // (row * kind.itemsize), 1)
    for begin in range(0, stored.shape[0], step):
        rows = found[begin : begin + step]
        numbers = _numbers(file, stored.position + begin * row * kind.itemsize, rows.numel(), kind)
        rows.copy_(numbers.view(rows.shape))
    return found


def _numbers(file: BinaryIO, position: int, count: int, kind: torch.dtype) -> Tensor:
    """Return ``count`` numbers that stand at a position of a file, in memory of their own; raises ``EOFError``."""
    numbers = torch.empty(count, dtype=kind)
    if count:
        file.seek(position)
        content = memoryview(numbers.view(torch.uint8).numpy())  # type: ignore[arg-type]
        if file.readinto(content) < len(content):  # type: ignore[attr-defined]
            raise EOFError
    return numbers


def _real(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float32) if tensor.is_floating_point() else tensor


def _is_count(name: str) -> bool:
    return name.endswith("num_batches_tracked")
