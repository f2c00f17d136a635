"""DeepLab and LR-ASPP."""

from segstudio.models.references import Option, Reference
from segstudio.models.zoo.entries import Architecture, Variant
from segstudio.models.zoo.entries.deeplab_keys import JFZHANG95, SMP, SMP_V3, TENSORFLOW, VAINF, VAINF_PLUS

_RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101")
_MOBILE: dict[str, Option] = {"backbone": "mobilenet_v3_large", "output_stride": 16}

DEEPLAB = {
    "deeplabv3": Architecture(
        "DeepLab v3",
        'Chen, Papandreou, Schroff and Adam, "Rethinking atrous convolution for semantic image segmentation", 2017',
        2017,
        "segstudio.models.zoo.deeplabv3:deeplabv3",
        (
            Variant({"backbone": "resnet50"}, 39_638_869, 163.58, 8, (39_638_869, 21)),
            Variant({"backbone": "resnet101"}, 58_630_997, 241.16, 8, (58_630_997, 21)),
            Variant(_MOBILE, 11_025_477, 9.83, 16, (11_025_477, 21)),
        ),
        ("resnet50", "resnet101", "resnet18", "resnet34", "mobilenet_v2", "mobilenet_v3_large", "xception"),
        (
            Reference("torchvision_deeplabv3_resnet50", {"classes": 21, "backbone": "resnet50"}),
            Reference("torchvision_deeplabv3_resnet50_aux", {"classes": 21, "backbone": "resnet50", "auxiliary": True}),
            Reference(
                "torchvision_deeplabv3_resnet101_aux", {"classes": 21, "backbone": "resnet101", "auxiliary": True}
            ),
            Reference("torchvision_deeplabv3_mobilenet_v3_large", {"classes": 21, **_MOBILE}),
            Reference("torchvision_deeplabv3_mobilenet_v3_large_aux", {"classes": 21, **_MOBILE, "auxiliary": True}),
            Reference("smp_DeepLabV3_resnet50", {"classes": 21, "backbone": "resnet50", "align_corners": True}, SMP_V3),
            Reference("vainf_deeplabv3_resnet50", {"classes": 21, "backbone": "resnet50", "output_stride": 16}, VAINF),
            Reference("vainf_deeplabv3_xception", {"classes": 21, "backbone": "xception", "output_stride": 16}, VAINF),
            Reference(
                "vainf_deeplabv3_mobilenet", {"classes": 21, "backbone": "mobilenet_v2", "output_stride": 16}, VAINF
            ),
        ),
    ),
    "deeplabv3plus": Architecture(
        "DeepLab v3+",
        "Chen, Zhu, Papandreou, Schroff and Adam, "
        '"Encoder-decoder with atrous separable convolution for semantic image segmentation", ECCV 2018',
        2018,
        "segstudio.models.zoo.deeplabv3plus:deeplabv3plus",
        (
            Variant({"backbone": "resnet50"}, 39_761_845, 59.56, 16, (39_761_845, 21)),
            Variant({"backbone": "resnet101"}, 58_753_973, 78.95, 16, (58_753_973, 21)),
            Variant({"backbone": "mobilenet_v2"}, 5_225_717, 16.82, 16, (5_225_717, 21)),
            Variant({"backbone": "resnet50", "separable": True}, 26_682_725, 36.65, 16, (26_682_725, 21)),
            Variant({"backbone": "mobilenet_v2", "separable": True}, 4_383_653, 6.01, 16, (4_383_653, 21)),
            Variant({"backbone": "xception65"}, 41_055_413, 54.04, 16, (41_054_899, 19)),
            Variant({"backbone": "resnet101", "two_convolutions": True}, 59_344_309, 88.62, 16, (59_344_309, 21)),
            Variant({"backbone": "mobilenet_v2", "two_convolutions": True}, 5_816_053, 26.44, 16, (5_816_053, 21)),
            Variant(
                {"backbone": "aligned_xception", "two_convolutions": True}, 54_705_317, 82.72, 16, (54_705_317, 21)
            ),
        ),
        (*_RESNETS[::-1], "mobilenet_v2", "mobilenet_v3_large", "xception", "xception65", "aligned_xception"),
        (
            Reference("vainf_deeplabv3plus_resnet50", {"classes": 21, "backbone": "resnet50"}, VAINF_PLUS),
            Reference("vainf_deeplabv3plus_xception", {"classes": 21, "backbone": "xception"}, VAINF_PLUS),
            Reference("vainf_deeplabv3plus_mobilenet", {"classes": 21, "backbone": "mobilenet_v2"}, VAINF_PLUS),
            Reference("smp_DeepLabV3Plus_resnet34", {"classes": 21, "backbone": "resnet34", "separable": True}, SMP),
            Reference("smp_DeepLabV3Plus_resnet50", {"classes": 21, "backbone": "resnet50", "separable": True}, SMP),
            Reference(
                "jfzhang95_deeplab_resnet",
                {"classes": 21, "backbone": "resnet101", "two_convolutions": True},
                JFZHANG95,
            ),
            Reference(
                "jfzhang95_deeplab_xception",
                {"classes": 21, "backbone": "aligned_xception", "two_convolutions": True},
                JFZHANG95,
            ),
            Reference("tensorflow_xception_65", {"classes": 19, "backbone": "xception65"}, TENSORFLOW),
        ),
    ),
    "lraspp": Architecture(
        "LR-ASPP",
        'Howard et al., "Searching for MobileNetV3", ICCV 2019',
        2019,
        "segstudio.models.zoo.lraspp:lraspp",
        (Variant({}, 3_221_538, 1.97, 16, (3_221_538, 21)),),
        (),
        (Reference("torchvision_lraspp_mobilenet_v3_large", {"classes": 21}),),
    ),
}
