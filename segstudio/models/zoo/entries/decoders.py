"""SegNet and DeconvNet, which go up as they came down, and RefineNet."""

from typing import Final

from segstudio.models.references import KeyMap, Reference
from segstudio.models.zoo.entries import Architecture, Variant

_SEGNET = (
    "Badrinarayanan, Kendall and Cipolla, "
    '"SegNet: A deep convolutional encoder-decoder architecture for image segmentation", PAMI 2017'
)
_DECONVNET = 'Noh, Hong and Han, "Learning deconvolution network for semantic segmentation", ICCV 2015'
_REFINENET = (
    "Lin, Milan, Shen and Reid, "
    '"RefineNet: Multi-path refinement networks for high-resolution semantic segmentation", CVPR 2017'
)

DRSLEEP: Final[KeyMap] = {
    "conv1.*": "backbone.conv1.*",
    "bn1.*": "backbone.bn1.*",
    "layer*.**": "backbone.layer*.**",
    "p_ims1d2_outl*_dimred.*": "refine*.reduce.*",
    "adapt_stage*_b.0.1_conv.*": "refine*.adapt.0.conv1.*",
    "adapt_stage*_b.0.2_conv.*": "refine*.adapt.1.conv1.*",
    "adapt_stage*_b.0.1_conv_relu_varout_dimred.*": "refine*.adapt.0.conv2.*",
    "adapt_stage*_b.0.2_conv_relu_varout_dimred.*": "refine*.adapt.1.conv2.*",
    "adapt_stage*_b2_joint_varout_dimred.*": "refine*.join.*",
    "mflow_conv_g*_pool.0.1_outvar_dimred.*": "refine*.pool.0.*",
    "mflow_conv_g*_pool.0.2_outvar_dimred.*": "refine*.pool.1.*",
    "mflow_conv_g*_pool.0.3_outvar_dimred.*": "refine*.pool.2.*",
    "mflow_conv_g*_pool.0.4_outvar_dimred.*": "refine*.pool.3.*",
    "mflow_conv_g*_b.0.1_conv.*": "refine*.refine.0.conv1.*",
    "mflow_conv_g*_b.0.2_conv.*": "refine*.refine.1.conv1.*",
    "mflow_conv_g*_b.0.3_conv.*": "refine*.refine.2.conv1.*",
    "mflow_conv_g*_b.0.1_conv_relu_varout_dimred.*": "refine*.refine.0.conv2.*",
    "mflow_conv_g*_b.0.2_conv_relu_varout_dimred.*": "refine*.refine.1.conv2.*",
    "mflow_conv_g*_b.0.3_conv_relu_varout_dimred.*": "refine*.refine.2.conv2.*",
    "mflow_conv_g*_b3_joint_varout_dimred.*": "refine*.widen.*",
    "clf_conv.*": "classifier.*",
}

SEGNET: Final[dict[str, Architecture]] = {
    "segnet": Architecture(
        "SegNet",
        _SEGNET,
        2015,
        "segstudio.models.zoo.segnet:SegNet",
        (Variant({}, 29_455_125, 163.07, 1, (29_455_125, 21)),),
    ),
    "segnet_basic": Architecture(
        "SegNet-Basic",
        _SEGNET,
        2015,
        "segstudio.models.zoo.segnet:SegNetBasic",
        (Variant({}, 1_417_237, 89.96, 1, (1_416_587, 11)),),
    ),
}

DECONVNET: Final[dict[str, Architecture]] = {
    "deconvnet": Architecture(
        "DeconvNet",
        _DECONVNET,
        2015,
        "segstudio.models.zoo.deconvnet:DeconvNet",
        (Variant({}, 251_805_653, 192.15, 1, (251_805_653, 21)),),
    ),
}

REFINENET: Final[dict[str, Architecture]] = {
    "refinenet": Architecture(
        "RefineNet",
        _REFINENET,
        2017,
        "segstudio.models.zoo.refinenet:RefineNet",
        (
            Variant({"backbone": "resnet50"}, 99_060_309, 243.50, 4, (99_060_309, 21)),
            Variant({"backbone": "resnet101"}, 118_052_437, 262.90, 4, (118_052_437, 21)),
        ),
        ("resnet101", "resnet50", "resnet18", "resnet34"),
        (Reference("drsleep_refinenet_rf50", {"classes": 21, "backbone": "resnet50"}, DRSLEEP),),
    ),
}
