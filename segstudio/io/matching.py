"""Pair the images below a folder with the files of label folders and of runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import listed
from segstudio.core.records import LabelSource, Sample
from segstudio.core.wording import counted
from segstudio.io.pairing import (
    IMAGE_FOLDERS,
    LABEL_FOLDERS,
    SPLIT_FOLDERS,
    below,
    is_split,
    match,
    mirrored,
    role_of,
)
from segstudio.io.samples import Pictures, keyed, label_files, samples_of
from segstudio.io.walking import Listing

BESIDE = "beside the images"
"""The name of labels and predictions that lie in the folder of their image."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of images below ``images``: files by the key, below the opened folder, of an image or of a page of one."""

    name: str
    folder: Path
    images: str
    files: Mapping[str, Path]


class Images:
    """The images below an opened folder and what they are paired by: the keys of files and of the pages of stacks."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self.samples: dict[str, list[Sample]] = samples_of(pictures.images)
        self.folders = {folder for key in self.samples for folder in _ancestors(key)}

    @property
    def every(self) -> list[Sample]:
        """All samples, the pages of a stack one after the other."""
        return [sample for pages in self.samples.values() for sample in pages]

    def pair(self, folder: str, files: Mapping[str, Path]) -> dict[str, Path]:
        """Return the files whose keys match those of images below ``folder``, by image key."""
        keys = (k for key, pages in self.samples.items() for k in (key, *(s.id for s in pages if s.id != key)))
        inside = {rest: key for key in keys if (rest := below(key, folder)) is not None}
        return {inside[image]: files[label] for image, label in match(inside, files).items()}

    def leave_out(self, keys: Iterable[str]) -> None:
        for key in keys:
            del self.samples[key]

    def by_id(self, files: Mapping[str, Path], top: str = "") -> dict[str, Path]:
        """Return files by the id of a sample below ``top``, a stack's own file for each of its pages."""
        found: dict[str, Path] = {}
        for key, pages in self.samples.items():
            for sample in pages:
                file = files.get(sample.id) or files.get(key)
                if file is not None and (sample_id := below(sample.id, top)):
                    found[sample_id] = file
        return found


def groups_of(listing: Listing, kind: str) -> dict[str, dict[str, Path]]:
    """Return the files of the folders named for "label" or "prediction": by such a folder, then by key below it."""
    folders: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for folder, names in listing.folders.items():
        role = role_of(folder)
        if role.kind == kind:
            folders[role.top][below(folder, role.top) or ""] = names
    return {top: keyed(names, listing.root / top) for top, names in folders.items()}


def label_folders(listing: Listing, images: Images, notes: list[str]) -> list[Labels]:
    """Pair every label folder in a listing, in the order of preference; what is left over is added to ``notes``."""
    groups = groups_of(listing, "label")
    found: list[Labels] = []
    for top in sorted(groups, key=lambda top: (_rank(top.rpartition("/")[2]), top)):
        paired = _mirroring(top, groups[top], images)
        for folder, files in paired:
            name = top if len(paired) == 1 else f"{top} ({folder})"
            found.append(Labels(name, listing.root / top, folder, files))
        used = {path for _, files in paired for path in files.values()}
        notes += left_over(f"in {top} without an image", (p for p in groups[top].values() if p not in used))
    return found


def _rank(name: str) -> int:
    return LABEL_FOLDERS.index(name.casefold())


def _mirroring(top: str, files: Mapping[str, Path], images: Images) -> list[tuple[str, dict[str, Path]]]:
    """Return the image folders that a label folder mirrors, each with its files by image key."""
    found = _shared_out(files, *mirrored(top, images.folders), images)
    return list(found.items()) if any(found.values()) else []


def _shared_out(
    files: Mapping[str, Path], named: Iterable[str], splits: Iterable[str], images: Images
) -> dict[str, dict[str, Path]]:
    """Share the files of a label folder out among the image folders it mirrors; each goes to one image, if any.

    Those ``named`` take theirs in turn; of the rest, what fits images of more than one of the splits is nobody's.
    Folders for which nothing fits are left out. Others stay even where they get nothing, since without them their
    part would fall to the rest.
    """
    left = dict(files)
    found: dict[str, dict[str, Path]] = {}
    for folder in named:
        found[folder] = images.pair(folder, left)
        used = set(found[folder].values())
        left = {key: path for key, path in left.items() if path not in used}
    split = {folder: images.pair(folder, left) for folder in splits}
    times = Counter(path for pairs in split.values() for path in pairs.values())
    kept = {f: {k: path for k, path in pairs.items() if times[path] == 1} for f, pairs in split.items() if pairs}
    return {folder: pairs for folder, pairs in found.items() if pairs} | kept


