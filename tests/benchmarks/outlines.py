"""Outlines, and panoptic segments, of one pair of large masks: ours, and the libraries that measure them."""

import importlib.util
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, Mask
from segstudio.metrics.boundary import band_width, bands
from segstudio.metrics.panoptic import Segment, pair_up
from segstudio.metrics.surface import Convention, assd, hausdorff, surface_dice, surfaces
from tests.benchmarks.report import Row

SHAPE = (1024, 2048)
TIMES = 15
TOLERANCE = 2.0

Measure = Callable[[Mask, Mask], object]


def measure(_: Path, shape: tuple[int, int] = SHAPE, times: int = TIMES) -> Iterator[Row]:
    """Time a car and masks all over the picture. Peers that are not installed are left out."""
    for name, pair in (("car", car(shape)), ("large", large(shape))):
        yield from _compared(f"outlines: {name}, HD, HD95, ASSD, NSD", _surface("edges"), _peers("edges"), pair, times)
        yield from _compared(f"outlines: {name}, by length", _surface("lattice"), _peers("lattice"), pair, times)
        yield from _compared(f"outlines: {name}, boundary IoU", bands, {"whole picture": whole_bands}, pair, times)
    yield from _panoptic(shape, times)


def car(shape: tuple[int, int]) -> tuple[Mask, Mask]:
    """Return two ellipses of a seventh of the picture's width."""
    height, width = shape
    made = []
    for grown in (0, 4):
        plane = np.zeros(shape, np.uint8)
        center, axes = (width // 3 + grown, height // 2), (width // 14, height // 13 + grown)
        cv2.ellipse(plane, center, axes, 10.0, 0.0, 360.0, 1.0, -1)
        made.append(plane > 0)
    return made[0], made[1]


def large(shape: tuple[int, int]) -> tuple[Mask, Mask]:
    """Return blobs all over the picture, and the same with their borders moved."""
    rng = np.random.default_rng(0)
    small = [rng.random((shape[0] // 51 + 2, shape[1] // 51 + 2)).astype(np.float32) for _ in range(2)]
    field, other = (cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_CUBIC) for plane in small)
    return np.asarray(field > 0.5), np.asarray(field + 0.15 * other > 0.575)


def whole_bands(truth: Mask, prediction: Mask) -> tuple[int, int]:
    """Count the bands as the authors' code does: 3 x 3 erosions, so many as the band is wide, of the whole picture."""
    width, bands_ = band_width(truth.shape), []
    for mask in (truth, prediction):
        padded = cv2.copyMakeBorder(mask.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        inner = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)[1:-1, 1:-1]
        bands_.append(mask & (inner == 0))
    return int((bands_[0] & bands_[1]).sum()), int((bands_[0] | bands_[1]).sum())


def _compared(
    what: str, ours: Measure, peers: dict[str, Measure], pair: tuple[Mask, Mask], times: int
) -> Iterator[Row]:
    ways = {"ours": ours} | peers
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with warnings.catch_warnings(action="ignore"):  # of what the peers use
        for turn in range(times + 1):
            for name, way in ways.items():
                way(*pair)  # or the masks would have to be fetched anew after what another way has made
                began = time.perf_counter()
                way(*pair)
                if turn:  # the first one is to get warm
                    taken[name].append(1000 * (time.perf_counter() - began))
    for name in peers:
        yield Row(f"{what} (peer: {name})", taken["ours"], float(np.median(taken[name])) / 5, 0.5, taken[name])


def _surface(convention: Convention) -> Measure:
    def scored(truth: Mask, prediction: Mask) -> object:
        far = surfaces(truth, prediction, convention=convention)
        return hausdorff(far), hausdorff(far, 95), assd(far), surface_dice(far, TOLERANCE)

    return scored


def _peers(convention: Convention) -> dict[str, Measure]:
    if convention == "edges":
        return {"MONAI": _monai()} if importlib.util.find_spec("monai") else {}
    return {"surface-distance": _deepmind()} if importlib.util.find_spec("surface_distance") else {}


def _monai() -> Measure:
    torch, metrics = importlib.import_module("torch"), importlib.import_module("monai.metrics")

    def scored(truth: Mask, prediction: Mask) -> object:
        planes = [torch.from_numpy(mask)[None, None] for mask in (prediction, truth)]
        far = (metrics.compute_hausdorff_distance(*planes, include_background=True, percentile=p) for p in (None, 95))
        mean = metrics.compute_average_surface_distance(*planes, include_background=True, symmetric=True)
        return *far, mean, metrics.compute_surface_dice(*planes, [TOLERANCE], include_background=True)

    return scored


def _deepmind() -> Measure:
    peer = importlib.import_module("surface_distance")

    def scored(truth: Mask, prediction: Mask) -> object:
        far = peer.compute_surface_distances(truth, prediction, (1.0, 1.0))
        hd, hd95 = (peer.compute_robust_hausdorff(far, percentile) for percentile in (100, 95))
        mean = peer.compute_average_surface_distance(far)
        return hd, hd95, mean, peer.compute_surface_dice_at_tolerance(far, TOLERANCE)

    return scored


def _panoptic(shape: tuple[int, int], times: int) -> Iterator[Row]:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    truth = (1 + rows * 8 // shape[0] * 8 + columns * 8 // shape[1]).astype(np.uint32)
    planes = truth, np.roll(truth, shape[1] // 50, axis=1) + np.uint32(300)
    segments = [[Segment(int(i), 1) for i in np.unique(plane)] for plane in planes]
    taken: dict[str, list[float]] = {"ours": [], "by unique": []}
    for _ in range(times):
        for name, way in (("ours", lambda: pair_up(*planes, *segments)), ("by unique", lambda: by_unique(*planes))):
            began = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - began))
    peer = taken["by unique"]
    yield Row(
        "outlines: panoptic segments (peer: panopticapi's np.unique alone)",
        taken["ours"],
        float(np.median(peer)) / 3,
        0.5,
        peer,
    )


def by_unique(truth: InstancePlane, prediction: InstancePlane) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Count which segments meet as panopticapi does, which is most of what it does beside reading files."""
    return np.unique(truth.astype(np.uint64) * 256**3 + prediction, return_counts=True)
