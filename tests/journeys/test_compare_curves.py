"""Curves in Compare: a threshold that is tried and written, how far outlines lie apart, areas from slice to slice."""

import threading
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSizeF, Qt

from segstudio.core.raster import LabelPlane
from segstudio.gui.analysis.distances import DistancesPage
from segstudio.gui.analysis.outline_scores import OUTLINED
from segstudio.gui.analysis.slices import SlicesPage
from segstudio.gui.analysis.thresholds import ThresholdsPage
from segstudio.gui.plots.lines import LinePlot
from segstudio.io.masks import read_mask
from segstudio.io.sureness import read_sureness
from segstudio.services.evaluate import evaluate, project_pairs
from segstudio.services.outline_curves import OutlineCurves, OutlineTotal, measure
from segstudio.services.run_record import read_run
from segstudio.services.sweeps import SweepQuestion
from segstudio.services.thresholding import ThresholdedStep, thresholded, write_thresholded
from tests.journeys.compared import page_of, write
from tests.journeys.user import User
from tests.services.sure_project import add_sure_run, random_probabilities

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sure(tiny_project: Path) -> Path:
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b", "c"))
    return tiny_project


def place(plot: LinePlot, x: float, y: float = 50) -> QPoint:
    return plot.frame(QSizeF(plot.size())).point(x, y).toPoint()


def thresholds(user: User) -> ThresholdsPage:
    page = page_of(user, "thresholds")
    assert isinstance(page, ThresholdsPage)
    user.wait(lambda: page.sweeping.going.whole and page.sweeping.image is not None and not page.plot.empty)
    return page


def prediction(user: User) -> LabelPlane:
    current = user.window.session.current
    assert current is not None
    assert current.prediction is not None
    return current.prediction


def probability(root: Path, sample_id: str) -> LabelPlane:
    return read_sureness(root / "predictions" / "sure" / f"{sample_id}.probability.png")


def test_moving_the_threshold_shows_its_mask_and_leaving_brings_the_run_back(user: User, sure: Path) -> None:
    user.open(sure)
    page = thresholds(user)
    user.bot.mousePress(page.plot, LEFT, pos=place(page.plot, 60))
    user.bot.mouseMove(page.plot, place(page.plot, 200))
    user.bot.mouseRelease(page.plot, LEFT, pos=place(page.plot, 200))
    at = page.threshold
    assert abs(at - 200) <= 1, "as exact as a pixel of the plot"
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "a") >= at))
    assert page.side.slider.value() == at

    user.key(Qt.Key.Key_D)  # the next image is seen at the same threshold
    user.wait(lambda: user.window.session.current is not None and user.window.session.current.sample.id == "c")
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "c") >= at))

    page_of(user, "distances")
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "c") >= 128))
    assert user.errors() == []


def test_the_data_set_keeps_its_own_scores_while_a_threshold_is_tried(user: User, sure: Path) -> None:
    user.open(sure)
    page = thresholds(user)
    session = user.window.session
    user.wait(lambda: len(session.scores) == 2)
    before = session.live_total()
    page.set_threshold(0)
    user.wait(lambda: bool(prediction(user).all()))
    after = session.live_total()
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before.counts, after.counts)
    page.side.reset_button.click()
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "a") >= 128))


def test_painting_counts_at_once(user: User, sure: Path) -> None:
    user.open(sure)
    page = thresholds(user)
    session, subject = user.window.session, page.sweeping.subject
    assert session.current is not None
    assert subject is not None
    before = page.sweeping.image
    session.options.resize(6)
    user.window.choose_tool("brush")
    user.drag((4, 20), (28, 20))
    user.wait(lambda: page.sweeping.image is not None and page.sweeping.image is not before)
    exact = SweepQuestion(subject.asked.schema, subject.asked.binary).count(
        session.current.document.labels, None, probability(sure, "a")
    )
    found = page.sweeping.image
    assert found is not None
    np.testing.assert_array_equal(found.true, exact.true)


