"""Folders of PNG files that number the segments of a panoptic JSON beside them: found, and paired with images."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import LabelSource, Sample
from segstudio.core.wording import counted
from segstudio.io.coco_panoptic import TWO_CHANNELS, json_of
from segstudio.io.linking import paired
from segstudio.io.matching import left_over
from segstudio.io.pairing import role_of, stem_of
from segstudio.io.panoptic_maps import KnownSet, known_panoptic
from segstudio.io.walking import Listing, list_pictures


@dataclass(frozen=True, slots=True)
class PanopticFolder:
    """A folder, its ``name`` below what was listed, its JSON, and the pictures in and below it."""

    name: str
    path: Path
    json: Path
    files: tuple[Path, ...]

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.name or self.path.name

    @property
    def two_channels(self) -> bool:
        """Whether it is the form that has categories in one channel and numbers in another, which is not read."""
        return TWO_CHANNELS in self.path.name


def taken_out(listing: Listing) -> list[PanopticFolder]:
    """Take the folders whose pictures number segments, as a JSON beside each says, out of a listing."""
    only_png = [f for f, names in listing.folders.items() if all(name.casefold().endswith(".png") for name in names)]
    files: dict[tuple[str, Path], list[Path]] = {}
    json_at = cache(json_of)  # a file is looked through once, however many folders lie below the one beside it
    for folder in only_png:
        if (found := _nearest(listing.root, folder, json_at)) is not None:
            names = listing.folders.pop(folder)
            files.setdefault(found, []).extend(listing.root / folder / name for name in names)
    return [PanopticFolder(name, listing.root / name, json, tuple(paths)) for (name, json), paths in files.items()]


def _nearest(root: Path, folder: str, json_at: Callable[[Path], Path | None]) -> tuple[str, Path] | None:
    """Return ``folder``, or the nearest on the way to it, that has a panoptic JSON, and that."""
    parts = folder.split("/") if folder else []
    for number in range(len(parts), -1, -1):
        name = "/".join(parts[:number])
        if (json := json_at(root / name)) is not None:
            return name, json
    return None


def panoptic_sources(
    folders: Iterable[PanopticFolder], samples: Sequence[Sample], notes: list[str]
) -> list[LabelSource]:
    """Return folders as read-only sources of samples, those of predictions as runs.

    What is not read is told in ``notes``, and why.
    """
    found = []
    for folder in folders:
        pictures = f"{counted(len(folder.files), 'picture')} in {folder.shown} left out: "
        if folder.two_channels:
            notes.append(
                f"{pictures}the form of two channels is not read, that of {folder.json.stem} is. "
                f"segstudio evaluate --task panoptic {folder.json.name} PREDICTION scores it."
            )
            continue
        try:
            source = filled(_source(folder), folder, samples, notes)
        except UnreadableFile as error:
            notes.append(pictures + error.sentence())
            continue
        if source.files:
            found.append(source)
        else:
            notes.append(f"{pictures}they number segments, as {folder.json.name} says, of no image here.")
    return found


def _source(folder: PanopticFolder) -> LabelSource:
    """Return a folder as a source; it is a run by its name, or where its JSON lists no categories."""
    predicted = role_of(folder.shown).kind == "prediction" or not known_panoptic(folder.json).content.categories
    if predicted:
        return LabelSource(folder.path.name, folder.path, "run", read_only=True)
    return LabelSource(folder.shown, folder.path, "import", read_only=True)


def with_segments(source: LabelSource, samples: Sequence[Sample], notes: list[str]) -> LabelSource:
    """Return a source that holds "panoptic" with the files of its folder that are for these samples.

    Raises ``UnreadableFile`` where the folder cannot be listed, or its JSON not be read, and for the form of two
    channels. What is missing or left over is told in ``notes``.
    """
    folder = next((f for f in taken_out(list_pictures(source.folder)) if not f.name), None)
    if folder is None:
        wanted = f"{source.folder.name}.json"
        raise UnreadableFile(source.folder, f"{wanted}, which says what its pictures number, is missing", "")
    return filled(source, folder, samples, notes)


def filled(source: LabelSource, folder: PanopticFolder, samples: Sequence[Sample], notes: list[str]) -> LabelSource:
    """Return a source with the files of a listed folder that are for these samples; as ``with_segments`` does.

    The image of a PNG is the one whose file name the JSON has, else the one of its own name: by the whole path, and
    where none fits by the name alone, as far as no two have the same.
    """
    if folder.two_channels:
        raise UnreadableFile(
            folder.path, "its pictures have the form of two channels", "Choose the folder of the JSON's own name."
        )
    known, there = known_panoptic(folder.json), dict.fromkeys(folder.files)
    annotated = [path for path in there if path in known.by_picture]
    files = _files(folder.path, annotated, known, [sample.id for sample in samples])
    used, json = set(files.values()), folder.json.name
    strange, missing = sorted(there.keys() - known.by_picture.keys()), sorted(known.by_picture.keys() - there.keys())
    notes += left_over(f"in {folder.shown} without an annotation in {json}", strange)
    notes += left_over(f"missing that {json} names", missing)
    notes += left_over(f"in {folder.shown} without an image", (path for path in annotated if path not in used))
    return replace(source, files=files, holds="panoptic")


def _files(folder: Path, annotated: Collection[Path], known: KnownSet, ids: Sequence[str]) -> Mapping[str, Path]:
    """Return PNG files by sample id, paired by the file names that the JSON has of the images, else by their own."""
    photos = {image.path: known.content.photos.get(key) for key, image in known.content.images.items()}
    by_photo = [(name, path) for path in annotated if (name := photos[path])]
    own = [(path.relative_to(folder).as_posix(), path) for path in annotated]
    for named in (by_photo, own):
        if found := paired(ids, {stem_of(name): path for name, path in named}):
            return found
    return {}
