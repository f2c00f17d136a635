"""FCN: over VGG-16 and AlexNet as in the paper's Caffe networks, and over ResNet as in torchvision."""

from typing import Final

from segstudio.models.references import KeyMap, Reference
from segstudio.models.zoo.entries import Architecture, Variant

_PAPER = 'Long, Shelhamer and Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015'

WKENTARO: Final[KeyMap] = {
    "conv1_1.*": "backbone.features.0.*",
    "conv1_2.*": "backbone.features.2.*",
    "conv2_1.*": "backbone.features.5.*",
    "conv2_2.*": "backbone.features.7.*",
    "conv3_1.*": "backbone.features.10.*",
    "conv3_2.*": "backbone.features.12.*",
    "conv3_3.*": "backbone.features.14.*",
    "conv4_1.*": "backbone.features.17.*",
    "conv4_2.*": "backbone.features.19.*",
    "conv4_3.*": "backbone.features.21.*",
    "conv5_1.*": "backbone.features.24.*",
    "conv5_2.*": "backbone.features.26.*",
    "conv5_3.*": "backbone.features.28.*",
    "fc6.*": "scorer.fc6.*",
    "fc7.*": "scorer.fc7.*",
    "score_fr.*": "scorer.score_fr.*",
}

PTSEMSEG: Final[KeyMap] = {
    "conv_block1.0.*": "backbone.features.0.*",
    "conv_block1.2.*": "backbone.features.2.*",
    "conv_block2.0.*": "backbone.features.5.*",
    "conv_block2.2.*": "backbone.features.7.*",
    "conv_block3.0.*": "backbone.features.10.*",
    "conv_block3.2.*": "backbone.features.12.*",
    "conv_block3.4.*": "backbone.features.14.*",
    "conv_block4.0.*": "backbone.features.17.*",
    "conv_block4.2.*": "backbone.features.19.*",
    "conv_block4.4.*": "backbone.features.21.*",
    "conv_block5.0.*": "backbone.features.24.*",
    "conv_block5.2.*": "backbone.features.26.*",
    "conv_block5.4.*": "backbone.features.28.*",
    "classifier.0.*": "scorer.fc6.*",
    "classifier.3.*": "scorer.fc7.*",
    "classifier.6.*": "scorer.score_fr.*",
    "upscore4.*": "upscore_pool4.*",
}

FCN: Final[dict[str, Architecture]] = {
    "fcn32s": Architecture(
        "FCN-32s",
        _PAPER,
        2015,
        "segstudio.models.zoo.fcn:FCN32s",
        (Variant({}, 136_152_917, 190.19, 32, (136_152_917, 21)),),
        references=(
            Reference("wkentaro_FCN32s", {"classes": 21}, WKENTARO),
            Reference("ptsemseg_fcn32s", {"classes": 21, "nearest": True}, PTSEMSEG),
        ),
    ),
    "fcn16s": Architecture(
        "FCN-16s",
        _PAPER,
        2015,
        "segstudio.models.zoo.fcn:FCN16s",
        (Variant({}, 134_815_994, 190.28, 16, (134_815_994, 21)),),
        references=(Reference("ptsemseg_fcn16s", {"classes": 21, "nearest": True}, PTSEMSEG),),
    ),
    "fcn8s": Architecture(
        "FCN-8s",
        _PAPER,
        2015,
        "segstudio.models.zoo.fcn:FCN8s",
        (Variant({}, 134_489_759, 190.37, 8, (134_489_759, 21)),),
        references=(
            Reference("wkentaro_FCN8s", {"classes": 21}, WKENTARO),
            Reference("wkentaro_FCN8sAtOnce", {"classes": 21, "at_once": True}, WKENTARO),
            Reference("ptsemseg_fcn8s", {"classes": 21}, PTSEMSEG),
        ),
    ),
    "fcn_alexnet": Architecture(
        "FCN-AlexNet", _PAPER, 2015, "segstudio.models.zoo.fcn:FCNAlexNet", (Variant({}, 58_704_590, 23.60, 32),)
    ),
}

FCN_RESNET: Final[dict[str, Architecture]] = {
    "fcn": Architecture(
        "FCN",
        _PAPER,
        2015,
        "segstudio.models.zoo.fcn_resnet:FCNResNet",
        (
            Variant({"backbone": "resnet50"}, 32_957_013, 138.37, 8, (32_957_013, 21)),
            Variant({"backbone": "resnet101"}, 51_949_141, 215.95, 8, (51_949_141, 21)),
        ),
        ("resnet50", "resnet101", "resnet18", "resnet34"),
        (
            Reference("torchvision_fcn_resnet50", {"classes": 21, "backbone": "resnet50"}),
            Reference("torchvision_fcn_resnet50_aux", {"classes": 21, "backbone": "resnet50", "auxiliary": True}),
            Reference("torchvision_fcn_resnet101", {"classes": 21, "backbone": "resnet101"}),
        ),
    ),
}
