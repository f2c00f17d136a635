"""The model files that are known, in the order shown. Data only: a loader's module is imported when a file needs it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.late import imported
from segstudio.models.loaders.sniff import pickled, sniff

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded


class Loader(NamedTuple):
    line: str
    load: str | None
    """``module:function`` that takes the path and returns a ``Loaded``; None where a later version will have it."""


LOADERS: dict[str, Loader] = {
    "segstudio": Loader("a segstudio model (safetensors)", "segstudio.models.loaders.segstudio:load"),
    "state_dict": Loader("a torch state dict (.pth, .pt)", "segstudio.models.loaders.state_dict:load"),
    "safetensors": Loader(
        "a safetensors file of another program", "segstudio.models.loaders.state_dict:load_safetensors"
    ),
    "torchscript": Loader("a TorchScript archive", None),
    "torch_export": Loader("a torch.export archive (.pt2)", None),
    "onnx": Loader("an ONNX model", None),
    "huggingface": Loader("a Hugging Face folder", None),
    "pickle": Loader("pickled objects of a program", None),
}


def loader_for(path: Path) -> Loader:
    """Return the loader of a file, told by its content; raises ``UnreadableFile`` where there is none. No torch."""
    format = sniff(path)
    if LOADERS[format].load is None:
        raise refusal(path, format)
    return LOADERS[format]


def refusal(path: Path, format: str) -> UnreadableFile:
    """Return the error for a file of a format without a loader; of a pickle, what it wants to import is named."""
    if format == "pickle":
        from segstudio.models.loaders.torch_files import read_plain_pickle  # a parser that few files need

        return pickled(path, listed(read_plain_pickle(path).imports))
    readable = " or ".join(entry.line for entry in LOADERS.values() if entry.load)
    hint = f"That format comes with a later version; for now choose {readable}."
    return UnreadableFile(path, f"it is {LOADERS[format].line}", hint)


def resolve(loader: Loader) -> "Callable[[Path], Loaded]":
    """Import a loader that has a function."""
    load: Callable[[Path], Loaded] = imported(loader.load or "")
    return load
