"""Max pooling that remembers where each maximum was, its inverse, and what is made of the two."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional


class Places(NamedTuple):
    """Where the maxima of a map of ``size`` (height, width) were: indices into it, int64 (N, C, h, w)."""

    indices: Tensor
    size: tuple[int, int]


def pool_with_indices(features: Tensor) -> tuple[Tensor, Places]:
    """Return the maxima of 2x2 squares, and their places: Badrinarayanan 2017 (SegNet), section 3.

    An odd last row or column is kept, as Caffe does: 45 becomes 23.
    """
    pooled, indices = functional.max_pool2d(features, 2, stride=2, ceil_mode=True, return_indices=True)
    return pooled, Places(indices, (features.shape[-2], features.shape[-1]))


def unpool(pooled: Tensor, places: Places) -> Tensor:
    """Return a map with each value at its place, and zeros between.

    Badrinarayanan 2017 (SegNet), figure 3; "unpooling" in Noh 2015 (DeconvNet), section 3.2.
    """
    if torch.onnx.is_in_onnx_export():  # it has no such operation for a size that is known later
        (height, width), planes = places.size, pooled.shape[:2]
        flat = pooled.new_zeros(*planes, height * width)
        indices, maxima = places.indices.reshape(*planes, -1), pooled.reshape(*planes, -1)
        return flat.scatter(2, indices, maxima).reshape(*planes, height, width)
    return functional.max_unpool2d(pooled, places.indices, (2, 2), stride=(2, 2), output_size=places.size)


def encoded(image: Tensor, stages: Iterable[nn.Module]) -> tuple[Tensor, list[Places]]:
    """Return what the stages make of an image, with a pooling after each, and where the maxima were."""
    found, taken = image, []
    for stage in stages:
        found, places = pool_with_indices(stage(found))
        taken.append(places)
    return found, taken


def decoded(features: Tensor, stages: Iterable[nn.Module], taken: Sequence[Places]) -> Tensor:
    """Return what the stages make of features, with an unpooling before each, the last taken places first."""
    for stage, places in zip(stages, reversed(taken), strict=True):
        features = stage(unpool(features, places))
    return features


def mirrored_stages(stages: Sequence[tuple[int, int]], unit: Callable[[int, int], nn.Module]) -> list[nn.Sequential]:
    """Return the decoder of an encoder of ``stages``, pairs of a count of convolutions and their channels.

    Each has as many ``unit``s, made of channels before and after; the last goes down to the channels of the next.
    """
    mirrored = []
    for index, (count, width) in reversed([*enumerate(stages)]):
        widths = [*[width] * count, stages[max(0, index - 1)][1]]
        mirrored.append(nn.Sequential(*(unit(before, after) for before, after in pairwise(widths))))
    return mirrored
