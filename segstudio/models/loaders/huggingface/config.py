"""What ``config.json`` of a Hugging Face folder says, without the library that wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.palettes import known_colors, voc_color
from segstudio.core.schema import DEFAULT_COLORS, UNKNOWN_COLOR, Color, LabelClass, LabelSchema
from segstudio.models.loaders.families import MOST_CLASSES, assumed_classes
from segstudio.models.loaders.fields import Fields, check_sizes
from segstudio.models.loaders.folders import read_json
from segstudio.models.loaders.sniff_folders import CONFIG

PACKAGE: Final = "transformers"
EXTRA: Final = "huggingface"
WHAT: Final = "A Hugging Face folder"
_LARGEST: Final = 100_000
"""Of the whole numbers in a configuration; sizes of words and pictures are below it. Loops are made of them."""
_MOST_CLASSES: Final = MOST_CLASSES - 1
"""With one before them, where labels are reduced."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of network: its class in transformers, what it answers, and the size of picture it was made for.

    "logits" are scores by class and pixel; "masks" a class and a mask by query; "task" the same, once it is told in
    words what to do. With ``fine`` the masks are enlarged before they become probabilities. ``square`` are those that
    take only squares of whole patches.
    """

    network: str
    answer: Literal["logits", "masks", "task"] = "logits"
    fine: bool = False
    square: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    "segformer": Kind("SegformerForSemanticSegmentation"),
    "mask2former": Kind("Mask2FormerForUniversalSegmentation", "masks", fine=True),
    "maskformer": Kind("MaskFormerForInstanceSegmentation", "masks"),
    "oneformer": Kind("OneFormerForUniversalSegmentation", "task"),
    "upernet": Kind("UperNetForSemanticSegmentation"),
    "dpt": Kind("DPTForSemanticSegmentation", square=True),
    "beit": Kind("BeitForSemanticSegmentation", square=True),
    "data2vec-vision": Kind("Data2VecVisionForSemanticSegmentation", square=True),
    "mobilenet_v2": Kind("MobileNetV2ForSemanticSegmentation"),
    "mobilevit": Kind("MobileViTForSemanticSegmentation"),
    "mobilevitv2": Kind("MobileViTV2ForSemanticSegmentation"),
}
"""By ``model_type``, in the order shown."""

_UNLABELLED: Final = LabelClass(0, "unlabelled", UNKNOWN_COLOR, ignore=True)
_CODE: Final = ("auto_map", "custom_pipelines")
_ELSEWHERE: Final = {
    "quantization_config": "its weights are quantised, and such networks are not run here",
    "transformers_weights": "its weights are somewhere else",
}
_DROPPED: Final = frozenset(
    (
        "attn_implementation", "experts_implementation", "use_kernels", "kernel_config", "fusion_config", "tp_plan",
        "base_model_tp_plan", "distributed_config", "trust_remote_code", "backbone", "use_pretrained_backbone",
        "use_timm_backbone", "backbone_kwargs", "dtype", "torch_dtype", "torchscript", "return_dict",
        "output_attentions", "output_hidden_states", "name_or_path", "pruned_heads", "architectures",
    )
)  # fmt: skip
"""What is no part of the network: where to fetch kernels and backbones from, how to run, and what to answer with.

