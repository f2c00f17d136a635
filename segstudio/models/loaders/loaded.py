"""What every loader returns, and how weights come into a network."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import torch
from torch import Tensor, nn

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.stored import Stored, StoredTensor, packed, shape_text
from segstudio.models.loaders.unfit import unfit
from segstudio.models.segmenter import LoadStep
from segstudio.models.zoo import build_network

PIECE: Final = 1 << 22
"""Bytes of a file that are read at a time."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """``network`` takes (N, channels, H, W) float32, prepared, to logits (N, classes, h, w): where they are smaller
    than what went in, they are enlarged bilinearly. Or it is an ``ObjectFinder``. ``parameters`` is what is learnt of
    one that keeps it out of sight. ``devices`` are the kinds that it runs on, as torch calls them; all where empty.
    ``kin`` is the architecture of ``ARCHITECTURES`` that a program has the weights of, by their names and shapes.
    """

    format: str
    network: nn.Module
    description: Description
    parameters: int | None = None
    devices: tuple[str, ...] = ()
    kin: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How stored weights fit a network of so many ``tensors``: names it lacks, names it has not, and what differs in
    shape, in words.
    """

    missing: list[str]
    unexpected: list[str]
    differing: list[str]
    tensors: int

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
    """Raise ``ValueError`` for a network that pictures cannot be given to, or whose answers have no classes."""
    channels, scored = description.config.get("classes"), len(description.classes.scored)
    if channels != scored and (channels, scored) != (1, 2):
        raise ValueError(f"the network tells {channels} classes apart, and {scored} are named")
    if (taken := description.config.get("in_channels")) != (have := description.preprocess.channels):
        prepared = "pictures have three" if have == 3 else "a gray picture has one"
        raise ValueError(f"it takes {taken} channels, and {prepared}")


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
        len(expected),
    )


def assemble(
    path: Path, format: str, description: Description, stored: Stored
) -> Generator[LoadStep | Loaded, None, None]:
    """Build the network without memory of its own and give it the weights of the file, as float32, step by step.

    Each tensor is read into memory of its own, so that there is never more than one copy of the weights, and no
    network is left hanging on a mapped file that somebody may cut short.

    Raises ``UnreadableFile`` naming the first few tensors that do not fit.
    """
    try:
        with torch.device("meta"):
            network = build(description)
    except (TypeError, ValueError) as error:
        raise UnreadableFile(path, f"no network can be built from it: {error}") from error
    if (fits := fit(network, stored)).misfits():
        raise unfit(path, description, fits)
    weights = yield from _read(path, network.state_dict(), stored)
    network.load_state_dict(weights, assign=True)
    yield Loaded(format, network, description)


def _read(path: Path, expected: Mapping[str, Tensor], stored: Stored) -> Generator[LoadStep, None, dict[str, Tensor]]:
    """Read the weights file by file from the first byte to the last; after each tensor it can be stopped.

    Raises ``UnreadableFile`` for a file that ends within its weights.
    """
    names = sorted((name for name in expected if name in stored), key=lambda name: stored[name].position)
    found = {name: torch.zeros((), dtype=torch.int64) for name in expected if name not in stored}
    done, total = 0, sum(stored[name].count for name in names)
    for file in dict.fromkeys(stored[name].file or path for name in names):
        try:
            with file.open("rb") as opened:
                reader = TensorReader(opened)
                for name in (name for name in names if (stored[name].file or path) == file):
                    found[name] = reader.read(stored[name])
                    done += stored[name].count
                    yield LoadStep("Reading weights", done, total)
        except (OSError, EOFError) as error:
            raise UnreadableFile(file, "it ends within its weights", "Copy or download it again.") from error
    return found


class TensorReader:
    """Reads tensors piece by piece through one buffer, so that beside them no memory comes and goes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = torch.empty(PIECE, dtype=torch.uint8)

    def read(self, stored: StoredTensor) -> Tensor:
        """Return a tensor, as float32 where its numbers are real; raises ``EOFError`` where the file ends within it.

        Kernels of convolutions are laid out as they are computed with, which later would take a second copy.
        """
        kind: torch.dtype = getattr(torch, stored.dtype)
        if stored.strides != packed(stored.shape) or not stored.shape:
            numbers = self._numbers(stored.position, stored.extent, kind)
            return _real(numbers.as_strided(stored.shape, stored.strides)).clone(memory_format=torch.contiguous_format)
        layout = torch.channels_last if len(stored.shape) == 4 else torch.contiguous_format
        found = torch.empty(stored.shape, dtype=torch.float32 if kind.is_floating_point else kind, memory_format=layout)
        row = stored.count // max(stored.shape[0], 1)
        step = max(PIECE // (max(row, 1) * kind.itemsize), 1)
        for begin in range(0, stored.shape[0], step):
            rows = found[begin : begin + step]
            numbers = self._numbers(stored.position + begin * row * kind.itemsize, rows.numel(), kind)
            rows.copy_(numbers.view(rows.shape))
        return found

    def exactly(self, stored: StoredTensor) -> Tensor:
        """Return a tensor as it is stored, of its kind and with its strides; raises ``EOFError`` as ``read`` does."""
        kind: torch.dtype = getattr(torch, stored.dtype)
        numbers = self._numbers(stored.position, stored.extent, kind)
        own = numbers if stored.extent * kind.itemsize > PIECE else numbers.clone()  # no part of the buffer
        return own.as_strided(stored.shape, stored.strides)

    def _numbers(self, position: int, count: int, kind: torch.dtype) -> Tensor:
        """Return ``count`` numbers that stand at a position, until the next ones are asked for."""
        size = count * kind.itemsize
        content = self._buffer[:size] if size <= PIECE else torch.empty(size, dtype=torch.uint8)
        self._file.seek(position)
        if size and self._file.readinto(memoryview(content.numpy())) < size:  # type: ignore[attr-defined,arg-type]
            raise EOFError
        return content.view(kind)


def _real(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float32) if tensor.is_floating_point() else tensor


def _is_count(name: str) -> bool:
    return name.endswith("num_batches_tracked")
