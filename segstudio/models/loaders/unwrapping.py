"""The weights within a checkpoint, and their names without what wrappers put before them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.stored import Stored, StoredTensor

_USUAL: Final = (
    "state_dict", "model_state_dict", "model_state", "model", "network_weights", "net", "network", "weights", "params",
)  # fmt: skip
"""Where training loops put the weights, the most usual first."""
_NOT_WEIGHTS: Final = ("optim", "scheduler", "scaler", "grad", "loss", "criterion", "momentum")
_PREFIXES: Final = ("module.", "_orig_mod.", "model.", "network.", "net.")
"""Of DataParallel, torch.compile, and of networks within others."""
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
    found = _found(content)
    if found is None:
        names = listed([str(key) for key in content])
        raise UnreadableFile(path, f"it holds no weights, but {names}", _way_out(content))
    within, weights = found
    named, prefix = _without_prefixes(weights)
    return Unwrapped(named, within, prefix)


def _found(content: Mapping[Any, Any], depth: int = 0) -> tuple[tuple[str, ...], Stored] | None:
    own = {key: value for key, value in content.items() if isinstance(key, str) and isinstance(value, StoredTensor)}
    inner = {key: value for key, value in content.items() if isinstance(key, str) and isinstance(value, dict)}
    # Weights may have a few entries beside them that are none: milesial's has its mask values.
    if own and (depth or len(own) > len(inner)):
        return (), own
    for key in sorted((key for key in inner if not _is_other(key)), key=_usual):
        if depth < 3 and (found := _found(inner[key], depth + 1)) is not None:
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
    while (found := _common(kept)) is not None:
        kept = {key.removeprefix(found): value for key, value in kept.items()}
        prefix += found
        kept = {k: v for k, v in kept.items() if not k.startswith(_EXTRA)} or kept
    return kept, prefix


def _common(weights: Stored) -> str | None:
    return next((p for p in _PREFIXES if all(key.startswith(p) and key != p for key in weights)), None)


def _kind(content: object) -> str:
    return "Tensor" if isinstance(content, StoredTensor) else type(content).__name__
