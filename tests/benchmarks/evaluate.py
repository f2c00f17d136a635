"""Scoring a folder of masks, against decoding it."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from segstudio.services.ahead import READERS
from segstudio.services.evaluate import evaluate
from segstudio.services.pairs import find_pairs
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import COUNTS_ONLY
from tests.benchmarks.report import Row
from tests.benchmarks.stepping import DATA

TIMES = 5


CAMVID = (DATA / "camvid" / "trainannot", DATA / "camvid" / "valannot")


def measure(folder: Path, masks: Sequence[Path] = CAMVID, times: int = TIMES) -> Iterator[Row]:
    """Score all masks against themselves. The peers decode as many files, each twice, in as many threads."""
    if not all(part.is_dir() for part in masks):
        return
    found = [find_pairs(part, part, ignore=[11]) for part in masks]
    pairs, schema = [pair for part in found for pair in part.pairs], found[0].schema
    paths = [path for pair in pairs for path in repeat(pair.truth.path, 2)]

    def score() -> None:
        assert all(step.error is None for step in evaluate(pairs, schema))

    def score_again() -> None:
        cache = ScoreCache(folder, schema, COUNTS_ONLY)
        assert all(step.error is None for step in evaluate(pairs, schema, COUNTS_ONLY, cache))

    score_again()
    ways: dict[str, Callable[[], None]] = {
        "ours": score,
        "again": score_again,
        "Pillow": lambda: decode(paths, with_pillow),
        "cv2": lambda: decode(paths, with_cv2),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - began) / len(pairs))
    what = f"evaluate: {masks[0].parent.name}, {len(pairs)} pairs"
    for name in ("Pillow", "cv2"):
        once, peer = float(np.median(taken[name])), taken[name]
        yield Row(f"{what}, each (peer: {name} decodes)", taken["ours"], once / 0.8, 0.5, peer)
        yield Row(f"{what}, again, each (peer: {name} decodes)", taken["again"], once / 10, 0.5, peer)


def decode(paths: list[Path], read: Callable[[Path], object]) -> None:
    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(read, paths))


def with_pillow(path: Path) -> object:
    with Image.open(path) as picture:
        return np.asarray(picture)


def with_cv2(path: Path) -> object:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
