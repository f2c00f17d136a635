"""What every loader returns, and how weights come into a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.description import Description
from segstudio.models.zoo import ARCHITECTURES, build_network


@dataclass(frozen=True, slots=True)
class Loaded:
    format: str
    network: nn.Module
    description: Description


def build(description: Description) -> nn.Module:
    """Build a network with random weights; raises ``ValueError`` or ``TypeError`` for what cannot be built."""
    channels, scored = description.config.get("classes"), len(description.classes.scored)
    if channels != scored:
        raise ValueError(f"the network tells {channels} classes apart, and {scored} are named")
    if scored < 2:
        raise ValueError("it has a single output, and such networks come with a later version")
    if description.config.get("in_channels") != 3:
        raise ValueError(f"it takes {description.config.get('in_channels')} channels, and pictures have three")
    if (entry := ARCHITECTURES.get(description.architecture)) is not None and entry.instances:
        raise ValueError(f"{entry.title} finds objects, and such networks are run in a later version")
    options: dict[str, Any] = dict(description.config)
    return build_network(description.architecture, **options)


def assemble(path: Path, format: str, description: Description, weights: Mapping[str, Tensor]) -> Loaded:
    """Build the network without memory of its own and give it ``weights``, as float32.

    Raises ``UnreadableFile`` naming the first few tensors that do not fit.
    """
    try:
        with torch.device("meta"):
            network = build(description)
    except (TypeError, ValueError) as error:
        raise UnreadableFile(path, f"no network can be built from it: {error}") from error
    if misfits := _misfits(network.state_dict(), weights):
        raise another_architecture(path, f"{description.architecture} lacks or differs in {listed(misfits)}")
    # Copied, so that no network is left hanging on a mapped file that somebody may cut short.
    owned = {n: w.to(torch.float32, copy=True) if w.is_floating_point() else w.clone() for n, w in weights.items()}
    network.load_state_dict(owned, assign=True)
    return Loaded(format, network, description)


def another_architecture(path: Path, detail: str) -> UnreadableFile:
    known = ", ".join(ARCHITECTURES)
    return UnreadableFile(
        path,
        f"its weights are of another architecture ({detail})",
        f"Known here: {known}. Others come with a later version.",
    )


def _misfits(expected: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> list[str]:
    missing = [f"{name} (missing)" for name in expected if name not in weights]
    unknown = [f"{name} (unknown)" for name in weights if name not in expected]
    differing = [
        f"{name} ({shape_text(weights[name])}, not {shape_text(tensor)})"
        for name, tensor in expected.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    return differing + missing + unknown


def shape_text(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "one number"
