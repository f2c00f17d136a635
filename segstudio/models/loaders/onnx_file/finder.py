"""Graphs that find objects, as modules: one image goes through at a time."""

from abc import abstractmethod
from collections.abc import Sequence

from torch import Tensor

from segstudio.core.errors import SegstudioError
from segstudio.models.device import is_out_of_memory
from segstudio.models.loaders.onnx_file.session import GraphNetwork
from segstudio.models.programs import stopped
from segstudio.models.zoo.object_network import Detections, ObjectFinder


class GraphFinder(GraphNetwork, ObjectFinder):
    """A network in a file that says where objects are."""

    def forward(self, images: Sequence[Tensor] | Tensor) -> list[Detections]:
        """Raise ``ProgramFailed`` where the graph stops, or what it returns are no objects."""
        return [self._found(image) for image in images]

    @abstractmethod
    def find(self, image: Tensor) -> Detections:
        """Return what is found in an image (channels, H, W); raises what onnxruntime raises, and ``ValueError``."""

    def _found(self, image: Tensor) -> Detections:
        try:
            return self.find(image)
        except SegstudioError:
            raise
        except Exception as error:  # whatever a stranger's graph raises
            if isinstance(error, RuntimeError) and is_out_of_memory(error):
                raise
            raise stopped(image, error) from error
