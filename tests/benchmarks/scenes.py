"""Projects to measure with, made anew in a folder: synthetic pictures, written as anybody's would be."""

from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import LabelSource, Project
from segstudio.io.masks import write_mask
from segstudio.services.opening import save_schema
from segstudio.services.synthetic_cells import CELL_SCHEMA

P = TypeVar("P", bound=np.generic)

LARGEST = 8192
"""Made at once: what is interpolated to make them takes sixteen times as much memory."""
RUN = "peer-2026-01-01T000000"


def large_project(root: Path, edge: int) -> Path:
    """Write a project of one square picture with labels and a prediction that differs from them; return its folder."""
    rng = np.random.default_rng(edge)
    truth, prediction = blobs(rng, edge), blobs(rng, edge)
    same = blobs(rng, edge) < 3
    prediction[same] = truth[same]
    picture = texture(rng, edge)
    (root / "images").mkdir(parents=True)
    cv2.imwrite(str(root / "images" / "large.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    write_mask(root / "masks" / "large.png", truth, CELL_SCHEMA)
    write_mask(root / "predictions" / RUN / "large.png", prediction, CELL_SCHEMA)
    source = LabelSource("truth", root / "masks")
    save_schema(Project(root, CELL_SCHEMA, (), (source,), image_root=root / "images"))
    return root


def blobs(rng: np.random.Generator, edge: int) -> LabelPlane:
    """Return round areas of the classes 0..3, some hundred to a side of 8192 pixels; larger planes repeat theirs."""
    if edge > LARGEST:
        return _repeated(blobs(rng, LARGEST), edge)
    coarse = rng.random((4, max(edge // 64, 4), max(edge // 64, 4)), np.float32)
    smooth = [cv2.resize(plane, (edge, edge), interpolation=cv2.INTER_CUBIC) for plane in coarse]
    labels: LabelPlane = np.argmax(np.stack(smooth), axis=0).astype(np.uint8)
    return labels


def texture(rng: np.random.Generator, edge: int) -> RgbImage:
    if edge > LARGEST:
        return _repeated(texture(rng, LARGEST), edge)
    coarse = rng.integers(0, 256, (max(edge // 16, 4), max(edge // 16, 4), 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (edge, edge), interpolation=cv2.INTER_CUBIC), np.uint8)


def _repeated(plane: NDArray[P], edge: int) -> NDArray[P]:
    times = -(-edge // plane.shape[0])
    return np.ascontiguousarray(np.tile(plane, (times, times, *[1] * (plane.ndim - 2)))[:edge, :edge])
