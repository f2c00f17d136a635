"""``instances.json``: every object that a run has found, also those that others cover, as COCO results."""

from pathlib import Path

from segstudio.core.records import Prediction
from segstudio.io.coco_instances import CocoResult, results_json, run_length_code
from segstudio.io.files import write_atomically
from segstudio.services.object_maps import RESULTS


class RunObjects:
    """Gathers the objects of a run. ``image_id`` is the sample's id, ``category_id`` the id that masks have."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESULTS
        self._found: list[CocoResult] = []

    def add(self, sample_id: str, prediction: Prediction) -> None:
        height, width = prediction.labels.shape
        for one in prediction.objects:
            code = run_length_code(one.counts, (height, width))
            self._found.append(CocoResult(sample_id, one.class_id, one.score, code, list(one.box)))

    def write(self) -> None:
        """Write the file whole or not at all; raises ``UnwritableFile``."""
        write_atomically(self._path, results_json(self._found))
