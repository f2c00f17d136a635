"""What a folder holds: its images as samples, the labels found for them, and the runs of models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.core.errors import listed
from segstudio.core.records import LabelSource, Sample
from segstudio.io.coco_panoptic import json_of
from segstudio.io.matching import (
    BESIDE,
    Images,
    Labels,
    configured_labels,
    counted,
    find_runs,
    folders_in,
    groups_of,
    label_folders,
    left_over,
    sibling_labels,
)
from segstudio.io.pairing import below, image_top, role_of
from segstudio.io.samples import label_files, sort_pictures
from segstudio.io.walking import Listing, list_pictures

INSTANCE_FOLDER = "SegmentationObject"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; sample ids are below ``image_root``. ``notes`` are sentences for the user."""

    image_root: Path
    samples: tuple[Sample, ...]
    sources: tuple[LabelSource, ...]
    runs: tuple[LabelSource, ...]
    notes: tuple[str, ...]


def scan(root: Path, deep: bool = True) -> Found:
    """Look through a folder that is no project; where not ``deep``, only for the images that lie in it directly.

    All sources found are read-only. Raises ``UnreadableFile`` where the folder cannot be listed.
    """
    listing = _without_panoptic(list_pictures(root, deep))
    pictures = sort_pictures(listing)
    images = Images(pictures)
    notes = [*listing.notes, *left_over("left out for having the name of another", pictures.left_over)]
    labels = [Labels(BESIDE, root, "", pictures.labels), *label_folders(listing, images, notes)]
    labels += sibling_labels(root, images)
    top = _choose(images, labels, notes)
    fitting = (found for found in labels if below(found.images, top) is not None or below(top, found.images))
    every = [_source(found, top, images) for found in fitting]
    used = {source.folder for source in every if source.files}
    sources = [source for source in every if source.folder in used]
    groups = {root / folder: files for folder, files in groups_of(listing, "prediction").items()}
    runs = find_runs(root / top, groups, images, top, notes)
    return _found(root / top, top, images, _without_instances(sources, notes), runs, notes)


def scan_project(root: Path, image_root: Path, sources: Sequence[LabelSource]) -> Found:
    """Look through a project whose image root and label folders are known; the sources come back with their files.

    Raises ``UnreadableFile`` where the image root cannot be listed.
    """
    listing = _without_panoptic(list_pictures(image_root))
    pictures = sort_pictures(listing, [source.folder for source in sources if source.folder != image_root])
    images = Images(pictures)
    notes = listing.notes + left_over("left out for having the name of another", pictures.left_over)
    labels = configured_labels(sources, image_root, images, notes)
    # What the user has labelled since must not change which images there are, so only the others' labels decide.
    _choose(images, [found for found, source in zip(labels, sources, strict=True) if source.read_only], notes)
    filled = [replace(s, files=images.by_id(found.files)) for s, found in zip(sources, labels, strict=True)]
    groups = {folder: label_files(folder) for folder in folders_in(root) if role_of(folder.name).kind == "prediction"}
    return _found(image_root, "", images, filled, find_runs(image_root, groups, images, "", notes), notes)


def _without_panoptic(listing: Listing) -> Listing:
    """Leave out the folders whose pictures number segments, as a JSON beside each says, and say what reads them."""
    only_png = (f for f, names in listing.folders.items() if all(name.casefold().endswith(".png") for name in names))
    panoptic = {folder: path for folder in only_png if (path := json_of(listing.root / folder)) is not None}
    for folder, path in panoptic.items():
        pictures = counted(len(listing.folders.pop(folder)), "picture")
        listing.notes.append(
            f"{pictures} in {folder or listing.root.name} left out: they number segments, as {path.name} says. "
            f"segstudio evaluate --task panoptic {path.name} PREDICTION scores them."
        )
    return listing


def _found(
    image_root: Path,
    top: str,
    images: Images,
    sources: Sequence[LabelSource],
    runs: Sequence[LabelSource],
    notes: Sequence[str],
) -> Found:
    samples = [s for pages in images.samples.values() for s in pages]
    if top:
        samples = [replace(s, id=s.id.removeprefix(f"{top}/")) for s in samples]
    labelled = {sample_id for source in sources for sample_id in source.files}
    counts = [f"{counted(len(samples), 'image')}, {len(labelled)} of them with labels."]
    counts += [f"{source.name}: labels of {counted(len(source.files), 'image')}." for source in sources if source.files]
    counts += [f"{run.name}: predictions for {counted(len(run.files), 'image')}." for run in runs]
    return Found(image_root, tuple(samples), tuple(sources), tuple(runs), (*counts, *notes))


def _choose(images: Images, labels: Sequence[Labels], notes: list[str]) -> str:
    """Leave out what lies beside a folder named as one of images, where labels go with that.

    Returns the one folder that then holds all images and is named so, "" where there is none.
    """
    tops = {key: image_top(key.rpartition("/")[0]) for key in images.samples}
    labelled = {key for found in labels for key in found.files}
    homes = {top.rpartition("/")[0] for key, top in tops.items() if top is not None and key in labelled}
    outside = [key for key, top in tops.items() if top is None and any(below(key, home) for home in homes)]
    if outside:
        folders = sorted({key.rpartition("/")[0] or "the folder itself" for key in outside})
        notes.append(f"{counted(len(outside), 'picture')} beside the image folders left out, in {listed(folders)}.")
        images.leave_out(outside)
    remaining = {tops[key] for key in images.samples}
    return (remaining.pop() or "") if len(remaining) == 1 else ""


def _source(labels: Labels, top: str, images: Images) -> LabelSource:
    """Return paired labels as a read-only source of samples whose ids are below ``top``."""
    mirrors = below(labels.images, top)
    folder = labels.folder if mirrors is not None else labels.folder / (below(top, labels.images) or "")
    files = images.by_id(labels.files, top)
    return LabelSource(labels.name, folder, "import", read_only=True, files=files, images=mirrors or "")


def _without_instances(sources: Sequence[LabelSource], notes: list[str]) -> list[LabelSource]:
    """Leave out folders that number objects where others hold classes; where there is nothing else, say what it is."""
    classes = [source for source in sources if source.folder.name != INSTANCE_FOLDER]
    if classes and len(classes) < len(sources):
        notes.append(f"{INSTANCE_FOLDER} was left out: it numbers objects, and there are classes beside it.")
    return classes or [replace(source, holds="instances") for source in sources]
