"""The trial of an ONNX graph in a thread of its own, so that it can be stopped: a graph may count to no end."""

import threading
from typing import Final

from segstudio.models.loaders.onnx_file.graph import Plan
from segstudio.models.loaders.onnx_file.session import OnnxNetwork
from segstudio.models.programs import Told, tried

_FAREWELL: Final = 5.0
"""Seconds that a stopped graph is waited for: it stops between two operations."""


class Trial:
    """Runs from when it is made; ``done`` is set once it has ended."""

    def __init__(self, network: OnnxNetwork, plan: Plan) -> None:
        self.done = threading.Event()
        self._network, self._plan = network, plan
        self._found: Told | Exception | None = None
        self._thread = threading.Thread(target=self._run, name="onnx-trial", daemon=True)
        self._thread.start()

    def told(self) -> Told:
        """Return what was found out; raises what the trial raised, ``ValueError`` for a graph that takes no image."""
        assert self._found is not None
        if isinstance(self._found, Exception):
            raise self._found
        return self._found

    def stop(self) -> None:
        """End what is still at work."""
        if not self.done.is_set():
            self._network.interrupt()
            self._thread.join(_FAREWELL)

    def _run(self) -> None:
        network, batch = self._network, self._plan.batch
        try:
            self._found = tried(
                lambda images: network(images.expand(batch or len(images), -1, -1, -1)),
                self._plan.channels,
                self._plan.size,
            )
        except Exception as error:  # whatever it was, it is raised in the thread that loads
            self._found = error
        finally:
            self.done.set()
