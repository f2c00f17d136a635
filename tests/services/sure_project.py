"""A project with a run that kept how sure its model was."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.core.raster import Confidence, LabelPlane

CLASSES = [
    {"id": 0, "name": "background", "color": "#000000", "background": True, "written_as": 0},
    {"id": 1, "name": "cell", "color": "#e6194b", "written_as": 1},
]


def add_sure_run(
    root: Path, planes: Mapping[str, tuple[LabelPlane, Confidence]], kind: str = "probability", binary: bool = True
) -> Path:
    """Write a run of two classes, or of three, with a plane of the ``kind`` beside each mask; return its folder."""
    run = root / "predictions" / "sure"
    classes = CLASSES if binary else [*CLASSES, {"id": 2, "name": "rod", "color": "#00ff00", "written_as": 2}]
    for sample_id, (labels, sure) in planes.items():
        file = run / f"{sample_id}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(labels).save(file)
        Image.fromarray(sure).save(file.with_name(f"{file.stem}.{kind}.png"))
    (run / "run.json").write_text(json.dumps({"version": 1, "state": "done", "model": {"classes": classes}}))
    return run


def random_probabilities(seed: int, *sample_ids: str) -> dict[str, tuple[LabelPlane, Confidence]]:
    """Return masks of the tiny project's size and the probabilities that they follow from."""
    rng = np.random.default_rng(seed)
    made = {i: rng.integers(0, 256, (24, 32), np.uint8) for i in sample_ids}
    return {i: ((p >= 128).astype(np.uint8), p) for i, p in made.items()}
