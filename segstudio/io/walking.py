"""Go through a folder once and list the pictures in it, opening none."""

import os
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.io.files import plain_reason
from segstudio.io.images import IMAGE_SUFFIXES
from segstudio.io.pairing import NEVER_SAMPLES, joined, role_of

SKIPPED = frozenset(("__macosx",))


@dataclass
class Listing:
    """The pictures below ``root``: sorted file names by folder, which is written as in ``pairing``."""

    root: Path
    folders: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def list_pictures(root: Path, deep: bool = True) -> Listing:
    """List the pictures in a folder and below it; where not ``deep``, below it only those of labels and predictions.

    Hidden folders are passed over. Links are followed, but no folder is entered twice: where a link leads to one
    that was, a note says so. Raises ``UnreadableFile`` where ``root`` itself cannot be listed.
    """
    listing = Listing(root)
    seen: set[tuple[int, int]] = set()
    # Links wait until all else was seen, so that a folder is found under its own name rather than a link's.
    real, links = deque([""]), deque[str]()
    while real or links:
        linked = not real
        folder = (links if linked else real).popleft()
        try:
            status = os.stat(root / folder)  # noqa: PTH116 - one call for all systems, links followed
            if (status.st_dev, status.st_ino) in seen:
                listing.notes.append(f"{folder} was passed over: it is a link to a folder that is already listed.")
                continue
            seen.add((status.st_dev, status.st_ino))
            subfolders = _list_folder(listing, folder)
        except OSError as error:
            if not folder:
                raise UnreadableFile(root, plain_reason(error), "") from error
            listing.notes.append(f"{folder} was passed over: {plain_reason(error)}.")
            continue
        for name, is_link in subfolders:
            if deep or role_of(name).kind != "image":
                (links if is_link else real).append(name)
    listing.folders = dict(sorted(listing.folders.items()))
    return listing


def _list_folder(listing: Listing, folder: str) -> list[tuple[str, bool]]:
    """Add one folder's pictures to the listing and return the folders in it, and whether each is a link."""
    names: list[str] = []
    subfolders: list[tuple[str, bool]] = []
    with os.scandir(listing.root / folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if is_picture_name(entry.name) and entry.is_file():
                names.append(entry.name)
            elif entry.is_dir() and entry.name.casefold() not in SKIPPED:
                subfolders.append((joined(folder, entry.name), entry.is_symlink()))
    if names:
        listing.folders[folder] = sorted(names)
    return sorted(subfolders)


def is_picture_name(name: str) -> bool:
    """Tell by its name whether a file may be an image or a mask."""
    lower = name.casefold()
    return lower[lower.rfind(".") :] in IMAGE_SUFFIXES and not lower.endswith(NEVER_SAMPLES)
