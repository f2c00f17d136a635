"""Cleaning up against definitions pixel by pixel."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask
from segstudio.editing import cleaning, islands
from segstudio.editing.cleaning import BLOCK, closed, grown, opened, shrunk, smoothed
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.rules import PaintRule
from segstudio.editing.scope import Scope

seeds = st.integers(0, 2**32 - 1)
LOCAL = (grown, shrunk, opened, closed, smoothed)
Step = Callable[[Document, Scope], Edit | None]
STEPS: dict[str, Step] = {
    **{change.__name__: lambda d, s, c=change: cleaning.cleaned(d, c.__name__, c, 2, s) for change in LOCAL},  # type: ignore[misc]
    "islands": lambda d, s: islands.without_islands(d, s, 4),
    "largest": islands.largest_kept,
    "holes": islands.without_holes,
}


def labels_of(seed: int, classes: int = 2, numbered: bool = False) -> Document:
    """Return a document with some blobs of classes."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((int(rng.integers(4, 22)), int(rng.integers(4, 22))), np.uint8)
    for _ in range(int(rng.integers(1, 8))):
        y, x, side = rng.integers(0, labels.shape[0]), rng.integers(0, labels.shape[1]), rng.integers(1, 8)
        labels[y : y + side, x : x + int(rng.integers(1, 8))] = rng.integers(0, classes + 1)
    labels[rng.random(labels.shape) < 0.05] = 1
    numbers = np.where(labels == 1, 1 + rng.integers(0, 2, labels.shape), 0).astype(np.uint32)
    return Document(labels, numbers if numbered else None)


def apart(document: Document) -> NDArray[np.int64]:
    """Return a plane in which no two objects or classes have the same value; modulo 4 it is the class, of 0 to 3."""
    numbers = 0 if document.instances is None else document.instances.astype(np.int64)
    found: NDArray[np.int64] = document.labels + 4 * np.asarray(numbers)
    return found


def after(document: Document, edit: Edit | None) -> LabelPlane:
    if edit is not None and edit.patches:
        document.apply(edit)
    return document.labels.copy()


def disc(mask: Mask, by: int) -> Mask:
    """Return the pixels that are at most ``by`` from a mask."""
    found = np.zeros_like(mask)
    for dy in range(-by, by + 1):
        for dx in range(-by, by + 1):
            if dy * dy + dx * dx <= by * by:
                found |= shifted(mask, dy, dx)
    return found


def shifted(mask: Mask, dy: int, dx: int) -> Mask:
    found = np.zeros_like(mask)
    height, width = mask.shape
    if abs(dy) < height and abs(dx) < width:
        part = mask[max(-dy, 0) : height - max(dy, 0), max(-dx, 0) : width - max(dx, 0)]
        found[max(dy, 0) : max(dy, 0) + part.shape[0], max(dx, 0) : max(dx, 0) + part.shape[1]] = part
    return found


def expected_mask(name: str, mask: Mask, by: int) -> Mask:
    def thin(m: Mask) -> Mask:
        return ~disc(~m, by)

    return {
        "grown": lambda: disc(mask, by),
        "shrunk": lambda: thin(mask),
        "opened": lambda: disc(thin(mask), by),
        "closed": lambda: thin(disc(mask, by)) | mask,
    }[name]()


@given(seeds, st.sampled_from([grown, shrunk, opened, closed]), st.integers(1, 4))
def test_a_class_changes_by_discs(seed: int, change: cleaning.Change, by: int) -> None:
    document = labels_of(seed)
    before = document.labels.copy()
    mask = before == 1
    expected = expected_mask(change.__name__, mask, by)
    labels = after(document, cleaning.cleaned(document, "x", change, by, Scope(0, (1,))))
    np.testing.assert_array_equal(labels == 1, expected)
    np.testing.assert_array_equal(labels[~expected & ~mask], before[~expected & ~mask])
    assert not labels[mask & ~expected].any()


@given(seeds, st.integers(1, 4))
def test_all_classes_grow_into_the_background_each_to_the_nearest(seed: int, by: int) -> None:
    document = labels_of(seed, classes=3)
    before = document.labels.copy()
    labels = after(document, cleaning.cleaned(document, "x", grown, by, Scope(0)))
    y, x = np.mgrid[: before.shape[0], : before.shape[1]]
    away = np.full((4, *before.shape), np.inf)
    for class_id in (1, 2, 3):
        for row, column in np.argwhere(before == class_id):
            away[class_id] = np.minimum(away[class_id], np.hypot(y - row, x - column))
    expected = np.where((before == 0) & (away.min(axis=0) <= by), away.argmin(axis=0), before)
    np.testing.assert_array_equal(labels, expected)


