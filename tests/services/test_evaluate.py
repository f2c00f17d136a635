"""Scoring pairs of files: order, failures, and the sum of it all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.confusion import Confusion, UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Holds, LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.services.ahead import AHEAD
from segstudio.services.evaluate import Evaluation, evaluate, project_pairs
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Mask, MissingPrediction, Pair

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)


def mask(path: Path, rows: list[list[int]]) -> Mask:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_mask(path, np.array(rows, np.uint8), SCHEMA)
    return Mask(path)


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    """Four pairs, two good ones about two bad ones."""
    truth, prediction = tmp_path / "truth", tmp_path / "prediction"
    damaged = mask(prediction / "b.png", [[0, 1]])
    damaged.path.write_bytes(damaged.path.read_bytes()[:-22])
    return [
        Pair("a", mask(truth / "a.png", [[0, 1], [1, 255]]), mask(prediction / "a.png", [[0, 1], [0, 0]])),
        Pair("b", mask(truth / "b.png", [[0, 1]]), damaged),
        Pair("c", mask(truth / "c.png", [[0, 1]]), None),
        Pair("d", mask(truth / "d.png", [[1, 1]]), mask(prediction / "d.png", [[1, 255]])),
    ]


def test_bad_pairs_are_steps_with_an_error_and_the_rest_is_scored(pairs: list[Pair], tmp_path: Path) -> None:
    steps = list(evaluate(pairs, SCHEMA))
    assert [(s.id, s.done, s.total) for s in steps] == [("a", 1, 4), ("b", 2, 4), ("c", 3, 4), ("d", 4, 4)]
    assert [type(s.error) for s in steps] == [type(None), UnreadableFile, MissingPrediction, type(None)]
    assert str(tmp_path / "prediction/b.png") in str(steps[1].error)
    counts = [s.confusion.counts.tolist() for s in steps if s.confusion is not None]
    assert counts == [[[1, 0, 0], [1, 1, 0]], [[0, 0, 0], [0, 1, 1]]]


def test_the_sum_holds_what_was_scored(pairs: list[Pair]) -> None:
    evaluation = Evaluation(SCHEMA)
    for step in evaluate(pairs, SCHEMA):
        evaluation.add(step)
    assert evaluation.total.counts.tolist() == [[1, 0, 0], [1, 2, 1]]
    assert evaluation.total.ignored == 1
    assert [i for i, _ in evaluation.images()] == ["a", "d"]
    assert list(evaluation.failures) == ["b", "c"]
    assert evaluation.means(evaluation.total) == pytest.approx({"iou": 0.5, "dice": 2 / 3, "accuracy": 0.75})


def test_nothing_scored_is_a_sum_of_no_pixels() -> None:
    total = Evaluation(SCHEMA).total
    assert (total.labels, total.pixels) == ((0, 1), 0)


def test_a_prediction_of_another_size_fails(tmp_path: Path) -> None:
    pair = Pair("a", mask(tmp_path / "t.png", [[0, 1, 1]]), mask(tmp_path / "p.png", [[0, 1]]))
    (step,) = evaluate([pair], SCHEMA)
    assert pair.prediction is not None
    assert isinstance(step.error, SizeMismatch)
    assert str(step.error) == f"{pair.prediction.path} is 2 x 1 pixels, but {pair.truth.path} is 3 x 1."


def test_undeclared_truth_fails_and_undeclared_prediction_counts_as_wrong(tmp_path: Path) -> None:
    good, bad = mask(tmp_path / "good.png", [[0, 1, 1]]), mask(tmp_path / "bad.png", [[7, 7, 1]])
    wrong, failed = evaluate([Pair("a", good, bad), Pair("b", bad, good)], SCHEMA)
    assert wrong.confusion is not None
    assert wrong.confusion.counts.tolist() == [[0, 0, 1], [0, 1, 1]]
    assert isinstance(failed.error, UndeclaredTruth)
    assert failed.error.values == {7: 2}
    assert str(bad.path) in str(failed.error)


def test_a_page_of_a_stack_is_compared_with_its_own_page(tmp_path: Path) -> None:
    planes = [Image.fromarray(np.full((2, 2), value, np.uint8)) for value in (0, 1, 1)]
    stack = tmp_path / "stack.tif"
    planes[0].save(stack, save_all=True, append_images=planes[1:])
    alone = mask(tmp_path / "alone.png", [[1, 1], [1, 0]])
    first, last = evaluate([Pair("s#0000", Mask(stack), Mask(stack)), Pair("s#0002", Mask(stack, 2), alone)], SCHEMA)
    assert first.confusion is not None
    assert last.confusion is not None
    assert first.confusion.counts.tolist() == [[4, 0, 0], [0, 0, 0]]
    assert last.confusion.counts.tolist() == [[0, 0, 0], [1, 3, 0]]


def test_memory_is_bounded_and_closing_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = mask(tmp_path / "a.png", [[0, 1]]), []

    def counted(path: Path, schema: LabelSchema, page: int, holds: Holds) -> LabelPlane:
        read.append(path)
        return read_plane(path, schema, page, holds)

    monkeypatch.setattr("segstudio.services.scoring.read_plane", counted)
    steps = evaluate([Pair(str(i), path, path) for i in range(500)], SCHEMA)
    next(steps)
    steps.close()
    assert 2 <= len(read) <= 2 * AHEAD


def test_a_bug_is_not_taken_for_a_bad_file(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[None]:
        raise RuntimeError("a bug")

    monkeypatch.setattr("segstudio.services.scoring.read_plane", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        next(evaluate(pairs, SCHEMA))


def test_too_many_classes_are_refused_before_anything_is_read() -> None:
    schema = LabelSchema(tuple(LabelClass(i, str(i), (0, 0, 0)) for i in range(5000)))
    with pytest.raises(SegstudioError, match="more than can be counted"):
        next(evaluate([], schema), None)


def test_a_project_is_paired_with_its_run_by_id(tmp_path: Path) -> None:
    samples = tuple(Sample(i, tmp_path / f"{i}.jpg", page) for i, page in (("b", 0), ("a#0001", 1), ("c", 0)))
    edited = LabelSource("mine", tmp_path / "masks", files={"b": tmp_path / "masks/b.png"})
    given = LabelSource(
        "given", tmp_path / "gt", "import", True, {i: tmp_path / f"gt/{i}.png" for i in ("a#0001", "b")}
    )
    run = LabelSource("run", tmp_path / "run", "run", True, {"b": tmp_path / "run/b.png"})
    project = Project(tmp_path, SCHEMA, samples, (edited, given), (run,))
    assert project_pairs(project, run) == [
        Pair("a#0001", Mask(tmp_path / "gt/a#0001.png", 1), None),
        Pair("b", Mask(tmp_path / "masks/b.png"), Mask(tmp_path / "run/b.png")),
    ]


def test_labels_listed_at_opening_are_paired_without_asking_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = tuple(Sample(f"s/{i}", tmp_path / f"s/{i}.jpg") for i in range(20))
    files = {s.id: tmp_path / "masks" / f"{s.id}.png" for s in samples}
    truth, run = LabelSource("truth", tmp_path / "masks", files=files), LabelSource("run", tmp_path / "r", "run", True)
    asked: list[Path] = []
    monkeypatch.setattr(Path, "is_file", asked.append)
    pairs = project_pairs(Project(tmp_path, SCHEMA, samples, (truth,), (run,)), run)
    assert [pair.truth.path for pair in pairs] == sorted(files.values())
    assert not asked


def test_numbered_objects_are_one_class(tmp_path: Path) -> None:
    numbers = mask(tmp_path / "t.png", [[0, 1, 2, 9]])._replace(holds="instances")
    (step,) = evaluate([Pair("a", numbers, mask(tmp_path / "p.png", [[0, 1, 1, 0]]))], SCHEMA)
    assert step.confusion is not None
    assert step.confusion.counts.tolist() == [[1, 0, 0], [1, 2, 0]]


def test_camvid_counts_equal_those_of_single_planes(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("camvid") / "valannot"
    paths = sorted(folder.glob("*.png"))[:12]
    schema = LabelSchema(tuple(LabelClass(i, str(i), (i, 0, 0), ignore=i == 11) for i in range(12)))
    pairs = [Pair(a.stem, Mask(a), Mask(b)) for a, b in zip(paths, [*paths[1:], paths[0]], strict=True)]
    for pair, step in zip(pairs, evaluate(pairs, schema), strict=True):
        assert pair.prediction is not None
        planes = [np.array(Image.open(path)) for path in (pair.truth.path, pair.prediction.path)]
        assert step.confusion is not None
        expected = Confusion.of(planes[0], planes[1], schema)
        np.testing.assert_array_equal(step.confusion.counts, expected.counts)
