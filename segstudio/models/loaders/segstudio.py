"""Our own model file: safetensors, with all that is needed to use the weights as JSON in one metadata key."""

import json
from collections.abc import Generator
from pathlib import Path

from safetensors.torch import save
from torch import Tensor, nn

from segstudio.models.description import Description
from segstudio.models.loaders.loaded import Loaded, assemble
from segstudio.models.loaders.safetensors_file import KEY, description_of, read_safetensors
from segstudio.models.segmenter import LoadStep


def load(path: Path) -> Generator[LoadStep | Loaded, None, None]:
    """Raise ``UnreadableFile`` where weights and description are not what ``to_bytes`` writes."""
    header = read_safetensors(path)
    return assemble(path, KEY, description_of(path, header), header.content)


def to_bytes(network: nn.Module, description: Description, half: bool = False) -> bytes:
    """Return the content of a model file, weights stored as float32, or ``in_half`` the size, with 3 digits."""
    stored = in_half if half else Tensor.float
    weights = {
        name: (stored(tensor) if tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in network.state_dict().items()
    }
    return save(weights, {KEY: json.dumps(description.to_json())})


def in_half(tensor: Tensor) -> Tensor:
    """Return real numbers as float16; as float32 where one of them is beyond what that has (65,504)."""
    found = tensor.half()
    return found if bool(found.isfinite().all()) else tensor.float()
