"""Which label file belongs to which image: the rules, on names alone.

A folder is written as its path below the opened one, "/" between parts and "" for the opened folder itself. A
key is the path of a file without its suffix, below the folder that is spoken of.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

IMAGE_FOLDERS = ("images", "imgs", "image", "jpegimages", "leftimg8bit", "x", "inputs")
SPLIT_FOLDERS = ("train", "val", "test")
SPLIT_LABELS = {"trainannot": "train", "valannot": "val", "testannot": "test"}
LABEL_FOLDERS = (
    "masks", "mask", "labels", "label", "annotations", "annot", "segmentationclass", "gtfine", "gt", "ground_truth",
    *SPLIT_LABELS, "y", "masks-segstudio", "segmentationobject",
)  # fmt: skip
PREDICTION_FOLDERS = ("predictions", "pred", "preds", "predicted", "results", "output")

LABEL_ENDINGS = (
    "_mask", "_gt", "_label", "_labels", "_seg", "_target", "_gtFine_labelIds", "_labelIds", "_labelTrainIds",
    "_cp_masks",
)  # fmt: skip
PREDICTION_ENDINGS = ("_pred", "_prediction", "_output")
IMAGE_ENDINGS = ("_image", "_img", "_leftImg8bit")
ENDINGS = (*LABEL_ENDINGS, *PREDICTION_ENDINGS, *IMAGE_ENDINGS)
"""What may be taken off a name to find its partner; earlier ones are preferred."""

LAST_WORDS = frozenset(ending.rpartition("_")[2] for ending in ENDINGS)

NEVER_SAMPLES = (".instances.png", ".confidence.png", ".probability.png")


class Role(NamedTuple):
    """What a folder holds by its name or that of a folder it lies in, which is ``top``."""

    kind: Literal["image", "label", "prediction"]
    top: str = ""


@dataclass
class Beside:
    """One folder's files sorted by what they are: ``labels`` and ``predictions`` go by the name of their image."""

    images: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    predictions: dict[str, str] = field(default_factory=dict)
    left_over: list[str] = field(default_factory=list)


def stem_of(name: str) -> str:
    """Return a file's name without its suffix, in Unicode NFC."""
    return unicodedata.normalize("NFC", name.rpartition(".")[0] or name)


def joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def below(path: str, folder: str) -> str | None:
    """Return ``path`` as seen from ``folder``, "" where it is that folder, or None where it does not lie in it."""
    if not folder or path == folder:
        return "" if folder else path
    return path[len(folder) + 1 :] if path.startswith(folder + "/") else None


def role_of(folder: str) -> Role:
    """Return what a folder holds: the first of its parts that is a name for labels or predictions decides."""
    parts = folder.split("/") if folder else []
    for number, part in enumerate(parts, 1):
        name = part.casefold()
        if name in LABEL_FOLDERS:
            return Role("label", "/".join(parts[:number]))
        if name in PREDICTION_FOLDERS or name.startswith("predictions_"):
            return Role("prediction", "/".join(parts[:number]))
    return Role("image")


def image_top(folder: str) -> str | None:
    """Return the first folder on the way to ``folder`` that is named as one of images, or None."""
    parts = folder.split("/")
    number = next((n for n, part in enumerate(parts, 1) if part.casefold() in IMAGE_FOLDERS), None)
    return None if number is None else "/".join(parts[:number])


