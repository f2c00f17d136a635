"""What is no checkpoint is said, and what is one runs nothing."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from math import nan
from pathlib import Path
from typing import Any

import pytest
import torch

from segstudio.core.errors import UnreadableFile
from segstudio.models.training.checkpoint import resumed
from segstudio.models.training.trainer import Trainer
from tests.models.training.discs import DISCS, EXAMPLES, PLAN, UNSEEN


def changed(state: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    change(state)
    return state


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.pop("optimizer"),
        lambda state: state.update(version=99),
        lambda state: state["plan"].update(crop=-1),
        lambda state: state["plan"].update(turns=1),
        lambda state: state["plan"].update(augmentation=3),
        lambda state: state["description"]["config"].update(width=8),
        lambda state: state["description"].update(architecture="nothing"),
        lambda state: state["network"].popitem(),
        lambda state: state["epochs"].append({"number": 1}),
        lambda state: state.pop("best"),
        lambda state: state["losses"].append(nan),
    ],
)
def test_what_is_no_checkpoint_is_said(change: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    path.write_bytes(Trainer(DISCS, PLAN, "cpu").checkpoint())
    torch.save(changed(torch.load(path, weights_only=True), change), path)
    with pytest.raises(UnreadableFile, match=r"no checkpoint of a training"):
        resumed(path, "cpu")


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 cut short"])
def test_a_damaged_checkpoint_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        resumed(path, "cpu")
    with pytest.raises(UnreadableFile):
        resumed(tmp_path / "absent.pt", "cpu")


def test_a_checkpoint_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    torch.save({"version": 1, "plan": Path("/")}, path)
    with pytest.raises(UnreadableFile, match="pickled objects"):
        resumed(path, "cpu")


def test_a_checkpoint_goes_on_in_another_precision() -> None:
    """One of single precision has no state of the scaler that half precision needs."""
    single = Trainer(DISCS, PLAN, "cpu")
    state = torch.load(BytesIO(single.checkpoint()), weights_only=True)
    half = Trainer(DISCS, replace(PLAN, precision="fp16"), "cpu")
    half.restore(state)
    next(half.run(EXAMPLES, UNSEEN))
    assert half._scaler.is_enabled()
