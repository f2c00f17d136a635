"""Weights that another program saved: ``.pth``, ``.pt`` and ``.safetensors``, bare or within a checkpoint."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.late import imported
from segstudio.models.description import Description
from segstudio.models.loaders.families import described
from segstudio.models.loaders.pairs import fellow_of, half_of, joined
from segstudio.models.loaders.pickles import Call, Global
from segstudio.models.loaders.recognition import Recognised, Unrecognised, recognise
from segstudio.models.loaders.safetensors_file import read_safetensors
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff import is_legacy, pickled, sniff
from segstudio.models.loaders.stored import ITEM_SIZES, Header, Stored
from segstudio.models.loaders.torch_files import read_archive, read_legacy
from segstudio.models.loaders.unfit import known_here
from segstudio.models.loaders.unwrapping import Unwrapped, unwrapped

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

_HARMLESS: Final = (
    "torch._utils._rebuild_", "torch._tensor._rebuild_from_type_v2", "torch.nn.parameter.", "torch.storage.",
    "torch.serialization._get_layout", "collections.OrderedDict", "collections.defaultdict", "collections.Counter",
    "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.", "numpy._core.multiarray.", "numpy.dtypes.",
    "_codecs.encode", "argparse.Namespace", "datetime.", "pathlib.Posix", "pathlib.Windows", "pathlib.Pure",
    "builtins.set", "builtins.frozenset", "builtins.slice", "builtins.complex", "builtins.bytearray", "builtins.range",
    "__builtin__.set", "builtins.dict", "builtins.list", "builtins.tuple", "builtins.int", "builtins.float",
    "builtins.str", "builtins.bool",
)  # fmt: skip
"""Beginnings of the names that data beside weights have: numbers, dates, paths and arguments of a command line.

They are not imported either, but whoever opens the file in another program runs nothing by them.
"""

_OF_TORCH: Final = frozenset((*ITEM_SIZES, "device", "Size", "Tensor", "complex64", "complex128", "half", "float"))


@dataclass(frozen=True, slots=True)
class Understood:
    """``description`` and its weights are of a network that is built here; ``weights`` have the names of the file."""

    found: Recognised
    description: Description
    weights: Stored


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for anything but the weights of an architecture that is known."""
    header = read_header_of(path)
    if is_nnunet(header):
        steps: Generator[LoadStep | Loaded, None, None] = imported("segstudio.models.loaders.nnunet:load")(path)
        return steps
    return _assembled(path, "state_dict", header)


def load_safetensors(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for anything but the weights of an architecture that is known."""
    return _assembled(path, "safetensors", read_safetensors(path))


def read_header_of(path: Path) -> Header:
    """Read what an archive of torch, or a file of before there were such, holds; raises ``UnreadableFile``."""
    return read_legacy(path) if is_legacy(path) else read_archive(path)


def is_nnunet(header: Header) -> bool:
    """Tell a checkpoint of nnU-Net, which has the plans of its network beside the weights."""
    return isinstance(header.content, dict) and {"network_weights", "init_args"} <= header.content.keys()


def weights_of(path: Path, header: Header) -> Unwrapped:
    """Return the weights within; raises ``UnreadableFile`` where there are none, or where it wants to run something."""
    blocked = executed(header)
    if isinstance(header.content, Call) and isinstance(header.content.function, Global):
        raise pickled(path, str(header.content.function))
    if blocked:
        raise pickled(path, listed(blocked))
    return unwrapped(path, header.content)


def executed(header: Header) -> list[str]:
    """Return what opening the file in another program would import and could run, beside what only holds data."""
    return [name for name in header.imports if not is_harmless(name)]


def understand(path: Path, content: Unwrapped) -> Understood:
    """Tell what weights are of, and fill in what they do not tell, from the family and the sidecar.

    Raises ``UnreadableFile`` for those of a network that is not built here, and for a sidecar that is not of it.
    """
    weights = _whole(path, content.weights)
    try:
        found = recognise(weights)
    except Unrecognised as error:
        raise UnreadableFile(path, str(error), error.way_out or known_here()) from error
    try:
        said = described(found)
    except ValueError as error:
        raise UnreadableFile(path, str(error), "It was not loaded.") from error
    return Understood(found, with_sidecar(path, said), weights)


def _whole(path: Path, weights: Stored) -> Stored:
    """Return weights with those of the file beside theirs, where they are half of a network."""
    if (half := half_of(weights)) is None:
        return weights
    fellow = fellow_of(path, half)
    if sniff(fellow) != "state_dict":
        raise UnreadableFile(fellow, f"it is no state dict, as its fellow {path.name} is", "Save it as that was saved.")
    return joined(half, weights, fellow, weights_of(fellow, read_header_of(fellow)).weights)


def _assembled(path: Path, format: str, header: Header) -> "Generator[LoadStep | Loaded, None, None]":
    from segstudio.models.loaders.loaded import assemble

    understood = understand(path, weights_of(path, header))
    return assemble(path, format, understood.description, understood.found.weights)


def is_harmless(name: str) -> bool:
    """Tell whether what a pickle names only holds data."""
    module, _, attribute = name.rpartition(".")
    if module == "torch":
        return attribute.endswith("Storage") or attribute in _OF_TORCH
    return name.startswith(_HARMLESS)
