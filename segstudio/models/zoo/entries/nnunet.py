"""The U-Nets of nnU-Net, by the plans that it makes for pictures of 512 x 512 pixels."""

from typing import Final

from segstudio.models.references import KeyMap
from segstudio.models.zoo.entries import Architecture, Variant

_EXTRA: Final[KeyMap] = {"decoder.encoder.**": "", "**.all_modules.**": ""}
"""The same modules by other names: their files have them twice and thrice."""

PLAIN: Final[KeyMap] = {
    **_EXTRA,
    "encoder.stages.*.0.convs.*.**": "encoder.*.*.**",
    "decoder.stages.*.convs.*.**": "decoder.*.*.**",
    "decoder.transpconvs.*.*": "up.*.*",
}

RESIDUAL: Final[KeyMap] = {
    **PLAIN,
    "encoder.stem.convs.0.**": "stem.**",
    "encoder.stages.*.blocks.*.**": "encoder.*.*.**",
}


def keys(residual: bool, stages: int) -> KeyMap:
    """Return their names of the tensors; of the heads on the stages of the decoder only the last one's are kept."""
    heads = {f"decoder.seg_layers.{stages - 2}.*": "head.*", "decoder.seg_layers.*.*": ""}
    return {**(RESIDUAL if residual else PLAIN), **heads}


NNUNET: Final[dict[str, Architecture]] = {
    "nnunet": Architecture(
        "nnU-Net",
        "Isensee, Jaeger, Kohl, Petersen and Maier-Hein, "
        '"nnU-Net: a self-configuring method for deep learning-based biomedical image segmentation", '
        "Nature Methods 2021",
        2021,
        "segstudio.models.zoo.nnunet:nnunet",
        (
            Variant({}, 46_321_781, 59.90, 1),
            Variant(
                {"residual": True, "convolutions": "1 3 4 6 6 6 6 6", "decoder_convolutions": "1"},
                140_014_261,
                130.43,
                1,
            ),
        ),
    ),
}
