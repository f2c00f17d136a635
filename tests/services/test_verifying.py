"""Verify: a check is replayed, stored beside a file that has none, and its faults are sentences."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.models import load_model
from segstudio.models.zoo import build_network
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from segstudio.services.verifying import check_file, store_check, verify, where_checked

SIDECAR = 'version = 1\n[preprocess]\norder = "BGR"\nscale = 255\nmean = [0.0, 0.0, 0.0]\nstd = [1.0, 1.0, 1.0]\n'


def weights(path: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    torch.save(build_network("unet", 3, 3, width=8, depth=2).state_dict(), path)
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Write a model file of another program's kind, without a check."""
    return weights(tmp_path / "net.pth", 0)


def test_the_sample_model_brings_its_check() -> None:
    model = load_model(resource(MODEL), "cpu")
    assert where_checked(model.info) == resource(MODEL)
    found = verify(model)
    assert found.within
    assert found.difference < found.tolerance / 5
    assert found.agreeing == found.places
    assert found.same_file is None
    assert "The same" in found.sentence()
    assert "CPU" in found.sentence()


def test_a_file_without_a_check_can_be_given_one(plain: Path) -> None:
    model = load_model(plain, "cpu")
    with pytest.raises(SegstudioError, match="no check"):
        verify(model)
    before = plain.read_bytes()
    assert store_check(model) == check_file(plain) == plain.with_name("net.pth.segstudio.check")
    assert plain.read_bytes() == before
    found = verify(load_model(plain, "cpu"))
    assert (found.within, found.same_file, found.where) == (True, True, check_file(plain))


def test_another_model_under_the_same_name_is_seen(plain: Path) -> None:
    store_check(load_model(plain, "cpu"))
    found = verify(load_model(weights(plain, 1), "cpu"))
    assert (found.within, found.same_file) == (False, False)
    assert found.agreeing < found.places
    assert "made of another file" in found.sentence()
    assert found.to_json()["within"] is False


def test_what_a_sidecar_changes_is_seen(plain: Path) -> None:
    store_check(load_model(plain, "cpu"))
    plain.with_name("net.pth.segstudio.toml").write_text(SIDECAR)
    found = verify(load_model(plain, "cpu"))
    assert (found.within, found.same_file) == (False, True)
    assert found.sentence().endswith("How pictures are prepared is corrected, which may be why.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("{"),
        lambda path: path.write_text("[]"),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text('{"version": 1}'),
        lambda path: path.write_text('{"version": 1, "check": 3}'),
        lambda path: path.write_text('{"version": 8}'),
        lambda path: path.write_bytes(b" " * ((1 << 24) + 1)),
        lambda path: path.write_text(path.read_text().replace('"places": ', '"places": 9')),
    ],
)
def test_a_damaged_check_is_a_sentence_with_its_file(plain: Path, spoil: Callable[[Path], object]) -> None:
    model = load_model(plain, "cpu")
    spoil(store_check(model))
    with pytest.raises(UnreadableFile, match=r"net\.pth\.segstudio\.check"):
        verify(model)


def test_a_check_of_another_network_is_a_sentence(plain: Path) -> None:
    where = store_check(load_model(plain, "cpu"))
    data = json.loads(where.read_text())
    torch.manual_seed(0)
    torch.save(build_network("unet", 3, 5, width=8, depth=2).state_dict(), plain)
    assert data["check"]["scores"]["shape"] == [3, 64, 96]
    with pytest.raises(SegstudioError, match="5 x 64 x 96"):
        verify(load_model(plain, "cpu"))
