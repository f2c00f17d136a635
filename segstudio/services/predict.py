"""Predict images with a model: one, or a folder, while others are decoded and written."""

import os
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final

import numpy as np

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.raster import LabelMap, RgbImage, plane_dtype
from segstudio.core.records import LABELS_ONLY, Keep, LabelSource, Prediction, Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.io.files import plain_reason
from segstudio.io.images import read_image
from segstudio.io.instances import write_label_map
from segstudio.io.sureness import beside, write_probabilities, write_sureness
from segstudio.models.segmenter import Interrupted, Segmenter
from segstudio.services.binary import object_probability
from segstudio.services.class_mapping import BY_NAME, ClassMap, ClassMapping, map_classes
from segstudio.services.run_objects import RunObjects
from segstudio.services.run_record import FILE, RunRecord, State

READERS: Final = 2
"""Threads that decode. More would only wait for the model, and keep the window from its turn."""


@dataclass(frozen=True, slots=True)
class Step:
    """One image is finished: ``prediction`` is None exactly where ``error`` says why.

    ``done`` counts the finished images, this one and failed ones included; ``seconds`` is since the run began.
    """

    sample: Sample
    done: int
    total: int
    seconds: float
    prediction: Prediction | None = None
    error: SegstudioError | None = None

    @property
    def rate(self) -> float:
        """Images per second so far."""
        return self.done / self.seconds

    @property
    def seconds_left(self) -> float:
        return (self.total - self.done) / self.rate


def run_folder(project: Project, model: Path, images: Path | None = None, now: datetime | None = None) -> Path:
    """Return where a run of ``model`` goes: a free ``predictions/<model>-<date>T<time>`` in the project.

    What is no project is not written to: there it lies beside ``images``, the folder or the image that was opened,
    the project's root where that is not told.
    """
    parent = project.predictions
    if not project.configured:
        opened = os.path.abspath(images or project.root)  # noqa: PTH100 - ".." has to go
        parent = Path(opened).parent / project.predictions.name
    name = f"{model.stem}-{now or datetime.now():%Y-%m-%dT%H%M%S}"
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(parent / free for free in names if not (parent / free).exists())


@dataclass(slots=True, eq=False)
class _Work:
    """A sample on its way: decoded, predicted, being written. It goes no further than its first error."""

    sample: Sample
    image: Future[tuple[RgbImage, float]]
    prediction: Prediction | None = None
    writing: Future[float] | None = None
    error: SegstudioError | None = None
    seconds: dict[str, float] = field(default_factory=dict)


def predict_folder(
    samples: Sequence[Sample],
    segmenter: Segmenter,
    schema: LabelSchema,
    folder: Path,
    batch: int = 1,
    keep: Keep = LABELS_ONLY,
    mapping: ClassMapping = BY_NAME,
) -> Generator[Step, None, None]:
    """Predict samples in order, ``batch`` at a time, and write ``<id>.png`` and ``run.json`` into ``folder``.

    What to ``keep`` goes beside the masks, and before each: where a mask is, the rest is there too. Of a model that
    tells objects apart, their numbers go with each mask, and ``instances.json`` has them all when the run ends. Yields
    a step for each image when its mask is on the disk; one that cannot be read, predicted or written is a step with an
    error. Closing the generator stops after the batch at work: whole files only, and ``run.json`` says so. There is a
    step after each batch but a first image alone; a run that has all its images by then is done. So it stops as well
    where the model is interrupted, and ``Interrupted`` is raised; a model is resumed by whoever begins the next job.
    Raises ``UnwritableFile`` at the first step where ``folder`` cannot be written, or holds more than a ``run.json``.
    """
    _refuse_used(folder)
    classes = map_classes(segmenter.info, schema, mapping)
    record = RunRecord(folder, segmenter.info, classes, len(samples), keep)
    objects = RunObjects(folder) if segmenter.info.instances else None
    record.write("running")
    state: State = "failed"
    begun: deque[_Work] = deque()
    with ThreadPoolExecutor(READERS, "decode") as readers, ThreadPoolExecutor(1, "write") as writer:
        try:
            for chosen in _decoded_ahead(samples, readers, batch):
                _predict(chosen, segmenter, classes, keep)
                for work in chosen:
                    _begin_writing(work, folder, classes, writer)
                    begun.append(work)
                # The batch just predicted is written while the next one is, all but one image: so there is a step.
                while len(begun) > max(batch - 1, 1):
                    yield _finish(begun.popleft(), record, objects, len(samples))
            while begun:
                yield _finish(begun.popleft(), record, objects, len(samples))
            state = "done"
        except (GeneratorExit, KeyboardInterrupt, Interrupted):
            state = "cancelled"
            raise
        finally:
            readers.shutdown(wait=False, cancel_futures=True)
            for work in begun:
                _finish(work, record, objects, len(samples))
            if objects is not None:
                objects.write()
            record.write(_state(state, record.finished == len(samples)))


