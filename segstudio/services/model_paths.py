"""Which of the paths that a user points at are models."""

from contextlib import suppress
from pathlib import Path

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.io.images import IMAGE_SUFFIXES
from segstudio.models.loaders.sniff import sniff
from segstudio.models.loaders.sniff_folders import is_model_folder

MODEL_SUFFIXES = (".pth", ".pt", ".pt2", ".safetensors", ".onnx", ".ckpt")


class ModelFound(SegstudioError):
    """What was to be opened as images is a model, a file or a folder of files."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a model file, not an image.", "Open images first, then load it as a model.")
        self.path = path


def refuse_model(path: Path) -> None:
    """Raise ``ModelFound`` for what is called as model files are, or is one by its content.

    A folder is one that has the weights, and no images beside them.
    """
    if path.suffix.casefold() in MODEL_SUFFIXES and path.is_file():
        raise ModelFound(path)
    if path.is_dir() and (not is_model_folder(path) or _has_images(path)):
        return
    with suppress(UnreadableFile):
        sniff(path)
        raise ModelFound(path)


def _has_images(folder: Path) -> bool:
    return any(path.suffix.casefold() in IMAGE_SUFFIXES for path in folder.iterdir())
