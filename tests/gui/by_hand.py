"""Workers that work when a test says so: no threads, no waiting, every order of things can be had."""

import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from segstudio.core.display import Display, Kind
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, LabelSource, Prediction, Sample
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document, Stroke
from segstudio.gui import autosave, disk_changes, jobs
from segstudio.gui.analysis import suspicious_cutouts
from segstudio.gui.jobs import Worker
from segstudio.gui.messages import Message
from segstudio.gui.workbench import Workbench
from segstudio.models.description import Preprocess
from segstudio.models.segmenter import Cost, ModelInfo
from segstudio.services.seen import Seen, look


class Pool:
    """Stands for a ThreadPoolExecutor; what is submitted waits to be called in the thread of the test."""

    def __init__(self, threads: int, thread_name_prefix: str) -> None:
        self.waiting: deque[Callable[[], object]] = deque()

    def submit(self, call: Callable[..., object], *arguments: object) -> None:
        self.waiting.append(partial(call, *arguments))

    def shutdown(self, wait: bool, cancel_futures: bool) -> None:
        while self.waiting and not cancel_futures:
            self.waiting.popleft()()
        self.waiting.clear()


def drive_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all workers driven by hand, and the delays of autosave and watch pass only when a test says so."""
    monkeypatch.setattr(jobs, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(disk_changes, "LOOK_MS", 3_600_000)
    for delay in ("DELAY_MS", "RETRY_MS", "LONGEST_MS"):
        monkeypatch.setattr(autosave, delay, 3_600_000)


class Desk:
    """A workbench whose workers are driven by hand, and what its user does and hears."""

    def __init__(self, bench: Workbench) -> None:
        self.bench, self.session = bench, bench.session
        self.heard: list[Message] = []
        self.states: list[str] = []
        bench.messages.said.connect(self.heard.append)
        bench.autosave.state_changed.connect(self.states.append)

    # The workers

    def pool(self, owner: QObject) -> Pool:
        worker = owner.findChild(Worker)
        assert worker is not None
        return _pool(worker)

    def work(self, owner: QObject) -> None:
        """Let the worker of ``owner`` do what waits longest; nobody hears of it before ``deliver``."""
        self.pool(owner).waiting.popleft()()

    def deliver(self) -> None:
        """Let the GUI thread hear what the workers have handed over, and do what it then puts off."""
        for _ in range(2):
            QApplication.processEvents()

    def finish(self, owner: QObject) -> None:
        self.work(owner)
        self.deliver()

    def pass_delay(self) -> None:
        """Let the moment pass after which is saved, if one has begun."""
        for timer in self.bench.autosave.findChildren(QTimer):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()

    def settle(self) -> None:
        """Let everybody work until nothing is left to do."""
        self.deliver()
        while busy := [pool for pool in map(_pool, self.bench.findChildren(Worker)) if pool.waiting]:
            for pool in busy:
                pool.waiting.popleft()()
            self.deliver()

    # The user

    @property
    def document(self) -> Document:
        assert self.session.current is not None
        return self.session.current.document

    @property
    def shown(self) -> str | None:
        return self.session.current.sample.id if self.session.current is not None else None

    @property
    def root(self) -> Path:
        assert self.session.project is not None
        return self.session.project.root

    @property
    def predicted(self) -> int | None:
        """The class that the open sample is predicted to be, everywhere, or None."""
        assert self.session.current is not None
        if self.session.current.prediction is None:
            return None
        (value,) = np.unique(self.session.current.prediction)
        return int(value)

    def open(self, path: Path) -> None:
        """Open a folder and its first sample, and whatever follows from it."""
        self.bench.open(path)
        self.settle()

    def open_before(self, owner: QObject, path: Path) -> None:
        """Open a folder just before the worker of ``owner`` hands over what it has done for the one before."""
        self.bench.open(path)
        self.work(self.bench.opener)
        self.work(owner)
        self.settle()

    def sample(self, sample_id: str) -> Sample:
        assert self.session.project is not None
        return next(s for s in self.session.project.samples if s.id == sample_id)

    def ask(self, sample_id: str) -> None:
        self.bench.opener.go(self.sample(sample_id))

    def go(self, sample_id: str) -> None:
        """Show a sample; only the reading is done."""
        self.ask(sample_id)
        self.finish(self.bench.opener)

    def predict_all(self, *sample_ids: str) -> None:
        """Ask for a run over all samples, or over some."""
        assert self.session.project is not None
        self.bench.predictor.predict_all(tuple(map(self.sample, sample_ids)) or self.session.project.samples, 1)

    def press(self, value: int = 1, row: int = 1) -> Stroke:
        """Begin a stroke on the open sample and leave the button down."""
        stroke = self.document.begin("Brush")
        stroke.paint(np.ones((1, 4), np.bool_), (row, 1), value)
        return stroke

    def paint(self, value: int = 1, row: int = 1) -> None:
        self.press(value, row).commit()

    def on_disk(self, root: Path, sample_id: str = "a") -> LabelPlane:
        with Image.open(root / "masks" / f"{sample_id}.png") as mask:
            return np.asarray(mask)

    def errors(self) -> list[Message]:
        return [m for m in self.heard if m.kind == "error"]


def _pool(worker: Worker) -> Pool:
    return cast(Pool, worker._pool)


def add_run(folder: Path, name: str, value: int, *samples: str) -> LabelSource:
    """Write a run that predicts one class everywhere."""
    files = {sample: folder / "predictions" / name / f"{sample}.png" for sample in samples}
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((24, 32), value, np.uint8)).save(file)
    return LabelSource(name, folder / "predictions" / name, "run", read_only=True, files=files)


def runs(root: Path) -> list[Path]:
    return sorted((root / "predictions").iterdir()) if (root / "predictions").is_dir() else []


class Uniform:
    """A model that says the same class everywhere; ``before`` is called before it does."""

    def __init__(self, file: Path, classes: LabelSchema, value: int = 1, assumed: tuple[str, ...] = ()) -> None:
        file.write_bytes(b"weights")
        self.value, self.sure = value, 200
        self.info = ModelInfo(file, "segstudio", "uniform", 0, classes, Preprocess(), "CPU", "fp32", assumed, {})
        self.before: Callable[[], object] = lambda: None

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        raise NotImplementedError

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        self.before()
        return [self._say(image.shape[:2], keep) for image in images]

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "Uniform":
        other = copy(self)
        other.info = replace(self.info, preprocess=preprocess, classes=classes, corrected=corrected)
        return other

    def interrupt(self) -> None: ...

    def resume(self) -> None: ...

    def cost(self, height: int, width: int) -> Cost | None:
        return Cost(height * width / 1e9, 1, height * width * 4)

    def _say(self, shape: tuple[int, ...], keep: Keep) -> Prediction:
        sure = np.full(shape, self.sure, np.uint8) if keep.confidence else None
        return Prediction(np.full(shape, self.value, np.uint8), {"forward": 0.1}, sure)


def images_looked_at(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[RgbImage]]:
    """Return a list of the images that are read from now on to cut suspicious regions out, as long as they are kept."""
    read: list[weakref.ref[RgbImage]] = []

    def looked(sample: Sample, displays: Mapping[Kind, Display]) -> Seen:
        seen = look(sample, displays)
        read.append(weakref.ref(seen.image))
        return seen

    monkeypatch.setattr(suspicious_cutouts, "look", looked)
    return read


def spoil(root: Path) -> None:
    """Put a file where the folder of masks should be."""
    (root / "masks").rename(root / "away")
    (root / "masks").write_text("not a folder")


def mend(root: Path) -> None:
    (root / "masks").unlink()
    (root / "away").rename(root / "masks")
