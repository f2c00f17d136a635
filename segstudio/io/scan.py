"""What a folder holds: its images as samples, the labels found for them, and the runs of models."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.records import LabelSource, Sample
from segstudio.core.wording import counted
from segstudio.io.matching import (
    BESIDE,
    Images,
    Labels,
    configured_labels,
    find_runs,
    folders_in,
    groups_of,
    label_folders,
    left_over,
    sibling_labels,
)
from segstudio.io.pairing import below, image_top, joined, role_of
from segstudio.io.panoptic_folders import PanopticFolder, panoptic_sources, taken_out, with_segments
from segstudio.io.samples import keyed, sort_pictures
from segstudio.io.walking import list_pictures

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
    listing = list_pictures(root, deep)
    segments = taken_out(listing)
    pictures = sort_pictures(listing)
    images = Images(pictures)
    notes = [*listing.notes, *left_over("left out for having the name of another", pictures.left_over)]
    labels = [Labels(BESIDE, root, "", pictures.labels), *label_folders(listing, images, notes)]
    labels += sibling_labels(root, images)
    panoptic = panoptic_sources(segments, images.every, notes)
    truths = [source for source in panoptic if source.origin != "run"]
    top = _choose(images, [*labels, *map(_as_labels, truths)], notes)
    fitting = (found for found in labels if below(found.images, top) is not None or below(top, found.images))
    every = [_source(found, top, images) for found in fitting]
    used = {source.folder for source in every if source.files}
    sources = _without_instances([source for source in every if source.folder in used], notes)
    panoptic = [replace(source, files=images.by_id(source.files, top)) for source in panoptic]
    sources += [source for source in panoptic if source.origin != "run"]
    groups = {root / folder: files for folder, files in groups_of(listing, "prediction").items()}
    runs = find_runs(root / top, groups, images, top, notes)
    runs += [source for source in panoptic if source.origin == "run"]
    return _found(root / top, top, images, sources, runs, notes)


def scan_project(
    root: Path, image_root: Path, sources: Sequence[LabelSource], linked: Sequence[LabelSource] = ()
) -> Found:
    """Look through a project whose image root and label folders are known; the sources come back with their files.

    Folders of ``linked`` are not looked at. Raises ``UnreadableFile`` where the image root cannot be listed.
    """
    listing = list_pictures(image_root)
    segments = taken_out(listing)
    pictures = sort_pictures(listing, [source.folder for source in sources if source.folder != image_root])
    images = Images(pictures)
    notes = listing.notes + left_over("left out for having the name of another", pictures.left_over)
    labels = _configured(sources, image_root, images, notes)
    # What the user has labelled since must not change which images there are, so only the others' labels decide.
    _choose(images, [found for found, source in zip(labels, sources, strict=True) if source.read_only], notes)
    filled = [replace(s, files=images.by_id(found.files)) for s, found in zip(sources, labels, strict=True)]
    known = {source.folder for source in (*sources, *linked)}
    segments = [folder for folder in segments if folder.path not in known]
    groups = _predicted(root, segments)
    runs = find_runs(image_root, groups, images, "", notes)
    for source in panoptic_sources([folder for folder in segments if folder.path not in known], images.every, notes):
        if source.origin == "run":
            runs.append(source)
        else:
            notes.append(f"{source.name} was left out: it numbers segments, and the project does not name it.")
    return _found(image_root, "", images, filled, runs, notes)


def _predicted(root: Path, segments: list[PanopticFolder]) -> dict[Path, dict[str, Path]]:
    """Return the files of a project's folders of predictions; those that number segments go to ``segments``."""
    groups: dict[Path, dict[str, Path]] = {}
    for folder in folders_in(root):
        if role_of(folder.name).kind == "prediction":
            listing = list_pictures(folder)
            known = {found.path for found in segments}
            taken = (replace(f, name=joined(folder.name, f.name).rstrip("/")) for f in taken_out(listing))
            segments += (found for found in taken if found.path not in known)
            groups[folder] = keyed(listing.folders, folder)
    return groups


def _configured(sources: Sequence[LabelSource], image_root: Path, images: Images, notes: list[str]) -> list[Labels]:
    """Pair the files of the label folders that a project names, one ``Labels`` a source; what is wrong is told."""
    others = iter(configured_labels([s for s in sources if s.holds != "panoptic"], image_root, images, notes))
    return [_with_segments(s, images, notes) if s.holds == "panoptic" else next(others) for s in sources]


def _with_segments(source: LabelSource, images: Images, notes: list[str]) -> Labels:
    try:
        source = with_segments(source, images.every, notes)
    except UnreadableFile as error:
        notes.append(error.sentence())
    return _as_labels(source)


def _as_labels(source: LabelSource) -> Labels:
    return Labels(source.name, source.folder, "", source.files)


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
    if len(runs) > 1:
        counts.append(f"Predictions: {counted(len(runs), 'run')}, {listed([run.name for run in runs])}.")
    counts += [f"{run.name}: predictions for {counted(len(run.files), 'image')}." for run in runs[:1] if len(runs) == 1]
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
