"""The network of a MONAI bundle as its configuration describes it: names and literal values, and nothing is evaluated.

In such files a text that begins with ``$`` is Python that MONAI runs, ``@`` refers to another entry, ``%`` to another
file, and ``_target_`` names whatever is to be called.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final

PACKAGE: Final = "monai"
"""And the optional dependency that brings it."""
WHAT: Final = "A MONAI bundle"
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
_MOST: Final = 1000
"""Values that describe a network, with what they refer to."""
_LONGEST: Final = 80
"""Characters of what is told of a stranger's text."""
_WIDEST_WINDOW: Final = 32
"""Of SwinUNETR's attention: its tables grow with the fourth power of it."""
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
        raise OtherBundle(f"its network is {said[:_LONGEST]}; known here are {', '.join(NETWORKS)}")
    arguments = _literals({key: value for key, value in entry.items() if key not in _SAID}, config)
    if arguments.get("spatial_dims", 2 if name == "FlexibleUNet" else 3) != 2:
        raise OtherBundle("its network is of volumes, and networks here are of pictures")
    if "pretrained" in arguments:
        arguments["pretrained"] = False  # its weights come from the bundle; True would fetch others
    if _beyond(arguments.get("window_size"), _WIDEST_WINDOW):
        raise OtherBundle(f"its network's window_size is over {_WIDEST_WINDOW}")
    return Network(name, arguments, _divisor(name, arguments), _size(name, arguments))


def _literals(entries: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    reader = _Literals(config)
    return {key: reader.literal(value, key) for key, value in entries.items()}


def _beyond(value: Any, largest: int) -> bool:
    return any(isinstance(each, int) and each > largest for each in (value if isinstance(value, list) else [value]))


@dataclass(slots=True)
class _Literals:
    """Reads values of a configuration, ``left`` of them at most: a few names can refer to a billion."""

    config: Mapping[str, Any]
    left: int = _MOST

    def literal(self, value: Any, key: str, depth: int = 0) -> Any:
        """Return a value with what it refers to by a plain name; raises ``OtherBundle`` for what would be run."""
        self.left -= 1
        if depth > _DEEPEST or self.left < 0:
            raise OtherBundle(f"its network's {key[:_LONGEST]} is too {'deep' if depth > _DEEPEST else 'long'}")
        if isinstance(value, str):
            return self._text(value, key, depth)
        if isinstance(value, dict):
            if "_target_" in value:
                raise OtherBundle(f"its network's {key[:_LONGEST]} is to be made by {_shown(value['_target_'])}")
            return {str(name): self.literal(inner, key, depth + 1) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.literal(inner, key, depth + 1) for inner in value]
        if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
            raise OtherBundle(f"its network's {key[:_LONGEST]} has the number {_shown(value)}")
        return value

    def _text(self, value: str, key: str, depth: int) -> Any:
        if value.startswith("@") and value[1:] in self.config:
            return self.literal(self.config[value[1:]], key, depth + 1)
        if value.startswith(("$", "@", "%")):
            raise OtherBundle(f"its network's {key[:_LONGEST]} is {_shown(value)}, which would have to be run")
        return value


def _shown(value: Any) -> str:
    return str(value)[:_LONGEST]


def _divisor(name: str, arguments: Mapping[str, Any]) -> int:
    """Return what the sides of a picture have to be multiples of."""
    found = _halved(name, arguments)
    if found > _LARGEST:
        raise OtherBundle("its network makes pictures smaller by more than any network does")
    return found


def _halved(name: str, arguments: Mapping[str, Any]) -> int:
    if name == "SegResNet":
        return 1 << max(len(arguments.get("blocks_down", (1, 2, 2, 4))) - 1, 0)
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
