"""The sample project: synthetic pictures with exact truth, in the folders that every project has."""

import io
import shutil
from collections.abc import Generator
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from PIL import Image

from segstudio.core.errors import UnwritableFile
from segstudio.core.raster import RgbImage
from segstudio.core.records import LabelSource, Project
from segstudio.io.files import plain_reason, write_atomically
from segstudio.io.masks import write_mask
from segstudio.services.opening import save_schema
from segstudio.services.synthetic_cells import CELL_SCHEMA, draw_picture

IMAGES: Final = 48
FIRST_SEED: Final = 3_000_000
"""The demo model was trained and chosen on other seeds."""

README: Final = "README.txt"
_ABOUT = """Synthetic cells, drawn by segstudio (seeds {first} to {last}); no microscope was involved.

images/   the pictures
masks/    the truth, exact in every pixel: 0 background, 1 round cell, 2 rod, 3 granular cell, 255 unclear (not scored)

Label, predict and compare as you like: everything here may be changed or deleted.
"""


def make_sample_project(folder: Path, images: int = IMAGES, seed: int = FIRST_SEED) -> Generator[int, None, None]:
    """Make a project of ``images`` pictures in ``folder`` and yield after each how many are drawn.

    The same seed gives the same project. It appears when it is whole; stopped before, nothing is left behind.
    Raises ``UnwritableFile``, also where ``folder`` already holds something.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UnwritableFile(folder, "it is not empty", "Choose a new or an empty folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise UnwritableFile(folder, plain_reason(error)) from error
    try:
        for number in range(images):
            picture = draw_picture(seed + number)
            name = f"cells_{number + 1:03}.png"
            write_atomically(draft / "images" / name, _png(picture.image))
            write_mask(draft / "masks" / name, picture.labels, CELL_SCHEMA)
            yield number + 1
        write_atomically(draft / README, _ABOUT.format(first=seed, last=seed + images - 1).encode())
        truth = LabelSource("truth", draft / "masks")
        save_schema(Project(draft, CELL_SCHEMA, (), (truth,), image_root=draft / "images"))
        _publish(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, folder: Path) -> None:
    """Give a finished project its name, with the permissions of any other new folder."""
    try:
        if folder.exists():
            folder.rmdir()
        folder.mkdir()
        draft.chmod(folder.stat().st_mode)
        folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise UnwritableFile(folder, plain_reason(error)) from error


def _png(image: RgbImage) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", compress_level=3)
    return stream.getvalue()
