"""HRNet and OCR."""

from segstudio.models.references import Option, Reference
from segstudio.models.zoo.entries import Architecture, Variant

_MODEL = {"model.**": "**"}
"""The authors save their network as a part of the one that computes losses."""


def _reference(network: str, size: str, align_corners: bool = True) -> Reference:
    options: dict[str, Option] = {"classes": 19, "size": size, "align_corners": align_corners}
    return Reference(f"hrnet_official_{network}", options, _MODEL)


HRNET = {
    "hrnet": Architecture(
        "HRNetV2",
        'Wang et al., "Deep high-resolution representation learning for visual recognition", 2019',
        2019,
        "segstudio.models.zoo.hrnet:hrnet",
        (
            Variant({"size": "w18"}, 9_641_661, 18.43, 4, (9_641_119, 19)),
            Variant({"size": "w32"}, 29_547_477, 45.17, 4, (29_546_515, 19)),
            Variant({"size": "w48"}, 65_860_821, 93.46, 4, (65_859_379, 19)),
            Variant({"size": "w18_small_v1"}, 1_541_301, 4.18, 4, (1_540_819, 19)),
            Variant({"size": "w18_small_v2"}, 3_940_121, 9.62, 4, (3_939_579, 19)),
        ),
        references=(
            _reference("seg_hrnet_w32_c19", "w32"),
            _reference("seg_hrnet_w48_c19", "w48"),
            _reference("w18_small_v1", "w18_small_v1", align_corners=False),
            _reference("w18_small_v2", "w18_small_v2", align_corners=False),
        ),
    ),
    "hrnet_ocr": Architecture(
        "HRNetV2 with OCR",
        'Yuan, Chen and Wang, "Object-contextual representations for semantic segmentation", ECCV 2020',
        2020,
        "segstudio.models.zoo.hrnet_ocr:hrnet_ocr",
        (Variant({"size": "w48"}, 70_375_146, 162.31, 4, (70_372_678, 19)),),
        references=(_reference("seg_hrnet_ocr_w48_c19", "w48"),),
    ),
}