def test_the_best_threshold_is_written_as_a_run_of_its_own(user: User, sure: Path) -> None:
    user.open(sure)
    page = thresholds(user)
    user.window.actions_by_name["best threshold"].trigger()
    best = page.threshold
    page.side.write_button.click()
    user.wait(lambda: any(m.title == f"Wrote sure-t{best}" for m in user.heard))
    project = user.window.session.project
    assert project is not None
    assert user.window.session.run is not None
    assert user.window.session.run.name == f"sure-t{best}"
    run = sure / "predictions" / f"sure-t{best}"
    assert read_run(run)["threshold"] == best
    for sample_id in ("a", "c", "deep/b"):
        written = read_mask(run / f"{sample_id}.png", project.schema)
        np.testing.assert_array_equal(written, probability(sure, sample_id) >= best)
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "a") >= best))


def test_masks_at_a_threshold_are_made_in_a_worker(user: User, sure: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.open(sure)
    page = thresholds(user)
    threads: list[threading.Thread] = []

    def made(*asked: Any) -> LabelPlane:
        threads.append(threading.current_thread())
        return thresholded(*asked)

    monkeypatch.setattr("segstudio.gui.analysis.thresholds.thresholded", made)
    page.set_threshold(77)
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "a") >= 77))
    page.set_threshold(78)
    page.side.reset_button.click()
    user.wait(lambda: np.array_equal(prediction(user), probability(sure, "a") >= 128))
    assert threads
    assert threading.main_thread() not in threads


@pytest.mark.parametrize("spoilt", [["a"], ["a", "c", "deep/b"]])
def test_why_masks_could_not_be_written_is_said(user: User, sure: Path, spoilt: list[str]) -> None:
    user.open(sure)
    page = thresholds(user)
    page.set_threshold(200)
    for name in spoilt:
        (sure / "predictions" / "sure" / f"{name}.probability.png").write_bytes(b"no picture")
    page.side.write_button.click()
    user.wait(lambda: not page.writer.running and user.heard)
    told = user.heard[-1]
    assert "a.probability.png" in told.title + told.text
    if len(spoilt) == 1:
        assert (told.kind, told.title) == ("warn", "Wrote sure-t200, but not all of it")
        assert told.text.startswith("2 of 3 masks. 1 failed, the first one: ")
    else:
        assert told.kind == "error"
        assert told.title.startswith("No mask of sure-t200 could be written. ")


