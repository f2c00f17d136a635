"""The trial of an ONNX graph in a thread of its own, so that it can be stopped: a graph may count to no end."""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import torch

from segstudio.core.errors import SegstudioError, first_line
from segstudio.models.loaders.onnx_file.finder import GraphFinder
from segstudio.models.loaders.onnx_file.graph import Plan, Taken
from segstudio.models.loaders.onnx_file.session import GraphNetwork, OnnxNetwork
from segstudio.models.programs import Told, tried

_FAREWELL: Final = 5.0
"""Seconds that a stopped graph is waited for: it stops between two operations."""
_USUAL: Final = (72, 144)
"""Height and width of the image that is tried where any will do."""

Found = TypeVar("Found")


class Trial(Generic[Found]):
    """Runs from when it is made; ``done`` is set once it has ended. ``run`` is what asks the network."""

    def __init__(self, network: GraphNetwork, run: Callable[[], Found]) -> None:
        self.done = threading.Event()
        self._network, self._asked = network, run
        self._found: list[Found] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="onnx-trial", daemon=True)
        self._thread.start()

    def found(self) -> Found:
        """Return what was found out; raises what the trial raised, ``ValueError`` for a graph that takes no image."""
        if self._error is not None:
            raise self._error
        return self._found[0]

    def stop(self) -> None:
        """End what is still at work."""
        if not self.done.is_set():
            self._network.interrupt()
            self._thread.join(_FAREWELL)

    def _run(self) -> None:
        try:
            self._found.append(self._asked())
        except Exception as error:  # whatever it was, it is raised in the thread that loads
            self._error = error
        finally:
            self.done.set()


def map_told(network: OnnxNetwork, plan: Plan) -> Told:
    """Return what a graph makes of images; raises ``ValueError`` where it takes none, or makes no map of them."""
    batch = plan.batch
    return tried(
        lambda images: network(images.expand(batch or len(images), -1, -1, -1)),
        plan.channels,
        plan.size,
    )


@torch.inference_mode()
def check_finds(network: GraphFinder, given: Taken) -> None:
    """Raise ``ValueError`` for a graph that stops at an image, or returns no objects for it; a sentence's end."""
    noise = torch.rand((given.channels, *(given.size or _USUAL)), generator=torch.Generator().manual_seed(0))
    try:
        network.find(noise)
    except SegstudioError:
        raise
    except Exception as error:  # whatever a stranger's graph raises
        raise ValueError(f"it runs on no image that was tried: {first_line(error)}") from error
