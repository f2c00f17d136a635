"""The stored picture and scores of a network: whole after any way through a file, and of no use to an attacker."""

import base64
import json
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError
from segstudio.models import load_model
from segstudio.models.check import Check, check_of, checked, differences, found_at, made, picture, places_of
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.segstudio import to_bytes


def test_a_check_comes_back_from_a_model_file(tmp_path: Path, network: nn.Module, description: Description) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(to_bytes(network, checked(network, description)))
    model = load_model(path, "cpu")
    check = Check.from_json(model.info.check)
    assert check.shape == (3, 64, 96)
    assert check.scores.shape[1] * 3 <= 4096
    assert "CPU" in check.made
    assert differences(check, model.scores(check.image)).max() < check.tolerance / 5


def test_other_weights_and_other_preprocessing_are_seen(network: nn.Module, description: Description) -> None:
    check = made(network, description)
    other = made(network, replace(description, preprocess=Preprocess(divisor=4)))
    assert differences(check, whole(other)).max() > check.tolerance
    with torch.no_grad():
        next(network.parameters()).mul_(2)
    assert differences(check, whole(made(network, description))).max() > check.tolerance


def whole(check: Check) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return scores that have those of a check at its places, and nothing elsewhere."""
    scores = np.zeros((check.shape[0], check.shape[1] * check.shape[2]), np.float32)
    scores[:, places_of(scores.shape[1], check.scores.shape[1])] = check.scores
    return scores.reshape(check.shape)


def test_making_a_check_leaves_a_network_in_training(network: nn.Module, description: Description) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    made(network.train(), description)
    assert network.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


class Broken(nn.Module):
    def forward(self, pixels: Tensor) -> Tensor:
        return pixels * float("nan")


def test_a_network_that_returns_no_numbers_is_said(description: Description) -> None:
    with pytest.raises(SegstudioError, match="not finite"):
        made(Broken(), description)
    assert checked(Broken(), replace(description, check={"version": 1})).check == {}


shapes = st.tuples(st.integers(1, 40), st.integers(1, 30), st.integers(1, 30))


@given(shapes, st.integers(0, 2**32 - 1), st.floats(0.01, 1e6))
def test_any_scores_come_back_within_the_tolerance(shape: tuple[int, int, int], seed: int, size: float) -> None:
    scores = (np.random.default_rng(seed).standard_normal(shape) * size).astype(np.float32)
    check = Check.from_json(json.loads(json.dumps(check_of(picture(), scores, "here").to_json())))
    assert check.shape == shape
    assert differences(check, scores).max() <= check.tolerance
    np.testing.assert_array_equal(check.image, picture())
    assert found_at(check, scores).shape == check.scores.shape


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_places_are_different_ones_and_in_order(count: int, kept: int) -> None:
    places = places_of(count, min(count, kept))
    assert (np.diff(places) > 0).all()
    assert 0 <= places[0] <= places[-1] < count


def test_numbers_that_are_none_are_infinitely_far() -> None:
    check = check_of(picture(), np.ones((2, 3, 4), np.float32), "")
    assert differences(check, np.full((2, 3, 4), np.nan, np.float32)).max() == np.inf
    with pytest.raises(ValueError, match="shape"):
        differences(check, np.ones((2, 4, 3), np.float32))


def good() -> dict[str, Any]:
    return check_of(picture(), np.ones((2, 3, 4), np.float32), "here").to_json()


def deflated(size: int) -> str:
    return base64.b64encode(zlib.compress(bytes(size))).decode()


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("version", 2),
        ("image", None),
        ("image.size", [64]),
        ("image.size", [64, -1]),
        ("image.size", [1 << 40, 1 << 40]),
        ("image.size", [True, True]),
        ("image.size", ["64", "96"]),
        ("image.deflated", deflated(1 << 24)),
        ("image.deflated", deflated(9)),
        ("image.deflated", "not base64"),
        ("image.deflated", "AAAA"),
        ("image.deflated", 7),
        ("image.deflated", "é"),
        ("image.deflated", "A" * (1 << 24)),
        ("scores.shape", [2, 3]),
        ("scores.places", 13),
        ("scores.places", 0),
        ("scores.places", [12]),
        ("scores.deflated", base64.b64encode(zlib.compress(b"\x00\x7c" * 24)).decode()),
        ("scores", []),
        ("tolerance", float("nan")),
        ("tolerance", -1),
        ("tolerance", 10**400),
        ("tolerance", "much"),
    ],
)
def test_a_hostile_check_is_refused(where: str, value: object) -> None:
    data = good()
    Check.from_json(data)
    *path, last = where.split(".")
    table = data
    for key in path:
        table = table[key]
    table[last] = value
    with pytest.raises(ValueError):  # noqa: PT011 - one test of many faults
        Check.from_json(data)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3)))
def test_anything_else_is_refused(value: Any) -> None:
    for key in good():
        if key != "made" and type(value) is not int:
            with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
                Check.from_json(good() | {key: value})


def test_a_file_whose_check_is_damaged_still_loads(
    tmp_path: Path, network: nn.Module, description: Description
) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(to_bytes(network, replace(description, check={"version": 9})))
    assert load_model(path, "cpu").info.check == {"version": 9}