@given(seeds, st.integers(1, 3))
def test_smoothing_gives_each_pixel_what_most_around_it_is(seed: int, sigma: int) -> None:
    document = labels_of(seed, classes=3)
    before = document.labels.copy()
    labels = after(document, cleaning.cleaned(document, "x", smoothed, sigma, Scope(0)))
    weights = np.exp(-(np.arange(-3 * sigma, 3 * sigma + 1) ** 2) / (2 * sigma**2))
    padded = np.pad(before, 3 * sigma, mode="edge")
    shares = np.stack([_convolved(padded == c, np.outer(weights, weights) / weights.sum() ** 2) for c in range(4)])
    own = np.take_along_axis(shares, before[None].astype(np.intp), axis=0)[0]
    best, sure = shares.max(axis=0), np.sort(shares, axis=0)
    clear = sure[-1] - sure[-2] > 1e-3
    np.testing.assert_array_equal(labels[clear], shares.argmax(axis=0)[clear])
    assert (labels == before)[abs(best - own) < 1e-6].all()


def _convolved(mask: Mask, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    windows = np.lib.stride_tricks.sliding_window_view(mask.astype(float), kernel.shape)
    found: NDArray[np.float64] = np.einsum("ijkl,kl->ij", windows, kernel)
    return found


@given(seeds, st.integers(1, 30), st.booleans())
def test_islands_smaller_than_asked_for_go(seed: int, smallest: int, numbered: bool) -> None:
    document = labels_of(seed, classes=3, numbered=numbered)
    before = apart(document)
    labels = after(document, islands.without_islands(document, Scope(0), smallest))
    for kind in np.unique(before[before > 0]).tolist():
        for region in regions_of(before == kind):
            assert {int(labels[p]) for p in region} == {kind % 4 if len(region) >= smallest else 0}
    assert not labels[before == 0].any()


@given(seeds, st.booleans())
def test_of_each_class_the_largest_region_stays(seed: int, numbered: bool) -> None:
    document = labels_of(seed, classes=3, numbered=numbered)
    before = apart(document)
    labels = after(document, islands.largest_kept(document, Scope(0)))
    for class_id in (1, 2, 3):
        kinds = [kind for kind in np.unique(before).tolist() if kind % 4 == class_id]
        found = [region for kind in kinds for region in regions_of(before == kind)]
        kept = regions_of(labels == class_id)
        assert len(kept) == min(len(found), 1)
        assert not kept or len(kept[0]) == max(map(len, found))


@given(seeds)
def test_holes_of_a_class_are_filled(seed: int) -> None:
    document = labels_of(seed)
    before = document.labels.copy()
    labels = after(document, islands.without_holes(document, Scope(0, (1,))))
    for region in regions_of(before != 1):
        outside = any(0 in p or p[0] == before.shape[0] - 1 or p[1] == before.shape[1] - 1 for p in region)
        for pixel in region:
            assert labels[pixel] == (before[pixel] if outside else 1)


@given(seeds)
def test_of_all_classes_holes_are_background_that_one_class_encloses(seed: int) -> None:
    document = labels_of(seed, classes=3)
    before = document.labels.copy()
    labels = after(document, islands.without_holes(document, Scope(0)))
    expected = before.copy()
    for region in regions_of(before == 0):
        beside = {
            int(before[y, x]) if 0 <= y < before.shape[0] and 0 <= x < before.shape[1] else -1
            for r, c in region
            for y, x in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))
            if (y, x) not in region
        }
        if len(beside) == 1 and -1 not in beside:
            for pixel in region:
                expected[pixel] = next(iter(beside))
    np.testing.assert_array_equal(labels, expected)


def regions_of(mask: Mask) -> list[set[tuple[int, int]]]:
    left = {(int(r), int(c)) for r, c in np.argwhere(mask)}
    found = []
    while left:
        region, queue = set[tuple[int, int]](), [left.pop()]
        while queue:
            row, column = queue.pop()
            region.add((row, column))
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if near in left:
                    left.remove(near)
                    queue.append(near)
        found.append(region)
    return found


