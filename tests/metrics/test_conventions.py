"""What others would report, held against the libraries themselves."""

import importlib
import math
import warnings

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
import torchmetrics
from numpy.typing import NDArray
from torchmetrics import segmentation as tm_segmentation

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import conventions as ours
from segstudio.metrics import overlap
from segstudio.metrics.conventions import Counted, SurfaceFigures
from segstudio.metrics.outlines import OutlineSettings, measure_outlines
from segstudio.metrics.panoptic import Matches, Segment, pair_up

IDS, VOID = (0, 3, 8, 9), 255
LABELS = (*IDS, VOID)
OPEN = LabelSchema(tuple(LabelClass(i, str(i), (0, 0, i)) for i in LABELS))
TABLE = LabelSchema(tuple(LabelClass(i, str(i), (0, 0, i), ignore=i == VOID) for i in LABELS))
IGNORED = np.array([i == VOID for i in LABELS])

Plane = NDArray[np.uint8]
Pairs = list[tuple[Plane, Plane]]


def images(seed: int, wild: bool = False, absent: tuple[int, ...] = (9,)) -> Pairs:
    """Return smooth pairs: non-consecutive ids, one absent from all, one from some; ``wild`` predicts void too."""
    rng = np.random.default_rng(seed)
    made: Pairs = []
    for index in range(5):
        known = [i for i in IDS if i not in absent and (i != 8 or index % 2)]
        blocks = rng.choice(known, (4, 5))
        truth = np.kron(blocks, np.ones((6, 6))).astype(np.uint8)
        truth[:3] = VOID
        wrong = rng.random(truth.shape) < 0.2
        guess = np.where(wrong, rng.choice([*known, 3], truth.shape), truth).astype(np.uint8)
        guess[:3] = rng.choice(known, guess[:3].shape)
        if wild:
            guess[10, :4] = VOID
        made.append((truth, guess))
    return made


def counted(pairs: Pairs) -> Counted:
    return Counted.together([Counted.of(Confusion.of(*pair, OPEN), IGNORED) for pair in pairs])


def flat(pairs: Pairs) -> tuple[Plane, Plane]:
    """Return all pixels that are not ignored."""
    truth, guess = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    return truth[truth != VOID], guess[truth != VOID]


def channels(planes: list[Plane], labels: tuple[int, ...]) -> torch.Tensor:
    return torch.from_numpy(np.stack([[plane == label for label in labels] for plane in planes]).astype(np.float64))


def indices(plane: Plane) -> torch.Tensor:
    return torch.from_numpy(np.searchsorted(LABELS, plane))


