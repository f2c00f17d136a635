"""Counting two label maps against each other: ours, and the libraries that do so where they are installed."""

import importlib.util
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import PairCounter
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.joint import JointCounter
from tests.benchmarks.report import Row

CLASSES, VOID = 19, 255
SHAPE = (1024, 2048)
TIMES = 25

Plane = NDArray[np.uint8]
Count = Callable[[Plane, Plane], object]

SCHEMA = LabelSchema(
    (*(LabelClass(i, str(i), (0, 0, i)) for i in range(CLASSES)), LabelClass(VOID, "void", (0, 0, 0), ignore=True))
)


def measure(_: Path, shape: tuple[int, int] = SHAPE, times: int = TIMES) -> Iterator[Row]:
    """Time smooth maps and noise, one thread each; every way has counted both right before."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for name, pair in (("smooth", smooth(shape)), ("noise", noise(shape))):
            yield from _rows(name, pair, times)
    finally:
        cv2.setNumThreads(threads)


def smooth(shape: tuple[int, int]) -> tuple[Plane, Plane]:
    """Return blobs some hundred pixels wide, moved a little for the prediction, with a strip that is not scored."""
    rng = np.random.default_rng(0)
    small = rng.random((CLASSES, shape[0] // 64 + 2, shape[1] // 64 + 2)).astype(np.float32)
    large = [cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_CUBIC) for plane in small]
    truth = np.argmax(large, axis=0).astype(np.uint8)
    prediction = np.roll(truth, 3, axis=1)
    truth[-shape[0] // 16 :] = VOID
    return truth, prediction


def noise(shape: tuple[int, int]) -> tuple[Plane, Plane]:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, CLASSES + 1, shape).astype(np.uint8)
    truth[truth == CLASSES] = VOID
    return truth, rng.integers(0, CLASSES, shape).astype(np.uint8)


def by_numpy(truth: Plane, prediction: Plane) -> NDArray[np.int64]:
    """Return the counts as the scripts of many data sets do."""
    scored = truth != VOID
    codes = CLASSES * truth[scored].astype(np.int64) + prediction[scored]
    return np.bincount(codes, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def by_opencv(truth: Plane, prediction: Plane) -> NDArray[np.int64]:
    planes = [plane.reshape(1, -1) for plane in (truth, prediction)]
    counts = cv2.calcHist(planes, [0, 1], None, [256, 256], [0, 256, 0, 256])
    return counts[:CLASSES, :CLASSES].astype(np.int64)


def ways() -> dict[str, Count]:
    """Return the ways to count, by name; those of libraries that are not installed are left out."""
    found: dict[str, Count] = {"ours, OpenCV": _ours(JointCounter())}
    if importlib.util.find_spec("numba"):
        found["ours, numba"] = _ours(JointCounter(pays=0))
    found |= {"cv2.calcHist": by_opencv, "numpy": by_numpy}
    peers = {"hotcoco": _hotcoco, "torchmetrics": _torchmetrics, "sklearn": _sklearn}
    return found | {name: make() for name, make in peers.items() if importlib.util.find_spec(name)}


def _rows(name: str, pair: tuple[Plane, Plane], times: int) -> Iterator[Row]:
    wanted, taken = by_numpy(*pair), dict[str, list[float]]()
    counters = ways()
    for way, count in counters.items():
        np.testing.assert_array_equal(np.asarray(count(*pair)), wanted, err_msg=way)
    for turn in range(times):
        for way, count in counters.items():
            if turn >= 3 and way in taken and min(taken[way]) > 40:
                continue  # slow enough to be known
            began = time.perf_counter()
            count(*pair)
            taken.setdefault(way, []).append(1000 * (time.perf_counter() - began))
    ours = [way for way in counters if way.startswith("ours")]
    best = min((way for way in counters if way not in ours), key=lambda way: np.median(taken[way]))
    asked = float(np.median(taken[best])) / (1.5 if name == "smooth" else 1.2)
    for way in ours:
        # What is asked for is asked of the quickest way there is.
        yield Row(
            f"pixels: {name}, {way} (peer: {best})", taken[way], asked if way == ours[-1] else None, 0.5, taken[best]
        )
    for way in counters:
        if way not in (*ours, best):
            yield Row(f"pixels: {name}, {ours[-1]} (peer: {way})", taken[ours[-1]], peer=taken[way])


def _ours(joint: JointCounter) -> Count:
    counter = PairCounter(SCHEMA, joint)
    return lambda truth, prediction: counter.count(truth, prediction).counts[:, :-1]


def _hotcoco() -> Count:
    semantic = importlib.import_module("hotcoco.semantic")

    def count(truth: Plane, prediction: Plane) -> object:
        evaluator = semantic.SemanticEval(CLASSES)
        evaluator.update(truth, prediction)
        return evaluator.confusion()

    return count


def _torchmetrics() -> Count:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    counts = importlib.import_module("torchmetrics.functional.classification").multiclass_confusion_matrix

    def count(truth: Plane, prediction: Plane) -> object:
        planes = (torch.from_numpy(plane).long() for plane in (prediction, truth))
        return counts(*planes, CLASSES, ignore_index=VOID, validate_args=False).numpy()

    return count


def _sklearn() -> Count:
    metrics = importlib.import_module("sklearn.metrics")

    def count(truth: Plane, prediction: Plane) -> object:
        scored = truth != VOID
        return metrics.confusion_matrix(truth[scored], prediction[scored], labels=range(CLASSES))

    return count
