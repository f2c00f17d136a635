"""The objects of files of labels: told apart by numbers, by results, or by where they are connected."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.confusion import UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.raster import LabelMap
from segstudio.core.rle import numbered_counts
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.coco_instances import CocoResult
from segstudio.services.object_maps import (
    ObjectMap,
    by_image,
    objects_of_results,
    objects_without_numbers,
    read_predicted_objects,
    read_truth_objects,
)
from segstudio.services.scoring import Mask

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cat", (9, 0, 0), thing=True),
        LabelClass(2, "sky", (0, 9, 0)),
    )
)


def written(folder: Path, classes: list[list[int]], numbers: list[list[int]] | None = None) -> Mask:
    path = folder / "x.png"
    Image.fromarray(np.array(classes, np.uint8)).save(path)
    if numbers is not None:
        Image.fromarray(np.array(numbers, np.uint16)).save(folder / "x.instances.png")
    return Mask(path)


def result(area: list[list[int]], score: float, category: int = 1) -> CocoResult:
    plane = np.array(area, np.uint32)
    counts = numbered_counts(plane)[1]
    mask = {"size": list(plane.shape), "counts": [*counts, plane.size - sum(counts)]}
    return CocoResult("x", category, score, mask)


def numbers_of(found: ObjectMap) -> list[list[int]]:
    assert found.planes.instances is not None
    return [[int(n) for n in row] for row in found.planes.instances]


def test_numbers_beside_a_mask_tell_objects_apart(tmp_path: Path) -> None:
    found = read_truth_objects(written(tmp_path, [[1, 1, 1, 2]], [[5, 5, 6, 0]]), SCHEMA)
    assert (numbers_of(found), found.numbered) == ([[5, 5, 6, 0]], True)


def test_numbers_that_do_not_fit_the_classes_give_way(tmp_path: Path) -> None:
    found = read_truth_objects(written(tmp_path, [[1, 1, 2, 2]], [[5, 5, 5, 0]]), SCHEMA)
    assert numbers_of(found) == [[5, 5, 0, 0]], "the sky is no thing"


def test_without_numbers_each_connected_area_of_a_thing_is_an_object(tmp_path: Path) -> None:
    found = read_truth_objects(written(tmp_path, [[1, 0, 1, 2]]), SCHEMA)
    assert (numbers_of(found), found.numbered) == ([[1, 0, 2, 0]], False)


def test_a_file_of_numbers_is_of_the_one_thing(tmp_path: Path) -> None:
    path = tmp_path / "n.png"
    Image.fromarray(np.array([[0, 700, 9]], np.uint16)).save(path)
    found = read_truth_objects(Mask(path, holds="instances"), SCHEMA)
    assert (found.planes.classes.tolist(), numbers_of(found)) == ([[0, 1, 1]], [[0, 700, 9]])


def test_each_object_has_the_score_of_the_result_that_fits_it_best(tmp_path: Path) -> None:
    mask = written(tmp_path, [[1, 1, 1, 1]], [[5, 5, 6, 6]])
    results = [result([[1, 1, 1, 1]], 0.9), result([[1, 1, 0, 0]], 0.4)]
    found = read_predicted_objects(mask, SCHEMA, results)
    # Number 6 lies in the first result alone, number 5 in both and fits the second.
    assert found.scores == {5: 0.4, 6: 0.9}
    assert found.scores_of([5, 6, 7]).tolist() == [0.4, 0.9, 1.0]


def test_results_are_painted_where_nothing_else_tells_objects_apart(tmp_path: Path) -> None:
    mask = written(tmp_path, [[0, 1, 1, 2]])
    results = [result([[0, 1, 1, 0]], 0.9), result([[1, 1, 0, 0]], 0.4), result([[0, 0, 0, 1]], 0.8, category=2)]
    found = read_predicted_objects(mask, SCHEMA, results)
    assert found.planes.classes.tolist() == [[1, 1, 1, 2]]
    assert [found.scores.get(n, 0.0) for n in numbers_of(found)[0]] == [0.4, 0.9, 0.9, 0.0]
    alone = objects_of_results(results, (1, 4), SCHEMA)
    assert alone.planes.classes.tolist() == [[1, 1, 1, 0]]


def test_a_result_of_another_size_is_said(tmp_path: Path) -> None:
    with pytest.raises(SegstudioError, match="of a picture of 2 x 1 pixels, and the image has 4 x 1"):
        read_predicted_objects(written(tmp_path, [[0, 1, 1, 2]]), SCHEMA, [result([[0, 1]], 0.5)])


def test_numbers_of_another_size_and_values_without_a_class_are_said(tmp_path: Path) -> None:
    with pytest.raises(SizeMismatch):
        read_truth_objects(written(tmp_path, [[1, 1]], [[1, 1, 1]]), SCHEMA)
    (tmp_path / "x.instances.png").unlink()
    with pytest.raises(UndeclaredTruth, match=r"7 \(1 px\)"):
        read_truth_objects(written(tmp_path, [[1, 7]]), SCHEMA)


def test_results_are_found_by_id_by_name_and_by_number() -> None:
    samples = ("a/b", "x/c", "val/COCO_000000000142", "142x", "b")
    results = by_image([CocoResult("a/b", 1, 0.5), CocoResult("c", 1, 0.5), CocoResult(142, 1, 0.5)], samples)
    assert [len(results.of(i)) for i in samples] == [1, 1, 1, 0, 0]


def test_results_that_could_be_those_of_several_samples_are_nobodys() -> None:
    samples = ("left/1", "right/img_01", "vol#0001", "x/c", "y/c", "c2")
    results = by_image([CocoResult(1, 1, 0.5), CocoResult("c", 1, 0.5), CocoResult(2, 1, 0.5)], samples)
    with pytest.raises(SegstudioError, match="the image 1 could be those of left/1, right/img_01, vol#0001") as caught:
        results.of("vol#0001")
    assert "image_id" in caught.value.hint
    with pytest.raises(SegstudioError, match="the image c could be those of x/c, y/c"):
        results.of("y/c")
    assert len(results.of("c2")) == 1


def test_an_id_goes_before_a_name_and_a_name_before_a_number() -> None:
    results = [CocoResult("c", 1, 0.1), CocoResult("x/c", 1, 0.2), CocoResult("img_7", 1, 0.3), CocoResult(7, 1, 0.4)]
    found = by_image(results, ("c", "x/c", "y/img_7", "8"))
    assert [[r.score for r in found.of(i)] for i in ("c", "x/c", "y/img_7", "8")] == [[0.1], [0.2], [0.3], []]
    both = by_image([CocoResult("left/1", 1, 0.1), CocoResult(1, 1, 0.2)], ("left/1", "right/1"))
    assert [r.score for r in both.of("left/1")] == [0.1]
    with pytest.raises(SegstudioError, match="left/1, right/1"):
        both.of("right/1")


def test_numbers_that_are_there_stay() -> None:
    planes = LabelMap(np.array([[1, 1]], np.uint8), np.array([[3, 0]], np.uint32))
    assert objects_without_numbers(planes, SCHEMA.things) == ObjectMap(planes, {}, numbered=True)
