"""Distances of outlines and their curves: as the figures that are scored, at every tolerance and width."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.boundary import bands
from segstudio.metrics.outlines import OutlineSettings, measure_outlines
from segstudio.metrics.surface import surface_dice, surfaces
from segstudio.services import outline_curves
from segstudio.services.opening import open_path
from segstudio.services.outline_curves import (
    FIGURES,
    TOLERANCES,
    WIDTHS,
    OutlineQuestion,
    OutlineTotal,
    measure,
    measure_run,
)
from tests.services.sure_project import add_sure_run, random_probabilities

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
PLANES = arrays(np.uint8, (9, 11), elements=st.sampled_from([0, 0, 1, 255]))


@settings(max_examples=60)
@given(truth=PLANES, prediction=PLANES, spacing=st.sampled_from([None, (0.5, 0.5), (0.5, 2.0)]))
def test_figures_and_curves_are_those_of_the_metrics(
    truth: LabelPlane, prediction: LabelPlane, spacing: tuple[float, float] | None
) -> None:
    asked = OutlineQuestion(SCHEMA, 1, spacing)
    found = measure(truth, prediction, asked, points=True)
    size = spacing or (1.0, 1.0)
    scored = measure_outlines(truth, prediction, [1], [255], OutlineSettings(True, "edges", size))
    for key, value in zip(FIGURES, found.values, strict=True):
        np.testing.assert_equal(value, scored.get(key)[0], err_msg=key)
    first, second = truth == 1, (prediction == 1) & (truth != 255)
    far = surfaces(first, second, size)
    np.testing.assert_array_equal(found.nsd, [surface_dice(far, t) for t in TOLERANCES * min(size)])
    for width, pair in zip(WIDTHS, found.bands.tolist(), strict=True):
        assert tuple(pair) == bands(first, second, max(1, round(width * np.hypot(9, 11))))
    assert (found.hd_points is None) == (not first.any() or not second.any())
    if found.hd_points is not None:
        assert first[found.hd_points.truth]
        assert second[found.hd_points.prediction]
        assert found.hd_points.distance == pytest.approx(found.values[0])


@pytest.mark.parametrize("side", [60, 97, 130])
def test_bands_of_a_large_picture_are_of_rounded_widths(side: int) -> None:
    truth = np.zeros((side, side), np.uint8)
    truth[5:40, 5:40] = 1
    prediction = np.roll(truth, 3, axis=0)
    found = measure(truth, prediction, OutlineQuestion(SCHEMA, 1, None))
    for part, pair in zip(WIDTHS, found.bands.tolist(), strict=True):
        assert tuple(pair) == bands(truth == 1, prediction == 1, max(1, round(part * math.hypot(side, side))))


def test_the_tolerance_of_the_figure_is_that_of_the_scores() -> None:
    """With pixels of half a millimetre: what is two pixels off is within it, as ``segstudio evaluate`` has it."""
    truth = np.zeros((12, 20), np.uint8)
    truth[2:9, 2:9] = 1
    prediction = np.roll(truth, 2, axis=1)
    found = measure(truth, prediction, OutlineQuestion(SCHEMA, 1, (0.5, 0.5)))
    assert found.values[FIGURES.index("nsd")] == 1
    assert measure(truth, prediction, OutlineQuestion(SCHEMA, 1, None)).values[FIGURES.index("nsd")] < 1


def test_a_data_set_adds_bands_and_averages_the_rest(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b"))
    project = open_path(tiny_project)
    asked = OutlineQuestion(project.schema, 1, None)
    total = OutlineTotal()
    found = []
    for step in measure_run(project, project.runs[-1], asked):
        assert step.found is not None
        found.append(step.found)
        total.put(step.id, step.found)
    assert (len(total), "a" in total) == (2, True)
    np.testing.assert_allclose(total.nsd, np.mean([f.nsd for f in found], axis=0), rtol=1e-12)
    summed = found[0].bands + found[1].bands
    np.testing.assert_array_equal(total.boundary_iou, summed[:, 0] / summed[:, 1])
    assert total.figures[0].value == pytest.approx(np.mean([f.values[0] for f in found]))
    monkeypatch.delattr(outline_curves, "measure")  # nothing is measured again
    again = [step.found for step in measure_run(project, project.runs[-1], asked)]
    for one, other in zip(found, again, strict=True):
        assert other is not None
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.nsd, other.nsd)
        np.testing.assert_array_equal(one.bands, other.bands)


def test_an_image_without_the_class_leaves_the_means_as_they_are(tiny_project: Path) -> None:
    asked = OutlineQuestion(SCHEMA, 1, None)
    square = np.zeros((9, 11), np.uint8)
    square[2:6, 2:6] = 1
    total = OutlineTotal()
    total.put("a", measure(square, square, asked))
    total.put("b", measure(np.zeros_like(square), np.zeros_like(square), asked))
    total.put("c", measure(square, np.zeros_like(square), asked))
    hd = total.figures[0]
    assert (hd.value, hd.infinite, hd.undefined) == (0, 1, 1)
    assert total.nsd[0] == 0.5  # 1 and 0; b is not defined
