"""Refusing what is not a number: weights of a training that diverged predict one class everywhere, and say nothing."""

from itertools import chain
from pathlib import Path

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, UnreadableFile, listed

_WAY_OUT = "The training that wrote it has diverged, or the file is damaged: take an earlier checkpoint."
_READ = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
"""What can be looked through; of smaller ones torch tells no least and greatest."""


def check_weights(path: Path, network: nn.Module) -> None:
    """Raise ``UnreadableFile`` where a weight of the network is not a number, or infinite.

    Each is passed over once, and nothing of its size is made. Of buffers infinity is let through: masks have it.
    """
    bad = [name for name, each in network.named_parameters() if not _is_finite(each)]
    bad += [name for name, each in network.named_buffers() if _has_nan(each)]
    if bad:
        total = sum(1 for _ in chain(network.parameters(), network.buffers()))
        reason = f"{len(bad)} of its {total} tensors hold values that are not numbers ({listed(bad)})"
        raise UnreadableFile(path, reason, _WAY_OUT)


def check_scores(path: Path, scores: Tensor) -> None:
    """Raise ``SegstudioError`` where what a model says of pictures, or of objects, is not a number."""
    if _has_nan(scores):
        raise SegstudioError(f"What {path.name} returns are not numbers, so nothing can be predicted.", _WAY_OUT)


def _is_finite(each: Tensor) -> bool:
    return not _is_read(each) or bool(torch.isfinite(torch.stack(torch.aminmax(each.detach()))).all())


def _has_nan(each: Tensor) -> bool:
    return _is_read(each) and bool(torch.isnan(each.detach().amax()))


def _is_read(each: Tensor) -> bool:
    """Tell whether a tensor has real values that can be looked at."""
    return each.dtype in _READ and each.numel() > 0 and not each.is_meta
