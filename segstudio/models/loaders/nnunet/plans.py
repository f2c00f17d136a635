"""What plans and data set of an nnU-Net say of its network: plain values, and nothing is imported by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from segstudio.core.palettes import known_colors, numbered_colors
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Preprocess
from segstudio.models.references import Option

_NORMS: Final = {"InstanceNorm2d": False, "BatchNorm2d": True}
_ACTIVATIONS: Final = {"LeakyReLU": False, "ReLU": True}
_NETWORKS: Final = {"PlainConvUNet": False, "ResidualEncoderUNet": True}
_KNOWN: Final = (
    "n_stages", "features_per_stage", "conv_op", "kernel_sizes", "strides", "n_conv_per_stage", "n_blocks_per_stage",
    "n_conv_per_stage_decoder", "conv_bias", "norm_op", "norm_op_kwargs", "nonlin", "nonlin_kwargs",
    "dropout_op", "dropout_op_kwargs", "deep_supervision",
)  # fmt: skip
"""Arguments of its networks; the last three make no difference to a trained one."""
_USUAL: Final[Mapping[str, Mapping[str, object]]] = {
    "norm_op_kwargs": {"eps": 1e-5, "affine": True, "momentum": 0.1, "track_running_stats": True},
    "nonlin_kwargs": {"inplace": True, "negative_slope": 0.01},
}
_UNITS: Final = ((0.0,), (1.0,))
_DEEPEST: Final = 8
_MOST_STAGES: Final = 32


class OtherPlan(ValueError):
    """A network that is not built here, or plans that are none; the text says what it is."""


@dataclass(frozen=True, slots=True)
class Planned:
    """``options`` build the architecture "nnunet"; ``spacing`` is that of the images it was trained on, row first."""

    options: dict[str, Option]
    spacing: tuple[float, ...]
    schemes: tuple[str, ...]


def planned(plans: Mapping[str, Any], configuration: str) -> Planned:
    """Read a configuration of ``plans.json``; raises ``OtherPlan``, ``KeyError`` or ``TypeError``."""
    entry = _inherited(plans["configurations"], configuration)
    name, arguments = _network(entry)
    if len(entry["patch_size"]) != 2 or _last(arguments["conv_op"]) != "Conv2d":
        raise OtherPlan(f"its configuration {configuration} is of volumes, and networks here are of pictures")
    if name not in _NETWORKS:
        raise OtherPlan(f"its network, {name}, is not built here")
    if odd := [key for key, value in arguments.items() if key not in _KNOWN and value]:
        raise OtherPlan(f"its network has the argument {odd[0]}, which is not known here")
    for key, usual in _USUAL.items():
        if odd := [k for k, v in (arguments.get(key) or {}).items() if k not in usual or v != usual[k]]:
            raise OtherPlan(f"its {key} have {odd[0]} = {(arguments.get(key) or {})[odd[0]]}, which is not known here")
    if any(entry.get("use_mask_for_norm", ())):
        raise OtherPlan("it normalises by what is not black, which is not done here")
    residual = _NETWORKS[name]
    options: dict[str, Option] = {
        "features": _text(arguments["features_per_stage"]),
        "strides": _text(arguments["strides"]),
        "kernels": _text(arguments["kernel_sizes"]),
        "convolutions": _text(arguments["n_blocks_per_stage" if residual else "n_conv_per_stage"]),
        "decoder_convolutions": _text(arguments["n_conv_per_stage_decoder"]),
        "residual": residual,
        "bias": bool(arguments.get("conv_bias", False)),
        "batch_norm": _one_of(_NORMS, arguments["norm_op"]),
        "relu": _one_of(_ACTIVATIONS, arguments["nonlin"]),
    }
    spacing = tuple(float(side) for side in entry.get("spacing", ()))
    return Planned(options, spacing, tuple(map(str, entry["normalization_schemes"])))


def prepared(schemes: Sequence[str], divisor: int) -> Preprocess:
    """Return how nnU-Net's schemes, one a channel, prepare a picture; raises ``OtherPlan`` for others."""
    if len(set(schemes)) != 1:
        raise OtherPlan(f"it prepares channels in different ways ({', '.join(schemes)})")
    count = len(schemes)
    if count not in (1, 3):
        raise OtherPlan(f"it takes {count} channels, and pictures have three or one")
    order = "RGB" if count == 3 else "gray"
    zeros, ones = (numbers * count for numbers in _UNITS)
    match schemes[0]:
        case "ZScoreNormalization":
            return Preprocess(order, 1, zeros, ones, None, divisor, per_image="z_score")
        case "RescaleTo01Normalization":
            return Preprocess(order, 1, zeros, ones, None, divisor, per_image="range")
        case "RGBTo01Normalization":
            return Preprocess(order, 255, zeros, ones, None, divisor)
        case "NoNormalization":
            return Preprocess(order, 1, zeros, ones, None, divisor)
    raise OtherPlan(f"it prepares pictures by {schemes[0]}, which is not known here")


