"""U-Net: as published, padded with batch normalisation, and over any backbone."""

from typing import Final

from segstudio.models.references import KeyMap, Reference
from segstudio.models.zoo.entries import Architecture, Variant

MILESIAL: Final[KeyMap] = {
    "inc.double_conv.**": "encoder.0.**",
    "down*.maxpool_conv.1.double_conv.**": "encoder.*.**",
    "up1.up.*": "up.0.*",
    "up2.up.*": "up.1.*",
    "up3.up.*": "up.2.*",
    "up4.up.*": "up.3.*",
    "up1.conv.double_conv.**": "decoder.0.**",
    "up2.conv.double_conv.**": "decoder.1.**",
    "up3.conv.double_conv.**": "decoder.2.**",
    "up4.conv.double_conv.**": "decoder.3.**",
    "outc.conv.*": "head.*",
}

PTSEMSEG: Final[KeyMap] = {
    **{
        f"{theirs}.conv{half}.{theirs_part}.*": f"encoder.{level}.{ours_part}.*"
        for level, theirs in enumerate(("conv1", "conv2", "conv3", "conv4", "center"))
        for half, theirs_part, ours_part in ((1, 0, 0), (1, 1, 1), (2, 0, 3), (2, 1, 4))
    },
    **{
        f"up_concat{4 - level}.{theirs}.*": f"{part}.{level}{ours}.*"
        for level in range(4)
        for theirs, part, ours in (
            ("up", "up", ""),
            ("conv.conv1.0", "decoder", ".0"),
            ("conv.conv2.0", "decoder", ".2"),
        )
    },
    "final.*": "head.*",
}

SMP: Final[KeyMap] = {
    "encoder.block*.rep.*.conv1.weight": "encoder.block*.rep.*.0.weight",
    "encoder.block*.rep.*.pointwise.weight": "encoder.block*.rep.*.1.weight",
    "encoder.conv*.conv1.weight": "encoder.conv*.0.weight",
    "encoder.conv*.pointwise.weight": "encoder.conv*.1.weight",
    "encoder.features.**": "encoder.**",
    "decoder.blocks.**": "decoder.**",
    "segmentation_head.0.*": "head.*",
}

UNET: Final[dict[str, Architecture]] = {
    "unet": Architecture(
        "U-Net",
        'Ronneberger, Fischer and Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015',
        2015,
        "segstudio.models.zoo.unet:unet",
        (
            Variant({"valid": True}, 31_033_045, 247.52, 1, (31_033_045, 21)),
            Variant({}, 31_038_933, 193.01, 1, (31_037_698, 2)),
            Variant({"bilinear": True}, 17_264_277, 160.26, 1, (17_263_042, 2)),
            Variant({"backbone": "resnet34"}, 24_439_269, 32.01, 1, (24_439_269, 21)),
            Variant({"backbone": "resnet50"}, 32_524_005, 43.29, 1, (32_524_005, 21)),
            Variant({"backbone": "mobilenet_v2"}, 6_631_845, 14.14, 1, (6_631_845, 21)),
            Variant({"backbone": "xception"}, 28_772_301, 42.81, 1, (28_772_301, 21)),
        ),
        (
            "resnet34",
            "resnet18",
            "resnet50",
            "resnet101",
            "vgg16",
            "vgg16_bn",
            "mobilenet_v2",
            "mobilenet_v3_large",
            "xception",
            "xception65",
        ),
        (
            Reference("milesial_UNet_c2", {"classes": 2, "drops_odd": True}, MILESIAL),
            Reference("ptsemseg_unet", {"classes": 21, "valid": True, "norm": True, "width": 16}, PTSEMSEG),
            Reference("ptsemseg_unet_fs1", {"classes": 21, "valid": True, "norm": True}, PTSEMSEG),
            Reference("smp_Unet_resnet34", {"classes": 21, "backbone": "resnet34"}, SMP),
            Reference("smp_Unet_resnet50", {"classes": 21, "backbone": "resnet50"}, SMP),
            Reference("smp_Unet_mobilenet_v2", {"classes": 21, "backbone": "mobilenet_v2"}, SMP),
            Reference("smp_Unet_xception", {"classes": 21, "backbone": "xception"}, SMP),
        ),
    )
}