def test_writing_a_run_can_be_stopped(user: User, sure: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()

    def slow(*asked: Any) -> Generator[ThresholdedStep, None, None]:
        steps = write_thresholded(*asked)
        try:
            for step in steps:
                yield step
                assert goes_on.wait(10)
        finally:
            steps.close()

    monkeypatch.setattr("segstudio.gui.analysis.threshold_writer.write_thresholded", slow)
    user.open(sure)
    page = thresholds(user)
    page.set_threshold(200)
    page.side.write_button.click()
    user.wait(page.writer.job.cancel.isVisible)
    page.writer.job.cancel.click()
    goes_on.set()
    user.wait(lambda: not page.writer.running)
    assert user.heard[-1].title == "Stopped writing sure-t200"
    assert user.heard[-1].text.startswith(("1 of 3", "2 of 3"))
    assert read_run(sure / "predictions" / "sure-t200")["state"] == "cancelled"


def test_a_run_of_several_classes_shows_how_sure_it_is(user: User, tiny_project: Path) -> None:
    add_sure_run(tiny_project, random_probabilities(1, "a"), "confidence", binary=False)
    user.open(tiny_project)
    page = thresholds(user)
    assert not page.binary
    assert not page.side.write_button.isVisible()
    assert not user.window.actions_by_name["write threshold"].isEnabled()
    before = prediction(user)
    page.set_threshold(250)
    assert prediction(user) is before, "there is no mask to a confidence"


def test_a_run_that_kept_nothing_says_how_to_get_it(user: User, sure: Path) -> None:
    for file in (sure / "predictions" / "sure").rglob("*.probability.png"):
        file.unlink()
    user.open(sure)
    page = page_of(user, "thresholds")
    assert isinstance(page, ThresholdsPage)
    user.wait(lambda: "Keep confidence" in page.plot.note)
    assert page.plot.empty


def test_a_click_on_a_distance_shows_where_it_is(user: User, sure: Path) -> None:
    user.open(sure)
    page = page_of(user, "distances")
    assert isinstance(page, DistancesPage)
    user.wait(lambda: page.outlining.image is not None)
    image = page.outlining.image
    assert image is not None
    assert image.hd_points is not None
    assert f"{image.values[0]:.1f}" in page.figures["hd"].text()
    user.bot.mouseClick(page.figures["hd"], LEFT)
    assert page.line.shown == image.hd_points
    y, x = np.mean([image.hd_points.truth, image.hd_points.prediction], axis=0)
    left, top = user.window.canvas.view.to_screen(x + 0.5, y + 0.5)
    width, height = user.window.canvas.pane_size()
    assert 0 < left < width
    assert 0 < top < height
    user.bot.mouseClick(page.figures["hd"], LEFT)
    assert page.line.shown is None
    user.bot.mouseClick(page.figures["hd95"], LEFT)
    assert page.line.shown == image.hd95_points
    user.window.comparing.toggle_analysis()
    assert page.line.shown is None, "nothing of a page that is closed stays on the canvas"


def test_distances_follow_the_hand_and_the_data_set_is_measured_when_asked(user: User, sure: Path) -> None:
    user.open(sure)
    page = page_of(user, "distances")
    assert isinstance(page, DistancesPage)
    user.wait(lambda: page.outlining.image is not None)
    page.measure_button.click()
    user.wait(lambda: page.outlining.going.whole and not page.outlining.going.running)
    measured = page.outlining.measured()
    assert measured is not None
    assert len(measured) == 2
    user.window.session.options.resize(6)
    user.window.choose_tool("brush")
    user.drag((4, 20), (28, 20))
    exact = measure_open(user, page)
    user.wait(lambda: page.outlining.image is not None and same_curves(page.outlining.image, exact))
    page.contours_button.click()
    assert user.window.presenter.layout_key == "signed contours"
    user.window.canvas.grab()
    assert user.errors() == []


def measure_open(user: User, page: DistancesPage) -> OutlineCurves:
    current, asked = user.window.session.current, page.outlining.asked
    assert current is not None
    assert asked is not None
    return measure(current.document.labels, prediction(user), asked)


def same_curves(one: OutlineCurves, other: OutlineCurves) -> bool:
    equal = partial(np.array_equal, equal_nan=True)
    return equal(one.values, other.values) and equal(one.nsd, other.nsd) and np.array_equal(one.bands, other.bands)


def draw_elsewhere(user: User) -> None:
    """Draw on the first image while no page is seen, go on to the next, and come back."""
    user.window.set_mode("label")
    user.window.session.options.resize(6)
    user.window.choose_tool("brush")
    user.drag((4, 20), (28, 20))
    current = user.window.session.current
    user.key(Qt.Key.Key_D)
    user.wait(lambda: user.window.session.current is not current)
    user.saved()
    user.window.set_mode("compare")


def test_distances_of_the_set_are_of_what_was_drawn_while_the_page_was_not_seen(user: User, sure: Path) -> None:
    user.open(sure)
    page = page_of(user, "distances")
    assert isinstance(page, DistancesPage)
    user.wait(lambda: page.outlining.image is not None)
    page.measure_button.click()
    user.wait(lambda: page.outlining.going.whole)
    asked = page.outlining.asked
    assert asked is not None
    draw_elsewhere(user)
    exact = OutlineTotal()
    for name in ("a", "deep/b"):
        truth = read_mask(sure / "masks" / f"{name}.png", asked.schema)
        exact.put(name, measure(truth, (probability(sure, name) >= 128).astype(np.uint8), asked))
    user.wait(lambda: np.array_equal(page.outlining.total.nsd, exact.nsd))
    np.testing.assert_array_equal(page.outlining.total.boundary_iou, exact.boundary_iou)


def test_boundary_scores_are_of_the_masks_as_saved(user: User, sure: Path) -> None:
    user.open(sure)
    page_of(user, "images")
    session, scored = user.window.session, user.window.scored_images
    project, run, images = session.project, session.run, scored.outlines
    assert project is not None
    assert run is not None
    user.wait(lambda: len(session.scores) == 2)
    wanted = [key for key, column in scored.columns.items() if column.source == "outlines"]
    scored.want("test", wanted)
    user.wait(lambda: images.going.whole and "a" in images.found)
    before = images.found["a"]
    draw_elsewhere(user)
    user.wait(lambda: images.found["a"] is not before)
    step = next(evaluate(project_pairs(project, run), project.schema, OUTLINED))
    assert step.score is not None
    assert step.score.outlines is not None
    np.testing.assert_array_equal(images.found["a"].bands, step.score.outlines.bands)
    assert not np.array_equal(before.bands, step.score.outlines.bands)


def test_curves_of_the_set_are_of_what_was_drawn_while_the_page_was_not_seen(user: User, sure: Path) -> None:
    user.open(sure)
    page = thresholds(user)
    subject, before = page.sweeping.subject, page.sweeping.dataset
    assert subject is not None
    assert before is not None
    draw_elsewhere(user)
    exact = []
    for name in ("a", "deep/b"):
        truth = read_mask(sure / "masks" / f"{name}.png", subject.asked.schema)
        exact.append(subject.asked.count(truth, None, probability(sure, name)))
    user.wait(lambda: np.array_equal(page.sweeping.total.counts.true, exact[0].true + exact[1].true))
    assert not np.array_equal(before.true, exact[0].true + exact[1].true)


def test_what_is_painted_on_a_slice_stays_when_it_is_left(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    page = page_of(user, "slices")
    assert isinstance(page, SlicesPage)
    user.wait(lambda: page.slicing.going.whole and page.slicing.slices)
    assert [each.id for each in page.slicing.slices] == ["a", "c"]
    user.window.session.options.resize(6)
    user.window.choose_tool("brush")
    user.drag((4, 20), (28, 20))
    current = user.window.session.current
    assert current is not None
    user.wait(lambda: page.slicing.areas(1)["truth"][0] == np.count_nonzero(current.document.labels == 1))
    painted = page.slicing.areas(1)["truth"][0]
    assert painted > 120
    user.key(Qt.Key.Key_D)
    user.wait(lambda: user.window.session.current is not current)
    assert page.slicing.areas(1)["truth"][0] == painted

    user.key(Qt.Key.Key_A)
    user.wait(lambda: user.window.session.current is not None and user.window.session.current.sample.id == "a")
    draw_elsewhere(user)
    written = tiny_project / "masks" / "a.png"
    user.wait(lambda: page.slicing.areas(1)["truth"][0] == np.count_nonzero(np.asarray(Image.open(written)) == 1))


def test_a_click_on_a_slice_opens_it(user: User, tiny_project: Path) -> None:
    for number in range(1, 8):
        write(tiny_project / "images" / "deep" / f"s{number}.png", np.full((24, 32, 3), 9 * number, np.uint8))
        labels = np.zeros((24, 32), np.uint8)
        labels[: 2 * number] = 1
        write(tiny_project / "masks" / "deep" / f"s{number}.png", labels)
    add_sure_run(tiny_project, random_probabilities(1, "deep/s1", "deep/s3"))
    user.open(tiny_project / "images" / "deep" / "s2.png")
    page = page_of(user, "slices")
    assert isinstance(page, SlicesPage)
    user.wait(lambda: page.slicing.slices)
    assert [s.id for s in page.slicing.slices] == ["deep/b", *(f"deep/s{n}" for n in range(1, 8))]
    user.wait(lambda: page.slicing.going.whole and not page.slicing.going.running)
    areas = page.slicing.areas(1)
    assert areas["truth"].tolist() == [120, *(64 * n for n in range(1, 8))]
    assert np.isfinite(areas["A"]).tolist() == [False, True, False, True, False, False, False, False]
    at = page.plot.frame(QSizeF(page.plot.size())).point(6, 100).toPoint()
    user.bot.mouseClick(page.plot, LEFT, pos=at)
    user.wait(lambda: user.window.session.current is not None and user.window.session.current.sample.id == "deep/s5")
    assert user.errors() == []


def test_every_page_can_be_asked_for_by_name(user: User, sure: Path) -> None:
    actions = user.window.actions_by_name
    user.wait(lambda: not actions["page distances"].isEnabled())
    user.open(sure)
    user.wait(actions["page distances"].isEnabled)
    actions["page distances"].trigger()
    assert user.window.presenter.mode == "compare"
    assert user.window.analysis.page == "distances"
    user.wait(lambda: isinstance(user.window.analysis.made("distances"), DistancesPage))
