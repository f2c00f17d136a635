"""What torch's kernels believe of their arguments and do not look at: looked at here, before they are called.

Each check takes the arguments of a call by name, those left out with their defaults, and raises ``ValueError``.
"""

from collections.abc import Callable, Mapping
from math import isfinite, prod
from typing import Any, Final

import torch
from torch import Tensor

from segstudio.models.loaders.pt2.operators import NORMALISING, RESIZING, WINDOWED

Given = Mapping[str, Any]

_WIDEST: Final = 1 << 16
"""Pixels that a window reaches over or steps on; kernels compute with these in 32 bits."""
_DIVISOR: Final = 1 << 31
"""From here on a whole number may turn into -1 where a tensor has fewer bits."""
_PARTS: Final = 4096
"""Parts that a tensor is taken apart into; each is an object of Python."""


def check(name: str, given: Given) -> None:
    """Raise ``ValueError`` where a call of the operator ``name`` would read or write beyond its tensors, or trap."""
    for each in _CHECKS.get(name.removesuffix("_") if name not in _CHECKS else name, ()):
        each(given)


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise ValueError(reason)


def _image(given: Given) -> Tensor:
    found = next((given[key] for key in ("input", "self", "query") if key in given), None)
    if not isinstance(found, Tensor):
        raise ValueError("an operator is given no tensor")
    return found


def _whole(value: Any) -> list[int]:
    return [] if value is None or isinstance(value, str) else list(value) if isinstance(value, list) else [value]


def _floating(given: Given) -> None:
    """Kernels for whole numbers divide without looking, or write beyond their tables."""
    _require(_image(given).is_floating_point(), "an operator of images is given whole numbers")


def _windows(given: Given) -> None:
    for names, least in (
        (("kernel_size", "stride", "dilation", "groups", "output_size", "upscale_factor", "downscale_factor",
          "divisor_override"), 1),
        (("padding", "output_padding"), 0),
    ):  # fmt: skip
        for name in names:
            inside = all(least <= value <= _WIDEST for value in _whole(given.get(name)))
            _require(inside, f"{name} of an operator is outside {least}..{_WIDEST:,}")


def _scales(given: Given) -> None:
    """A scale is for where pixels are read; it must be that of the sizes, but for rounding."""
    image, sizes = _image(given), _whole(given["output_size"])
    _require(image.ndim == 4 and all(image.shape) and all(0 < side <= _WIDEST for side in sizes), "a size is none")
    factors = _whole(given.get("scale_factors"))
    scales: list[Any] = factors or [given.get("scales_h"), given.get("scales_w")]
    for axis, scale in enumerate(scales[:2]):
        if scale is None:
            continue
        _require(isfinite(scale) and 1 / _WIDEST <= scale <= _WIDEST, "a scale is none")
        side = image.shape[2 + axis]
        _require(not sizes or abs(side * scale - sizes[axis]) <= 1, "a scale is not that of the sizes")


def _statistics(given: Given) -> None:
    """Kernels read as many statistics as there are channels, one behind the other."""
    image = _image(given)
    channels = image.shape[1] if image.ndim > 1 else -1
    sure = given.get("training", given.get("use_input_stats", "running_mean" not in given))
    _require(bool(sure) or isinstance(given["running_mean"], Tensor), "a normalisation has no statistics")
    for name in ("weight", "bias", "running_mean", "running_var"):
        value = given.get(name)
        if isinstance(value, Tensor):
            _require(value.shape == (channels,), "a normalisation has not as many statistics as channels")
            _row(value, image)
    _require((given.get("running_mean") is None) == (given.get("running_var") is None), "a statistic is missing")


def _row(value: Tensor, image: Tensor) -> None:
    known = value.dtype in (image.dtype, torch.float32)
    _require(known and value.is_contiguous(), "statistics of a normalisation are laid out in another way")


def _scaled(given: Given) -> None:
    for name in ("weight", "bias"):
        if isinstance(value := given.get(name), Tensor):
            _require(list(value.shape) == _whole(given["normalized_shape"]), f"{name} is not of the shape normalised")
            _row(value, _image(given))


def _grouped(given: Given) -> None:
    image, groups = _image(given), given.get("num_groups", given.get("group"))
    _require(image.ndim > 1 and groups > 0 and not image.shape[1] % groups, "channels do not come in such groups")
    if "HxW" in given:
        told = (given["N"], given["C"], given["HxW"])
        _require(told == (*image.shape[:2], prod(image.shape[2:])), "sizes of a normalisation are not of its image")


