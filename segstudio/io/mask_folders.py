"""Where the masks of a folder go that is made a project: a folder of a name that is free."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from segstudio.core.errors import UnwritableFile
from segstudio.io.files import plain_reason


def free_folders(root: Path) -> Iterator[Path]:
    """Yield where edits may go: what is not there yet, not even as a dangling link, lest labels be written over."""
    more = (f"masks-segstudio-{number}" for number in itertools.count(2))
    names = itertools.chain(("masks", "masks-segstudio"), more)
    return (folder for name in names if not os.path.lexists(folder := root / name))


def make_free_folder(root: Path) -> Path:
    """Make the first of the free folders and return it; raises ``UnwritableFile``."""
    for folder in free_folders(root):
        try:
            folder.mkdir()
        except FileExistsError:
            continue  # made by somebody since it was looked for
        except OSError as error:
            raise UnwritableFile(folder, plain_reason(error)) from error
        return folder
    raise AssertionError("there are names without end")
