"""Turn the pictures of a folder into samples, and files of labels into the sources of their labels."""

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import Sample
from segstudio.io.images import page_count
from segstudio.io.masks import inspect_mask
from segstudio.io.pairing import joined, role_of, sort_beside, stem_of
from segstudio.io.walking import Listing, list_pictures

TIFF_SUFFIXES = (".tif", ".tiff")
PNG_START = b"\x89PNG\r\n\x1a\n"
GRAY, INDEXED = 0, 3
"""Colour types of PNG."""

FEW_VALUES = 32
"""A gray PNG beside a photo is its mask where it has no more values than this."""

LOOKED_AT = 8
"""Gray PNGs of a folder that are decoded to count their values; the others are taken to be like them."""


@dataclass
class Pictures:
    """The images of a folder and what lies beside them: files by key, a key being written as in ``pairing``.

    Images that would share a key keep their suffix in it.
    """

    images: dict[str, Path] = field(default_factory=dict)
    labels: dict[str, Path] = field(default_factory=dict)
    predictions: dict[str, Path] = field(default_factory=dict)
    left_over: list[Path] = field(default_factory=list)


def sort_pictures(listing: Listing, passed_over: Iterable[Path] = ()) -> Pictures:
    """Sort the pictures that lie in no folder of labels or predictions, by name or by ``passed_over``."""
    found = Pictures()
    others = set(passed_over)
    for folder, names in listing.folders.items():
        path = listing.root / folder
        if role_of(folder).kind == "image" and not (others and others & {path, *path.parents}):
            _add(found, folder, path, names)
    _part_from_pages(found)
    return found


def _add(found: Pictures, folder: str, path: Path, names: list[str]) -> None:
    beside = sort_beside(names, LabelTest(path))
    same = str.casefold if _ignores_case(path, beside.images) else str
    stems = Counter(same(stem_of(name)) for name in beside.images)
    for name in beside.images:
        stem = stem_of(name)
        key = _key(folder, stem if stems[same(stem)] == 1 else name)
        if key in found.images:
            found.left_over.append(path / name)
            continue
        found.images[key] = path / name
        for pairs, files in ((beside.labels, found.labels), (beside.predictions, found.predictions)):
            if name in pairs:
                files[key] = path / pairs[name]
    found.left_over += [path / name for name in beside.left_over]


def _ignores_case(folder: Path, names: list[str]) -> bool:
    """Tell whether ``a.png`` and ``A.jpg`` would have one mask on this disk; looked at where there are such names."""
    stems = {stem_of(name) for name in names}
    if len({stem.casefold() for stem in stems}) == len(stems):
        return False
    turned = (name.swapcase() for name in names)
    return any(name not in names and os.path.lexists(folder / name) for name in turned)


def _part_from_pages(found: Pictures) -> None:
    """Let an image that is named like a page of a stack beside it keep its suffix: no two samples share an id."""
    renamed: dict[str, str] = {}
    for key in [key for key in found.images if "#" in key]:
        stack = key.rpartition("#")[0]
        if stack in found.images and any(sample.id == key for sample in _pages(stack, found.images[stack])):
            renamed[key] = _key(key.rpartition("/")[0], found.images[key].name)
    if renamed:
        for files in (found.images, found.labels, found.predictions):
            by_key = {renamed.get(key, key): path for key, path in files.items()}
            files.clear()
            files.update(by_key)


class LabelTest:
    """Says of PNG files in a folder, by name, whether they hold label maps: indexed, or gray with few values."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked_at = 0
        self._all_few = True

    def __call__(self, name: str) -> bool:
        kind = _png_color_type(self._folder / name)
        return kind == INDEXED or (kind == GRAY and self._gray(self._folder / name))

    def _gray(self, path: Path) -> bool:
        if self._looked_at == LOOKED_AT:
            return self._all_few
        self._looked_at += 1
        try:
            few = len(inspect_mask(path).values) <= FEW_VALUES
        except UnreadableFile:
            return True
        self._all_few = self._all_few and few
        return few


def _png_color_type(path: Path) -> int | None:
    """Return the colour type in a PNG's header, or None where the file is no PNG."""
    try:
        with path.open("rb") as stream:
            header = stream.read(26)
    except OSError:
        return None
    return header[25] if len(header) == 26 and header.startswith(PNG_START) else None


def label_files(folder: Path) -> dict[str, Path]:
    """Return the label files in and below a folder by key; of two with one key the PNG, else the first by name.

    Raises ``UnreadableFile`` where the folder cannot be listed.
    """
    return keyed(list_pictures(folder).folders, folder)


def keyed(folders: Mapping[str, Iterable[str]], root: Path) -> dict[str, Path]:
    """Return files, given as names by folder below ``root``, by key; of two with one key the PNG is preferred."""
    found: dict[str, Path] = {}
    for folder, names in folders.items():
        for name in sorted(names, key=lambda name: (not name.casefold().endswith(".png"), name)):
            found.setdefault(_key(folder, stem_of(name)), root / folder / name)
    return found


def samples_of(images: Mapping[str, Path]) -> dict[str, list[Sample]]:
    """Return the samples of each image file, by its key: one, or one a page of a TIFF stack, ``key#0003``.

    A file that cannot be read is one sample; what is wrong with it is said when it is shown.
    """
    return {key: _pages(key, path) for key, path in images.items()}


def _pages(key: str, path: Path) -> list[Sample]:
    try:
        pages = page_count(path) if path.suffix.casefold() in TIFF_SUFFIXES else 1
    except UnreadableFile:
        pages = 1
    if pages == 1:
        return [Sample(key, path)]
    return [Sample(f"{key}#{page:04d}", path, page) for page in range(pages)]


def _key(folder: str, name: str) -> str:
    return unicodedata.normalize("NFC", joined(folder, name))
