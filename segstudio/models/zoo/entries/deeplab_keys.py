"""The names that other programs gave to the tensors of DeepLab."""

_XCEPTION = {
    **{f"backbone.block*.rep.*.{theirs}.weight": f"backbone.block*.rep.*.{ours}.weight"
       for ours, theirs in enumerate(("conv1", "pointwise"))},
    **{f"backbone.conv*.{theirs}.weight": f"backbone.conv*.{ours}.weight"
       for ours, theirs in enumerate(("conv1", "pointwise"))},
}  # fmt: skip

VAINF_PLUS = {
    **_XCEPTION,
    "backbone.low_level_features.**": "backbone.**",
    "backbone.high_level_features.**": "backbone.**",
}

VAINF = {**VAINF_PLUS, "classifier.classifier.**": "classifier.**"}

SMP_V3 = {
    "encoder.features.**": "backbone.**",
    "encoder.**": "backbone.**",
    "decoder.aspp.**": "classifier.0.**",
    "decoder.conv.*": "classifier.1.*",
    "decoder.bn.*": "classifier.2.*",
    "decoder.0.**": "classifier.0.**",  # before version 0.5
    "decoder.1.*": "classifier.1.*",
    "decoder.2.*": "classifier.2.*",
    "segmentation_head.0.*": "classifier.4.*",
}

SMP = {
    "encoder.features.**": "backbone.**",
    "encoder.**": "backbone.**",
    "decoder.aspp.0.**": "classifier.aspp.**",
    "decoder.aspp.1.**": "classifier.refine.0.**",
    "decoder.aspp.2.*": "classifier.refine.1.*",
    "decoder.block1.**": "classifier.project.**",
    "decoder.block2.**": "classifier.classifier.**",
    "segmentation_head.0.*": "classifier.classifier.3.*",
}

JFZHANG95 = {
    "backbone.features.**": "",  # the same modules as low_level_features and high_level_features
    **{
        f"backbone.low_level_features.1.conv.{theirs}.*": f"backbone.1.conv.{ours}.*"
        for theirs, ours in ((0, "0.0"), (1, "0.1"), (3, "1"), (4, "2"))
    },
    **{
        f"backbone.{half}_level_features.*.conv.{theirs}.*": f"backbone.*.conv.{ours}.*"
        for half in ("low", "high")
        for theirs, ours in ((0, "0.0"), (1, "0.1"), (3, "1.0"), (4, "1.1"), (6, "2"), (7, "3"))
    },
    "backbone.low_level_features.0.*.*": "backbone.0.*.*",
    **{
        f"aspp.aspp{number + 1}.{theirs}.*": f"aspp.convs.{number}.{ours}.*"
        for number in range(4)
        for theirs, ours in (("atrous_conv", 0), ("bn", 1))
    },
    "aspp.global_avg_pool.**": "aspp.convs.4.**",
    "aspp.conv1.*": "aspp.project.0.*",
    "aspp.bn1.*": "aspp.project.1.*",
    "decoder.conv1.*": "project.0.*",
    "decoder.bn1.*": "project.1.*",
    "decoder.last_conv.**": "decoder.**",
}

_NORM = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def _named(tensorflow: str, here: str, weights: str = "weights") -> dict[str, str]:
    """Return the rows of a convolution and its normalisation, which are modules 0 and 1 here."""
    norms = {f"{tensorflow}/BatchNorm/{theirs}": f"{here}.1.{ours}" for theirs, ours in _NORM.items()}
    return {f"{tensorflow}/{weights}": f"{here}.0.weight", **norms}


_UNIT, _OURS = "xception_65/*/block*/unit_*/xception_module", "backbone.*.block*.unit_*"

TENSORFLOW = {
    **_named("xception_65/entry_flow/conv*", "backbone.entry_flow.conv*"),
    **_named(f"{_UNIT}/separable_conv*_depthwise", f"{_OURS}.separable_conv*.depthwise", "depthwise_weights"),
    **_named(f"{_UNIT}/separable_conv*_pointwise", f"{_OURS}.separable_conv*.pointwise"),
    **_named(f"{_UNIT}/shortcut", f"{_OURS}.shortcut"),
    "image_pooling/weights": "aspp.convs.0.1.weight",
    **{f"image_pooling/BatchNorm/{theirs}": f"aspp.convs.0.2.{ours}" for theirs, ours in _NORM.items()},
    **_named("aspp0", "aspp.convs.1"),
    **{
        row: target
        for rate in (1, 2, 3)
        for row, target in {
            **_named(f"aspp{rate}_depthwise", f"aspp.convs.{rate + 1}.depthwise", "depthwise_weights"),
            **_named(f"aspp{rate}_pointwise", f"aspp.convs.{rate + 1}.pointwise"),
        }.items()
    },
    **_named("concat_projection", "aspp.project"),
    **_named("decoder/feature_projection0", "project"),
    **_named("decoder/decoder_conv*_depthwise", "decoder.*.depthwise", "depthwise_weights"),
    **_named("decoder/decoder_conv*_pointwise", "decoder.*.pointwise"),
    "logits/semantic/weights": "logits.weight",
    "logits/semantic/biases": "logits.bias",
    "*/Momentum": "",
    "global_step": "",
}
"""Of the release's checkpoints, whose weights are (height, width, in, out), or (height, width, in, 1)."""
