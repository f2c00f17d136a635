"""A folder run: every image is finished or listed, whole files only, and a record of how."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import read_mask
from segstudio.io.sureness import read_sureness
from segstudio.models.description import Preprocess
from segstudio.models.segmenter import Cost, Interrupted, ModelInfo
from segstudio.services.binary import binary_of
from segstudio.services.class_mapping import map_classes
from segstudio.services.predict import Step, predict_folder, run_folder, translated
from segstudio.services.run_record import read_run, written_classes

MODEL_CLASSES = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "Cell", (255, 0, 0)),
        LabelClass(2, "rod", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "vessel", (0, 0, 255)),
        LabelClass(5, "cell", (255, 255, 0)),
    )
)


class Thirds:
    """Calls dark, middling and bright pixels 0, 1 and 2, and cannot take pictures wider than ``widest``."""

    def __init__(self, file: Path, widest: int = 10**9, classes: LabelSchema = MODEL_CLASSES) -> None:
        self.widest, self.batches = widest, list[int]()
        self.info = ModelInfo(
            file, "segstudio", "thirds", 0, classes, Preprocess(), "CPU, 1 thread", "fp32", (), {"mean_iou": 0.5}
        )

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        raise NotImplementedError

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        self.batches.append(len(images))
        if any(image.shape[1] > self.widest for image in images):
            raise SegstudioError("The picture is too wide.", "Use a narrower one.")
        return [self._say(image[..., 0], keep) for image in images]

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "Thirds":
        raise NotImplementedError

    def interrupt(self) -> None: ...

    def resume(self) -> None: ...

    def cost(self, height: int, width: int) -> Cost | None:
        return None

    def _say(self, gray: LabelPlane, keep: Keep) -> Prediction:
        """Be as sure as the pixel is bright, and call all other classes equally likely."""
        labels = (gray // 86).astype(np.uint8) % len(self.info.classes.scored)
        sure = np.maximum(gray, 128).astype(np.uint8)
        planes = np.stack([np.where(labels == c, sure, 255 - sure) for c in range(len(self.info.classes.scored))])
        said = planes.astype(np.uint8)
        return Prediction(
            labels, {"forward": 0.25}, sure if keep.confidence else None, said if keep.probabilities else None
        )


@pytest.fixture
def model(tmp_path: Path) -> Thirds:
    (tmp_path / "net.v1.safetensors").write_bytes(b"weights")
    return Thirds(tmp_path / "net.v1.safetensors")


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    random = np.random.default_rng(0)
    found: list[Sample] = []
    for name in ("a", "b", "deep/c", "d", "e", "f"):
        path = tmp_path / "images" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (7, 9 + len(found) % 2, 3)).astype(np.uint8)).save(path)
        found.append(Sample(name, path))
    return found


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def expected(sample: Sample) -> LabelPlane:
    with Image.open(sample.image) as image:
        plane: LabelPlane = np.array([0, 5, 2], np.uint8)[np.asarray(image)[..., 0] // 86]
    return plane


@pytest.mark.parametrize("batch", [1, 2, 4, 50])
def test_every_image_is_a_step_and_a_mask(tmp_path: Path, model: Thirds, samples: list[Sample], batch: int) -> None:
    run = tmp_path / "predictions" / "run"
    steps = list(predict_folder(samples, model, SCHEMA, run, batch))
    assert [step.sample for step in steps] == samples
    assert [(step.done, step.total) for step in steps] == [(n, 6) for n in range(1, 7)]
    assert files(run) == {f"{s.id}.png" for s in samples} | {"run.json"}
    assert max(model.batches) <= batch
    for step in steps:
        assert step.prediction is not None
        written = read_mask(run / f"{step.sample.id}.png", map_classes(model.info, SCHEMA).schema)
        np.testing.assert_array_equal(written, expected(step.sample))
        np.testing.assert_array_equal(step.prediction.labels, expected(step.sample))
        assert set(step.prediction.seconds) == {"decode", "forward", "write"}
    assert steps[-1].rate > 0
    assert steps[-1].seconds_left == 0


def test_the_record_says_how_the_run_was_made(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    list(predict_folder(samples, model, SCHEMA, tmp_path / "run"))
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert run == read_run(tmp_path / "run")
    assert (run["version"], run["state"], run["images"]) == (1, "done", 6)
    assert (run["done"], run["failed"], run["skipped"]) == (6, [], [])
    assert run["model"]["file"] == str(model.info.file)
    assert run["model"]["sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert (run["model"]["format"], run["model"]["architecture"]) == ("segstudio", "thirds")
    assert run["model"]["classes"][1] == {"id": 1, "name": "Cell", "color": "#ff0000", "written_as": 5}
    assert run["preprocess"]["order"] == "RGB"
    assert (run["device"], run["precision"]) == ("CPU, 1 thread", "fp32")
    assert {"segstudio", "python", "torch", "numpy"} <= set(run["versions"])
    assert datetime.fromisoformat(run["started"]).tzinfo is not None
    assert list(run["seconds"]) == ["read", "decode", "preprocess", "forward", "postprocess", "write"]
    assert run["seconds"]["forward"] == {"total": 1.5, "per_image": 0.25}
    assert run["seconds"]["read"] == {"total": None, "per_image": None}
    assert run["images_per_second"] > 0


def test_bad_images_are_listed_and_the_run_goes_on(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    samples[1].image.write_bytes(b"")
    samples[4].image.unlink()
    steps = list(predict_folder(samples, model, SCHEMA, tmp_path / "run", batch=2))
    failed = {step.sample.id: step.error for step in steps if step.error}
    assert set(failed) == {"b", "e"}
    assert all(step.prediction is None for step in steps if step.error)
    assert files(tmp_path / "run") == {"a.png", "deep/c.png", "d.png", "f.png", "run.json"}
    run = read_run(tmp_path / "run")
    assert (run["state"], run["done"]) == ("done", 4)
    assert run["failed"] == [{"id": key, "error": error.sentence()} for key, error in failed.items()]
    assert str(samples[1].image) in run["failed"][0]["error"]


def test_an_image_the_model_cannot_take_does_not_fail_its_batch(
    tmp_path: Path, model: Thirds, samples: list[Sample]
) -> None:
    Image.new("RGB", (99, 4)).save(samples[2].image)
    model.widest = 50
    steps = list(predict_folder(samples, model, SCHEMA, tmp_path / "run", batch=6))
    assert [step.sample.id for step in steps if step.error] == ["deep/c"]
    assert len(files(tmp_path / "run")) == 6


def test_a_mask_that_cannot_be_written_is_listed(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    run = predict_folder(samples, model, SCHEMA, tmp_path / "run")
    next(run)
    (tmp_path / "run" / "deep").write_text("a file where a folder is needed")
    steps = list(run)
    assert [step.sample.id for step in steps if step.error] == ["deep/c"]
    assert read_run(tmp_path / "run")["done"] == 5


@pytest.mark.parametrize("after", [1, 2])
def test_cancelling_leaves_whole_files_and_says_so(
    tmp_path: Path, model: Thirds, samples: list[Sample], after: int
) -> None:
    run = predict_folder(samples, model, SCHEMA, tmp_path / "run", batch=2)
    for _ in range(after):
        next(run)
    assert read_run(tmp_path / "run")["state"] == "running"
    run.close()
    record = read_run(tmp_path / "run")
    masks = files(tmp_path / "run") - {"run.json"}
    assert (record["state"], record["done"]) == ("cancelled", len(masks))
    assert after <= len(masks) < len(samples)
    for sample in samples:
        if f"{sample.id}.png" in masks:
            written = read_mask(tmp_path / "run" / f"{sample.id}.png", map_classes(model.info, SCHEMA).schema)
            np.testing.assert_array_equal(written, expected(sample))


class Hanging(Thirds):
    """Comes to no end of its second batch until it is interrupted."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.hangs, self.interrupted = threading.Event(), threading.Event()

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        if self.batches:
            self.batches.append(len(images))
            self.hangs.set()
            assert self.interrupted.wait(60)
            raise Interrupted
        return super().predict(images, keep)

    def interrupt(self) -> None:
        self.interrupted.set()


