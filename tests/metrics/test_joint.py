"""Pairs of values counted fast, against numpy; with OpenCV and as compiled."""

import importlib.util
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core import confusion
from segstudio.core.confusion import PairCounter
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import joint
from segstudio.metrics.joint import JointCounter, Met

Plane = NDArray[np.uint8]


@pytest.fixture(scope="module", params=["OpenCV", "numba"])
def count(request: pytest.FixtureRequest) -> JointCounter:
    if request.param == "OpenCV":
        return JointCounter()
    pytest.importorskip("numba")
    return JointCounter(pays=0)


def by_numpy(first: Plane, second: Plane) -> NDArray[np.int64]:
    return np.bincount(first.ravel() * np.intp(256) + second.ravel(), minlength=65536).reshape(256, 256)


def table(met: Met) -> NDArray[np.int64]:
    counts = np.zeros((256, 256), np.int64)
    np.add.at(counts, met[:2], met[2])
    return counts


def planes(seed: int) -> tuple[Plane, Plane]:
    """Return two planes of runs or of noise, of any size from one pixel, with values up to 255."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 40)), int(rng.integers(1, 40)))
    run = int(rng.choice([1, 5, 30]))
    values = rng.choice(256, 5)
    first, second = (np.repeat(rng.choice(values, shape), run, axis=1).astype(np.uint8) for _ in range(2))
    return first, second


@given(seed=st.integers(0, 2**31))
def test_counts_are_those_of_numpy(count: JointCounter, seed: int) -> None:
    first, second = planes(seed)
    np.testing.assert_array_equal(table(count(first, second)), by_numpy(first, second))


LAYOUTS: list[Callable[[Plane], Plane]] = [
    lambda plane: plane[::-1],
    lambda plane: plane[1:, 1:],
    lambda plane: plane.T,
    lambda plane: plane.reshape(-1)[3:],
    lambda plane: plane[:0],
]


@pytest.mark.parametrize("of", LAYOUTS)
def test_any_layout_of_memory_will_do_also_read_only(count: JointCounter, of: Callable[[Plane], Plane]) -> None:
    rng = np.random.default_rng(1)
    first, second = (of(rng.choice([3, 255], (41, 53)).astype(np.uint8)) for _ in range(2))
    first.setflags(write=False)
    np.testing.assert_array_equal(table(count(first, second)), by_numpy(first, second))


def test_more_than_single_precision_holds_is_exact(count: JointCounter, monkeypatch: pytest.MonkeyPatch) -> None:
    plane = np.full((1, (1 << 24) + 9), 7, np.uint8)
    assert table(count(plane, plane))[7, 7] == plane.size
    assert joint._CHUNK <= 1 << 24


SCHEMA = LabelSchema(
    (*(LabelClass(i, str(i), (0, 0, i)) for i in (9, 0, 200)), LabelClass(7, "void", (0, 0, 0), ignore=True))
)


@given(seed=st.integers(0, 2**31))
def test_a_pair_counter_with_it_counts_the_same(count: JointCounter, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 30)), int(rng.integers(1, 30)))
    truth, prediction = (rng.choice([0, 7, 9, 33, 200], shape).astype(np.uint8) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confusion, "LARGE", 1)
        found = PairCounter(SCHEMA, count).count(truth, prediction)
    wanted = PairCounter(SCHEMA).count(truth, prediction)
    np.testing.assert_array_equal(found.counts, wanted.counts)
    assert found.counts.dtype == np.int64
    assert (found.ignored, found.undeclared, found.labels) == (wanted.ignored, wanted.undeclared, wanted.labels)


def test_without_numba_it_counts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    plane = np.arange(64, dtype=np.uint8).reshape(8, 8)
    counter = JointCounter(pays=1)
    for _ in range(3):
        np.testing.assert_array_equal(table(counter(plane, plane)), by_numpy(plane, plane))


def test_numba_is_loaded_only_once_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(joint, "compiled_count", lambda: asked.append("compiled") or joint._count)  # type: ignore[func-returns-value]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: sys)
    plane = np.zeros((10, 10), np.uint8)
    counter = JointCounter(pays=250)
    for times in (0, 0, 1, 1):
        counter(plane, plane)
        assert len(asked) == times
