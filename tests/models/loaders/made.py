"""Programs of torch, made by torch itself, and archives with another content."""

import io
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram, export

ANY = {0: Dim.DYNAMIC, 2: Dim.DYNAMIC, 3: Dim.DYNAMIC}
"""Dimensions of an image that may have any size: how many there are, height and width."""


class Net(nn.Module):
    """Halves an image, scores three classes, and gives scores of the image's size in a dict."""

    offsets: Tensor

    def __init__(self, channels: int = 3) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.down = nn.Conv2d(channels, 8, 3, stride=2, padding=1)
        self.normal = nn.BatchNorm2d(8)
        self.head = nn.Conv2d(8, 3, 1)
        self.register_buffer("offsets", torch.tensor([0.5, -0.5, 0.25]), persistent=False)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        scores = self.head(torch.relu(self.normal(self.down(image))))
        scores = nn.functional.interpolate(scores, size=image.shape[-2:], mode="bilinear", align_corners=False)
        return {"aux": image.mean(1, keepdim=True).mean((2, 3)), "out": scores + self.offsets.view(1, 3, 1, 1)}


class Skipping(nn.Module):
    """Joins what it has pooled with what it has not, which takes sides that are multiples of four."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(8, 2, 1)

    def forward(self, image: Tensor) -> Tensor:
        found = self.body(image)
        small = nn.functional.interpolate(nn.functional.max_pool2d(found, 4), scale_factor=4.0)
        scores: Tensor = self.head(torch.cat((found, small), dim=1))
        return scores


def exported(network: nn.Module, size: tuple[int, ...] = (2, 3, 64, 96), **dynamic: Any) -> ExportedProgram:
    """Return the program of a network; the keywords say which dimensions of its argument may have any size."""
    with quiet():
        return export(network.eval(), (torch.zeros(size),), dynamic_shapes=dynamic or None)


def saved(program: ExportedProgram, path: Path, **extra: str) -> Path:
    """Write a program as torch does; ``extra`` are files beside it, without their suffix."""
    with quiet():
        torch.export.save(program, str(path), extra_files={f"{name}.json": text for name, text in extra.items()})
    return path


def scripted(network: nn.Module, path: Path, **extra: str) -> Path:
    return _jit_saved(lambda: torch.jit.script(network.eval()), path, extra)


def traced(network: nn.Module, path: Path, size: tuple[int, ...] = (1, 3, 64, 96), **extra: str) -> Path:
    return _jit_saved(lambda: torch.jit.trace(network.eval(), torch.zeros(size), strict=False), path, extra)  # type: ignore[no-untyped-call]


def _jit_saved(make: Callable[[], Any], path: Path, extra: Mapping[str, str]) -> Path:
    with quiet():
        torch.jit.save(make(), str(path), _extra_files={f"{name}.json": text for name, text in extra.items()})
    return path


@contextmanager
def quiet() -> Iterator[None]:
    """Keep torch's words to those who write programs away from tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], object], compress: bool = False) -> Path:
    """Copy an archive with another content: ``change`` is given entries by name, without the folder they lie in."""
    with zipfile.ZipFile(source) as archive:
        root = archive.namelist()[0].partition("/")[0]
        entries = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(f"{root}/{name}", content)
    return target


class Malice:
    """Makes whoever unpickles it create a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


def pickled(value: object) -> bytes:
    """Return what torch.save writes."""
    stream = io.BytesIO()
    torch.save(value, stream)
    return stream.getvalue()
