"""A run of a model that tells objects apart: what is written, and that its objects are scored as they were found."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, FoundObject, Keep, LabelSource, Prediction, Project, Sample
from segstudio.core.rle import counts_within
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.coco_instances import read_results
from segstudio.io.instances import find_numbers
from segstudio.models.description import Preprocess
from segstudio.models.segmenter import ModelInfo
from segstudio.services.class_mapping import ClassMapping
from segstudio.services.evaluate import mask_in
from segstudio.services.object_maps import RESULTS, read_predicted_objects, run_results
from segstudio.services.open_sample import load_sample
from segstudio.services.predict import predict_folder
from segstudio.services.run_record import read_run
from tests.services.test_predict import Thirds

CLASSES = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0), thing=True),
        LabelClass(2, "rod", (0, 255, 0), thing=True),
    )
)
SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(5, "cell", (255, 255, 0)),
        LabelClass(7, "rod", (5, 255, 0)),
    )
)
SHAPE = (8, 10)


def found(class_id: int, score: float, number: int, rows: slice, columns: slice) -> FoundObject:
    mask = np.zeros(SHAPE, bool)
    mask[rows, columns] = True
    box = (columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
    return FoundObject(class_id, score, box, counts_within(mask, (0, 0), SHAPE), number)


OBJECTS = (
    found(1, 0.9, 1, slice(1, 5), slice(1, 5)),
    found(2, 0.8, 2, slice(2, 6), slice(4, 9)),
    found(1, 0.3, 0, slice(2, 6), slice(5, 9)),
)


class Finder(Thirds):
    """Finds the same three objects in every picture."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.info = ModelInfo(
            file, "segstudio", "mask_rcnn", 0, CLASSES, Preprocess(), "CPU", "fp32", (), {}, instances=True
        )

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        labels, numbers = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32)
        labels[2:6, 4:9], numbers[2:6, 4:9] = 2, 2
        labels[1:5, 1:5], numbers[1:5, 1:5] = 1, 1
        return [Prediction(labels, {"forward": 0.1}, instances=numbers, objects=OBJECTS) for _ in images]


@pytest.fixture
def model(tmp_path: Path) -> Finder:
    (tmp_path / "m.safetensors").write_bytes(b"weights")
    return Finder(tmp_path / "m.safetensors")


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    made = []
    for name in ("a", "deep/b"):
        path = tmp_path / "images" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", SHAPE[::-1]).save(path)
        made.append(Sample(name, path))
    return made


def test_numbers_lie_beside_each_mask_and_all_objects_in_one_file(
    tmp_path: Path, model: Finder, samples: list[Sample]
) -> None:
    run = tmp_path / "run"
    (first, second) = predict_folder(samples, model, SCHEMA, run)
    assert {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()} == {
        "a.png", "a.instances.png", "deep/b.png", "deep/b.instances.png", "instances.json", "run.json"
    }  # fmt: skip
    assert first.prediction is not None
    numbers = find_numbers(run / "deep" / "b.png")
    assert numbers is not None
    np.testing.assert_array_equal(numbers.instances, first.prediction.instances)
    results = read_results(run / RESULTS)
    assert [(r.image, r.category, r.score) for r in results] == [
        (name, category, score) for name in ("a", "deep/b") for category, score in ((5, 0.9), (7, 0.8), (5, 0.3))
    ]
    assert results[0].box == [1, 1, 4, 4]
    record = read_run(run)
    assert record["kept"] == ["instances"]
    assert record["instances"] == {"least_score": 0.5, "mask_threshold": 0.5}
    assert second.prediction is not None
    assert [o.class_id for o in second.prediction.objects] == [5, 7, 5]


def test_each_object_is_read_with_the_score_that_it_was_found_with(
    tmp_path: Path, model: Finder, samples: list[Sample]
) -> None:
    """The second is half covered: what is left of it lies rather in the third, which is of another class."""
    run = tmp_path / "run"
    list(predict_folder(samples, model, SCHEMA, run))
    source = LabelSource("run", run, "run", files={"a": run / "a.png"})
    mask = mask_in(source, run / "a.png", 0)
    read = read_predicted_objects(mask, SCHEMA, run_results(run, ["a", "deep/b"]).of("a"))
    assert read.numbered
    assert read.scores == {1: 0.9, 2: 0.8}


def test_what_is_written_as_background_has_no_objects(tmp_path: Path, model: Finder, samples: list[Sample]) -> None:
    run = tmp_path / "run"
    list(predict_folder(samples[:1], model, SCHEMA, run, mapping=ClassMapping("hand", chosen={1: "nothing"})))
    assert [r.category for r in read_results(run / RESULTS)] == [7]
    numbers = find_numbers(run / "a.png")
    assert numbers is not None
    assert np.unique(numbers.instances).tolist() == [0, 2]


def test_a_run_that_is_stopped_has_the_objects_of_what_is_done(
    tmp_path: Path, model: Finder, samples: list[Sample]
) -> None:
    steps = predict_folder([*samples, Sample("c", samples[0].image)], model, SCHEMA, tmp_path / "run")
    next(steps)
    steps.close()
    record = read_run(tmp_path / "run")
    written = {result.image for result in read_results(tmp_path / "run" / RESULTS)}
    assert record["state"] == "cancelled"
    assert len(written) == record["done"]


def test_a_run_that_finds_nothing_says_so(
    tmp_path: Path, model: Finder, samples: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = Prediction(np.zeros(SHAPE, np.uint8), {"forward": 0.1}, instances=np.zeros(SHAPE, np.uint32))
    monkeypatch.setattr(model, "predict", lambda images, keep: [blank for _ in images])
    list(predict_folder(samples, model, SCHEMA, tmp_path / "run"))
    assert json.loads((tmp_path / "run" / RESULTS).read_text()) == []


def test_a_sample_is_opened_with_the_numbers_of_what_was_found(
    tmp_path: Path, model: Finder, samples: list[Sample]
) -> None:
    run = tmp_path / "run"
    list(predict_folder(samples[:1], model, SCHEMA, run))
    source = LabelSource("run", run, "run", read_only=True, files={"a": run / "a.png"})
    project = Project(tmp_path, SCHEMA, tuple(samples), (LabelSource("truth", tmp_path / "masks"),))
    opened = load_sample(project, samples[0], source)
    assert opened.said is not None
    np.testing.assert_array_equal(opened.said.instances, model.predict([np.zeros((*SHAPE, 3), np.uint8)])[0].instances)
    opened.follow(SCHEMA)
    opened.try_labels(np.zeros(SHAPE, np.uint8), SCHEMA)
    assert opened.said.instances is None, "labels that are tried have no objects of their own"
    opened.close()
