"""Objects: COCO's figures beside pycocotools, and those of one image matched and counted."""

import contextlib
import importlib
import importlib.util
import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.coco_instances import CocoImage
from segstudio.metrics.average_precision_coco import coco_figures
from segstudio.metrics.instances import objects_of
from segstudio.services.instance_entries import Entry, image_entry, predicted_entries, truth_entries
from segstudio.services.instance_scores import compare_objects
from segstudio.services.object_maps import ObjectMap
from tests.benchmarks.report import Row

SHAPE = (480, 640)
IMAGES, TIMES = 12, 3
SCHEMA = LabelSchema(
    (LabelClass(0, "ground", (0, 0, 0), background=True), *(LabelClass(i, str(i), (0, 0, i)) for i in (1, 2, 3)))
)


def measure(_: Path, shape: tuple[int, int] = SHAPE, images: int = IMAGES, times: int = TIMES) -> Iterator[Row]:
    """Time a data set of grids of objects and the same moved a little; pycocotools is left out where it is missing."""
    pairs = [(cells(shape, seed), cells(shape, seed, moved=3)) for seed in range(images)]
    taken = [_timed(partial(compare_objects, *pair, SCHEMA)) for pair in pairs]
    yield Row("objects: an image compared", taken)
    truth, results = as_coco(pairs)
    ways: dict[str, Callable[[], object]] = {"ours": lambda: coco_figures(truth, results, "segm")}
    if importlib.util.find_spec("pycocotools"):
        ways["pycocotools"] = lambda: by_pycocotools(truth, results)
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(times):
        for name, way in ways.items():
            spent[name].append(_timed(way))
    peer = spent.get("pycocotools", [])
    target = float(np.median(peer)) / 10 if peer else None
    yield Row("objects: COCO's figures of masks (peer: pycocotools)", spent["ours"], target, 0.5, peer)


def cells(shape: tuple[int, int], seed: int, moved: int = 0) -> ObjectMap:
    """Return a grid of ellipses of three classes, of sizes that the seed decides, ``moved`` to the right."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    across = shape[1] // 32
    number = 1 + rows // 32 * across + np.minimum((columns - moved) // 32, across - 1)
    far = np.hypot(rows % 32 - 16, (columns - moved) % 32 - 16)
    inside = far < rng.uniform(6, 15, int(number.max()) + 1)[number]
    numbers: InstancePlane = np.where(inside, number, 0).astype(np.uint32)
    classes = np.where(inside, 1 + number % 3, 0).astype(np.uint8)
    return ObjectMap(LabelMap(classes, numbers), {}, numbered=True)


def as_coco(pairs: list[tuple[ObjectMap, ObjectMap]]) -> tuple[Entry, list[Entry]]:
    """Return the pairs as a data set and results with scores by chance."""
    rng = np.random.default_rng(0)
    images, annotations, results = [], list[Entry](), list[Entry]()
    for number, (truth, prediction) in enumerate(pairs, 1):
        height, width = truth.planes.classes.shape
        images.append(image_entry(number, CocoImage(str(number), (height, width))))
        annotations += truth_entries(objects_of(truth.planes, (1, 2, 3)), truth.planes, number)
        found = predicted_entries(objects_of(prediction.planes, (1, 2, 3)), prediction.planes, number)
        results += (entry | {"score": float(rng.random())} for entry in found)
    numbered = [entry | {"id": i, "iscrowd": 0} for i, entry in enumerate(annotations, 1)]
    categories = [{"id": c, "name": str(c)} for c in (1, 2, 3)]
    return {"images": images, "categories": categories, "annotations": numbered}, results


def by_pycocotools(truth: Entry, results: list[Entry]) -> Any:
    """Return pycocotools' evaluation of masks. It wants results compressed."""
    modules = (importlib.import_module(f"pycocotools.{name}") for name in ("mask", "coco", "cocoeval"))
    mask, coco, cocoeval = modules
    with contextlib.redirect_stdout(io.StringIO()):
        data = coco.COCO()
        data.dataset = truth
        data.createIndex()
        packed = [
            r | {"segmentation": mask.frPyObjects(r["segmentation"], *r["segmentation"]["size"])} for r in results
        ]
        run = cocoeval.COCOeval(data, data.loadRes(packed), "segm")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return run


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
