"""The network of a MONAI bundle as its configuration describes it: names and literal values, and nothing is evaluated.

In such files a text that begins with ``$`` is Python that MONAI runs, ``@`` refers to another entry, ``%`` to another
file, and ``_target_`` names whatever is to be called.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final

NETWORKS: Final = (
    "UNet", "BasicUNet", "BasicUNetPlusPlus", "AttentionUnet", "DynUNet", "SegResNet", "FlexibleUNet", "VNet",
    "HighResNet", "UNETR", "SwinUNETR",
)  # fmt: skip
"""Classes in ``monai.networks.nets`` that may be built."""
_ALIASES: Final = {"Unet": "UNet", "unet": "UNet", "BasicUnet": "BasicUNet", "AttentionUNet": "AttentionUnet",
                   "FlexUNet": "FlexibleUNet", "DynUnet": "DynUNet", "Vnet": "VNet"}  # fmt: skip
_PLACES: Final = ("network_def", "network", "net", "model")
_SAID: Final = ("_target_", "_desc_", "_requires_", "_disabled_")
_LARGEST: Final = 4096
"""Of any number in a configuration."""
_DEEPEST: Final = 6
_DIVISORS: Final = {"BasicUNet": 16, "BasicUNetPlusPlus": 16, "FlexibleUNet": 32, "VNet": 16, "SwinUNETR": 32}


class OtherBundle(ValueError):
    """A network that is not built here; the text says what it is."""


@dataclass(frozen=True, slots=True)
class Network:
    """A class of ``NETWORKS`` and its keywords, plain values; ``size`` is the only one it takes, (rows, columns)."""

    name: str
    arguments: dict[str, Any]
    divisor: int = 1
    size: tuple[int, int] | None = None


def network_of(config: Mapping[str, Any]) -> Network:
    """Return what a configuration says of its network; raises ``OtherBundle`` for what is no known one of pictures."""
    entry = next((config[place] for place in _PLACES if isinstance(config.get(place), dict)), None)
    if entry is None or not isinstance(entry.get("_target_"), str):
        raise OtherBundle("its configuration describes no network by name")
    said = entry["_target_"]
    name = _ALIASES.get(said.rpartition(".")[2], said.rpartition(".")[2])
    if name not in NETWORKS or ("." in said and not said.startswith("monai.networks.")):
        raise OtherBundle(f"its network is {said}; known here are {', '.join(NETWORKS)}")
    arguments = {key: _literal(value, config, key) for key, value in entry.items() if key not in _SAID}
    if arguments.get("spatial_dims", 2 if name == "FlexibleUNet" else 3) != 2:
        raise OtherBundle("its network is of volumes, and networks here are of pictures")
    if "pretrained" in arguments:
        arguments["pretrained"] = False  # its weights come from the bundle; True would fetch others
    return Network(name, arguments, _divisor(name, arguments), _size(name, arguments))


def _literal(value: Any, config: Mapping[str, Any], key: str, depth: int = 0) -> Any:
    """Return a value with what it refers to by a plain name; raises ``OtherBundle`` for anything that would be run."""
    if depth > _DEEPEST:
        raise OtherBundle(f"its network's {key} is too deep")
    if isinstance(value, str):
        if value.startswith("@") and value[1:] in config:
            return _literal(config[value[1:]], config, key, depth + 1)
        if value.startswith(("$", "@", "%")):
            raise OtherBundle(f"its network's {key} is {value}, which would have to be run")
        return value
    if isinstance(value, dict):
        if "_target_" in value:
            raise OtherBundle(f"its network's {key} is to be made by {value['_target_']}")
        return {str(name): _literal(inner, config, key, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner, config, key, depth + 1) for inner in value]
    if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
        raise OtherBundle(f"its network's {key} has the number {value}")
    return value


def _divisor(name: str, arguments: Mapping[str, Any]) -> int:
    """Return what the sides of a picture have to be multiples of."""
    if name == "SegResNet":
        return 1 << (len(arguments.get("blocks_down", (1, 2, 2, 4))) - 1)
    if name in ("UNet", "AttentionUnet", "DynUNet"):
        strides = [max(step) if isinstance(step, list) else step for step in arguments.get("strides", ())]
        if not all(type(step) is int and step > 0 for step in strides):
            raise OtherBundle("its network's strides are no numbers")
        return prod(strides)
    return _DIVISORS.get(name, 1)


def _size(name: str, arguments: dict[str, Any]) -> tuple[int, int] | None:
    if name == "SwinUNETR":  # which before version 1.5 was told a size, and takes any
        arguments.pop("img_size", None)
    if name != "UNETR":
        return None
    said = arguments.get("img_size")
    rows, columns = said if isinstance(said, list) else (said, said)
    if not (type(rows) is int and type(columns) is int):
        raise OtherBundle("its network's img_size is no size")
    return rows, columns
