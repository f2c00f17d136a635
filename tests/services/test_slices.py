"""Areas from slice to slice."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.confusion import PairCounter
from segstudio.core.records import Project, Sample
from segstudio.services import slices
from segstudio.services.opening import open_path
from segstudio.services.scores import DatasetScores
from segstudio.services.slices import SliceAreas, count_slices, slices_of


@pytest.fixture
def stack(tiny_project: Path) -> Project:
    """A project with a stack of eleven pages, of which each has one pixel more of class 1 than the one before."""
    pages = [Image.fromarray(np.full((6, 8), page, np.uint8)) for page in range(11)]
    pages[0].save(tiny_project / "images" / "scan.tif", save_all=True, append_images=pages[1:])
    truth = tiny_project / "masks"
    for sample in open_path(tiny_project).samples:
        if sample.id.startswith("scan"):
            labels = np.zeros((6, 8), np.uint8)
            labels.reshape(-1)[: sample.page + 1] = 1
            Image.fromarray(labels).save(truth / f"{sample.id}.png")
            if sample.page % 2:
                file = tiny_project / "predictions" / "run" / f"{sample.id}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(1 - labels).save(file)
    return open_path(tiny_project)


def sample(project: Project, sample_id: str) -> Sample:
    return next(s for s in project.samples if s.id == sample_id)


def test_pages_belong_to_their_stack_and_images_to_their_folder(stack: Project) -> None:
    pages = [s for s in stack.samples if s.id.startswith("scan")]
    assert len(pages) == 11
    assert [s.page for s in slices_of(stack, pages[4])] == list(range(11))
    assert [s.id for s in slices_of(stack, sample(stack, "a"))] == ["a", "c"]
    assert [s.id for s in slices_of(stack, sample(stack, "deep/b"))] == ["deep/b"]


def test_every_slice_is_counted_for_who_says_something_of_it(stack: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = slices_of(stack, next(s for s in stack.samples if s.id.startswith("scan")))
    sources = {"truth": stack.sources, "run": stack.runs, "nobody": ()}
    steps = list(count_slices(stack, pages, sources))
    assert [(step.id, step.done, step.total) for step in steps] == [(s.id, n, 11) for n, s in enumerate(pages, 1)]
    for step, page in zip(steps, pages, strict=True):
        area = page.page + 1
        expected = {"truth": {0: 48 - area, 1: area}}
        if page.page % 2:
            expected["run"] = {0: area, 1: 48 - area}
        assert step.pixels == expected
    monkeypatch.delattr(slices, "read_plane")  # nothing is read again
    assert [step.pixels for step in count_slices(stack, pages, sources)] == [step.pixels for step in steps]


def test_a_mask_that_cannot_be_read_is_said_and_the_rest_is_counted(stack: Project) -> None:
    pages = slices_of(stack, next(s for s in stack.samples if s.id.startswith("scan")))
    found = stack.sources[0].find(pages[3].id)
    assert found is not None
    found.write_bytes(found.read_bytes()[:40])
    steps = list(count_slices(stack, pages, {"truth": stack.sources}))
    assert [step.id for step in steps if step.error] == [pages[3].id]


def test_scores_say_areas_where_nothing_was_left_out(stack: Project) -> None:
    pages = slices_of(stack, next(s for s in stack.samples if s.id.startswith("scan")))
    counter, scores = PairCounter(stack.schema), DatasetScores()
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    predicted = np.array([[0, 1, 1, 255]], np.uint8)
    scores.put("another", counter.count(truth, truth))
    scores.put(pages[2].id, counter.count(truth, predicted))
    ignored = np.array([[0, 0, 1, 255]], np.uint8)
    scores.put(pages[3].id, counter.count(ignored, predicted))
    areas = SliceAreas(pages, stack.schema, ("truth", "A", "B"))
    assert areas.of(1) == {}
    areas.take_scores("truth", "A", DatasetScores())
    areas.take_scores("truth", "A", scores)
    found = areas.of(1)
    assert set(found) == {"truth", "A"}
    for name in found:
        expected = np.full(11, np.nan)
        expected[2] = 2
        np.testing.assert_array_equal(found[name], expected)
    assert len(areas.left(("truth", "A"))) == 10
    assert len(areas.left(("truth", "B"))) == 11
    for page in pages:
        areas.put(page.id, {"truth": {1: 5}, "A": {0: 1, 77: 3}, "B": {}})
    assert areas.left(("truth", "A", "B")) == []
    assert [areas.of(1)[name][4] for name in ("truth", "A", "B")] == [5, 0, 0]
