"""Which kind of model a folder is, told by what it holds."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

CONFIG: Final = "config.json"
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
"""What weights are called, the one that is preferred first; with ``INDEX`` behind it, the list of their parts."""
INDEX: Final = ".index.json"
_LARGEST: Final = 1 << 24


def folder_format(folder: Path) -> str | None:
    """Return the name in ``LOADERS`` of what a folder is, None where it is none of them. No weight is read."""
    return next((name for name, tell in FOLDERS.items() if tell(folder)), None)


def is_model_folder(folder: Path) -> bool:
    """Tell whether a folder is a model, with its weights."""
    format = folder_format(folder)
    return format is not None and (format not in _WITH_CONFIG or has_weights(folder))


def has_weights(folder: Path) -> bool:
    """Tell whether a folder has weights by a name of ``WEIGHTS``, in one file or in parts."""
    return any((folder / f"{name}{end}").is_file() for name in WEIGHTS for end in ("", INDEX))


def _is_smp(folder: Path) -> bool:
    return "_model_class" in _config(folder)


def _is_huggingface(folder: Path) -> bool:
    return (folder / CONFIG).is_file()


def _config(folder: Path) -> Mapping[str, Any]:
    """Return what a configuration says; nothing where it is damaged, which is said by whoever loads it."""
    path = folder / CONFIG
    try:
        found = json.loads(path.read_bytes()) if path.is_file() and path.stat().st_size <= _LARGEST else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_nnunet(folder: Path) -> bool:
    """Tell by the plans: in the folder of a training, beside those of its folds, or in a data set's trainings."""
    if (folder / "plans.json").is_file():
        return (folder / "dataset.json").is_file()
    if folder.name.startswith("fold_"):
        return (folder.parent / "plans.json").is_file()
    return next(folder.glob("*__*__*/plans.json"), None) is not None


def _is_monai(folder: Path) -> bool:
    return (folder / "configs" / "metadata.json").is_file() and (folder / "models").is_dir()


FOLDERS: Final[Mapping[str, Callable[[Path], bool]]] = {
    "nnunet": _is_nnunet,
    "monai": _is_monai,
    "smp": _is_smp,
    "huggingface": _is_huggingface,
}
"""By format; the first that says yes has it."""
_WITH_CONFIG: Final = ("smp", "huggingface")