def sibling_labels(root: Path, images: Images) -> list[Labels]:
    """Pair the label folders beside an opened folder that is itself named as one of images."""
    found: list[Labels] = []
    if root.name.casefold() in (*IMAGE_FOLDERS, *SPLIT_FOLDERS):
        for folder in folders_in(root.parent):
            fits = role_of(folder.name).kind == "label" and any(
                root.name in names for names in mirrored(folder.name, [root.name])
            )
            if fits:
                place = folder / root.name if (folder / root.name).is_dir() else folder
                found.append(Labels(folder.name, place, "", images.pair("", label_files(place))))
    return sorted(found, key=lambda labels: _rank(labels.name))


def configured_labels(
    sources: Sequence[LabelSource], image_root: Path, images: Images, notes: list[str]
) -> list[Labels]:
    """Pair the files of the label folders that a project names, one ``Labels`` a source.

    What is missing or left over is told in ``notes``.
    """
    paired = {
        folder: _of_folder(folder, [s for s in sources if s.folder == folder], image_root, images, notes)
        for folder in dict.fromkeys(source.folder for source in sources)
    }
    return [Labels(s.name, s.folder, s.images, paired[s.folder].get(s.images, {})) for s in sources]


def _of_folder(
    folder: Path, sources: Sequence[LabelSource], image_root: Path, images: Images, notes: list[str]
) -> Mapping[str, Mapping[str, Path]]:
    """Share out the files of a folder that all these sources name, as when it was found; by image folder."""
    if folder == image_root:
        return {source.images: images.pictures.labels for source in sources}
    if not folder.is_dir():
        if any(source.read_only for source in sources):
            notes.append(f"The label folder {folder} is missing.")
        return {}
    files = label_files(folder)
    splits = [s.images for s in sources if is_split(s.images) and (image_root / s.images).parent == folder.parent]
    found = _shared_out(files, [s.images for s in sources if s.images not in splits], splits, images)
    used = {path for pairs in found.values() for path in pairs.values()}
    notes += left_over(f"in {folder.name} without an image", (p for p in files.values() if p not in used))
    return found


def find_runs(
    image_root: Path, groups: Mapping[Path, Mapping[str, Path]], images: Images, top: str, notes: list[str]
) -> list[LabelSource]:
    """Return a run for each folder of predictions that mirrors the images below ``top``, and for each folder in one."""
    found = [_run(BESIDE, image_root, images.by_id(images.pictures.predictions, top))]
    for folder, files in groups.items():
        paired = _of_run(files, images, top)
        found.append(_run(folder.name, folder, images.by_id(paired, top)))
        used = set(paired.values())
        for name, inside in _by_first_part(files, used).items():
            paired = _of_run(inside, images, top)
            found.append(_run(name, folder / name, images.by_id(paired, top)))
            used.update(paired.values())
        notes += left_over(f"in {folder.name} without an image", (p for p in files.values() if p not in used))
    return [run for run in found if run.files]


def _of_run(files: Mapping[str, Path], images: Images, top: str) -> dict[str, Path]:
    """Pair the files of a run with images below ``top``; where none fits, with those of the splits in it."""
    if paired := images.pair(top, files):
        return paired
    splits = [folder for folder in images.folders if is_split(folder) and folder.rpartition("/")[0] == top]
    shared = _shared_out(files, [], splits, images)
    return {key: path for pairs in shared.values() for key, path in pairs.items()}


def _run(name: str, folder: Path, files: Mapping[str, Path]) -> LabelSource:
    return LabelSource(name, folder, "run", read_only=True, files=files)


def _by_first_part(files: Mapping[str, Path], used: set[Path]) -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for key, path in files.items():
        first, slash, rest = key.partition("/")
        if slash and path not in used:
            found[first][rest] = path
    return dict(sorted(found.items()))


def left_over(what: str, paths: Iterable[Path]) -> list[str]:
    """Return the note on files that were not used, and why; none where there are none."""
    names = [path.name for path in paths]
    return [f"{counted(len(names), 'file')} {what}: {listed(names)}."] if names else []


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in a folder, hidden ones left out; none where it cannot be listed."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _ancestors(key: str) -> list[str]:
    parts = key.split("/")[:-1]
    return ["/".join(parts[:number]) for number in range(len(parts) + 1)]
