"""What finds objects, as one graph: an image in, and what torchvision's graphs of Mask R-CNN give out."""

from typing import Final

from torch import Tensor, nn

from segstudio.models.export import SizesItself
from segstudio.models.export.subject import Subject
from segstudio.models.layers.mask_pasting import pasted_masks
from segstudio.models.zoo.object_network import ObjectFinder

FREE: Final = {"boxes": {0: "K"}, "labels": {0: "K"}, "scores": {0: "K"}, "masks": {0: "K", 2: "H", 3: "W"}}
"""Which sides of the outputs depend on the image and on what is in it."""


class Found(nn.Module):
    """Takes one image (channels, H, W), prepared; the network brings it to a size of its own.

    Returns, the best first, ``boxes`` (K, 4) in its pixels as x1, y1, x2, y2, ``labels`` (K,) int64 from 1, ``scores``
    (K,) and ``masks`` (K, 1, H, W), probabilities by pixel.
    """

    def __init__(self, network: ObjectFinder) -> None:
        super().__init__()
        self._network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        (found,) = self._network([image])
        masks = pasted_masks(found.masks, found.boxes, found.height, found.width)
        return found.boxes, found.labels, found.scores, masks[:, None]


def finder(subject: Subject) -> Found:
    """Return the network as such a graph; raises ``SegstudioError`` where images are to be brought to one size."""
    assert isinstance(subject.network, ObjectFinder)
    if subject.size is not None:
        raise SizesItself(subject.file)
    return Found(subject.network).eval()
