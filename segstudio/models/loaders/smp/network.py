"""Networks of segmentation_models_pytorch that are not built here, by the package itself."""

import inspect as signatures
import os
import warnings
from collections.abc import Generator
from dataclasses import replace
from typing import Any, Final

from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, UnreadableFile, first_line, listed
from segstudio.models.description import Description
from segstudio.models.loaders.budget import TooLarge, bounded
from segstudio.models.loaders.folders import Part, check_pictures, count_of, read_parts
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.smp import FORMAT, PACKAGE, WHAT, SavedNetwork
from segstudio.models.loaders.torch_extras import imported_on_torch
from segstudio.models.programs import Program
from segstudio.models.segmenter import LoadStep
from segstudio.models.sides import Sides

_REPLACED: Final = ("encoder_weights", "activation", "aux_params")
"""Arguments for which None is given: no weights are fetched, and what comes out are scores by class and pixel."""
_ALSO: Final = ("decoder_use_batchnorm", "img_size")
"""Arguments that the classes take without naming them. Others would reach timm, which opens files by them."""
_SMALLEST: Final = 64
"""The side that a smaller picture is grown to, so that something is left of it at the coarsest features."""
_LARGEST_FACTOR: Final = 32
"""By which scores are enlarged at the end."""


def through_package(said: SavedNetwork, description: Description) -> Generator[LoadStep | Loaded, None, None]:
    """Raise ``UnreadableFile`` for a network that does not fit its weights, ``SegstudioError`` without the package."""
    check_pictures(said.folder, description)
    yield LoadStep("Importing segmentation_models_pytorch", 0, 0)
    network = _built(said)
    weights = yield from read_parts([Part(said.file, said.weights)])
    _fill(said, network, weights)
    size = _only_size(network)
    if "size" not in description.corrected and size is not None:
        description = replace(description, preprocess=replace(description.preprocess, size=size))
    divisor = description.preprocess.divisor if network.requires_divisible_input_shape else 1
    sides = Sides(size, divisor, least=_SMALLEST)
    yield Loaded(FORMAT, Program(network, "logits", int(description.config["classes"]), sides), description)


def _built(said: SavedNetwork) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's client is imported
    network_class = getattr(imported_on_torch(PACKAGE, FORMAT, WHAT), said.name)
    known = {*signatures.signature(network_class.__init__).parameters, *_ALSO}
    arguments = dict.fromkeys(_REPLACED) | {k: v for k, v in said.arguments.items() if k not in _REPLACED}
    if unknown := [key for key in arguments if key not in known]:
        raise UnreadableFile(said.folder, f"{said.name} takes no {listed(unknown)}", "It was not built.")
    said.fields.whole("upsampling", 1, _LARGEST_FACTOR)
    try:
        with warnings.catch_warnings(), bounded(len(said.weights), count_of(said.weights)):
            warnings.simplefilter("ignore")  # on names of encoders and arguments that have newer ones
            return network_class(**arguments)
    except TooLarge as error:
        raise UnreadableFile(said.folder, str(error), "It was not built. Copy the whole folder again.") from error
    except SegstudioError:
        raise
    except Exception as error:  # a stranger's arguments reach every corner of the package, and of timm
        line = first_line(error)[:160]
        raise UnreadableFile(said.folder, f"no {said.name} can be built from its config.json: {line}", "") from error


def _fill(said: SavedNetwork, network: nn.Module, weights: dict[str, Tensor]) -> None:
    """Give a network its weights; names of encoders that came into timm later are renamed by the package."""
    try:
        network.load_state_dict(weights, assign=True)
    except (RuntimeError, KeyError) as error:
        lines = [line.strip() for line in str(error).splitlines()]
        raise UnreadableFile(
            said.folder,
            f"weights and config.json do not belong together: {' '.join(lines[1:3])[:200]}",
            "Copy it again.",
        ) from error


def _only_size(network: Any) -> tuple[int, int] | None:
    """Return the size (height, width) that a network insists on, as encoders of DPT do."""
    fixed = getattr(network.encoder, "is_fixed_input_size", False)
    size = getattr(network.encoder, "input_size", None)
    return (int(size[-2]), int(size[-1])) if fixed and size is not None else None
