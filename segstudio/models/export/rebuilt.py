"""A program whose weights are of a network that is built here, as that network, where both say the same."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError
from segstudio.core.late import imported_extra
from segstudio.models.description import Description
from segstudio.models.export import ROUNDED, ROUNDED_TOP
from segstudio.models.export.graph_file import read_whole
from segstudio.models.loaders.kin import recognised
from segstudio.models.loaders.loaded import build, fit
from segstudio.models.loaders.onnx_file.session import OnnxNetwork
from segstudio.models.loaders.pt2.network import ExportedNetwork
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.programs import Program
from segstudio.models.references import Option
from segstudio.models.zoo.multiples import divisor_of


def rebuilt(program: Program, said: Description, images: Sequence[Tensor]) -> tuple[nn.Module, Description] | None:
    """Return our network with the weights of a program and its description, or None where there is none.

    ``images`` are (N, channels, H, W), prepared, and of several sizes: those that the program does not take are left
    out, but for the first. Options that weights do not tell are those with which our network says the same of all, and
    of the first the most nearly so.
    """
    tensors = _weights(program.network)
    found = recognised({name: tensor.shape for name, tensor in tensors.items()})
    if found is None:
        return None
    by_place = list(tensors.values())
    weights = {name: by_place[each.position] for name, each in found.weights.items()}
    divisor = divisor_of(found.architecture, found.options)
    with torch.no_grad():
        expected = [(images[0], program(images[0])), *_said(program, images[1:])]
        for _, network, ours in _nearest(_candidates(found, said, weights), *expected[0]):
            if all(_distance(network, *each) <= 1 for each in expected[1:]):
                return network, replace(ours, preprocess=replace(said.preprocess, divisor=divisor))
    return None


def _said(program: Program, images: Sequence[Tensor]) -> Iterator[tuple[Tensor, Tensor]]:
    for each in images:
        with suppress(SegstudioError):
            yield each, program(each)


def _candidates(
    found: Recognised, said: Description, weights: Mapping[str, Tensor]
) -> Iterator[tuple[nn.Module, Description]]:
    for config in _configs(found, said):
        ours = replace(said, architecture=found.architecture, config=config, family=found.family)
        network = _network(ours, found, weights)
        if network is not None:
            yield network, ours


def _nearest(
    candidates: Iterator[tuple[nn.Module, Description]], images: Tensor, expected: Tensor
) -> list[tuple[float, nn.Module, Description]]:
    """Return those that say the same of images, the nearest first, with how far they are off."""
    found = [(_distance(network, images, expected), network, said) for network, said in candidates]
    return sorted((each for each in found if each[0] <= 1), key=itemgetter(0))


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


def _distance(network: nn.Module, images: Tensor, expected: Tensor) -> float:
    """Return by how many times the difference that is allowed a network is off, in that channel that is worst."""
    try:
        found = network(images)
    except (RuntimeError, ValueError):  # it does not take images of that size
        return math.inf
    if not isinstance(found, Tensor) or found.shape != expected.shape:
        return math.inf
    by_channel = (0, 2, 3)  # a class with a score far from the others' must not hide how these differ
    ranges = expected.amax(by_channel) - expected.amin(by_channel)
    allowed = ROUNDED * ranges + ROUNDED_TOP * expected.abs().amax(by_channel)
    apart = (found - expected).abs().amax(by_channel)
    worst = float(torch.where(apart == 0, 0.0, apart / allowed).max())
    return math.inf if math.isnan(worst) else worst


def _weights(network: Any) -> dict[str, Tensor]:
    """Return weights by the names that they have in the file."""
    if isinstance(network, ExportedNetwork):
        tensors = network.tensors()
        return {stored: tensors[name] for name, stored in network.graph.weights.items()}
    if isinstance(network, OnnxNetwork):
        onnx = imported_extra("onnx", "onnx", "Exporting an ONNX model")
        model = read_whole(onnx, network)
        arrays = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
        return {name: torch.from_numpy(each.copy()) for name, each in arrays.items() if each.dtype.kind in "fi"}
    return dict(network.state_dict()) if isinstance(network, nn.Module) else {}
