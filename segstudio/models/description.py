"""What a model file says beside its weights: plain data and its JSON form, without torch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, isfinite
from typing import Any, Final

from segstudio.core.schema import LabelClass, LabelSchema, color_of
from segstudio.models.references import Option

VERSION = 1
ORDERS: Final = {"RGB": 3, "BGR": 3, "gray": 1}
"""Orders of channels, and how many they have."""
LARGEST_SIDE: Final = 16384
"""Of what a network may insist on."""
FILTERS: Final = ("bilinear", "bicubic", "nearest")
"""How images are resized; the first two average what becomes smaller."""

PER_IMAGE: Final[Mapping[str, str]] = {
    "z_score": "(pixels - the channel's mean in the image) / its standard deviation there",
    "range": "(pixels - the channel's smallest in the image) / its range there",
    "whole_z_score": "(pixels - the image's mean) / its standard deviation",
    "whole_range": "(pixels - the image's smallest) / its range",
}
"""Ways to prepare an image by its own numbers."""


@dataclass(frozen=True, slots=True)
class Preprocess:
    """Pixels 0..255 are divided by ``scale``; then ``mean`` is taken off and the rest divided by ``std``, by channel.

    ``order`` is that of the network's channels, and of the numbers: RGB, BGR, or "gray" for one channel of
    luminance. ``size`` (height, width) is what images are brought to, or None where any size will do; ``divisor``
    is the stride of its coarsest features, or what it pads to by itself. Instead of a size, ``shortest`` may say
    how long the shorter side becomes, and ``longest`` how long the other is at most; 0 is no such rule. Sides are
    then rounded up to a ``multiple``. ``resample`` is one of ``FILTERS``. A name of ``PER_IMAGE`` as ``per_image``
    takes the numbers of each image instead of ``mean`` and ``std``. The defaults are those of networks that began
    with ImageNet weights, the most common.
    """

    order: str = "RGB"
    scale: float = 255
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    size: tuple[int, int] | None = None
    divisor: int = 1
    shortest: int = 0
    longest: int = 0
    multiple: int = 1
    resample: str = FILTERS[0]
    per_image: str = ""

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise ValueError(f"the order of channels is one of {', '.join(ORDERS)}, not {self.order}")
        if self.size is not None and not all(0 < side <= LARGEST_SIDE for side in self.size):
            raise ValueError(f"sides are 1 to {LARGEST_SIDE} pixels")
        if not 0 < self.divisor <= LARGEST_SIDE:
            raise ValueError(f"sides are padded to a multiple of 1 to {LARGEST_SIDE} pixels")
        if not all(0 <= side <= LARGEST_SIDE for side in (self.shortest, self.longest, self.multiple - 1)):
            raise ValueError(f"sides are at most {LARGEST_SIDE} pixels")
        if self.resample not in FILTERS:
            raise ValueError(f"images are resized by one of {', '.join(FILTERS)}, not {self.resample}")
        if self.per_image not in ("", *PER_IMAGE):
            raise ValueError(f"an image is prepared by one of {', '.join(PER_IMAGE)}, not {self.per_image}")
        counts = {len(self.mean), len(self.std)}
        if counts != {self.channels} or not all(map(isfinite, (*self.mean, *self.std, self.scale))):
            raise ValueError(f"mean and std are {('one number', 'three numbers')[self.channels == 3]} each")
        if not all(self.std) or not self.scale:
            raise ValueError("none of std and scale may be 0")

    @property
    def channels(self) -> int:
        return ORDERS[self.order]

    def target(self, height: int, width: int) -> tuple[int, int]:
        """Return the (height, width) that an image of this size is brought to; its own where there is no rule.

        Rounded as the image processors of transformers do it (``get_size_with_aspect_ratio``).
        """
        if self.size is not None or not (self.shortest or self.longest):
            return self.size or (height, width)
        short, long = sorted((height, width))
        limit = self.longest or LARGEST_SIDE
        edge = min(float(self.shortest or limit), limit * short / long)
        new_short, new_long = max(round(edge), 1), max(int(edge * long / short), 1)
        if new_short == short:
            new_long = long
        new = (new_short, new_long) if height <= width else (new_long, new_short)
        return ceil(new[0] / self.multiple) * self.multiple, ceil(new[1] / self.multiple) * self.multiple


_USUAL: Final = Preprocess()
_SIDES: Final = ("shortest", "longest", "multiple")
_SIZES: Final = frozenset(("size", "divisor", *_SIDES, "resample"))
_FIELDS: Final = ("classes", "preprocess", "size")
"""What may be assumed or corrected beside the options of a network."""
_RULES: Final = (*_SIDES, "resample", "per_image")
"""Fields that most models have no use for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that weights do not tell: ``usual`` is taken, and ``why`` says between what."""

    option: str
    values: tuple[Option, ...]
    usual: Option
    why: str


@dataclass(frozen=True, slots=True)
class Description:
    """``config`` are the keywords that build ``architecture``; output channel i is the i-th class that is not ignored.

    ``training`` is a record for people: script, seeds, images, epochs, minutes, score. ``assumed`` names the fields
    that the file does not tell and that were filled with the likeliest value: ``classes`` (their names),
    ``preprocess``, and the options that ``choices`` has. ``family`` is the program whose weights these are.
    ``corrected`` names in the same way what a person says of the model, with ``size`` for what images are brought to
    and ``preprocess`` for what else becomes of them; ``settled`` are the choices among them.
    ``check`` is what ``Check.from_json`` reads, once it is wanted; empty where the file has none. ``notes`` are
    sentences on what is done otherwise than in the program that the model is from.

    A network of one output channel has two classes: its sigmoid is the probability of the second.
    """

    architecture: str
    config: Mapping[str, Option]
    classes: LabelSchema
    preprocess: Preprocess = field(default_factory=Preprocess)
    training: Mapping[str, Any] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    family: str = "segstudio"
    choices: tuple[Choice, ...] = ()
    corrected: tuple[str, ...] = ()
    settled: tuple[Choice, ...] = ()
    check: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "architecture": self.architecture,
            "config": dict(self.config),
            "classes": [c.entry() for c in self.classes.classes],
            "preprocess": preprocess_to_json(self.preprocess),
            "training": dict(self.training),
            **({"check": dict(self.check)} if self.check else {}),
            **({"assumed": list(self.assumed)} if self.assumed else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Description":
        """Raise ``KeyError``, ``TypeError`` or ``ValueError`` for anything that ``to_json`` would not have written.

        Names of what is assumed that are of no field here are those of another version, and left out.
        """
        if data["version"] != VERSION:
            raise ValueError(f"it has version {data['version']}, and {VERSION} is known here")
        config = {str(name): _option(value) for name, value in dict(data["config"]).items()}
        fields = (*_FIELDS, *config)
        return cls(
            str(data["architecture"]),
            config,
            LabelSchema(classes_from_json(data["classes"])),
            preprocess_from_json(data["preprocess"]),
            dict(data.get("training", {})),
            tuple(dict.fromkeys(name for name in data.get("assumed", ()) if name in fields)),
            check=dict(data.get("check", {})),
        )


def classes_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[LabelClass, ...]:
    """Read what ``LabelClass.entry`` gave; raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    return tuple(_class(c) for c in data)


