"""Ultralytics' YOLO with masks: images in, objects out. Letterboxing, suppression and masks are done here."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.layers.boxes import clip
from segstudio.models.layers.mask_pasting import Placed, sampled
from segstudio.models.layers.nms import batched_nms
from segstudio.models.loaders.onnx_file.finder import GraphFinder
from segstudio.models.loaders.onnx_file.graph import Taken
from segstudio.models.loaders.onnx_file.session import as_given
from segstudio.models.loaders.onnx_file.unchanged import Unchanged
from segstudio.models.loaders.onnx_file.yolo import YoloPlan
from segstudio.models.zoo.object_network import Detections

GRAY: Final = 114 / 255
"""What Ultralytics puts around an image that is not as wide or high as the network is."""
LEAST: Final = 0.05
"""Score from which a box is looked at; a list is cut by whoever reads it."""
OVERLAP: Final = 0.7
"""IoU from which the less sure of two boxes of a class goes: Ultralytics' default for predictions."""
MOST: Final = 300
_NUDGE: Final = 0.1
"""As Ultralytics rounds: of an odd number of rows to fill one more is below the image than above it."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where an image of ``height`` and ``width`` lies on a canvas: enlarged by ``gain``, below ``top``, right of
    ``left``. ``canvas`` is (height, width).
    """

    height: int
    width: int
    canvas: tuple[int, int]
    gain: float

    @property
    def inner(self) -> tuple[int, int]:
        return round(self.height * self.gain), round(self.width * self.gain)

    @property
    def top(self) -> int:
        return round((self.canvas[0] - self.inner[0]) / 2 - _NUDGE)

    @property
    def left(self) -> int:
        return round((self.canvas[1] - self.inner[1]) / 2 - _NUDGE)

    def filled(self, image: Tensor) -> Tensor:
        """Return an image (3, H, W) of 0..1 on its canvas, as whole numbers of 0..255 divided by 255."""
        (height, width), (rows, columns) = self.inner, self.canvas
        if (height, width) != image.shape[-2:]:
            resized = functional.interpolate(image[None], (height, width), mode="bilinear", align_corners=False)[0]
            image = (resized * 255).round() / 255
        right, below = columns - width - self.left, rows - height - self.top
        return functional.pad(image, (self.left, right, self.top, below), value=GRAY)

    def original(self, boxes: Tensor) -> Tensor:
        """Return boxes (K, 4) on the canvas in the pixels of the image."""
        corner = boxes.new_tensor([self.left, self.top] * 2)
        return clip((boxes - corner) / self.gain, self.height, self.width)

    def sampled(self, mask: Tensor, rows: range, columns: range) -> Tensor:
        """Return (h, w): of a map of the whole canvas, at any scale, what is at pixels of the image, bilinearly."""
        wide = sampled(mask, self._places(columns, 1, mask))
        return sampled(wide.T, self._places(rows, 0, mask)).T

    def _places(self, pixels: range, axis: int, mask: Tensor) -> Tensor:
        """Return where the centres of rows (axis 0) or columns (1) of the image lie in a map, in its pixels."""
        side, begin = (self.height, self.width)[axis], (self.top, self.left)[axis]
        centres = torch.arange(pixels.start, pixels.stop, device=mask.device, dtype=torch.float32) + 0.5
        on_canvas = centres * (self.inner[axis] / side) + begin
        return on_canvas * (mask.shape[axis] / self.canvas[axis]) - 0.5


@dataclass(frozen=True, slots=True)
class YoloDetections(Detections):
    """``masks`` (K, h, w) are logits over the whole canvas; beyond its box an object has no pixels."""

    box: Letterbox

    def placed(self) -> Iterator[Placed]:
        for mask, box in zip(self.masks, self.boxes.tolist(), strict=True):
            x1, y1, x2, y2 = (ceil(each) for each in box)
            rows, columns = range(y1, min(y2, self.height)), range(x1, min(x2, self.width))
            if not rows or not columns:
                yield Placed(0, 0, mask[:0, :0])
                continue
            yield Placed(y1, x1, self.box.sampled(mask, rows, columns).sigmoid())


class YoloNetwork(GraphFinder):
    """Takes images of 0..1, in RGB."""

    def __init__(self, files: Unchanged, given: Taken, plan: YoloPlan) -> None:
        super().__init__(files)
        self._given, self._plan = given, plan

    def find(self, image: Tensor) -> Detections:
        box = letterbox(image.shape[-2], image.shape[-1], self._plan)
        pixels = box.filled(image).expand(self._given.batch or 1, -1, -1, -1)
        outputs = [self._plan.found, self._plan.prototypes]
        found = self._session.run(image.device, outputs, {self._given.input: as_given(pixels, self._given)})
        rows, prototypes = (torch.from_numpy(each)[0].float().to(image.device) for each in found)
        boxes, scores, labels, coefficients = chosen(rows, self._plan)
        maps = (coefficients @ prototypes.flatten(1)).view(-1, *prototypes.shape[1:])
        return YoloDetections(box.original(boxes), labels + 1, scores, maps, box.height, box.width, box)


def letterbox(height: int, width: int, plan: YoloPlan) -> Letterbox:
    """Return how an image of a size lies on what the network takes."""
    if plan.size is not None:
        return Letterbox(height, width, plan.size, min(plan.size[0] / height, plan.size[1] / width))
    gain = plan.side / max(height, width)
    inner = round(height * gain), round(width * gain)
    rows, columns = (ceil(side / plan.stride) * plan.stride for side in inner)
    return Letterbox(height, width, (rows, columns), gain)


def chosen(rows: Tensor, plan: YoloPlan) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return boxes (K, 4), scores (K,), classes (K,) from 0 and coefficients (K, n) of the objects, the surest first.

    ``rows`` are (4 + classes + n, places), with the centre, width and height of boxes; or, where the graph has chosen
    by itself, (K, 6 + n) with their corners, score and class.
    """
    if plan.chosen:
        kept = rows[rows[:, 4] >= LEAST]
        kept = kept[kept[:, 4].argsort(descending=True, stable=True)]
        return kept[:, :4], kept[:, 4], kept[:, 5].long().clamp(0, plan.classes - 1), kept[:, 6:]
    places = rows.T
    scores, labels = places[:, 4 : 4 + plan.classes].max(1)
    likely = scores >= LEAST
    places, scores, labels = places[likely], scores[likely], labels[likely]
    middle, half = places[:, :2], places[:, 2:4] / 2
    boxes = torch.cat((middle - half, middle + half), dim=1)
    kept = batched_nms(boxes, scores, labels, OVERLAP)[:MOST]
    return boxes[kept], scores[kept], labels[kept], places[kept, 4 + plan.classes :]
