"""Overlap metrics against scikit-learn, torchmetrics and numbers worked out by hand."""

import math
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as sk

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import MEANS, METRICS, SCORES, overlap

IDS = (0, 2, 7, 40)
VOID = 255
OUTSIDE = 9
"""A value that no class has; a prediction may hold it, and the ignored one too."""

SCHEMA = LabelSchema(
    (*(LabelClass(i, f"class {i}", (0, 0, i)) for i in IDS), LabelClass(VOID, "void", (0, 0, 0), ignore=True))
)

Planes = tuple[LabelPlane, LabelPlane]


def planes(truth: tuple[int, ...], predicted: tuple[int, ...]) -> st.SearchStrategy[Planes]:
    """Two planes of one random shape, a single pixel included; classes are often absent from one or both."""

    def of(shape: tuple[int, ...]) -> st.SearchStrategy[Planes]:
        def drawn(values: tuple[int, ...]) -> st.SearchStrategy[LabelPlane]:
            some = st.lists(st.sampled_from(values), min_size=1, unique=True)
            return some.flatmap(lambda used: hnp.arrays(np.uint8, shape, elements=st.sampled_from(used)))

        return st.tuples(drawn(truth), drawn(predicted))

    return hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(of)


anything = planes((*IDS, VOID), (*IDS, VOID, OUTSIDE))


def scored(case: Planes) -> Planes:
    """Return the scored pixels in the form peers take: predictions outside the classes are one label more."""
    truth, prediction = (plane[case[0] != VOID] for plane in case)
    return truth, np.where(np.isin(prediction, IDS), prediction, OUTSIDE)


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=1e-12, atol=1e-12)


@given(anything)
def test_counts_equal_scikit_learn(case: Planes) -> None:
    confusion = Confusion.of(*case, SCHEMA)
    truth, prediction = scored(case)
    if truth.size:  # scikit-learn refuses to count nothing
        expected = sk.confusion_matrix(truth, prediction, labels=[*IDS, OUTSIDE])
        np.testing.assert_array_equal(confusion.counts, expected[:-1])
    assert confusion.pixels == truth.size


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (overlap.iou, sk.jaccard_score),
        (overlap.dice, sk.f1_score),
        (overlap.precision, sk.precision_score),
        (overlap.recall, sk.recall_score),
    ],
)
@given(case=anything)
def test_ratios_by_class_equal_scikit_learn(
    ours: Callable[[Confusion], overlap.FloatArray], theirs: Callable[..., object], case: Planes
) -> None:
    truth, prediction = scored(case)
    if not truth.size:
        return
    values = ours(Confusion.of(*case, SCHEMA))
    # 0/0 comes out of scikit-learn as we ask. Not as nan, which jaccard_score does not know: by 0 and by 1 we see where
    # it was not defined.
    zero, one = (theirs(truth, prediction, labels=IDS, average=None, zero_division=z) for z in (0, 1))
    undefined = np.asarray(zero) != np.asarray(one)
    np.testing.assert_array_equal(np.isnan(values), undefined)
    close(values[~undefined], np.asarray(zero)[~undefined])


@given(anything)
def test_cosine_and_specificity_equal_scikit_learn(case: Planes) -> None:
    truth, prediction = scored(case)
    confusion = Confusion.of(*case, SCHEMA)
    cosine, specificity = overlap.cosine(confusion), overlap.specificity(confusion)
    for index, label in enumerate(IDS):
        of_class, as_class = truth == label, prediction == label
        # Its cosine of a vector of zeros is 0, where ours is not defined.
        assert math.isnan(cosine[index]) == (not of_class.any() or not as_class.any())
        if not math.isnan(cosine[index]):
            close(
                cosine[index], sk.pairwise.cosine_similarity([of_class.astype(float)], [as_class.astype(float)])[0, 0]
            )
        assert math.isnan(specificity[index]) == bool(of_class.all())
        if not math.isnan(specificity[index]):
            close(specificity[index], sk.recall_score(~of_class, ~as_class))


@given(anything)
def test_scores_equal_scikit_learn(case: Planes) -> None:
    truth, prediction = scored(case)
    confusion = Confusion.of(*case, SCHEMA)
    if not truth.size:
        assert all(math.isnan(score(confusion)) for score in SCORES.values())
        return
    close(overlap.pixel_accuracy(confusion), sk.accuracy_score(truth, prediction))
    weighted = sk.jaccard_score(truth, prediction, labels=IDS, average="weighted", zero_division=0)
    close(overlap.frequency_weighted_iou(confusion), weighted)
    with warnings.catch_warnings(action="ignore"):  # it warns of a single label, and divides by 0 where we say nan
        _same_where_defined(overlap.mcc(confusion), sk.matthews_corrcoef(truth, prediction))
        _same_where_defined(overlap.kappa(confusion), sk.cohen_kappa_score(truth, prediction))


def _same_where_defined(ours: float, theirs: float) -> None:
    """scikit-learn's coefficient of a constant truth or prediction is 0, and its kappa nan; ours are nan."""
    if math.isnan(ours):
        assert math.isnan(theirs) or theirs == 0
    else:
        close(ours, theirs)


