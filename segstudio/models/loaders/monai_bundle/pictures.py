"""How a MONAI bundle prepares pictures and what its classes are, as far as its files say so in plain values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from segstudio.core.palettes import known_colors, numbered_colors
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Preprocess
from segstudio.models.loaders.monai_bundle.config import Network, OtherBundle

_LISTS: Final = ("preprocessing", "preprocess", "pre_transforms", "infer_transforms", "transforms", "transform")
_AFTER: Final = ("postprocessing", "postprocess", "post_transforms")
_NOTHING: Final = (
    "EnsureChannelFirst", "AsChannelFirst", "AddChannel", "EnsureType", "ToTensor", "CastToType", "ToDevice",
    "SqueezeDim", "Identity", "SelectItems", "DivisiblePad", "SpatialPad",
)  # fmt: skip
"""Transforms that leave the numbers and the size of a picture, or that are done here in any case."""
_MOST_CLASSES: Final = 4096
_MULTIPLE: Final = re.compile(r"(\d{1,4})\s*\*\s*n")


@dataclass(slots=True)
class Prepared:
    """``columns_first`` says that the network sees pictures with x before y, as MONAI's readers give them."""

    preprocess: Preprocess
    columns_first: bool = False
    unknown: list[str] = field(default_factory=list)


def prepared(metadata: Mapping[str, Any], config: Mapping[str, Any], network: Network) -> Prepared:
    """Follow the transforms that are known; where there are none, the range of values is that of the metadata."""
    said = metadata["network_data_format"]["inputs"]["image"]
    channels = _whole(said, "num_channels")
    if channels not in (1, 3):
        raise OtherBundle(f"it takes {channels} channels, and pictures have three or one")
    zeros, ones = (0.0,) * channels, (1.0,) * channels
    order = "RGB" if channels == 3 else "gray"
    divisor = max([network.divisor, *_multiples(said.get("spatial_shape", ()))])
    found = Prepared(Preprocess(order, 1, zeros, ones, None, divisor))
    steps = list(_transforms(config))
    for name, arguments in steps:
        _follow(found, name, arguments)
    if not any(name.startswith(("ScaleIntensity", "NormalizeIntensity")) for name, _ in steps):
        low, high = _range(said.get("value_range"))
        found.preprocess = _mapped(found.preprocess, 0, 255, low, high)
    if network.size is not None:
        found.preprocess = replace(found.preprocess, size=_turned(found, network.size))
    return found


