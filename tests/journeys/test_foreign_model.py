"""A model whose classes are not the project's, or whose file is another program's."""

import os
from pathlib import Path
from typing import Any

import torch

from segstudio.models.zoo import build_network
from segstudio.services.model_facts import facts
from segstudio.services.resources import resource
from tests.journeys.user import User


def load_and_predict(user: User) -> None:
    bench = user.window.bench
    bench.open(resource("demo_unet.safetensors"))
    user.wait(lambda: bench.predictor.model is not None and not bench.predictor.busy)
    bench.predictor.predict_current()
    user.wait(lambda: user.window.session.current.prediction is not None)  # type: ignore[union-attr]


def test_a_project_keeps_its_own_classes(user: User, tiny_project: Path) -> None:
    before = (tiny_project / "segstudio.toml").read_bytes()
    user.open(tiny_project)
    names = [c.name for c in user.window.session.project.schema.classes]  # type: ignore[union-attr]
    load_and_predict(user)
    assert [c.name for c in user.window.session.project.schema.classes] == names  # type: ignore[union-attr]
    seen = [c.name for c in user.window.session.seen_schema.classes]
    assert seen[: len(names)] == names
    assert "granular cell" in seen, "what the model says is named and coloured all the same"
    assert (tiny_project / "segstudio.toml").read_bytes() == before


def test_bare_images_take_the_models_classes(user: User, tiny_project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (tiny_project / "images").rename(bare)
    user.open(bare)
    load_and_predict(user)
    names = [c.name for c in user.window.session.project.schema.scored]  # type: ignore[union-attr]
    assert names == ["background", "round cell", "rod", "granular cell"]


def test_a_checkpoint_of_another_program_is_told_and_predicts(user: User, tiny_project: Path, tmp_path: Path) -> None:
    weights = build_network("deeplabv3", 3, 21, backbone="mobilenet_v3_large").state_dict()
    torch.save({"model": {f"module.{name}": tensor for name, tensor in weights.items()}}, tmp_path / "net.pth")
    user.open(tiny_project)
    bench = user.window.bench
    bench.open(tmp_path / "net.pth")
    user.wait(lambda: bench.predictor.model is not None and not bench.predictor.busy)
    assert bench.predictor.model is not None
    said = {fact.name: (fact.value, fact.mark) for fact in facts(bench.predictor.model.info)}
    assert said["Architecture"] == ("DeepLab v3, mobilenet_v3_large", "")
    assert said["Family"] == ("torchvision", "")
    assert [choice.option for choice in bench.predictor.model.info.choices] == ["output_stride"]
    assert said["Classes"] == ("21: background, aeroplane, bicycle and 18 more", "assumed")
    assert said["Normalisation"] == ("ImageNet, RGB", "assumed")
    bench.predictor.predict_current()
    user.wait(lambda: user.window.session.current.prediction is not None)  # type: ignore[union-attr]


class Malice:
    """Makes whoever unpickles it create a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


def test_a_malicious_checkpoint_is_said_and_runs_nothing(user: User, tiny_project: Path, tmp_path: Path) -> None:
    torch.save({"state_dict": {"a": torch.zeros(1)}, "epoch": Malice(tmp_path / "trace")}, tmp_path / "net.pth")
    user.open(tiny_project)
    user.window.bench.open(tmp_path / "net.pth")
    user.wait(user.errors)
    assert "mkdir" in " ".join(f"{message.title} {message.text}" for message in user.errors())
    assert user.window.bench.predictor.model is None
    assert not (tmp_path / "trace").exists()
