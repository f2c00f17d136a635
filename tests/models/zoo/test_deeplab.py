"""DeepLab: what it refuses, its padding and dilation, and the names of the TensorFlow release."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from segstudio.models.backbones.chollet_xception import vainf_xception
from segstudio.models.backbones.mobilenet_v2 import MobileNetV2
from segstudio.models.backbones.xception import AlignedXception65
from segstudio.models.references import translated
from segstudio.models.zoo import build_network
from segstudio.models.zoo.deeplabv3plus_xception import DeepLabV3PlusXception
from segstudio.models.zoo.entries.deeplab_keys import TENSORFLOW
from tests.models.peers import settle, shapes_of, without_counts


@pytest.mark.parametrize("name", ["deeplabv3", "deeplabv3plus"])
@pytest.mark.parametrize("output_stride", [4, 32])
def test_another_output_stride_is_refused(name: str, output_stride: int) -> None:
    with pytest.raises(ValueError, match="8 or 16"):
        build_network(name, 3, 2, output_stride=output_stride)


def test_what_is_separable_needs_a_backbone_that_smp_dilates() -> None:
    with pytest.raises(ValueError, match="not mobilenet_v3_large"):
        build_network("deeplabv3plus", 3, 2, backbone="mobilenet_v3_large", separable=True)


def test_of_vainf_the_first_convolution_has_no_padding_and_blocks_pad_what_they_widen() -> None:
    """So the border of a widened map is what normalisation and activation make of zeros."""
    backbone = MobileNetV2(3, 16, last=False, pad_first=True, stem_padding=False).eval()
    settle(backbone)
    features = backbone(torch.zeros(1, 3, 35, 35))
    assert [level.shape[-1] for level in features] == [17, 9, 5, 3, 3]
    block = list(backbone.children())[2]
    seen: list[Tensor] = []
    block.get_submodule("conv.1.0").register_forward_hook(lambda module, given, _: seen.append(given[0]))
    with torch.inference_mode():
        block(torch.zeros(1, 16, 5, 5))
    assert seen[0].shape == (1, 96, 7, 7)
    assert bool((seen[0][..., :1, :1] == seen[0]).all())


def tensorflow_names() -> Iterator[tuple[str, str]]:
    """Yield the names of the release's variables, written out from its source, and their kind."""
    root = "xception_65"
    for name in ("conv1_1", "conv1_2"):
        yield from normalized(f"{root}/entry_flow/{name}", "weights")
    units = {("entry_flow", block): 1 for block in (1, 2, 3)} | {("middle_flow", 1): 16}
    for (flow, block), count in (units | {("exit_flow", 1): 1, ("exit_flow", 2): 1}).items():
        for unit in range(1, count + 1):
            module = f"{root}/{flow}/block{block}/unit_{unit}/xception_module"
            for number in (1, 2, 3):
                yield from separable(f"{module}/separable_conv{number}")
            if flow == "entry_flow" or (flow, block) == ("exit_flow", 1):
                yield from normalized(f"{module}/shortcut", "weights")
    for name in ("image_pooling", "aspp0", "concat_projection", "decoder/feature_projection0"):
        yield from normalized(name, "weights")
    for name in ("aspp1", "aspp2", "aspp3", "decoder/decoder_conv0", "decoder/decoder_conv1"):
        yield from separable(name)
    yield "logits/semantic/weights", "weights"
    yield "logits/semantic/biases", "biases"


def separable(name: str) -> Iterator[tuple[str, str]]:
    yield from normalized(f"{name}_depthwise", "depthwise_weights")
    yield from normalized(f"{name}_pointwise", "weights")


def normalized(name: str, weights: str) -> Iterator[tuple[str, str]]:
    yield f"{name}/{weights}", weights
    for statistic in ("gamma", "beta", "moving_mean", "moving_variance"):
        yield f"{name}/BatchNorm/{statistic}", statistic


def test_each_variable_of_the_release_has_one_tensor_here() -> None:
    with torch.device("meta"):
        network = build_network("deeplabv3plus", 3, 19, backbone="xception65")
    names = dict(tensorflow_names())
    kinds = translated(names | {"global_step": "", f"{next(iter(names))}/Momentum": ""}, TENSORFLOW)
    assert set(kinds) == without_counts(shapes_of(network))
    for key, shape in shapes_of(network).items():
        assert (len(shape) == 4) == (kinds.get(key) in ("weights", "depthwise_weights"))
        assert (kinds.get(key) == "depthwise_weights") == (len(shape) == 4 and shape[1] == 1)


def test_of_the_release_each_map_lies_corner_upon_corner() -> None:
    with torch.device("meta"):
        for output_stride in (8, 16):
            features = AlignedXception65(3, output_stride)(torch.zeros(1, 3, 129, 65))
            sides = [(level.shape[-2], level.shape[-1]) for level in features]
            strides = [min(stride, output_stride) for stride in (2, 4, 8, 16, 16)]
            assert sides == [(128 // stride + 1, 64 // stride + 1) for stride in strides]


def test_dilation_takes_the_place_of_strides_in_the_exit_flow() -> None:
    def dilations(output_stride: int) -> list[int]:
        with torch.device("meta"):
            network = AlignedXception65(3, output_stride)
        convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d) and layer.groups > 1]
        return sorted({layer.dilation[0] for layer in convolutions})

    assert [dilations(stride) for stride in (32, 16, 8)] == [[1], [1, 2], [1, 2, 4]]


def test_normalisation_has_the_release_s_own_eps_and_pace() -> None:
    with torch.device("meta"):
        network = DeepLabV3PlusXception(3, 2, 16)
    counts = {
        (name.split(".")[0], layer.eps, layer.momentum)
        for name, layer in network.named_modules()
        if isinstance(layer, nn.BatchNorm2d)
    }
    assert counts == {
        ("backbone", 1e-3, 3e-4), ("aspp", 1e-5, 3e-4), ("project", 1e-5, 3e-4), ("decoder", 1e-5, 3e-4),
    }  # fmt: skip


@pytest.mark.parametrize(("stride", "side", "rates"), [(16, 13 - 4, (1, 2)), (8, 25 - 12, (2, 4))])
def test_of_vainf_the_last_convolutions_of_xception_make_maps_smaller(
    stride: int, side: int, rates: tuple[int, int]
) -> None:
    with torch.device("meta"):
        backbone = vainf_xception(3, stride)
        *_, middle, last = backbone(torch.zeros(1, 3, 201, 201))
    assert (middle.shape[-1], last.shape[-1]) == (side + (4 if stride == 16 else 12), side)
    found = [backbone.get_submodule(name).dilation[0] for name in ("block5.rep.1.0", "block12.rep.1.0")]  # type: ignore[index]
    assert tuple(found) == rates
    assert isinstance(backbone.bn4, nn.Identity)
