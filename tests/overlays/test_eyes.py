"""The colours as eyes see them that lack a kind of cone: every pair that can meet stays apart, and heat stays even.

Severity 1 of Machado, Oliveira and Fernandes 2009, table 1; distances are CIE 1976, in CIELAB under D65.
"""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from segstudio.core.schema import Color
from segstudio.overlays.agreement import BOTH_RIGHT, BOTH_WRONG, ONLY_A, ONLY_B
from segstudio.overlays.base import COLOR_A, COLOR_B
from segstudio.overlays.errors import FALSE_NEGATIVE, FALSE_POSITIVE, SWAPPED, TRUE_POSITIVE
from segstudio.overlays.heat import ramp
from segstudio.overlays.outlines import TRUTH_LINE

EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
D65 = np.array([0.95047, 1.0, 1.08883])
SETS: dict[str, tuple[Color, ...]] = {
    "errors": (TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE, SWAPPED),
    "difference": (BOTH_RIGHT, ONLY_A, ONLY_B, BOTH_WRONG),
    "outlines": (TRUTH_LINE, COLOR_A, COLOR_B),
}
APART = 20.0
"""A difference that is plain at a glance is about 10."""


def lab(color: NDArray[np.float64], eye: str) -> NDArray[np.float64]:
    """Return CIELAB, shape (3,), of an sRGB colour, 0..255, as an eye sees it."""
    scaled = color / 255
    linear = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4)
    x, y, z = (XYZ @ np.clip(EYES[eye] @ linear, 0, 1)) / D65
    fx, fy, fz = (np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", SETS)
def test_colours_that_can_meet_are_far_apart_for_every_eye(name: str, eye: str) -> None:
    for one, other in combinations(SETS[name], 2):
        first, second = (lab(np.array(color, np.float64), eye) for color in (one, other))
        assert np.linalg.norm(first - second) >= APART, (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_heat_grows_lighter_all_the_way_for_every_eye(eye: str) -> None:
    lightness = np.array([lab(color.astype(np.float64), eye)[0] for color in ramp()[::8]])
    assert (np.diff(lightness) > 0).all()
    if eye == "usual":
        assert np.diff(lightness).max() < 2 * np.diff(lightness).mean()
