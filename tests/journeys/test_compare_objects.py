"""Objects in Compare, as somebody does it: which were found, which are missed, false, merged and split."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt

from segstudio.cli import main
from segstudio.core.rle import numbered_counts
from segstudio.gui.analysis.object_classes import LEAST_CELL
from segstudio.gui.analysis.object_rows import Fate
from segstudio.gui.analysis.objects import ObjectsPage
from segstudio.gui.widgets import percent
from segstudio.metrics.matching import match
from segstudio.services.open_objects import ObjectTotal
from tests.conftest import TINY_PROJECT, write_mask
from tests.journeys.compared import STREET, write_project
from tests.journeys.user import User

Box = tuple[int, int, int, int]
TRUTH: dict[int, Box] = {1: (2, 2, 10, 10), 2: (2, 14, 10, 22), 3: (14, 2, 22, 10), 4: (14, 10, 22, 18)}
FOUND: dict[int, tuple[Box, float]] = {
    5: ((2, 2, 10, 10), 0.9),
    6: ((3, 14, 10, 22), 0.6),
    7: ((14, 2, 22, 18), 0.8),
    8: ((14, 24, 20, 30), 0.3),
}
"""Number 7 lies over both 3 and 4; nothing is below 8."""


def plane(boxes: dict[int, Box]) -> np.ndarray[tuple[int, int], np.dtype[np.uint16]]:
    made = np.zeros((24, 32), np.uint16)
    for number, (y0, x0, y1, x1) in boxes.items():
        made[y0:y1, x0:x1] = number
    return made


def numbered(folder: Path, name: str, numbers: np.ndarray[tuple[int, int], np.dtype[np.uint16]]) -> None:
    """Write a mask of cells and their numbers beside it."""
    write_mask(folder / f"{name}.png", (numbers > 0).astype(np.uint8))
    Image.fromarray(numbers).save(folder / f"{name}.instances.png")


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """A project of two images that tells cells apart, with a run that does; the run is perfect on ``b``."""
    root = tmp_path / "cells"
    (root / "images").mkdir(parents=True)
    for name in ("a", "b"):
        Image.fromarray(np.full((24, 32, 3), 90, np.uint8)).save(root / "images" / f"{name}.png")
        numbered(root / "masks", name, plane(TRUTH))
    run, predicted = root / "predictions" / "run", plane({n: box for n, (box, _) in FOUND.items()})
    numbered(run, "a", predicted)
    numbered(run, "b", plane(TRUTH))
    entries = [
        {"image_id": "a", "category_id": 1, "score": FOUND[n][1], "segmentation": segmentation(counts)}
        for n, counts in numbered_counts(predicted.astype(np.uint32)).items()
    ]
    (run / "instances.json").write_text(json.dumps(entries), encoding="utf-8")
    config = TINY_PROJECT.replace('"semantic"', '"instances"')
    (root / "segstudio.toml").write_text(config, encoding="utf-8")
    return root


def segmentation(counts: list[int]) -> dict[str, object]:
    return {"size": [24, 32], "counts": [*counts, 24 * 32 - sum(counts)]}


def opened(user: User, root: Path) -> ObjectsPage:
    """Open a project, and the page of objects by its menu."""
    user.open(root)
    user.window.actions_by_name["objects"].trigger()
    page = user.window.analysis.made("objects")
    assert isinstance(page, ObjectsPage)
    going = page.totals.going
    user.wait(lambda: page.views.rows and page.totals.total.images + len(going.failures) == going.total > 0)
    return page


def fates(page: ObjectsPage) -> list[tuple[Fate, int | None, int | None, str]]:
    return [(row.fate, row.truth, row.prediction, row.note) for row in page.views.rows]


def image_total(page: ObjectsPage) -> ObjectTotal:
    found = page.image_total
    assert found is not None
    return found


def test_objects_are_matched_listed_and_added_up(user: User, cells: Path) -> None:
    page = opened(user, cells)
    assert fates(page) == [
        (Fate.MISSED, 3, None, ""),
        (Fate.FALSE, None, 8, ""),
        (Fate.MATCHED, 4, 7, "merged"),
        (Fate.MATCHED, 2, 6, ""),
        (Fate.MATCHED, 1, 5, ""),
    ]
    assert [row.iou for row in page.views.rows] == [None, None, 0.5, 0.875, 1.0]
    assert [row.score for row in page.views.rows] == [None, 0.3, 0.8, 0.6, 0.9]
    counts = page.totals.total.counts
    assert (counts.matched, counts.missed, counts.false, counts.merged) == (7, 1, 1, 1)
    # PQ of an image has pairs above one half, which number 7 is not.
    pq, sq, rq = image_total(page).panoptic
    assert pq == pytest.approx(sq * rq, abs=0.2)
    assert 0 < pq < page.totals.total.panoptic[0] < 1


def test_the_mean_is_over_objects_alone_where_they_are_told_apart(user: User, cells: Path) -> None:
    page = opened(user, cells)
    assert main(["evaluate", str(cells), str(cells), "--task", "panoptic", "--json", str(cells / "pq.json")]) == 0
    said = json.loads((cells / "pq.json").read_text())
    total = page.totals.total
    assert total.panoptic == pytest.approx([said["things"][key] for key in ("pq", "sq", "rq")])
    assert total.by_class[0].pq == pytest.approx(said["stuff"]["pq"])
    assert total.by_class[0].pq > said["pq"] > total.panoptic[0]
    by_class = f"background {percent(said['stuff']['pq'])}, cell {percent(said['things']['pq'])}"
    assert f"PQ: a mean over classes of objects. Set: {by_class}." in page.side.note.text()
    page._ask(replace(page.asked, averaged=None))
    user.wait(lambda: page.totals.total.panoptic[0] == pytest.approx(said["pq"]))
    assert "over all classes, stuff too" in page.side.note.text()


def test_what_putting_an_object_right_is_worth_is_told_and_sorted_by(user: User, cells: Path) -> None:
    """In ``a`` two pairs match with IoUs of 1 and 0.875, two objects are missed and two false; all of ``b`` match."""
    page = opened(user, cells)
    views = page.views
    user.wait(lambda: views.worths.dataset.pq == pytest.approx(5.875 / 8))
    heads = [views.model.headerData(place, Qt.Orientation.Horizontal) for place in range(views.model.columnCount())]
    column = heads.index("PQ +")
    views.table.horizontalHeader().sectionClicked.emit(column)
    assert [(row.truth, row.prediction) for row in views.rows] == [(4, 7), (3, None), (None, 8), (2, 6), (1, 5)]
    before = 1.875 / 4
    # With the merged one put right both objects in it are found, and what was merged is gone.
    after = [3.875 / 4.5, 2.875 / 4.5, 1.875 / 3.5, 2 / 4, before]
    assert [views.worths.image.worth(row.correction) for row in views.rows] == pytest.approx(
        [a - before for a in after]
    )
    told = [views.model.index(place, column).data() for place in range(5)]
    assert told == [f"{100 * (a - before):+.1f}" for a in after[:4]] + ["0.00"]
    of_set = views.worths.dataset.worth(views.rows[1].correction)
    assert of_set == pytest.approx(6.875 / 8.5 - 5.875 / 8)
    views.table.horizontalHeader().sectionClicked.emit(column)
    assert [row.fate for row in views.rows][:2] == [Fate.MISSED, Fate.FALSE], "as they came"


def test_the_classes_that_objects_are_taken_for_are_a_matrix(user: User, cells: Path) -> None:
    page = opened(user, cells)
    views = page.views
    views.one_of.chosen.emit("classes")
    plot = views.classes.plot
    user.wait(lambda: plot.isVisible() and not plot.empty and page.totals.total.images == 2)
    names, rows = plot.table()
    assert list(names[:3]) == ["truth", "cell", "nothing"]
    assert plot.minimumWidth() >= plot.needed(LEAST_CELL).width(), "no column is cut off"
    assert [list(row)[:3] for row in rows] == [["cell", 7, 1], ["nothing", 1, 0]]
    plot.go_to((0, 1))
    assert views.classes.sentence.text() == "cell missed: 1 object"
    views.classes.ways.chosen.emit("column")
    assert views.classes.sentence.text() == "100.0 % of what is missed is cell: 1 object"
    plot.chosen.emit(1, 0)
    assert page.marks.chosen is not None
    assert (page.marks.chosen.fate, page.marks.chosen.prediction) == (Fate.FALSE, 8)


def test_the_sliders_change_what_matches(user: User, cells: Path) -> None:
    page = opened(user, cells)
    page.side.iou.changed.emit(page.side.iou.value())
    page.set_thresholds(0.9, 0.0)
    user.wait(lambda: [row.fate for row in page.views.rows].count(Fate.MATCHED) == 1)
    user.wait(lambda: page.totals.total.counts.matched == 5)
    page.set_thresholds(0.5, 0.7)
    user.wait(lambda: {row.prediction for row in page.views.rows} == {None, 5, 7})
    user.wait(lambda: page.totals.total.counts.false == 0)


def test_the_curve_has_its_line_at_the_least_score_and_can_be_dragged(user: User, cells: Path) -> None:
    page = opened(user, cells)
    assert not page.views.plot.empty
    assert page.views.plot.line == pytest.approx(100 * 7 / 8)
    # The four objects of the other image have no score of their own, so they are the surest.
    page.views.plot.line_moved.emit(100 * 5 / 8)
    assert page.asked.least_score == 0.9
    assert page.side.score.value() == 90
    assert page.views.plot.line == pytest.approx(100 * 5 / 8)


def test_a_row_is_flown_to_and_the_pointer_says_the_iou(user: User, cells: Path) -> None:
    page, canvas = opened(user, cells), user.window.canvas
    canvas.set_view(canvas.view.zoomed(4, 0, 0))
    before = canvas.view
    row = next(place for place, entry in enumerate(page.views.rows) if entry.prediction == 8)
    page.views.table.clicked.emit(page.views.model.index(row, 0))
    assert canvas.view != before
    assert page.marks.chosen is page.views.rows[row]
    canvas.fit()
    user.bot.mouseMove(canvas, user.at(4, 4))
    user.wait(lambda: page.marks.chosen is not None and page.marks.chosen.truth == 1)
    user.bot.mouseMove(canvas, user.at(30, 3))
    user.wait(lambda: page.marks.chosen is None)
    user.key(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert page.marks.chosen is not None
    assert page.marks.chosen.fate is not Fate.MATCHED


def test_the_canvas_shows_missed_and_false_objects_in_the_colours_of_errors(user: User, cells: Path) -> None:
    page = opened(user, cells)
    user.window.presenter.look("truth")
    assert page.marks.draw in user.window.canvas.over
    hued = {row.fate: page.marks.at(centre(row.rect)) for row in page.views.rows}
    assert hued[Fate.MISSED] is not None
    image = user.window.canvas.grab().toImage()
    y, x = FOUND[8][0][0], 27
    line = [image.pixelColor(user.at(x + 0.5, y + 0.5 + dy / 4)) for dy in range(-2, 3)]
    assert any(c.red() > 200 and c.green() > 120 and c.blue() < 90 for c in line), "orange around what is false"
    page.window_shown.comparing.toggle_analysis()
    assert page.marks.draw not in user.window.canvas.over


def centre(rect: tuple[int, int, int, int]) -> tuple[float, float]:
    middle = QPointF((rect[1] + rect[3]) / 2, (rect[0] + rect[2]) / 2)
    return middle.x(), middle.y()


def test_drawing_on_the_truth_matches_anew(user: User, cells: Path) -> None:
    page = opened(user, cells)
    current = user.window.session.current
    assert current is not None
    assert current.document.instances is not None
    stroke = current.document.begin("Brush")
    stroke.paint(np.ones((6, 6), np.bool_), (14, 24), 1, 9)
    stroke.commit()
    user.wait(lambda: any(row.truth == 9 and row.prediction == 8 for row in page.views.rows))
    assert [row.fate for row in page.views.rows].count(Fate.FALSE) == 0
    user.wait(lambda: page.totals.total.counts.matched == 8)


def test_what_is_drawn_while_the_page_is_not_seen_is_added_up_when_it_is_again(user: User, cells: Path) -> None:
    page = opened(user, cells)
    user.window.set_mode("label")
    current = user.window.session.current
    assert current is not None
    stroke = current.document.begin("Brush")
    stroke.paint(np.ones((6, 6), np.bool_), (14, 24), 1, 9)
    stroke.commit()
    user.key(Qt.Key.Key_D)
    user.wait(lambda: user.window.session.current is not current)
    user.saved()
    user.window.set_mode("compare")
    user.wait(lambda: page.totals.total.counts.matched == 8)


def test_a_slider_matches_in_a_worker(user: User, cells: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(user, cells)
    threads: list[threading.Thread] = []
    monkeypatch.setattr(
        "segstudio.services.open_objects.match",
        lambda *asked: threads.append(threading.current_thread()) or match(*asked),  # type: ignore[func-returns-value]
    )
    page.set_thresholds(0.9, 0.0)
    user.wait(lambda: [row.fate for row in page.views.rows].count(Fate.MATCHED) == 1)
    assert threads
    assert threading.main_thread() not in threads


def test_without_numbers_connected_areas_are_objects_and_it_says_so(user: User, tiny_project: Path) -> None:
    run = tiny_project / "predictions" / "run"
    labels = np.zeros((24, 32), np.uint8)
    labels[6:18, 6:14], labels[20:23, 20:23] = 1, 1
    write_mask(run / "a.png", labels)
    page = opened(user, tiny_project)
    assert [row.fate for row in page.views.rows] == [Fate.FALSE, Fate.MATCHED]
    assert "each connected area is an object" in page.side.note.text()
    assert page.views.plot.empty, "nothing says how sure the run is"


def test_real_cells(user: User, shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    labels = sorted((shared_data("cells_dsb2018") / "labels").glob("*.png"))[:2]
    root = tmp_path / "real"
    (root / "images").mkdir(parents=True)
    for path in labels:
        with Image.open(path) as picture:
            numbers = np.array(picture).astype(np.uint16)
        Image.fromarray(np.zeros((*numbers.shape, 3), np.uint8)).save(root / "images" / path.name)
        numbered(root / "masks", path.stem, numbers)
        numbered(root / "predictions" / "run", path.stem, np.roll(numbers, 3, axis=1))
    config = TINY_PROJECT.replace('"semantic"', '"instances"')
    (root / "segstudio.toml").write_text(config, encoding="utf-8")
    page = opened(user, root)
    counts, objects = page.totals.total.counts, sum(len(np.unique(np.asarray(Image.open(p)))) - 1 for p in labels)
    assert counts.matched + counts.missed == objects
    assert counts.matched > objects / 2


def test_without_things_pq_is_that_of_whole_classes_as_on_the_command_line(user: User, tmp_path: Path) -> None:
    truth, predicted = np.zeros((6, 12), np.uint8), np.zeros((6, 12), np.uint8)
    truth[1:3, 1:4] = truth[1:3, 6:9] = predicted[1:3, 1:5] = predicted[1:3, 6:8] = 1
    planes = {"images/a": truth, "masks/a": truth, "predictions/one/a": predicted}
    page = opened(user, write_project(tmp_path / "street", planes, STREET))
    assert page.totals.total.panoptic[0] == image_total(page).panoptic[0] == pytest.approx((10 / 14 + 58 / 62) / 2)
    assert "all of a class is one segment of PQ" in page.side.note.text()
    assert np.isnan(page.views.worths.image.worth(page.views.rows[0].correction)), "an area is no segment"