An implementation of attention that is named like a repository of the hub was fetched and run by transformers, without
``trust_remote_code`` (CVE-2026-4372). Nothing that begins with an underscore is kept either.
"""


@dataclass(frozen=True, slots=True)
class Configured:
    """``network`` are the entries that describe the network; ``names`` those of its classes, None if only numbered."""

    folder: Path
    model_type: str
    kind: Kind
    network: Mapping[str, Any]
    classes: int
    names: tuple[str, ...] | None

    @property
    def fields(self) -> Fields:
        return Fields(self.folder / CONFIG, self.network)

    @property
    def backbone(self) -> str:
        return self.fields.inner("backbone_config").text("model_type", "")

    @property
    def channels(self) -> int:
        inner = self.fields.inner("backbone_config")
        return inner.whole("num_channels", 3) if inner.data else self.fields.whole("num_channels", 3)


def read_config(folder: Path) -> Configured:
    """Raise ``UnreadableFile`` for a network that is not run here, for code, and for sizes that no network has."""
    path, data = folder / CONFIG, read_json(folder, CONFIG)
    check_sizes(path, data, _LARGEST)
    check_code(path, data)
    _check(path, data)
    fields = Fields(path, data)
    model_type = fields.text("model_type", "")
    kind = KINDS.get(model_type)
    built = data.get("architectures") or ([] if kind is None else [kind.network])
    if kind is None or not isinstance(built, list) or kind.network not in built:
        named = [str(name)[:80] for name in built] if isinstance(built, list) else []
        told = f"its network is {listed(named or [model_type[:80]])}" if named or model_type else "it names no network"
        known = ", ".join(each.network for each in KINDS.values())
        raise UnreadableFile(folder, told, f"Known of Hugging Face folders: {known}.")
    if isinstance(fetched := data.get("backbone"), str) and data.get("backbone_config") is None:
        raise UnreadableFile(
            path, f"its backbone is not described, but to be fetched ({fetched[:80]})", "Save it anew."
        )
    names = _names(fields)
    count = len(names) if names else fields.whole("num_labels", 2, _MOST_CLASSES)
    numbered = names is None or all(name == f"LABEL_{i}" for i, name in enumerate(names))
    return Configured(folder, model_type, kind, _network(data), count, None if numbered else names)


def schema_of(said: Configured, reduced: bool) -> LabelSchema:
    """Return the classes, in the colours of their data set where it is known by their names.

    With ``reduced`` labels 0 was no class while training, and the first class is 1 in the masks of its data set.
    """
    if said.names is None:
        return _numbered(said.classes, reduced)
    background = next((i for i, name in enumerate(said.names) if name.casefold() == "background"), None)
    colors = known_colors(said.names) or _colors(said.classes, background)
    named = [
        LabelClass(i + reduced, name, color, background=i == background)
        for i, (name, color) in enumerate(zip(said.names, colors, strict=True))
    ]
    return LabelSchema((*([_UNLABELLED] if reduced else []), *named))


def check_code(path: Path, data: Mapping[str, Any]) -> None:
    """Raise ``UnreadableFile`` for JSON that names a program of its own."""
    if named := programs_in(data):
        raise UnreadableFile(
            path,
            f"it needs a program of its own ({listed([name[:80] for name in named])})",
            "Nothing of it was run. Only networks that the transformers library has itself are loaded.",
        )


def programs_in(value: Any) -> tuple[str, ...]:
    """Return the programs that JSON names, wherever in it."""
    found: list[str] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _CODE:
                found += programs_in(inner)
            elif inner:
                found += map(str, inner.values() if isinstance(inner, dict) else [inner])
    return tuple(dict.fromkeys(found))


def _numbered(count: int, reduced: bool) -> LabelSchema:
    """Return classes of no name; with ``reduced`` the network has no output for the 0 that else is background."""
    if not reduced:
        return assumed_classes("transformers", count)
    return LabelSchema((_UNLABELLED, *assumed_classes("transformers", max(count, 2) + 1).classes[1:]))


def _colors(count: int, background: int | None) -> tuple[Color, ...]:
    """Return colours for classes of no known set; the background is black."""
    found = list(DEFAULT_COLORS if count <= len(DEFAULT_COLORS) else (voc_color(i % 255 + 1) for i in range(count)))
    if background is not None:
        found.insert(background, (0, 0, 0))
    return tuple(found[:count])


def _names(fields: Fields) -> tuple[str, ...] | None:
    table = fields.inner("id2label").data
    if not table:
        return None
    if set(table) != {str(i) for i in range(len(table))} or len(table) > _MOST_CLASSES:
        raise fields.refused("id2label", f"a table of {len(table)}", "a name for each class from 0 on")
    if not all(isinstance(name, str) for name in table.values()):
        raise fields.refused("id2label", table, "a table of names")
    return tuple(str(table[str(i)]) for i in range(len(table)))


def _check(path: Path, value: Any) -> None:
    """Go through all there is for weights of another kind."""
    if isinstance(value, dict):
        for key, fault in _ELSEWHERE.items():
            if value.get(key):
                raise UnreadableFile(path, fault, "Choose the original model.")
        for inner in value.values():
            _check(path, inner)


def _network(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _network(value) if isinstance(value, dict) and key != "id2label" else value
        for key, value in data.items()
        if not key.startswith("_") and key not in _DROPPED
    }