def schema_of(metadata: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[LabelSchema, int, bool]:
    """Return classes, how many channels they have, and whether their names are told; raises ``OtherBundle``."""
    outputs = metadata["network_data_format"]["outputs"]
    said = outputs.get("pred") or next(iter(outputs.values()))
    count = _whole(said, "num_channels")
    if not 0 < count <= _MOST_CLASSES:
        raise OtherBundle(f"it answers with {count} channels")
    if count > 1 and any(arguments.get("sigmoid") is True for _, arguments in _transforms(config, _AFTER)):
        raise OtherBundle("its classes lie within one another, and networks here tell classes apart")
    told: Mapping[str, Any] = said.get("channel_def") or {}
    names = [str(told.get(str(i), f"class {i}")) for i in range(count)]
    if count == 1:
        names = ["background", names[0] if told else "class 1"]
    if len(set(names)) < len(names):
        names = [f"class {i}" for i in range(len(names))]
    colors = known_colors(names) or ((0, 0, 0), *numbered_colors(len(names)))
    classes = tuple(LabelClass(i, name, colors[i], background=i == 0) for i, name in enumerate(names))
    return LabelSchema(classes), count, len(told) >= count


def _whole(said: Mapping[str, Any], key: str) -> int:
    if type(value := said[key]) is not int:
        raise TypeError(f"{key} is no whole number")
    return value


def _transforms(config: Mapping[str, Any], places: tuple[str, ...] = _LISTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the name and the arguments of each transform, of arrays and of dicts alike."""
    entry: Any = next((config[place] for place in places if isinstance(config.get(place), dict | list)), [])
    steps = entry.get("transforms", []) if isinstance(entry, dict) else entry
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and isinstance(step.get("_target_"), str) and not step.get("_disabled_"):
            yield step["_target_"].rpartition(".")[2].removesuffix("d"), step
        elif isinstance(step, str):
            yield step, {}


def _follow(found: Prepared, name: str, said: Mapping[str, Any]) -> None:
    """Apply one transform to what is known; one that cannot be said here is remembered by its name."""
    try:
        known = _followed(found, name, said)
    except (TypeError, ValueError, KeyError, ArithmeticError):
        known = False
    if not known and name not in found.unknown:
        found.unknown.append(name)


def _followed(found: Prepared, name: str, said: Mapping[str, Any]) -> bool:
    if name == "LoadImage":
        found.columns_first = said.get("reverse_indexing", True) is not False
    elif name == "ScaleIntensityRange":
        ends = (said["a_min"], said["a_max"], said.get("b_min", 0), said.get("b_max", 1))
        found.preprocess = _mapped(found.preprocess, *map(float, ends))
    elif name == "ScaleIntensity" and (said.get("minv", 0), said.get("maxv", 1)) == (0, 1) and "factor" not in said:
        found.preprocess = replace(found.preprocess, per_image="range" if said.get("channel_wise") else "whole_range")
    elif name == "NormalizeIntensity" and not said.get("nonzero"):
        found.preprocess = _normalised(found.preprocess, said)
    elif name == "Resize" and said.get("mode", "area") in ("bilinear", ["bilinear"]):
        rows, columns = said["spatial_size"]
        found.preprocess = replace(found.preprocess, size=_turned(found, (rows, columns)))
    else:
        return name in _NOTHING
    return True


def _normalised(before: Preprocess, said: Mapping[str, Any]) -> Preprocess:
    """Take off numbers that are told, or by those of the image; the ones before them are linear, and drop out."""
    if before.per_image:  # which leaves numbers that are not known beforehand
        raise ValueError
    if said.get("subtrahend") is None and said.get("divisor") is None:
        return replace(before, per_image="z_score" if said.get("channel_wise") else "whole_z_score")
    less, by = (
        _by_channel(said.get(key, usual), before.channels) for key, usual in (("subtrahend", 0), ("divisor", 1))
    )
    rows = zip(before.mean, before.std, less, by, strict=True)
    moved = [(mean + std * off, std * over) for mean, std, off, over in rows]
    return replace(before, mean=tuple(mean for mean, _ in moved), std=tuple(std for _, std in moved))


def _by_channel(value: Any, channels: int) -> tuple[float, ...]:
    numbers = tuple(map(float, value)) if isinstance(value, list) else (float(value),) * channels
    if len(numbers) != channels:
        raise ValueError
    return numbers


def _mapped(before: Preprocess, a: float, b: float, low: float, high: float) -> Preprocess:
    """Return what brings ``a``..``b`` to ``low``..``high``."""
    std = (b - a) / (high - low)
    return replace(before, scale=1, mean=(a - low * std,) * before.channels, std=(std,) * before.channels)


def _range(said: Any) -> tuple[float, float]:
    if (
        isinstance(said, list)
        and len(said) == 2
        and all(isinstance(v, int | float) for v in said)
        and said[0] < said[1]
    ):
        return float(said[0]), float(said[1])
    return 0.0, 1.0


def _multiples(shape: Any) -> list[int]:
    """Return the multiples that a shape of metadata names: "32*n"."""
    texts = [side for side in shape if isinstance(side, str)] if isinstance(shape, list) else []
    return [int(match[1]) for text in texts if (match := _MULTIPLE.fullmatch(text)) and int(match[1])]


def _turned(found: Prepared, size: tuple[int, int]) -> tuple[int, int]:
    return size[::-1] if found.columns_first else size
