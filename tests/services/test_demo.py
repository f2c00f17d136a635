"""The demo: what comes with the program works together, and the model is as good as it says."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.errors import UnreadableFile, UnwritableFile
from segstudio.metrics.overlap import iou, mean_iou
from segstudio.models import load_model
from segstudio.services.demo import MODEL, DemoResult, run_demo
from segstudio.services.resources import resource
from segstudio.services.synthetic_cells import CELL_SCHEMA, draw_picture

UNSEEN = range(4_000_000, 4_000_010)


def finished(folder: Path) -> DemoResult:
    *_, last = run_demo(folder, images=3, device="cpu")
    assert last.result is not None
    return last.result


def test_the_shipped_model_scores_on_unseen_pictures_and_still_errs() -> None:
    segmenter, counter, total = (
        load_model(resource(MODEL), "cpu"),
        PairCounter(CELL_SCHEMA),
        Confusion.zero(CELL_SCHEMA),
    )
    for seed in UNSEEN:
        picture = draw_picture(seed)
        total += counter.count(picture.labels, segmenter.predict([picture.image])[0].labels)
    assert 0.80 <= mean_iou(total) <= 0.95
    assert iou(total).min() > 0.6


def test_the_shipped_model_tells_how_it_was_made() -> None:
    assert resource(MODEL).stat().st_size <= 2_000_000
    info = load_model(resource(MODEL), "cpu").info
    assert info.classes == CELL_SCHEMA
    assert info.assumed == ()
    assert info.training["minutes"] < 15
    assert info.training["mean_iou"] >= 0.80
    assert info.training["script"] == "resources/train_demo_model.py"


def test_project_run_and_score_come_out_of_it(tmp_path: Path) -> None:
    steps = list(run_demo(tmp_path / "demo", images=3, device="cpu"))
    result = steps[-1].result
    assert result is not None
    assert [step.stage for step in steps] == ["drawn"] * 3 + ["predicted"] * 3 + ["scored"] * 4
    assert result.project.root == tmp_path / "demo"
    assert result.folder == tmp_path / "demo" / "predictions" / result.run
    written = {f"cells_00{n}{kind}.png" for n in (1, 2, 3) for kind in ("", ".confidence")}
    assert {path.name for path in result.folder.iterdir()} == written | {"run.json"}
    assert result.evaluation.ids == ["cells_001", "cells_002", "cells_003"]
    scores = {sample: mean_iou(result.evaluation.scores.get(sample)) for sample in result.evaluation.ids}  # type: ignore[arg-type]
    assert result.worst == min(scores, key=lambda sample: scores[sample])


def test_a_second_demo_keeps_what_was_edited_and_adds_a_run(tmp_path: Path) -> None:
    first = finished(tmp_path / "demo")
    mask = tmp_path / "demo" / "masks" / "cells_002.png"
    mask.write_bytes((tmp_path / "demo" / "masks" / "cells_001.png").read_bytes())
    before = mask.read_bytes()
    second = finished(tmp_path / "demo")
    assert mask.read_bytes() == before
    assert first.run != second.run
    assert {source.name for source in second.project.runs} == {first.run, second.run}
    assert mean_iou(second.evaluation.total) < mean_iou(first.evaluation.total)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UnwritableFile, match="not empty"):
        next(run_demo(tmp_path))


def test_a_resource_that_is_missing_is_said() -> None:
    with pytest.raises(UnreadableFile, match="came without it"):
        resource("no such file")


def test_batches_change_nothing(tmp_path: Path) -> None:
    segmenter = load_model(resource(MODEL), "cpu")
    images = [draw_picture(seed).image for seed in UNSEEN][:3]
    for image, together in zip(images, segmenter.predict(images), strict=True):
        alone = segmenter.predict([image])[0].labels
        assert np.mean(alone == together.labels) > 0.9999  # kernels may add in another order
