"""What networks are held against: lists of other programs' tensors, and other programs where they can be imported."""

import importlib
import json
import math
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

KEYS = Path(os.environ.get("SEGSTUDIO_TEST_REFERENCE", Path(__file__).parents[3] / "shared" / "reference"))
Shapes = dict[str, tuple[int, ...]]


def reference_shapes(name: str) -> Shapes:
    """Return the shapes of a reference checkpoint's tensors by name; skips where its list is not here."""
    path = KEYS / "checkpoint_keys" / f"{name}.json"
    if not path.is_file():
        pytest.skip(
            f"no list of tensors at {path}; SEGSTUDIO_TEST_REFERENCE names the folder that holds checkpoint_keys"
        )
    return {key: tuple(shape) for key, shape in json.loads(path.read_text()).items()}


def shapes_of(network: nn.Module) -> Shapes:
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def parameters_of(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def settle(network: nn.Module, seed: int = 0) -> None:
    """Give a network weights and statistics that keep its signal alive to the last layer, unlike those of a new one."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in network.state_dict().items():
        if not tensor.is_floating_point():
            continue
        if tensor.dim() > 1:
            fan = tensor[0].numel()
            tensor.copy_(torch.randn(tensor.shape, generator=generator) / fan**0.5)
        elif name.endswith("running_var") or name.endswith("weight"):
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.5 + 0.75)
        else:
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * 0.1)


def torchvision(name: str = "") -> ModuleType:
    """Return ``torchvision``, or a module of it; skips where it is not installed.

    Its operators are for one build of torch: beside another it does not load them, and does not even start without
    two of them. Then these are declared here, one with an implementation, and RoIAlign is its own in Python.
    """
    if find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            importlib.import_module("torchvision")
        except RuntimeError:
            for loaded in [module for module in sys.modules if module.split(".")[0] == "torchvision"]:
                del sys.modules[loaded]
            _declare_operators()
            _use_python(importlib.import_module("torchvision.ops"))
        return importlib.import_module(f"torchvision.{name}" if name else "torchvision")


def smp() -> ModuleType:
    """Return ``segmentation_models_pytorch``; skips where it is not installed."""
    torchvision()
    if find_spec("segmentation_models_pytorch") is None:
        pytest.skip("segmentation_models_pytorch is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("segmentation_models_pytorch")


def timm() -> ModuleType:
    """Return ``timm``; skips where it is not installed."""
    torchvision()
    if find_spec("timm") is None:
        pytest.skip("timm is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("timm")


def transformers() -> ModuleType:
    """Return ``transformers``; skips where it is not installed. It looks for torchvision and breaks on a broken one."""
    if find_spec("transformers") is None:
        pytest.skip("transformers is not installed")
    if find_spec("torchvision") is not None:
        torchvision()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = importlib.import_module("transformers")
    found.utils.logging.set_verbosity_error()
    found.utils.logging.disable_progress_bar()
    return found


def give(weights: Mapping[str, Tensor], network: nn.Module) -> None:
    """Load weights, all of them and no others; counts of batches may be missing."""
    missing, unexpected = network.load_state_dict(weights, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)


def without_counts(names: Iterable[str]) -> set[str]:
    return {name for name in names if not name.endswith("num_batches_tracked")}


_library: list[torch.library.Library] = []
"""Kept: with the library go its operators."""


def _declare_operators() -> None:
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        schema = f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        library.define(schema)  # type: ignore[no-untyped-call]
    numbers = "float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, bool aligned"
    library.define(f"roi_align(Tensor input, Tensor rois, {numbers}) -> Tensor")  # type: ignore[no-untyped-call]
    library.impl("nms", greedy_nms, "CPU")  # type: ignore[no-untyped-call]
    library.impl("roi_align", roi_align_by_axes, "CPU")  # type: ignore[no-untyped-call]
    _library.append(library)


def _use_python(ops: ModuleType) -> None:
    """Let the functions of the package do without its library.

    Its own RoIAlign in Python is compiled first, for half a minute, and takes samples outside of the features for those
    of the border, where the library takes them for zero. While a network is traced it has to be one operator.
    """
    vars(ops.boxes)["_assert_has_ops"] = _assert_nothing
    vars(importlib.import_module("torchvision.ops.roi_align"))["_roi_align"] = _roi_align


def _assert_nothing() -> None:
    """A function with a name: it is compiled where a network is traced."""


def _roi_align(*given: Any) -> Tensor:
    traced = torch._C._get_tracing_state()
    found: Tensor = (torch.ops.torchvision.roi_align if traced else roi_align_by_axes)(*given)
    return found


def greedy_nms(boxes: Tensor, scores: Tensor, threshold: float) -> Tensor:
    """Non-maximum suppression, box by box in Python: what stays, best first; of equal scores the first stays."""
    x1, y1, x2, y2 = boxes.unbind(1)
    areas = (x2 - x1) * (y2 - y1)
    order = scores.sort(descending=True, stable=True).indices
    gone = torch.zeros(len(boxes), dtype=torch.bool)
    kept = []
    for box in order.tolist():
        if gone[box]:
            continue
        kept.append(box)
        width = (torch.minimum(x2, x2[box]) - torch.maximum(x1, x1[box])).clamp(min=0)
        height = (torch.minimum(y2, y2[box]) - torch.maximum(y1, y1[box])).clamp(min=0)
        both = width * height
        gone |= (both / (areas[box] + areas - both)).double() > threshold
    return torch.tensor(kept, dtype=torch.int64)


def roi_align_by_axes(
    features: Tensor, rois: Tensor, scale: float, rows: int, columns: int, samples: int, aligned: bool
) -> Tensor:
    """RoIAlign as a product of two matrices, one an axis, each filled sample by sample as the library's source does."""
    found = features.new_zeros(len(rois), features.shape[1], rows, columns)
    for number, (image, *corners) in enumerate(rois.tolist()):
        x1, y1, x2, y2 = (corner * scale - (0.5 if aligned else 0.0) for corner in corners)
        down = _axis(y1, y2, rows, samples, features.shape[2], aligned).to(features)
        across = _axis(x1, x2, columns, samples, features.shape[3], aligned).to(features)
        found[number] = down @ features[int(image)] @ across.T
    return found


def _axis(start: float, end: float, cells: int, samples: int, length: int, aligned: bool) -> Tensor:
    """Return how much of each of ``length`` places goes into each of the cells, (cells, length)."""
    extent = end - start if aligned else max(end - start, 1.0)
    count = samples if samples > 0 else math.ceil(extent / cells)
    weights = torch.zeros(cells, length, dtype=torch.float64)
    for cell in range(cells):
        for sample in range(count):
            place = start + cell * extent / cells + (sample + 0.5) * extent / cells / count
            if place < -1 or place > length:
                continue
            place = max(place, 0.0)
            low = min(int(place), length - 1)
            share = place - low if low < length - 1 else 0.0
            weights[cell, low] += (1 - share) / count
            if share:
                weights[cell, low + 1] += share / count
    return weights
