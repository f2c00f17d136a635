"""Networks that are known by their weights and not built here: what each is, and why it is refused."""

from typing import Final, NamedTuple

from segstudio.models.loaders.stored import Stored


class Stranger(NamedTuple):
    """``marks`` are beginnings of names, each of which some tensor has; ``way_out`` is what to do instead."""

    title: str
    marks: tuple[str, ...]
    reason: str = "this network is not built here"
    way_out: str = ""


_CLASSIFIER: Final = "it tells whole images apart and has no masks"
_BOXES: Final = "it finds boxes and has no masks"
_CLICKS: Final = "it answers clicks and knows no classes"
_FOLDER: Final = "its options are in the config.json of its folder"
_CHOOSE: Final = "Choose that folder."
_ANOTHER: Final = "Choose a model that gives every pixel a class."
_HALF: Final = "it is half of a network, and does not stand in a file whose fellow can be looked for"

STRANGERS: Final[tuple[Stranger, ...]] = (
    Stranger("SAM 2 of Hugging Face", ("no_memory_embedding", "vision_encoder."), _CLICKS, _ANOTHER),
    Stranger("SAM of Hugging Face", ("vision_encoder.", "prompt_encoder.", "mask_decoder."), _CLICKS, _ANOTHER),
    Stranger("MobileSAM", ("image_encoder.patch_embed.seq.", "mask_decoder."), _CLICKS, _ANOTHER),
    Stranger("SAM 2", ("image_encoder.trunk.", "sam_mask_decoder."), _CLICKS, _ANOTHER),
    Stranger("SAM", ("image_encoder.", "prompt_encoder.", "mask_decoder."), _CLICKS, _ANOTHER),
    Stranger("SegFormer of Hugging Face", ("segformer.",), _FOLDER, _CHOOSE),
    Stranger("MobileNetV2-DeepLab of Hugging Face", ("mobilenet_v2.conv_stem.",), _FOLDER, _CHOOSE),
    Stranger("Mask2Former or MaskFormer of Hugging Face", ("pixel_level_module.",), _FOLDER, _CHOOSE),
    Stranger("DPT of Hugging Face", ("dpt.",), _FOLDER, _CHOOSE),
    Stranger("BEiT of Hugging Face", ("beit.",), _FOLDER, _CHOOSE),
    Stranger("DPT of smp", ("decoder.reassemble_blocks.", "segmentation_head.")),
    Stranger("SegFormer of smp", ("decoder.mlp_stage.", "segmentation_head.")),
    Stranger("UPerNet of smp", ("decoder.fpn_lateral_blocks.", "segmentation_head.")),
    Stranger("U-Net++ of smp", ("decoder.blocks.x_0_0.", "segmentation_head.")),
    Stranger("FPN of smp", ("decoder.seg_blocks.", "segmentation_head.")),
    Stranger("PAN of smp", ("decoder.fpa.", "segmentation_head.")),
    Stranger("MAnet of smp", ("decoder.center.top_conv.", "segmentation_head.")),
    Stranger("Linknet of smp", ("decoder.blocks.0.block.", "segmentation_head.")),
    Stranger("PSPNet of smp", ("decoder.psp.", "segmentation_head."), "its pyramid stands on other features than ours"),
    Stranger(
        "U-Net of smp over a timm encoder", ("encoder.model.", "segmentation_head."), "its encoder is not built here"
    ),
    Stranger(
        "DeepLab v3+ of jfzhang95 over DRN",
        ("backbone.layer0.0.", "aspp.aspp1.", "decoder.last_conv."),
        "its backbone is not built here",
    ),
    Stranger(
        "DeepLab of VainF over HRNet", ("backbone.stage4.", "classifier.classifier."), "its backbone is not built here"
    ),
    Stranger(
        "DeepLab of TensorFlow", ("xception_65/", "logits/"), "convert its checkpoint to the names of the network here"
    ),
    Stranger("Mask R-CNN v2 of torchvision", ("roi_heads.box_head.0.", "roi_heads.mask_predictor.")),
    Stranger("Faster R-CNN of torchvision", ("backbone.body.", "roi_heads.box_predictor."), _BOXES, _ANOTHER),
    Stranger(
        "RetinaNet of torchvision", ("head.classification_head.", "head.regression_head.bbox_reg."), _BOXES, _ANOTHER
    ),
    Stranger("SSD of torchvision", ("backbone.scale_weight",), _BOXES, _ANOTHER),
    Stranger("Detectron2 model", ("backbone.bottom_up.",), "Detectron2's networks are not built here"),
    Stranger("Detectron2 model", ("proposal_generator.",), "Detectron2's networks are not built here"),
    Stranger("mmsegmentation model", ("decode_head.conv_seg.",), "mmsegmentation's networks are not built here"),
    Stranger(
        "YOLO of Ultralytics",
        ("0.conv.weight", "0.bn.", "2.cv1."),
        "it is built by Ultralytics' own program",
        "Export it to ONNX there.",
    ),
    Stranger(
        "nnU-Net",
        ("encoder.stages.0.", "decoder.seg_layers."),
        "plans.json of its folder says how it is built",
        _CHOOSE,
    ),
    Stranger("U-Net of MONAI", ("0.conv.unit0.conv.",), "its options are in the configs of its bundle", _CHOOSE),
    Stranger("UPerNet of CSAILVision", ("encoder.", "decoder.ppm_conv.0.", "decoder.fpn_in.")),
    Stranger("network of CSAILVision over HRNet", ("encoder.stage4.", "decoder.")),
    Stranger("network of CSAILVision over MobileNetV2", ("encoder.features.0.", "decoder.ppm.0.1.")),
    Stranger("network of CSAILVision with a decoder of one convolution", ("encoder.conv3.", "decoder.cbr.0.")),
    Stranger("HRNet encoder of CSAILVision", ("stage4.", "bn1._running_iter")),
    Stranger("ResNet encoder of CSAILVision", ("layer4.", "conv3.", "bn1._running_iter"), _HALF),
    Stranger("MobileNetV2 encoder of CSAILVision", ("features.0.1._running_iter",)),
    Stranger("pyramid pooling decoder of CSAILVision", ("ppm.0.1.", "conv_last.4."), _HALF),
    Stranger("UPerNet decoder of CSAILVision", ("ppm_conv.0.", "fpn_in.")),
    Stranger("decoder of one convolution of CSAILVision", ("cbr.0.", "conv_last.")),
    Stranger("ResNet classifier of torchvision", ("layer4.", "fc."), _CLASSIFIER, _ANOTHER),
    Stranger("VGG classifier of torchvision", ("features.0.weight", "classifier.6."), _CLASSIFIER, _ANOTHER),
    Stranger("MobileNet classifier of torchvision", ("features.0.0.", "classifier."), _CLASSIFIER, _ANOTHER),
    Stranger(
        "vision transformer of timm", ("cls_token", "pos_embed", "patch_embed.", "blocks.0."), _CLASSIFIER, _ANOTHER
    ),
    Stranger("classifier of timm", ("conv_stem.", "blocks.0."), _CLASSIFIER, _ANOTHER),
    Stranger("classifier of timm", ("stages.0.", "head."), _CLASSIFIER, _ANOTHER),
)
"""In the order in which they are tried."""


def stranger(weights: Stored) -> Stranger | None:
    """Return what weights are known to be of; None where they are not known either."""
    return next((each for each in STRANGERS if all(_has(weights, mark) for mark in each.marks)), None)


def _has(weights: Stored, mark: str) -> bool:
    return any(name.startswith(mark) for name in weights)
