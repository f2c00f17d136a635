"""A model whose classes are not the project's."""

from pathlib import Path

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
