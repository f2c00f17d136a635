"""HRNet and OCR: branches exchange at any size, and object regions are weighted means."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.backbones.hrnet import ExchangeUnit
from segstudio.models.zoo import build_network, hrnet_ocr
from segstudio.models.zoo.hrnet_ocr import HRNetOCR, region_means
from tests.models.peers import settle
from tests.models.zoo.written import Written, enlarged


def test_a_branch_becomes_the_sum_of_all() -> None:
    """With blocks that pass on what they get and paths of one weight, the sum is known."""
    unit = ExchangeUnit([1, 1, 1], 1, align_corners=False).eval()
    for name, tensor in unit.state_dict().items():
        if tensor.is_floating_point():
            tensor.zero_()
        if name.startswith("fuse_layers") and tensor.dim() == 4:
            tensor[..., tensor.shape[2] // 2, tensor.shape[3] // 2] = 1
        elif name.startswith("fuse_layers") and name.endswith(("1.weight", "running_var")):
            tensor.fill_(1)
    branches = [torch.full((1, 1, side, side), value) for side, value in ((8, 1.0), (4, 10.0), (2, 100.0))]
    with torch.inference_mode():
        found = unit(branches)
    for branch, result in zip(branches, found, strict=True):
        torch.testing.assert_close(result, torch.full_like(branch, 111), rtol=1e-4, atol=0)


def test_a_size_that_is_not_published_is_refused() -> None:
    for name in ("hrnet", "hrnet_ocr"):
        with pytest.raises(ValueError, match="w18, w32"):
            build_network(name, 3, 2, size="w40")


def test_an_object_region_is_what_its_pixels_are_like_in_the_mean() -> None:
    features = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    guess = torch.full((2, 2, 4, 5), -99.0, dtype=torch.float64)
    guess[:, 0, :2], guess[:, 1, 3, 4] = 99, 99
    means = region_means(features, guess)
    assert means.shape == (2, 3, 2, 1)
    torch.testing.assert_close(means[:, :, 0, 0], features[:, :, :2].mean((2, 3)))
    torch.testing.assert_close(means[:, :, 1, 0], features[:, :, 3, 4])


def test_the_first_guess_is_the_auxiliary_head() -> None:
    network = build_network("hrnet_ocr", 3, 4, size="w18_small_v1").eval()
    assert isinstance(network, HRNetOCR)
    settle(network)
    images = torch.randn(1, 3, 33, 50)
    with torch.inference_mode():
        logits, guess = network.with_auxiliary(images)
        torch.testing.assert_close(network(images), logits)
    assert guess.shape == logits.shape == (1, 4, 33, 50)
    assert not torch.allclose(guess, logits)


class WrittenHRNet(Written):
    """HRNetV2-W18-Small-v1 a second time: a module a stage, two blocks a branch."""

    def features(self, image: Tensor, align_corners: bool) -> Tensor:
        stem = self.norm(self.conv(image, "conv1", stride=2), "bn1").relu()
        stem = self.bottleneck(self.norm(self.conv(stem, "conv2", stride=2), "bn2").relu(), "layer1.0")
        branches = [self.unit(stem, "transition1.0"), self.unit(stem, "transition1.1.0", stride=2)]
        branches = self.exchanged(branches, "stage2.0", align_corners)
        for stage in (3, 4):
            added = self.unit(branches[-1], f"transition{stage - 1}.{stage - 1}.0", stride=2)
            branches = self.exchanged([*branches, added], f"stage{stage}.0", align_corners)
        return torch.cat([enlarged(branch, branches[0], align_corners) for branch in branches], dim=1)

    def exchanged(self, branches: list[Tensor], name: str, align_corners: bool) -> list[Tensor]:
        own = []
        for number, maps in enumerate(branches):
            for block in (0, 1):
                maps = self.basic_block(maps, f"{name}.branches.{number}.{block}")
            own.append(maps)
        sums = []
        for target, at in enumerate(own):
            total = at
            for source, maps in enumerate(own):
                path = f"{name}.fuse_layers.{target}.{source}"
                if source > target:
                    maps = self.norm(self.conv(maps, f"{path}.0"), f"{path}.1")
                    total = total + enlarged(maps, at, align_corners)
                elif source < target:
                    for step in range(target - source):
                        maps = self.norm(self.conv(maps, f"{path}.{step}.0", stride=2), f"{path}.{step}.1")
                        maps = maps.relu() if step < target - source - 1 else maps
                    total = total + maps
            sums.append(total.relu())
        return sums

    def scores(self, features: Tensor, name: str) -> Tensor:
        """The two 1x1 convolutions that end a head."""
        return self.conv(self.unit(features, name), f"{name}.3")

    def unit_then(self, maps: Tensor, name: str, first: int = 0) -> Tensor:
        """A convolution as module ``first``, and normalisation as module 0 of the next."""
        return self.norm(self.conv(maps, f"{name}.{first}"), f"{name}.{first + 1}.0").relu()


@pytest.mark.parametrize("align_corners", [True, False])
def test_the_same_written_a_second_time(align_corners: bool) -> None:
    network = build_network("hrnet", 3, 4, size="w18_small_v1", align_corners=align_corners).eval()
    settle(network)
    own, image = WrittenHRNet(network), torch.randn(1, 3, 75, 98)
    scores = own.scores(own.features(image, align_corners), "last_layer")
    with torch.inference_mode():
        torch.testing.assert_close(network(image), enlarged(scores, image, align_corners), atol=1e-4, rtol=1e-4)


def test_object_context_written_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attention of pixels to objects by query and key, over the root of the keys' length; equations 2 to 5."""
    monkeypatch.setattr(hrnet_ocr, "CHANNELS", 16)
    monkeypatch.setattr(hrnet_ocr, "KEYS", 9)
    network = build_network("hrnet_ocr", 3, 4, size="w18_small_v1").eval()
    settle(network)
    own, image = WrittenHRNet(network), torch.randn(1, 3, 75, 98)
    features = own.features(image, align_corners=True)
    guess = own.scores(features, "aux_head")
    pixels = own.unit(features, "conv3x3_ocr")
    objects = torch.einsum("nchw,nkhw->nck", pixels, guess.flatten(2).softmax(2).view_as(guess))[..., None]
    block = "ocr_distri_head.object_context_block"

    def transformed(maps: Tensor, name: str) -> Tensor:
        return own.unit_then(own.unit_then(maps, f"{block}.{name}"), f"{block}.{name}", 2)

    query, key = transformed(pixels, "f_pixel"), transformed(objects, "f_object")[..., 0]
    value = own.unit_then(objects, f"{block}.f_down")[..., 0]
    alike = (torch.einsum("nchw,nck->nkhw", query, key) / 3).softmax(1)
    context = own.unit_then(torch.einsum("nkhw,nck->nchw", alike, value), f"{block}.f_up")
    joined = own.unit_then(torch.cat((context, pixels), dim=1), "ocr_distri_head.conv_bn_dropout")
    expected = functional.conv2d(joined, own.weights["cls_head.weight"], own.weights["cls_head.bias"])
    with torch.inference_mode():
        torch.testing.assert_close(network(image), enlarged(expected, image, True), atol=1e-4, rtol=1e-4)
