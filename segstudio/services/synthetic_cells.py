"""Synthetic micrographs whose truth is known in every pixel: the pictures of the sample project and of the demo model.

Three kinds of stained cells, touching and overlapping, lie under uneven light among debris. Shapes, stains and
textures of the kinds overlap on purpose, so that a small model errs where a person would look twice.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Rect, RgbImage
from segstudio.core.schema import DEFAULT_COLORS, LabelClass, LabelSchema

HEIGHT, WIDTH = 256, 320
ROUND, ROD, GRANULAR, UNCLEAR = 1, 2, 3, 255

CELL_SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(ROUND, "round cell", DEFAULT_COLORS[0], thing=True),
        LabelClass(ROD, "rod", DEFAULT_COLORS[1], thing=True),
        LabelClass(GRANULAR, "granular cell", DEFAULT_COLORS[2], thing=True),
        LabelClass(UNCLEAR, "unclear", (0xE0, 0xE0, 0xC0), ignore=True),
    )
)
"""``unclear`` marks cells that lie out of focus: nobody could say which kind they are, so they are not scored."""

_STAINS = {ROUND: (0.55, 0.95, 0.45), ROD: (0.40, 0.95, 0.75), GRANULAR: (0.85, 0.80, 0.40), UNCLEAR: (0.6, 0.9, 0.5)}
_GRAY_STAIN = (0.65, 0.9, 0.55)

Plane = NDArray[np.float32]


class Picture(NamedTuple):
    image: RgbImage
    labels: LabelPlane
    """Shape (256, 320), uint8, ids of ``CELL_SCHEMA``."""


class _Cell(NamedTuple):
    kind: int
    outline: NDArray[np.float64]  # (n, 2): x, y
    strength: float  # how much light it takes: 0 is invisible
    texture: float  # how clearly its kind shows, 0..1
    stain: Plane  # (3,)


def draw_picture(seed: int) -> Picture:
    """Draw the picture of a seed: the same arrays for the same seed (on one platform and OpenCV build)."""
    random = np.random.default_rng(seed)
    absorbed = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for cell in _layout(random):
        _draw_cell(absorbed, labels, cell, random)
    _draw_debris(absorbed, random)
    return Picture(_photograph(absorbed, random), labels)


def _layout(random: np.random.Generator) -> list[_Cell]:
    """Scatter cells in clumps; what is out of focus comes first and so lies below the rest."""
    color = random.uniform(0.15, 0.8)  # of this picture: how far stain alone tells the kinds apart
    cells = [_cell(UNCLEAR, _anywhere(random), color, random) for _ in range(random.integers(0, 3))]
    for _ in range(random.integers(4, 8)):
        clump, spread = _anywhere(random), random.uniform(14, 34)
        favourite = random.integers(ROUND, GRANULAR + 1)
        for _ in range(random.integers(2, 7)):
            kind = favourite if random.random() < 0.5 else random.integers(ROUND, GRANULAR + 1)
            cells.append(_cell(int(kind), clump + random.normal(0, spread, 2), color, random))
    return cells


def _anywhere(random: np.random.Generator) -> NDArray[np.float64]:
    return random.uniform((0, 0), (WIDTH, HEIGHT))


def _cell(kind: int, center: NDArray[np.float64], color: float, random: np.random.Generator) -> _Cell:
    stain = (1 - color) * np.array(_GRAY_STAIN) + color * np.array(_STAINS[kind]) + random.normal(0, 0.06, 3)
    return _Cell(
        kind,
        _outline(kind, random) + center,
        strength=random.uniform(0.3, 0.9),
        texture=random.uniform(0.45, 1.0),
        stain=stain.astype(np.float32),
    )


def _outline(kind: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return a wobbly ellipse about the origin: (n, 2)."""
    low, high = {ROUND: (1.0, 1.35), ROD: (1.9, 4.0), GRANULAR: (1.0, 1.8), UNCLEAR: (1.0, 2.5)}[kind]
    aspect, size = np.sqrt(random.uniform(low, high)), random.uniform(10, 21)
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = np.full_like(angle, size)
    for wave in (2, 3, 4, 5):
        radius += size * random.normal(0, 0.09 / wave) * np.cos(wave * angle + random.uniform(0, 2 * np.pi))
    points = np.stack([radius * np.cos(angle) * aspect, radius * np.sin(angle) / aspect], axis=1)
    turn = random.uniform(0, np.pi)
    turned: NDArray[np.float64] = points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return turned


