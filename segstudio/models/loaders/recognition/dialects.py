"""How programs name the weights of a network that is built here, and what gives each away."""

from dataclasses import dataclass, field
from typing import Final

from segstudio.models.description import Choice
from segstudio.models.loaders.recognition import options
from segstudio.models.loaders.recognition.options import Read
from segstudio.models.references import KeyMap
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.entries import deeplab_keys, fcn, unet
from segstudio.models.zoo.entries import pspnet as pspnet_entries


@dataclass(frozen=True, slots=True)
class Dialect:
    """Weights are in it where they have all of ``marks`` and none of ``absent``, as the file names them.

    ``keys`` gives their names here, ``read`` their options, ``head`` the tensor here with a row a class.
    """

    family: str
    architecture: str
    marks: tuple[str, ...]
    head: str
    read: Read = options.plain
    keys: KeyMap = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def _keys(architecture: str, reference: str) -> KeyMap:
    """Return the names of a reference that the zoo declares."""
    return next(each.keys for each in ARCHITECTURES[architecture].references if each.name == reference)


def _stride(usual: int) -> Choice:
    return Choice(
        "output_stride",
        (8, 16),
        usual,
        "the same weights run at either stride of the last features; 8 is finer and slower",
    )


_AT_ONCE: Final = Choice(
    "at_once", (False, True), False, "FCN-8s and FCN-8s-at-once have the same weights and scale two scores differently"
)
_CORNERS: Final = Choice(
    "align_corners",
    (True, False),
    True,
    "the authors' networks of 2020 interpolate from corner to corner, earlier ones do not",
)
_EARLIER_CORNERS: Final = Choice("align_corners", _CORNERS.values, False, _CORNERS.why)
_FROZEN: Final = Choice(
    "norm",
    ("frozen_coco", "frozen"),
    "frozen_coco",
    "frozen normalisations do not tell the constant added to variances",
)

_PLUS: Final = ("classifier.aspp.convs.0.0.weight", "classifier.project.0.weight")
_FCN_OURS: Final = ("scorer.score_fr.weight", "backbone.features.0.weight")
_HRNET: Final = ("stage4.0.branches.3.0.conv1.weight",)


def _fcn(family: str, keys: KeyMap, marks: tuple[str, ...], asked: tuple[Choice, ...], eighth: str) -> list[Dialect]:
    """Return the rows of the three networks over VGG-16, told apart by the pools that are scored."""
    head = "scorer.score_fr.weight"
    return [
        Dialect(family, "fcn8s", (*marks, "score_pool3.weight", eighth), head, options.plain, keys, (), asked),
        Dialect(family, "fcn16s", (*marks, "score_pool4.weight"), head, options.fcn, keys, ("score_pool3.weight",)),
        Dialect(family, "fcn32s", marks, head, options.fcn, keys, ("score_pool4.weight",)),
    ]


