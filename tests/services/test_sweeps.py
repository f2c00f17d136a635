"""Sureness counted against the truth: as counted by hand, kept by content, and the same when counted again."""

import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.keyed_file import read_keyed, write_keyed
from segstudio.metrics.probability import Counts, decided, reliability, selective, sweep
from segstudio.services import sweeps
from segstudio.services.binary import Binary, binary_of
from segstudio.services.opening import open_path
from segstudio.services.sweeps import SweepQuestion, SweepTotal, asked_of, sweep_run
from segstudio.services.thresholding import thresholded
from tests.services.sure_project import add_sure_run, random_probabilities

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
BINARY = Binary(0, 1)
SHAPE = (5, 6)
TRUTHS = arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 1, 255]))
LEVELS = arrays(np.uint8, SHAPE, elements=st.integers(0, 255))


@given(truth=TRUTHS, probability=LEVELS, threshold=st.integers(0, 255))
def test_scores_at_a_threshold_are_those_of_the_mask_it_makes(
    truth: np.ndarray, probability: np.ndarray, threshold: int
) -> None:
    counts = SweepQuestion(SCHEMA, BINARY).count(truth, None, probability)
    scored, mask = truth != 255, thresholded(probability, threshold, BINARY)
    tp = np.sum(scored & (truth == 1) & (mask == 1))
    fp = np.sum(scored & (truth == 0) & (mask == 1))
    fn = np.sum(scored & (truth == 1) & (mask == 0))
    found = sweep(counts)
    for value, above, below in (
        (found.iou, tp, tp + fp + fn),
        (found.dice, 2 * tp, 2 * tp + fp + fn),
        (found.precision, tp, tp + fp),
        (found.recall, tp, tp + fn),
    ):
        np.testing.assert_equal(value[threshold], above / below if below else np.nan)


@given(truth=TRUTHS, probability=LEVELS, threshold=st.integers(0, 255))
def test_calibration_at_a_threshold_is_that_of_the_mask_it_makes(
    truth: np.ndarray, probability: np.ndarray, threshold: int
) -> None:
    binary = SweepQuestion(SCHEMA, BINARY)
    mask = thresholded(probability, threshold, BINARY)
    sure = np.where(mask == 1, probability, 255 - probability).astype(np.uint8)
    expected = SweepQuestion(SCHEMA, None).count(truth, mask, sure)
    found = decided(binary.count(truth, None, probability), threshold)
    np.testing.assert_array_equal(found.true, expected.true)
    np.testing.assert_array_equal(found.false, expected.false)
    np.testing.assert_equal(reliability(found).ece, reliability(expected).ece)


@given(truth=TRUTHS, predicted=arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 1])), sure=LEVELS)
def test_accuracy_and_coverage_are_those_of_the_pixels_that_are_sure_enough(
    truth: np.ndarray, predicted: np.ndarray, sure: np.ndarray
) -> None:
    found = selective(SweepQuestion(SCHEMA, None).count(truth, predicted, sure))
    scored = truth != 255
    for threshold in (0, 1, 100, 255):
        kept = scored & (sure >= threshold)
        right = np.sum(kept & (truth == predicted))
        np.testing.assert_equal(found.accuracy[threshold], right / kept.sum() if kept.any() else np.nan)
        np.testing.assert_equal(found.coverage[threshold], kept.sum() / scored.sum() if scored.any() else np.nan)


@pytest.mark.parametrize(
    ("backgrounds", "found"), [((True, False), (3, 7)), ((False, True), (7, 3)), ((False, False), (3, 7))]
)
def test_the_object_is_the_class_that_is_no_background(backgrounds: tuple[bool, bool], found: tuple[int, int]) -> None:
    classes = [LabelClass(i, str(i), (0, 0, 0), background=b) for i, b in zip((3, 7), backgrounds, strict=True)]
    assert binary_of(classes) == found
    assert binary_of(classes[:1]) is None


def opened(root: Path) -> tuple[Project, LabelSource]:
    project = open_path(root)
    return project, project.runs[-1]


@pytest.fixture
def project(tiny_project: Path) -> Path:
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b", "c"))
    return tiny_project


def total(root: Path) -> Counts:
    project, run = opened(root)
    asked = asked_of(project, run)
    assert asked is not None
    found = SweepTotal()
    for step in sweep_run(project, run, asked):
        assert step.found is not None
        found.put(step.id, step.found)
    return found.counts


def test_a_data_set_is_the_sum_of_its_labelled_images_and_is_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = total(project)
    assert int((first.true + first.false).sum()) == 2 * (24 - 1) * 32, "c has no truth, and a row is void"
    assert int(first.true.sum()) == 2 * 120
    monkeypatch.delattr(sweeps, "_counted")  # nothing is counted again
    again = total(project)
    np.testing.assert_array_equal(first.true, again.true)
    np.testing.assert_array_equal(first.false, again.false)


def test_a_cache_that_would_unpack_to_far_more_than_counts_is_passed_over(project: Path) -> None:
    first = total(project)
    (cache,) = (project / ".segstudio" / "index").glob("sweeps-*.bin")
    bomb = zlib.compress(bytes(64 << 20))
    write_keyed(cache, dict.fromkeys(read_keyed(cache, 1 << 20), bomb), 1 << 20)
    tracemalloc.start()
    again = total(project)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20, "it was unpacked"
    np.testing.assert_array_equal(first.true, again.true)


def test_an_image_counted_again_takes_its_place(project: Path) -> None:
    rng = np.random.default_rng(3)
    one, other = (Counts(*rng.integers(0, 99, (2, 256))) for _ in range(2))
    found = SweepTotal()
    found.put("a", one)
    found.put("b", one)
    found.put("a", other)
    np.testing.assert_array_equal(found.counts.true, one.true + other.true)
    assert len(found) == 2
    assert "b" in found


def test_what_a_run_kept_says_what_can_be_asked(tiny_project: Path) -> None:
    planes = random_probabilities(1, "a")
    for kind, binary, expected in (
        ("probability", True, SweepQuestion(open_path(tiny_project).schema, BINARY)),
        ("confidence", False, SweepQuestion(open_path(tiny_project).schema, None)),
        ("nothing", False, None),
    ):
        folder = add_sure_run(tiny_project, planes, kind, binary)
        assert asked_of(*opened(tiny_project)) == expected
        for file in folder.glob(f"*.{kind}.png"):
            file.unlink()


def test_faults_are_steps(project: Path) -> None:
    run = project / "predictions" / "sure"
    (run / "a.probability.png").write_bytes((run / "a.probability.png").read_bytes()[:60])
    (run / "deep" / "b.png").unlink()
    source = opened(project)
    asked = SweepQuestion(source[0].schema, BINARY)
    failed = {step.id: str(step.error) for step in sweep_run(*source, asked)}
    assert "a.probability.png" in failed["a"]
    assert "no prediction" in failed["deep/b"]
