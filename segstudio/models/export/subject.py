"""What is exported: a network, what is known of it, and how it is wanted."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, excerpt
from segstudio.models.check import checked
from segstudio.models.description import Description
from segstudio.models.inference import TorchSegmenter
from segstudio.models.segmenter import Segmenter
from segstudio.models.zoo.object_network import ObjectFinder

_EXAMPLE = (99, 133)
"""Height and width of the image that a network for any size is followed with: multiples of nothing that matters."""
_IMAGES = 2
"""Of one alone programs are made that take one alone."""
_LONGEST = 200
"""Letters of what torch says of a network that it cannot follow."""


@dataclass(frozen=True, slots=True)
class Subject:
    """``description`` has the size that images are brought to, where there is one. ``half`` stores real numbers in
    two bytes each; they are computed with as float32 all the same.
    """

    file: Path
    network: nn.Module
    description: Description
    half: bool = False

    @property
    def size(self) -> tuple[int, int] | None:
        return self.description.preprocess.size

    @property
    def metadata(self) -> str:
        return json.dumps(self.description.to_json())

    def example(self) -> Tensor:
        """Return images to follow the network with: (2, channels, H, W) float32."""
        height, width = self.size or _EXAMPLE
        channels = self.description.preprocess.channels
        return torch.rand(_IMAGES, channels, height, width, generator=torch.Generator().manual_seed(0))

    def traceable(self) -> nn.Module:
        """Return a module that gives logits for images; raises ``SegstudioError`` where there is none in torch."""
        if isinstance(self.network, ObjectFinder):
            raise SegstudioError(
                f"{self.file.name} finds objects, and only scores by pixel can be exported so.",
                "Export it as a segstudio model.",
            )
        if not any(True for _ in self.network.state_dict()):
            raise SegstudioError(
                f"{self.file.name} is run by another library, which keeps its network to itself.",
                "It stays what it is; export the model that it was made from.",
            )
        return self.network

    def refused(self, kind: str, error: Exception) -> SegstudioError:
        """Return the sentence for a network that torch cannot follow."""
        fault = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        where = "for any size" if self.size is None else f"for a size of {self.size[0]}x{self.size[1]} (height x width)"
        hint = "Try one size: --size 512x512." if self.size is None else "Nothing was written."
        return SegstudioError(f"{self.file.name} cannot become {kind} {where}: {excerpt(fault, _LONGEST)}", hint)


def subject_of(model: Segmenter, size: tuple[int, int] | None = None, half: bool = False) -> Subject:
    """Return what can be exported of a loaded model, for images that are brought to a ``size`` (height, width)."""
    assert isinstance(model, TorchSegmenter)
    said = model.loaded.description
    preprocess = replace(said.preprocess, size=size) if size is not None else said.preprocess
    network = model.loaded.network
    # The check that the model came with may be of another size, or of what was corrected since.
    described = replace(said, preprocess=preprocess, check={})
    return Subject(model.info.file, network, described if model.info.instances else checked(network, described), half)