@pytest.mark.parametrize("batch", [1, 3])
def test_an_interruption_ends_the_run_and_nothing_is_tried_again(
    tmp_path: Path, model: Thirds, samples: list[Sample], batch: int
) -> None:
    hanging = Hanging(model.info.file)

    def interrupt() -> None:
        assert hanging.hangs.wait(60)
        hanging.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(Interrupted):
        list(predict_folder(samples, hanging, SCHEMA, tmp_path / "run", batch))
    thread.join()
    assert hanging.batches == [batch, batch]
    record = read_run(tmp_path / "run")
    assert (record["state"], record["done"], record["failed"]) == ("cancelled", batch, [])
    assert files(tmp_path / "run") == {"run.json", *(f"{sample.id}.png" for sample in samples[:batch])}


def test_a_bug_ends_the_run_and_is_not_hidden(
    tmp_path: Path, model: Thirds, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(images: Sequence[RgbImage], keep: Keep) -> list[Prediction]:
        raise ZeroDivisionError

    monkeypatch.setattr(model, "predict", broken)
    with pytest.raises(ZeroDivisionError):
        list(predict_folder(samples, model, SCHEMA, tmp_path / "run"))
    assert read_run(tmp_path / "run")["state"] == "failed"


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_read_only_folder_is_said_at_once(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(UnwritableFile, match="permission is missing"):
        next(predict_folder(samples, model, SCHEMA, tmp_path / "locked" / "run"))
    assert model.batches == []


def test_a_folder_that_cannot_be_is_said_at_once(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnwritableFile, match="a file stands where a folder is needed"):
        next(predict_folder(samples, model, SCHEMA, tmp_path / "file" / "run"))
    assert model.batches == []


def test_somebody_elses_masks_are_not_written_over(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks" / "a.png").write_bytes(b"precious")
    with pytest.raises(UnwritableFile, match="not of a run"):
        next(predict_folder(samples, model, SCHEMA, tmp_path / "masks"))
    assert files(tmp_path / "masks") == {"a.png"}


def test_two_runs_are_not_mixed_in_one_folder(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    run = tmp_path / "run"
    list(predict_folder(samples[:2], model, SCHEMA, run))
    before = {name: (run / name).read_bytes() for name in files(run)}
    with pytest.raises(UnwritableFile, match="masks of an earlier run"):
        next(predict_folder(samples[1:], model, SCHEMA, run))
    assert {name: (run / name).read_bytes() for name in files(run)} == before
    for mask in ("a.png", "b.png"):
        (run / mask).unlink()
    assert len(list(predict_folder(samples, model, SCHEMA, run))) == 6


def test_no_samples_make_an_empty_run(tmp_path: Path, model: Thirds) -> None:
    assert list(predict_folder([], model, SCHEMA, tmp_path / "run")) == []
    assert read_run(tmp_path / "run")["state"] == "done"


def test_one_image_is_in_the_ids_of_the_project(model: Thirds) -> None:
    image = np.array([[[0] * 3, [100] * 3, [200] * 3]], np.uint8)
    (said,) = model.predict([image])
    for schema, labels in ((SCHEMA, [[0, 5, 2]]), (MODEL_CLASSES, [[0, 1, 2]])):
        np.testing.assert_array_equal(translated(said, map_classes(model.info, schema)).labels, labels)


def gray_of(sample: Sample) -> LabelPlane:
    with Image.open(sample.image) as image:
        plane: LabelPlane = np.asarray(image)[..., 0]
    return plane


def test_confidence_and_probabilities_are_kept_beside_the_masks(
    tmp_path: Path, model: Thirds, samples: list[Sample]
) -> None:
    run = tmp_path / "run"
    list(predict_folder(samples, model, SCHEMA, run, 2, Keep(confidence=True, probabilities=True)))
    beside_masks = {f"{s.id}{kind}" for s in samples for kind in (".png", ".confidence.png", ".probabilities.npz")}
    assert files(run) == beside_masks | {"run.json"}
    assert read_run(run)["kept"] == ["confidence", "probabilities"]
    for sample in samples:
        sure = np.maximum(gray_of(sample), 128)
        np.testing.assert_array_equal(read_sureness(run / f"{sample.id}.confidence.png"), sure)
        with np.load(run / f"{sample.id}.probabilities.npz", allow_pickle=False) as kept:
            assert kept["classes"].tolist() == [0, 5, 2], "the ids in the masks, in the order of the outputs"
            assert kept["probabilities"].dtype == np.uint8
            np.testing.assert_array_equal(kept["probabilities"].max(0), sure)
            labels = kept["classes"][kept["probabilities"].argmax(0)]
        np.testing.assert_array_equal(labels[sure > 128], expected(sample)[sure > 128])


@pytest.mark.parametrize("keep", [Keep(confidence=True), Keep(probabilities=True)])
def test_a_binary_model_leaves_the_probability_of_its_object(
    tmp_path: Path, model: Thirds, samples: list[Sample], keep: Keep
) -> None:
    cells = LabelSchema((LabelClass(0, "cell", (9, 0, 0)), LabelClass(1, "background", (0, 0, 0), background=True)))
    list(predict_folder(samples, Thirds(model.info.file, classes=cells), SCHEMA, tmp_path / "run", 1, keep))
    classes = written_classes(tmp_path / "run")
    assert binary_of(classes) == (0, 5)
    for sample in samples:
        gray = gray_of(sample)
        is_cell, sure = gray // 86 % 2 == 0, np.maximum(gray, 128)
        written = read_sureness(tmp_path / "run" / f"{sample.id}.probability.png")
        np.testing.assert_array_equal(written, np.where(is_cell, sure, 255 - sure))


def test_a_mask_is_only_there_with_what_was_to_be_kept(tmp_path: Path, model: Thirds, samples: list[Sample]) -> None:
    run = predict_folder(samples, model, SCHEMA, tmp_path / "run", keep=Keep(confidence=True))
    next(run)
    (tmp_path / "run" / "d.confidence.png").mkdir()
    failed = [step for step in run if step.error]
    assert [step.sample.id for step in failed] == ["d"]
    assert "d.confidence.png" in str(failed[0].error)
    assert not (tmp_path / "run" / "d.png").exists()


def schema(*names: str) -> LabelSchema:
    return LabelSchema(tuple(LabelClass(i, name, (i, i, i)) for i, name in enumerate(names) if name))


@pytest.mark.parametrize(
    ("model_names", "project_names", "written"),
    [
        (("background", "a"), ("background", "A"), {0: 0, 1: 1}),
        (("background", "a", "b"), ("background", "b", "a"), {0: 0, 1: 2, 2: 1}),
        (("background", "new"), ("background", "", "x"), {0: 0, 1: 1}),
        (("background", "new"), ("background", "x"), {0: 0, 1: 2}),  # 1 would read as x
        (("background", "p", "q"), ("background", "q", "r"), {0: 0, 1: 3, 2: 1}),
        (("one", "two"), ("eins", "zwei"), {0: 0, 1: 1}),
    ],
)
def test_names_decide_ids(
    tmp_path: Path, model_names: Sequence[str], project_names: Sequence[str], written: dict[int, int]
) -> None:
    classes = map_classes(Thirds(tmp_path, classes=schema(*model_names)).info, schema(*project_names))
    assert classes.written == written
    for c in schema(*model_names).classes:
        name = classes.schema.get(written[c.id])
        assert name is not None
        assert name.name.casefold() == c.name.casefold() or project_names[0] == "eins"


def test_names_that_only_say_their_ids_count_for_nothing(tmp_path: Path) -> None:
    info = replace(Thirds(tmp_path, classes=schema("background", "class 1")).info, assumed=("classes",))
    assert map_classes(info, schema("sky", "background")).written == {0: 0, 1: 1}


def test_runs_are_named_for_model_and_time_and_never_share_a_folder(tmp_path: Path) -> None:
    now, model = datetime(2026, 3, 4, 5, 6, 7), Path("x/net.v1.safetensors")
    project = Project(tmp_path / "p", SCHEMA, (), (), configured=True)
    first = run_folder(project, model, now=now)
    assert first == tmp_path / "p" / "predictions" / "net.v1-2026-03-04T050607"
    first.mkdir(parents=True)
    assert run_folder(project, model, now=now).name == "net.v1-2026-03-04T050607-2"
    bare = replace(project, configured=False)
    assert run_folder(bare, model).parent == tmp_path / "predictions"
    assert run_folder(bare, model, tmp_path / "p" / "x.png").parent == tmp_path / "p" / "predictions"


def test_a_step_knows_its_rate(samples: list[Sample]) -> None:
    step = Step(samples[0], done=3, total=9, seconds=1.5)
    assert (step.rate, step.seconds_left) == (2, 3)


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    for text in ("", "{", "[]"):
        (tmp_path / "run.json").write_text(text)
        with pytest.raises(SegstudioError, match=r"run\.json"):
            read_run(tmp_path)


ENTRY = {"id": 1, "name": "a", "color": "#ff0000", "written_as": 7}


@pytest.mark.parametrize(
    ("table", "ids"),
    [
        ([ENTRY, {**ENTRY, "id": 2, "written_as": 3}], [7, 3]),
        ([ENTRY, ENTRY], [7]),  # two classes of a model may have one name, and then one id
        ([{**ENTRY, "color": 5}], []),
        ([{**ENTRY, "color": "#ffffffffff"}], []),
        ([{**ENTRY, "written_as": 1.5}], []),
        ([{**ENTRY, "written_as": True}], []),
        ([{**ENTRY, "written_as": "7"}], []),
        ([{**ENTRY, "written_as": [1]}], []),
        ([{**ENTRY, "written_as": 70000}], []),
        ([{**ENTRY, "written_as": -1}], []),
        ([{"id": 1}], []),
        (["x"], []),
        ({"a": 1}, []),
        (5, []),
    ],
)
def test_classes_of_a_hostile_record_are_distinct_or_none(tmp_path: Path, table: object, ids: list[int]) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"model": {"classes": table}}))
    classes = written_classes(tmp_path)
    assert [c.id for c in classes] == ids
    assert LabelSchema(classes).classes == classes


def test_importing_costs_no_torch() -> None:
    """What ``--help`` and the window import does not bring torch, nor Qt."""
    code = (
        "import sys, segstudio.models, segstudio.models.loaders, segstudio.models.zoo\n"
        "import segstudio.services.predict, segstudio.services.sample_project, segstudio.cli.predict\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'PySide6')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