@pytest.mark.parametrize("name", STEPS)
@given(seed=seeds, numbered=st.booleans(), everything=st.booleans())
def test_nothing_locked_changes_and_one_undo_takes_all_back(
    name: str, seed: int, numbered: bool, everything: bool
) -> None:
    document = labels_of(seed, classes=3, numbered=numbered)
    before, numbers = document.labels.copy(), None if document.instances is None else document.instances.copy()
    document.rule = PaintRule.of(None, locked=(2,))
    labels = after(document, STEPS[name](document, Scope(0) if everything else Scope(0, (1, 2))))
    np.testing.assert_array_equal(labels == 2, before == 2)
    if document.instances is not None:
        assert ((document.instances > 0) <= (labels == 1)).all()
        assert not (document.instances[labels == 1] == 0).any()
    assert len(document.history) <= 1
    document.undo()
    np.testing.assert_array_equal(document.labels, before)
    if numbers is not None and document.instances is not None:
        np.testing.assert_array_equal(document.instances, numbers)


@pytest.mark.parametrize("name", STEPS)
@given(seed=seeds, numbered=st.booleans())
def test_outside_an_area_only_what_it_grows_into_changes(name: str, seed: int, numbered: bool) -> None:
    """And what is selected of a class, as its objects, changes as if the rest of the class were another one."""
    document, rng = labels_of(seed, numbered=numbered), np.random.default_rng(seed)
    mask = (document.labels == 1) & (rng.random(document.labels.shape) < 0.7)
    if not mask.any():
        return
    other = Document(np.where((document.labels == 1) & ~mask, 9, document.labels).astype(np.uint8), document.instances)
    labels = after(document, STEPS[name](document, Scope(0, (1,), (mask, (0, 0)))))
    alone = after(other, STEPS[name](other, Scope(0, (1,))))
    np.testing.assert_array_equal(labels, np.where(alone == 9, 1, alone))
    np.testing.assert_array_equal(document.instances, other.instances)


def two_objects() -> Document:
    """Return two objects of a class with a gap of five pixels between them."""
    numbers = np.zeros((20, 40), np.uint32)
    numbers[5:15, 5:15], numbers[5:15, 20:30] = 1, 2
    return Document((numbers > 0).astype(np.uint8), numbers)


def test_of_two_objects_the_selected_one_grows() -> None:
    document = two_objects()
    area = np.ones((10, 10), np.bool_), (5, 5)
    after(document, cleaning.cleaned(document, "x", grown, 4, Scope(0, area=area)))
    assert document.instances is not None
    assert document.instances[10].tolist() == [0] + 18 * [1] + [0] + 10 * [2] + 10 * [0]
    after(document, cleaning.cleaned(document, "x", grown, 3, Scope(0, area=(document.instances == 1, (0, 0)))))
    assert document.instances[10].tolist() == 22 * [1] + 8 * [2] + 10 * [0]


@pytest.mark.parametrize("name", STEPS)
def test_forbidden_is_not_the_same_as_nothing_to_do(name: str) -> None:
    labels = np.zeros((20, 20), np.uint8)
    labels[5:15, 5:15] = 1
    labels[8, 8] = 0
    labels[2, 2] = 1
    document = Document(labels)
    step = STEPS[name](document, Scope(0))
    assert step is not None and step.patches  # noqa: PT018
    document.rule = PaintRule.of(())
    forbidden = STEPS[name](document, Scope(0))
    assert forbidden is not None and not forbidden.patches  # noqa: PT018
    assert STEPS[name](Document(np.zeros((9, 9), np.uint8)), Scope(0)) is None


@pytest.mark.parametrize("change", LOCAL)
def test_blocks_leave_no_seam(change: cleaning.Change, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    labels = np.kron(rng.integers(0, 3, (12, 14)), np.ones((30, 30))).astype(np.uint8)
    labels[rng.random(labels.shape) < 0.02] = 2
    small, large = Document(labels), Document(labels)
    expected = after(large, cleaning.cleaned(large, "x", change, 5, Scope(0)))
    monkeypatch.setattr(cleaning, "BLOCK", 128)
    assert BLOCK > 128
    np.testing.assert_array_equal(after(small, cleaning.cleaned(small, "x", change, 5, Scope(0))), expected)
    small.undo()
    np.testing.assert_array_equal(small.labels, labels)
