"""Models: the door. Importing this costs nothing; torch is imported by the first call that needs it."""

from collections.abc import Collection, Generator
from pathlib import Path

from segstudio.models.loaders import loader_for, loading
from segstudio.models.segmenter import Interrupted, LoadStep, ModelInfo, Segmenter

__all__ = ["Interrupted", "LoadStep", "ModelInfo", "Segmenter", "load_model", "load_steps"]


def load_steps(
    path: Path, device: str = "auto", threads: int | None = None, trusted: Collection[str] = ()
) -> Generator[LoadStep | Segmenter, None, None]:
    """Load a model file onto ``auto`` (CUDA, else MPS, else CPU), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``, in steps.

    What is yielded last is the model. ``threads`` bounds what a model on the CPU uses of it, for the whole process;
    None leaves it to torch. Nothing in the file is executed, but where the file is a program and its SHA-256 is among
    the ``trusted``. Raises ``UntrustedFile`` for other programs, and ``SegstudioError`` for what is no model, cannot be
    loaded, has weights that are not numbers, takes a package that is not installed, or an absent device.
    """
    loader = loader_for(path)
    yield LoadStep(f"Reading {path.name}", 0, 0)
    for step in loading(loader, path, trusted):
        if isinstance(step, LoadStep):
            yield step
        else:
            from segstudio.models.finite import check_weights  # torch, which no file needs that is refused
            from segstudio.models.inference import TorchSegmenter

            check_weights(path, step.network)
            yield TorchSegmenter(path, step, device, threads)


def load_model(
    path: Path, device: str = "auto", threads: int | None = None, trusted: Collection[str] = ()
) -> Segmenter:
    """Load a model file, as ``load_steps`` does, without a stop."""
    *_, model = load_steps(path, device, threads, trusted)
    assert not isinstance(model, LoadStep)
    return model