def _division(given: Given) -> None:
    """Division of the least whole number by -1 stops the program, and not by an error that could be caught."""
    operands = (given["self"], given["other"])
    if any(value.is_floating_point() if isinstance(value, Tensor) else type(value) is float for value in operands):
        return
    divisor = given["other"]
    known = type(divisor) is int and 0 < divisor < _DIVISOR
    _require(known, "whole numbers are divided by what is not known to be above 0")


def _rounded(given: Given) -> None:
    if given.get("rounding_mode") is not None:
        _division(given)


def _attention(given: Given) -> None:
    query, key, value, mask = (given[name] for name in ("query", "key", "value", "attn_mask"))
    _require(query.ndim == key.ndim == value.ndim and 3 <= query.ndim <= 4, "attention has other dimensions")
    same = query.shape[:-2] == key.shape[:-2] == value.shape[:-2]
    same = same and query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2]
    _require(same and not given["enable_gqa"], "keys and values of attention do not belong together")
    if mask is not None:
        wanted = (*query.shape[:-1], key.shape[-2])
        shape: tuple[int, ...] = torch.broadcast_shapes(mask.shape, wanted)  # type: ignore[no-untyped-call]
        _require(shape == wanted, "a mask is not of the shape of its attention")


def _sampled(given: Given) -> None:
    modes = given["interpolation_mode"], given["padding_mode"]
    _require(all(mode in (0, 1, 2) for mode in modes), "an image is sampled in no known way")
    _require(_image(given).ndim == 4, "it samples what is no image")


def _padded(given: Given) -> None:
    if given.get("mode", "") == "constant":
        return
    _require(given.get("mode", "reflect") in ("reflect", "replicate"), "an image is padded in no known way")
    sides = _whole(given["pad"] if "pad" in given else given["padding"])
    _require(all(0 <= side <= _WIDEST for side in sides), "an image is padded by less than nothing")


def _parted(given: Given) -> None:
    tensor = given["self"]
    if "chunks" in given:
        count = given["chunks"]
    elif isinstance(sizes := given.get("split_sizes", given.get("split_size", 1)), list):
        count = len(sizes)
    else:
        _require(sizes > 0 and tensor.ndim > 0, "a tensor is taken apart into nothing")
        count = -(-tensor.shape[given["dim"]] // sizes)
    _require(count <= _PARTS, f"a tensor is taken apart into {count:,} parts")


def _places(given: Given) -> None:
    """On the CPU torch 2.13 gathers by 32-bit places laid out as a row that is repeated as if they had 64 bits."""
    _require(given["index"].dtype is torch.int64, "places in a tensor are told in other than 64 bits")


def _in_order(given: Given) -> None:
    _require(given["path"] is None, "a product is computed in an order of its own")


_PER_CHANNEL: Final = NORMALISING - {"layer_norm", "native_layer_norm", "rms_norm"}
_RULES: Final[tuple[tuple[frozenset[str], Callable[[Given], None]], ...]] = (
    (
        WINDOWED | RESIZING | NORMALISING | {"grid_sampler", "grid_sampler_2d", "scaled_dot_product_attention"},
        _floating,
    ),
    (WINDOWED, _windows),
    (RESIZING, _scales),
    (_PER_CHANNEL, _statistics),
    (NORMALISING - _PER_CHANNEL, _scaled),
    (frozenset(("group_norm", "native_group_norm")), _grouped),
    (frozenset(("floor_divide", "remainder", "fmod")), _division),
    (frozenset(("div", "divide")), _rounded),
    (frozenset(("scaled_dot_product_attention",)), _attention),
    (frozenset(("grid_sampler", "grid_sampler_2d")), _sampled),
    (frozenset(("pad", "reflection_pad1d", "reflection_pad2d", "replication_pad1d", "replication_pad2d")), _padded),
    (frozenset(("split", "split_with_sizes", "chunk", "unbind")), _parted),
    (frozenset(("gather", "scatter")), _places),
    (frozenset(("einsum",)), _in_order),
)
_CHECKS: Final[Mapping[str, tuple[Callable[[Given], None], ...]]] = {
    name: tuple(rule for names, rule in _RULES if name in names)
    for name in {name for names, _ in _RULES for name in names}
}