def _state(ended: State, whole: bool) -> State:
    """Return what a run is that ended so: one that was cancelled when it had all its images is done."""
    return "done" if whole and ended == "cancelled" else ended


def _refuse_used(folder: Path) -> None:
    """Keep a run from writing over masks that it did not make, be they somebody's labels or those of another run."""
    try:
        if folder.is_dir() and any(path.name != FILE for path in folder.iterdir()):
            held = "the masks of an earlier run" if (folder / FILE).is_file() else "files that are not of a run"
            raise UnwritableFile(folder, f"it holds {held}", "Choose a new or an empty folder.")
    except OSError as error:
        raise UnwritableFile(folder, plain_reason(error)) from error


def _decoded_ahead(samples: Sequence[Sample], readers: ThreadPoolExecutor, batch: int) -> Iterator[list[_Work]]:
    """Yield batches while at most one more batch, and an image a thread, lies decoded in memory."""
    ahead: deque[_Work] = deque()
    remaining = iter(samples)
    while True:
        while len(ahead) < 2 * batch + READERS and (sample := next(remaining, None)):
            ahead.append(_Work(sample, readers.submit(_timed_read, sample)))
        if not ahead:
            return
        yield [ahead.popleft() for _ in range(min(batch, len(ahead)))]


def _timed_read(sample: Sample) -> tuple[RgbImage, float]:
    began = time.perf_counter()
    return read_image(sample.image, sample.page), time.perf_counter() - began


def _predict(chosen: Sequence[_Work], segmenter: Segmenter, classes: ClassMap, keep: Keep) -> None:
    """Predict those that could be decoded; where a batch fails, one by one, to find which of them is to blame."""
    images: dict[int, RgbImage] = {}
    for index, work in enumerate(chosen):
        try:
            images[index], work.seconds["decode"] = work.image.result()
        except SegstudioError as error:
            work.error = error
    if not images:
        return
    try:
        predictions = segmenter.predict(list(images.values()), keep)
    except Interrupted:
        raise
    except SegstudioError as error:
        if len(images) == 1:
            chosen[next(iter(images))].error = error
        else:
            for index in images:
                _predict([chosen[index]], segmenter, classes, keep)
        return
    for index, prediction in zip(images, predictions, strict=True):
        chosen[index].prediction = translated(prediction, classes)


def translated(prediction: Prediction, classes: ClassMap) -> Prediction:
    """Translate the labels and objects of a prediction from the model's ids into those that are written.

    What is written as background, or as a class that is ignored, has no objects.
    """
    written = classes.written
    if all(source == target for source, target in written.items()):
        return prediction
    table = np.zeros(max(written) + 1, plane_dtype(max(written.values())))
    table[list(written)] = list(written.values())
    labels = table[prediction.labels]
    if prediction.instances is None:
        return replace(prediction, labels=labels)
    gone = {classes.schema.with_background().background, *classes.schema.ignored_ids}
    objects = (replace(one, class_id=written[one.class_id]) for one in prediction.objects)
    instances = np.where(np.isin(labels, [*gone]), np.uint32(0), prediction.instances)
    kept = tuple(one for one in objects if one.class_id not in gone)
    return replace(prediction, labels=labels, instances=instances, objects=kept)


def _begin_writing(work: _Work, folder: Path, classes: ClassMap, writer: ThreadPoolExecutor) -> None:
    if work.prediction is not None:
        target = LabelSource(folder.name, folder, "run").target(work.sample.id)
        work.writing = writer.submit(_timed_write, target, work.prediction, classes)


def _timed_write(path: Path, prediction: Prediction, classes: ClassMap) -> float:
    began = time.perf_counter()
    _write_kept(path, prediction, classes)
    write_label_map(path, LabelMap(prediction.labels, prediction.instances), classes.schema)
    return time.perf_counter() - began


def _write_kept(path: Path, prediction: Prediction, classes: ClassMap) -> None:
    """Write how sure the model was, beside the mask at ``path`` that is still to come."""
    if prediction.confidence is not None:
        write_sureness(beside(path, "confidence"), prediction.confidence)
    if prediction.probabilities is not None:
        write_probabilities(path, *classes.merged(prediction.probabilities))
    probability = object_probability(prediction, classes.outputs)
    if probability is not None:
        write_sureness(beside(path, "probability"), probability)


def _finish(work: _Work, record: RunRecord, objects: RunObjects | None, total: int) -> Step:
    """Wait until a sample is on the disk, and book it."""
    if work.writing is not None:
        try:
            work.seconds["write"] = work.writing.result()
        except SegstudioError as error:
            work.error = error
    if work.error is not None:
        record.add_failed(work.sample, work.error)
        return Step(work.sample, record.finished, total, record.elapsed, error=work.error)
    assert work.prediction is not None
    prediction = replace(work.prediction, seconds={**work.seconds, **work.prediction.seconds})
    record.add_done(prediction.seconds)
    if objects is not None:
        objects.add(work.sample.id, prediction)
    return Step(work.sample, record.finished, total, record.elapsed, prediction)
