"""A graph that returns objects, as a module: an image in, what is found in it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.layers.boxes import clip, rescale
from segstudio.models.layers.mask_pasting import Placed, sampled
from segstudio.models.loaders.onnx_file.finder import GraphFinder
from segstudio.models.loaders.onnx_file.graph import Taken
from segstudio.models.loaders.onnx_file.objects import ObjectsPlan
from segstudio.models.loaders.onnx_file.session import as_given
from segstudio.models.loaders.onnx_file.unchanged import Unchanged
from segstudio.models.programs import ProgramFailed
from segstudio.models.zoo.object_network import Detections

MOST: Final = 1000
"""Objects in an image; networks of this kind return 100."""
_LARGEST_PATCH: Final = 112
"""Pixels along a mask that lies in its box: 28 most often, and a multiple of it in others."""
_SLACK: Final = 1e-3
"""So far below 0 or above 1 a mask may be that was rounded, or brought to another size by splines."""


@dataclass(frozen=True, slots=True)
class WholeDetections(Detections):
    """``masks`` (K, h, w) are probabilities over the whole image, be it at another size."""

    def placed(self) -> Iterator[Placed]:
        for mask in self.masks:
            rows, columns = (_reached(mask.amax(1 - axis), (self.height, self.width)[axis]) for axis in (0, 1))
            wide = _at(mask, columns, self.width)
            yield Placed(rows.start, columns.start, _at(wide.T, rows, self.height).T)


class ObjectsNetwork(GraphFinder):
    """Takes images as the graph takes them; they are brought to its size where it has one."""

    def __init__(self, files: Unchanged, given: Taken, plan: ObjectsPlan, classes: int) -> None:
        super().__init__(files)
        self._given, self._plan, self._classes = given, plan, classes

    def find(self, image: Tensor) -> Detections:
        whole = image.shape[-2], image.shape[-1]
        size, pixels = self._given.size or whole, image[None]
        if size != whole:
            pixels = functional.interpolate(pixels, size, mode="bilinear", align_corners=False, antialias=True)
        given = {self._given.input: as_given(pixels, self._given)}
        returned = self._session.run(image.device, list(self._plan.outputs), given)
        boxes, labels, scores, masks = self._checked([torch.from_numpy(each).to(image.device) for each in returned])
        kind = Detections if self._in_boxes(masks, size) else WholeDetections
        return kind(clip(rescale(boxes, size, whole), *whole), labels, scores, masks, *whole)

    def _checked(self, returned: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return boxes (K, 4), labels (K,), scores (K,) and masks (K, h, w) from 0 to 1, the best first.

        Raises ``ValueError`` where they are none, ``ProgramFailed`` for one of a class that is not known.
        """
        boxes, labels, scores, masks = returned
        masks = masks[:, 0] if masks.ndim == 4 and masks.shape[1] == 1 else masks
        count = len(boxes)
        if boxes.shape != (count, 4) or {labels.shape, scores.shape} != {(count,)} or masks.shape[:-2] != (count,):
            shapes = ", ".join(" x ".join(map(str, each.shape)) for each in returned)
            raise ValueError(f"it returns {shapes}, and no boxes, labels, scores and masks")
        if count > MOST:
            raise ValueError(f"it returns {count:,} objects, and {MOST:,} are the most")
        boxes, scores, labels = boxes.float(), scores.float(), labels.long()
        if not bool(boxes.isfinite().all()) or not _within(scores, 0):
            raise ValueError("it returns boxes or scores that are none")
        if not _within(masks, _SLACK):
            raise ValueError("it returns masks that are not from 0 to 1, and so no probabilities")
        if bool((unknown := (labels < 1) | (labels >= self._classes)).any()):
            raise _unknown(int(labels[unknown][0]), self._classes)
        order = scores.argsort(descending=True, stable=True)
        return boxes[order], labels[order], scores[order], masks[order].float().clamp(0, 1)

    def _in_boxes(self, masks: Tensor, size: tuple[int, int]) -> bool:
        """Tell whether masks lie in their boxes; raises ``ValueError`` where they do not, nor in the image."""
        height, width = masks.shape[-2:]
        if not self._plan.in_boxes and (height, width) == size:
            return False
        if height != width or not 0 < height <= _LARGEST_PATCH:
            raise ValueError(f"its masks have {width} x {height} pixels")
        return True


def _within(values: Tensor, slack: float) -> bool:
    """Tell whether all values are from 0 to 1, or no more than ``slack`` beyond; nan is not."""
    return bool(((values >= -slack) & (values <= 1 + slack)).all())


def _unknown(label: int, classes: int) -> ProgramFailed:
    return ProgramFailed(
        f"The network finds an object of class {label}, and the last that is known is {classes - 1}; 0 is background.",
        "Name the classes in the sidecar, <model file>.segstudio.toml: a [[class]] for each, the background first.",
    )


def _reached(most: Tensor, side: int) -> range:
    """Return which of the ``side`` pixels along an image a mask reaches, by the largest value of each of its lines."""
    lines = torch.where(most > 0)[0].tolist()
    if not lines:
        return range(0)
    scale = side / len(most)
    # Between two lines values run from one to the other, so a mask reaches half a line further.
    return range(max(int((lines[0] - 0.5) * scale), 0), min(ceil((lines[-1] + 1.5) * scale), side))


def _at(mask: Tensor, pixels: range, side: int) -> Tensor:
    """Return (R, N): of (R, S) along S, which lies over ``side`` pixels of an image, what is at N of them."""
    centres = torch.arange(pixels.start, pixels.stop, device=mask.device, dtype=torch.float32) + 0.5
    return sampled(mask, centres * (mask.shape[-1] / side) - 0.5)
