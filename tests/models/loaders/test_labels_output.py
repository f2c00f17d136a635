"""Networks that return ids of classes: who names them knows how many there are, and what is no class among them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import Keep
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import Segmenter, load_model
from segstudio.models.description import Preprocess
from segstudio.models.loaders.families import MOST_CLASSES, assumed_classes
from segstudio.services.class_mapping import map_classes
from segstudio.services.predict import translated

IMAGE = np.zeros((24, 40, 3), np.uint8)
IMAGE[:, 20:] = 255
SIDECAR = "".join(
    f'[[class]]\nid = {i}\nname = "{name}"\ncolor = "#00000{n}"\n{more}\n'
    for n, (i, name, more) in enumerate(
        [(0, "road", ""), (1, "sky", ""), (15, "car", ""), (255, "void", "ignore = true")]
    )
)


class Labels(nn.Module):
    def __init__(self, bright: int) -> None:
        super().__init__()
        self.bright = bright

    def forward(self, image: Tensor) -> Tensor:
        mean = nn.functional.avg_pool2d(image.mean(1, keepdim=True), 9, 1, 4)[:, 0]
        return torch.where(mean > 1.9, torch.full_like(mean, self.bright), (mean > 0).float()).long()


def loaded(path: Path, bright: int) -> Segmenter:
    torch.jit.script(Labels(bright).eval()).save(str(path))  # type: ignore[no-untyped-call]
    return load_model(path, "cpu", trusted=frozenset([digest_of(path)]))


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_the_sidecar_sets_how_many_classes_labels_have(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    with pytest.raises(SegstudioError, match="returns 15 at a pixel") as raised:
        loaded(path, 15).predict([IMAGE])
    assert "sidecar" in raised.value.hint
    path.with_name("net.pt.segstudio.toml").write_text(SIDECAR, encoding="utf-8")
    for bright in (15, 255):
        model = loaded(path, bright)
        (found,) = model.predict([IMAGE], Keep(probabilities=True))
        assert set(np.unique(found.labels)) == {0, 1, bright}
        assert found.probabilities is not None
        assert len(found.probabilities) == len(model.info.classes.scored) == 3
    project = LabelSchema((LabelClass(0, "road", (0, 0, 0)), LabelClass(9, "nothing", (1, 1, 1), ignore=True)))
    written = translated(found, map_classes(model.info, project)).labels
    assert (written[12, 30], written[12, 5]) == (9, 0)


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_labels_beyond_all_reason_are_refused(tmp_path: Path) -> None:
    class Many(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            return (image[:, 0] * 0 + 70_000).long()

    path = tmp_path / "net.pt"
    torch.jit.script(Many().eval()).save(str(path))  # type: ignore[no-untyped-call]
    with pytest.raises(UnreadableFile, match="70,001 classes, and 4,096 are the most"):
        load_model(path, "cpu", trusted=frozenset([digest_of(path)]))
    with pytest.raises(ValueError, match="are the most"):
        assumed_classes("any", MOST_CLASSES + 1)


@pytest.mark.parametrize("divisor", [0, -1, 1 << 40])
def test_a_divisor_has_bounds(divisor: int) -> None:
    with pytest.raises(ValueError, match="multiple"):
        Preprocess(divisor=divisor)


def test_scores_of_other_classes_than_are_described_are_said(tmp_path: Path) -> None:
    from segstudio.models.description import Description
    from segstudio.models.inference import TorchSegmenter
    from segstudio.models.loaders.loaded import Loaded

    said = Description("any", {"classes": 2, "in_channels": 3}, assumed_classes("any", 2))
    model = TorchSegmenter(tmp_path / "net.pt", Loaded("any", nn.Conv2d(3, 5, 1), said), "cpu", None)
    with pytest.raises(SegstudioError, match="returns 5 channels, not 2"):
        model.predict([IMAGE])
