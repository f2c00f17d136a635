"""Which prediction belongs to which truth, and which classes they are scored with."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.metrics.overlap import iou, mean_iou, pixel_accuracy
from segstudio.services.evaluate import Evaluation, evaluate
from segstudio.services.pairs import FoundPairs, find_pairs
from segstudio.services.scoring import Mask, Pair


def masks(folder: Path, files: dict[str, list[int]]) -> Path:
    """Write gray masks of one row each."""
    for name, row in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.array([row], np.uint8)).save(path)
    return folder


def scored(found: FoundPairs) -> Evaluation:
    evaluation = Evaluation(found.schema)
    for step in evaluate(found.pairs, found.schema):
        evaluation.add(step)
    return evaluation


def test_pairs_by_path_and_name_without_suffix(tmp_path: Path) -> None:
    truth = masks(tmp_path / "t", {"x/b.png": [0, 1], "a.png": [0, 1], "c.png": [0, 1]})
    prediction = masks(tmp_path / "p", {"a.tif": [0, 1], "x/b.bmp": [1, 1], "b.png": [0, 0], "z.png": [0, 0]})
    found = find_pairs(truth, prediction)
    assert found.pairs == [
        Pair("a", Mask(truth / "a.png"), Mask(prediction / "a.tif")),
        Pair("c", Mask(truth / "c.png"), None),
        Pair("x/b", Mask(truth / "x/b.png"), Mask(prediction / "x/b.bmp")),
    ]
    assert "2 predictions without a truth left out: b, z." in found.notes


def test_masks_go_by_name_where_no_path_is_the_same(tmp_path: Path) -> None:
    truth = masks(tmp_path / "t", {"val/a.png": [0, 1], "val/b.png": [0, 1], "train/b.png": [1, 1]})
    prediction = masks(tmp_path / "p", {"a_pred.png": [0, 1], "b.png": [0, 1]})
    found = find_pairs(truth, prediction)
    assert {pair.id: pair.prediction for pair in found.pairs} == {
        "train/b": None,
        "val/a": Mask(prediction / "a_pred.png"),
        "val/b": None,
    }, "two share the name of the other"
    assert any("paired by their names alone" in note for note in found.notes)


def test_endings_are_taken_off_where_names_differ(tmp_path: Path) -> None:
    truth = masks(tmp_path / "t", {"1_target.png": [0, 1], "2_gt.png": [0, 1]})
    prediction = masks(tmp_path / "p", {"1_pred.png": [0, 1], "2.png": [0, 1]})
    assert [pair.prediction for pair in find_pairs(truth, prediction).pairs] == [
        Mask(prediction / "1_pred.png"),
        Mask(prediction / "2.png"),
    ]


def test_pages_of_stacks_are_paired_with_pages_and_with_files_of_their_own(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((2, 2), value, np.uint8)) for value in (0, 1)]
    for folder in ("t", "p"):
        (tmp_path / folder).mkdir()
        pages[0].save(tmp_path / folder / "s.tif", save_all=True, append_images=pages[1:])
    alone = masks(tmp_path / "alone", {"s#0001.png": [1, 1]})
    stack = tmp_path / "t" / "s.tif"
    assert find_pairs(tmp_path / "t", tmp_path / "p").pairs == [
        Pair("s#0000", Mask(stack), Mask(tmp_path / "p" / "s.tif")),
        Pair("s#0001", Mask(stack, 1), Mask(tmp_path / "p" / "s.tif", 1)),
    ]
    assert find_pairs(tmp_path / "t", alone).pairs == [
        Pair("s#0000", Mask(stack), None),
        Pair("s#0001", Mask(stack, 1), Mask(alone / "s#0001.png")),
    ]


def test_the_classes_are_the_values_found_in_both(tmp_path: Path) -> None:
    truth = masks(tmp_path / "t", {"a.png": [0, 3, 7]})
    prediction = masks(tmp_path / "p", {"a.png": [0, 5, 7]})
    found = find_pairs(truth, prediction, ignore=[7, 9])
    assert [(c.id, c.name, c.ignore) for c in found.schema.classes] == [
        (0, "background", False),
        (3, "class 3", False),
        (5, "class 5", False),
        (7, "class 7", True),
        (9, "ignored 9", True),
    ]
    assert any("the values found" in note for note in found.notes)


@pytest.mark.parametrize(("of_truth", "of_prediction"), [(255, 1), (1, 255), (255, 255), (1, 1)])
def test_one_object_is_understood_in_both_encodings(tmp_path: Path, of_truth: int, of_prediction: int) -> None:
    truth = masks(tmp_path / "t", {"a.png": [0, of_truth, of_truth, 0]})
    prediction = masks(tmp_path / "p", {"a.png": [0, of_prediction, 0, 0]})
    found = find_pairs(truth, prediction)
    assert scored(found).total.counts.tolist() == [[2, 0, 0], [1, 1, 0]]
    assert any("every value but 0 is the object" in note for note in found.notes) == (of_truth != of_prediction)


def test_a_class_table_is_believed(tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    table.write_text("id,name,ignore\n0,sky,0\n1,tree,0\n2,void,1\n", encoding="utf-8")
    folder = masks(tmp_path / "t", {"a.png": [0, 0]})
    found = find_pairs(folder, folder, classes=table)
    assert [(c.name, c.ignore) for c in found.schema.classes] == [("sky", False), ("tree", False), ("void", True)]
    assert found.notes == []


def test_colours_without_a_table_are_not_guessed(tmp_path: Path) -> None:
    gray = masks(tmp_path / "t", {"a.png": [0, 1]})
    colored = tmp_path / "p"
    colored.mkdir()
    Image.fromarray(np.array([[[0, 0, 0], [128, 0, 0]]], np.uint8)).save(colored / "a.png")
    with pytest.raises(SegstudioError, match="colour-coded") as caught:
        find_pairs(gray, colored)
    assert "--classes" in caught.value.hint
    table = tmp_path / "classes.csv"
    table.write_text("id,name,r,g,b\n0,sky,0,0,0\n1,tree,128,0,0\n", encoding="utf-8")
    assert scored(find_pairs(gray, colored, classes=table)).total.counts.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_nothing_to_pair_is_said(tmp_path: Path) -> None:
    folder, other = masks(tmp_path / "t", {"a.png": [0]}), masks(tmp_path / "p", {"b.png": [0]})
    with pytest.raises(SegstudioError, match="has a partner"):
        find_pairs(folder, other)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SegstudioError, match="holds no masks"):
        find_pairs(tmp_path / "empty", folder)
    with pytest.raises(SegstudioError, match="could not be read"):
        find_pairs(folder, tmp_path / "missing")


def test_a_project_stands_for_its_truth_and_for_its_latest_run(tiny_project: Path) -> None:
    run = tiny_project / "predictions" / "run"
    run.mkdir(parents=True)
    (run / "a.png").write_bytes((tiny_project / "masks" / "a.png").read_bytes())
    found = find_pairs(tiny_project, tiny_project)
    assert found.pairs == [
        Pair("a", Mask(tiny_project / "masks" / "a.png"), Mask(run / "a.png")),
        Pair("deep/b", Mask(tiny_project / "masks" / "deep" / "b.png"), None),
    ]
    assert [c.name for c in found.schema.classes] == ["background", "cell", "void"]
    assert find_pairs(tiny_project, run).pairs == found.pairs


def test_a_project_without_a_run_is_no_prediction(tiny_project: Path) -> None:
    with pytest.raises(SegstudioError, match="without a run"):
        find_pairs(tiny_project, tiny_project)


def test_voc_pairs_in_two_encodings(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("voc_pairs")
    found = find_pairs(folder, folder, classes=folder / "classes.csv")
    names = [(pair.truth.path.name, pair.prediction and pair.prediction.path.name) for pair in found.pairs]
    assert names == [
        ("1_target.png", "1_pred.png"),
        ("23_target.png", "23_pred.png"),
        ("fcn_label.png", "fcn_output.png"),
    ]
    evaluation = scored(found)
    assert not evaluation.failures
    truth = np.array(Image.open(folder / "fcn_label.png"))
    bicycle = found.schema.scored.index(next(c for c in found.schema.scored if c.name == "bicycle"))
    counts = dict(evaluation.images())["fcn_image"]
    assert counts.counts[bicycle].sum() == (truth == 2).sum()
    assert counts.ignored == (truth == 255).sum()


def test_davis_objects_are_255_in_the_truth_and_1_in_the_prediction(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("davis_pairs")
    found = find_pairs(folder / "ground_truth", folder / "predictions_osvos")
    assert len(found.pairs) == 40
    evaluation = scored(found)
    both = truth = 0
    for pair in found.pairs:
        assert pair.prediction is not None
        of_truth, predicted = (np.array(Image.open(path)) > 0 for path in (pair.truth.path, pair.prediction.path))
        both += int((of_truth & predicted).sum())
        truth += int(of_truth.sum())
    assert evaluation.total.counts[1].tolist() == [truth - both, both, 0]


def test_ade20k_sample_gives_its_published_scores(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("scored") / "ade20k_sample"
    found = find_pairs(folder / "annotations", folder / "predictions", ignore=[0])
    total = scored(found).total
    values = iou(total)
    assert len(values) == 15
    # Published: pixel accuracy 100.00 %, and a mean of 0.1000, because the 135 absent classes of 150 count as 0 there.
    assert pixel_accuracy(total) == 1
    assert values.sum() / 150 == 0.1
    assert mean_iou(total) == 1
