"""Where the parts of an nnU-Net lie: ``plans.json``, ``dataset.json`` and a folder of a checkpoint for each fold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.folders import check_inner, inside, read_json

PLANS: Final = "plans.json"
DATASET: Final = "dataset.json"
CHECKPOINTS: Final = ("checkpoint_final.pth", "checkpoint_best.pth", "checkpoint_latest.pth")
"""The one that is preferred first."""
_WHOLE: Final = "Choose the folder that has plans.json, dataset.json and fold_0 in it."


@dataclass(frozen=True, slots=True)
class Trained:
    """``checkpoint`` is the one that is taken, ``folds`` are the names of the folders that there are."""

    folder: Path
    checkpoint: Path
    folds: tuple[str, ...]
    plans: dict[str, Any]
    dataset: dict[str, Any]


def trained(path: Path) -> Trained:
    """Find the parts, beginning with the folder of a training, of one of its folds, of a whole data set, or a file.

    Raises ``UnreadableFile`` where one is missing, or where there are several trainings to choose from.
    """
    folder = _training(path)
    folds = tuple(sorted(entry.name for entry in folder.glob("fold_*") if entry.is_dir()))
    checkpoint = path if path.is_file() else _checkpoint(path if path.name in folds else folder, folder, folds)
    return Trained(folder, checkpoint, folds, read_json(folder, PLANS), read_json(folder, DATASET))


def _training(path: Path) -> Path:
    if path.is_file():
        return path.parent.parent
    if (path / PLANS).is_file():
        return path
    if (path.parent / PLANS).is_file():
        return path.parent
    trainings = sorted(plans.parent for plans in path.glob(f"*__*__*/{PLANS}"))
    flat = [training for training in trainings if not training.name.rpartition("__")[2].startswith("3d")]
    if len(flat) == 1:
        return check_inner(path, flat[0])
    names = listed([training.name for training in trainings])
    if not flat:
        raise UnreadableFile(path, f"its networks are of volumes ({names})", "Networks here are of pictures.")
    raise UnreadableFile(path, f"it holds several networks ({names})", "Choose the folder of one of them.")


def _checkpoint(place: Path, folder: Path, folds: tuple[str, ...]) -> Path:
    """Return the checkpoint of a fold, of all data where there is such a one, else of the first."""
    usual = sorted(folds, key=lambda name: (name != "fold_all", name))
    for fold in [place] if place != folder else [folder / name for name in usual]:
        for name in CHECKPOINTS:
            if (fold / name).is_file():
                return inside(fold if fold == place else check_inner(folder, fold), name)
    raise UnreadableFile(place, f"it has no {' or '.join(CHECKPOINTS[:2])} in a fold", _WHOLE)
