"""Error regions against scipy, and the kinds of mistakes in pictures that can be seen through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from segstudio.core.raster import LabelPlane, Rect
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import joint_runs
from segstudio.metrics.error_kinds import ErrorKind, thickness
from segstudio.metrics.error_regions import ErrorRegions, error_regions, region_mask
from segstudio.metrics.joint_runs import JointRuns, TooManyRuns

GROUND, CAR, BUS, VOID, UNKNOWN = 0, 1, 300, 255, 9
SCHEMA = LabelSchema(
    (
        LabelClass(GROUND, "ground", (0, 0, 0), background=True),
        LabelClass(CAR, "car", (0, 0, 1)),
        LabelClass(BUS, "bus", (0, 0, 2)),
        LabelClass(VOID, "void", (0, 0, 3), ignore=True),
    )
)

Planes = tuple[LabelPlane, LabelPlane]


def planes(side: int = 12) -> st.SearchStrategy[Planes]:
    values = st.sampled_from((GROUND, CAR, BUS, VOID, UNKNOWN))
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=side)
    return shapes.flatmap(lambda shape: st.tuples(*[hnp.arrays(np.uint16, shape, elements=values)] * 2))


def by_scipy(truth: LabelPlane, prediction: LabelPlane) -> list[tuple[int, int, int, Rect]]:
    """Return class, prediction, area and rectangle of each region, a pair of classes at a time."""
    found = []
    for t in (GROUND, CAR, BUS):
        for p in np.unique(prediction[truth == t]).tolist():
            alike = (truth == t) & (prediction == p)
            numbers, _ = ndimage.label(alike if t != p else np.zeros_like(alike), np.ones((3, 3)))
            for number, (rows, columns) in enumerate(ndimage.find_objects(numbers), 1):
                rect = Rect(rows.start, columns.start, rows.stop, columns.stop)
                found.append((t, p, int((numbers == number).sum()), rect))
    return found


def rects(found: ErrorRegions) -> list[Rect]:
    return [Rect(*rect) for rect in found.rects.tolist()]


@given(planes())
def test_regions_are_those_of_scipy(case: Planes) -> None:
    found = error_regions(*case, SCHEMA)
    columns = (found.truth.tolist(), found.predicted.tolist(), found.area.tolist(), rects(found))
    assert sorted(zip(*columns, strict=True)) == sorted(by_scipy(*case))


@given(planes())
def test_masks_of_the_regions_tile_what_is_wrong(case: Planes) -> None:
    truth, prediction = case
    found = error_regions(truth, prediction, SCHEMA)
    covered = np.zeros(truth.shape, np.int64)
    for rect, seed, area in zip(rects(found), found.seeds.tolist(), found.area.tolist(), strict=True):
        mask = region_mask(truth, prediction, rect, tuple(seed))
        assert mask.sum() == area
        covered[rect.slices] += mask
    wrong = np.isin(truth, (GROUND, CAR, BUS)) & (truth != prediction)
    np.testing.assert_array_equal(covered, wrong)


@given(planes(), st.integers(0, 11), st.integers(0, 11))
def test_a_digest_tells_other_pixels(case: Planes, row: int, column: int) -> None:
    truth, prediction = case
    before = error_regions(truth, prediction, SCHEMA)
    known = dict(zip(before.digests.tolist(), rects(before), strict=True))
    assert len(known) == len(before)
    changed = prediction.copy()
    changed[row % truth.shape[0], column % truth.shape[1]] = CAR
    after = error_regions(truth, changed, SCHEMA)
    for digest, rect, seed in zip(after.digests.tolist(), rects(after), after.seeds.tolist(), strict=True):
        if digest in known:
            now = region_mask(truth, changed, rect, tuple(seed))
            assert known[digest] == rect
            assert now.sum() == before.area[before.digests.tolist().index(digest)]


def test_long_and_winding_areas_are_one() -> None:
    comb, spiral = np.zeros((64, 64), np.uint8), np.zeros((65, 65), np.uint8)
    comb[:, ::2] = 1
    comb[0] = 1
    for ring in range(0, 32, 2):
        spiral[ring : 65 - ring, ring : 65 - ring] = 1
        spiral[ring + 1 : 64 - ring, ring + 1 : 64 - ring] = 0
        spiral[ring + 1, max(ring - 1, 0) : ring + 2] = 1
    for picture in (comb, comb.T, comb[::-1, ::-1].copy(), spiral, spiral.T.copy()):
        _, expected = ndimage.label(picture, np.ones((3, 3)))
        assert len(error_regions(np.zeros_like(picture), picture, SCHEMA)) == expected


def test_runs_are_the_same_however_many_are_looked_up_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    truth, prediction = (rng.integers(0, 2, (40, 50), np.uint8) for _ in range(2))
    whole = JointRuns.of(truth, prediction)
    monkeypatch.setattr(joint_runs, "_CHUNK", 7)
    parts = JointRuns.of(truth, prediction)
    np.testing.assert_array_equal(whole.connected(whole.truth), parts.connected(parts.truth))
    mask = rng.random(truth.shape) < 0.5
    assert whole.counted(mask).sum() == mask.sum()


def test_noise_beyond_measure_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint_runs, "MOST", 99)
    stripes = np.arange(100, dtype=np.uint8).reshape(10, 10)
    with pytest.raises(TooManyRuns, match="100 times"):
        error_regions(stripes, stripes, SCHEMA)


# The kinds. The picture is 100 wide and high, so that the thickness is 2.


def picture() -> LabelPlane:
    labels = np.zeros((100, 100), np.uint16)
    labels[20:60, 20:60] = CAR
    return labels


def kinds(truth: LabelPlane, prediction: LabelPlane) -> list[ErrorKind]:
    return [ErrorKind(kind) for kind in error_regions(truth, prediction, SCHEMA).kinds.tolist()]


def test_the_thickness_is_what_boundary_f1_tolerates() -> None:
    assert thickness((100, 100)) == 2
    assert error_regions(picture(), picture(), SCHEMA).thickness == 2


@pytest.mark.parametrize("by", [-2, -1, 1, 2])
def test_an_outline_a_little_off_is_a_slip(by: int) -> None:
    prediction = np.zeros((100, 100), np.uint16)
    prediction[20 - by : 60 + by, 20 - by : 60 + by] = CAR
    assert kinds(picture(), prediction) == [ErrorKind.SLIP]


@pytest.mark.parametrize("by", [-3, 3])
def test_an_outline_further_off_is_a_swap(by: int) -> None:
    prediction = np.zeros((100, 100), np.uint16)
    prediction[20 - by : 60 + by, 20 - by : 60 + by] = CAR
    assert kinds(picture(), prediction) == [ErrorKind.SWAP]


@pytest.mark.parametrize("value", [GROUND, BUS, UNKNOWN])
def test_a_hole_lies_inside_an_object(value: int) -> None:
    prediction = picture()
    prediction[30:40, 30:40] = value
    assert kinds(picture(), prediction) == [ErrorKind.HOLE]
    prediction[20:40, 30:40] = value
    assert kinds(picture(), prediction) != [ErrorKind.HOLE]


def test_what_the_border_of_the_picture_cuts_is_no_hole() -> None:
    truth = np.full((100, 100), CAR, np.uint16)
    prediction = truth.copy()
    prediction[:30, 40:60] = GROUND
    assert kinds(truth, prediction) == [ErrorKind.SWAP]


@pytest.mark.parametrize(("found", "kind"), [(4, ErrorKind.MISSED), (5, ErrorKind.SWAP)])
def test_an_object_of_which_a_tenth_is_found_is_missed(found: int, kind: ErrorKind) -> None:
    prediction = np.zeros((100, 100), np.uint16)
    prediction[20:60, 20 : 20 + found] = CAR
    assert kinds(picture(), prediction) == [kind]


def test_an_object_where_there_is_none_is_a_phantom() -> None:
    prediction = picture()
    prediction[70:90, 70:90] = CAR
    assert kinds(picture(), prediction) == [ErrorKind.PHANTOM]
    assert kinds(np.zeros_like(prediction), prediction) == [ErrorKind.PHANTOM, ErrorKind.PHANTOM]


def test_an_object_with_another_name_is_swapped() -> None:
    assert kinds(picture(), np.where(picture() == CAR, BUS, GROUND).astype(np.uint16)) == [ErrorKind.SWAP]


def test_beside_what_the_truth_ignores() -> None:
    truth = picture()
    truth[:, 60:63] = VOID
    prediction = truth.copy()
    prediction[20:60, 58:60] = GROUND
    assert kinds(truth, prediction) == [ErrorKind.IGNORE]
    prediction[20:60, 57:60] = GROUND
    assert kinds(truth, prediction) == [ErrorKind.SWAP]


def test_an_object_of_which_a_tenth_of_what_is_scored_is_right_is_no_phantom() -> None:
    truth, prediction = np.zeros((100, 100), np.uint16), np.zeros((100, 100), np.uint16)
    truth[40:44, 40:44] = CAR
    truth[50:] = VOID
    prediction[40:50, 40:44] = CAR
    prediction[50:] = CAR  # of this nothing counts, however much it is
    assert kinds(truth, prediction) == [ErrorKind.SWAP]


def test_what_is_predicted_where_the_truth_is_ignored_makes_no_phantom_right_or_wrong() -> None:
    truth, prediction = np.zeros((100, 100), np.uint16), np.zeros((100, 100), np.uint16)
    truth[:, 50:] = VOID
    prediction[40:60, 30:90] = CAR
    assert kinds(truth, prediction) == [ErrorKind.PHANTOM]