def test_the_scores_of_this_program_are_among_them() -> None:
    pairs = images(1, wild=True)
    total = Confusion.zero(TABLE)
    for pair in pairs:
        total += Confusion.of(*pair, TABLE)
    found = ours.segstudio(counted(pairs))
    assert (found.iou, found.dice) == pytest.approx((overlap.mean_iou(total), overlap.mean_dice(total)), rel=1e-14)
    assert found.accuracy == overlap.pixel_accuracy(total)
    assert counted(pairs).outside == total.counts[:, -1].sum() == 4 * len(pairs)
    each = [overlap.mean_iou(Confusion.of(*pair, TABLE)) for pair in pairs]
    assert ours.over_images(counted(pairs)).iou == pytest.approx(np.mean(each), rel=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_scikit_learn(seed: int) -> None:
    pairs = images(seed)
    truth, guess = flat(pairs)
    found = ours.sklearn(counted(pairs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sk._classification.UndefinedMetricWarning)
        iou = sk.jaccard_score(truth, guess, labels=IDS, average="macro")
        dice = sk.f1_score(truth, guess, labels=IDS, average="macro")
    assert (found.iou, found.dice) == pytest.approx((iou, dice), rel=1e-12)
    assert found.accuracy == pytest.approx(sk.accuracy_score(truth, guess), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_torchmetrics(seed: int) -> None:
    pairs = images(seed)
    jaccard = torchmetrics.JaccardIndex(task="multiclass", num_classes=len(IDS), ignore_index=len(IDS))
    mean_iou = tm_segmentation.MeanIoU(num_classes=len(LABELS), input_format="index")
    dice = tm_segmentation.DiceScore(num_classes=len(LABELS), input_format="index")
    for truth, guess in pairs:
        jaccard.update(indices(guess), indices(truth))
        for metric in (mean_iou, dice):
            metric.update(indices(guess)[None], indices(truth)[None])
    assert ours.torchmetrics_jaccard(counted(pairs)).iou == pytest.approx(float(jaccard.compute()), rel=1e-6)
    found = ours.torchmetrics_segmentation(counted(pairs))
    assert found.iou == pytest.approx(float(mean_iou.compute()), rel=1e-6)  # both are float32 there
    assert found.dice == pytest.approx(float(dice.compute()), rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_monai(seed: int) -> None:
    pairs = images(seed)
    distances = measured(pairs, "edges")
    truth, guess = (channels([pair[side] for pair in pairs], IDS) for side in (0, 1))
    found = ours.monai(counted(pairs), distances)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MONAI's own, and what it says of masks that are empty
        monai = importlib.import_module("monai.metrics")
        for metric, value in (
            (monai.MeanIoU(), found.iou),
            (monai.DiceMetric(), found.dice),
            (monai.HausdorffDistanceMetric(include_background=True, percentile=95), found.hd95),
            (monai.SurfaceDiceMetric([1.0] * len(IDS), include_background=True), found.nsd),
        ):
            metric(guess, truth)
            assert value == pytest.approx(metric.aggregate().item(), rel=1e-6), type(metric).__name__  # float32 there


def measured(pairs: Pairs, convention: str) -> SurfaceFigures:
    """Measure as libraries do that ignore nothing."""
    settings = OutlineSettings(surface=convention)  # type: ignore[arg-type]
    found = [measure_outlines(*pair, IDS, (), settings) for pair in pairs]
    return SurfaceFigures(*(np.stack([outlines.get(key) for outlines in found]) for key in ("hd95", "nsd")))


@pytest.mark.filterwarnings("ignore:Please import:DeprecationWarning")  # it calls scipy by names of old
@pytest.mark.parametrize("seed", range(4))
def test_surface_distance(seed: int) -> None:
    library = pytest.importorskip("surface_distance", reason="surface-distance is not installed")
    pairs = images(seed)
    found = ours.deepmind(counted(pairs), measured(pairs, "lattice"))
    dices, far, near = [], [], []
    for truth, guess in pairs:
        for label in IDS:
            masks = truth == label, guess == label
            if any(mask.any() for mask in masks):  # of two empty ones Dice is nan, by a name that numpy has no more
                dices.append(library.compute_dice_coefficient(*masks))
                distances = library.compute_surface_distances(*masks, (1.0, 1.0))
                far.append(library.compute_robust_hausdorff(distances, 95))
                near.append(library.compute_surface_dice_at_tolerance(distances, 1.0))
    assert found.dice == pytest.approx(np.mean(dices), rel=1e-12)
    assert found.hd95 == pytest.approx(np.mean([d for d in far if math.isfinite(d)]), rel=1e-12)
    assert found.nsd == pytest.approx(np.mean(near), rel=1e-12)


def test_cityscapes_scripts() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scripts = pytest.importorskip(
            "cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling", reason="cityscapesScripts is not installed"
        )
    pairs = images(2)
    used = [label.id for label in scripts.id2label.values() if label.id >= 0 and not label.ignoreInEval][: len(IDS)]
    matrix = np.zeros((len(scripts.id2label), len(scripts.id2label)), np.ulonglong)
    for truth, guess in pairs:
        for t, p in zip(truth.ravel(), guess.ravel(), strict=True):
            if t != VOID:
                matrix[used[IDS.index(t)], used[IDS.index(p)]] += 1
    scripts.args.evalLabels = [*used]
    with np.errstate(invalid="ignore"):
        scores = [scripts.getIouScoreForLabel(label, matrix, scripts.args) for label in used]
    assert ours.cityscapes(counted(pairs)).iou == pytest.approx(np.nanmean(scores), rel=1e-12)


@pytest.mark.parametrize("wild", [False, True])
def test_mmsegmentation(wild: bool) -> None:
    """It needs compiled parts that few machines have: held against its steps, made with the same torch functions."""
    pairs, n = images(3, wild), len(IDS)
    areas = torch.zeros(3, n)
    for truth, guess in pairs:
        t, p = indices(truth), indices(guess)
        t, p = t[t != n], p[t != n]
        for row, values in enumerate((p[p == t], t, p)):
            areas[row] += torch.histc(values.float(), bins=n, min=0, max=n - 1)
    both, label, predicted = areas
    found = ours.mmseg(counted(pairs))
    assert found.iou == pytest.approx(float(np.nanmean((both / (label + predicted - both)).numpy())), rel=1e-6)
    assert found.dice == pytest.approx(float(np.nanmean((2 * both / (label + predicted)).numpy())), rel=1e-6)
    assert found.accuracy == pytest.approx(float(both.sum() / label.sum()), rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_panoptic_of_one_segment_a_class(seed: int) -> None:
    """Ours is held against panopticapi's published sample elsewhere."""
    pairs = images(seed, wild=True)
    pairs[0][1][:3] = 9  # predicted on ignored pixels alone, which is no false find
    matches: dict[int, Matches] = {}
    for truth, guess in pairs:
        planes = [np.where(plane == VOID, 0, plane.astype(np.uint32) + 1).astype(np.uint32) for plane in (truth, guess)]
        segments = [[Segment(i, i) for i in np.unique(plane).tolist() if i] for plane in planes]
        for category, found in pair_up(planes[0], planes[1], *segments).by_category.items():
            matches[category] = matches.get(category, Matches()) + found
    defined = [m.pq for m in matches.values() if not math.isnan(m.pq)]
    assert ours.coco_panoptic(counted(pairs)).pq == pytest.approx(np.mean(defined), rel=1e-12)


def test_a_segment_half_of_which_is_void_is_false() -> None:
    truth = np.array([[VOID, VOID, 0, 0, 3, 3]], np.uint8)
    half, most = np.array([[8, 8, 8, 8, 3, 3]], np.uint8), np.array([[8, 8, 8, 0, 3, 3]], np.uint8)
    assert ours.coco_panoptic(counted([(truth, half)])).pq == pytest.approx((0 + 1 + 0) / 3)
    assert ours.coco_panoptic(counted([(truth, most)])).pq == pytest.approx((0 + 1) / 2)


def test_absent_classes_ignored_pixels_and_images_are_where_they_part() -> None:
    """One class is nowhere, one predicted where nothing is scored, one found in an image that does not have it."""
    pairs = images(0)
    pairs[0][1][12:14, :4] = 8  # image 0 has no 8
    mine, theirs = ours.segstudio(counted(pairs)), ours.monai(counted(pairs))
    assert mine.iou == ours.cityscapes(counted(pairs)).iou == ours.torchmetrics_jaccard(counted(pairs)).iou
    whole = pytest.approx((mine.iou or 0) * 3 / 4)
    assert ours.sklearn(counted(pairs)).iou == whole, "the class that is nowhere counts 0"
    assert theirs.iou is not None
    assert theirs.iou != pytest.approx(mine.iou)
    void_too = ours.torchmetrics_segmentation(counted(pairs)).iou
    assert void_too is not None
    assert void_too < theirs.iou, "void is a class that nobody predicts"


def test_nothing_scored_is_not_defined_anywhere() -> None:
    nothing = counted([(np.full((3, 3), VOID, np.uint8), np.zeros((3, 3), np.uint8))])
    for of in (ours.segstudio, ours.over_images, ours.cityscapes, ours.mmseg, ours.torchmetrics_jaccard, ours.monai):
        found = of(nothing)
        assert found.iou is not None
        assert math.isnan(found.iou)
    assert math.isnan(ours.coco_panoptic(nothing).pq or 0)
    assert ours.sklearn(nothing).iou == 0, "0 / 0 is 0 there"
