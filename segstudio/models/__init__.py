"""Models: the door. Importing this costs nothing; torch is imported by the first call that needs it."""

from pathlib import Path

from segstudio.models.loaders import loader_for, resolve
from segstudio.models.segmenter import ModelInfo, Segmenter

__all__ = ["ModelInfo", "Segmenter", "load_model"]


def load_model(path: Path, device: str = "auto", threads: int | None = None) -> Segmenter:
    """Load a model file onto ``auto`` (CUDA, else MPS, else CPU), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

    ``threads`` bounds what a model on the CPU uses of it, for the whole process; None leaves it to torch. Nothing in
    the file is executed. Raises ``SegstudioError`` for what is no model, cannot be loaded yet, or an absent device.
    """
    load = resolve(loader_for(path))
    from segstudio.models.inference import TorchSegmenter

    return TorchSegmenter(path, load(path), device, threads)
