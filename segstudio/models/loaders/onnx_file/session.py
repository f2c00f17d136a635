"""An ONNX graph as a module of torch: onnxruntime computes, and arrays go in and out in the order that it wants."""

import threading
import time
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from segstudio.core.late import imported_extra
from segstudio.models.loaders.onnx_file.graph import Plan, Taken, channels_last, is_map
from segstudio.models.loaders.onnx_file.header import EXTRA, RUNTIME, WHAT
from segstudio.models.loaders.onnx_file.unchanged import Unchanged
from segstudio.models.programs import Interruptible
from segstudio.models.segmenter import Interrupted

QUIET: Final = 4
"""Of onnxruntime's log: nothing but what ends the process, for faults are raised too."""
_NO_MEMORY: Final = ("allocate memory", "bad allocation", "bad_alloc", "out of memory")
"""What onnxruntime says where there is not enough of it."""


def runtime() -> Any:
    """Return the package onnxruntime; raises ``SegstudioError``, saying what to install, without it."""
    return imported_extra(RUNTIME, EXTRA, WHAT)


def devices() -> tuple[str, ...]:
    """Return the kinds of devices that the installed onnxruntime computes on, as torch calls them."""
    return ("cuda", "cpu") if "CUDAExecutionProvider" in runtime().get_available_providers() else ("cpu",)


class Session:
    """An open graph; made anew where it is to run on another device, or on another number of threads.

    It can be interrupted from another thread: then it raises ``Interrupted`` until it is resumed.
    """

    def __init__(self, files: Unchanged) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._running: Any = None
        self._began = 0.0
        self._interrupted = False
        self._made_for: tuple[torch.device, int] | None = None
        self._session: Any = None

    @property
    def file(self) -> Path:
        """The file that is opened; raises ``UnreadableFile`` where it, or one beside it, is another one by now."""
        self._files.check()
        return self._files.path

    @property
    def seconds(self) -> float:
        """How long what is at work now has been; 0 where nothing is."""
        return time.monotonic() - self._began if self._running is not None else 0.0

    def interrupt(self) -> None:
        """Stop what is at work, between two operations, and whatever comes after it."""
        with self._lock:
            self._interrupted = True
            if self._running is not None:
                self._running.terminate = True

    def resume(self) -> None:
        """Let it be run again."""
        with self._lock:
            self._interrupted = False

    def run(self, device: torch.device, outputs: list[str], given: dict[str, Any]) -> list[Any]:
        """Return the named outputs, as numpy; raises what onnxruntime raises, ``RuntimeError`` without memory.

        And ``Interrupted`` where that was asked for, ``UnreadableFile`` where it is to be opened anew and its file is
        another one by now.
        """
        wanted = device, torch.get_num_threads()
        try:
            if wanted != self._made_for:
                self._session = None  # before the next one is made, which takes as much memory
                self._session, self._made_for = self._opened(*wanted), wanted
            found: list[Any] = self._session.run(outputs, given, self._begun())
        except Exception as error:  # its errors have no base of their own
            if self._interrupted:
                raise Interrupted from error
            if any(words in str(error) for words in _NO_MEMORY):
                raise RuntimeError("out of memory") from error
            raise
        finally:
            self._running = None
        return found

    def _begun(self) -> Any:
        """Return the options of a run that begins now."""
        with self._lock:
            if self._interrupted:
                raise Interrupted
            self._began, self._running = time.monotonic(), runtime().RunOptions()
            return self._running

    def _opened(self, device: torch.device, threads: int) -> Any:
        onnxruntime = runtime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = QUIET
        options.intra_op_num_threads = threads
        cuda = [("CUDAExecutionProvider", {"device_id": device.index or 0})] if device.type == "cuda" else []
        self._files.check()
        made = onnxruntime.InferenceSession(self._files.path, options, providers=[*cuda, "CPUExecutionProvider"])
        self._files.check()  # so that it cannot have been another one for the moment in between
        return made


class GraphNetwork(Interruptible):
    """A network that is a graph in a file."""

    def __init__(self, files: Unchanged) -> None:
        super().__init__()
        self._session = Session(files)

    @property
    def file(self) -> Path:
        """The file of the graph; raises ``UnreadableFile`` where it is another one by now."""
        return self._session.file

    @property
    def seconds(self) -> float:
        """How long it has been at work on one batch of images; 0 where it is not."""
        return self._session.seconds

    def interrupt(self) -> None:
        self._session.interrupt()

    def resume(self) -> None:
        self._session.resume()


class OnnxNetwork(GraphNetwork):
    """Takes images (N, channels, H, W) float32 to what the graph returns, as (N, C, h, w) or (N, h, w).

    Raises ``ValueError`` where that is no map of the images. Arrays travel through the memory of the CPU.
    """

    def __init__(self, files: Unchanged, plan: Plan) -> None:
        super().__init__(files)
        self._plan = plan
        self._last: bool | None = None

    def forward(self, pixels: Tensor) -> Tensor:
        plan = self._plan
        (found,) = self._session.run(pixels.device, [plan.output], {plan.input: as_given(pixels, plan)})
        size = pixels.shape[-2], pixels.shape[-1]
        maps = self._ordered(torch.from_numpy(found)[None] if plan.single else torch.from_numpy(found), size)
        return maps.to(pixels.device)

    def _ordered(self, found: Tensor, size: tuple[int, int]) -> Tensor:
        if found.ndim == 3 and is_map(found.shape[1:], size):
            return found
        if found.ndim != 4:
            raise ValueError(f"it returns {' x '.join(map(str, found.shape))}, and no map of classes")
        if self._last is None or min(size) >= 64:  # what is very small fits everything
            self._last = channels_last(found.shape, size, self._plan.last)
        return found.movedim(-1, 1) if self._last else found


def as_given(pixels: Tensor, plan: Taken) -> Any:
    """Return images (N, C, H, W) float32 as the array of numpy that the graph takes."""
    if plan.kind == "uint8":
        pixels = pixels.round().clamp(0, 255)
    images = pixels.to("cpu", getattr(torch, plan.kind))
    images = images.movedim(1, -1) if plan.last else images
    return (images[0] if plan.single else images).contiguous().numpy()
