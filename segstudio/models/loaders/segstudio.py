"""Our own model file: safetensors, with all that is needed to use the weights as JSON in one metadata key."""

import json
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.loaded import Loaded, assemble

KEY: Final = "segstudio"


def load(path: Path) -> Loaded:
    """Raise ``UnreadableFile`` where weights and description are not what ``to_bytes`` writes."""
    try:
        with safe_open(path, framework="pt") as file:
            text = file.metadata()[KEY]
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise UnreadableFile(path, f"its weights are damaged or cut short ({error})", "Copy it again.") from error
    try:
        description = Description.from_json(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableFile(path, f"its description is damaged: {error}", "Copy it again.") from error
    return assemble(path, KEY, description, weights)


def to_bytes(network: nn.Module, description: Description, dtype: torch.dtype = torch.float32) -> bytes:
    """Return the content of a model file, weights stored as ``dtype`` (half the size, and 3 digits, as float16)."""
    weights = {
        name: (tensor.to(dtype) if tensor.is_floating_point() else tensor).contiguous().cpu()
        for name, tensor in network.state_dict().items()
    }
    return save(weights, {KEY: json.dumps(description.to_json())})