def mirrored(labels: str, folders: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the image folders, of those in ``folders``, that a label folder may mirror.

    First those that may at once, in order of preference; then splits, of which only one may hold a given name.
    A folder like "trainannot" goes with "train" and nothing else.
    """
    parent, _, name = labels.rpartition("/")
    by_name = {f.rpartition("/")[2].casefold(): f for f in folders if f and f.rpartition("/")[0] == parent}
    if split := SPLIT_LABELS.get(name.casefold()):
        return ([by_name[split]] if split in by_name else []), []
    named = [by_name[n] for n in IMAGE_FOLDERS if n in by_name]
    return [*named, parent], [by_name[n] for n in SPLIT_FOLDERS if n in by_name]


def is_split(folder: str) -> bool:
    return folder.rpartition("/")[2].casefold() in SPLIT_FOLDERS


def split_ending(key: str) -> tuple[str, str]:
    """Return a key without its ending, and the ending: one of ``ENDINGS``, the longest that fits, or ""."""
    if key.rpartition("_")[2] not in LAST_WORDS:
        return key, ""
    fits = [e for e in ENDINGS if key.endswith(e) and key.rpartition("/")[2] != e]
    ending = max(fits, key=len, default="")
    return key.removesuffix(ending), ending


def match(images: Iterable[str], labels: Iterable[str]) -> dict[str, str]:
    """Pair keys of images with keys of labels: those that are equal first, then those that are without an ending.

    Each label goes to one image. Returns label keys by image key.
    """
    left = set(labels)
    pairs = {image: image for image in images if image in left}
    left.difference_update(pairs)
    if left:
        by_base = _by_base(left)
        for image in images:
            if image not in pairs and (label := _near(image, left, by_base)) is not None:
                pairs[image] = label
                left.discard(label)
    return pairs


def _near(image: str, left: Collection[str], by_base: Mapping[str, Sequence[str]]) -> str | None:
    base, _ = split_ending(image)
    candidates = (*by_base.get(image, ()), base, *by_base.get(base, ()))
    return next((label for label in candidates if label in left), None)


def _by_base(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the keys that have an ending by what they are without it, the preferred ending first."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        base, ending = split_ending(key)
        if ending:
            found[base].append(key)
    for listed in found.values():
        listed.sort(key=lambda key: ENDINGS.index(split_ending(key)[1]))
    return found


def sort_beside(names: Sequence[str], is_label: Callable[[str], bool]) -> Beside:
    """Sort the files of one folder into images and the labels and predictions that lie beside them.

    ``is_label`` says of a PNG, beside a photo of the same stem, whether it is a label map by what it holds.
    """
    by_stem: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_stem[stem_of(name)].append(name)
    found = Beside()
    taken = _same_stem(by_stem, is_label, found)
    taken |= _with_ending(by_stem, LABEL_ENDINGS, taken, found.labels, found.left_over)
    taken |= _with_ending(by_stem, PREDICTION_ENDINGS, taken, found.predictions, found.left_over)
    found.images = [name for name in names if name not in taken]
    return found


def _same_stem(by_stem: Mapping[str, Sequence[str]], is_label: Callable[[str], bool], found: Beside) -> set[str]:
    for group in by_stem.values():
        if len(group) == 2:
            png = [name for name in group if name.casefold().endswith(".png")]
            photo = [name for name in group if name not in png]
            if png and photo and is_label(png[0]):
                found.labels[photo[0]] = png[0]
    return set(found.labels.values())


def _with_ending(
    by_stem: Mapping[str, Sequence[str]],
    endings: Sequence[str],
    taken: Collection[str],
    pairs: dict[str, str],
    left_over: list[str],
) -> set[str]:
    """Add the files named for an image and one of ``endings`` to ``pairs``, or to ``left_over`` where it has one."""
    ranked = sorted((endings.index(e), stem) for stem in by_stem if (e := split_ending(stem)[1]) in endings)
    partners: set[str] = set()
    for _, stem in ranked:
        if (image := _partner(stem, by_stem, taken)) is not None:
            first, *others = by_stem[stem]
            partners.update(by_stem[stem])
            left_over += others if pairs.setdefault(image, first) is first else [first, *others]
    return partners


def _partner(stem: str, by_stem: Mapping[str, Sequence[str]], taken: Collection[str]) -> str | None:
    """Return the image that a label named ``stem`` lies beside, if there is just one of that name."""
    base, _ = split_ending(stem)
    for wanted in _image_names(base):
        images = [name for name in by_stem.get(wanted, ()) if name not in taken]
        if len(images) == 1:
            return images[0]
    return None


def _image_names(base: str) -> Iterator[str]:
    yield base
    for ending in IMAGE_ENDINGS:
        yield base + ending
