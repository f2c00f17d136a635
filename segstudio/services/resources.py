"""Files that come with the program."""

from importlib.resources import files
from pathlib import Path

from segstudio.core.errors import UnreadableFile


def resource(name: str) -> Path:
    """Return the path of a file in ``resources``: within the package where it is installed, beside it in a checkout.

    Raises ``UnreadableFile`` where an installation lacks it.
    """
    package = Path(str(files("segstudio")))
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / name).is_file():
            return folder / name
    raise UnreadableFile(name, "this installation came without it", "Install segstudio again.")
