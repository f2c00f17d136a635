"""How a Hugging Face folder says that pictures are prepared: ``preprocessor_config.json``, followed by our own code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import LARGEST_SIDE, Preprocess
from segstudio.models.loaders.fields import Fields
from segstudio.models.loaders.folders import read_json
from segstudio.models.loaders.huggingface.config import Configured, check_code

FILES: Final = ("preprocessor_config.json", "processor_config.json")
"""The second one has it within ``image_processor``."""

_IMAGENET: Final = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_HALVES: Final = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_FILTERS: Final = {0: "nearest", 2: "bilinear", 3: "bicubic"}
"""By Pillow's numbers."""
_BILINEAR, _BICUBIC = 2, 3


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the processor of a kind of network does where the file is silent. One number for ``size`` is a square, or
    with ``shorter`` the length of the shorter side."""

    size: Mapping[str, int] = field(default_factory=lambda: {"height": 512, "width": 512})
    statistics: tuple[tuple[float, ...], tuple[float, ...]] = _IMAGENET
    resample: int = _BILINEAR
    multiple: int = 1
    normalize: bool = True
    crop: bool = False
    flip: bool = False

    @property
    def shorter(self) -> bool:
        return "shortest_edge" in self.size


_EDGES: Final = {"shortest_edge": 800, "longest_edge": 1333}
_BEIT: Final = _Usual({"height": 224, "width": 224}, _HALVES, _BICUBIC)
_MOBILEVIT: Final = _Usual({"shortest_edge": 224}, _HALVES, _BICUBIC, normalize=False, crop=True, flip=True)
_USUAL: Final[Mapping[str, _Usual]] = {
    "segformer": _Usual(),
    "upernet": _Usual(),
    "mask2former": _Usual(_EDGES, multiple=32),
    "maskformer": _Usual(_EDGES, multiple=32),
    "oneformer": _Usual(_EDGES),
    "dpt": _Usual({"height": 384, "width": 384}, _HALVES, _BICUBIC),
    "beit": _BEIT,
    "data2vec-vision": _BEIT,
    "mobilenet_v2": _Usual({"shortest_edge": 256}, _HALVES, crop=True),
    "mobilevit": _MOBILEVIT,
    "mobilevitv2": _MOBILEVIT,
}


@dataclass(frozen=True, slots=True)
class Pictures:
    """``reduced`` tells that masks count the classes from 1, and 0 is none. ``notes`` say what is done otherwise."""

    preprocess: Preprocess
    assumed: bool
    reduced: bool
    notes: tuple[str, ...] = ()


def pictures(said: Configured) -> Pictures:
    """Tell how pictures are prepared; raises ``UnreadableFile`` for values of another kind, and for code.

    What the files do not say is what the network's own processor does; where there is no file, all of it is assumed.
    """
    found, usual = _fields(said.folder), _USUAL[said.model_type]
    notes: list[str] = []
    flipped = found.flag("do_flip_channel_order", usual.flip)
    order = "gray" if said.channels == 1 else "BGR" if flipped else "RGB"
    mean, std = (
        found.numbers(name, values[: said.channels] if said.channels == 1 else values)
        for name, values in zip(("image_mean", "image_std"), usual.statistics, strict=True)
    )
    if not found.flag("do_normalize", usual.normalize):
        mean, std = (0.0,) * len(mean), (1.0,) * len(std)
    factor = found.number("rescale_factor", 1 / 255) if found.flag("do_rescale", True) else 1.0
    rules = _rules(said, found, usual, notes)
    try:
        scale = round(1 / factor, 9)  # 255 is not told as 254.99999999999997
        preprocess = Preprocess(order, scale, mean, std, divisor=_divisor(said), **rules)
    except (ValueError, ZeroDivisionError, TypeError) as error:
        raise UnreadableFile(found.file, f"pictures cannot be prepared like this: {error}", "Mend it.") from error
    reduced = found.flag("do_reduce_labels", found.flag("reduce_labels", False))
    return Pictures(preprocess, not found.data, reduced, tuple(notes))


def _fields(folder: Path) -> Fields:
    for name in FILES:
        if (folder / name).exists():
            data = read_json(folder, name)
            check_code(folder / name, data)
            inner = Fields(folder / name, data).inner("image_processor")
            return inner if inner.data else Fields(folder / name, data)
    return Fields(folder / FILES[0], {})


def _rules(said: Configured, found: Fields, usual: _Usual, notes: list[str]) -> dict[str, Any]:
    """Return the fields of ``Preprocess`` that say to what size pictures are brought."""
    rules: dict[str, Any] = {}
    if found.flag("do_resize", True):
        rules = _size(found, usual) | {"resample": _filter(found, usual, notes)}
        if found.flag("do_center_crop", usual.crop):
            notes.append("The library cuts the middle out of each picture; here the whole picture is predicted.")
    if said.kind.square:
        rules |= {"size": _square(said, found, rules, notes), "shortest": 0, "longest": 0, "multiple": 1}
    return rules


def _size(found: Fields, usual: _Usual) -> dict[str, Any]:
    given = found.data.get("size")
    if isinstance(given, list) and len(given) == 2:
        given = {"height": given[0], "width": given[1]}
    elif isinstance(given, int) and not isinstance(given, bool):
        given = {"shortest_edge": given} if usual.shorter else {"height": given, "width": given}
    size = Fields(found.file, {"size": given}).inner("size")
    size = Fields(found.file, size.data or dict(usual.size))
    multiple = found.whole("size_divisor", found.whole("size_divisibility", usual.multiple)) or 1
    if "height" in size.data or "width" in size.data:
        sides = [size.whole(name, 0, LARGEST_SIDE) for name in ("height", "width")]
        return {"size": tuple(-(-side // multiple) * multiple for side in sides)}
    edges = [size.whole(name, 0, LARGEST_SIDE) for name in ("shortest_edge", "longest_edge")]
    if not any(edges):
        raise found.refused("size", size.data, "height and width, or shortest_edge and longest_edge")
    longest = edges[1] or found.whole("max_size", 0, LARGEST_SIDE)
    return {"shortest": edges[0], "longest": longest, "multiple": multiple}


def _filter(found: Fields, usual: _Usual, notes: list[str]) -> str:
    number = found.whole("resample", usual.resample)
    if number not in _FILTERS:
        notes.append("The library resizes pictures by a filter that is not known here; they are resized bicubically.")
    return _FILTERS.get(number, "bicubic")


def _square(said: Configured, found: Fields, rules: Mapping[str, Any], notes: list[str]) -> tuple[int, int]:
    """Return the square that a network takes which was trained on one: that of its processor, else its own."""
    patch, own = max(said.fields.whole("patch_size", 16), 1), said.fields.whole("image_size", 224, LARGEST_SIDE)
    wanted = rules.get("size")
    if wanted is not None and wanted[0] == wanted[1] > 0 and wanted[0] % patch == 0:
        return int(wanted[0]), int(wanted[1])
    notes.append(f"Pictures are brought to the {own} x {own} pixels that its network was made for.")
    return own, own


def _divisor(said: Configured) -> int:
    return said.fields.whole("patch_size", 16) or 1 if said.kind.square else 1
