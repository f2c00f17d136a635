"""Mask R-CNN."""

from segstudio.models.references import Reference
from segstudio.models.zoo.entries import Architecture, Variant

_OLD_NAMES = {
    "rpn.head.conv.*": "rpn.head.conv.0.0.*",
    "backbone.fpn.inner_blocks.*.weight": "backbone.fpn.inner_blocks.*.0.weight",
    "backbone.fpn.inner_blocks.*.bias": "backbone.fpn.inner_blocks.*.0.bias",
    "backbone.fpn.layer_blocks.*.weight": "backbone.fpn.layer_blocks.*.0.weight",
    "backbone.fpn.layer_blocks.*.bias": "backbone.fpn.layer_blocks.*.0.bias",
    "roi_heads.mask_head.mask_fcn1.*": "roi_heads.mask_head.0.0.*",
    "roi_heads.mask_head.mask_fcn2.*": "roi_heads.mask_head.1.0.*",
    "roi_heads.mask_head.mask_fcn3.*": "roi_heads.mask_head.2.0.*",
    "roi_heads.mask_head.mask_fcn4.*": "roi_heads.mask_head.3.0.*",
}
"""Of the published file, which is older than the names of today's torchvision."""

MASK_RCNN = {
    "mask_rcnn": Architecture(
        "Mask R-CNN with FPN",
        'He, Gkioxari, Dollar and Girshick, "Mask R-CNN", ICCV 2017',
        2017,
        "segstudio.models.zoo.mask_rcnn:mask_rcnn",
        (Variant({"backbone": "resnet50"}, 44_077_773, None, 4, (44_454_513, 91)),),
        ("resnet50", "resnet101", "resnet18", "resnet34"),
        (
            Reference("torchvision_maskrcnn_resnet50_fpn", {"classes": 91, "backbone": "resnet50"}, _OLD_NAMES),
            Reference(
                "torchvision_maskrcnn_resnet50_fpn_COCOckpt_frozenbn",
                {"classes": 91, "backbone": "resnet50", "norm": "frozen_coco"},
                _OLD_NAMES,
            ),
        ),
        instances=True,
    )
}
