"""A program whose weights are of a network that is built here, as that network, where both say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, Final

import torch
from torch import Tensor, nn

from segstudio.core.late import imported_extra
from segstudio.models.description import Description
from segstudio.models.loaders.kin import recognised
from segstudio.models.loaders.loaded import build, fit
from segstudio.models.loaders.onnx_file.session import OnnxNetwork
from segstudio.models.loaders.pt2.network import ExportedNetwork
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.programs import Program
from segstudio.models.references import Option
from segstudio.models.zoo.multiples import divisor_of

_ALIKE: Final = 1e-4
"""Difference, as a part of the largest score, up to which both are one network. The same in another order of float32
differs by 1e-6 to 1e-5; another output stride, or another way to align corners, by 1e-2 and more."""


def rebuilt(program: Program, said: Description, images: Tensor) -> tuple[nn.Module, Description] | None:
    """Return our network with the weights of a program and its description, or None where there is none.

    Options that weights do not tell are those with which it says the same of ``images`` as the program.
    """
    tensors = _weights(program.network)
    found = recognised({name: tensor.shape for name, tensor in tensors.items()})
    if found is None:
        return None
    by_place = list(tensors.values())
    weights = {name: by_place[each.position] for name, each in found.weights.items()}
    divisor = divisor_of(found.architecture, found.options)
    with torch.no_grad():
        expected = program(images)
        for config in _configs(found, said):
            ours = replace(said, architecture=found.architecture, config=config, family=found.family)
            network = _network(ours, found, weights)
            if network is not None and _alike(network, images, expected):
                return network, replace(ours, preprocess=replace(said.preprocess, divisor=divisor))
    return None


def _configs(found: Recognised, said: Description) -> Iterator[dict[str, Option]]:
    """Give the options of the network: first those that the program says itself, then all that weights leave open."""
    if said.architecture == found.architecture:
        yield dict(said.config)
    for values in product(*(choice.values for choice in found.choices)):
        yield {**found.options, **{choice.option: value for choice, value in zip(found.choices, values, strict=True)}}


def _network(said: Description, found: Recognised, weights: Mapping[str, Tensor]) -> nn.Module | None:
    try:
        with torch.device("meta"):
            network = build(said)
    except (TypeError, ValueError):
        return None
    if fit(network, found.weights).misfits():
        return None
    counts = {name: torch.zeros((), dtype=torch.int64) for name in network.state_dict() if name not in weights}
    own = {name: each.float() if each.is_floating_point() else each for name, each in weights.items()}
    network.load_state_dict(counts | own, assign=True)
    return network.eval()


def _alike(network: nn.Module, images: Tensor, expected: Tensor) -> bool:
    try:
        found = network(images)
    except RuntimeError:  # it does not take images of that size
        return False
    if not isinstance(found, Tensor) or found.shape != expected.shape:
        return False
    return bool((found - expected).abs().max() <= _ALIKE * expected.abs().max())


def _weights(network: Any) -> dict[str, Tensor]:
    """Return weights by the names that they have in the file."""
    if isinstance(network, ExportedNetwork):
        tensors = network.tensors()
        return {stored: tensors[name] for name, stored in network.graph.weights.items()}
    if isinstance(network, OnnxNetwork):
        onnx = imported_extra("onnx", "onnx", "Exporting an ONNX model")
        model = onnx.load(str(network.file))
        arrays = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
        return {name: torch.from_numpy(each.copy()) for name, each in arrays.items() if each.dtype.kind in "fi"}
    return dict(network.state_dict()) if isinstance(network, nn.Module) else {}
