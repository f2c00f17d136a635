"""Folders as segmentation_models_pytorch saves them: ``config.json`` with the arguments of a class, and weights.

Networks that are built here too are built here; the others by that package, with ``encoder_weights=None`` and without
asking it how pictures are prepared, for both would go online.
"""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.late import absent_extra
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.families import assumed_classes, described
from segstudio.models.loaders.fields import Fields, check_sizes
from segstudio.models.loaders.folders import Part, check_pictures, counted, executed_by, parts_of, read_json
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.preparation import PREPROCESS
from segstudio.models.loaders.recognition import Recognised, Unrecognised, recognise
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff_folders import CONFIG
from segstudio.models.loaders.stored import Stored

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.segmenter import LoadStep

FORMAT: Final = "smp"
PACKAGE: Final = "segmentation_models_pytorch"
WHAT: Final = "This folder"
_LARGEST: Final = 4096
"""Of the whole numbers in a configuration: channels, classes, sides."""
CLASSES: Final = (
    "Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PSPNet", "DeepLabV3", "DeepLabV3Plus", "PAN", "UPerNet",
    "Segformer", "DPT",
)  # fmt: skip
_ENCODER: Final = re.compile(r"[\w.-]+")
"""Names with a colon or a slash are fetched by timm, or read from elsewhere."""
_DIVISOR: Final = 32
_UNUSED: Final = "classification_head."
_HALVES: Final = ("xception", "inceptionv4", "inceptionresnetv2")
"""Encoders whose ImageNet weights take pixels from -1 to 1."""

_OURS: Final[Mapping[str, tuple[str, Mapping[str, tuple[Any, ...]]]]] = {
    "Unet": (
        "unet",
        {
            "encoder_depth": (5,), "decoder_use_norm": ("batchnorm", True), "decoder_use_batchnorm": (True,),
            "decoder_channels": ([256, 128, 64, 32, 16],), "decoder_attention_type": (),
            "decoder_interpolation": ("nearest",),
        },
    ),
    "DeepLabV3": (
        "deeplabv3",
        {
            "encoder_depth": (5,), "encoder_output_stride": (8, 16), "decoder_channels": (256,),
            "decoder_atrous_rates": ([12, 24, 36],), "decoder_aspp_separable": (False,), "upsampling": (),
        },
    ),
    "DeepLabV3Plus": (
        "deeplabv3plus",
        {
            "encoder_depth": (5,), "encoder_output_stride": (8, 16), "decoder_channels": (256,),
            "decoder_atrous_rates": ([12, 24, 36],), "decoder_aspp_separable": (True,), "upsampling": (4,),
        },
    ),
}  # fmt: skip
"""By class, the architecture that is built here, and what may stand in a configuration of it; null always may."""
_ANYHOW: Final = (
    "encoder_name", "encoder_weights", "in_channels", "classes", "activation", "aux_params", "decoder_aspp_dropout",
)  # fmt: skip
"""What weights tell, or does not change what a network says of a picture."""


@dataclass(frozen=True, slots=True)
class SavedNetwork:
    """``name`` is the class, ``arguments`` what it was made with; ``weights`` are those that predict, of one file."""

    folder: Path
    name: str
    arguments: Mapping[str, Any]
    file: Path
    weights: Stored

    @property
    def fields(self) -> Fields:
        return Fields(self.folder / CONFIG, self.arguments)


def load(folder: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for what is no such folder or damaged, ``SegstudioError`` without the package."""
    from segstudio.models.loaders.loaded import assemble

    said = read_folder(folder)
    if (found := built_here(said)) is not None:
        return assemble(said.file, FORMAT, described_here(said, found), found.weights)

    from segstudio.models.loaders.smp.network import through_package

    return through_package(said, described_there(said))


def inspect(found: Inspection) -> Inspection:
    """Add what configuration and headers tell; the package is not imported."""
    folder = found.file
    try:
        found = replace(found, executes=executed_by(folder))
        said = read_folder(folder)
        here = built_here(said)
        description = described_there(said) if here is None else described_here(said, here)
        found = counted(replace(found, description=description), [Part(said.file, said.weights)])
        check_pictures(folder, description)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return found if here is not None else replace(found, reason=absent_extra(PACKAGE, FORMAT, WHAT))


def read_folder(folder: Path) -> SavedNetwork:
    """Raise ``UnreadableFile`` for a class that is not known, sizes that no network has, and weights that are none."""
    path, data = folder / CONFIG, read_json(folder, CONFIG)
    check_sizes(path, data, _LARGEST)
    name = Fields(path, data).text("_model_class", "")
    if name not in CLASSES:
        raise UnreadableFile(folder, f"its network is {name[:80]}", f"Known here: {', '.join(CLASSES)}.")
    arguments = {key: value for key, value in data.items() if not key.startswith("_")}
    encoder = Fields(path, arguments).text("encoder_name", "resnet34")
    if not _ENCODER.fullmatch(encoder):
        raise UnreadableFile(path, f"its encoder {encoder[:80]!r} would be fetched", "It was not loaded.")
    (part, *others) = parts_of(folder)
    if others:
        raise UnreadableFile(folder, "its weights are in several files, as smp never saves them", "Save it anew.")
    kept = {key: stored for key, stored in part.weights.items() if not key.startswith(_UNUSED)}
    return SavedNetwork(folder, name, arguments, part.file, kept)


def built_here(said: SavedNetwork) -> Recognised | None:
    """Return the weights as those of an architecture that is built here; None where one argument is another."""
    if said.name not in _OURS:
        return None
    architecture, allowed = _OURS[said.name]
    for key, value in said.arguments.items():
        if value is not None and key not in _ANYHOW and value not in allowed.get(key, ()):
            return None
    try:
        found = recognise(said.weights)
    except Unrecognised:
        return None
    return found if (found.architecture, found.family) == (architecture, FORMAT) else None


def described_here(said: SavedNetwork, found: Recognised) -> Description:
    """Return the description of a network that is built here; its stride is told by the configuration."""
    if isinstance(stride := said.arguments.get("encoder_output_stride"), int):
        told = tuple(choice for choice in found.choices if choice.option != "output_stride")
        found = replace(found, options={**found.options, "output_stride": stride}, choices=told)
    try:
        return with_sidecar(said.folder, described(found))
    except ValueError as error:  # of classes without end
        raise UnreadableFile(said.folder, str(error), "It was not loaded.") from error


def described_there(said: SavedNetwork) -> Description:
    """Return the description of a network that only the package builds."""
    fields = said.fields
    classes, channels = fields.whole("classes", 1, _LARGEST), fields.whole("in_channels", 3, _LARGEST)
    return with_sidecar(
        said.folder,
        Description(
            said.name,
            {"classes": classes, "in_channels": channels, "backbone": fields.text("encoder_name", "resnet34")},
            assumed_classes(FORMAT, classes),
            _preprocess(said),
            assumed=("classes", "preprocess"),
            family=FORMAT,
        ),
    )


def _preprocess(said: SavedNetwork) -> Preprocess:
    """Return how pictures were likely prepared: as those that the encoder was trained with on ImageNet."""
    fields, usual = said.fields, PREPROCESS[FORMAT]
    halves = fields.text("encoder_name", "").startswith(_HALVES)
    mean, std = ((0.5,) * 3, (0.5,) * 3) if halves else (usual.mean, usual.std)
    if fields.whole("in_channels", 3, _LARGEST) == 1:
        return replace(usual, order="gray", mean=(sum(mean) / 3,), std=(sum(std) / 3,), divisor=_DIVISOR)
    return replace(usual, mean=mean, std=std, divisor=_DIVISOR)
