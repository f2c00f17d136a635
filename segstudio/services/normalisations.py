"""The usual ways in which programs prepare the numbers of a picture, by the names that people know them by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segstudio.models.description import PER_IMAGE, Preprocess
from segstudio.models.loaders.preparation import PREPROCESS

NORMALISATIONS: Final[Mapping[str, Preprocess]] = {
    "ImageNet": PREPROCESS["torchvision"],
    "0 to 1": PREPROCESS["milesial"],
    "-1 to 1": PREPROCESS["TensorFlow"],
    "Caffe, BGR": PREPROCESS["wkentaro"],
    "Caffe, BGR, / 255": PREPROCESS["ptsemseg"],
    "None, 0 to 255": Preprocess(scale=1, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
    "Z-score of each image": Preprocess(per_image="z_score"),
    "Range of each image": Preprocess(per_image="range"),
}
"""Only ``order``, ``scale``, ``mean`` and ``std`` are meant; of those by each image's own numbers, ``per_image``."""

ENOUGH: Final = 0.005
"""Of 1, the whole range of a picture: numbers that differ by less are the same, rounded in another way."""


def normalised(preprocess: Preprocess, name: str) -> Preprocess:
    """Return preprocessing with the numbers of a usual way; what it says of sizes stays.

    One channel stays luminance, with the mean of the three numbers.
    """
    usual = NORMALISATIONS[name]
    if usual.per_image:
        return replace(preprocess, per_image=usual.per_image)
    order, mean, std = usual.order, usual.mean, usual.std
    if preprocess.channels == 1:
        order, mean, std = preprocess.order, (sum(mean) / 3,), (sum(std) / 3,)
    return replace(preprocess, order=order, scale=usual.scale, mean=mean, std=std, per_image="")


def name_of(preprocess: Preprocess) -> str:
    """Return the name of the usual way that some preprocessing has, "" where it is none of them."""
    return next((name for name in NORMALISATIONS if _same(preprocess, normalised(preprocess, name))), "")


def _same(a: Preprocess, b: Preprocess) -> bool:
    """Tell whether black and white come out of both as the same numbers, or nearly."""
    if a.per_image or (a.order, a.per_image) != (b.order, b.per_image):
        return a.per_image == b.per_image != ""
    (black, white), others = _ends(a), _ends(b)
    return bool(np.abs(others - (black, white)).max() <= ENOUGH * np.abs(white - black).min())


def _ends(preprocess: Preprocess) -> NDArray[np.float64]:
    """Return what black and white become, by channel."""
    pixels = np.array([[0.0], [255 / preprocess.scale]])
    ends: NDArray[np.float64] = (pixels - np.array(preprocess.mean)) / np.array(preprocess.std)
    return ends


def formula(p: Preprocess, pixels: str = "pixels") -> str:
    """Return what becomes of ``pixels``, without what changes none of them."""
    if p.per_image:
        return PER_IMAGE[p.per_image]
    said = pixels if p.scale == 1 else f"{pixels} / {p.scale:g}"
    mean, std = ("[" + " ".join(f"{value:.4g}" for value in values) + "]" for values in (p.mean, p.std))
    said = f"{said} - {mean}" if any(p.mean) else said
    if {*p.std} == {1}:
        return said
    return f"({said}) / {std}" if any(p.mean) else f"{said} / {std}"
