"""The weights within a checkpoint, and their names without what wrappers put before them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.stored import LONGEST_NAME, Stored, StoredTensor

_USUAL: Final = (
    "state_dict", "model_state_dict", "model_state", "model", "network_weights", "net", "network", "weights", "params",
)  # fmt: skip
"""Where training loops put the weights, the most usual first."""
_NOT_WEIGHTS: Final = ("optim", "scheduler", "scaler", "grad", "loss", "criterion", "momentum")
_PREFIXES: Final = ("module.", "_orig_mod.", "model.", "network.", "net.")
"""Of DataParallel, torch.compile, and of networks within others; these go wherever they stand."""
_MOST_PREFIXES: Final = 8
"""Wrappers within wrappers: more than anybody has, and each is a walk over all names."""
_SHOWN: Final = 64
_DEEPEST: Final = 3
"""Levels of dicts below the first in which weights are looked for."""
_EXTRA: Final = ("loss.", "criterion.", "loss_fn.")
_COUNTED: Final = ("total_ops", "total_params")
"""Left in the weights by a tool that counts operations."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """``within`` is the path of keys to the weights, ``prefix`` what stood before every name."""

    weights: Stored
    within: tuple[str, ...]
    prefix: str


def unwrapped(path: Path, content: Any) -> Unwrapped:
    """Find the weights in what a file holds; raises ``UnreadableFile`` where there are none."""
    if not isinstance(content, dict) or not content:
        raise UnreadableFile(path, f"it holds a {_kind(content)} and no weights", "Save model.state_dict().")
    found = _found(content, 0, set())
    if found is None:
        names = listed([str(key)[:_SHOWN] for key in content])
        raise UnreadableFile(path, f"it holds no weights, but {names}", _way_out(content))
    within, weights = found
    if any(len(name) > LONGEST_NAME for name in (*within, *weights)):
        raise UnreadableFile(path, f"one of its names has more than {LONGEST_NAME:,} characters", "It was not loaded.")
    named, prefix = _without_prefixes(weights)
    return Unwrapped(named, within, prefix)


def _found(
    content: Mapping[Any, Any], depth: int, searched: set[tuple[int, int]]
) -> tuple[tuple[str, ...], Stored] | None:
    """Return the path of keys to the weights; no dict is ``searched`` twice at a depth, in however many it stands."""
    searched.add((id(content), depth))
    named = {key: value for key, value in content.items() if isinstance(key, str)}
    own = {key: value for key, value in named.items() if isinstance(value, StoredTensor)}
    inner = [key for key, value in named.items() if isinstance(value, dict) and (id(value), depth + 1) not in searched]
    # Weights may have a few entries beside them that are none: milesial's has its mask values.
    if own and (depth or len(own) > len(inner)):
        return (), own
    for key in sorted((key for key in inner if not _is_other(key)), key=_usual) if depth < _DEEPEST else ():
        if (id(named[key]), depth + 1) in searched:
            continue
        if (found := _found(named[key], depth + 1, searched)) is not None:
            return (key, *found[0]), found[1]
    return ((), own) if own else None


def _usual(key: str) -> int:
    return _USUAL.index(key) if key in _USUAL else len(_USUAL)


def _is_other(key: str) -> bool:
    return any(word in key.lower() for word in _NOT_WEIGHTS)


def _way_out(content: Mapping[Any, Any]) -> str:
    if any(isinstance(key, str) and _is_other(key) for key in content) or {"state", "param_groups"} <= content.keys():
        return "It looks like the state of an optimiser; choose the file with the weights."
    return "Save model.state_dict()."


def _without_prefixes(weights: Stored) -> tuple[Stored, str]:
    kept = {k: v for k, v in weights.items() if not k.startswith(_EXTRA) and not k.endswith(_COUNTED)} or weights
    prefix = ""
    for _ in range(_MOST_PREFIXES):
        if (found := _common(kept)) is None:
            break
        kept = {key.removeprefix(found): value for key, value in kept.items()}
        prefix += found
        kept = {k: v for k, v in kept.items() if not k.startswith(_EXTRA)} or kept
    return kept, prefix


def _common(weights: Stored) -> str | None:
    """Return what a wrapper put before every name: of those that are usual, or whatever module all lie within.

    A single layer is no wrapper: what it holds are tensors.
    """
    if (usual := next((p for p in _PREFIXES if _all_behind(p, weights)), None)) is not None:
        return usual
    outermost = f"{next(iter(weights), '').partition('.')[0]}."
    is_wrapper = _all_behind(outermost, weights) and any("." in key[len(outermost) :] for key in weights)
    return outermost if is_wrapper else None


def _all_behind(prefix: str, weights: Stored) -> bool:
    return all(key.startswith(prefix) and key != prefix for key in weights)


def _kind(content: object) -> str:
    return "Tensor" if isinstance(content, StoredTensor) else type(content).__name__
