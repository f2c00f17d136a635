"""What is exported: a network, what is known of it, and how it is wanted."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, excerpt, first_line
from segstudio.models.check import checked
from segstudio.models.description import Description, Preprocess
from segstudio.models.export import ODD_SIZES, FindsObjects
from segstudio.models.export.programs import check_size, followable, images_of
from segstudio.models.export.rebuilt import rebuilt
from segstudio.models.inference import TorchSegmenter, normalized
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.programs import Program
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
    two bytes each; they are computed with as float32 all the same. ``kin`` is the architecture whose weights it has,
    and with ``rebuilt`` the network is that in the place of another program.
    """

    file: Path
    network: nn.Module
    description: Description
    half: bool = False
    kin: str = ""
    rebuilt: bool = False

    @property
    def size(self) -> tuple[int, int] | None:
        return self.description.preprocess.size

    @property
    def finds_objects(self) -> bool:
        return isinstance(self.network, ObjectFinder)

    @property
    def metadata(self) -> str:
        return json.dumps(self.description.to_json())

    @property
    def free(self) -> tuple[int, ...]:
        """The axes of images that may have any length: how many there are, height and width."""
        images = images_of(self.network, self.size)
        return (*((0,) if images is None else ()), *((2, 3) if self.size is None else ()))

    def segmenter(self) -> Segmenter:
        """Return it as a model that is run on the CPU."""
        return TorchSegmenter(self.file, Loaded("segstudio", self.network, self.description), "cpu", None)

    def example(self) -> Tensor:
        """Return images to follow the network with: (N, channels, H, W) float32."""
        return _example(self.description.preprocess, images_of(self.network, self.size))

    def traceable(self, kind: str, in_torch: bool = False) -> nn.Module:
        """Return a module that gives logits for images; raises ``SegstudioError`` where there is none in torch.

        ``kind`` is what it is to become, a program of torch.export where it stays ``in_torch``.
        """
        if self.finds_objects:
            raise FindsObjects(self.file)
        if isinstance(self.network, Program):
            return self._followable(self.network, kind, in_torch)
        if not any(True for _ in self.network.state_dict()):
            raise SegstudioError(
                f"{self.file.name} is run by another library, which keeps its network to itself.",
                "It stays what it is; export the model that it was made from.",
            )
        return self.network

    def _followable(self, program: Program, kind: str, in_torch: bool) -> nn.Module:
        classes = self.description.classes
        if program.output == "labels" and len(classes.scored) < len(classes.classes):
            raise SegstudioError(
                f"{self.file.name} returns the id of a class at each pixel, also one to be ignored, and no scores.",
                "Export it from the program that made it.",
            )
        try:
            return followable(self.file, program, self.example(), one_size=self.size is not None, in_torch=in_torch)
        except SegstudioError:
            raise
        except Exception as error:  # torch raises what it likes
            raise self.refused(kind, error) from error

    def refused(self, kind: str, error: Exception) -> SegstudioError:
        """Return the sentence for a network that torch cannot follow."""
        where = "for any size" if self.size is None else f"for a size of {self.size[0]}x{self.size[1]} (height x width)"
        hint = "Try one size: --size 512x512." if self.size is None else "Nothing was written."
        return SegstudioError(
            f"{self.file.name} cannot become {kind} {where}: {excerpt(first_line(error), _LONGEST)}", hint
        )


def subject_of(
    model: Segmenter, size: tuple[int, int] | None = None, half: bool = False, rebuild: bool = True
) -> Subject:
    """Return what can be exported of a loaded model, for images that are brought to a ``size`` (height, width).

    Of a program that is one of the networks that are built here it is that network, where it may ``rebuild``. Raises
    ``SegstudioError`` for one that takes images of another size alone.
    """
    assert isinstance(model, TorchSegmenter)
    network, said, file = model.loaded.network, model.loaded.description, model.info.file
    check_size(file, network, size)
    if size is not None:
        said = replace(said, preprocess=replace(said.preprocess, size=size))
    ours = None
    if rebuild and model.info.kin and isinstance(network, Program):
        ours = rebuilt(network, said, _examples(said.preprocess, network.batch))
        network, said = ours or (network, said)
    # The check that the model came with may be of another size, or of what was corrected since.
    described = replace(said, check={})
    described = described if model.info.instances else checked(network, described)
    return Subject(file, network, described, half, model.info.kin, rebuilt=ours is not None)


def _examples(preprocess: Preprocess, images: int | None) -> list[Tensor]:
    """Return images as pictures are prepared, of all sizes at which networks are compared."""
    sizes = (_EXAMPLE, *ODD_SIZES) if preprocess.size is None else (preprocess.size,)
    return [_example(replace(preprocess, size=size), images) for size in sizes]


def _example(preprocess: Preprocess, images: int | None) -> Tensor:
    height, width = preprocess.size or _EXAMPLE
    shape = (images or _IMAGES, preprocess.channels, height, width)
    return normalized(torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(0)), preprocess)
