"""A binary run at another threshold: one mask to look at, or a run of its own."""

from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.raster import Confidence, LabelPlane, plane_dtype
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.io.masks import write_mask
from segstudio.io.sureness import beside, read_sureness, write_sureness
from segstudio.metrics.probability import LEVELS
from segstudio.services.ahead import in_order
from segstudio.services.binary import Binary, of_object
from segstudio.services.run_record import VERSION, State, read_run, write_run


@dataclass(frozen=True, slots=True)
class ThresholdedStep:
    """One image is written: ``path`` is its mask, None exactly where ``error`` says why there is none."""

    id: str
    done: int
    total: int
    path: Path | None = None
    error: SegstudioError | None = None


def thresholded(probability: Confidence, threshold: int, binary: Binary) -> LabelPlane:
    """Return a mask in which pixels are the object from a probability of ``threshold`` (0..255) on."""
    ids: LabelPlane = np.where(np.arange(LEVELS) >= threshold, binary.object, binary.rest).astype(
        plane_dtype(max(binary))
    )
    if ids.dtype == np.uint8:
        return np.asarray(cv2.LUT(probability, ids), np.uint8)  # in a tenth of the time that indexing takes
    return ids[probability]


def thresholded_run(run: LabelSource, threshold: int) -> Path:
    """Return a folder that is free for a run at another threshold, beside that of ``run``."""
    name = f"{run.folder.name}-t{threshold}"
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(folder for free in names if not (folder := run.folder.parent / free).exists())


def write_thresholded(
    project: Project, run: LabelSource, binary: Binary, threshold: int, folder: Path
) -> Generator[ThresholdedStep, None, None]:
    """Write a run at another threshold to ``folder``: masks, and beside them what is known of how sure the model was.

    One step an image that the run has, in the order of the samples; a bad one is a step with an error. Closing the
    generator stops it: whole files only, and ``run.json`` says so. Raises ``UnwritableFile`` at the first step.
    """
    samples = [s for s in project.samples if run.find(s.id) is not None]
    record = _record(run, threshold, len(samples))
    write_run(folder, record | {"state": "running"})
    target = LabelSource(folder.name, folder, "run")
    state: State = "failed"
    done, failed = 0, list[dict[str, str]]()

    def begin(pool: ThreadPoolExecutor, sample: Sample) -> Future[Path]:
        return pool.submit(_write, run, sample, threshold, binary, project.schema, target)

    steps = in_order(samples, begin)
    try:
        with closing(steps):  # before the record says how it ended: threads write masks until then
            for number, (sample, found) in enumerate(steps, 1):
                if isinstance(found, SegstudioError):
                    failed.append({"id": sample.id, "error": found.sentence()})
                    yield ThresholdedStep(sample.id, number, len(samples), error=found)
                else:
                    done += 1
                    yield ThresholdedStep(sample.id, number, len(samples), found)
        state = "done"
    except GeneratorExit:
        state = "cancelled"
        raise
    finally:
        write_run(folder, record | {"state": state, "done": done, "failed": failed})


def _record(run: LabelSource, threshold: int, images: int) -> dict[str, Any]:
    """Return what a record says of a run made from another: of the model what that one's says."""
    try:
        known = read_run(run.folder)
    except UnreadableFile:
        known = {}
    kept = {key: known[key] for key in ("model", "preprocess", "device", "precision", "versions") if key in known}
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    made = {"from": run.name, "threshold": threshold, "kept": ["confidence"], "images": images}
    return {"version": VERSION, "started": now} | kept | made


def _write(
    run: LabelSource, sample: Sample, threshold: int, binary: Binary, schema: LabelSchema, target: LabelSource
) -> Path:
    source, path = run.find(sample.id), target.target(sample.id)
    assert source is not None
    probability = read_sureness(beside(source, "probability"))
    labels = thresholded(probability, threshold, binary)
    write_sureness(beside(path, "probability"), probability)
    write_sureness(beside(path, "confidence"), of_object(labels, probability, binary))
    write_mask(path, labels, schema)
    return path