DIALECTS: Final[tuple[Dialect, ...]] = (
    *_fcn("wkentaro", fcn.WKENTARO, ("conv1_1.weight", "score_fr.weight"), (_AT_ONCE,), "upscore8.weight"),
    *_fcn("ptsemseg", fcn.PTSEMSEG, ("conv_block1.0.weight", "classifier.6.weight"), (), "upscore8.weight"),
    *_fcn("segstudio", {}, _FCN_OURS, (_AT_ONCE,), "upscore8.weight"),
    Dialect("segstudio", "fcn_alexnet", ("scorer.score_fr.weight", "backbone.conv1.weight"), "scorer.score_fr.weight"),
    Dialect("segstudio", "segnet", ("encoder.features.0.weight", "decoder.4.1.weight"), "decoder.4.1.weight",
            absent=("head.weight",)),
    Dialect("segstudio", "segnet_basic", ("encoder.0.0.weight", "classifier.weight", "decoder.3.0.weight"),
            "classifier.weight"),
    Dialect("segstudio", "deconvnet", ("fc6_deconv.0.weight", "score.weight"), "score.weight"),
    Dialect("milesial", "unet", ("inc.double_conv.0.weight", "outc.conv.weight"), "head.weight",
            options.milesial_unet, unet.MILESIAL),
    Dialect("ptsemseg", "unet", ("conv1.conv1.0.weight", "center.conv1.0.weight", "final.weight"), "head.weight",
            options.unet, unet.PTSEMSEG),
    Dialect("smp", "unet", ("decoder.blocks.0.conv1.0.weight", "segmentation_head.0.weight"), "head.weight",
            options.unet, unet.SMP, ("decoder.center.top_conv.weight",)),
    Dialect("segstudio", "unet", ("decoder.0.conv1.0.weight", "head.weight"), "head.weight", options.unet),
    Dialect("segstudio", "unet", ("encoder.0.0.weight", "encoder.1.0.weight", "head.weight"), "head.weight",
            options.unet),
    Dialect("hszhao", "pspnet", ("layer0.0.weight", "ppm.features.0.1.weight", "cls.4.weight"), "cls.4.weight",
            options.pspnet, pspnet_entries.HSZHAO),
    Dialect("ptsemseg", "pspnet", ("convbnrelu1_1.cbr_unit.0.weight", "classification.weight"), "cls.4.weight",
            options.pspnet_finest_first, pspnet_entries.PTSEMSEG),
    Dialect("CSAILVision", "pspnet", ("encoder.conv3.weight", "decoder.ppm.0.1.weight", "decoder.conv_last.4.weight"),
            "cls.4.weight", options.pspnet_of_halves, pspnet_entries.CSAIL),
    Dialect("segstudio", "pspnet", ("backbone.conv1.weight", "ppm.features.0.1.weight", "cls.4.weight"),
            "cls.4.weight", options.pspnet),
    Dialect("DrSleep", "refinenet", ("p_ims1d2_outl1_dimred.weight", "clf_conv.weight"), "classifier.weight",
            options.on_backbone, _keys("refinenet", "drsleep_refinenet_rf50")),
    Dialect("segstudio", "refinenet", ("refine1.reduce.weight", "classifier.weight"), "classifier.weight",
            options.on_backbone),
    Dialect("torchvision", "deeplabv3", ("classifier.0.convs.0.0.weight", "backbone.layer4.0.conv1.weight"),
            "classifier.4.weight", options.with_auxiliary, choices=(_stride(8),)),
    Dialect("torchvision", "deeplabv3", ("classifier.0.convs.0.0.weight", "backbone.0.0.weight"),
            "classifier.4.weight", options.with_auxiliary, choices=(_stride(16),)),
    *(
        Dialect("smp", "deeplabv3", (f"decoder.{aspp}.convs.0.0.weight", "segmentation_head.0.weight"),
                "classifier.4.weight", options.corner_to_corner, deeplab_keys.SMP_V3, choices=(_stride(8),))
        for aspp in ("aspp", "0")
    ),
    Dialect("VainF", "deeplabv3", ("classifier.classifier.0.convs.0.0.weight",), "classifier.4.weight",
            options.on_backbone, deeplab_keys.VAINF, choices=(_stride(16),)),
    Dialect("VainF", "deeplabv3plus", _PLUS, "classifier.classifier.3.weight", options.deeplabv3plus,
            deeplab_keys.VAINF_PLUS, ("classifier.refine.0.0.weight",), (_stride(16),)),
    Dialect("segstudio", "deeplabv3plus", (*_PLUS, "classifier.refine.0.0.weight"), "classifier.classifier.3.weight",
            options.deeplabv3plus, choices=(_stride(16),)),
    Dialect("smp", "deeplabv3plus", ("decoder.aspp.0.convs.0.0.weight", "segmentation_head.0.weight"),
            "classifier.classifier.3.weight", options.deeplabv3plus, deeplab_keys.SMP, choices=(_stride(16),)),
    Dialect("TensorFlow", "deeplabv3plus", ("backbone.entry_flow.conv1_1.0.weight", "logits.weight"), "logits.weight",
            options.on_backbone, choices=(_stride(16),)),
    Dialect("jfzhang95", "deeplabv3plus", ("aspp.aspp1.atrous_conv.weight", "decoder.last_conv.8.weight"),
            "decoder.8.weight", options.two_convolutions, deeplab_keys.JFZHANG95,
            ("backbone.layer0.0.weight",), (_stride(16),)),
    Dialect("segstudio", "deeplabv3plus", ("aspp.convs.0.0.weight", "decoder.8.weight"), "decoder.8.weight",
            options.two_convolutions, choices=(_stride(16),)),
    Dialect("torchvision", "lraspp", ("classifier.low_classifier.weight",), "classifier.low_classifier.weight"),
    Dialect("torchvision", "fcn", ("backbone.layer4.0.conv1.weight", "classifier.0.weight", "classifier.4.weight"),
            "classifier.4.weight", options.with_auxiliary),
    Dialect("HRNet", "hrnet_ocr", (*_HRNET, "ocr_distri_head.conv_bn_dropout.0.weight"), "cls_head.weight",
            options.hrnet, choices=(_CORNERS,)),
    Dialect("HRNet", "hrnet", (*_HRNET, "last_layer.3.weight", "stage4.2.branches.0.0.conv1.weight"),
            "last_layer.3.weight", options.hrnet, choices=(_CORNERS,)),
    Dialect("HRNet", "hrnet", (*_HRNET, "last_layer.3.weight"), "last_layer.3.weight", options.hrnet,
            absent=("stage4.2.branches.0.0.conv1.weight",), choices=(_EARLIER_CORNERS,)),
    Dialect("torchvision", "mask_rcnn",
            ("backbone.body.bn1.num_batches_tracked", "roi_heads.mask_predictor.mask_fcn_logits.weight"),
            "roi_heads.mask_predictor.mask_fcn_logits.weight", options.mask_rcnn,
            _keys("mask_rcnn", "torchvision_maskrcnn_resnet50_fpn"), ("roi_heads.box_head.0.0.weight",)),
    Dialect("torchvision", "mask_rcnn", ("backbone.body.bn1.weight", "roi_heads.mask_predictor.mask_fcn_logits.weight"),
            "roi_heads.mask_predictor.mask_fcn_logits.weight", options.mask_rcnn,
            _keys("mask_rcnn", "torchvision_maskrcnn_resnet50_fpn"),
            ("roi_heads.box_head.0.0.weight", "backbone.body.bn1.num_batches_tracked"), (_FROZEN,)),
)  # fmt: skip
"""In the order in which they are tried."""
