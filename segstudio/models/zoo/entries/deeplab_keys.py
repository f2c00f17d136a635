"""The names that other programs gave to the tensors of DeepLab."""

VAINF_PLUS = {
    "backbone.low_level_features.**": "backbone.**",
    "backbone.high_level_features.**": "backbone.**",
}

VAINF = {**VAINF_PLUS, "classifier.classifier.**": "classifier.**"}

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