def schema_of(dataset: Mapping[str, Any]) -> LabelSchema:
    """Return the classes of ``dataset.json``; raises ``OtherPlan``, ``KeyError``, ``TypeError`` or ``ValueError``."""
    labels: Mapping[str, Any] = dataset["labels"]
    if dataset.get("regions_class_order") or not all(type(value) is int for value in labels.values()):
        raise OtherPlan("its classes are regions that lie within one another, and networks here tell classes apart")
    named = sorted((value, name) for name, value in labels.items() if name != "ignore")
    if [value for value, _ in named] != list(range(len(named))):
        raise OtherPlan("its labels are not numbered from 0")
    names = tuple(name for _, name in named)
    colors = known_colors(names) or ((0, 0, 0), *numbered_colors(len(names)))
    classes = [LabelClass(i, name, colors[i], background=name == "background") for i, name in enumerate(names)]
    if (ignored := labels.get("ignore")) is not None:
        classes.append(LabelClass(ignored, "ignore", (255, 255, 255), ignore=True))
    return LabelSchema(tuple(classes))


def _inherited(configurations: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a configuration with what it has from the one that it is said to inherit from."""
    found: dict[str, Any] = {}
    for _ in range(_DEEPEST):
        entry = configurations[name]
        found = {**entry, **found}
        if "inherits_from" not in entry:
            return found
        name = entry["inherits_from"]
    raise OtherPlan("its configurations inherit from one another in a circle")


def _network(entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the name of the network and its arguments, as plans have them since version 2.3, or as before."""
    if "architecture" in entry:
        said = entry["architecture"]
        return _last(said["network_class_name"]), said["arch_kwargs"]
    name, convolutions = entry["UNet_class_name"], entry["n_conv_per_stage_encoder"]
    widest, first = entry["unet_max_num_features"], entry["UNet_base_num_features"]
    kind = f"{len(entry['patch_size'])}d"
    return name, {
        "features_per_stage": [min(first << i, widest) for i in range(len(_listed(convolutions)))],
        "conv_op": f"Conv{kind}",
        "kernel_sizes": entry["conv_kernel_sizes"],
        "strides": entry["pool_op_kernel_sizes"],
        "n_blocks_per_stage" if name == "ResidualEncoderUNet" else "n_conv_per_stage": convolutions,
        "n_conv_per_stage_decoder": entry["n_conv_per_stage_decoder"],
        "conv_bias": True,
        "norm_op": f"InstanceNorm{kind}",
        "nonlin": "LeakyReLU",
    }


def _text(plan: Any) -> str:
    """Write a plan as the option of the architecture: a number, or a pair of different ones, by stage."""
    steps = [list(dict.fromkeys(step)) if isinstance(step, list) else [step] for step in _listed(plan)]
    return " ".join("x".join(map(str, step)) for step in steps)


def _listed(plan: Any) -> list[Any]:
    found = plan if isinstance(plan, list) else [plan]
    if len(found) > _MOST_STAGES:
        raise OtherPlan(f"it has {len(found):,} stages")
    return found


def _one_of(known: Mapping[str, bool], said: Any) -> bool:
    name = _last(said)
    if name not in known:
        raise OtherPlan(f"its network has {name}, which is not known here")
    return known[name]


def _last(name: Any) -> str:
    return str(name).rpartition(".")[2]