def preprocess_to_json(preprocess: Preprocess) -> dict[str, Any]:
    return {
        "order": preprocess.order,
        "scale": preprocess.scale,
        "mean": list(preprocess.mean),
        "std": list(preprocess.std),
        "size": list(preprocess.size) if preprocess.size else None,
        "divisor": preprocess.divisor,
        # Left out where they are as usual: such files are what they were before these rules were known.
        **{name: value for name in _RULES if (value := getattr(preprocess, name)) != getattr(_USUAL, name)},
    }


def names_of(keys: Iterable[str]) -> tuple[str, ...]:
    """Return what ``Description.corrected`` calls some fields of preprocessing: "preprocess", "size", both or none."""
    said = {*keys}
    return ("preprocess",) * bool(said - _SIZES) + ("size",) * bool(said & _SIZES)


def _class(data: Mapping[str, Any]) -> LabelClass:
    return LabelClass(
        _whole(data["id"]),
        str(data["name"]),
        color_of(str(data["color"])),
        thing=bool(data.get("thing", False)),
        ignore=bool(data.get("ignore", False)),
        background=bool(data.get("background", False)),
        group=str(data.get("group", "")),
    )


def preprocess_from_json(data: Mapping[str, Any]) -> Preprocess:
    """Read what ``preprocess_to_json`` gave; raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    height_width = data["size"]
    return Preprocess(
        data["order"],
        float(data["scale"]),
        tuple(float(value) for value in data["mean"]),
        tuple(float(value) for value in data["std"]),
        (_whole(height_width[0]), _whole(height_width[1])) if height_width else None,
        _whole(data["divisor"]),
        **{name: _whole(data[name]) for name in _SIDES if name in data},
        resample=str(data.get("resample", _USUAL.resample)),
        per_image=str(data.get("per_image", _USUAL.per_image)),
    )


def _option(value: Any) -> Option:
    return value if type(value) in (bool, str) else _whole(value)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value