@given(planes((*IDS[:3], 3), (*IDS[:3], 3)))
def test_torchmetrics_agrees_within_its_float32(case: Planes) -> None:
    torch = pytest.importorskip("torch")
    classification = pytest.importorskip("torchmetrics.functional.classification")
    table = LabelSchema(tuple(LabelClass(i, str(i), (0, 0, 0)) for i in (0, 2, 7, 3)))
    confusion = Confusion.of(*case, table)
    index = {0: 0, 2: 1, 7: 2, 3: 3}
    truth, prediction = (torch.tensor(np.vectorize(index.__getitem__)(plane).ravel()) for plane in case)
    counts = classification.multiclass_confusion_matrix(prediction, truth, 4)
    np.testing.assert_array_equal(confusion.counts[:, :-1], counts.numpy())
    # An absent class scores 0 there by class, and leaves the macro mean.
    theirs = classification.multiclass_jaccard_index(prediction, truth, 4, average="none")
    np.testing.assert_allclose(np.nan_to_num(overlap.iou(confusion)), theirs.numpy(), atol=1e-6)
    mean = classification.multiclass_jaccard_index(prediction, truth, 4, average="macro")
    np.testing.assert_allclose(overlap.mean_iou(confusion), mean.numpy(), atol=1e-6)


@given(anything)
def test_ratios_lie_within_0_and_1(case: Planes) -> None:
    confusion = Confusion.of(*case, SCHEMA)
    for metric in METRICS.values():
        values = metric.by_class(confusion)
        assert values.dtype == np.float64
        assert values.shape == (len(IDS),)
        assert np.all(np.isnan(values) | ((values >= 0) & (values <= 1)))


@given(anything)
def test_a_perfect_prediction_scores_1_wherever_defined(case: Planes) -> None:
    confusion = Confusion.of(case[0], case[0], SCHEMA)
    assert all(math.isnan(value) or value == 1 for value in (score(confusion) for score in SCORES.values()))
    present = np.isin(IDS, case[0])
    for key, metric in METRICS.items():
        values = metric.by_class(confusion)
        np.testing.assert_array_equal(values[~np.isnan(values)], 1)
        if key != "specificity":
            np.testing.assert_array_equal(~np.isnan(values), present)


@given(anything, st.permutations(IDS))
def test_the_order_of_the_classes_does_not_matter(case: Planes, order: list[int]) -> None:
    confusion = Confusion.of(*case, SCHEMA)
    other = Confusion.of(*case, LabelSchema(tuple(c for i in (*order, VOID) if (c := SCHEMA.get(i)))))
    for metric in METRICS.values():
        close(metric.by_class(other), [metric.by_class(confusion)[IDS.index(i)] for i in order])
    for score in SCORES.values():
        close(score(other), score(confusion))


def confusion_of(counts: list[list[int]], labels: tuple[int, ...]) -> Confusion:
    return Confusion(labels, np.array(counts, np.int64))


def test_numbers_worked_out_by_hand() -> None:
    # Truth: 4 of class 1, 6 of class 5, none of class 8. One pixel of class 5 is predicted outside the classes.
    confusion = confusion_of([[3, 1, 0, 0], [2, 3, 0, 1], [0, 0, 0, 0]], (1, 5, 8))
    close(overlap.iou(confusion), [3 / 6, 3 / 7, math.nan])
    close(overlap.dice(confusion), [6 / 9, 6 / 10, math.nan])
    close(overlap.precision(confusion), [3 / 5, 3 / 4, math.nan])
    close(overlap.recall(confusion), [3 / 4, 3 / 6, math.nan])
    close(overlap.specificity(confusion), [4 / 6, 3 / 4, 1])
    close(overlap.cosine(confusion), [3 / math.sqrt(20), 3 / math.sqrt(24), math.nan])
    close(overlap.mean_iou(confusion), (3 / 6 + 3 / 7) / 2)
    close(overlap.mean_dice(confusion), (6 / 9 + 6 / 10) / 2)
    close(overlap.pixel_accuracy(confusion), 0.6)
    close(overlap.frequency_weighted_iou(confusion), 0.4 * 3 / 6 + 0.6 * 3 / 7)
    close(overlap.kappa(confusion), (0.6 - 0.44) / (1 - 0.44))
    close(overlap.mcc(confusion), (6 * 10 - 44) / math.sqrt((100 - 52) * (100 - 42)))


def test_a_class_only_predicted_counts_as_0_in_the_mean() -> None:
    confusion = confusion_of([[5, 5, 0], [0, 0, 0]], (0, 1))
    close(overlap.iou(confusion), [0.5, 0])
    close(overlap.mean_iou(confusion), 0.25)


def test_means_leave_out_the_background_by_id() -> None:
    confusion = confusion_of([[8, 0, 0], [1, 3, 0]], (7, 3))
    close(overlap.mean_iou(confusion, without=[7]), 3 / 4)
    close(overlap.mean_dice(confusion, without=[7]), 6 / 7)
    assert math.isnan(overlap.mean_iou(confusion, without=[7, 3]))


def test_nothing_scored_is_not_defined() -> None:
    confusion = Confusion.of(np.full((2, 2), VOID, np.uint8), np.zeros((2, 2), np.uint8), SCHEMA)
    for metric in METRICS.values():
        assert np.isnan(metric.by_class(confusion)).all()
    for score in SCORES.values():
        assert math.isnan(score(confusion))
    assert math.isnan(overlap.mean_iou(confusion))


def test_counts_of_many_large_images_do_not_overflow() -> None:
    # The square of 2**40 pixels is more than 64 bits hold.
    share = 1 << 38
    confusion = confusion_of([[share, share, 0], [0, 2 * share, 0]], (0, 1))
    small = confusion_of([[1, 1, 0], [0, 2, 0]], (0, 1))
    for score in SCORES.values():
        close(score(confusion), score(small))
    for metric in METRICS.values():
        close(metric.by_class(confusion), metric.by_class(small))


def test_means_are_named_for_what_they_average() -> None:
    assert {key: metric.title for key, metric in MEANS.items()} == {
        "iou": "IoU",
        "dice": "Dice",
        "accuracy": "recall",
    }
