"""The report: all there is to say, in one file, and nothing in it that a name could break."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.records import Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.metrics.outlines import OutlineSettings
from segstudio.overlays.errors import FALSE_NEGATIVE, FALSE_NEGATIVE_STRIPE, FALSE_POSITIVE, SWAPPED, TRUE_POSITIVE
from segstudio.services.contact_sheet import LARGEST, NOT_SCORED, FileLabels, SheetRow, contact_sheet, places
from segstudio.services.evaluate import Evaluation, evaluate
from segstudio.services.html_report import Report, to_html
from segstudio.services.scoring import Mask, Pair, Scoring
from segstudio.services.tables import Table

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (10, 20, 30), background=True),
        LabelClass(1, "<b>Straße & co", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)


def pair(folder: Path, name: str, wrong: int, size: int = 20) -> Pair:
    truth = np.zeros((size, 2 * size), np.uint8)
    truth[:, :10] = 1
    truth[0] = 255
    prediction = truth.copy()
    prediction[1 : 1 + wrong, :10] = 0
    paths = [folder / side / f"{name}.png" for side in "tp"]
    for path, plane in zip(paths, (truth, prediction), strict=True):
        write_mask(path, plane, SCHEMA)
    return Pair(name, Mask(paths[0]), Mask(paths[1]))


def scored(pairs: list[Pair], scoring: Scoring) -> Evaluation:
    found = Evaluation(SCHEMA, scoring=scoring)
    for step in evaluate(pairs, SCHEMA, scoring):
        found.add(step)
    return found


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    made = [pair(tmp_path, f"{n}&", wrong) for n, wrong in enumerate((3, 9, 0, 6, 1))]
    return [*made, Pair("missing", made[0].truth, None)]


def sheet(found: Evaluation, pairs: list[Pair]) -> list[SheetRow]:
    return list(contact_sheet(found, pairs, {}))


@pytest.mark.parametrize("images", range(14))
def test_each_place_has_as_many_images_and_none_is_shown_twice(images: int) -> None:
    shown = places(images)
    assert set(shown) <= set(range(images))
    kinds = [list(shown.values()).count(kind) for kind in ("worst", "median", "best")]
    assert kinds == ([min(images // 3, 3)] * 3 if images > 2 else [[0, 0, 0], [1, 0, 0], [1, 0, 1]][images])
    assert [shown[at] for at in sorted(shown)] == sorted(shown.values(), key=["worst", "median", "best"].index)


def test_the_sheet_shows_the_worst_the_middle_and_the_best(pairs: list[Pair]) -> None:
    rows = sheet(scored(pairs, Scoring()), pairs)
    assert [(row.place, row.id) for row in rows] == [("worst", "1&"), ("median", "0&"), ("best", "2&")]
    assert [row.mean_iou for row in rows] == sorted(row.mean_iou for row in rows)
    assert all(picture.startswith(b"\x89PNG") for row in rows for picture in (row.truth, row.prediction, row.errors))


def test_of_one_image_there_is_one_row_and_of_none_there_is_none(pairs: list[Pair]) -> None:
    assert [row.place for row in sheet(scored(pairs[:1], Scoring()), pairs)] == ["worst"]
    assert sheet(scored(pairs[-1:], Scoring()), pairs) == []


def test_pictures_are_small_and_a_file_gone_since_is_left_out(tmp_path: Path, pairs: list[Pair]) -> None:
    large = pair(tmp_path, "large", 2, size=3 * LARGEST)
    found = scored([large, *pairs], Scoring())
    assert all(len(row.truth) < 20_000 for row in sheet(found, [large, *pairs]))
    pairs[1].truth.path.unlink()
    left = sheet(found, [large, *pairs])
    assert [row.place for row in left] == ["worst", "median", "median", "best", "best"]
    assert pairs[1].id not in {row.id for row in left}


def test_the_photo_is_shown_and_the_errors_over_it(tmp_path: Path, pairs: list[Pair]) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((20, 40, 3), (200, 60, 20), np.uint8)).save(photo)
    found = scored(pairs, Scoring())
    row = next(contact_sheet(found, pairs, {"1&": Sample("1&", photo)}))
    with Image.open(BytesIO(row.photo)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 20))
        np.testing.assert_allclose(np.asarray(picture)[10, 10], (200, 60, 20), atol=4)
    with Image.open(BytesIO(row.errors)) as picture:
        errors = np.asarray(picture)
    assert tuple(errors[5, 7]) == FALSE_NEGATIVE, "a cell predicted as the background"
    assert tuple(errors[5, 5]) == FALSE_NEGATIVE_STRIPE, "hatched, as on the canvas"
    right = errors[15, 30]
    assert right[0] == right[1] == right[2] > 96, "gray and pale where it is right"
    photo.write_bytes(b"no picture")
    assert next(contact_sheet(found, pairs, {"1&": Sample("1&", photo)})).photo == b"", "the scores are of the masks"


def drawn(folder: Path, truth: list[int], prediction: list[int], schema: LabelSchema, files: FileLabels) -> np.ndarray:
    """Return the colours of the errors of one row of pixels, scored with a class table and read with another."""
    paths = [folder / f"{side}.png" for side in "tp"]
    for path, row in zip(paths, (truth, prediction), strict=True):
        Image.fromarray(np.array([row], np.uint8)).save(path)
    of = Pair("a", Mask(paths[0]), Mask(paths[1]))
    found = Evaluation(schema)
    for step in evaluate([of], files.schema):
        found.add(step)
    (shown,) = contact_sheet(found, [of], {}, files)
    with Image.open(BytesIO(shown.errors)) as picture:
        colors: np.ndarray = np.asarray(picture)[0]
    return colors


def test_errors_are_judged_and_coloured_as_on_the_canvas(tmp_path: Path) -> None:
    truth, prediction = [0, 0, 0, 0, 1, 1, 1, 255], [0, 0, 7, 1, 1, 0, 7, 1]
    colors = drawn(tmp_path, truth, prediction, SCHEMA, FileLabels(SCHEMA))
    expected = [TRUE_POSITIVE] * 3 + [FALSE_POSITIVE, TRUE_POSITIVE, FALSE_NEGATIVE, FALSE_NEGATIVE, NOT_SCORED]
    # 7 is no class: beside the background it is nothing, in place of a cell the cell is missed.
    assert [tuple(color) for color in colors.tolist()] == expected


def test_classes_scored_as_one_are_drawn_as_one(tmp_path: Path) -> None:
    classes = [LabelClass(0, "ground", (0, 0, 0), background=True)]
    classes += [LabelClass(i, f"c{i}", (i, 0, 0)) for i in (1, 2, 3)]
    schema, merged = LabelSchema(tuple(classes)), LabelSchema((*classes[:2], classes[3]))
    planes = [1, 2, 2, 3], [2, 1, 3, 3]
    together = drawn(tmp_path, *planes, merged, FileLabels(schema, {1: 1, 2: 1}))
    assert [tuple(c) for c in together.tolist()] == [TRUE_POSITIVE, TRUE_POSITIVE, SWAPPED, TRUE_POSITIVE]
    apart = drawn(tmp_path, *planes, schema, FileLabels(schema))
    assert [tuple(c) for c in apart.tolist()] == [SWAPPED, SWAPPED, SWAPPED, TRUE_POSITIVE]


def report(pairs: list[Pair], scoring: Scoring) -> str:
    found = scored(pairs, scoring)
    more = [Table("More & more", ["a", "b"], [["<i>", "1"]], ("why & how",))]
    settings = [("resize", "no & never")]
    return to_html(Report("truth & <run>", found, settings, sheet(found, pairs), more, "mm", per_image=True))


def test_the_report_says_all_and_escapes_names(pairs: list[Pair]) -> None:
    scoring = Scoring(OutlineSettings(boundary=True, surface="lattice", spacing=(0.5, 0.25), tolerance=2.0))
    text = report(pairs, scoring)
    assert "<b>Straße" not in text
    assert "&lt;b&gt;Straße &amp; co" in text
    for said in (
        "truth &amp; &lt;run&gt;",
        "lattice",
        "0.5 x 0.25",
        "distances are in mm",
        "NSD tolerates 2",
        "missing",
        "More &amp; more",
        "&lt;i&gt;",
        "why &amp; how",
        "no &amp; never",
    ):
        assert said in text
    assert text.index("<td>1&amp;</td>") < text.index("<td>2&amp;</td>"), "worst first"
    assert "mean over images" in text


def test_it_needs_nothing_else_and_is_the_same_again(pairs: list[Pair]) -> None:
    text = report(pairs, Scoring())
    assert text == report(pairs, Scoring())
    assert not re.search(r"https?:|<script|<link|@import|url\(", text)
    assert "prefers-color-scheme: dark" in text
    assert set(re.findall(r'src="([^,]*),', text)) == {"data:image/png;base64"}
    HtmlChecker().feed(text)


class HtmlChecker(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_scored_is_a_report_too(pairs: list[Pair]) -> None:
    text = to_html(Report("none", scored(pairs[-1:], Scoring())))
    assert "No image is shown." in text
    assert "has no prediction" in text