def _draw_cell(absorbed: Plane, labels: LabelPlane, cell: _Cell, random: np.random.Generator) -> None:
    """Lay a translucent cell over what is there; its pixels are its own in the truth."""
    blur = random.uniform(4, 7) if cell.kind == UNCLEAR else 0.0
    margin = int(3 * blur) + 2
    (x0, y0), (x1, y1) = np.floor(cell.outline.min(0)).astype(int), np.ceil(cell.outline.max(0)).astype(int)
    whole = Rect(y0, x0, y1, x1).grown(margin)
    seen = whole.clipped(labels.shape)
    if seen.empty:
        return
    inside = np.zeros(whole.shape, np.uint8)
    cv2.fillPoly(inside, [np.rint(cell.outline - (whole.x0, whole.y0)).astype(np.int32)], 1)
    density = _density(inside, cell, random)
    if blur:
        density = np.asarray(cv2.GaussianBlur(density, (0, 0), blur), np.float32)
    crop = Rect(seen.y0 - whole.y0, seen.x0 - whole.x0, seen.y1 - whole.y0, seen.x1 - whole.x0).slices
    under, over = absorbed[seen.slices], density[crop][..., None]
    under *= 1 - 0.6 * np.minimum(over, 1)
    under += over * cell.stain
    labels[seen.slices][inside[crop] > 0] = cell.kind


def _density(inside: NDArray[np.uint8], cell: _Cell, random: np.random.Generator) -> Plane:
    """Return how much light a cell takes by pixel: a rim for round cells, a body for rods, else grains."""
    depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 3), np.float32)
    depth /= max(float(depth.max()), 1.0)
    if cell.kind == GRANULAR:
        grains = cv2.GaussianBlur(
            random.normal(0, 1, inside.shape).astype(np.float32), (0, 0), random.uniform(1.1, 1.9)
        )
        pattern = grains / max(float(grains.std()), 1e-6) * 0.45
    elif cell.kind == ROUND:
        pattern = np.exp(-((depth / 0.3) ** 2)) - 0.5 + 0.7 * np.exp(-(((1 - depth) / 0.35) ** 2))
    else:
        pattern = 0.6 * depth - 0.3
    density: Plane = (inside * cell.strength * np.maximum(0.8 + cell.texture * pattern, 0.1)).astype(np.float32)
    return density


def _draw_debris(absorbed: Plane, random: np.random.Generator) -> None:
    """Add specks and fibres: background in the truth, whatever they look like."""
    marks = np.zeros(absorbed.shape[:2], np.float32)
    for _ in range(random.integers(6, 22)):
        x, y = _anywhere(random).astype(int)
        cv2.circle(marks, (int(x), int(y)), int(random.integers(1, 5)), float(random.uniform(0.15, 0.7)), -1)
    for _ in range(random.integers(0, 4)):
        bends = np.cumsum(np.vstack([_anywhere(random), random.normal(0, 22, (4, 2))]), axis=0)
        cv2.polylines(
            marks, [bends.astype(np.int32)], False, float(random.uniform(0.15, 0.45)), int(random.integers(1, 4))
        )
    absorbed += cv2.GaussianBlur(marks, (0, 0), 0.8)[..., None] * np.float32(0.8)


def _photograph(absorbed: Plane, random: np.random.Generator) -> RgbImage:
    """Pass uneven light through the stains, blur it as a lens does, and count noisy photons."""
    lamp = np.array([0.92, 0.90, 0.86]) * random.uniform(0.75, 1.0) + random.normal(0, 0.02, 3)
    passed = _uneven(random)[..., None] * lamp.astype(np.float32) * np.exp(-absorbed)
    passed = np.asarray(cv2.GaussianBlur(passed, (0, 0), random.uniform(0.6, 1.7)), np.float32)
    photons = random.uniform(150, 900)
    noisy = random.poisson(np.maximum(passed, 0) * photons) / photons + random.normal(0, 0.012, passed.shape)
    return np.clip(noisy * 255, 0, 255).astype(np.uint8)


def _uneven(random: np.random.Generator) -> Plane:
    """Return a smooth field about 1: a lamp out of centre, and shadows of things far out of focus."""
    coarse = random.normal(1, random.uniform(0.05, 0.18), (3, 4)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), 0.4, 1.25)
